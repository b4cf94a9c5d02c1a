/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan into the tables of schema_reset.sql. */
#include <string.h>

#include "audit/base/utf.h"
#include "rules/reset/plan.h"

enum {
    TEXT_MAX = 4096 /* bytes of a value that an item keeps */
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static enum rc fail(struct plan *p, struct err *err)
{
    return err_setf(err, RC_IO, "writing the plan: %s", sqlite3_errmsg(p->out));
}

enum rc plan_prepare(struct plan *p, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v3(p->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_BUG, "reading the evidence for the plan: %s",
                          sqlite3_errmsg(p->db));
}

enum rc plan_prepare_out(struct plan *p, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v3(p->out, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK
               ? RC_OK
               : fail(p, err);
}

enum rc plan_step(struct plan *p, sqlite3_stmt *s, struct err *err)
{
    int sq = sqlite3_step(s);
    (void)sqlite3_reset(s);
    return sq == SQLITE_DONE ? RC_OK : fail(p, err);
}

bool plan_has_rows(struct plan *p, const char *sql)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    return sqlite3_prepare_v2(p->db, sql, -1, &s, NULL) == SQLITE_OK &&
           sqlite3_step(s) == SQLITE_ROW;
}

static void text(sqlite3_stmt *s, int n, const char *value)
{
    (void)sqlite3_bind_text(s, n, value, -1, SQLITE_STATIC); /* NULL binds NULL */
}

static void time_or_null(sqlite3_stmt *s, int n, filetime t)
{
    (void)(t ? sqlite3_bind_int64(s, n, t) : sqlite3_bind_null(s, n));
}

/* A value of the evidence's row as it is; NULL without a row. */
static void copy(sqlite3_stmt *to, int n, sqlite3_stmt *row, int column)
{
    if (row && sqlite3_column_type(row, column) != SQLITE_NULL) {
        (void)sqlite3_bind_int64(to, n, sqlite3_column_int64(row, column));
    } else {
        (void)sqlite3_bind_null(to, n);
    }
}

/* A value as JSON: a long text is cut, what JSON has no form for is null. */
static void put_value(struct wr *w, sqlite3_stmt *row, int column)
{
    const char *value = (const char *)sqlite3_column_text(row, column);
    size_t n = (size_t)sqlite3_column_bytes(row, column);
    double number = sqlite3_column_double(row, column);
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        wr_text(w, value);
        break;
    case SQLITE_TEXT:
        put_json_text(w, value, n > TEXT_MAX ? utf8_fit(value, n, TEXT_MAX) : n);
        break;
    default:
        if (number - number == 0.0) {
            wr_printf(w, "%.15g", number);
        } else {
            wr_text(w, "null");
        }
        break;
    }
}

static const char *evidence_json(struct plan *p, const struct action *a, sqlite3_stmt *row)
{
    struct wr *w = &p->e.json;
    bool first = true;
    wr_clear(w);
    wr_u8(w, '{');
    for (size_t i = 0; row && i < a->check.shown_count; i++) {
        int column = ACTION_SHOWN + (int)i;
        if (sqlite3_column_type(row, column) == SQLITE_NULL) {
            continue;
        }
        wr_text(w, first ? "" : ",");
        put_json_text(w, a->check.shown[i], strlen(a->check.shown[i]));
        wr_u8(w, ':');
        put_value(w, row, column);
        first = false;
    }
    wr_u8(w, '}');
    return put_take(p->scratch, w);
}

int plan_rank(enum reset_state state)
{
    static const int ranks[RESET_STATE_COUNT] = {
        [RESET_SUSPECT] = 0, [RESET_PARTLY] = 1,   [RESET_READY] = 2, [RESET_WAITING] = 3,
        [RESET_BLOCKED] = 4, [RESET_ATTESTED] = 5, [RESET_DONE] = 6,  [RESET_NOT_NEEDED] = 7,
    };
    return ranks[state];
}

enum rc plan_write_item(struct plan *p, const struct action *a, const struct item *i, int wave,
                        int64_t position, bool *ret_is_new, struct err *err)
{
    sqlite3_stmt *s = p->item;
    const char *proof = i->row ? (const char *)sqlite3_column_text(i->row, ACTION_PROOF) : NULL;
    const char *evidence = evidence_json(p, a, i->row);
    (void)sqlite3_bind_int(s, 1, a->number);
    text(s, 2, i->subject);
    text(s, 3, i->name);
    (void)sqlite3_bind_int(s, 4, wave);
    (void)sqlite3_bind_int64(s, 5, position);
    text(s, 6, reset_state_words[i->state]);
    (void)sqlite3_bind_int(s, 7, i->is_seen);
    copy(s, 8, i->row, ACTION_PROVEN);
    copy(s, 9, i->row, ACTION_NEEDED);
    time_or_null(s, 10, i->until);
    text(s, 11, i->reason.en);
    text(s, 12, i->reason.ja);
    text(s, 13, evidence ? evidence : "{}");
    text(s, 14, proof ? proof : a->is_attested ? "attest" : "metadata");
    text(s, 15, i->was);
    (void)sqlite3_bind_int(s, 16, i->is_regression);
    text(s, 17, i->findings);
    TRY(plan_step(p, s, err));
    *ret_is_new = sqlite3_changes(p->out) > 0;
    return RC_OK;
}

static const char *json_of(struct plan *p, const struct yaml_node *n);

static void put_node(struct wr *w, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR) {
        put_json_text(w, n->text, strlen(n->text));
        return;
    }
    wr_u8(w, n->kind == YAML_MAP ? '{' : '[');
    for (const struct yaml_node *c = n->first; c; c = c->next) {
        wr_text(w, c == n->first ? "" : ",");
        if (n->kind == YAML_MAP) {
            put_json_text(w, c->key, strlen(c->key));
            wr_u8(w, ':');
        }
        put_node(w, c);
    }
    wr_u8(w, n->kind == YAML_MAP ? '}' : ']');
}

static const char *json_of(struct plan *p, const struct yaml_node *n)
{
    wr_clear(&p->e.json);
    if (n) {
        put_node(&p->e.json, n);
    } else {
        wr_text(&p->e.json, "{}");
    }
    return put_take(p->scratch, &p->e.json);
}

static void put_id(struct wr *w, const struct action *a)
{
    wr_text(w, w->size > 1 ? "," : "");
    put_json_text(w, a->check.id, strlen(a->check.id));
}

/* As written; or what of it is open, with what stands behind actions that have no subjects. */
static const char *needs_json(struct plan *p, const struct action *a, bool only_open)
{
    struct wr *w = &p->e.json;
    const struct work *own = &p->work[a->number - 1];
    wr_clear(w);
    wr_u8(w, '[');
    for (size_t k = 0; !only_open && k < a->need_count; k++) {
        put_id(w, a->needs[k]);
    }
    for (size_t k = 0; only_open && k < own->need_count; k++) {
        const struct work *n = &p->work[own->needs[k]->number - 1];
        if (n->items != n->finished) {
            put_id(w, own->needs[k]);
        }
    }
    wr_u8(w, ']');
    return put_take(p->scratch, w);
}

/* The state that asks most of a person. */
static enum reset_state state_of(const struct work *w)
{
    enum reset_state worst = RESET_NOT_NEEDED;
    for (int i = 0; i < RESET_STATE_COUNT; i++) {
        bool asks = plan_rank((enum reset_state)i) < plan_rank(worst);
        worst = w->by_state[i] > 0 && asks ? (enum reset_state)i : worst;
    }
    return worst;
}

static enum rc write_action(struct plan *p, sqlite3_stmt *s, const struct action *a,
                            struct err *err)
{
    const struct work *w = &p->work[a->number - 1];
    const struct check *c = &a->check;
    arena_reset(p->scratch);
    const char *const texts[] = { c->title.en,        c->title.ja,          c->why.en,
                                  c->why.ja,          json_of(p, a->steps), a->risk.en,
                                  a->risk.ja,         a->rollback.en,       a->rollback.ja,
                                  a->wait.en,         a->wait.ja,           a->who->id,
                                  a->who->title.en,   a->who->title.ja,     a->place->id,
                                  a->place->title.en, a->place->title.ja };
    (void)sqlite3_bind_int(s, 1, a->number);
    text(s, 2, c->id);
    (void)sqlite3_bind_int(s, 3, a->phase->number);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        text(s, 4 + (int)i, texts[i]);
    }
    (void)sqlite3_bind_int64(s, 21, a->times);
    (void)sqlite3_bind_int(s, 22, a->is_attested);
    text(s, 23, needs_json(p, a, false));
    text(s, 24, needs_json(p, a, true));
    text(s, 25, json_of(p, c->references));
    text(s, 26, reset_state_words[state_of(w)]);
    (void)sqlite3_bind_int64(s, 27, (sqlite3_int64)w->items);
    (void)sqlite3_bind_int64(s, 28, (sqlite3_int64)w->finished);
    (void)sqlite3_bind_int64(s, 29, (sqlite3_int64)w->unseen);
    time_or_null(s, 30, w->start);
    time_or_null(s, 31, w->finish);
    text(s, 32, a->statement);
    return plan_step(p, s, err);
}

/* Open subjects of the waves before take their time first. */
static enum rc write_waves(struct plan *p, const struct action *a, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *q = NULL;
    const struct work *w = &p->work[a->number - 1];
    TRY(plan_prepare_out(
        p,
        "SELECT wave, count(*), sum(state IN ('done', 'attested')) FROM reset_item"
        " WHERE action_no = ?1 AND state <> 'not_needed' GROUP BY wave ORDER BY wave",
        &q, err));
    (void)sqlite3_bind_int(q, 1, a->number);
    filetime t = w->start ? plan_after(w->start, a->minutes_once) : 0;
    filetime begin = w->start;
    while (sqlite3_step(q) == SQLITE_ROW) {
        int64_t items = sqlite3_column_int64(q, 1), finished = sqlite3_column_int64(q, 2);
        bool open = items > finished && w->start;
        t = open ? plan_after(t, a->minutes_each * (items - finished)) : t;
        (void)sqlite3_bind_int(p->wave, 1, a->number);
        (void)sqlite3_bind_int64(p->wave, 2, sqlite3_column_int64(q, 0));
        (void)sqlite3_bind_int64(p->wave, 3, items);
        (void)sqlite3_bind_int64(p->wave, 4, finished);
        time_or_null(p->wave, 5, open ? begin : 0);
        time_or_null(p->wave, 6, open ? t : 0);
        TRY(plan_step(p, p->wave, err));
        begin = open ? t : begin;
    }
    return RC_OK;
}

static enum rc write_phases(struct plan *p, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(plan_prepare_out(p, "INSERT INTO reset_phase VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &s, err));
    for (const struct reset_word *w = p->playbook->phases; w; w = w->next) {
        const char *const texts[] = { w->id, w->title.en, w->title.ja, w->about.en, w->about.ja };
        (void)sqlite3_bind_int(s, 1, w->number);
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
            text(s, 2 + (int)i, texts[i]);
        }
        TRY(plan_step(p, s, err));
    }
    return RC_OK;
}

/* A point says what was known at the clock of this evidence: made again, it takes the place of its own. */
static enum rc write_progress(struct plan *p, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(plan_prepare_out(p, "DELETE FROM reset_progress WHERE at = ?1", &s, err));
    (void)sqlite3_bind_int64(s, 1, p->now);
    TRY(plan_step(p, s, err));
    stmt_done(&s);
    TRY(plan_prepare_out(p, "INSERT OR REPLACE INTO reset_point(at, kind) VALUES(?1, ?2)", &s,
                         err));
    (void)sqlite3_bind_int64(s, 1, p->now);
    text(s, 2, p->kind ? p->kind : "plan");
    TRY(plan_step(p, s, err));
    stmt_done(&s);
    TRY(plan_prepare_out(p,
                         "INSERT INTO reset_progress(at, phase, state, items)"
                         " SELECT ?1, phase, state, count(*) FROM reset_line GROUP BY phase, state",
                         &s, err));
    (void)sqlite3_bind_int64(s, 1, p->now);
    return plan_step(p, s, err);
}

enum rc plan_write_heads(struct plan *p, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(write_phases(p, err));
    TRY(plan_prepare_out(
        p,
        "INSERT INTO reset_action VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
        " ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)",
        &s, err));
    for (size_t i = 0; i < p->playbook->count; i++) {
        TRY(write_action(p, s, p->playbook->ordered[i], err));
        TRY(write_waves(p, p->playbook->ordered[i], err));
    }
    return write_progress(p, err);
}
