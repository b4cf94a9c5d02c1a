/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a log of Samba is, whose lines do not tell. The directory does: replication keeps on which domain controller, and when, the newest
 * password of each account was set, and only the log of that one has the change. Else the place: a folder or a file that is called as
 * a host which is known. */
#include <string.h>
#include <strings.h>

#include "audit/command/event_logs_parts.h"

#define WHAT "tell whose the log of Samba is" /* in messages */

#define NAMES_MOST 65536U

/* The domain controller with the most accounts whose newest change the log has, to 2 seconds; *ret stays NULL when another one has as many as a
 * quarter of them: the clock or the copies are not what they should be then. */
static enum rc by_passwords(struct store *store, int64_t log, struct arena *a, const char **ret,
                            struct err *err)
{
    static const char sql[] =
        "SELECT d.dns_name, count(DISTINCT m.guid) FROM change_event c"
        " CROSS JOIN account a ON a.dn = c.target_dn COLLATE NOCASE"
        " CROSS JOIN secret_change m ON m.guid = a.guid"
        " JOIN directory_agent d ON d.invocation_id = m.password_origin"
        " WHERE c.log = ?1 AND c.kind IN ('password_change', 'password_reset') AND c.is_failure = 0"
        "  AND c.at BETWEEN m.password_at - 20000000 AND m.password_at + 20000000 AND d.dns_name IS NOT NULL"
        " GROUP BY d.dns_name COLLATE NOCASE ORDER BY 2 DESC LIMIT 2";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, log);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return RC_OK;
    }
    int64_t accounts = sqlite3_column_int64(q, 1);
    const char *name = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
    if (!name) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (sqlite3_step(q) != SQLITE_ROW || sqlite3_column_int64(q, 1) * 4 < accounts) {
        *ret = name;
    }
    return RC_OK;
}

/* The n bytes at text are the host's DNS name or the first label of it, or begin with one, as "dc1-audit.json". */
static bool is_called(const char *text, size_t n, const char *host)
{
    size_t whole = strlen(host), label = strcspn(host, ".");
    for (int i = 0; i < 2; i++) {
        size_t size = i == 0 ? whole : label;
        if (size > 0 && n >= size && strncasecmp(text, host, size) == 0 &&
            (n == size || strchr(".-_", text[size]))) {
            return true;
        }
    }
    return false;
}

static bool is_in(const char *path, const char *host)
{
    while (path && *path) {
        size_t n = strcspn(path, "/");
        if (is_called(path, n, host)) {
            return true;
        }
        path += n + (path[n] == '/' ? 1 : 0);
    }
    return false;
}

static enum rc by_place(struct store *store, const struct event_log_item *item, struct arena *a,
                        const char **ret, struct err *err)
{
    static const char sql[] = "SELECT min(name) FROM (SELECT dns_name AS name FROM directory_agent"
                              " UNION ALL SELECT host FROM host_target)"
                              " WHERE name IS NOT NULL GROUP BY name COLLATE NOCASE LIMIT ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int(q, 1, NAMES_MOST);
    for (const char *found = NULL; sqlite3_step(q) == SQLITE_ROW;) {
        const char *name = (const char *)sqlite3_column_text(q, 0);
        if (!is_in(item->path, name) && !is_in(item->origin, name)) {
            continue;
        }
        *ret = found ? NULL : arena_strdup(a, name);
        if (found) {
            return RC_OK;
        }
        if (!*ret) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        found = *ret;
    }
    return RC_OK;
}

enum rc event_logs_samba(struct store *store, const struct event_log_item *item, int64_t log,
                         struct arena *a, const char **ret_name, const char **ret_detail,
                         struct err *err)
{
    const char *place = NULL;
    *ret_name = *ret_detail = NULL;
    TRY(by_passwords(store, log, a, ret_name, err));
    TRY(by_place(store, item, a, &place, err));
    if (*ret_name && place && strcasecmp(*ret_name, place) != 0) {
        *ret_detail = arena_printf(
            a, "it lies in a place of %s, and its changes of passwords are those of %s", place,
            *ret_name);
        *ret_name = NULL;
        return *ret_detail ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret_name = *ret_name ? *ret_name : place;
    return RC_OK;
}
