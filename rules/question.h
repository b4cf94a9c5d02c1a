/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions: checks whose evidence is what a person says (key `ask`, form in rules/README.md). */
#ifndef RULES_QUESTION_H
#define RULES_QUESTION_H

#include <stddef.h>
#include <stdint.h>

#include "rules/rules.h"

enum {
    QUESTION_MAX_ANSWERS = 12,
    QUESTION_DAYS = 365,      /* how long an answer holds unless the question says so */
    QUESTION_MAX_DAYS = 1825, /* the most that a question may say */
    ANSWER_MAX_YEARS = 10     /* the most that an answer may say of itself */
};

#define ANSWER_NOT_APPLICABLE "not_applicable"

struct question_answer {
    const char *id;
    bool is_pass;
    struct text2 text;
};

/* Everything belongs to the rules that it was loaded with. */
struct question {
    const char *id;    /* of the check */
    const char *group; /* "containment" of attest.containment.x; else "" */
    struct text2 theme, title, why;
    struct text2 text, hint;    /* hint may be NULL */
    struct text2 can_not_apply; /* when it does not apply; NULL = it always does */
    int64_t valid_days;
    bool needs_evidence;
    struct question_answer answers[QUESTION_MAX_ANSWERS];
    size_t count;
    bool is_selected; /* by the profile */
    const struct question *next;
};

/* All questions in the order of their files, selected or not (borrowed until rules_free); NULL when there is none. */
const struct question *rules_questions(const struct rules *r);

/* The answer of that id, or NULL. */
const struct question_answer *question_answer(const struct question *q, const char *id);

#endif
