/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: one code for control flow, one struct for people. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdint.h>

#include "audit/base/macros.h"

/* Few codes, chosen by what the caller does. The ones from ABSENT to UNSUPPORTED are ordinary answers
 * in an audit: they end as coverage, never as an abort. */
enum rc {
    RC_OK,
    RC_NOMEM,
    RC_ABSENT,      /* the thing asked for does not exist */
    RC_DENIED,      /* access or credentials refused */
    RC_UNREACHABLE, /* no answer from the network, or the connection broke */
    RC_TIMEOUT,     /* a deadline passed */
    RC_UNSUPPORTED, /* the other side cannot do it */
    RC_MALFORMED,   /* bytes that break their format */
    RC_LIMIT,       /* a quota or ceiling of ours */
    RC_IO,          /* local file, pipe or disk */
    RC_USAGE,       /* wrong input of the operator */
    RC_UNTRUSTED,   /* certificate or identity not proven */
    RC_BUG
};

struct err {
    enum rc rc;
    char where[160]; /* file:line:column, DN, host or check id; may be empty */
    char msg[480];   /* lower case, no trailing dot, UTF-8, control characters already replaced */
};

/* Sets err (never NULL) and returns rc, so that a failure is one line. The text is sanitised and cut. */
enum rc err_setf(struct err *err, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Sets where; keeps code and message. Returns err->rc. */
enum rc err_at(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts "context: " before the message. Returns err->rc. */
enum rc err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Stable lower-case word for a code ("denied"); also the words of coverage.reason. */
const char *rc_word(enum rc rc);

/* The code for a word of rc_word, RC_BUG for any other. */
enum rc rc_from_word(const char *word);

#endif
