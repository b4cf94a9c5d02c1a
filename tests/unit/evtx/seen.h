/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a log and keeps what came out as lines of text: "record id@channel/computer user: name=text …". */
#ifndef TESTS_UNIT_EVTX_SEEN_H
#define TESTS_UNIT_EVTX_SEEN_H

#include "audit/base/wr.h"
#include "audit/decode/format/evtx.h"

struct seen {
    struct wr text; /* a line an event; NUL-terminated by seen_text */
    struct arena *a;
    struct evtx_totals totals;
    uint64_t heads, wanted, sound, unsound; /* callbacks; of chunk */
    uint64_t whole;                         /* of each: not is_unsound */
    uint32_t only;                          /* wants this event alone; 0 = all */
    uint32_t order_most;
    const char *const *names;
    size_t name_count;
    enum rc stop; /* what each answers */
    bool is_quiet;
    struct err err;
};

void seen_done(struct seen *s);
/* Clears s but for what it was told; reads. */
enum rc seen_read(struct seen *s, const uint8_t *data, size_t size, bool carves);
enum rc seen_source(struct seen *s, const struct evtx_source *source, bool carves);
const char *seen_text(struct seen *s);

#endif
