/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a JSON file of any size (RFC 8259), as text for a parser that takes one at a time. A record is an object in an array, in
 * arrays of arrays, or by itself; several documents may follow each other, with or without line ends. An object with one of the keys
 * value, response, users or data whose value is an array is no record but the wrapper of that array's (a page of Microsoft Graph, an
 * answer of Duo). What is no record is passed over. */
#ifndef DECODE_MFA_JSON_STREAM_H
#define DECODE_MFA_JSON_STREAM_H

#include "audit/decode/mfa/text_stream.h"

#define JSON_RECORD_MOST (1024U * 1024) /* bytes */
#define JSON_LEVELS_MOST 64U            /* of what is around records */

struct json_stream {
    struct text_stream *text; /* borrowed */
    const char *p, *end;      /* what is left of the piece */
    struct wr buf;            /* of the current record */
    uint8_t levels[JSON_LEVELS_MOST];
    size_t level;    /* how many are open around what comes */
    uint64_t depth;  /* of brackets in the current record or in what is passed over */
    uint8_t key[16]; /* the last string at the outermost level of an object */
    size_t key_size; /* more than fits = none of the keys */
    bool in_string, is_escaped, is_key, has_key, has_colon, in_record, is_long;
    bool is_broken;  /* brackets do not match, or there is something that is no JSON */
    bool is_cut;     /* the file ended inside of something */
    uint64_t strays; /* values among records that are none */
    bool in_stray;
};

/* Free with json_stream_done. */
MUST_USE enum rc json_stream_init(struct json_stream *j, struct text_stream *text, struct err *err);
void json_stream_done(struct json_stream *j); /* also for AUTO() */

/* The next record, not NUL-terminated, borrowed until the next call; *ret is NULL for one that is longer than JSON_RECORD_MOST.
 * *ret_has is false at the end. RC_IO, RC_NOMEM. */
MUST_USE enum rc json_stream_next(struct json_stream *j, const char **ret, size_t *ret_size,
                                  bool *ret_has, struct err *err);

#endif
