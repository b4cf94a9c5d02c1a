/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/host_collect.h"

#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/coverage_row.h"

static enum rc put_host(struct host_collection *c, const struct host_entry *e, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_HOST);
    row_text(&row, HOST_HOST, e->name);
    row_text(&row, HOST_ORIGIN, e->origin);
    row_text(&row, HOST_ACCOUNT, e->account_guid);
    row_text(&row, HOST_ADDRESS, e->address);
    if (e->is_controller >= 0) {
        row_bool(&row, HOST_CONTROLLER, e->is_controller == 1);
    }
    return store_put(c->store, &row, err);
}

/* Of a range only what answers is a host; everything else is one because somebody named it. */
static enum rc put_hosts(struct host_collection *c, const struct host_scope *s, struct err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->entries[i].origin, "range") != 0) {
            TRY(put_host(c, &s->entries[i], err));
        }
    }
    return store_commit(c->store, err);
}

static enum rc put_range_hits(struct host_collection *c, const struct host_scope *s,
                              struct err *err)
{
    sqlite3 *db = store_handle(c->store);
    sqlite3_stmt *q = NULL;
    size_t count = 0;
    const char **hits = arena_array(c->arena, s->count + 1, sizeof(*hits));
    TRY(store_commit(c->store, err));
    if (!hits ||
        sqlite3_prepare_v2(
            db,
            "SELECT DISTINCT p.host FROM host_port p WHERE p.state = 'open' AND NOT EXISTS "
            "(SELECT 1 FROM host_target t WHERE t.host = p.host)",
            -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, hits ? RC_BUG : RC_NOMEM, "cannot list what answered: %s",
                        sqlite3_errmsg(db));
    }
    while (count < s->count && sqlite3_step(q) == SQLITE_ROW) {
        hits[count] = arena_strdup(c->arena, (const char *)sqlite3_column_text(q, 0));
        count += hits[count] != NULL;
    }
    (void)sqlite3_finalize(q);
    for (size_t i = 0; i < count; i++) {
        const struct host_entry *e = host_scope_find(s, hits[i]);
        if (e) {
            TRY(put_host(c, e, err));
        }
    }
    return store_commit(c->store, err);
}

static enum rc put_scope(struct host_collection *c, const char *problem, struct err *err)
{
    const char *state = problem ? "partial" : NULL;
    if (c->shard.count > 1) {
        /* What all shards together know of the scope, merge says. */
        TRY(store_info_set(c->store, "shard_scope", problem ? problem : "complete", err));
        state = SHARD_REASON;
        problem = "one shard of an audit looks at its own hosts only";
    }
    TRY(command_coverage(c->store, "host.scope", "site file", problem ? "partial" : "complete",
                         state, problem, err));
    TRY(store_commit(c->store, err));
    /* What an import called the whole scope is a part of this one. */
    return store_exec(store_handle(c->store),
                      "DELETE FROM coverage WHERE source = 'host.scope' AND target = 'import'",
                      err);
}

/* Where the hosts were found. */
static enum rc put_addresses(struct host_collection *c, struct err *err)
{
    TRY(store_commit(c->store, err));
    return store_exec(
        store_handle(c->store),
        "UPDATE host_target SET address = coalesce((SELECT p.address FROM host_port p WHERE p.host = host_target.host"
        " AND p.address IS NOT NULL ORDER BY p.state <> 'open', p.port LIMIT 1), address)",
        err);
}

/* Remote Desktop may listen elsewhere, as the registry says: a scan of 3389 alone would call it off. */
static enum rc sweep_moved_ports(struct host_collection *c, struct err *err)
{
    static const char sql[] =
        "SELECT t.host, coalesce(t.address, t.host), r.number FROM host_registry r JOIN host_target t ON t.host = r.host"
        " WHERE r.value = 'PortNumber' AND r.key LIKE '%\\WinStations\\RDP-Tcp' AND r.number BETWEEN 1 AND 65535"
        " AND NOT EXISTS (SELECT 1 FROM host_port p WHERE p.host = r.host AND p.port = r.number) ORDER BY t.host";
    sqlite3 *db = store_handle(c->store);
    sqlite3_stmt *q = NULL;
    struct host_scope moved = { 0 };
    TRY(store_commit(c->store, err));
    moved.room = 1024;
    moved.entries = arena_array(c->arena, moved.room, sizeof(*moved.entries));
    if (!moved.entries || sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, moved.entries ? RC_BUG : RC_NOMEM, "cannot list moved ports: %s",
                        sqlite3_errmsg(db));
    }
    while (moved.count < moved.room && sqlite3_step(q) == SQLITE_ROW) {
        struct host_entry *e = &moved.entries[moved.count];
        *e = (struct host_entry){
            .name = arena_strdup(c->arena, (const char *)sqlite3_column_text(q, 0)),
            .address = arena_strdup(c->arena, (const char *)sqlite3_column_text(q, 1)),
            .origin = "site",
            .is_controller = -1,
            .rdp_ports = arena_strdup(c->arena, (const char *)sqlite3_column_text(q, 2))
        };
        moved.count += e->name && e->address && e->rdp_ports;
    }
    (void)sqlite3_finalize(q);
    return moved.count > 0 ? host_sweep(c, moved.entries, moved.count, err) : RC_OK;
}

static bool any_answered(const struct host_collection *c)
{
    sqlite3_stmt *q = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(store_handle(c->store),
                           "SELECT 1 FROM host_port WHERE state IN ('open', 'closed') LIMIT 1", -1,
                           &q, NULL) == SQLITE_OK) {
        found = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return found;
}

static void tell_gates(const struct host_collection *c)
{
    static const enum worker_gate gates[] = { WORKER_GATE_LOGON, WORKER_GATE_TRIAL };

    for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
        const char *message = supervisor_gate_message(c->supervisor, gates[i]);
        if (message) {
            log_line(LOG_WARN, "%s", message);
        }
    }
}

enum rc host_sources(struct rules *rules, struct arena *a, const char *const **ret,
                     size_t *ret_count, struct err *err)
{
    static const char *const core[] = { "net.port", "net.smb", "smb.machine" };
    size_t count = 0, kept = ARRAY_LEN(core);
    const char *const *wanted = rules_sources(rules, &count);
    const char **list = arena_array(a, count + ARRAY_LEN(core), sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    memcpy(list, core, sizeof(core));
    for (size_t i = 0; i < count; i++) {
        bool is_host = strncmp(wanted[i], "net.", 4) == 0 || strncmp(wanted[i], "smb.", 4) == 0;
        is_host = is_host && strcmp(wanted[i], "smb.cache") != 0 && /* host_cache.c */
                  strcmp(wanted[i], "smb.event_log") != 0;          /* host_events.c */
        for (size_t k = 0; k < ARRAY_LEN(core); k++) {
            is_host = is_host && strcmp(wanted[i], core[k]) != 0;
        }
        if (is_host) {
            list[kept++] = wanted[i];
        }
    }
    *ret = list;
    *ret_count = kept;
    return RC_OK;
}

enum rc host_find(struct host_collection *c, struct err *err)
{
    struct host_scope names, addresses, own;
    const char *problem = NULL;
    TRY(host_scope_names(c->site, c->store, c->now, c->arena, &names, &problem, err));
    TRY(put_hosts(c, &names, err));
    TRY(shard_divide(&c->shard, &names, c->store, c->arena, &own, err));
    TRY(host_sweep(c, own.entries, own.count, err));
    TRY(host_scope_addresses(c->site, c->store, c->arena, &addresses, err));
    TRY(put_hosts(c, &addresses, err));
    TRY(shard_divide(&c->shard, &addresses, c->store, c->arena, &own, err));
    TRY(host_sweep(c, own.entries, own.count, err));
    TRY(put_range_hits(c, &addresses, err));
    TRY(put_scope(c, problem, err));
    return put_addresses(c, err);
}

enum rc host_collect(struct host_collection *c, bool *ret_any, struct err *err)
{
    *ret_any = false;
    /* Hosts come one after the other and are not looked up again: a large cache would only grow with their number. */
    TRY(store_commit(c->store, err));
    TRY(store_exec(store_handle(c->store), "PRAGMA cache_size = -4096; PRAGMA shrink_memory", err));
    if (c->test_reuse) {
        /* Without a trial of its own no host of this audit may count as tried (view builtin_administrator). */
        TRY(store_info_set(c->store, "password_reuse", "1", err));
    }
    TRY(host_find(c, err));
    TRY(host_ask(c, err));
    if (c->policy_cache) {
        TRY(host_caches(c, err));
    }
    TRY(sweep_moved_ports(c, err));
    tell_gates(c);
    *ret_any = any_answered(c);
    return RC_OK;
}
