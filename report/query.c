/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/query.h"

static enum rc fail(sqlite3 *db, struct err *err)
{
    int code = sqlite3_errcode(db) & 0xff;
    enum rc rc = RC_MALFORMED;
    if (code == SQLITE_NOMEM) {
        rc = RC_NOMEM;
    } else if (code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_CANTOPEN ||
               code == SQLITE_BUSY) {
        rc = RC_IO;
    }
    bool is_strange = code == SQLITE_INTERRUPT || code == SQLITE_CORRUPT || code == SQLITE_ERROR ||
                      code == SQLITE_TOOBIG || code == SQLITE_MISMATCH;
    const char *path = sqlite3_db_filename(db, "main");
    (void)err_setf(
        err, rc, "cannot read the evidence: %s%s", sqlite3_errmsg(db),
        is_strange
            ? ": the file is damaged or not as Kagimori makes it; take another copy of it, or evaluate or audit again"
            : "");
    return err_at(err, "%s", path && path[0] ? path : "evidence in memory");
}

enum rc query_open(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    if (sqlite3_prepare_v2(db, sql, -1, ret, NULL) != SQLITE_OK) {
        return fail(db, err);
    }
    return RC_OK;
}

void query_done(sqlite3_stmt **statement)
{
    (void)sqlite3_finalize(*statement);
    *statement = NULL;
}

enum rc query_next(sqlite3_stmt *statement, bool *ret_row, struct err *err)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return fail(sqlite3_db_handle(statement), err);
    }
    *ret_row = code == SQLITE_ROW;
    return RC_OK;
}

const char *query_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

enum rc query_number(sqlite3 *db, const char *sql, int64_t *ret, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(db, sql, &q, err));
    TRY(query_next(q, &row, err));
    *ret = row ? sqlite3_column_int64(q, 0) : 0;
    return RC_OK;
}

static enum rc run(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : fail(db, err);
}

enum rc query_scratch(sqlite3 *db, const char *sql, struct err *err)
{
    int64_t is_reader = 0;
    TRY(query_number(db, "PRAGMA query_only", &is_reader, err));
    TRY(run(db, "PRAGMA query_only = OFF", err));
    enum rc rc = run(db, sql, err);
    if (is_reader) {
        TRY(run(db, "PRAGMA query_only = ON", rc == RC_OK ? err : &(struct err){ .rc = RC_OK }));
    }
    return rc;
}
