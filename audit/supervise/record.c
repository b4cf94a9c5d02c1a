/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the supervisor itself writes about a worker: how it ended, and coverage for what it was asked and did not answer. */
#include <stdio.h>
#include <string.h>

#include "audit/supervise/child.h"

static void text_or_null(struct row *row, int column, const char *text)
{
    row_text(row, column, text[0] ? text : NULL);
}

static enum rc put(struct store *store, const struct row *row, struct err *err)
{
    TRY(row_check(row, err));
    return store_put(store, row, err);
}

static enum rc record_run(const struct child *c, struct store *store, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_WORKER);
    row_int(&row, WORKER_TASK, c->number);
    row_text(&row, WORKER_ROLE, c->task->role);
    row_text(&row, WORKER_TARGET, c->task->target);
    text_or_null(&row, WORKER_SANDBOX, c->sandbox);
    text_or_null(&row, WORKER_VERSION, c->version);
    row_text(&row, WORKER_END, outcome_word(c->outcome));
    text_or_null(&row, WORKER_DETAIL, c->detail);
    row_int(&row, WORKER_ROWS, (int64_t)c->rows);
    row_int(&row, WORKER_STARTED, c->started_at);
    row_int(&row, WORKER_FINISHED, filetime_now());
    return put(store, &row, err);
}

/* Reasons are words of enum rc; a worker that was stopped has the word of its outcome instead. */
static const char *reason(const struct child *c)
{
    if (c->outcome == OUTCOME_DONE) {
        return rc_word(RC_BUG);
    }
    return c->outcome == OUTCOME_FAILED ? rc_word(c->rc) : outcome_word(c->outcome);
}

/* An ordinary answer of the target has a state of its own. */
static const char *state_of(const struct child *c)
{
    if (c->outcome != OUTCOME_FAILED) {
        return "failed";
    }
    switch (c->rc) {
    case RC_DENIED:
        return "denied";
    case RC_UNREACHABLE:
    case RC_TIMEOUT:
        return "unreachable";
    case RC_UNSUPPORTED:
        return "unsupported";
    case RC_OK:
    case RC_NOMEM:
    case RC_ABSENT:
    case RC_MALFORMED:
    case RC_LIMIT:
    case RC_IO:
    case RC_USAGE:
    case RC_UNTRUSTED:
    case RC_BUG:
    default:
        return "failed";
    }
}

struct ending {
    const char *state, *reason, *detail;
    filetime started; /* 0 = it never was */
};

static enum rc record_coverage(const char *source, const char *target, const struct ending *end,
                               struct store *store, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, target);
    row_text(&row, COVERAGE_STATE, end->state);
    row_text(&row, COVERAGE_REASON, end->reason);
    row_text(&row, COVERAGE_DETAIL, end->detail);
    if (end->started) {
        row_int(&row, COVERAGE_STARTED, end->started);
    }
    row_int(&row, COVERAGE_FINISHED, filetime_now());
    return put(store, &row, err);
}

/* Whether the supervisor has to speak of this source of this target. Who lied is not believed in what it said before
 * either, and that stands in the file already. */
static bool is_open(const struct child *c, size_t source, size_t target)
{
    bool is_covered = asked_is_covered(&c->asked, source, target);
    if (c->outcome == OUTCOME_LIED) {
        return is_covered || !asked_is_optional(&c->asked, target);
    }
    return !is_covered && !asked_is_optional(&c->asked, target);
}

enum rc child_record(const struct child *c, struct store *store, struct err *err)
{
    const struct asked *a = &c->asked;
    struct ending end = { .reason = reason(c), .started = c->started_at };
    end.detail = c->detail[0] ? c->detail : "the worker did not say how this source ended";
    TRY(record_run(c, store, err));
    for (size_t t = 0; t < a->target_count; t++) {
        /* Sources are read in the order in which they were asked for: rows after the last coverage belong to the next one. */
        bool has_part = asked_has_rows(a, t);
        for (size_t s = 0; s < a->source_count; s++) {
            if (is_open(c, s, t)) {
                end.state = has_part ? "partial" : state_of(c);
                TRY(record_coverage(a->sources[s], asked_target(a, t), &end, store, err));
                has_part = false;
            }
        }
    }
    return store_commit(store, err);
}

static bool has_coverage(sqlite3_stmt *q, const char *source, const char *target)
{
    (void)sqlite3_bind_text(q, 1, source, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, target, -1, SQLITE_STATIC);
    bool found = sqlite3_step(q) == SQLITE_ROW;
    (void)sqlite3_reset(q);
    return found;
}

static enum rc record_all_untouched(const struct asked *a, const char *detail, sqlite3_stmt *q,
                                    struct store *store, struct err *err)
{
    const struct ending end = { .state = "not_collected", .reason = "stopped", .detail = detail };
    for (size_t t = 0; t < a->target_count; t++) {
        for (size_t s = 0; s < a->source_count && !asked_is_optional(a, t); s++) {
            if (!has_coverage(q, a->sources[s], asked_target(a, t))) {
                TRY(record_coverage(a->sources[s], asked_target(a, t), &end, store, err));
            }
        }
    }
    return RC_OK;
}

enum rc child_record_untouched(const struct task *task, const char *detail, struct store *store,
                               struct err *err)
{
    static const char sql[] = "SELECT 1 FROM coverage WHERE source = ? AND target = ?";
    struct asked a;
    sqlite3_stmt *q = NULL;
    enum rc rc = asked_init(&a, task, err);
    if (rc == RC_OK && sqlite3_prepare_v2(store_handle(store), sql, -1, &q, NULL) != SQLITE_OK) {
        rc = err_setf(err, RC_IO, "cannot read coverage: %s", sqlite3_errmsg(store_handle(store)));
    }
    if (rc == RC_OK) {
        rc = record_all_untouched(&a, detail, q, store, err);
    }
    (void)sqlite3_finalize(q);
    asked_done(&a);
    return rc;
}
