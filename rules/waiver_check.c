/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of each waiver by its dates and, with evidence, by what the evaluation found: the results that did not pass, then the ids of
 * those that passed, then the views of its checks, for the subjects that no result names. */
#include "rules/waiver_check.h"

#include <stdlib.h>
#include <string.h>

#include "rules/guard.h"
#include "rules/outcome.h"
#include "rules/waiver_state.h"

struct look {
    struct rules *rules;
    const struct waivers_options *options;
    struct arena *arena;
    sqlite3 *db;
    struct waiver_index index;
    struct finding_hash hash;
    struct waiver_state_of *all; /* by number */
    struct waiver **open; /* those whose subject has not been found yet, of the check that runs */
    size_t checks, evaluated; /* that are loaded, that the evidence was evaluated with */
    bool is_incomplete;       /* some source was not completely seen */
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static void reader_close(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static enum rc database_fault(const struct look *k, struct err *err)
{
    return err_setf(err, RC_IO, "reading the results: %s", sqlite3_errmsg(k->db));
}

static const char *column(sqlite3_stmt *s, int n)
{
    const char *text = (const char *)sqlite3_column_text(s, n);
    return text ? text : "";
}

static struct waiver_state_of *state_of(const struct look *k, const struct waiver *w)
{
    return &k->all[w->number - 1];
}

/* One row of the results that neither passed nor fails, of the check that the index stands at. */
static void take_unknown(struct look *k, const struct waiver_subject *s)
{
    struct waiver_index *x = &k->index;
    for (size_t i = 0; i < x->exact_count + x->other_count; i++) {
        const struct waiver *w = i < x->exact_count ? x->exact[i] : x->other[i - x->exact_count];
        if (waiver_means(x, w, s)) {
            state_of(k, w)->unknown++;
        }
    }
    for (size_t i = 0; i < x->finding_count; i++) {
        if (strcmp(x->by_finding[i]->finding, s->finding) == 0) {
            state_of(k, x->by_finding[i])->unknown++;
        }
    }
}

static void take_row(struct look *k, sqlite3_stmt *s, bool *ret_incomplete)
{
    const char *verdict = column(s, 0);
    const struct waiver_subject subject = { column(s, 1),
                                            sqlite3_column_type(s, 2) == SQLITE_NULL ? NULL
                                                                                     : column(s, 2),
                                            column(s, 3), column(s, 4) };
    if (strcmp(verdict, "fail") == 0 || strcmp(verdict, "waived") == 0) {
        (void)waiver_find(&k->index, &subject);
    } else if (strncmp(subject.key, "source:", 7) == 0 || strcmp(verdict, "error") == 0) {
        *ret_incomplete = true;
    } else {
        take_unknown(k, &subject);
    }
}

static enum rc take_check(struct look *k, int64_t number, const char *id, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    struct waiver_index *x = &k->index;
    bool is_incomplete = false;
    waiver_index_check(x, id);
    k->evaluated++;
    if (x->exact_count + x->other_count + x->finding_count == 0) {
        return RC_OK;
    }
    if (sqlite3_prepare_v2(
            k->db,
            "SELECT verdict, subject, name, item, finding FROM result WHERE check_no = ?1 AND verdict <> 'pass'",
            -1, &s, NULL) != SQLITE_OK) {
        return database_fault(k, err);
    }
    (void)sqlite3_bind_int64(s, 1, number);
    int sq = sqlite3_step(s);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        take_row(k, s, &is_incomplete);
    }
    for (size_t i = 0; i < x->exact_count + x->other_count; i++) {
        struct waiver_state_of *state =
            state_of(k, i < x->exact_count ? x->exact[i] : x->other[i - x->exact_count]);
        state->evaluated++;
        state->is_incomplete = state->is_incomplete || is_incomplete;
    }
    k->is_incomplete = k->is_incomplete || is_incomplete;
    return sq == SQLITE_DONE ? RC_OK : database_fault(k, err);
}

static enum rc take_results(struct look *k, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(k->db, "SELECT check_no, id FROM check_info", -1, &s, NULL) !=
        SQLITE_OK) {
        return database_fault(k, err);
    }
    int sq = sqlite3_step(s);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        TRY(take_check(k, sqlite3_column_int64(s, 0), column(s, 1), err));
    }
    if (sq != SQLITE_DONE) {
        return database_fault(k, err);
    }
    return k->evaluated > 0
               ? RC_OK
               : err_setf(err, RC_USAGE,
                          "the evidence was not evaluated yet; kagimori evaluate does that");
}

static int by_finding(const void *key, const void *element)
{
    return strcmp(key, (*(struct waiver *const *)element)->finding);
}

/* Passed rows keep no id, so that millions of them cost little: it is worked out again, and only when an id was not found elsewhere. */
static enum rc take_passes(struct look *k, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    bool is_needed = false;
    struct waiver_index *x = &k->index;
    char id[FINDING_ID_SIZE];
    for (size_t i = 0; i < x->finding_count; i++) {
        const struct waiver *w = x->by_finding[i];
        is_needed = is_needed || (w->fits == 0 && state_of(k, w)->unknown == 0);
    }
    if (!is_needed) {
        return RC_OK;
    }
    if (sqlite3_prepare_v2(
            k->db,
            "SELECT c.id, r.subject, r.item FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'pass'",
            -1, &s, NULL) != SQLITE_OK) {
        return database_fault(k, err);
    }
    int sq = sqlite3_step(s);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        finding_id(&k->hash, column(s, 0), column(s, 1), column(s, 2), id);
        struct waiver *const *w =
            bsearch(id, x->by_finding, x->finding_count, sizeof(struct waiver *), by_finding);
        if (w) {
            state_of(k, *w)->is_present = true;
        }
    }
    return sq == SQLITE_DONE ? RC_OK : database_fault(k, err);
}

static bool is_wide(const struct waiver *w)
{
    return w->subject && (w->subject[0] == '@' || waiver_is_glob(w->subject));
}

/* A subject that no result names still may be there: it passed, or the check does not apply to it. */
static bool is_lost(const struct look *k, const struct waiver *w)
{
    const struct waiver_state_of *state = state_of(k, w);
    return w->subject && w->subject[0] != '@' && !waiver_is_all(w->subject) && w->fits == 0 &&
           state->unknown == 0 && !state->is_present && state->evaluated > 0;
}

static bool same_rows(const struct check *a, const struct check *b)
{
    const char *x = a->name.sql, *y = b->name.sql;
    return a->view && b->view && strcmp(a->view, b->view) == 0 &&
           ((!x && !y) || (x && y && strcmp(x, y) == 0));
}

/* The lost waivers of all checks that judge the same rows as c, in k->open. */
static size_t lost_waivers(struct look *k, const struct check *c)
{
    size_t count = 0;
    for (struct waiver *w = k->rules->waivers; w; w = w->next) {
        bool fits = false;
        if (is_lost(k, w)) {
            for (const struct check *o = k->rules->checks; o && !fits; o = o->next) {
                fits = o->id && o->statement && same_rows(o, c) && glob_matches(w->check, o->id);
            }
        }
        if (fits) {
            k->open[count++] = w;
        }
    }
    return count;
}

static void find_subjects(struct look *k, const struct check *c, size_t count)
{
    struct guard guard = { .catalogue = &k->rules->catalogue, .step_limit = k->rules->step_limit };
    const char *sql = arena_printf(k->arena, "SELECT subject, (%s) FROM \"%s\"",
                                   c->name.sql ? c->name.sql : "name", c->view);
    AUTO(stmt_done)
    sqlite3_stmt *s = sql ? guard_prepare(&guard, k->db, sql, c->written ? c->written : "") : NULL;
    guard_start(&guard, k->db);
    int sq = s ? sqlite3_step(s) : SQLITE_ERROR;
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        const char *key = column(s, 0), *name = column(s, 1);
        for (size_t i = 0; i < count; i++) {
            if (glob_matches(k->open[i]->subject, key) ||
                glob_matches_any_case(k->open[i]->subject, name)) {
                state_of(k, k->open[i])->is_present = true;
            }
        }
    }
    guard_stop(k->db);
    for (size_t i = 0; sq != SQLITE_DONE && i < count; i++) {
        state_of(k, k->open[i])->is_incomplete = true;
    }
}

static void take_views(struct look *k)
{
    for (const struct check *c = k->rules->checks; c; c = c->next) {
        bool is_first = c->id && c->statement;
        for (const struct check *o = k->rules->checks; is_first && o != c; o = o->next) {
            is_first = !o->statement || !same_rows(o, c);
        }
        size_t count = is_first ? lost_waivers(k, c) : 0;
        if (count > 0) {
            find_subjects(k, c, count);
        }
    }
}

static bool is_placeholder(const char *text)
{
    static const char *const words[] = { "n/a",     "na",   "none", "nobody", "tbd",  "todo",
                                         "unknown", "なし", "未定", "不明",   "同上", NULL };
    bool letter = false;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        letter = letter || c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    for (size_t i = 0; letter && words[i]; i++) {
        letter = !(glob_matches_any_case(words[i], text));
    }
    return !letter;
}

static void judge_dates(const struct look *k, struct waiver_state_of *state)
{
    const struct waiver *w = state->waiver;
    filetime left = w->ends - k->options->now;
    state->days = left / FILETIME_DAY;
    if (left <= 0) {
        state->states |= WAIVER_EXPIRED;
    } else if (left <= k->options->days * FILETIME_DAY) {
        state->states |= WAIVER_EXPIRING;
    } else if (left > WAIVER_LONGEST_DAYS * FILETIME_DAY) {
        state->states |= WAIVER_TOO_LONG;
    }
    if (is_placeholder(w->approver) || is_placeholder(w->reason)) {
        state->states |= WAIVER_NOBODY;
    }
}

static void set(struct waiver_state_of *state, unsigned flag, enum waiver_cause cause)
{
    state->states |= flag;
    state->cause = cause;
}

static bool is_empty_group(const struct look *k, const char *word)
{
    const struct waiver_group *g =
        strcmp(word, WAIVER_HONEY) == 0 ? &k->index.honey : &k->index.break_glass;
    return word[0] == '@' && g->count == 0;
}

static void judge_missing(const struct look *k, struct waiver_state_of *state)
{
    const struct waiver *w = state->waiver;
    if (w->finding) {
        bool all = k->evaluated >= k->checks;
        set(state, all ? WAIVER_ORPHANED : WAIVER_UNTOLD,
            all ? WAIVER_NO_FINDING : WAIVER_NOT_EVALUATED);
        state->is_incomplete = k->is_incomplete;
    } else if (is_empty_group(k, w->subject)) {
        set(state, WAIVER_ORPHANED, WAIVER_NO_GROUP);
    } else if (state->is_incomplete) {
        set(state, WAIVER_UNTOLD, WAIVER_NOT_SEEN);
    } else if (w->subject[0] == '@' || waiver_is_all(w->subject)) {
        set(state, WAIVER_UNUSED, WAIVER_CAUSE_NONE);
    } else {
        set(state, WAIVER_ORPHANED, WAIVER_NO_SUBJECT);
    }
}

static void judge(const struct look *k, struct waiver_state_of *state)
{
    const struct waiver *w = state->waiver;
    judge_dates(k, state);
    state->failing = w->fits;
    if (!w->is_known) {
        set(state, WAIVER_ORPHANED, WAIVER_NO_CHECK);
    } else if (!k->db) {
        set(state, WAIVER_UNTOLD, WAIVER_NO_EVIDENCE);
    } else if (!w->finding && state->evaluated == 0) {
        set(state, WAIVER_UNTOLD, WAIVER_NOT_EVALUATED);
    } else if (w->fits > 0) {
        bool covered = w->used == 0 && (state->states & WAIVER_EXPIRED) == 0;
        state->states |= covered ? WAIVER_COVERED : 0U;
    } else if (state->unknown > 0) {
        set(state, WAIVER_UNTOLD, WAIVER_UNKNOWN_NOW);
    } else if (!state->is_present) {
        judge_missing(k, state);
    } else if (is_wide(w) && state->is_incomplete) {
        set(state, WAIVER_UNTOLD, WAIVER_NOT_SEEN);
    } else {
        set(state, WAIVER_UNUSED, WAIVER_CAUSE_NONE);
    }
}

static enum rc read_evidence(struct look *k, struct err *err)
{
    guard_limit(k->db);
    TRY(finding_hash_begin(&k->hash, err));
    TRY(waiver_index_begin(&k->index, k->rules, k->arena, k->db, k->options->now, err));
    TRY(take_results(k, err));
    TRY(take_passes(k, err));
    take_views(k);
    return RC_OK;
}

static enum rc look(struct look *k, struct err *err)
{
    AUTO(reader_close) sqlite3 *db = NULL;
    struct rules *r = k->rules;
    k->all = arena_array(k->arena, r->waiver_count + 1, sizeof(*k->all));
    k->open = arena_array(k->arena, r->waiver_count + 1, sizeof(struct waiver *));
    if (!k->all || !k->open) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (const struct waiver *w = r->waivers; w; w = w->next) {
        state_of(k, w)->waiver = w;
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        k->checks++;
    }
    if (k->options->evidence && !k->options->db) {
        TRY(store_open_reader(k->options->evidence, &db, err));
    }
    k->db = k->options->db ? k->options->db : db;
    if (k->db) {
        enum rc rc = read_evidence(k, err);
        finding_hash_done(&k->hash);
        TRY(rc);
    }
    for (size_t i = 0; i < r->waiver_count; i++) {
        judge(k, &k->all[i]);
    }
    k->db = NULL;
    return RC_OK;
}

enum rc waivers_check(struct rules *r, const struct waivers_options *options, FILE *out,
                      size_t *ret_open, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct look k = { .rules = r, .options = options, .arena = a };
    *ret_open = 0;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(look(&k, err));
    for (size_t i = 0; i < r->waiver_count; i++) {
        *ret_open += (k.all[i].states & WAIVER_OPEN) != 0;
    }
    waivers_print(options, k.all, r->waiver_count, out);
    return RC_OK;
}
