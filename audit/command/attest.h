/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori attest: the questionnaire in the terminal. Private to the files attest*.c. */
#ifndef COMMAND_ATTEST_H
#define COMMAND_ATTEST_H

#include <stdio.h>

#include "rules/answers.h"

enum attest_state {
    ATTEST_OPEN,
    ATTEST_EXPIRED,
    ATTEST_BARE, /* a good answer without the evidence that the question needs: it does not count */
    ATTEST_EXPIRES, /* within the days that were asked for */
    ATTEST_ANSWERED,
    ATTEST_STATES
};

/* A sitting: one person at a terminal, or what drives it. Everything is borrowed. */
struct attest {
    const struct rules *rules;
    struct answers *answers; /* of the file; NULL = there is none yet */
    const char *path;        /* of the file */
    const char *lang;        /* "ja" or "en" */
    const char *who;         /* of --who; NULL */
    filetime now;
    filetime today; /* the beginning (UTC) of the day that it is here */
    int days;       /* an answer that ends within them expires soon */
    unsigned width; /* columns of the terminal */
    FILE *in, *out;
};

/* An answer as it was typed; every text is visible UTF-8. */
struct attest_entry {
    const struct question *question;
    const char *answer, *who;
    const char *evidence, *note; /* "" = none */
    filetime day, last;          /* until = the last day on which it holds */
};

/* attest_state.c: the text in the language of the sitting. */
const char *attest_text(const struct attest *t, struct text2 text);

/* The place of a question's group among all groups, those of other checks' makers behind them; and what it is called. */
size_t attest_rank(const struct question *q);
struct text2 attest_group(const struct question *q);

enum attest_state attest_state(const struct attest *t, const struct question *q);

/* What an answer id means, in the language of the sitting. */
const char *attest_words(const struct attest *t, const struct question *q, const char *id);

/* "2026-11-26" into buf of at least 11 bytes. */
const char *attest_day(filetime day, char *buf, size_t size);

/* attest_ask.c: asks the questions of the list, which is in order and ends with NULL. *ret_saved: answers that were written. Not RC_OK when
 * the file could not be written; the end of the input and `q` are a normal end. */
MUST_USE enum rc attest_ask(struct attest *t, const struct question *const *list, size_t *ret_saved,
                            struct err *err);

/* attest_print.c: text of questions and answers for the terminal, made safe and broken at the width, each line behind indent spaces. */
void attest_print(const struct attest *t, unsigned indent, const char *text);
/* Likewise, behind what stands in the first indent columns of the line already. */
void attest_print_behind(const struct attest *t, unsigned indent, const char *text);
void attest_list(const struct attest *t, const struct question *const *list);
/* "45 questions: 40 answered, …" */
void attest_totals(const struct attest *t, const struct question *const *list);

/* attest_write.c: one answer to the end of the file, at once and durably; nothing that stands there is changed. The file (made with mode 0600)
 * and the answer are read again before it is written, so that what is written can always be loaded. With entry NULL nothing is written: it is
 * only tried whether an answer could be (RC_USAGE when the form of the file does not let one follow). */
MUST_USE enum rc attest_append(const struct attest *t, const struct attest_entry *entry,
                               struct err *err);

#endif
