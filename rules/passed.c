/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/passed.h"

#include "rules/finding.h"

static void finish(sqlite3_stmt **q)
{
    (void)sqlite3_finalize(*q);
}

static const char *text(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    return s ? s : "";
}

static enum rc copy_all(const struct finding_hash *hash, sqlite3_stmt *q, sqlite3_stmt *put,
                        struct err *err)
{
    for (int sq = sqlite3_step(q); sq != SQLITE_DONE; sq = sqlite3_step(q)) {
        char id[FINDING_ID_SIZE];
        if (sq != SQLITE_ROW) {
            return err_setf(err, RC_IO, "reading what passed: %s",
                            sqlite3_errmsg(sqlite3_db_handle(q)));
        }
        finding_id(hash, text(q, 0), text(q, 1), text(q, 2), id);
        (void)sqlite3_bind_text(put, 2, id, -1, SQLITE_TRANSIENT);
        sq = id[0] ? sqlite3_step(put) : SQLITE_ERROR;
        (void)sqlite3_reset(put);
        if (sq != SQLITE_DONE) {
            return err_setf(err, RC_IO, "writing what passed: %s",
                            sqlite3_errmsg(sqlite3_db_handle(put)));
        }
    }
    return RC_OK;
}

enum rc passed_copy(sqlite3 *evidence, sqlite3 *to, const char *insert, int64_t number,
                    struct err *err)
{
    AUTO(finish) sqlite3_stmt *q = NULL;
    AUTO(finish) sqlite3_stmt *put = NULL;
    AUTO(finding_hash_done) struct finding_hash hash = { NULL, NULL };
    TRY(finding_hash_begin(&hash, err));
    if (sqlite3_prepare_v2(
            evidence,
            "SELECT c.id, r.subject, r.item FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'pass'",
            -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_IO, "reading what passed: %s", sqlite3_errmsg(evidence));
    }
    if (sqlite3_prepare_v2(to, insert, -1, &put, NULL) != SQLITE_OK) {
        return err_setf(err, RC_IO, "writing what passed: %s", sqlite3_errmsg(to));
    }
    (void)sqlite3_bind_int64(put, 1, number);
    return copy_all(&hash, q, put, err);
}
