/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan: each action in its order, each of its subjects judged by what the evidence holds and by what comes before. */
#include "rules/reset/plan.h"

#include <string.h>

enum {
    DELAY_MAX = 99999 /* hours, the longest that a policy can ask for */
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
    *s = NULL;
}

/* Adds an item to the sums of its action and of the plan, or (sign -1) takes it out of them. */
static void count_item(struct plan *p, struct work *w, const struct item *i, int sign)
{
    uint64_t one = (uint64_t)(int64_t)sign;
    bool is_finished = i->state == RESET_DONE || i->state == RESET_ATTESTED;
    uint64_t is_unseen = !is_finished && !i->is_seen ? one : 0;
    w->by_state[i->state] += one;
    p->totals.regressions += i->is_regression ? one : 0;
    if (i->state == RESET_NOT_NEEDED) {
        return;
    }
    w->items += one;
    w->finished += is_finished ? one : 0;
    w->unseen += is_unseen;
    if (!is_finished && i->until > w->until) {
        w->until = i->until;
    }
    p->totals.items += one;
    p->totals.finished += is_finished ? one : 0;
    p->totals.suspect += i->state == RESET_SUSPECT ? one : 0;
    p->totals.unseen += is_unseen;
}

static enum reset_state state_of_word(const char *word)
{
    int i = 0;
    while (i < RESET_NOT_NEEDED && (!word || strcmp(reset_state_words[i], word) != 0)) {
        i++;
    }
    return (enum reset_state)i;
}

/* Writes an item and counts it. Of a subject that an action has twice (a host that is asked under two names) the one that asks more of a person
 * stays. */
static enum rc put_item(struct plan *p, const struct action *a, struct item *i, int wave,
                        int64_t position, struct err *err)
{
    struct work *w = &p->work[a->number - 1];
    bool is_new = false;
    TRY(plan_write_item(p, a, i, wave, position, &is_new, err));
    if (!is_new) {
        (void)sqlite3_bind_int(p->here, 1, a->number);
        (void)sqlite3_bind_text(p->here, 2, i->subject, -1, SQLITE_STATIC);
        struct item old = { .state = RESET_NOT_NEEDED };
        if (sqlite3_step(p->here) == SQLITE_ROW) {
            old.state = state_of_word((const char *)sqlite3_column_text(p->here, 0));
            old.is_seen = sqlite3_column_int(p->here, 1) != 0;
            old.is_regression = sqlite3_column_int(p->here, 2) != 0;
        }
        (void)sqlite3_reset(p->here);
        if (plan_rank(old.state) <= plan_rank(i->state)) {
            return RC_OK;
        }
        (void)sqlite3_bind_int(p->drop, 1, a->number);
        (void)sqlite3_bind_text(p->drop, 2, i->subject, -1, SQLITE_STATIC);
        TRY(plan_step(p, p->drop, err));
        count_item(p, w, &old, -1);
        TRY(plan_write_item(p, a, i, wave, position, &is_new, err));
    }
    count_item(p, w, i, 1);
    return RC_OK;
}

/* Which subjects are done together. */
struct waves {
    int number;
    int64_t value, in_wave, size;
    bool any, is_null;
};

/* What need not be done takes no place in a wave. */
static int wave_of(struct waves *v, sqlite3_stmt *row, bool is_needed)
{
    if (!is_needed) {
        return v->number ? v->number : 1;
    }
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

/* An item that stands for what the evidence does not show. */
static enum rc put_other(struct plan *p, const struct action *a, struct item *i, int64_t position,
                         struct err *err)
{
    const struct work *w = &p->work[a->number - 1];
    TRY(item_judge_other(p, a, i, err));
    TRY(put_item(p, a, i, w->waves ? w->waves : 1, position, err));
    arena_reset(p->scratch);
    return RC_OK;
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
            i.subject = "source:key";
            i.row = NULL;
            i.reason = (struct text2){ "A row without a key (SID or GUID) cannot be judged.",
                                       "キー（SID または GUID）のない行は判定できません。" };
            TRY(put_other(p, a, &i, ++*position, err));
            continue;
        }
        i.target =
            target < sqlite3_column_count(s) ? (const char *)sqlite3_column_text(s, target) : NULL;
        int64_t delay = sqlite3_column_int64(s, ACTION_DELAY);
        delay = delay < DELAY_MAX ? delay : DELAY_MAX;
        TRY(item_judge(p, a, &i, err));
        bool is_needed = i.state != RESET_NOT_NEEDED;
        w->delay_hours = is_needed && delay > w->delay_hours ? delay : w->delay_hours;
        TRY(put_item(p, a, &i, wave_of(&waves, s, is_needed), ++*position, err));
        arena_reset(p->scratch);
        if (i.target) { /* every host has reasons of its own; the others share theirs */
            arena_reset(p->e.scratch);
            p->e.reasons = NULL;
        }
    }
    w->waves = waves.number;
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
        struct item i = { .subject = arena_printf(p->scratch, "source:%s", v->sources[k]),
                          .name = v->sources[k] };
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

static struct text2 why_vanished(bool is_told, bool is_there)
{
    if (!is_told) {
        return (struct text2){ "It was in the plan before, and was not seen this time.",
                               "前回の計画には含まれていましたが、今回は確認できませんでした。" };
    }
    if (is_there) {
        return (struct text2){
            "It is no longer a subject of this action: its kind or its rights are others now.",
            "この作業の対象ではなくなりました（種類または権限が変わっています）。"
        };
    }
    return (struct text2){
        "It is no longer there: it was deleted since the plan before (known by its key, not by its name).",
        "前回の計画以降に削除されました（名前ではなく識別子で確認）。"
    };
}

/* Subjects of the plan before that are none now: gone, or moved to another action; else not seen this time. Only of what the directory knows by a
 * key can it be told that it is gone: a host outside of it may just not have been asked. */
static enum rc put_vanished(struct plan *p, const struct action *a, int64_t *position,
                            struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    bool whole = is_whole(p, a);
    if (!p->has_before) {
        return RC_OK;
    }
    TRY(plan_prepare_out(
        p,
        "SELECT b.subject, b.name, EXISTS (SELECT 1 FROM account x WHERE x.sid = b.subject)"
        " OR EXISTS (SELECT 1 FROM account x WHERE x.guid = b.subject) OR EXISTS (SELECT 1 FROM host_state h WHERE h.subject = b.subject)"
        " OR EXISTS (SELECT 1 FROM trusted_domain x WHERE x.guid = b.subject),"
        " b.subject GLOB 'S-1-*' OR (length(b.subject) = 36 AND b.subject NOT GLOB '*[^0-9a-f-]*')"
        " FROM reset_before b WHERE b.action = ?1 AND b.state <> 'not_needed' AND b.subject NOT GLOB 'source:*'"
        " AND NOT EXISTS (SELECT 1 FROM reset_item i WHERE i.action_no = ?2 AND i.subject = b.subject) ORDER BY b.subject",
        &s, err));
    (void)sqlite3_bind_text(s, 1, a->check.id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(s, 2, a->number);
    while (sqlite3_step(s) == SQLITE_ROW) {
        bool is_told = whole && sqlite3_column_int(s, 3) != 0;
        struct item i = { .subject =
                              arena_strdup(p->scratch, (const char *)sqlite3_column_text(s, 0)),
                          .name = (const char *)sqlite3_column_text(s, 1),
                          .reason = why_vanished(is_told, sqlite3_column_int(s, 2) != 0),
                          .state = is_told ? RESET_NOT_NEEDED : RESET_READY };
        if (!i.subject) {
            return err_setf(err, RC_NOMEM, "out of memory while making the plan");
        }
        TRY(put_other(p, a, &i, ++*position, err));
    }
    return RC_OK;
}

/* What the action waits for. One without subjects has nothing to do, and what comes before it still comes first. */
static enum rc find_needs(struct plan *p, const struct action *a, struct err *err)
{
    struct work *w = &p->work[a->number - 1];
    size_t room = 0;
    for (size_t k = 0; k < a->need_count; k++) {
        const struct work *n = &p->work[a->needs[k]->number - 1];
        room += n->items > 0 ? 1 : n->need_count;
    }
    bool *is_listed = arena_array(p->scratch, p->playbook->count + 1, sizeof(*is_listed));
    w->needs = arena_array(p->arena, room + 1, sizeof(const struct action *));
    if (!is_listed || !w->needs) {
        return err_setf(err, RC_NOMEM, "out of memory while making the plan");
    }
    for (size_t k = 0; k < a->need_count; k++) {
        const struct work *n = &p->work[a->needs[k]->number - 1];
        const struct action *const self = a->needs[k], *const *more =
                                                           n->items > 0 ? &self : n->needs;
        for (size_t j = 0; j < (n->items > 0 ? 1 : n->need_count); j++) {
            if (!is_listed[more[j]->number]) {
                is_listed[more[j]->number] = true;
                w->needs[w->need_count++] = more[j];
            }
        }
    }
    return RC_OK;
}

/* One action that fails is open and says why; the others are judged all the same. */
static enum rc put_failure(struct plan *p, const struct action *a, int sq, int64_t *position,
                           struct err *err)
{
    const char *why = guard_is_over(&p->e.guard) ? "it ran past the step limit"
                      : p->e.guard.denied[0]     ? p->e.guard.denied
                                                 : sqlite3_errmsg(p->db);
    int kind = sq & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_IOERR ||
        kind == SQLITE_NOMEM || sqlite3_get_autocommit(p->out) != 0) {
        return err_setf(err, RC_IO, "%s: its statement failed: %s", a->check.id, why);
    }
    struct item i = { .subject = "source:statement", .name = a->check.id };
    i.reason.en = arena_printf(
        p->scratch, "Not all that this is about may be known: its statement failed: %s.", why);
    i.reason.ja = arena_printf(
        p->scratch,
        "対象をすべて把握できていない可能性があります：この作業の SQL を最後まで実行できませんでした（%s）。",
        why);
    return put_other(p, a, &i, ++*position, err);
}

static enum rc make_action(struct plan *p, struct action *a, struct err *err)
{
    int64_t position = 0;
    int sq = SQLITE_ERROR;
    arena_reset(p->scratch);
    arena_reset(p->e.scratch);
    p->e.reasons = NULL;
    TRY(find_needs(p, a, err));
    AUTO(stmt_done) sqlite3_stmt *s = guard_prepare(&p->e.guard, p->db, a->statement, a->written);
    if (s) {
        guard_start(&p->e.guard, p->db);
        enum rc rc = judge_rows(p, a, s, &position, &sq, err);
        guard_stop(p->db);
        TRY(rc);
    }
    if (sq != SQLITE_DONE) {
        TRY(put_failure(p, a, sq, &position, err));
    }
    TRY(put_missing_sources(p, a, &position, err));
    return put_vanished(p, a, &position, err);
}

/* Failed checks by subject, gathered once: the results have no index by subject. */
static enum rc gather_findings(struct plan *p, struct err *err)
{
    static const char sql[] =
        "DROP TABLE IF EXISTS temp.reset_finding;"
        "CREATE TEMP TABLE reset_finding(subject TEXT PRIMARY KEY, checks TEXT) WITHOUT ROWID;"
        "INSERT INTO temp.reset_finding SELECT subject, group_concat(id, ' ') FROM (SELECT DISTINCT r.subject, c.id FROM main.result r"
        " JOIN main.check_info c USING (check_no) WHERE r.verdict = 'fail' AND r.verdict <> 'pass' ORDER BY r.subject, c.id) GROUP BY subject";
    TRY(store_exec(p->out, sql, err));
    return plan_prepare_out(p, "SELECT checks FROM temp.reset_finding WHERE subject = ?1",
                            &p->finding, err);
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
        " AND subject IN (?2, '*') ORDER BY at DESC, subject = '*' LIMIT 1",
        &p->decision, err));

    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } all[] = {
        { &p->item,
          "INSERT OR IGNORE INTO reset_item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)" },
        { &p->wave, "INSERT INTO reset_wave VALUES(?1, ?2, ?3, ?4, ?5, ?6)" },
        { &p->here,
          "SELECT state, is_seen, is_regression FROM reset_item WHERE action_no = ?1 AND subject = ?2" },
        { &p->drop, "DELETE FROM reset_item WHERE action_no = ?1 AND subject = ?2" },
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        TRY(plan_prepare_out(p, all[i].sql, all[i].to, err));
    }
    return gather_findings(p, err);
}

static void plan_done(struct plan *p)
{
    sqlite3_stmt **const all[] = { &p->item,     &p->wave,    &p->before, &p->drop,
                                   &p->decision, &p->finding, &p->here };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        stmt_done(all[i]);
    }
    (void)sqlite3_exec(p->out, "DROP TABLE IF EXISTS temp.reset_finding", NULL, NULL, NULL);
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
    if (p->now <= 0 || p->now > PLAN_LATEST || p->incident < 0) {
        return err_setf(err, RC_MALFORMED,
                        "the times of the evidence file are none (audit_info now, incident_at)");
    }
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
    TRY(store_open_beside(path, &db, err));
    guard_limit(db);
    enum rc rc = plan_make_on(r, db, store, options, ret, err);
    (void)sqlite3_close(db);
    return rc;
}
