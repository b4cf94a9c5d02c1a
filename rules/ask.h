/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions as the other files of rules/ see them. Private to rules/. */
#ifndef RULES_ASK_H
#define RULES_ASK_H

#include "rules/check.h"
#include "rules/outcome.h"
#include "rules/question.h"

enum ask_column {
    ASK_ANSWER,
    ASK_WHO,
    ASK_ANSWERED_ON,
    ASK_VALID_UNTIL,
    ASK_EVIDENCE,
    ASK_NOTE,
    ASK_SHOWN
};

/* Columns of the view `answer` that are the evidence of a question, by ask_column. */
extern const char *const ask_shown[ASK_SHOWN];

/* question.c: `ask` of a check whose other keys were read. After it c->question is set, and view, pass, applies and extras are written. */
void ask_parse(struct rules *r, struct check *c, const struct yaml_node *ask);
void ask_list(struct rules *r); /* fills r->questions, after the profile was applied */

/* question_reason.c: why a question is unknown, from its evidence by ask_column (NULL where there is none), in the arena. now 0 = the
 * evidence does not say when it was made. */
struct text2 ask_reason(struct arena *a, const struct question *q, const char *const *shown,
                        filetime now);

/* question_test.c: the tests that every question has by itself, as `tests` of a check; NULL when memory is short. They stand where the question
 * stands. Owned by the arena. */
const struct yaml_node *ask_tests(struct arena *a, const struct check *c);

/* question_test.c: the answers as JSON: [{"id", "verdict", "en", "ja"}]. */
void ask_answers_json(struct wr *w, const struct question *q);

#endif
