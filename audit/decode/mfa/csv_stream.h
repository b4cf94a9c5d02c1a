/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a table in text (RFC 4180, and what spreadsheets make of it), one at a time. Formulas are text like any other. */
#ifndef DECODE_MFA_CSV_STREAM_H
#define DECODE_MFA_CSV_STREAM_H

#include "audit/decode/mfa/text_stream.h"

#define CSV_CELLS_MOST  512U
#define CSV_RECORD_MOST (256U * 1024) /* bytes */

struct csv_stream {
    struct text_stream *text; /* borrowed */
    const char *p, *end;      /* what is left of the piece */
    char separator;           /* comma, semicolon or tab; found in the first line */
    bool was_cr;
    struct wr buf;                 /* of the current record */
    size_t starts[CSV_CELLS_MOST]; /* of its cells in buf */
    const char *cells[CSV_CELLS_MOST];
    size_t count;
    bool is_long; /* the current record is longer than what is read of one */
    bool is_open; /* the file ended inside of it, within quotes or without a line end */
    bool in_quotes;
};

/* Finds the separator; "sep=;" of a spreadsheet in the first line tells it. Free with csv_stream_done. */
MUST_USE enum rc csv_stream_init(struct csv_stream *c, struct text_stream *text, struct err *err);
void csv_stream_done(struct csv_stream *c); /* also for AUTO() */

/* The next record that is not empty: cells[0..count), NUL-terminated valid UTF-8 without blanks around, borrowed until the next call.
 * ="0123" is 0123. *ret_has is false at the end. RC_IO, RC_NOMEM. */
MUST_USE enum rc csv_stream_next(struct csv_stream *c, bool *ret_has, struct err *err);

#endif
