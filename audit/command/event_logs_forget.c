/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs that give way: to another import of the same file, or because their decoder died. */
#include <stdio.h>
#include <string.h>

#include "audit/command/event_logs_parts.h"

#define WHAT "forget an event log" /* in messages */

static enum rc run_with(struct store *store, const char *sql, const char *origin, const char *path,
                        int64_t log, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    if (path) {
        (void)sqlite3_bind_text(q, 2, path, -1, SQLITE_STATIC);
    }
    (void)sqlite3_bind_int64(q, 3, log);
    return sqlite3_step(q) == SQLITE_DONE ? RC_OK
                                          : err_setf(err, RC_IO, "cannot forget an event log: %s",
                                                     sqlite3_errmsg(store_handle(store)));
}

/* Only hosts whose logs came or went are looked at again: a collection brings those of thousands of hosts, some at a time. */
static enum rc make_touched(struct store *store, struct err *err)
{
    return store_exec(
        store_handle(store),
        "CREATE TEMP TABLE IF NOT EXISTS event_touched(host TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",
        err);
}

enum rc event_logs_touch(struct store *store, const char *host, struct err *err)
{
    TRY(make_touched(store, err));
    return run_with(store, "INSERT OR IGNORE INTO event_touched(host) VALUES(?1)", host, NULL, 0,
                    err);
}

static bool is_of_logs(enum row_table table)
{
    return strcmp(row_catalogue(table)->columns[0].name, "log") == 0;
}

enum rc event_logs_drop(struct store *store, int64_t log, struct err *err)
{
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        char sql[128];
        if (!is_of_logs((enum row_table)t)) {
            continue;
        }
        (void)snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE log = ?3",
                       row_catalogue((enum row_table)t)->table);
        TRY(run_with(store, sql, NULL, NULL, log, err));
    }
    return RC_OK;
}

enum rc event_logs_forget(struct store *store, const char *origin, const char *path,
                          struct err *err)
{
#define OF_THESE "FROM event_log WHERE origin = ?1 AND (?2 IS NULL OR path = ?2)"
    static const char touched[] =
        "INSERT OR IGNORE INTO event_touched(host) SELECT host " OF_THESE " AND host IS NOT NULL";
    static const char covered[] =
        "DELETE FROM coverage WHERE source GLOB 'event.*' AND target IN (SELECT host " OF_THESE ")";
    TRY(store_commit(store, err));
    TRY(make_touched(store, err));
    TRY(run_with(store, touched, origin, path, 0, err));
    TRY(run_with(store, covered, origin, path, 0, err));
    /* event_log itself says which they are, and goes last. */
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        char sql[256];
        if (!is_of_logs((enum row_table)t) || t == ROW_TABLE_EVENTLOG) {
            continue;
        }
        (void)snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE log IN (SELECT log " OF_THESE ")",
                       row_catalogue((enum row_table)t)->table);
        TRY(run_with(store, sql, origin, path, 0, err));
    }
    TRY(run_with(store, "DELETE " OF_THESE, origin, path, 0, err));
#undef OF_THESE
    return store_commit(store, err);
}
