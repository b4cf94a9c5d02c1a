/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, tasks, and what is left of a log whose decoder died. */
#include "audit/command/event_logs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/event_logs_parts.h"

#define WHAT "list the event logs" /* in messages */

#define SILENCE_S     60U
#define DEADLINE_S    3600U
#define DEADLINE_MOST 86400U
#define SLOWEST       (UINT64_C(4) << 20)         /* bytes a second that a decoder takes at least */
#define ROWS_MOST     (EVENT_ROWS_MOST + 1000000) /* with runs, counts and computers */

/* How a decoder ended with its log. */
struct reading {
    bool was_tried;
    bool is_no_log; /* it says itself that this is none */
    struct task_end end;
};

struct batch {
    struct task_feed feed; /* first, so that the feed is the batch */
    struct store *store;
    struct event_log_item *items;
    struct event_log_outcome *ret;
    struct reading *readings;
    struct event_turn *order; /* the largest first, so that cores end at about the same time */
    size_t count, next;
    struct arena *a;
    bool is_short;   /* of memory */
    bool is_stopped; /* by the operator */
};

/* What is known without the decoder. */
static enum rc put_bare(struct store *store, const struct event_log_item *item, int64_t log,
                        struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_EVENTLOG);
    row_int(&row, EVENTLOG_LOG, log);
    row_text(&row, EVENTLOG_ORIGIN, item->origin);
    row_text(&row, EVENTLOG_PATH, item->path);
    row_text(&row, EVENTLOG_FORM, item->form);
    row_text(&row, EVENTLOG_CHANNEL, item->channel);
    row_bool(&row, EVENTLOG_WHOLE, false);
    if (item->since > 0) {
        row_int(&row, EVENTLOG_SINCE, item->since);
    }
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

/* The rows are there before the decoders are, so that no number is given twice, whatever happens meanwhile. */
static enum rc number_all(struct batch *b, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    for (size_t i = 0; i < b->count; i++) {
        TRY(event_logs_forget(b->store, b->items[i].origin, b->items[i].path, err));
    }
    TRY(store_prepare(b->store, WHAT, "SELECT coalesce(max(log), 0) FROM event_log", &q, err));
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(err, RC_IO, "cannot list the event logs: %s",
                        sqlite3_errmsg(store_handle(b->store)));
    }
    int64_t log = sqlite3_column_int64(q, 0);
    for (size_t i = 0; i < b->count; i++) {
        b->ret[i] = (struct event_log_outcome){ .log = ++log };
        TRY(put_bare(b->store, &b->items[i], log, err));
    }
    return store_commit(b->store, err);
}

static enum rc make_task(struct batch *b, size_t i, struct task *t, struct err *err)
{
    const struct event_log_item *item = &b->items[i];
    uint64_t seconds = DEADLINE_S + item->size / SLOWEST;
    const char *log = arena_printf(b->a, "%" PRId64, b->ret[i].log);
    const char *since = arena_printf(b->a, "%" PRId64, item->since);
    t->role = "kagimori-decode";
    t->target = item->path;
    t->tag = &b->readings[i];
    t->artifact = item->fd;
    t->secret = item->key;
    t->silence_s = SILENCE_S;
    t->deadline_s = seconds < DEADLINE_MOST ? (uint32_t)seconds : DEADLINE_MOST;
    t->max_rows = ROWS_MOST;
    if (!log || !since) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(task_add(t, "format", "events", err));
    TRY(task_add(t, "form", item->form, err));
    TRY(task_add(t, "log", log, err));
    TRY(task_add(t, "origin", item->origin, err));
    return item->since > 0 ? task_add(t, "since", since, err) : RC_OK;
}

static bool next_log(struct task_feed *f, struct task *ret)
{
    struct batch *b = (struct batch *)f;
    struct err err;
    while (b->next < b->count && !b->is_short) {
        size_t i = b->order[b->next++].item;
        if (b->items[i].fd < 0) {
            continue;
        }
        b->is_short = make_task(b, i, ret, &err) != RC_OK;
        return !b->is_short;
    }
    return false;
}

/* What a decoder says itself is "failed"; everything else it did not say. */
static bool was_said(struct store *store, const char *target)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct err ignored;
    /* Others of the same name may run, but the last that ended is this one. */
    if (store_prepare(
            store, WHAT,
            "SELECT outcome FROM worker_run WHERE target = ?1 ORDER BY finished_at DESC, task DESC LIMIT 1",
            &q, &ignored) != RC_OK) {
        return false;
    }
    (void)sqlite3_bind_text(q, 1, target, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_ROW &&
           strcmp((const char *)sqlite3_column_text(q, 0), "failed") == 0;
}

static void log_ended(struct task_feed *f, const struct task *task, const struct task_end *end)
{
    struct batch *b = (struct batch *)f;
    struct reading *r = task->tag;
    r->was_tried = true;
    r->end = *end;
    r->is_no_log = end->rc == RC_MALFORMED && was_said(b->store, task->target);
}

static int by_size(const void *a, const void *b)
{
    const struct event_turn *x = a, *y = b;
    return x->size != y->size ? (x->size < y->size) - (x->size > y->size)
                              : (x->item > y->item) - (x->item < y->item);
}

static enum rc run_all(struct batch *b, struct supervisor *supervisor, struct err *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    for (size_t i = 0; i < b->count; i++) {
        b->order[i] = (struct event_turn){ b->items[i].size, i };
        b->feed.total += b->items[i].fd >= 0;
    }
    qsort(b->order, b->count, sizeof(*b->order), by_size);
    b->feed.next = next_log;
    b->feed.ended = log_ended;
    b->feed.parallel = cores > 1 ? (uint32_t)cores : 1;
    struct event_digests digests = { .items = b->items, .order = b->order, .count = b->count };
    event_digests_start(&digests);
    enum rc rc = supervisor_run_feed(supervisor, &b->feed, err);
    event_digests_end(&digests, rc != RC_OK);
    return rc == RC_OK && b->is_short ? err_setf(err, RC_NOMEM, "out of memory") : rc;
}

/* What a decoder sent before it died is taken back: it did not come to say of which computers that was. */
static enum rc settle_unread(struct batch *b, size_t i, const char *why, struct err *err)
{
    const struct event_log_item *item = &b->items[i];
    struct event_log_outcome *ret = &b->ret[i];
    bool is_no_log = item->fd >= 0 && b->readings[i].is_no_log;
    ret->is_failed = true;
    ret->detail = why ? arena_strdup(b->a, why) : NULL;
    ret->rows = 0;
    TRY(event_logs_drop(b->store, ret->log, err));
    if (item->fd >= 0 && !is_no_log && !b->is_stopped) {
        log_line(LOG_WARN, "%s: %s: %s; it is left out", item->origin, item->path, why ? why : "");
    }
    if ((is_no_log || item->fd < 0) && !item->host) {
        ret->log = 0;
        return RC_OK;
    }
    TRY(put_bare(b->store, item, ret->log, err));
    return event_logs_whose(b->store, item, ret, b->a, err);
}

static bool has_told(struct store *store, int64_t log)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct err ignored;
    if (store_prepare(store, WHAT, "SELECT 1 FROM event_log WHERE log = ?1 AND records IS NOT NULL",
                      &q, &ignored) != RC_OK) {
        return false;
    }
    (void)sqlite3_bind_int64(q, 1, log);
    return sqlite3_step(q) == SQLITE_ROW;
}

static enum rc settle_one(struct batch *b, size_t i, struct err *err)
{
    const struct event_log_item *item = &b->items[i];
    const struct reading *r = &b->readings[i];
    struct event_log_outcome *ret = &b->ret[i];
    if (item->fd < 0) {
        TRY(settle_unread(b, i, item->detail, err));
    } else if (b->is_stopped && (!r->was_tried || r->end.rc == RC_LIMIT)) {
        TRY(settle_unread(b, i, "the operator stopped before it was read", err));
    } else if (!r->was_tried || r->end.rc != RC_OK) {
        TRY(settle_unread(b, i, r->was_tried ? r->end.detail : "it was not read", err));
    } else if (!has_told(b->store, ret->log)) {
        TRY(settle_unread(b, i, "the decoder told nothing of it", err));
    } else {
        ret->rows = r->end.rows;
        TRY(event_logs_whose(b->store, item, ret, b->a, err));
    }
    return event_logs_artifact(b->store, item, ret, b->a, err);
}

/* An archive may be from before its host was renamed: another log of it that knows both names tells. */
static enum rc settle_renamed(struct batch *b, struct err *err)
{
    for (size_t i = 0; i < b->count; i++) {
        struct event_log_outcome *ret = &b->ret[i];
        if (b->items[i].host && ret->reason && strcmp(ret->reason, "conflict") == 0) {
            ret->reason = NULL;
            ret->detail = NULL;
            TRY(event_logs_whose(b->store, &b->items[i], ret, b->a, err));
            TRY(event_logs_artifact(b->store, &b->items[i], ret, b->a, err));
        }
    }
    return RC_OK;
}

enum rc event_logs_settle(struct store *store, struct err *err)
{
    TRY(store_commit(store, err));
    TRY(event_logs_touch(store, "", err)); /* so that there is a list, also an empty one */
    TRY(event_logs_twice(store, err));
    TRY(event_logs_cover(store, err));
    TRY(store_exec(store_handle(store), "DELETE FROM event_touched", err));
    return store_commit(store, err);
}

/* Which of them another one holds as well, is known only now. */
static enum rc note_twice(struct batch *b, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(b->store, WHAT, "SELECT 1 FROM event_log WHERE log = ?1 AND reason = 'twice'",
                      &q, err));
    for (size_t i = 0; i < b->count; i++) {
        (void)sqlite3_bind_int64(q, 1, b->ret[i].log);
        if (sqlite3_step(q) == SQLITE_ROW) {
            b->ret[i].reason = "twice";
            b->ret[i].detail = "another log holds all of its records";
        }
        (void)sqlite3_reset(q);
    }
    return RC_OK;
}

static enum rc decode(struct batch *b, struct supervisor *supervisor, struct err *err)
{
    TRY(number_all(b, err));
    enum rc rc = run_all(b, supervisor, err);
    if (rc != RC_OK && rc != RC_LIMIT) {
        return rc;
    }
    /* What was read before the operator stopped it stays, and has its owner. */
    b->is_stopped = rc == RC_LIMIT;
    struct err why = rc == RC_OK ? (struct err){ .rc = RC_OK } : *err;
    for (size_t i = 0; i < b->count; i++) {
        TRY(settle_one(b, i, err));
    }
    TRY(settle_renamed(b, err));
    TRY(event_logs_settle(b->store, err));
    TRY(note_twice(b, err));
    if (rc != RC_OK) {
        *err = why;
    }
    return rc;
}

enum rc event_logs_decode(struct store *store, struct supervisor *supervisor,
                          struct event_log_item *items, size_t count, struct event_log_outcome *ret,
                          struct arena *a, struct err *err)
{
    struct batch b = { .store = store, .items = items, .ret = ret, .count = count, .a = a };
    enum rc rc = RC_OK;
    if (count == 0) {
        return RC_OK;
    }
    b.readings = calloc(count, sizeof(*b.readings));
    b.order = calloc(count, sizeof(*b.order));
    if (!b.readings || !b.order) {
        rc = err_setf(err, RC_NOMEM, "out of memory for %zu event logs", count);
    } else {
        rc = decode(&b, supervisor, err);
    }
    free(b.readings);
    free(b.order);
    return rc;
}
