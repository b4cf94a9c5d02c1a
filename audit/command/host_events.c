/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event logs of domain controllers or of all hosts, from their administrators' shares. A few hosts at a time: their logs are fetched
 * into the spool (event_spool.h), all of one host over one logon, then decoded and removed before the next ones are asked, so that the
 * disk does not fill with their number. */
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
#include "audit/command/host_collect.h"
#include "audit/supervise/outbox.h"

#define SOURCE "smb.event_log"
#define FOLDER "Windows/System32/winevt/Logs/"

#define BATCH     8U /* hosts at a time */
#define LEAST_MIB 8U /* of one log; with less room on the disk none is fetched */

/* Silence of a worker that waits for a piece over a slow line. */
#define SILENCE_S 120

static const char *const logs[] = {
    "Security.evtx",
    "System.evtx",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx",
    "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
    "ForwardedEvents.evtx",
};
#define LOGS ARRAY_LEN(logs)

struct events_host {
    const char *name, *address;
    bool is_controller;
    bool by_directory; /* the directory's login, whatever the hosts' is */
    bool wants[LOGS];  /* what an earlier run of this audit has not told */
    struct spool_host spool;
    int fds[LOGS];
    bool is_decoded[LOGS]; /* whether evidence came of it or not */
    bool is_fetched;       /* its task has ended */
    bool is_cut;           /* before all was asked: what is in the spool is gone on with */
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
    bool has_directory; /* the directory's login is one to log on with, and was not refused */
    struct err err;     /* the first failure of ours */
    uint64_t failed;
};

static void finalize(sqlite3_stmt **q)
{
    (void)sqlite3_finalize(*q);
}

static enum rc prepare(const struct events_feed *f, const char *sql, sqlite3_stmt **q,
                       struct err *err)
{
    sqlite3 *db = store_handle(f->c->store);
    return sqlite3_prepare_v2(db, sql, -1, q, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_BUG, "cannot list the hosts: %s", sqlite3_errmsg(db));
}

/* ---- which hosts ---- */

/* Of the site file's hosts those that took the login and where it is an administrator's; where hosts have none, domain controllers by the
 * directory's. Then the domain controllers that are no such host. */
#define IS_WANTED "(?1 OR t.is_controller = 1)"
#define LISTED                                                                                        \
    "SELECT t.host, coalesce(p.address, t.address) AS address, t.is_controller = 1 AS is_controller," \
    "  ?2 = 0 AS by_directory FROM host_target t"                                                     \
    " LEFT JOIN coverage v ON v.source = 'smb.machine' AND v.target = t.host"                         \
    " LEFT JOIN host_machine m ON m.host = t.host"                                                    \
    " LEFT JOIN host_port p ON p.host = t.host AND p.port = 445"                                      \
    " WHERE " IS_WANTED " AND t.origin <> 'kit' AND m.is_administrator IS NOT 0"                      \
    "  AND iif(?2, v.state IN ('complete', 'partial'), t.is_controller = 1 AND ?3)"
#define OTHERS                                                                                             \
    "SELECT s.host, NULL, 1, 1 FROM directory_server s WHERE s.dsa_dn IS NOT NULL AND ?3 AND NOT EXISTS (" \
    "SELECT 1 FROM host_target t WHERE lower(t.host) IN (lower(s.host), lower(s.dns_name)))"

static const char *address_of(const struct site *site, const char *host)
{
    for (size_t i = 0; i < site->server_count; i++) {
        if (strcasecmp(site->servers[i].host, host) == 0) {
            return site->servers[i].address;
        }
    }
    return NULL;
}

static void take_host(struct events_feed *f, sqlite3_stmt *q)
{
    struct arena *a = f->c->arena;
    const char *name = (const char *)sqlite3_column_text(q, 0);
    const char *address = (const char *)sqlite3_column_text(q, 1);
    struct events_host *h = &f->hosts[f->count];
    *h = (struct events_host){ .name = name ? arena_strdup(a, name) : NULL,
                               .address = address ? arena_strdup(a, address)
                                          : name  ? address_of(f->c->site, name)
                                                  : NULL,
                               .is_controller = sqlite3_column_int(q, 2) == 1,
                               .by_directory = sqlite3_column_int(q, 3) == 1,
                               .spool.fd = -1 };
    for (size_t i = 0; i < LOGS; i++) {
        h->fds[i] = -1;
    }
    f->count += h->name != NULL;
}

static void bind_scope(const struct events_feed *f, sqlite3_stmt *q, bool directory)
{
    (void)sqlite3_bind_int(q, 1, strcmp(f->c->event_logs, "all") == 0);
    (void)sqlite3_bind_int(q, 2, f->c->site->hosts.has_login);
    (void)sqlite3_bind_int(q, 3, directory);
}

static enum rc list_hosts(struct events_feed *f, struct err *err)
{
    static const char sql[] =
        "SELECT * FROM (" LISTED " UNION ALL " OTHERS
        ") h WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE"
        " c.source = '" SOURCE "' AND c.target = h.host AND c.state = 'complete')"
        " ORDER BY is_controller DESC, host";
    sqlite3_stmt *q AUTO(finalize) = NULL, *n AUTO(finalize) = NULL;
    size_t room = 0;
    TRY(prepare(
        f, "SELECT (SELECT count(*) FROM host_target) + (SELECT count(*) FROM directory_server)",
        &n, err));
    if (sqlite3_step(n) == SQLITE_ROW) {
        room = (size_t)sqlite3_column_int64(n, 0);
    }
    f->hosts = arena_array(f->c->arena, room + 1, sizeof(*f->hosts));
    if (!f->hosts) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(prepare(f, sql, &q, err));
    bind_scope(f, q, f->has_directory);
    while (f->count < room && sqlite3_step(q) == SQLITE_ROW) {
        take_host(f, q);
    }
    return RC_OK;
}

/* Logs of the host that this audit has read already. */
static enum rc choose_logs(const struct events_feed *f, struct events_host *h, size_t *ret_count,
                           struct err *err)
{
    sqlite3_stmt *q AUTO(finalize) = NULL;
    TRY(prepare(f,
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
    TRY(task_add(t, "source", SOURCE, err));
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
    return command_coverage(f->c->store, SOURCE, host, "failed", rc_word(why), detail, err);
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
        log_line(LOG_WARN, "%s: event logs: %s", h->name, e.msg);
        return cover_failed(f, h->name, e.rc, e.msg, err);
    }
    *ret_any = true;
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
    h->is_cut = end->rc != RC_OK;
    if (end->rc != RC_OK && !(stopped && strcmp(stopped, detail) == 0) && ++f->failed <= 20) {
        log_line(LOG_WARN, "%s: event logs: %s", task->target, detail);
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
        bool is_there = strcmp(state, "partial") == 0;
        *item = (struct event_log_item){ .origin = h->name,
                                         .path = arena_strdup(a, path),
                                         .form = "evtx",
                                         .fd = -1,
                                         .refusal = is_there ? NULL : arena_strdup(a, state),
                                         .detail = detail ? arena_strdup(a, detail) : NULL,
                                         .host = h->name,
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
    sqlite3_stmt *q AUTO(finalize) = NULL;
    TRY(prepare(f,
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
        if (!h->is_cut) {
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
        if (rc == RC_OK && out[i].is_failed && ++f->failed <= 20) {
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
    sqlite3_stmt *q AUTO(finalize) = NULL;
    TRY(prepare(f,
                "UPDATE coverage SET state = iif(reason IS NULL, 'complete', state),"
                " detail = iif(reason IS NULL, NULL, replace(detail, ', and not decoded', ''))"
                " WHERE source = '" SOURCE "' AND target = ?1 AND state = 'partial'",
                &q, err));
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write coverage of %s", host);
}

/* Hosts that are not asked: as their login ended, or denied. */
static enum rc cover_others(const struct events_feed *f, struct err *err)
{
    static const char listed[] =
        "INSERT OR REPLACE INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " SELECT '" SOURCE
        "', t.host, iif(v.state IN ('complete', 'partial'), 'denied', coalesce(v.state, 'not_collected')),"
        "  iif(v.state IN ('complete', 'partial'), 'denied', coalesce(v.reason, 'not_collected')),"
        "  iif(v.state IN ('complete', 'partial'), 'the audit account is no administrator of this host, whose shares of whole"
        " drives are for administrators only', coalesce(v.detail, 'the host was not asked')), v.started_at, v.finished_at"
        " FROM host_target t LEFT JOIN coverage v ON v.source = 'smb.machine' AND v.target = t.host"
        " LEFT JOIN host_machine m ON m.host = t.host"
        " WHERE " IS_WANTED " AND t.origin <> 'kit' AND (m.is_administrator IS 0 OR"
        "  NOT iif(?2, coalesce(v.state, '') IN ('complete', 'partial'), t.is_controller IS 1 AND ?3))";
    static const char others[] =
        "INSERT OR REPLACE INTO coverage (source, target, state, reason, detail)"
        " SELECT '" SOURCE "', host, ?4, ?4, ?5 FROM (" OTHERS ")";
    const struct host_collection *c = f->c;
    sqlite3_stmt *q AUTO(finalize) = NULL, *o AUTO(finalize) = NULL;
    TRY(prepare(f, listed, &q, err));
    bind_scope(f, q, f->has_directory);
    bool ok = sqlite3_step(q) == SQLITE_DONE;
    if (ok && !f->has_directory) {
        TRY(prepare(f, others, &o, err));
        bind_scope(f, o, true);
        (void)sqlite3_bind_text(o, 4, c->directory_refused ? "denied" : "not_collected", -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_text(
            o, 5,
            c->directory_refused
                ? "the directory refused this login, and it is not tried again"
                : "the site file names the directory's account by its distinguished name, which is no name to"
                  " log on to a domain controller with: write user: name@domain",
            -1, SQLITE_STATIC);
        ok = sqlite3_step(o) == SQLITE_DONE;
    }
    return ok ? RC_OK : err_setf(err, RC_IO, "cannot write coverage of event logs");
}

/* What the logs would have told: where nothing of a source came, as the fetching ended; where that went well, there is no such log. */
static enum rc cover_sources(const struct events_feed *f, struct err *err)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " WITH event(source) AS (VALUES ('event.change'), ('event.logon'), ('event.system'), ('event.rdp')),"
        " fetched AS (SELECT *, state = 'complete' OR (state = 'partial' AND coalesce(reason, 'limit') IN"
        "  ('limit', 'denied', 'malformed')) AS is_done FROM coverage WHERE source = '" SOURCE "')"
        " SELECT e.source, c.target, CASE WHEN c.is_done THEN 'absent' WHEN c.state <> 'partial' THEN c.state"
        "  WHEN c.reason IN ('unreachable', 'timeout') THEN 'unreachable' ELSE 'failed' END,"
        "  iif(c.is_done, 'absent', c.reason), iif(c.is_done, 'the host has no such log', c.detail),"
        "  c.started_at, c.finished_at FROM fetched c CROSS JOIN event e";
    return store_exec(store_handle(f->c->store), sql, err);
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
    f->has_directory = site_can_log_on(c->site) && !c->directory_refused;
    f->since_text = arena_printf(c->arena, "%" PRId64, f->since);
    f->connect_timeout = arena_printf(c->arena, "%u", c->site->hosts.connect_timeout_ms);
    if (!f->since_text || !f->connect_timeout) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(store_commit(c->store, err));
    TRY(list_hosts(f, err));
    TRY(cover_others(f, err));
    TRY(pack_logins(f, err));
    while (f->last < f->count) {
        TRY(run_batch(f, err));
        TRY(cover_sources(f, err));
    }
    return cover_sources(f, err);
}

enum rc host_events(struct host_collection *c, struct err *err)
{
    struct events_feed *f = arena_alloc(c->arena, sizeof(*f));
    if (!f) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *f = (struct events_feed){ .c = c, .spool.fd = -1 };
    enum rc rc = event_spool_open(c->out, &f->spool, err);
    if (rc == RC_OK) {
        rc = run_all(f, err);
    }
    event_spool_close(&f->spool);
    secret_free(f->pack);
    secret_free(f->pack_directory);
    TRY(rc);
    return store_commit(c->store, err);
}
