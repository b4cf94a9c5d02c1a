/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/baseline.h"

#include <string.h>

#include "audit/command/command.h"

static void finalize(sqlite3_stmt **q)
{
    (void)sqlite3_finalize(*q);
}

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static enum rc copy(sqlite3 *from, struct store *to, const char *sql, uint64_t *ret_count,
                    struct err *err)
{
    sqlite3_stmt *q AUTO(finalize) = NULL;
    if (sqlite3_prepare_v2(from, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_UNSUPPORTED, "it cannot be compared with: %s",
                        sqlite3_errmsg(from));
    }
    int step = sqlite3_step(q);
    for (; step == SQLITE_ROW; step = sqlite3_step(q)) {
        struct row row;
        row_begin(&row, ROW_TABLE_BEFORE);
        for (int i = BEFORE_SUBJECT; i <= BEFORE_COMMAND; i++) {
            row_text(&row, i, (const char *)sqlite3_column_text(q, i));
        }
        TRY(row_check(&row, err));
        TRY(store_put(to, &row, err));
        ++*ret_count;
    }
    return step == SQLITE_DONE ? RC_OK
                               : err_setf(err, RC_IO, "cannot read it: %s", sqlite3_errmsg(from));
}

enum rc baseline_take(struct store *store, const char *path, uint64_t *ret_hosts, struct err *err)
{
    sqlite3 *old AUTO(close_reader) = NULL;
    uint64_t entries = 0;
    *ret_hosts = 0;
    TRY(store_exec(store_handle(store), "DELETE FROM autostart_before", err));
    enum rc rc = store_open_reader(path, &old, err);
    if (rc == RC_OK) {
        rc = copy(old, store, "SELECT subject, '', '', '', state FROM autostart_told", ret_hosts,
                  err);
    }
    if (rc == RC_OK) {
        rc = copy(old, store,
                  "SELECT t.subject, f.kind, f.location, f.name, f.command"
                  " FROM autostart_fact f JOIN autostart_told t ON t.host = f.host",
                  &entries, err);
    }
    if (rc != RC_OK) {
        return err_at(err, "%s", path);
    }
    return store_commit(store, err);
}
