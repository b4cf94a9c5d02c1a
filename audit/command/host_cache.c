/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policies that hosts keep, from their administrators' shares: fetched and decoded from one feed, a host at a time in each
 * place, so that neither memory nor open files grow with their number. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/host_collect.h"
#include "audit/supervise/outbox.h"

#define SOURCE    "smb.cache"
#define MOST_MIB  "32"
#define MOST_FILE "20000"

/* What a cache can tell, and the source of the host itself that tells it better. */
static const struct {
    const char *part, *source, *live;
} parts[] = {
    { "registry", "cache.registry", "smb.registry" },
    { "service", "cache.service", NULL }, /* live: how they are; here: how they shall be */
    { "policy", "cache.policy", "smb.policy" },
    { "group", "cache.group", "smb.group" },
    { "right", "cache.right", "smb.right" },
    { "audit", "cache.audit", NULL },
    { "autostart", "cache.autostart", NULL },
};

struct cache_host {
    const char *name, *address;
    bool is_controller;
};

/* One outbox on its way. */
struct parcel {
    int fd;
    const struct cache_host *host; /* NULL = free */
    bool is_fetched;               /* it waits for a decoder */
};

struct cache_feed {
    struct task_feed feed; /* first */
    struct host_collection *c;
    struct cache_host *hosts;
    size_t count, next;
    struct secret *pack, *pack_directory;
    const char *connect_timeout;
    struct parcel parcels[SUPERVISE_PARALLEL_MAX];
    struct err err; /* the first failure of ours */
    uint64_t failed;
};

static enum rc fetch_task(struct cache_feed *f, const struct cache_host *h, struct parcel *p,
                          struct task *t, struct err *err)
{
    bool by_directory = false;
    t->role = "kagimori-smb";
    t->target = h->name;
    t->deadline_s = t->silence_s = f->c->site->hosts.deadline_s;
    t->tag = p;
    TRY(task_add(t, "source", SOURCE, err));
    TRY(task_add(t, "host", h->name, err));
    TRY(h->address ? task_add(t, "address", h->address, err) : RC_OK);
    TRY(task_add(t, "connect_timeout_ms", f->connect_timeout, err));
    TRY(task_add(t, "max_mebibytes", MOST_MIB, err));
    TRY(task_add(t, "max_files", MOST_FILE, err));
    TRY(host_add_login(f->c, h->is_controller, t, &by_directory, err));
    t->secret = by_directory ? f->pack_directory : f->pack;
    TRY(outbox_new(&p->fd, err));
    outbox_attach(t, p->fd);
    p->host = h;
    p->is_fetched = false;
    return RC_OK;
}

static enum rc decode_task(struct cache_feed *f, struct parcel *p, struct task *t, struct err *err)
{
    const struct host_collection *c = f->c;
    t->role = "kagimori-decode";
    t->target = p->host->name;
    t->artifact = p->fd;
    t->secret = c->key;
    t->deadline_s = t->silence_s = c->site->hosts.deadline_s;
    t->tag = p;
    p->is_fetched = false;
    TRY(task_add(t, "format", "host", err));
    TRY(task_add(t, "kind", "cache", err));
    TRY(task_add(t, "origin", p->host->name, err));
    TRY(task_add(t, "host", p->host->name, err));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!parts[i].live || !store_is_complete(c->store, parts[i].live, p->host->name)) {
            TRY(task_add(t, "part", parts[i].part, err));
            TRY(task_add(t, "source", parts[i].source, err));
        }
    }
    for (size_t i = 0; i < c->registry_count; i++) {
        TRY(task_add(t, "registry", c->registry[i], err));
    }
    for (size_t i = 0; i < c->service_count; i++) {
        TRY(task_add(t, "service", c->services[i], err));
    }
    return RC_OK;
}

static struct parcel *find_parcel(struct cache_feed *f, bool is_fetched)
{
    for (size_t i = 0; i < ARRAY_LEN(f->parcels); i++) {
        struct parcel *p = &f->parcels[i];
        if (is_fetched ? p->host && p->is_fetched : !p->host) {
            return p;
        }
    }
    return NULL;
}

static void drop(struct parcel *p)
{
    auto_fd_close(&p->fd);
    *p = (struct parcel){ .fd = -1 };
}

/* What was fetched is decoded before another host is asked. */
static bool feed_next(struct task_feed *feed, struct task *ret)
{
    struct cache_feed *f = (struct cache_feed *)feed;
    struct parcel *ready = find_parcel(f, true), *room = find_parcel(f, false);
    if (f->err.rc != RC_OK) {
        return false;
    }
    if (ready) {
        return decode_task(f, ready, ret, &f->err) == RC_OK;
    }
    if (!room || f->next == f->count) {
        return false;
    }
    return fetch_task(f, &f->hosts[f->next++], room, ret, &f->err) == RC_OK;
}

/* The collector said "fetched, and not decoded". */
static enum rc settle(const struct cache_feed *f, const char *host, struct err *err)
{
    static const char sql[] =
        "UPDATE coverage SET state = iif(reason IS NULL, 'complete', state),"
        " detail = iif(reason IS NULL, NULL, replace(detail, ', and not decoded', ''))"
        " WHERE source = '" SOURCE "' AND target = ?1 AND state = 'partial'";
    sqlite3_stmt *q = NULL;
    bool ok = sqlite3_prepare_v2(store_handle(f->c->store), sql, -1, &q, NULL) == SQLITE_OK &&
              sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_DONE;
    (void)sqlite3_finalize(q);
    return ok ? RC_OK : err_setf(err, RC_IO, "cannot write coverage of %s", host);
}

static void tell(struct cache_feed *f, const struct task *task, const struct task_end *end)
{
    const char *stopped = supervisor_gate_message(f->c->supervisor, WORKER_GATE_LOGON);
    const char *detail = command_detail(task->target, end->detail);
    if (end->rc == RC_OK || (stopped && strcmp(stopped, detail) == 0) || ++f->failed > 20) {
        return;
    }
    log_line(LOG_WARN, "%s: %s", task->target, detail);
}

static void feed_ended(struct task_feed *feed, const struct task *task, const struct task_end *end)
{
    struct cache_feed *f = (struct cache_feed *)feed;
    struct parcel *p = task->tag;
    uint64_t size = 0;
    tell(f, task, end);
    if (task->has_outbox && end->rc == RC_OK && f->err.rc == RC_OK &&
        outbox_seal(p->fd, &size, &f->err) == RC_OK && size > 0) {
        enum rc rc =
            f->c->keep ? artifact_keep_bundle(f->c->keep, p->host->name, p->fd, &f->err) : RC_OK;
        if (rc == RC_OK) {
            p->is_fetched = true;
            return;
        }
    }
    if (!task->has_outbox && end->rc == RC_OK && f->err.rc == RC_OK) {
        enum rc rc = settle(f, p->host->name, &f->err);
        (void)rc; /* f->err tells */
    }
    drop(p);
}

/* Hosts that took the login, but for those where it is no administrator's: an admin share is not for them. */
static enum rc list_hosts(struct cache_feed *f, struct err *err)
{
    static const char sql[] =
        "SELECT t.host, coalesce(p.address, t.address), t.is_controller = 1 FROM host_target t"
        " JOIN coverage v ON v.source = 'smb.machine' AND v.target = t.host AND v.state IN ('complete', 'partial')"
        " LEFT JOIN host_machine m ON m.host = t.host"
        " LEFT JOIN host_port p ON p.host = t.host AND p.port = 445"
        " WHERE m.is_administrator IS NOT 0 AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.source = '" SOURCE
        "' AND c.target = t.host AND c.state = 'complete') ORDER BY t.host";
    sqlite3 *db = store_handle(f->c->store);
    sqlite3_stmt *q = NULL;
    size_t room = 0;
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM host_target", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        room = (size_t)sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    f->hosts = arena_array(f->c->arena, room + 1, sizeof(*f->hosts));
    if (!f->hosts || sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, f->hosts ? RC_BUG : RC_NOMEM, "cannot list the hosts: %s",
                        sqlite3_errmsg(db));
    }
    while (f->count < room && sqlite3_step(q) == SQLITE_ROW) {
        const char *address = (const char *)sqlite3_column_text(q, 1);
        f->hosts[f->count] =
            (struct cache_host){ .name = arena_strdup(f->c->arena,
                                                      (const char *)sqlite3_column_text(q, 0)),
                                 .address = address ? arena_strdup(f->c->arena, address) : NULL,
                                 .is_controller = sqlite3_column_int(q, 2) == 1 };
        f->count += f->hosts[f->count].name != NULL;
    }
    (void)sqlite3_finalize(q);
    return RC_OK;
}

/* The others: as the login itself ended, or denied. */
static enum rc cover_others(const struct cache_feed *f, struct err *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " SELECT '" SOURCE
        "', t.host, iif(v.state IN ('complete', 'partial'), 'denied', coalesce(v.state, 'not_collected')),"
        "  iif(v.state IN ('complete', 'partial'), 'denied', coalesce(v.reason, 'not_collected')),"
        "  iif(v.state IN ('complete', 'partial'), 'the audit account is no administrator of this host, whose shares of whole"
        " drives are for administrators only', coalesce(v.detail, 'the host was not asked')), v.started_at, v.finished_at"
        " FROM host_target t LEFT JOIN coverage v ON v.source = 'smb.machine' AND v.target = t.host"
        " LEFT JOIN host_machine m ON m.host = t.host"
        " WHERE coalesce(v.state, '') NOT IN ('complete', 'partial') OR m.is_administrator IS 0";
    return store_exec(store_handle(f->c->store), sql, err);
}

static enum rc pack_logins(struct cache_feed *f, struct err *err)
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

enum rc host_caches(struct host_collection *c, struct err *err)
{
    struct cache_feed *f = arena_alloc(c->arena, sizeof(*f));
    if (!f) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *f = (struct cache_feed){
        .feed = { .next = feed_next, .ended = feed_ended, .parallel = c->site->hosts.parallel },
        .c = c,
        .connect_timeout = arena_printf(c->arena, "%u", c->site->hosts.connect_timeout_ms)
    };
    for (size_t i = 0; i < ARRAY_LEN(f->parcels); i++) {
        f->parcels[i].fd = -1;
    }
    TRY(store_commit(c->store, err));
    TRY(list_hosts(f, err));
    TRY(cover_others(f, err));
    enum rc rc =
        f->connect_timeout ? pack_logins(f, err) : err_setf(err, RC_NOMEM, "out of memory");
    if (rc == RC_OK) {
        rc = supervisor_run_feed(c->supervisor, &f->feed, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(f->parcels); i++) {
        drop(&f->parcels[i]);
    }
    secret_free(f->pack);
    secret_free(f->pack_directory);
    if (rc == RC_OK && f->err.rc != RC_OK) {
        *err = f->err;
        rc = f->err.rc;
    }
    TRY(rc);
    return store_commit(c->store, err);
}
