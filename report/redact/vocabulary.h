/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that Kagimori itself uses: of everything that stands in an evidence file, only these may stay in sight. They are gathered from the
 * sources when Kagimori is built (make_words.c). */
#ifndef REPORT_REDACT_VOCABULARY_H
#define REPORT_REDACT_VOCABULARY_H

#include "audit/base/err.h"
#include "report/redact/table.h"

struct vocabulary {
    struct arena *a;
    struct table words;  /* in lower case; value 1 = also a code word */
    struct table threes; /* three Japanese characters in a row, and whole runs that are shorter */
};

MUST_USE enum rc vocabulary_open(struct vocabulary *v, struct err *err);
void vocabulary_done(struct vocabulary *v);

/* True for a word (token.h) of our sentences, in whatever case; is_code: only for code words. */
bool vocabulary_has(const struct vocabulary *v, const char *s, size_t n, bool is_code);

/* Of a run of Japanese (no ASCII): marks each byte that belongs to our sentences in known[n]. */
void vocabulary_known(const struct vocabulary *v, const char *s, size_t n, bool *known);

#endif
