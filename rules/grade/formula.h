/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risk points and grades, from how many subjects failed, passed and were not seen. Whole numbers only, no evidence, no files: what
 * report/README.md ("Grade and risk points") describes can be recomputed by hand. Private to rules/. */
#ifndef RULES_GRADE_FORMULA_H
#define RULES_GRADE_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GRADE_SEVERITIES = 5, /* critical high medium low info, as severity_words */
    GRADE_SEVERITY_INFO = 4,
    GRADE_NO_SCORE = -1,
    GRADE_SEEN_ENOUGH = 40, /* percent of the weight that must be seen for a grade */
    GRADE_UNJUDGED = '-'
};

/* Results of one check. Waived ones are no findings; not_applicable counts nowhere. */
struct grade_tally {
    int64_t pass, fail, unknown, waived; /* unknown: errors too */
};

/* In tenths of a risk point. */
struct grade_points {
    int64_t weight;
    int64_t
        seen; /* the part of the weight that has an answer: all of it as soon as one subject failed */
    int64_t lost;
    int64_t lost_unseen; /* what would be lost if all that was not seen had failed */
};

struct grade_sum {
    struct grade_points points;
    bool is_open[GRADE_SEVERITIES];   /* something of this severity failed */
    bool is_hidden[GRADE_SEVERITIES]; /* something of it was not seen */
    int64_t chosen, left_out; /* weights of the checks that were asked for, and that were not */
};

struct grade_letter {
    char letter; /* A B C D E or GRADE_UNJUDGED */
    int score;   /* 0 to 100, GRADE_NO_SCORE where the letter is GRADE_UNJUDGED */
    const char
        *cap; /* critical high unseen: why the letter is not that of the score; NULL = it is */
    int seen_percent;
};

/* Counts are never negative; a tally of nothing has no points. */
struct grade_points grade_points_of(int severity, const struct grade_tally *t);
void grade_sum_add(struct grade_sum *sum, int severity, const struct grade_tally *t);

/* Says of a check whether it was asked for: what a profile leaves out was not seen. A sum that was told nothing stands for all checks. */
void grade_sum_choose(struct grade_sum *sum, int severity, bool is_chosen);

void grade_of_theme(const struct grade_sum *sum, struct grade_letter *ret);

/* Of all themes that have a weight. Half the mean of their scores, half the worst score. */
void grade_of_all(const struct grade_sum *themes, size_t count, struct grade_letter *ret);

#endif
