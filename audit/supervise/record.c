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

static enum rc record_coverage(const struct task *task, const char *source, const char *state,
                               const char *why, const char *detail, filetime started,
                               struct store *store, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, task->target);
    row_text(&row, COVERAGE_STATE, state);
    row_text(&row, COVERAGE_REASON, why);
    row_text(&row, COVERAGE_DETAIL, detail);
    if (started) {
        row_int(&row, COVERAGE_STARTED, started);
    }
    row_int(&row, COVERAGE_FINISHED, filetime_now());
    return put(store, &row, err);
}

enum rc child_record(const struct child *c, struct store *store, struct err *err)
{
    /* Sources are read in the order in which they were asked for: rows after the last coverage belong to the next one. */
    bool has_part = c->rows_since_coverage > 0;
    TRY(record_run(c, store, err));
    for (size_t i = 0; i < c->task->count; i++) {
        /* Who lied is not believed in what it said before either. */
        bool is_covered = c->covered[i] && c->outcome != OUTCOME_LIED;
        if (strcmp(c->task->parameters[i].key, "source") != 0 || is_covered) {
            continue;
        }
        const char *detail =
            c->detail[0] ? c->detail : "the worker did not say how this source ended";
        TRY(record_coverage(c->task, c->task->parameters[i].value,
                            has_part ? "partial" : state_of(c), reason(c), detail, c->started_at,
                            store, err));
        has_part = false;
    }
    return store_commit(store, err);
}

static bool has_coverage(struct store *store, const char *source, const char *target)
{
    sqlite3_stmt *q = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(store_handle(store),
                           "SELECT 1 FROM coverage WHERE source = ? AND target = ?", -1, &q,
                           NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, source, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, target, -1, SQLITE_STATIC);
        found = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return found;
}

enum rc child_record_untouched(const struct task *task, struct store *store, struct err *err)
{
    const char *source = NULL;
    for (size_t i = 0; (source = task_get_nth(task, "source", i)) != NULL; i++) {
        if (!has_coverage(store, source, task->target)) {
            TRY(record_coverage(
                task, source, "not_collected", rc_word(RC_LIMIT),
                "the audit was stopped before it came to this target: go on with --resume", 0,
                store, err));
        }
    }
    return store_commit(store, err);
}
