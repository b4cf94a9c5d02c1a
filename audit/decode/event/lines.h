/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a text log that may be huge, sparse or cut: one line in memory at a time, and never more of it than is wanted. */
#ifndef DECODE_EVENT_LINES_H
#define DECODE_EVENT_LINES_H

#include "audit/decode/format/evtx.h"

struct lines {
    const struct evtx_source *source; /* borrowed */
    uint64_t offset;                  /* of what is read next */
    uint64_t number;                  /* of the line that was given last, from 1 */
    uint8_t *buf;
    size_t at, got;
    char *line;
    size_t size, room, most;
    bool is_end;
};

struct line {
    const char
        *text; /* NUL-terminated, without its end and without zero bytes; until the next call */
    size_t size;
    bool is_long;   /* longer than wanted: text is its beginning */
    bool has_zeros; /* zero bytes were in it: a hole, or what a crash left */
    bool is_open;   /* the file ends without the line's end */
};

/* Reads lines of at most `most` bytes from the source's start. RC_NOMEM. Ended by lines_done, also after a failure. */
MUST_USE enum rc lines_init(struct lines *l, const struct evtx_source *source, size_t most,
                            struct err *err);
void lines_done(struct lines *l);

/* The next line; *ret_has false at the end. "\n" ends a line, a "\r" before it is not part of it. Codes of the source, RC_NOMEM. */
MUST_USE enum rc lines_next(struct lines *l, struct line *ret, bool *ret_has, struct err *err);

#endif
