/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every division rounds to the worse side, so that what is not seen can never gain by a remainder. */
#include "rules/grade/formula.h"

enum {
    CRITICAL,
    HIGH
};

static const int64_t weights[GRADE_SEVERITIES] = { 1000, 300, 100, 30, 0 };

/* Half the weight for the first failed subject, the other half by their share. */
static int64_t lost_of(int64_t weight, int64_t failed, int64_t judged)
{
    return failed > 0 ? (weight * (judged + failed) + 2 * judged - 1) / (2 * judged) : 0;
}

struct grade_points grade_points_of(int severity, const struct grade_tally *t)
{
    int64_t good = t->pass + t->waived, judged = good + t->fail, all = judged + t->unknown;
    if (all == 0) {
        return (struct grade_points){ 0 };
    }
    int64_t weight = weights[severity];
    return (struct grade_points){ .weight = weight,
                                  .seen = t->fail > 0 ? weight : weight * good / all,
                                  .lost = lost_of(weight, t->fail, judged),
                                  .lost_unseen = lost_of(weight, t->fail + t->unknown, all) };
}

void grade_sum_add(struct grade_sum *sum, int severity, const struct grade_tally *t)
{
    struct grade_points p = grade_points_of(severity, t);
    sum->points.weight += p.weight;
    sum->points.seen += p.seen;
    sum->points.lost += p.lost;
    sum->points.lost_unseen += p.lost_unseen;
    sum->is_open[severity] = sum->is_open[severity] || t->fail > 0;
    sum->is_hidden[severity] = sum->is_hidden[severity] || t->unknown > 0;
}

void grade_sum_choose(struct grade_sum *sum, int severity, bool is_chosen)
{
    *(is_chosen ? &sum->chosen : &sum->left_out) += weights[severity];
}

static char letter_of(int64_t score)
{
    return score >= 85 ? 'A' : score >= 70 ? 'B' : score >= 50 ? 'C' : score >= 30 ? 'D' : 'E';
}

static char worse(char a, char b)
{
    return a > b ? a : b;
}

static char capped(char letter, bool critical, bool high)
{
    letter = high ? worse(letter, 'C') : letter;
    return critical ? worse(letter, 'D') : letter;
}

static int64_t score_of(int64_t lost, int64_t of)
{
    return 100 * (of - lost) / of;
}

/* The letter of what was seen, the letter if all the rest had failed, and what follows. A good letter (A, B) must hold in both. */
static void decide(struct grade_letter *ret, int64_t score, int64_t score_unseen,
                   const struct grade_sum *sum, bool is_told)
{
    bool critical = sum->is_open[CRITICAL], high = sum->is_open[HIGH];
    char own = letter_of(score), letter = capped(own, critical, high);
    char unseen = capped(letter_of(score_unseen), critical || sum->is_hidden[CRITICAL],
                         high || sum->is_hidden[HIGH]);
    const char *cap = letter == own ? NULL : critical ? "critical" : "high";
    unseen = is_told ? unseen : 'E';
    if (letter < 'C' && unseen > letter) {
        letter = unseen > 'C' ? 'C' : unseen;
        cap = "unseen";
    }
    if (ret->seen_percent < GRADE_SEEN_ENOUGH && !critical) {
        ret->letter = GRADE_UNJUDGED;
        ret->cap = "unseen";
        ret->score = GRADE_NO_SCORE;
        return;
    }
    ret->letter = letter;
    ret->cap = cap;
    ret->score = (int)score;
}

/* Of the weight of all checks, of which a profile may have left out some. */
static int seen_of(const struct grade_sum *sum)
{
    int64_t weight = sum->points.weight, seen = sum->points.seen;
    if (weight == 0) {
        return 0;
    }
    return (int)(sum->left_out == 0
                     ? 100 * seen / weight
                     : 100 * seen * sum->chosen / (weight * (sum->chosen + sum->left_out)));
}

static bool begin(struct grade_letter *ret, const struct grade_sum *sum)
{
    *ret = (struct grade_letter){ .letter = GRADE_UNJUDGED,
                                  .score = GRADE_NO_SCORE,
                                  .cap = "unseen",
                                  .seen_percent = seen_of(sum) };
    return sum->points.seen > 0;
}

void grade_of_theme(const struct grade_sum *sum, struct grade_letter *ret)
{
    const struct grade_points *p = &sum->points;
    if (begin(ret, sum)) {
        decide(ret, score_of(p->lost, p->seen), score_of(p->lost_unseen, p->weight), sum, true);
    }
}

struct mean {
    int64_t sum, worst, count;
};

static void mean_add(struct mean *m, int64_t score)
{
    m->worst = m->count == 0 || score < m->worst ? score : m->worst;
    m->sum += score;
    m->count++;
}

static int64_t mean_of(const struct mean *m)
{
    return (m->sum + m->count * m->worst) / (2 * m->count);
}

void grade_of_all(const struct grade_sum *themes, size_t count, struct grade_letter *ret)
{
    struct grade_sum all = { 0 };
    struct mean seen = { 0 }, unseen = { 0 };
    bool is_told = true; /* each theme has a letter */
    for (size_t i = 0; i < count; i++) {
        const struct grade_points *p = &themes[i].points;
        struct grade_letter own;
        grade_of_theme(&themes[i], &own);
        is_told = is_told && own.letter != GRADE_UNJUDGED;
        all.points.weight += p->weight;
        all.points.seen += p->seen;
        all.chosen += themes[i].chosen;
        all.left_out += themes[i].left_out;
        for (int s = 0; s < GRADE_SEVERITIES; s++) {
            all.is_open[s] = all.is_open[s] || themes[i].is_open[s];
            all.is_hidden[s] = all.is_hidden[s] || themes[i].is_hidden[s];
        }
        if (p->seen > 0) { /* also of a theme without a letter: its few findings stay */
            mean_add(&seen, score_of(p->lost, p->seen));
        }
        if (p->weight > 0) {
            mean_add(&unseen, score_of(p->lost_unseen, p->weight));
        }
    }
    if (begin(ret, &all)) {
        decide(ret, mean_of(&seen), mean_of(&unseen), &all, is_told);
    }
}
