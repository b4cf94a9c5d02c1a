/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers about the estate. What was not seen is no number: a count of 0 from a source that was not wholly seen is not known. */
#include <string.h>

#include "rules/grade/management.h"
#include "rules/grade/tallies.h"

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static bool is_whole(const struct evaluation *e)
{
    for (size_t i = 0; i < e->guard.read_count; i++) {
        const struct view *v = catalogue_view(&e->rules->catalogue, e->guard.read[i]);
        for (size_t n = 0; v && v->sources[n]; n++) {
            if (!coverage_source(&e->coverage, v->sources[n])->is_complete) {
                return false;
            }
        }
    }
    return true;
}

static void fact_of_sql(struct evaluation *e, const struct fact *f, struct values *ret)
{
    AUTO(stmt_done)
    sqlite3_stmt *s = guard_prepare(&e->guard, e->db, f->sql.text, f->sql.text);
    bool whole = s && is_whole(e), is_row = false;
    if (s) {
        guard_start(&e->guard, e->db);
        is_row = sqlite3_step(s) == SQLITE_ROW;
        guard_stop(e->db);
    }
    for (size_t i = 0; i < f->count; i++) {
        bool is_number = is_row && sqlite3_column_type(s, (int)i) == SQLITE_INTEGER;
        int64_t number = is_number ? sqlite3_column_int64(s, (int)i) : 0;
        values_set(ret, f->names[i], is_number && (number != 0 || whole), number);
    }
}

/* A count over the results of some checks that did not pass. -1 when it cannot be told. */
static int64_t count_results(sqlite3 *results, const char *what, const struct wr *numbers,
                             const char *condition)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 16);
    wr_printf(&w, "SELECT %s FROM result WHERE check_no IN (%s) AND verdict <> 'pass' AND %s", what,
              numbers->bad ? "" : (const char *)numbers->data, condition);
    wr_u8(&w, 0);
    if (numbers->bad || w.bad ||
        sqlite3_prepare_v2(results, (const char *)w.data, -1, &s, NULL) != SQLITE_OK ||
        sqlite3_step(s) != SQLITE_ROW) {
        return -1;
    }
    return sqlite3_column_int64(s, 0);
}

/* Rows that say that a source was not seen are no subjects. */
static int64_t count_sources(sqlite3 *results, const struct wr *numbers)
{
    return count_results(results, "count(*)", numbers,
                         "verdict = 'unknown' AND subject GLOB 'source:*'");
}

static bool takes(const struct fact *f, const struct check *c)
{
    for (size_t i = 0; i < f->checks.count; i++) {
        if (pattern_takes(f->checks.nodes[i], c)) {
            return true;
        }
    }
    return false;
}

/* -1 = not known */
static int64_t number_of(enum fact_kind kind, const struct grade_tally *all,
                         const struct wr *numbers, sqlite3 *results)
{
    int64_t sources = all->unknown > 0 ? count_sources(results, numbers) : 0;
    if (sources < 0) {
        return -1;
    }
    switch (kind) {
    case FACT_JUDGED:
        return all->pass + all->fail + all->unknown - sources;
    case FACT_UNKNOWN:
        return all->unknown - sources;
    default:
        if (all->fail == 0) {
            return all->unknown > 0 ? -1 : 0;
        }
        return kind == FACT_FINDINGS
                   ? all->fail
                   : count_results(results, "count(DISTINCT subject)", numbers, "verdict = 'fail'");
    }
}

static void fact_of_results(struct evaluation *e, const struct fact *f, sqlite3 *results,
                            const struct tallies *t, struct values *ret)
{
    struct wr numbers AUTO(wr_done);
    wr_init(&numbers, 1U << 16);
    struct grade_tally all = { 0 };
    int64_t no = 0;
    bool is_any = false;
    for (const struct check *c = e->rules->checks; c; c = c->next) {
        no += c->is_selected;
        if (c->is_selected && takes(f, c)) {
            const struct grade_tally *one = &t->items[no];
            wr_printf(&numbers, "%s%lld", is_any ? "," : "", (long long)no);
            is_any = true;
            all.pass += one->pass + one->waived;
            all.fail += one->fail;
            all.unknown += one->unknown;
        }
    }
    wr_u8(&numbers, 0);
    values_set(ret, f->names[0], false, 0);
    if (is_any) {
        int64_t number = number_of(f->kind, &all, &numbers, results);
        values_set(ret, f->names[0], number >= 0, number);
    }
}

enum rc values_begin(struct arena *a, const struct management *m, struct values *ret,
                     struct err *err)
{
    *ret = (struct values){ .room = MANAGEMENT_MAX_FACTS + MANAGEMENT_MAX_NAMES + 16 };
    ret->items = arena_array(a, ret->room, sizeof(*ret->items));
    if (!ret->items) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (const struct fact *f = m->facts; f; f = f->next) {
        for (size_t i = 0; i < f->count; i++) {
            values_set(ret, f->names[i], false, 0);
        }
    }
    for (size_t i = 0; theme_value_names[i]; i++) {
        values_set(ret, theme_value_names[i], true, 0);
    }
    return RC_OK;
}

enum rc facts_evaluate(struct evaluation *e, sqlite3 *results, const struct tallies *t,
                       struct values *ret, struct err *err)
{
    TRY(values_begin(e->arena, e->rules->management, ret, err));
    for (const struct fact *f = e->rules->management->facts; f; f = f->next) {
        if (f->kind == FACT_SQL && f->sql.text) {
            fact_of_sql(e, f, ret);
        } else {
            fact_of_results(e, f, results, t, ret);
        }
    }
    return RC_OK;
}

enum rc fact_evaluate_alone(struct evaluation *e, const struct fact *f, struct values *ret,
                            struct err *err)
{
    *ret = (struct values){ .room = MANAGEMENT_MAX_NAMES };
    ret->items = arena_array(e->arena, ret->room, sizeof(*ret->items));
    if (!ret->items) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (f->kind == FACT_SQL && f->sql.text) {
        fact_of_sql(e, f, ret);
    }
    return RC_OK;
}

bool when_holds(struct evaluation *e, const struct expr *when, const struct values *v)
{
    if (!when->text) {
        return true;
    }
    const char *sql = when_statement(e->arena, when, v);
    AUTO(stmt_done)
    sqlite3_stmt *s = sql ? guard_prepare(&e->guard, e->db, sql, when->text) : NULL;
    return s && sqlite3_step(s) == SQLITE_ROW && sqlite3_column_double(s, 0) != 0.0;
}

bool text2_fill(struct arena *a, const struct text2 *text, const struct values *v,
                struct text2 *ret)
{
    *ret = (struct text2){ text_fill(a, text->en, v), text_fill(a, text->ja, v) };
    return ret->en && ret->ja;
}

const struct sentence *sentence_choose(struct evaluation *e, const struct theme *t,
                                       const struct values *v, struct text2 *ret)
{
    for (const struct sentence *s = t->sentences; s; s = s->next) {
        if (when_holds(e, &s->when, v) && text2_fill(e->arena, &s->text, v, ret)) {
            return s;
        }
    }
    return NULL;
}
