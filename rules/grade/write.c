/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grades, measures and risks into the evidence file. */
#include <stdlib.h>
#include <string.h>

#include "rules/grade/tallies.h"
#include "rules/result_table.h"

/* Counts of one theme, or of all; info does not count. */
struct counts {
    int64_t checks, failed, unclear, findings, waived, questions, unanswered, critical, high;
    int64_t left_out; /* by the profile: not among checks */
    int worst;        /* GRADE_SEVERITY_INFO = none */
};

struct writing {
    struct evaluation *e;
    sqlite3 *db;
    const struct management *m;
    struct tallies tallies;
    struct values values;
    struct grade_sum sums[MANAGEMENT_MAX_THEMES];
    struct counts counts[MANAGEMENT_MAX_THEMES], all;
    size_t bad, unjudged;
    struct err *err;
};

struct measured {
    const struct measure *measure;
    int64_t lost, checks, findings;
    int worst;
    size_t order;
};

static void number(sqlite3_stmt *s, int n, int64_t value)
{
    (void)sqlite3_bind_int64(s, n, value);
}

enum rc tallies_load(struct arena *a, sqlite3 *db, const struct rules *r, struct tallies *ret,
                     struct err *err)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    *ret = (struct tallies){ 0 };
    for (const struct check *c = r->checks; c; c = c->next) {
        ret->count += c->is_selected;
    }
    ret->items = arena_array(a, ret->count + 1, sizeof(*ret->items));
    if (!ret->items) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(result_row_prepare(db, "SELECT check_no, verdict, subjects FROM check_count", &s, err));
    for (bool is_row = true;;) {
        TRY(result_row_next(db, s, &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        int64_t no = sqlite3_column_int64(s, 0), n = sqlite3_column_int64(s, 2);
        const char *verdict = (const char *)sqlite3_column_text(s, 1);
        if (no < 1 || (size_t)no > ret->count || !verdict) {
            continue;
        }
        struct grade_tally *t = &ret->items[no];
        int64_t *const places[VERDICT_COUNT] = { [VERDICT_PASS] = &t->pass,
                                                 [VERDICT_FAIL] = &t->fail,
                                                 [VERDICT_UNKNOWN] = &t->unknown,
                                                 [VERDICT_WAIVED] = &t->waived,
                                                 [VERDICT_ERROR] = &t->unknown };
        for (int v = 0; v < VERDICT_COUNT; v++) {
            if (places[v] && strcmp(verdict, verdict_words[v]) == 0) {
                *places[v] += n;
            }
        }
    }
}

static void count_check(struct counts *n, const struct check *c, const struct grade_tally *t)
{
    bool is_unclear = t->fail == 0 && t->unknown > 0;
    n->checks++;
    n->failed += t->fail > 0;
    n->unclear += is_unclear;
    n->findings += t->fail;
    n->waived += t->waived;
    n->questions += c->question != NULL;
    n->unanswered += c->question != NULL && is_unclear;
    n->critical += c->severity == 0 ? t->fail : 0;
    n->high += c->severity == 1 ? t->fail : 0;
    n->worst = t->fail > 0 && c->severity < n->worst ? c->severity : n->worst;
}

static size_t theme_index(const struct management *m, const struct theme *theme)
{
    size_t i = 0;
    for (const struct theme *t = m->themes; t != theme; t = t->next) {
        i++;
    }
    return i;
}

static enum rc put_check(struct writing *w, sqlite3_stmt *s, const struct check *c,
                         const struct grade_tally *t)
{
    struct grade_points p = grade_points_of(c->severity, t);
    result_row_text(s, 1, c->id);
    result_row_text(s, 2, c->theme->id);
    result_row_text(s, 3,
                    c->severity == GRADE_SEVERITY_INFO || !c->measure ? NULL : c->measure->id);
    number(s, 4, p.weight);
    number(s, 5, p.lost);
    number(s, 6, t->fail > 0 || t->unknown == 0);
    return result_row_run(w->db, s, w->err);
}

static bool is_judged(const struct grade_tally *t)
{
    return t->pass + t->fail + t->unknown + t->waived > 0;
}

static enum rc add_checks(struct writing *w)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    size_t no = 0;
    TRY(result_row_prepare(w->db, "INSERT INTO grade_check VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &s,
                           w->err));
    w->all.worst = GRADE_SEVERITY_INFO;
    for (size_t i = 0; i < w->m->theme_count; i++) {
        w->counts[i].worst = GRADE_SEVERITY_INFO;
    }
    for (const struct check *c = w->e->rules->checks; c; c = c->next) {
        no += c->is_selected;
        const struct grade_tally *t = &w->tallies.items[no];
        if (c->theme) {
            size_t i = theme_index(w->m, c->theme);
            grade_sum_choose(&w->sums[i], c->severity, c->is_selected);
            w->counts[i].left_out += !c->is_selected && c->severity != GRADE_SEVERITY_INFO;
        }
        if (!c->is_selected || !c->theme || !is_judged(t)) {
            continue;
        }
        TRY(put_check(w, s, c, t));
        if (c->severity != GRADE_SEVERITY_INFO) {
            size_t i = theme_index(w->m, c->theme);
            grade_sum_add(&w->sums[i], c->severity, t);
            count_check(&w->counts[i], c, t);
            count_check(&w->all, c, t);
        }
    }
    return RC_OK;
}

static void set_values(struct writing *w, const struct counts *n, const struct grade_letter *g,
                       bool is_all)
{
    /* "All was seen" is not said where too little was asked. */
    int64_t left_out = g->letter == GRADE_UNJUDGED ? n->left_out : 0;
    const int64_t numbers[] = { n->checks + left_out,
                                n->failed,
                                n->unclear + left_out,
                                n->findings,
                                n->critical,
                                n->high,
                                n->waived,
                                n->questions,
                                n->unanswered,
                                g->seen_percent,
                                is_all ? (int64_t)w->bad : 0,
                                is_all ? (int64_t)w->unjudged : 0 };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        values_set(&w->values, theme_value_names[i], true, numbers[i]);
    }
}

static enum rc put_grade(struct writing *w, sqlite3_stmt *s, const struct theme *t, int position,
                         const struct counts *n, const struct grade_letter *g, int64_t lost)
{
    struct text2 sentence = { "", "" };
    const char letter[2] = { g->letter, '\0' };
    set_values(w, n, g, position == 0);
    if (!sentence_choose(w->e, t, &w->values, &sentence)) {
        sentence = (struct text2){ "Nothing can be said.", "判断できません。" };
    }
    result_row_text(s, 1, t->id);
    number(s, 2, position);
    result_row_both(s, 3, &t->title);
    result_row_text(s, 5, letter);
    (void)(g->score == GRADE_NO_SCORE ? sqlite3_bind_null(s, 6) : sqlite3_bind_int(s, 6, g->score));
    result_row_text(s, 7, g->cap);
    number(s, 8, g->seen_percent);
    number(s, 9, lost);
    result_row_text(s, 10, n->worst == GRADE_SEVERITY_INFO ? NULL : severity_words[n->worst]);
    number(s, 11, n->checks);
    number(s, 12, n->failed);
    number(s, 13, n->unclear);
    number(s, 14, n->findings);
    result_row_both(s, 15, &sentence);
    result_row_text(s, 17, t->link);
    return result_row_run(w->db, s, w->err);
}

/* Parts of the audit are in the file of another shard (coverage: left, missing). */
static enum rc is_of_shards(struct writing *w, bool *ret)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    TRY(result_row_prepare(
        w->db, "SELECT 1 FROM coverage WHERE reason IN ('left', 'missing') LIMIT 1", &s, w->err));
    return result_row_next(w->db, s, ret, w->err);
}

/* The shard that is not there may hold what is worse than all that was seen: only E, than which nothing is worse, can be told without it. */
static void withhold(struct grade_letter *g, const struct counts *n, bool is_part)
{
    if (is_part && n->unclear > 0 && g->letter != 'E') {
        *g = (struct grade_letter){ .letter = GRADE_UNJUDGED,
                                    .score = GRADE_NO_SCORE,
                                    .cap = "unseen",
                                    .seen_percent = g->seen_percent };
    }
}

static enum rc put_grades(struct writing *w)
{
    bool is_part = false;
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    struct grade_letter letters[MANAGEMENT_MAX_THEMES], all;
    int64_t lost = 0;
    size_t i = 0;
    TRY(is_of_shards(w, &is_part));
    TRY(result_row_prepare(
        w->db,
        "INSERT INTO grade VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        &s, w->err));
    for (const struct theme *t = w->m->themes; t; t = t->next, i++) {
        grade_of_theme(&w->sums[i], &letters[i]);
        withhold(&letters[i], &w->counts[i], is_part);
        lost += w->sums[i].points.lost;
        w->unjudged += letters[i].letter == GRADE_UNJUDGED;
        w->all.left_out += w->counts[i].left_out;
        w->bad += letters[i].letter >= 'D';
        TRY(put_grade(w, s, t, (int)i + 1, &w->counts[i], &letters[i], w->sums[i].points.lost));
    }
    grade_of_all(w->sums, w->m->theme_count, &all);
    withhold(&all, &w->all, is_part);
    return put_grade(w, s, w->m->all, 0, &w->all, &all, lost);
}

static int by_effect(const void *a, const void *b)
{
    const struct measured *x = a, *y = b;
    if (x->lost != y->lost) {
        return x->lost < y->lost ? 1 : -1;
    }
    if (x->worst != y->worst) {
        return x->worst < y->worst ? -1 : 1;
    }
    if (x->measure->effort != y->measure->effort) {
        return x->measure->effort < y->measure->effort ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

/* What each measure takes away; *ret_lost is all that is lost, also by checks without one. */
static size_t add_measures(struct writing *w, struct measured *list, int64_t *ret_lost)
{
    size_t count = 0;
    *ret_lost = 0;
    for (const struct measure *p = w->m->measures; p; p = p->next) {
        struct measured one = { p, 0, 0, 0, GRADE_SEVERITY_INFO, count };
        size_t no = 0;
        for (const struct check *c = w->e->rules->checks; c; c = c->next) {
            no += c->is_selected;
            const struct grade_tally *t = &w->tallies.items[no];
            if (c->is_selected && c->measure == p && c->severity != GRADE_SEVERITY_INFO &&
                c->theme && t->fail > 0) {
                one.lost += grade_points_of(c->severity, t).lost;
                one.checks++;
                one.findings += t->fail;
                one.worst = c->severity < one.worst ? c->severity : one.worst;
            }
        }
        if (one.checks > 0) {
            list[count++] = one;
        }
    }
    for (size_t i = 0; i < w->m->theme_count; i++) {
        *ret_lost += w->sums[i].points.lost;
    }
    return count;
}

static size_t count_measures(const struct management *m)
{
    size_t count = 0;
    for (const struct measure *p = m->measures; p; p = p->next) {
        count++;
    }
    return count;
}

static enum rc put_measures(struct writing *w)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    int64_t lost = 0;
    struct measured *list = arena_array(w->e->arena, count_measures(w->m) + 1, sizeof(*list));
    if (!list) {
        return err_setf(w->err, RC_NOMEM, "out of memory");
    }
    size_t count = add_measures(w, list, &lost);
    qsort(list, count, sizeof(*list), by_effect);
    TRY(result_row_prepare(
        w->db, "INSERT INTO measure VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", &s,
        w->err));
    for (size_t i = 0; i < count; i++) {
        const struct measured *one = &list[i];
        result_row_text(s, 1, one->measure->id);
        number(s, 2, (int64_t)i + 1);
        result_row_both(s, 3, &one->measure->title);
        result_row_both(s, 5, &one->measure->how);
        result_row_text(s, 7, effort_words[one->measure->effort]);
        number(s, 8, lost > 0 ? (200 * one->lost + lost) / (2 * lost) : 0);
        number(s, 9, one->lost);
        result_row_text(s, 10, severity_words[one->worst]);
        number(s, 11, one->checks);
        number(s, 12, one->findings);
        TRY(result_row_run(w->db, s, w->err));
    }
    return RC_OK;
}

static enum rc put_risks(struct writing *w)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    int64_t position = 0;
    TRY(result_row_prepare(w->db, "INSERT INTO risk VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &s,
                           w->err));
    for (int level = 0; level < 3; level++) {
        for (const struct risk *p = w->m->risks; p; p = p->next) {
            struct text2 title, body;
            if (p->level != level || !when_holds(w->e, &p->when, &w->values) ||
                !text2_fill(w->e->arena, &p->title, &w->values, &title) ||
                !text2_fill(w->e->arena, &p->text, &w->values, &body)) {
                continue;
            }
            result_row_text(s, 1, p->id);
            number(s, 2, ++position);
            result_row_text(s, 3, severity_words[level]);
            result_row_both(s, 4, &title);
            result_row_both(s, 6, &body);
            result_row_text(s, 8, p->theme->id);
            TRY(result_row_run(w->db, s, w->err));
        }
    }
    return RC_OK;
}

/* What page 1 must say: checks that the profile leaves out, and all there are. */
static enum rc put_left_out(struct writing *w)
{
    int64_t all = 0, left_out = 0;
    for (const struct check *c = w->e->rules->checks; c; c = c->next) {
        all++;
        left_out += !c->is_selected;
    }
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    TRY(result_row_prepare(
        w->db,
        "INSERT OR REPLACE INTO audit_info VALUES('checks_all', ?1), ('checks_left_out', ?2)", &s,
        w->err));
    number(s, 1, all);
    number(s, 2, left_out);
    return result_row_run(w->db, s, w->err);
}

enum rc grade_write(struct evaluation *e, sqlite3 *db, struct err *err)
{
    TRY(store_exec(
        db, "DELETE FROM grade; DELETE FROM grade_check; DELETE FROM measure; DELETE FROM risk",
        err));
    if (!e->rules->management) {
        return RC_OK;
    }
    struct writing *w = arena_alloc(e->arena, sizeof(*w));
    if (!w) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *w = (struct writing){ .e = e, .db = db, .m = e->rules->management, .err = err };
    TRY(tallies_load(e->arena, db, e->rules, &w->tallies, err));
    TRY(facts_evaluate(e, db, &w->tallies, &w->values, err));
    TRY(add_checks(w));
    TRY(put_left_out(w));
    if (w->all.checks == 0) { /* nothing was judged that has a weight */
        return RC_OK;
    }
    TRY(put_grades(w));
    TRY(put_measures(w));
    return put_risks(w);
}
