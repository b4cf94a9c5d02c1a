/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "audit/command/host_events.h"

#define WHAT "list the hosts" /* in messages */

/* The directory's login is one to log on to a server with, and was not refused. */
static bool has_directory(const struct host_collection *c)
{
    return site_can_log_on(c->site) && !c->directory_refused;
}

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

static void take_host(const struct host_collection *c, sqlite3_stmt *q, struct events_host *h)
{
    struct arena *a = c->arena;
    const char *name = (const char *)sqlite3_column_text(q, 0);
    const char *address = (const char *)sqlite3_column_text(q, 1);
    *h = (struct events_host){ .name = name ? arena_strdup(a, name) : NULL,
                               .address = address ? arena_strdup(a, address)
                                          : name  ? address_of(c->site, name)
                                                  : NULL,
                               .is_controller = sqlite3_column_int(q, 2) == 1,
                               .by_directory = sqlite3_column_int(q, 3) == 1,
                               .spool.fd = -1 };
    for (size_t i = 0; i < EVENTS_LOGS; i++) {
        h->fds[i] = -1;
    }
}

static void bind_scope(const struct host_collection *c, sqlite3_stmt *q, bool directory)
{
    (void)sqlite3_bind_int(q, 1, strcmp(c->event_logs, "all") == 0);
    (void)sqlite3_bind_int(q, 2, c->site->hosts.has_login);
    (void)sqlite3_bind_int(q, 3, directory);
}

enum rc events_list_hosts(struct host_collection *c, struct events_host **ret, size_t *ret_count,
                          struct err *err)
{
    static const char sql[] =
        "SELECT * FROM (" LISTED " UNION ALL " OTHERS
        ") h WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE"
        " c.source = '" EVENTS_SOURCE "' AND c.target = h.host AND c.state = 'complete')"
        " ORDER BY is_controller DESC, host";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *n AUTO(store_statement_done) = NULL;
    size_t room = 0;
    TRY(store_prepare(
        c->store, WHAT,
        "SELECT (SELECT count(*) FROM host_target) + (SELECT count(*) FROM directory_server)", &n,
        err));
    if (sqlite3_step(n) == SQLITE_ROW) {
        room = (size_t)sqlite3_column_int64(n, 0);
    }
    struct events_host *list = arena_array(c->arena, room + 1, sizeof(*list));
    *ret_count = 0;
    *ret = list;
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(store_prepare(c->store, WHAT, sql, &q, err));
    bind_scope(c, q, has_directory(c));
    while (*ret_count < room && sqlite3_step(q) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(q, 0);
        if (!name || !shard_owns(&c->shard, name, sqlite3_column_int(q, 2) == 1)) {
            continue; /* by_directory alone would ask what another shard has */
        }
        take_host(c, q, &list[*ret_count]);
        *ret_count += list[*ret_count].name != NULL;
    }
    return RC_OK;
}

/* Hosts that are not asked: as their login ended, or denied. */
enum rc events_cover_others(struct host_collection *c, struct err *err)
{
    static const char listed[] =
        "INSERT OR REPLACE INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " SELECT '" EVENTS_SOURCE
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
        " SELECT '" EVENTS_SOURCE "', host, ?4, ?4, ?5 FROM (" OTHERS ")";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *o AUTO(store_statement_done) = NULL;
    TRY(store_prepare(c->store, WHAT, listed, &q, err));
    bind_scope(c, q, has_directory(c));
    bool ok = sqlite3_step(q) == SQLITE_DONE;
    if (ok && !has_directory(c)) {
        TRY(store_prepare(c->store, WHAT, others, &o, err));
        bind_scope(c, o, true);
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

/* What the logs would have told: where nothing of a source came, as the fetching ended; where that went well, there is no such log, or it
 * is another computer's. */
enum rc events_cover_sources(struct host_collection *c, struct err *err)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " WITH event(source, channel) AS (VALUES ('event.change', 'Security'), ('event.logon', 'Security'), ('event.system', 'System'),"
        "  ('event.rdp', 'Microsoft-Windows-TerminalServices-%')),"
        " fetched AS (SELECT *, state = 'complete' OR (state = 'partial' AND coalesce(reason, 'limit') IN"
        "  ('limit', 'denied', 'malformed')) AS is_done FROM coverage WHERE source = '" EVENTS_SOURCE
        "'),"
        " known AS (SELECT e.source, c.target, c.state, c.reason, c.detail, c.started_at, c.finished_at, c.is_done, EXISTS (SELECT 1"
        "  FROM event_log l WHERE l.origin = c.target AND l.channel LIKE e.channel AND l.reason IS NOT NULL) AS is_strange"
        "  FROM fetched c CROSS JOIN event e)"
        " SELECT source, target, CASE WHEN is_strange THEN 'failed' WHEN is_done THEN 'absent' WHEN state <> 'partial' THEN state"
        "  WHEN reason IN ('unreachable', 'timeout') THEN 'unreachable' ELSE 'failed' END,"
        "  CASE WHEN is_strange THEN 'untrusted' WHEN is_done THEN 'absent' ELSE reason END,"
        "  CASE WHEN is_strange THEN 'the log that lies there is of another computer, or one that is known already'"
        "  WHEN is_done THEN 'the host has no such log' ELSE detail END, started_at, finished_at FROM known";
    return store_exec(store_handle(c->store), sql, err);
}
