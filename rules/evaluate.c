/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts: one statement a check, SQL's three-valued logic as the outcome. Nothing that was not seen may pass: NULL is
 * unknown, a needed source that is not complete makes every subject unknown, and a view whose own source is not complete gets
 * one row more that says so. */
#include <string.h>

#include "rules/ask.h"
#include "rules/framework.h"
#include "rules/grade/management.h"

enum {
    COLUMN_SUBJECT,
    COLUMN_NAME,
    COLUMN_ITEM,
    COLUMN_NOT_APPLIES,
    COLUMN_PASS,
    COLUMN_SHOWN
};

const char *const verdict_words[VERDICT_COUNT + 1] = {
    "pass", "fail", "unknown", "not_applicable", "waived", "error", NULL
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static filetime read_clock(sqlite3 *db, const char *sql)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW) {
        return 0;
    }
    return sqlite3_column_int64(s, 0);
}

enum rc evaluation_begin(struct evaluation *e, struct rules *r, sqlite3 *db, struct sink *sink,
                         struct err *err)
{
    *e = (struct evaluation){ .rules = r, .db = db, .sink = sink };
    wr_init(&e->json, 1U << 20);
    e->arena = arena_new(0);
    e->scratch = arena_new(0);
    if (!e->arena || !e->scratch) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    e->guard.catalogue = &r->catalogue;
    e->guard.step_limit = r->step_limit;
    e->now = read_clock(db, "SELECT now FROM clock");
    e->answers_at = read_clock(db, "SELECT now FROM answer_clock");
    e->view_rows = arena_array(e->arena, r->catalogue.count + 1, sizeof(int64_t));
    if (!e->view_rows) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < r->catalogue.count; i++) {
        e->view_rows[i] = -1;
    }
    TRY(finding_hash_begin(&e->hash, err));
    TRY(waiver_index_begin(&e->waivers, r, e->arena, db, e->now, err));
    return coverage_load(e->arena, db, &r->words, &e->coverage, err);
}

void evaluation_done(struct evaluation *e)
{
    wr_done(&e->json);
    coverage_done(&e->coverage);
    finding_hash_done(&e->hash);
    arena_free(e->arena);
    arena_free(e->scratch);
}

static void put_value(struct wr *w, sqlite3_stmt *s, int column)
{
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
        wr_printf(w, "%lld", sqlite3_column_int64(s, column));
        break;
    case SQLITE_FLOAT:
        wr_printf(w, "%.15g", sqlite3_column_double(s, column));
        break;
    case SQLITE_TEXT:
        put_json_text(w, (const char *)sqlite3_column_text(s, column),
                      (size_t)sqlite3_column_bytes(s, column));
        break;
    default:
        wr_text(w, "null");
        break;
    }
}

static void put_evidence(struct evaluation *e, const struct check *c, sqlite3_stmt *s,
                         struct outcome *o)
{
    wr_clear(&e->json);
    wr_u8(&e->json, '{');
    for (size_t i = 0; i < c->shown_count; i++) {
        wr_text(&e->json, i ? "," : "");
        put_json_text(&e->json, c->shown[i], strlen(c->shown[i]));
        wr_u8(&e->json, ':');
        put_value(&e->json, s, COLUMN_SHOWN + (int)i);
    }
    wr_u8(&e->json, '}');
    o->evidence = e->json.bad ? "{}" : (const char *)e->json.data;
    o->evidence_size = e->json.bad ? 2 : e->json.size;
}

static uint64_t null_columns(const struct check *c, sqlite3_stmt *s)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < c->read_count; i++) {
        if (sqlite3_column_int(s, COLUMN_SHOWN + (int)(c->shown_count + i))) {
            mask |= UINT64_C(1) << i;
        }
    }
    return mask;
}

/* The host that a row is about; NULL in views about other things. */
static const char *target_of(const struct check *c, sqlite3_stmt *s)
{
    int column = COLUMN_SHOWN + (int)(c->shown_count + c->read_count);
    return column < sqlite3_column_count(s) ? (const char *)sqlite3_column_text(s, column) : NULL;
}

/* An answer is told as it was given, in force or not. */
static struct text2 question_reason(struct evaluation *e, const struct check *c, sqlite3_stmt *s)
{
    const char *shown[ASK_SHOWN];
    for (int i = 0; i < ASK_SHOWN; i++) {
        shown[i] = (const char *)sqlite3_column_text(s, COLUMN_SHOWN + i);
    }
    return ask_reason(e->scratch, c->question, shown, e->answers_at);
}

static void judge(struct evaluation *e, const struct check *c, sqlite3_stmt *s, struct outcome *o)
{
    bool applies_is_unknown = sqlite3_column_type(s, COLUMN_NOT_APPLIES) == SQLITE_NULL;
    bool is_null = sqlite3_column_type(s, COLUMN_PASS) == SQLITE_NULL;
    if (e->needs_problem.en) {
        o->verdict = VERDICT_UNKNOWN;
        o->reason = e->needs_problem;
    } else if (applies_is_unknown || is_null) {
        o->verdict = VERDICT_UNKNOWN;
        o->reason = c->question ? question_reason(e, c, s)
                                : reason_find(e, c, applies_is_unknown, null_columns(c, s),
                                              target_of(c, s));
    } else if (sqlite3_column_double(s, COLUMN_PASS) != 0.0) {
        o->verdict = VERDICT_PASS;
    } else {
        o->verdict = VERDICT_FAIL;
        const struct waiver_subject subject = { o->subject, o->name, o->item, o->finding };
        const struct waiver *w = waiver_find(&e->waivers, &subject);
        if (w) {
            o->verdict = VERDICT_WAIVED;
            o->waiver = w->number;
        }
    }
}

static enum rc put_row(struct evaluation *e, const struct check *c, sqlite3_stmt *s,
                       struct err *err)
{
    struct outcome o = { .subject = (const char *)sqlite3_column_text(s, COLUMN_SUBJECT),
                         .item = (const char *)sqlite3_column_text(s, COLUMN_ITEM) };
    bool has_key = o.subject != NULL;
    o.subject = has_key ? o.subject : "?";
    o.item = o.item ? o.item : "";
    if (!has_key) {
        o.verdict = VERDICT_ERROR;
        o.reason = (struct text2){ "A row without a key (SID or GUID) cannot be judged.",
                                   "キー（SID または GUID）のない行は判定できません。" };
    } else if (sqlite3_column_type(s, COLUMN_PASS) == SQLITE_INTEGER && !e->needs_problem.en &&
               sqlite3_column_int64(s, COLUMN_PASS) != 0 &&
               sqlite3_column_type(s, COLUMN_NOT_APPLIES) != SQLITE_NULL) {
        o.verdict = VERDICT_PASS;
        return e->sink->put(e->sink, c, &o, err);
    }
    o.name = (const char *)sqlite3_column_text(s, COLUMN_NAME);
    finding_id(&e->hash, c->id, o.subject, o.item, o.finding);
    if (has_key) {
        judge(e, c, s, &o);
    }
    if (o.verdict == VERDICT_PASS) {
        o.name = NULL;
    } else {
        put_evidence(e, c, s, &o);
        const char *target = target_of(c, s);
        o.source = target ? reason_seen(e, c, target) : e->seen;
        /* What a policy says of a host was not read from it. */
        static const char mark[] = "origin\":\"policy\"";
        if (o.evidence && memmem(o.evidence, o.evidence_size, mark, sizeof(mark) - 1)) {
            o.source = coverage_source(&e->coverage, "policy.file")->seen;
        }
    }
    return e->sink->put(e->sink, c, &o, err);
}

/* One error row, and the audit goes on. */
static enum rc put_error(struct evaluation *e, const struct check *c, struct err *err)
{
    struct outcome o = { .verdict = VERDICT_ERROR, .subject = "check", .item = "" };
    const char *why = guard_is_over(&e->guard) ? "it ran past the step limit"
                      : e->guard.denied[0]     ? e->guard.denied
                                               : sqlite3_errmsg(e->db);
    o.reason.en = arena_printf(e->scratch, "The statement of the check failed: %s.", why);
    o.reason.ja = arena_printf(e->scratch, "点検の SQL を最後まで実行できませんでした：%s",
                               guard_is_over(&e->guard) ? "処理量の上限を超えました。" : why);
    finding_id(&e->hash, c->id, o.subject, o.item, o.finding);
    return e->sink->put(e->sink, c, &o, err);
}

/* What is not seen of the view itself: one row a source. */
static enum rc put_missing_sources(struct evaluation *e, const struct check *c, struct err *err)
{
    const struct view *v = catalogue_view(&e->rules->catalogue, c->view);
    for (size_t i = 0; v && v->sources[i]; i++) {
        const struct source_state *s = coverage_source(&e->coverage, v->sources[i]);
        const char *subject =
            s->is_complete ? NULL : arena_printf(e->scratch, "source:%s", v->sources[i]);
        if (subject) {
            struct outcome o = { .verdict = VERDICT_UNKNOWN,
                                 .subject = subject,
                                 .item = "",
                                 .name = v->sources[i],
                                 .reason = s->problems,
                                 .evidence = "{}",
                                 .evidence_size = 2,
                                 .source = s->seen };
            finding_id(&e->hash, c->id, o.subject, o.item, o.finding);
            TRY(e->sink->put(e->sink, c, &o, err));
        }
    }
    return RC_OK;
}

/* The first problem of a needed source makes every subject unknown; remembers where the rows were seen. */
static void look_at_sources(struct evaluation *e, const struct check *c)
{
    const struct view *v = catalogue_view(&e->rules->catalogue, c->view);
    e->needs_problem = (struct text2){ NULL, NULL };
    e->seen = NULL;
    for (size_t i = 0; i < c->need_count; i++) {
        const struct source_state *s = coverage_source(&e->coverage, c->needs[i]);
        if (!s->is_complete && !e->needs_problem.en) {
            e->needs_problem = s->problems;
        }
    }
    if (c->question) {
        e->seen = coverage_source(&e->coverage, "attest.answer")->seen;
    }
    for (size_t i = 0; v && v->sources[i] && !e->seen; i++) {
        e->seen = coverage_source(&e->coverage, v->sources[i])->seen;
    }
}

/* Rows of the view, counted once an evaluation, since checks with `applies` filter in SQL. -1 when it cannot be counted. */
static int64_t count_view(struct evaluation *e, const struct check *c)
{
    size_t i = 0;
    while (i < e->rules->catalogue.count && e->rules->catalogue.views[i].name != c->view) {
        i++;
    }
    if (i == e->rules->catalogue.count || e->view_rows[i] >= 0) {
        return e->view_rows[i];
    }
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    const char *sql = arena_printf(e->scratch, RULES_COUNT_STATEMENT, c->view);
    if (sql && sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        e->view_rows[i] = sqlite3_column_int64(s, 0);
    }
    return e->view_rows[i];
}

static enum rc count_not_applicable(struct evaluation *e, const struct check *c, int64_t rows,
                                    struct err *err)
{
    guard_start(&e->guard, e->db);
    int64_t all = c->applies.text ? count_view(e, c) : rows;
    guard_stop(e->db);
    return all > rows ? e->sink->not_applicable(e->sink, c, (uint64_t)(all - rows), err) : RC_OK;
}

enum rc evaluation_run(struct evaluation *e, const struct check *c, struct err *err)
{
    arena_reset(e->scratch);
    e->reasons = NULL;
    look_at_sources(e, c);
    waiver_index_check(&e->waivers, c->id);
    AUTO(stmt_done) sqlite3_stmt *s = guard_prepare(&e->guard, e->db, c->statement, c->written);
    int sq = s ? SQLITE_ROW : SQLITE_ERROR;
    int64_t rows = 0;
    enum rc rc = RC_OK;
    guard_start(&e->guard, e->db);
    while (sq == SQLITE_ROW && rc == RC_OK) {
        sq = sqlite3_step(s);
        if (sq == SQLITE_ROW) {
            rows++;
            rc = put_row(e, c, s, err);
        }
    }
    guard_stop(e->db);
    TRY(rc);
    if (sq != SQLITE_DONE) {
        TRY(put_error(e, c, err));
    } else {
        TRY(count_not_applicable(e, c, rows, err));
    }
    return put_missing_sources(e, c, err);
}

enum rc rules_evaluate(struct rules *r, const char *path, struct store *store,
                       struct rules_totals *ret, struct err *err)
{
    sqlite3 *db = NULL;
    TRY(store_commit(store, err));
    TRY(store_open_beside(path, &db, err));
    guard_limit(db);
    enum rc rc = rules_evaluate_on(r, db, store, ret, err);
    (void)sqlite3_close(db);
    return rc;
}

enum rc rules_evaluate_on(struct rules *r, sqlite3 *db, struct store *store,
                          struct rules_totals *ret, struct err *err)
{
    struct arena *a AUTO(arena_freep) =
        arena_new(0); /* first: the others live in it or end before it */
    AUTO(evaluation_done) struct evaluation e = { 0 };
    AUTO(result_abandon) struct result_sink *results = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(result_begin(a, store, &results, err));
    TRY(evaluation_begin(&e, r, db, result_sink(results), err));
    if (r->waivers && e.now == 0) {
        return err_setf(
            err, RC_MALFORMED,
            "the evidence file does not say when it was made (audit_info now), so that no waiver "
            "can be judged; evaluate without --waivers");
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        if (c->is_selected) {
            TRY(result_check(results, c, err));
            TRY(evaluation_run(&e, c, err));
            TRY(result_check_end(results, err));
        }
    }
    TRY(result_waivers(results, r, e.now, err));
    TRY(framework_write(r, store_handle(store), err));
    TRY(grade_write(&e, store_handle(store), err));
    return result_end(results, ret, err);
}
