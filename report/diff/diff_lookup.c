/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a subject still in the view of its check? Each view is run once a file, and only views that a row waits for. */
#include "report/diff/diff.h"
#include "report/query.h"

static bool has_item(sqlite3 *db, const char *schema, const char *view)
{
    sqlite3_stmt *q = NULL;
    bool found =
        sqlite3_prepare_v2(db, "SELECT 1 FROM pragma_table_info(?1, ?2) WHERE name = 'item'", -1,
                           &q, NULL) == SQLITE_OK;
    if (found) {
        (void)sqlite3_bind_text(q, 1, view, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, schema, -1, SQLITE_STATIC);
        found = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return found;
}

/* A view that another build made, or that fails on this file, leaves the mark ('', '?'): its rows are then not called gone. */
static enum rc ask_view(sqlite3 *db, const char *side, const char *schema, const char *view,
                        struct err *err)
{
    bool has = has_item(db, schema, view);
    char *sql = sqlite3_mprintf(
        "INSERT OR IGNORE INTO diff_seen SELECT %Q, %Q, v.subject, %s FROM %s.\"%w\" v WHERE v.subject IN"
        " (SELECT CASE r.side WHEN 'was' THEN r.told ELSE r.subject END FROM diff_row r JOIN diff_check k ON k.c = r.c"
        " WHERE r.kind = '?' AND r.side = %Q AND k.view = %Q)",
        side, view, has ? "coalesce(v.item, '')" : "''", schema, view, side, view);
    char *mark =
        sqlite3_mprintf("INSERT OR IGNORE INTO diff_seen VALUES(%Q, %Q, '', '?')", side, view);
    if (!sql || !mark) {
        sqlite3_free(sql);
        sqlite3_free(mark);
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    int sq = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (sq != SQLITE_OK && (sq & 0xff) != SQLITE_NOMEM) {
        sq = sqlite3_exec(db, mark, NULL, NULL, NULL);
    }
    sqlite3_free(sql);
    sqlite3_free(mark);
    return sq == SQLITE_OK ? RC_OK
                           : err_setf(err, RC_BUG, "cannot compare: %s", sqlite3_errmsg(db));
}

enum rc diff_lookup(sqlite3 *db, struct err *err)
{
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
        TRY(ask_view(db, is_was ? "was" : "now", is_was ? "before" : "main", query_text(q, 1),
                     err));
    }
}
