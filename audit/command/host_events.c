/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event logs of domain controllers or of all hosts, from their administrators' shares. A few hosts at a time: their logs are fetched
 * into the spool (event_spool.h), all of one host over one logon, then decoded and removed before the next ones are asked, so that the
 * disk does not fill with their number. */
#include "audit/command/host_events.h"

#include <sys/stat.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/coverage_row.h"
#include "audit/command/directory_task.h"
#include "audit/command/event_logs.h"
#include "audit/command/event_spool.h"
#include "audit/command/host_reasons.h"
#include "audit/supervise/outbox.h"

#define WHAT "list the hosts" /* in messages */

#define LOGS   EVENTS_LOGS
#define FOLDER "Windows/System32/winevt/Logs/"

#define BATCH     8U /* hosts at a time */
#define LEAST_MIB 8U /* of one log; with less room on the disk none is fetched */

/* Silence of a worker that waits for a piece over a slow line. */
#define SILENCE_S 120

static const char *const logs[EVENTS_LOGS] = {
    "Security.evtx",
    "System.evtx",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx",
    "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
    "ForwardedEvents.evtx",
};

struct events_feed {
    struct task_feed feed; /* first */
    struct host_collection *c;
    struct event_spool spool;
    struct events_host *hosts;
    size_t count, first, last, next; /* the batch is first … last - 1 */
    struct secret *pack, *pack_directory;
    const char *connect_timeout, *since_text, *mebibytes, *room;
    filetime since;
    struct err err;              /* the first failure of ours */
    struct host_reasons reasons; /* why hosts gave no logs, or not all */
    uint64_t failed;             /* logs that could not be decoded */
};

/* Logs of the host that this audit has read already. */
static enum rc choose_logs(const struct events_feed *f, struct events_host *h, size_t *ret_count,
                           struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        f->c->store, WHAT,
        "SELECT 1 FROM event_log WHERE origin = ?1 AND path = ?2 AND records IS NOT NULL"
        " AND (host IS NOT NULL OR reason IS NOT NULL)",
        &q, err));
    *ret_count = 0;
    for (size_t i = 0; i < LOGS; i++) {
        char path[200];
        (void)snprintf(path, sizeof(path), FOLDER "%s", logs[i]);
        (void)sqlite3_bind_text(q, 1, h->name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, path, -1, SQLITE_TRANSIENT);
        h->wants[i] = sqlite3_step(q) != SQLITE_ROW;
        *ret_count += h->wants[i];
        (void)sqlite3_reset(q);
    }
    return RC_OK;
}

/* ---- fetching ---- */

static enum rc open_spool(const struct events_feed *f, struct events_host *h, struct err *err)
{
    char asked[512];
    (void)snprintf(asked, sizeof(asked),
                   "kagimori event logs 1\nhost %.255s\nsince %s\nmebibytes %u\n", h->name,
                   f->since_text, f->c->site->log_mib);
    TRY(spool_host_open(&f->spool, h->name, asked, &h->spool, err));
    for (size_t i = 0; i < LOGS; i++) {
        if (h->wants[i]) {
            TRY(spool_host_file(&h->spool, logs[i], &h->fds[i], err));
        }
    }
    return RC_OK;
}

static enum rc add_logs(const struct events_host *h, struct task *t, struct err *err)
{
    for (size_t i = 0; i < LOGS; i++) {
        if (!h->wants[i]) {
            continue;
        }
        TRY(task_add(t, "file", logs[i], err));
        if (!t->has_outbox) {
            outbox_attach(t, h->fds[i]);
        } else {
            TRY(outbox_attach_more(t, h->fds[i], err));
        }
    }
    return RC_OK;
}

static enum rc fetch_task(struct events_feed *f, struct events_host *h, struct task *t,
                          struct err *err)
{
    bool by_directory = h->by_directory;
    t->role = "kagimori-smb";
    t->target = h->name;
    t->deadline_s = f->c->site->task_deadline_s;
    t->silence_s = SILENCE_S;
    t->tag = h;
    TRY(task_add(t, "source", EVENTS_SOURCE, err));
    TRY(task_add(t, "host", h->name, err));
    TRY(h->address ? task_add(t, "address", h->address, err) : RC_OK);
    TRY(task_add(t, "origin", h->name, err));
    TRY(task_add(t, "connect_timeout_ms", f->connect_timeout, err));
    TRY(task_add(t, "since", f->since_text, err));
    TRY(task_add(t, "log_mebibytes", f->mebibytes, err));
    TRY(task_add(t, "outbox_mebibytes", f->room, err));
    if (by_directory) {
        TRY(directory_task_logon(t, f->c->site, f->c->arena, err));
    } else {
        TRY(host_add_login(f->c, h->is_controller, t, &by_directory, err));
    }
    t->secret = by_directory ? f->pack_directory : f->pack;
    return add_logs(h, t, err);
}

static enum rc cover_failed(const struct events_feed *f, const char *host, enum rc why,
                            const char *detail, struct err *err)
{
    return command_coverage(f->c->store, EVENTS_SOURCE, host, "failed", rc_word(why), detail, err);
}

/* What an earlier run said of a file that is fetched anew. */
static enum rc forget_rows(const struct events_feed *f, const struct events_host *h,
                           struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_commit(f->c->store, err));
    TRY(store_prepare(f->c->store, WHAT, "DELETE FROM artifact WHERE origin = ?1 AND path = ?2", &q,
                      err));
    for (size_t i = 0; i < LOGS; i++) {
        char path[200];
        (void)snprintf(path, sizeof(path), FOLDER "%s", logs[i]);
        (void)sqlite3_bind_text(q, 1, h->name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, path, -1, SQLITE_TRANSIENT);
        if (h->wants[i] && sqlite3_step(q) != SQLITE_DONE) {
            return err_setf(err, RC_IO, "cannot forget the logs of %s", h->name);
        }
        (void)sqlite3_reset(q);
    }
    return RC_OK;
}

/* Makes the task of a host. *ret_any = false: there is nothing to ask, or this machine cannot; that costs this host only. */
static enum rc begin_host(struct events_feed *f, struct events_host *h, struct task *t,
                          bool *ret_any, struct err *err)
{
    struct err e;
    size_t wanted = 0;
    *ret_any = false;
    TRY(choose_logs(f, h, &wanted, err));
    if (wanted == 0) {
        return RC_OK;
    }
    if (open_spool(f, h, &e) != RC_OK) {
        host_reasons_add(&f->reasons, h->name, e.msg);
        return cover_failed(f, h->name, e.rc, e.msg, err);
    }
    *ret_any = true;
    TRY(forget_rows(f, h, err));
    return fetch_task(f, h, t, err);
}

static bool feed_next(struct task_feed *feed, struct task *ret)
{
    struct events_feed *f = (struct events_feed *)feed;
    while (f->next < f->last && f->err.rc == RC_OK) {
        bool any = false;
        if (begin_host(f, &f->hosts[f->next++], ret, &any, &f->err) == RC_OK && any) {
            return true;
        }
    }
    return false;
}

static void feed_ended(struct task_feed *feed, const struct task *task, const struct task_end *end)
{
    struct events_feed *f = (struct events_feed *)feed;
    struct events_host *h = task->tag;
    const char *stopped = supervisor_gate_message(f->c->supervisor, WORKER_GATE_LOGON);
    const char *detail = command_detail(task->target, end->detail);
    for (size_t i = 0; i < LOGS; i++) {
        auto_fd_close(&h->fds[i]);
    }
    h->is_fetched = true;
    h->is_cut = end->rc != RC_OK && end->rc != RC_ABSENT && end->rc != RC_DENIED;
    if (end->rc != RC_OK && !(stopped && strcmp(stopped, detail) == 0)) {
        host_reasons_add(&f->reasons, task->target, detail);
    }
    if (end->rc == RC_IO || end->rc == RC_NOMEM) {
        spool_host_drop(&f->spool,
                        &h->spool); /* the disk is full: others shall have what is left */
    }
}

/* ---- what came ---- */

/* What the collector said of a log; false when it did not come to it, or there is none. */
static bool find_log(const struct events_feed *f, sqlite3_stmt *q, const struct events_host *h,
                     size_t n, struct event_log_item *item)
{
    struct arena *a = f->c->arena;
    char path[200];
    (void)snprintf(path, sizeof(path), FOLDER "%s", logs[n]);
    (void)sqlite3_bind_text(q, 1, h->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, path, -1, SQLITE_TRANSIENT);
    bool found = sqlite3_step(q) == SQLITE_ROW;
    if (found) {
        const char *state = (const char *)sqlite3_column_text(q, 0);
        const char *detail = (const char *)sqlite3_column_text(q, 1);
        /* The newest part of a log that is larger than the limit is a smaller ring, and whole as such. */
        bool is_newest = strcmp(state, "too_large") == 0;
        bool is_there = is_newest || strcmp(state, "partial") == 0;
        *item =
            (struct event_log_item){ .origin = h->name,
                                     .path = arena_strdup(a, path),
                                     .form = "evtx",
                                     .fd = -1,
                                     .refusal = is_there ? NULL : arena_strdup(a, state),
                                     .detail =
                                         detail && !is_newest ? arena_strdup(a, detail) : NULL,
                                     .note = detail && is_newest ? arena_strdup(a, detail) : NULL,
                                     .host = h->name,
                                     .key = f->c->key,
                                     .channel = event_logs_channel(path),
                                     .size = (uint64_t)sqlite3_column_int64(q, 2),
                                     .changed_at = sqlite3_column_int64(q, 3),
                                     .since = f->since };
    }
    (void)sqlite3_reset(q);
    return found;
}

static enum rc open_log(const struct events_feed *f, const struct events_host *h, size_t n,
                        struct event_log_item *item, struct err *err)
{
    char *sha256 = NULL;
    if (item->refusal) {
        return RC_OK;
    }
    enum rc rc = spool_host_read(&h->spool, logs[n], item->size, &item->fd, err);
    if (rc != RC_OK) {
        item->refusal = "malformed"; /* costs itself only */
        item->detail = arena_strdup(f->c->arena, err->msg);
        return RC_OK;
    }
    if (!f->c->keep) {
        return RC_OK;
    }
    sha256 = arena_alloc(f->c->arena, 65);
    item->sha256 = sha256;
    return sha256 ? artifact_keep_file(f->c->keep, h->name, item->path, item->changed_at, item->fd,
                                       item->size, sha256, err)
                  : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc collect_items(struct events_feed *f, struct event_log_item *items, size_t *ret_count,
                             struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        f->c->store, WHAT,
        "SELECT state, detail, coalesce(size, 0), coalesce(changed_at, 0) FROM artifact"
        " WHERE origin = ?1 AND path = ?2",
        &q, err));
    for (size_t k = f->first; k < f->last; k++) {
        struct events_host *h = &f->hosts[k];
        for (size_t i = 0; i < LOGS && h->is_fetched && h->spool.fd >= 0; i++) {
            struct event_log_item *item = &items[*ret_count];
            if (h->wants[i] && find_log(f, q, h, i, item)) {
                ++*ret_count;
                h->is_decoded[i] = true;
                TRY(open_log(f, h, i, item, err));
            }
        }
    }
    return RC_OK;
}

/* What was decoded needs no second way. */
static void forget_files(const struct events_feed *f)
{
    for (size_t k = f->first; k < f->last; k++) {
        struct events_host *h = &f->hosts[k];
        for (size_t i = 0; i < LOGS && h->spool.fd >= 0; i++) {
            if (h->is_decoded[i]) {
                spool_host_remove(&h->spool, logs[i]);
            }
        }
        if (!h->is_cut || spool_host_is_empty(&h->spool)) {
            spool_host_drop(&f->spool, &h->spool);
        }
    }
}

static enum rc decode(struct events_feed *f, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct event_log_item items[BATCH * LOGS];
    struct event_log_outcome out[BATCH * LOGS];
    size_t count = 0;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = collect_items(f, items, &count, err);
    if (rc == RC_OK) {
        rc = event_logs_decode(f->c->store, f->c->supervisor, items, count, out, a, err);
    }
    for (size_t i = 0; i < count; i++) {
        auto_fd_close(&items[i].fd);
        /* What its decoder said is told by then. */
        if (rc == RC_OK && out[i].is_failed && items[i].refusal && ++f->failed <= 20) {
            log_line(LOG_WARN, "%s: %s: %s", items[i].origin, items[i].path,
                     out[i].detail ? out[i].detail : "it could not be read");
        }
    }
    return rc;
}

/* ---- coverage ---- */

/* The collector said "fetched, and not decoded". */
static enum rc settle(const struct events_feed *f, const char *host, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        f->c->store, WHAT,
        "UPDATE coverage SET state = iif(reason IS NULL, 'complete', state),"
        " detail = iif(reason IS NULL, NULL, replace(detail, ', and not decoded', ''))"
        " WHERE source = '" EVENTS_SOURCE "' AND target = ?1 AND state = 'partial'",
        &q, err));
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write coverage of %s", host);
}

/* ---- the run ---- */

/* How many hosts at a time, and how much of a log, so that the disk bears all of it. */
static enum rc plan_batch(struct events_feed *f, struct err *err)
{
    uint64_t room = event_spool_room(&f->spool) >> 20, most = f->c->site->log_mib;
    uint64_t each = (most + most / 4 + 1) * LOGS; /* with what a resumed one may have too much */
    uint64_t hosts = room / each;
    hosts = hosts < 1 ? 1 : hosts > BATCH ? BATCH : hosts;
    hosts = hosts > f->c->site->hosts.parallel ? f->c->site->hosts.parallel : hosts;
    if (each > room) {
        most = room / LOGS * 4 / 5;
    }
    f->first = f->next = f->last;
    f->last = f->count - f->first > hosts ? f->first + hosts : f->count;
    f->mebibytes = arena_printf(f->c->arena, "%" PRIu64, most);
    f->room = arena_printf(f->c->arena, "%" PRIu64, most + most / 4 + 1);
    if (!f->mebibytes || !f->room) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = f->first; i < f->last && most < LEAST_MIB && most < f->c->site->log_mib; i++) {
        TRY(cover_failed(
            f, f->hosts[i].name, RC_LIMIT,
            "this machine's disk has no room for event logs: make some, and go on with --resume",
            err));
        f->next = f->last;
    }
    return RC_OK;
}

static enum rc run_batch(struct events_feed *f, struct err *err)
{
    TRY(plan_batch(f, err));
    f->feed = (struct task_feed){ .next = feed_next,
                                  .ended = feed_ended,
                                  .parallel = (uint32_t)(f->last - f->first) };
    enum rc rc = supervisor_run_feed(f->c->supervisor, &f->feed, err);
    if (rc == RC_OK && f->err.rc != RC_OK) {
        *err = f->err;
        rc = f->err.rc;
    }
    if (rc == RC_OK) {
        rc = decode(f, err);
    }
    for (size_t i = f->first; i < f->last; i++) {
        struct events_host *h = &f->hosts[i];
        if (rc == RC_OK && h->is_fetched && !h->is_cut) {
            rc = settle(f, h->name, err);
        }
        for (size_t k = 0; k < LOGS; k++) {
            auto_fd_close(&h->fds[k]);
        }
    }
    if (rc == RC_OK) {
        forget_files(f);
    }
    for (size_t i = f->first; i < f->last; i++) {
        spool_host_close(&f->hosts[i].spool);
    }
    return rc;
}

static enum rc pack_logins(struct events_feed *f, struct err *err)
{
    struct secret *empty AUTO(secret_freep) = secret_new("", 0);
    const struct secret *hosts[] = { f->c->login ? f->c->login : empty };
    const struct secret *directory[] = { f->c->directory ? f->c->directory : empty };
    if (!empty) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(secret_pack(hosts, 1, &f->pack, err));
    return secret_pack(directory, 1, &f->pack_directory, err);
}

static enum rc run_all(struct events_feed *f, struct err *err)
{
    struct host_collection *c = f->c;
    f->since = c->now - (filetime)c->site->log_days * FILETIME_DAY;
    f->since_text = arena_printf(c->arena, "%" PRId64, f->since);
    f->connect_timeout = arena_printf(c->arena, "%u", c->site->hosts.connect_timeout_ms);
    if (!f->since_text || !f->connect_timeout) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(store_commit(c->store, err));
    TRY(events_list_hosts(c, &f->hosts, &f->count, err));
    TRY(events_cover_others(c, err));
    TRY(pack_logins(f, err));
    while (f->last < f->count) {
        TRY(run_batch(f, err));
        TRY(events_cover_sources(c, err));
    }
    return events_cover_sources(c, err);
}

enum rc host_events(struct host_collection *c, struct err *err)
{
    struct events_feed *f = arena_alloc(c->arena, sizeof(*f));
    if (!f) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *f = (struct events_feed){ .c = c, .spool.fd = -1, .reasons.arena = c->arena };
    enum rc rc = event_spool_open(c->out, &f->spool, err);
    if (rc == RC_OK) {
        rc = run_all(f, err);
    }
    event_spool_close(&f->spool);
    host_reasons_tell(&f->reasons, "event logs");
    secret_free(f->pack);
    secret_free(f->pack_directory);
    TRY(rc);
    return store_commit(c->store, err);
}
