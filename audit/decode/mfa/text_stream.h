/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text file of any size as UTF-8, piece by piece, whatever it was written in. */
#ifndef DECODE_MFA_TEXT_STREAM_H
#define DECODE_MFA_TEXT_STREAM_H

#include "audit/decode/format/evtx.h"
#include "audit/decode/format/text.h"

struct text_stream {
    const struct evtx_source *source; /* borrowed */
    uint64_t offset;                  /* of the next byte to read */
    size_t mark;                      /* bytes of the byte order mark */
    uint8_t *buf;                     /* bytes of the file */
    size_t kept;                      /* of them that wait for the rest of their character */
    struct wr out;
    enum text_encoding encoding;
    unsigned code_page;
    bool has_holes; /* parts of the file are not there: zeros that were passed over */
    bool is_end;
};

/* Finds out how the file is written: by a byte order mark, else by its first bytes beyond ASCII, wherever they are. UTF-8 with some
 * damage stays UTF-8. Free with text_stream_done. text_prepare must have been called. RC_IO, RC_NOMEM. */
MUST_USE enum rc text_stream_init(struct text_stream *s, const struct evtx_source *source,
                                  struct err *err);
/* The same file from its beginning once more, without another look at how it is written. */
MUST_USE enum rc text_stream_again(struct text_stream *s, const struct text_stream *like,
                                   struct err *err);
void text_stream_done(struct text_stream *s); /* also for AUTO() */

/* The next piece, borrowed until the next call; 0 bytes at the end. Of a file in UTF-8 they are its bytes: a character may go on in the
 * next piece, and need not be valid. */
MUST_USE enum rc text_stream_next(struct text_stream *s, const char **ret, size_t *ret_size,
                                  struct err *err);

/* "utf-8", "utf-16le", "utf-16be", "cp932", "cp1252" */
const char *text_stream_charset(const struct text_stream *s);

#endif
