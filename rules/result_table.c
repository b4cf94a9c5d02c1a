/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/result_table.h"

enum rc result_row_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_IO, "preparing the tables of results: %s", sqlite3_errmsg(db));
}

enum rc result_row_next(sqlite3 *db, sqlite3_stmt *s, bool *ret, struct err *err)
{
    int sq = sqlite3_step(s);
    *ret = sq == SQLITE_ROW;
    return sq == SQLITE_ROW || sq == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "reading the tables of results: %s", sqlite3_errmsg(db));
}

void result_row_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
    *s = NULL;
}

void result_row_text(sqlite3_stmt *s, int n, const char *value)
{
    if (value) {
        (void)sqlite3_bind_text(s, n, value, -1, SQLITE_TRANSIENT);
    } else {
        (void)sqlite3_bind_null(s, n);
    }
}

void result_row_both(sqlite3_stmt *s, int n, const struct text2 *value)
{
    result_row_text(s, n, value->en);
    result_row_text(s, n + 1, value->ja);
}

enum rc result_row_run(sqlite3 *db, sqlite3_stmt *s, struct err *err)
{
    int sq = sqlite3_step(s);
    (void)sqlite3_reset(s);
    return sq == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "writing the tables of results: %s", sqlite3_errmsg(db));
}
