/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/baseline.h"

#include <string.h>

#include "audit/command/command.h"

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

enum rc baseline_rows(sqlite3 *from, struct store *to, enum row_table table, const char *sql,
                      uint64_t *ret_count, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(from, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_UNSUPPORTED, "it cannot be compared with: %s",
                        sqlite3_errmsg(from));
    }
    int columns = (int)row_catalogue(table)->count;
    int step = sqlite3_step(q);
    for (; step == SQLITE_ROW; step = sqlite3_step(q)) {
        struct row row;
        row_begin(&row, table);
        for (int i = 0; i < columns; i++) {
            if (sqlite3_column_type(q, i) == SQLITE_INTEGER) {
                row_int(&row, i, sqlite3_column_int64(q, i));
            } else {
                row_text(&row, i, (const char *)sqlite3_column_text(q, i));
            }
        }
        TRY(row_check(&row, err));
        TRY(store_put(to, &row, err));
        ++*ret_count;
    }
    return step == SQLITE_DONE ? RC_OK
                               : err_setf(err, RC_IO, "cannot read it: %s", sqlite3_errmsg(from));
}

static enum rc copy_autostart(sqlite3 *old, struct store *store, uint64_t *ret_hosts,
                              struct err *err)
{
    uint64_t entries = 0;
    TRY(baseline_rows(old, store, ROW_TABLE_BEFORE,
                      "SELECT subject, '', '', '', state FROM autostart_told", ret_hosts, err));
    return baseline_rows(old, store, ROW_TABLE_BEFORE,
                         "SELECT t.subject, f.kind, f.location, f.name, f.command"
                         " FROM autostart_fact f JOIN autostart_told t ON t.host = f.host",
                         &entries, err);
}

/* The row of no subject and no server tells when the earlier audit looked. */
static enum rc copy_secrets(sqlite3 *old, struct store *store, uint64_t *ret_secrets,
                            struct err *err)
{
    uint64_t times = 0;
    TRY(baseline_rows(
        old, store, ROW_TABLE_SECRETBEFORE,
        "SELECT s.subject, m.server, m.password_version, m.password_at, m.date_version, m.date_at"
        " FROM account_state s JOIN secret_change m ON m.guid = s.guid",
        ret_secrets, err));
    if (*ret_secrets == 0) {
        return RC_OK;
    }
    return baseline_rows(
        old, store, ROW_TABLE_SECRETBEFORE,
        "SELECT '', '', NULL, coalesce((SELECT min(started_at) FROM coverage"
        " WHERE source = 'ldap.metadata' AND state = 'complete'), (SELECT now FROM clock)), NULL, NULL",
        &times, err);
}

enum rc baseline_take(struct store *store, const char *path, uint64_t *ret_hosts,
                      uint64_t *ret_secrets, struct err *err)
{
    sqlite3 *old AUTO(close_reader) = NULL;
    *ret_hosts = *ret_secrets = 0;
    TRY(store_exec(store_handle(store), "DELETE FROM autostart_before; DELETE FROM secret_before",
                   err));
    enum rc rc = store_open_reader(path, &old, err);
    if (rc == RC_OK) {
        rc = copy_autostart(old, store, ret_hosts, err);
    }
    if (rc == RC_OK) {
        rc = copy_secrets(old, store, ret_secrets, err);
    }
    if (rc != RC_OK) {
        return err_at(err, "%s", path);
    }
    return store_commit(store, err);
}
