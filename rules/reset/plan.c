/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan: each action in its order, each of its subjects judged by what the evidence holds and by what comes before. */
#include "rules/reset/plan.h"

#include <string.h>

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
    *s = NULL;
}

static void count_item(struct plan *p, struct work *w, const struct item *i)
{
    bool is_finished = i->state == RESET_DONE || i->state == RESET_ATTESTED;
    w->by_state[i->state]++;
    p->totals.regressions += i->is_regression;
    if (i->state == RESET_NOT_NEEDED) {
        w->needless++;
        return;
    }
    w->items++;
    w->finished += is_finished;
    w->unseen += !is_finished && !i->is_seen;
    if (!is_finished && i->until > w->until) {
        w->until = i->until;
    }
    p->totals.items++;
    p->totals.finished += is_finished;
    p->totals.suspect += i->state == RESET_SUSPECT;
    p->totals.unseen += !is_finished && !i->is_seen;
}

/* Which subjects are done together. */
struct waves {
    int number;
    int64_t value, in_wave, size;
    bool any, is_null;
};

static int wave_of(struct waves *v, sqlite3_stmt *row)
{
    bool is_null = sqlite3_column_type(row, ACTION_WAVE) == SQLITE_NULL;
    int64_t value = sqlite3_column_int64(row, ACTION_WAVE);
    bool is_new = !v->any || is_null != v->is_null || value != v->value ||
                  (v->size > 0 && v->in_wave == v->size);
    v->number += is_new;
    v->in_wave = is_new ? 1 : v->in_wave + 1;
    v->any = true;
    v->is_null = is_null;
    v->value = value;
    return v->number;
}

static enum rc judge_rows(struct plan *p, struct action *a, sqlite3_stmt *s, int64_t *position,
                          int *ret_sq, struct err *err)
{
    struct work *w = &p->work[a->number - 1];
    struct waves waves = { .size = plan_batch(p, a) };
    int target = ACTION_SHOWN + (int)(a->check.shown_count + a->check.read_count);
    for (*ret_sq = sqlite3_step(s); *ret_sq == SQLITE_ROW; *ret_sq = sqlite3_step(s)) {
        struct item i = { .row = s,
                          .subject = (const char *)sqlite3_column_text(s, ACTION_SUBJECT),
                          .name = (const char *)sqlite3_column_text(s, ACTION_NAME) };
        if (!i.subject) {
            continue; /* its source is told as not wholly seen */
        }
        i.target =
            target < sqlite3_column_count(s) ? (const char *)sqlite3_column_text(s, target) : NULL;
        int64_t delay = sqlite3_column_int64(s, ACTION_DELAY);
        w->delay_hours = delay > w->delay_hours ? delay : w->delay_hours;
        TRY(item_judge(p, a, &i, err));
        TRY(plan_write_item(p, a, &i, wave_of(&waves, s), ++*position, err));
        count_item(p, w, &i);
        arena_reset(p->scratch);
        p->e.reasons = NULL;
    }
    w->waves = waves.number;
    return RC_OK;
}

/* An item that stands for what the evidence does not show. */
static enum rc put_other(struct plan *p, const struct action *a, struct item *i, int64_t position,
                         struct err *err)
{
    struct work *w = &p->work[a->number - 1];
    TRY(plan_write_item(p, a, i, w->waves ? w->waves : 1, position, err));
    count_item(p, w, i);
    return RC_OK;
}

/* While a source of the view is not complete, there may be more subjects than are known. */
static enum rc put_missing_sources(struct plan *p, const struct action *a, int64_t *position,
                                   struct err *err)
{
    const struct view *v = catalogue_view(&p->rules->catalogue, a->check.view);
    for (size_t k = 0; v && v->sources[k]; k++) {
        const struct source_state *s = coverage_source(&p->e.coverage, v->sources[k]);
        if (s->is_complete || !(p->scope & a->scope)) {
            continue;
        }
        struct text2 first = plan_blockers(p, a);
        struct item i = { .subject = arena_printf(p->scratch, "source:%s", v->sources[k]),
                          .name = v->sources[k],
                          .state = first.en ? RESET_BLOCKED : RESET_READY };
        i.reason.en =
            arena_printf(p->scratch, "Not all that this is about may be known: %s", s->problems.en);
        i.reason.ja = arena_printf(p->scratch, "対象をすべて把握できていない可能性があります：%s",
                                   s->problems.ja);
        TRY(put_other(p, a, &i, ++*position, err));
    }
    return RC_OK;
}

static bool is_whole(const struct plan *p, const struct action *a)
{
    const struct view *v = catalogue_view(&p->rules->catalogue, a->check.view);
    for (size_t k = 0; v && v->sources[k]; k++) {
        if (!coverage_source(&p->e.coverage, v->sources[k])->is_complete) {
            return false;
        }
    }
    return true;
}

/* Subjects of the plan before that are none now: gone, or moved to another action; else not seen this time. */
static enum rc put_vanished(struct plan *p, const struct action *a, int64_t *position,
                            struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    bool whole = is_whole(p, a);
    if (!p->has_before) {
        return RC_OK;
    }
    TRY(plan_prepare(
        p,
        "SELECT b.subject, b.name, b.state, EXISTS (SELECT 1 FROM account_state s WHERE s.subject = b.subject)"
        " OR EXISTS (SELECT 1 FROM host_state h WHERE h.subject = b.subject)"
        " FROM reset_before b WHERE b.action = ?1 AND b.state <> 'not_needed' AND b.subject NOT GLOB 'source:*'",
        &s, err));
    (void)sqlite3_bind_text(s, 1, a->check.id, -1, SQLITE_STATIC);
    while (sqlite3_step(s) == SQLITE_ROW) {
        struct item i = { .subject = (const char *)sqlite3_column_text(s, 0),
                          .name = (const char *)sqlite3_column_text(s, 1),
                          .was = (const char *)sqlite3_column_text(s, 2),
                          .state = whole ? RESET_NOT_NEEDED : RESET_READY };
        bool is_there = sqlite3_column_int(s, 3) != 0;
        (void)sqlite3_bind_int(p->here, 1, a->number);
        (void)sqlite3_bind_text(p->here, 2, i.subject, -1, SQLITE_STATIC);
        bool is_listed = sqlite3_step(p->here) == SQLITE_ROW;
        (void)sqlite3_reset(p->here);
        if (is_listed) {
            continue;
        }
        if (!whole) {
            i.reason =
                (struct text2){ "It was in the plan before, and was not seen this time.",
                                "前回の計画には含まれていましたが、今回は確認できませんでした。" };
        } else if (is_there) {
            i.reason = (struct text2){
                "It is no longer a subject of this action: it belongs to another one now.",
                "この作業の対象ではなくなりました（別の作業の対象です）。"
            };
        } else {
            i.reason = (struct text2){
                "It is no longer there: it was deleted since the plan before (known by its key, not by its name).",
                "前回の計画以降に削除されました（名前ではなく識別子で確認）。"
            };
        }
        TRY(put_other(p, a, &i, ++*position, err));
    }
    return RC_OK;
}

static enum rc make_action(struct plan *p, struct action *a, struct err *err)
{
    int64_t position = 0;
    int sq = SQLITE_ERROR;
    arena_reset(p->scratch);
    p->e.reasons = NULL;
    AUTO(stmt_done) sqlite3_stmt *s = guard_prepare(&p->e.guard, p->db, a->statement, a->written);
    if (s) {
        guard_start(&p->e.guard, p->db);
        enum rc rc = judge_rows(p, a, s, &position, &sq, err);
        guard_stop(p->db);
        TRY(rc);
    }
    if (sq != SQLITE_DONE) {
        return err_setf(err, RC_BUG, "%s: its statement failed: %s", a->check.id,
                        guard_is_over(&p->e.guard) ? "it ran past the step limit"
                                                   : sqlite3_errmsg(p->db));
    }
    TRY(put_missing_sources(p, a, &position, err));
    return put_vanished(p, a, &position, err);
}

static enum rc prepare_all(struct plan *p, struct err *err)
{
    static const char clear[] =
        "DELETE FROM reset_phase; DELETE FROM reset_action; DELETE FROM reset_wave; DELETE FROM reset_item";
    TRY(store_exec(p->out, clear, err));
    p->has_before = plan_has_rows(p, "SELECT 1 FROM reset_before LIMIT 1");
    p->has_results = plan_has_rows(p, "SELECT 1 FROM check_info LIMIT 1");
    p->has_decisions = plan_has_rows(
        p, "SELECT 1 FROM reset_decision WHERE kind IN ('attested', 'not_needed') LIMIT 1");
    TRY(plan_prepare(p, "SELECT state, at FROM reset_before WHERE action = ?1 AND subject = ?2",
                     &p->before, err));
    TRY(plan_prepare(
        p,
        "SELECT kind, who, at, note FROM reset_decision WHERE kind IN ('attested', 'not_needed') AND action = ?1"
        " AND subject IN (?2, ?3, '*') ORDER BY at DESC, subject = '*' LIMIT 1",
        &p->decision, err));
    TRY(plan_prepare(
        p,
        "SELECT group_concat(id, ' ') FROM (SELECT DISTINCT c.id FROM result r JOIN check_info c USING (check_no)"
        " WHERE r.verdict = 'fail' AND r.verdict <> 'pass' AND r.subject = ?1 ORDER BY c.id) HAVING count(*) > 0",
        &p->finding, err));
    const char *const inserts[] = {
        "INSERT OR REPLACE INTO reset_item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        "INSERT INTO reset_wave VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        "SELECT 1 FROM reset_item WHERE action_no = ?1 AND subject = ?2"
    };
    sqlite3_stmt **const to[] = { &p->item, &p->wave, &p->here };
    for (size_t i = 0; i < ARRAY_LEN(inserts); i++) {
        if (sqlite3_prepare_v3(p->out, inserts[i], -1, SQLITE_PREPARE_PERSISTENT, to[i], NULL) !=
            SQLITE_OK) {
            return err_setf(err, RC_BUG, "writing the plan: %s", sqlite3_errmsg(p->out));
        }
    }
    return RC_OK;
}

static void plan_done(struct plan *p)
{
    sqlite3_stmt **const all[] = { &p->item,     &p->wave,    &p->before,
                                   &p->decision, &p->finding, &p->here };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        stmt_done(all[i]);
    }
    evaluation_done(&p->e);
    arena_free(p->scratch);
    arena_free(p->arena);
}

static enum rc read_incident(struct plan *p, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(plan_prepare(p, "SELECT now, incident_at FROM clock", &s, err));
    if (sqlite3_step(s) != SQLITE_ROW || sqlite3_column_type(s, 0) == SQLITE_NULL) {
        return err_setf(err, RC_MALFORMED,
                        "the evidence file does not say when it was made (audit_info now)");
    }
    p->now = sqlite3_column_int64(s, 0);
    p->incident = sqlite3_column_int64(s, 1);
    return RC_OK;
}

static enum rc make(struct plan *p, struct store *store, const struct reset_options *options,
                    struct err *err)
{
    TRY(read_incident(p, err));
    TRY(plan_options(p, store, options, err));
    TRY(prepare_all(p, err));
    for (size_t i = 0; i < p->playbook->count; i++) {
        TRY(make_action(p, p->playbook->ordered[i], err));
    }
    TRY(plan_schedule(p, err));
    return plan_write_heads(p, err);
}

enum rc plan_make_on(struct rules *r, sqlite3 *db, struct store *store,
                     const struct reset_options *options, struct reset_totals *ret, struct err *err)
{
    AUTO(plan_done)
    struct plan p = { .rules = r,
                      .playbook = r->playbook,
                      .db = db,
                      .out = store_handle(store),
                      .kind = options->kind };
    if (!r->playbook || r->playbook->count == 0) {
        return err_setf(err, RC_ABSENT,
                        "there is no playbook (reset/playbook.yaml) beside the checks");
    }
    p.arena = arena_new(256U << 20);
    p.scratch = arena_new(0);
    p.work = p.arena ? arena_array(p.arena, r->playbook->count, sizeof(*p.work)) : NULL;
    if (!p.scratch || !p.work) {
        return err_setf(err, RC_NOMEM, "out of memory while making the plan");
    }
    TRY(evaluation_begin(&p.e, r, db, NULL, err));
    bool is_own = sqlite3_get_autocommit(p.out) != 0;
    if (is_own) {
        TRY(store_exec(p.out, "BEGIN IMMEDIATE", err));
    }
    enum rc rc = make(&p, store, options, err);
    if (rc == RC_OK) {
        rc = store_commit(store, err);
    }
    if (rc != RC_OK) {
        store_rollback(store);
        return rc;
    }
    *ret = p.totals;
    return RC_OK;
}

bool reset_has_playbook(const struct rules *r)
{
    return r->playbook && r->playbook->count > 0;
}

enum rc reset_plan_make(struct rules *r, const char *path, struct store *store,
                        const struct reset_options *options, struct reset_totals *ret,
                        struct err *err)
{
    sqlite3 *db = NULL;
    TRY(store_derive(store, err));
    TRY(store_derive_reset(store, err));
    TRY(store_open_reader(path, &db, err));
    guard_limit(db);
    enum rc rc = plan_make_on(r, db, store, options, ret, err);
    (void)sqlite3_close(db);
    return rc;
}
