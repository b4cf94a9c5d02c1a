/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a subject still in the view of its check? Each view is run once a file, and only views that a row waits for: those of this build, over the tables of
 * the file, whatever views the file itself holds. */
#include "audit/evidence/store.h"
#include "report/diff/diff.h"
#include "report/query.h"

static void side_close(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static enum rc exec(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_BUG, "cannot compare: %s", sqlite3_errmsg(db));
}

/* The subjects that wait, from the connection of both files to that of one. */
static enum rc want(sqlite3 *db, const char *side, const char *view, sqlite3 *from, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL, *put = NULL;
    TRY(exec(
        from,
        "CREATE TEMP TABLE IF NOT EXISTS diff_wanted(subject TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM temp.diff_wanted",
        err));
    TRY(query_open(
        db,
        "SELECT DISTINCT CASE r.side WHEN 'was' THEN r.told ELSE r.subject END AS wanted FROM diff_row r JOIN diff_check k ON k.c = r.c"
        " WHERE r.kind = '?' AND r.side = ?1 AND k.view = ?2 AND wanted IS NOT NULL",
        &q, err));
    TRY(query_open(from, "INSERT INTO temp.diff_wanted VALUES(?1)", &put, err));
    (void)sqlite3_bind_text(q, 1, side, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, view, -1, SQLITE_STATIC);
    for (bool row = true, ignored = false;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        (void)sqlite3_bind_value(put, 1, sqlite3_column_value(q, 0));
        TRY(query_next(put, &ignored, err));
        (void)sqlite3_reset(put);
    }
}

static bool has_item(sqlite3 *from, const char *view)
{
    sqlite3_stmt *q = NULL;
    bool found =
        sqlite3_prepare_v2(from, "SELECT 1 FROM pragma_table_info(?1, 'temp') WHERE name = 'item'",
                           -1, &q, NULL) == SQLITE_OK;
    if (found) {
        (void)sqlite3_bind_text(q, 1, view, -1, SQLITE_STATIC);
        found = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return found;
}

/* Its answer, from q to put, whose first two parameters are set. *ret_code: how q ended. */
static enum rc take(sqlite3_stmt *q, sqlite3_stmt *put, int *ret_code, struct err *err)
{
    bool ignored = false;
    while ((*ret_code = sqlite3_step(q)) == SQLITE_ROW) {
        (void)sqlite3_bind_value(put, 3, sqlite3_column_value(q, 0));
        (void)sqlite3_bind_value(put, 4, sqlite3_column_value(q, 1));
        TRY(query_next(put, &ignored, err));
        (void)sqlite3_reset(put);
    }
    return RC_OK;
}

/* A view that this build does not have, or that fails on this file, leaves the mark ('', '?'): its rows are then not called gone. */
static enum rc ask_view(sqlite3 *db, const char *side, sqlite3 *from, const char *view,
                        struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL, *put = NULL;
    bool ignored = false;
    int code = SQLITE_ERROR;
    TRY(want(db, side, view, from, err));
    TRY(query_open(db, "INSERT OR IGNORE INTO diff_seen VALUES(?1, ?2, ?3, CAST(?4 AS TEXT))", &put,
                   err));
    (void)sqlite3_bind_text(put, 1, side, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(put, 2, view, -1, SQLITE_STATIC);
    char *sql = sqlite3_mprintf(
        "SELECT v.subject, %s FROM temp.\"%w\" v WHERE v.subject IN (SELECT w.subject FROM temp.diff_wanted w)",
        has_item(from, view) ? "coalesce(v.item, '')" : "''", view);
    if (!sql) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    bool is_known = sqlite3_prepare_v2(from, sql, -1, &q, NULL) == SQLITE_OK;
    sqlite3_free(sql);
    if (is_known) {
        TRY(take(q, put, &code, err));
    }
    if (code == SQLITE_DONE) {
        return RC_OK;
    }
    if ((sqlite3_errcode(from) & 0xff) == SQLITE_NOMEM) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    (void)sqlite3_bind_text(put, 3, "", -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(put, 4, "?", -1, SQLITE_STATIC);
    return query_next(put, &ignored, err);
}

enum rc diff_lookup(sqlite3 *db, const char *before, const char *now, struct err *err)
{
    AUTO(side_close) sqlite3 *old = NULL;
    AUTO(side_close) sqlite3 *new = NULL;
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db,
                   "SELECT DISTINCT r.side, k.view FROM diff_row r JOIN diff_check k ON k.c = r.c"
                   " WHERE r.kind = '?' ORDER BY 1, 2",
                   &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        bool is_was = query_text(q, 0)[0] == 'w';
        sqlite3 **from = is_was ? &old : &new;
        if (!*from) {
            TRY(store_open_views(is_was ? before : now, from, err));
        }
        TRY(ask_view(db, is_was ? "was" : "now", *from, query_text(q, 1), err));
    }
}
