/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risk points and grades: examples computed by hand (report/README.md), and that not seeing something never helps. */
#include "rules/grade/formula.h"
#include "tests/support/t.h"

enum {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW,
    INFO
};

struct one {
    int severity;
    struct grade_tally tally;
};

static struct grade_letter theme_of(const struct one *checks, size_t count)
{
    struct grade_sum sum = { 0 };
    struct grade_letter letter;
    for (size_t i = 0; i < count; i++) {
        grade_sum_add(&sum, checks[i].severity, &checks[i].tally);
    }
    grade_of_theme(&sum, &letter);
    return letter;
}

#define THEME(...)                                \
    theme_of((const struct one[]){ __VA_ARGS__ }, \
             sizeof((const struct one[]){ __VA_ARGS__ }) / sizeof(struct one))

static void expect_letter(struct grade_letter g, char letter, int score, const char *cap, int seen)
{
    T_EQ_I(g.letter, letter);
    T_EQ_I(g.score, score);
    T_EQ_S(g.cap ? g.cap : "", cap);
    T_EQ_I(g.seen_percent, seen);
}

static void points_by_hand(void)
{
    struct grade_points p = grade_points_of(HIGH, &(struct grade_tally){ 3, 1, 0, 0 });
    T_EQ_I(p.weight, 300);
    T_EQ_I(p.seen, 300);
    T_EQ_I(p.lost, 188); /* 150 + 150 / 4 = 187.5, up */
    T_EQ_I(p.lost_unseen, 188);
    p = grade_points_of(MEDIUM, &(struct grade_tally){ 4, 0, 4, 0 });
    T_EQ_I(p.seen, 50);
    T_EQ_I(p.lost, 0);
    T_EQ_I(p.lost_unseen, 75);
    p = grade_points_of(CRITICAL, &(struct grade_tally){ 0, 7, 0, 0 });
    T_EQ_I(p.lost, 1000);
    p = grade_points_of(LOW, &(struct grade_tally){ 0, 1, 1, 2 }); /* waived ones are judged */
    T_EQ_I(p.lost, 20);
    T_EQ_I(p.lost_unseen, 23); /* 15 + 15 * 2 / 4 = 22.5, up */
    p = grade_points_of(CRITICAL, &(struct grade_tally){ 0 });
    T_EQ_I(p.weight, 0);
    p = grade_points_of(INFO, &(struct grade_tally){ 1, 5, 1, 0 });
    T_EQ_I(p.weight + p.lost + p.seen + p.lost_unseen, 0);
}

static void letters_by_hand(void)
{
    /* The example of report/README.md: 380 of 430 tenths seen, 188 lost. */
    expect_letter(
        THEME({ HIGH, { 3, 1, 0, 0 } }, { MEDIUM, { 4, 0, 4, 0 } }, { LOW, { 9, 0, 0, 0 } }), 'C',
        50, "", 88);
    expect_letter(THEME({ HIGH, { 3, 0, 0, 0 } }), 'A', 100, "", 100);
    expect_letter(THEME({ HIGH, { 99, 1, 0, 0 } }, { CRITICAL, { 5, 0, 0, 0 } }), 'C', 88, "high",
                  100);
    expect_letter(THEME({ CRITICAL, { 999, 1, 0, 0 } }, { HIGH, { 9, 0, 0, 0 } },
                        { CRITICAL, { 1, 0, 0, 0 } }, { CRITICAL, { 1, 0, 0, 0 } }),
                  'D', 84, "critical", 100);
    expect_letter(THEME({ CRITICAL, { 0, 1, 0, 0 } }), 'E', 0, "", 100);
    expect_letter(THEME({ MEDIUM, { 0, 1, 0, 0 } }, { MEDIUM, { 3, 0, 0, 0 } }), 'C', 50, "", 100);
}

static void what_is_not_seen_caps(void)
{
    /* One computer of a hundred was not seen: an open high finding cannot be ruled out. */
    expect_letter(THEME({ HIGH, { 99, 0, 1, 0 } }), 'C', 100, "unseen", 99);
    expect_letter(THEME({ MEDIUM, { 9, 0, 1, 0 } }, { MEDIUM, { 3, 0, 0, 0 } }), 'B', 100, "unseen",
                  95);
    expect_letter(THEME({ MEDIUM, { 99, 0, 1, 0 } }, { HIGH, { 99, 0, 0, 0 } }), 'A', 100, "", 99);
    /* Less than 40 percent: no letter; but a critical finding stands. */
    expect_letter(THEME({ HIGH, { 1, 0, 0, 0 } }, { CRITICAL, { 0, 0, 1, 0 } }), '-',
                  GRADE_NO_SCORE, "unseen", 23);
    expect_letter(THEME({ HIGH, { 0, 1, 0, 0 } }, { CRITICAL, { 0, 0, 1, 0 } }), '-',
                  GRADE_NO_SCORE, "unseen", 23);
    expect_letter(THEME({ CRITICAL, { 0, 1, 0, 0 } }, { CRITICAL, { 0, 0, 1, 0 } },
                        { CRITICAL, { 0, 0, 1, 0 } }),
                  'E', 0, "", 33);
    expect_letter(THEME({ CRITICAL, { 0, 0, 1, 0 } }), '-', GRADE_NO_SCORE, "unseen", 0);
    expect_letter(THEME({ INFO, { 1, 1, 0, 0 } }), '-', GRADE_NO_SCORE, "unseen", 0);
}

static void waived_is_no_finding(void)
{
    expect_letter(THEME({ CRITICAL, { 5, 0, 0, 1 } }), 'A', 100, "", 100);
}

static struct grade_letter all_of(const struct one *checks, const size_t *themes, size_t count,
                                  size_t theme_count)
{
    struct grade_sum sums[4] = { 0 };
    struct grade_letter letter;
    for (size_t i = 0; i < count; i++) {
        grade_sum_add(&sums[themes[i]], checks[i].severity, &checks[i].tally);
    }
    grade_of_all(sums, theme_count, &letter);
    return letter;
}

static void all_by_hand(void)
{
    /* 100, 50 and 75: mean 75, worst 50, so 62. */
    const struct one checks[] = { { MEDIUM, { 1, 0, 0, 0 } }, { MEDIUM, { 0, 1, 0, 0 } },
                                  { MEDIUM, { 1, 0, 0, 0 } }, { MEDIUM, { 1, 1, 0, 0 } },
                                  { MEDIUM, { 1, 0, 0, 0 } }, { MEDIUM, { 1, 0, 0, 0 } } };
    const size_t themes[] = { 0, 1, 1, 2, 2, 2 };
    expect_letter(all_of(checks, themes, 6, 3), 'C', 62, "", 100);
    /* A theme of which nothing was seen keeps all at C, a theme without checks too. */
    const struct one two[] = { { MEDIUM, { 1, 0, 0, 0 } }, { MEDIUM, { 0, 0, 1, 0 } } };
    expect_letter(all_of(two, (const size_t[]){ 0, 1 }, 2, 2), 'C', 100, "unseen", 50);
    expect_letter(all_of(two, (const size_t[]){ 0, 1 }, 1, 2), 'C', 100, "unseen", 100);
    expect_letter(all_of(two, (const size_t[]){ 0, 1 }, 1, 1), 'A', 100, "", 100);
    expect_letter(all_of(two + 1, (const size_t[]){ 0, 1 }, 1, 2), '-', GRADE_NO_SCORE, "unseen",
                  0);
}

/* Three checks of a profile that pass are not the estate. */
static void what_a_profile_leaves_out_is_not_seen(void)
{
    struct grade_sum sums[2] = { 0 };
    struct grade_letter letter;
    const struct grade_tally passed = { 1, 0, 0, 0 }, failed = { 1, 1, 0, 0 };
    for (int i = 0; i < 3; i++) {
        grade_sum_add(&sums[0], HIGH, &passed);
        grade_sum_choose(&sums[0], HIGH, true);
    }
    grade_of_theme(&sums[0], &letter);
    expect_letter(letter, 'A', 100, "", 100);
    for (int i = 0; i < 2; i++) {
        grade_sum_choose(&sums[0], HIGH, false);
        grade_sum_choose(&sums[0], INFO, false); /* has no weight */
    }
    grade_of_theme(&sums[0], &letter);
    expect_letter(letter, 'A', 100, "", 60);
    for (int i = 0; i < 3; i++) {
        grade_sum_choose(&sums[0], HIGH, false);
    }
    grade_of_theme(&sums[0], &letter);
    expect_letter(letter, '-', GRADE_NO_SCORE, "unseen", 37);
    grade_sum_choose(&sums[1], CRITICAL, false);
    grade_of_all(sums, 2, &letter);
    expect_letter(letter, '-', GRADE_NO_SCORE, "unseen", 26); /* 900 of 3400 */
    grade_sum_add(&sums[0], CRITICAL, &failed);               /* what is bad stays bad */
    grade_sum_choose(&sums[0], CRITICAL, true);
    grade_of_all(sums, 2, &letter);
    T_EQ_I(letter.letter, 'D');
}

/* Estates by chance, always the same ones. */
static uint32_t chance;

static uint32_t pick(uint32_t below)
{
    chance = chance * 1664525U + 1013904223U;
    return (chance >> 8) % below;
}

enum {
    MOST = 8
};

struct estate {
    struct one checks[MOST];
    size_t themes[MOST];
    size_t count;
};

static struct estate any_estate(void)
{
    struct estate e = { .count = 1 + pick(MOST) };
    bool is_good = pick(2) == 0; /* most of it passes */
    int mildest = is_good ? MEDIUM : CRITICAL;
    for (size_t i = 0; i < e.count; i++) {
        int64_t *const parts[] = { &e.checks[i].tally.pass, &e.checks[i].tally.fail,
                                   &e.checks[i].tally.unknown, &e.checks[i].tally.waived };
        e.checks[i].severity = mildest + (int)pick((uint32_t)(5 - mildest));
        e.themes[i] = i < 3 ? i : pick(3);
        for (size_t n = 0; n < 4; n++) {
            uint32_t kind = pick(4);
            kind = !is_good ? kind : n == 0 ? 3 : pick(3) == 0 ? kind % 3 : 0;
            *parts[n] = kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? pick(6) : pick(200);
        }
    }
    return e;
}

static struct grade_letter judge(const struct estate *e, bool is_all)
{
    return is_all ? all_of(e->checks, e->themes, e->count, 3) : theme_of(e->checks, e->count);
}

/* Any letter is better than none. */
static bool is_better(char a, char b)
{
    return a != GRADE_UNJUDGED && (b == GRADE_UNJUDGED || a < b);
}

static void not_seen_is_never_better(bool is_all)
{
    size_t wrong_pass = 0, wrong_fail = 0, tried = 0, letters[128] = { 0 };
    chance = 20261126;
    for (int round = 0; round < 60000; round++) {
        struct estate e = any_estate();
        size_t i = pick((uint32_t)e.count);
        struct grade_tally *t = &e.checks[i].tally;
        t->unknown++; /* one subject of this check: not seen, seen to pass, seen to fail */
        struct grade_letter hidden = judge(&e, is_all);
        t->unknown--;
        t->pass++;
        struct grade_letter passed = judge(&e, is_all);
        t->pass--;
        t->fail++;
        struct grade_letter failed = judge(&e, is_all);
        tried++;
        letters[(unsigned char)hidden.letter]++;
        wrong_pass += is_better(hidden.letter, passed.letter);
        /* A good letter is never the work of what was hidden. */
        wrong_fail += hidden.letter != GRADE_UNJUDGED && hidden.letter <= 'B' &&
                      is_better(hidden.letter, failed.letter);
    }
    T_EQ_I(wrong_pass, 0);
    T_EQ_I(wrong_fail, 0);
    T_EQ_I(tried, 60000);
    for (const char *p = "ABCDE-"; *p; p++) { /* the estates are of all kinds */
        T_OK(letters[(unsigned char)*p] > 20);
    }
}

static void a_theme_gains_nothing_unseen(void)
{
    not_seen_is_never_better(false);
}

static void the_whole_gains_nothing_unseen(void)
{
    not_seen_is_never_better(true);
}

static void all_unknown_has_no_letter(void)
{
    chance = 7;
    for (int round = 0; round < 2000; round++) {
        struct estate e = any_estate();
        for (size_t i = 0; i < e.count; i++) {
            struct grade_tally *t = &e.checks[i].tally;
            *t = (struct grade_tally){ .unknown = t->pass + t->fail + t->unknown + t->waived };
        }
        T_EQ_I(judge(&e, false).letter, GRADE_UNJUDGED);
        T_EQ_I(judge(&e, true).letter, GRADE_UNJUDGED);
    }
}

static void large_counts_do_not_overflow(void)
{
    int64_t many = INT64_C(2000000000000);
    struct grade_points p = grade_points_of(CRITICAL, &(struct grade_tally){ many, many, many, 0 });
    T_EQ_I(p.lost, 750);
    T_EQ_I(p.seen, 1000);
}

#define TESTS(X)                                                             \
    X(points_by_hand)                                                        \
    X(letters_by_hand)                                                       \
    X(what_is_not_seen_caps)                                                 \
    X(waived_is_no_finding)                                                  \
    X(all_by_hand)                                                           \
    X(what_a_profile_leaves_out_is_not_seen) X(a_theme_gains_nothing_unseen) \
        X(the_whole_gains_nothing_unseen) X(all_unknown_has_no_letter)       \
            X(large_counts_do_not_overflow)
T_MAIN("grade", TESTS)
