/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded writer: a growing byte buffer with a ceiling and a sticky fault; the mirror of rd.h. */
#ifndef BASE_WR_H
#define BASE_WR_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

struct wr {
    uint8_t *data; /* owned; moves when it grows */
    size_t size;
    size_t room;
    size_t ceiling;
    bool bad; /* the ceiling or memory was reached; nothing is written from then on */
};

void wr_init(struct wr *w, size_t ceiling);
void wr_done(struct wr *w);  /* frees; also for AUTO() */
void wr_clear(struct wr *w); /* keeps the memory, drops content and fault */

void wr_u8(struct wr *w, uint8_t v);
void wr_u16be(struct wr *w, uint16_t v);
void wr_u32be(struct wr *w, uint32_t v);
void wr_u64be(struct wr *w, uint64_t v);
void wr_bytes(struct wr *w, const void *p, size_t n);
void wr_text(struct wr *w, const char *s); /* without the NUL */
void wr_printf(struct wr *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
void wr_poke_u32be(struct wr *w, size_t offset, uint32_t v); /* faults outside what was written */

#endif
