/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers file: what people answered to the questions of the checks (form in rules/README.md). It is taken as a whole or not at all. */
#ifndef RULES_ANSWERS_H
#define RULES_ANSWERS_H

#include <stdio.h>

#include "audit/base/filetime.h"
#include "rules/question.h"

enum {
    ANSWERS_MOST = 10000,
    ANSWER_WHO_BYTES = 300,  /* longest name of a person */
    ANSWER_TEXT_BYTES = 2000 /* longest evidence or note */
};

struct answer {
    const struct question *question;
    const char *id; /* of the answer, or ANSWER_NOT_APPLICABLE */
    const char *who;
    filetime day;                /* beginning of the day of the answer, UTC */
    filetime until;              /* first moment at which it holds no longer */
    const char *evidence, *note; /* may be NULL */
    struct answer *next;
};

struct answers; /* owns all that it hands out */

/* Reads the file at path; an empty one is fine. Every mistake ("file:line:column: question: message") goes to out, a line each, and the result
 * then is RC_USAGE. now is the clock that no answer may be ahead of. RC_ABSENT when there is no such file. *ret is NULL after a failure.
 * The rules must outlive it. */
MUST_USE enum rc answers_load(const struct rules *r, const char *path, filetime now,
                              struct answers **ret, FILE *out, struct err *err);
/* The same from bytes, which must outlive it too; path is for the messages. */
MUST_USE enum rc answers_parse(const struct rules *r, const char *path, const char *bytes,
                               size_t size, filetime now, struct answers **ret, FILE *out,
                               struct err *err);
void answers_free(struct answers *a);
void answers_freep(struct answers **a);

/* The answer that counts, of several the latest; NULL when there is none. */
const struct answer *answers_of(const struct answers *a, const struct question *q);
/* All answers that count. */
const struct answer *answers_list(const struct answers *a);
/* Who answered last in the file; NULL when it is empty. */
const char *answers_last_who(const struct answers *a);

/* True when the day has begun somewhere on earth: a day of Japan begins 9 hours before that of UTC, and none more than 14 hours before. */
bool answer_day_has_begun(filetime day, filetime now);

/* Puts the answers that count into the evidence in place of those that were there, with the coverage of attest.answer, as one transaction. */
MUST_USE enum rc answers_take(const struct answers *a, struct store *store, filetime now,
                              struct err *err);

#endif
