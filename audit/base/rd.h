/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded reader with a sticky fault: read a record as its field list, check once. After a fault every
 * value reads as 0, so counts from the wire are capped before a loop and the loop tests !r.bad. */
#ifndef BASE_RD_H
#define BASE_RD_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

struct rd {
    const uint8_t *p;   /* next byte */
    const uint8_t *end; /* one past the last */
    const uint8_t *beg; /* where offsets count from */
    bool bad;           /* something was read past the end, or rd_fail was called */
};

struct rd rd_from(const void *data, size_t size); /* borrows data */
size_t rd_left(const struct rd *r);
size_t rd_offset(const struct rd *r);
void rd_fail(struct rd *r);

uint8_t rd_u8(struct rd *r);
uint16_t rd_u16le(struct rd *r);
uint32_t rd_u32le(struct rd *r);
uint64_t rd_u64le(struct rd *r);
uint16_t rd_u16be(struct rd *r);
uint32_t rd_u32be(struct rd *r);
uint64_t rd_u64be(struct rd *r);
void rd_skip(struct rd *r, size_t n);

/* The next n bytes, borrowed from the underlying data; NULL and a fault when there are fewer. */
const uint8_t *rd_bytes(struct rd *r, size_t n);

/* A view of the next n bytes, consumed here; a faulty empty view when there are fewer (r faults too). */
struct rd rd_sub(struct rd *r, size_t n);

/* A view at an offset from beg, for offset tables; checks both ends; r itself does not move. */
struct rd rd_at(const struct rd *r, size_t offset, size_t n);

/* No fault and nothing left: trailing bytes are an error. */
bool rd_done(const struct rd *r);

#endif
