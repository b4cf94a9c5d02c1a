/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing side of the evidence file: opening, rows, transactions. The file itself is in store_file.c, schema and labels in
 * store_schema.c, readers and messages in store_reader.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/evidence/store_internal.h"

struct store {
    sqlite3 *db;
    int file;                           /* holds the lock; -1 in memory */
    sqlite3_stmt *put[ROW_TABLE_COUNT]; /* prepared at first use */
    sqlite3_stmt *begin;
    sqlite3_stmt *is_complete;
    bool is_touched; /* rows were put since the last derive: the mark "derived" is off */
};

static void store_finalize(struct store *s)
{
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++) {
        (void)sqlite3_finalize(s->put[i]);
    }
    (void)sqlite3_finalize(s->begin);
    (void)sqlite3_finalize(s->is_complete);
}

void store_close(struct store *s)
{
    if (!s) {
        return;
    }
    store_rollback(s);
    store_finalize(s);
    if (s->db && s->file >= 0) {
        /* Leaves one file behind, without -wal and -shm. A reader of another process keeps them: then it stays as it is. */
        (void)sqlite3_busy_timeout(s->db, 0);
        (void)sqlite3_exec(s->db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    }
    (void)sqlite3_close(s->db);
    if (s->file >= 0) {
        (void)close(s->file); /* last: closing it drops SQLite's locks on the file as well */
    }
    free(s);
}

void store_closep(struct store **s)
{
    store_close(*s);
}

sqlite3 *store_handle(struct store *s)
{
    return s->db;
}

/* Looking ends; what is written afterwards may take as long as it takes. */
static enum rc check_file(sqlite3 *db, bool *ret_is_other, struct err *err)
{
    bool is_part = false;
    TRY(store_check_version(db, err));
    store_limit_time(db);
    TRY(store_check_pages(db, "main", &is_part, err));
    TRY(store_survey(db, "main", ret_is_other, err));
    TRY(store_check_rest(db, "main", is_part, err));
    sqlite3_progress_handler(db, 0, NULL, NULL);
    return RC_OK;
}

static enum rc prepare_file(struct store *s, enum store_mode mode, struct err *err)
{
    bool is_other = false;
    TRY(store_harden(s->db, err));
    if (mode == STORE_CREATE) {
        TRY(store_exec(s->db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL", err));
    } else {
        TRY(check_file(s->db, &is_other, err));
        TRY(store_exec(s->db, "PRAGMA journal_mode=WAL", err));
    }
    TRY(store_exec(s->db,
                   "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-49152;"
                   "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864",
                   err));
    if (mode == STORE_CREATE) {
        return store_schema_create(s->db, err);
    }
    /* Waits for another writer here, at the door, and says so, instead of somewhere in the middle. */
    TRY(store_exec(s->db, "BEGIN IMMEDIATE; COMMIT", err));
    return store_schema_refresh(s->db, is_other, err);
}

enum rc store_open(const char *path, enum store_mode mode, struct store **ret, struct err *err)
{
    struct store *s = calloc(1, sizeof(*s));
    if (!s) {
        return err_setf(err, RC_NOMEM, "no memory for the evidence store");
    }
    s->file = -1;
    enum rc rc = mode == STORE_CREATE ? store_file_make(path, &s->file, err)
                                      : store_file_take(path, &s->file, err);
    if (rc != RC_OK) {
        store_close(s);
        return rc;
    }
    if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        rc = store_fail(s->db, "opening the evidence file", err);
    } else {
        rc = prepare_file(s, mode, err);
    }
    if (rc != RC_OK) {
        bool is_full = (sqlite3_errcode(s->db) & 0xff) == SQLITE_FULL;
        store_close(s);
        if (mode == STORE_CREATE) {
            (void)unlink(path);
            if (is_full) {
                (void)err_setf(err, RC_IO, "the disk is full: free space, then start again");
            }
        }
        return err_at(err, "%s", path);
    }
    *ret = s;
    return RC_OK;
}

enum rc store_open_bare(sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    enum rc rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                 NULL) == SQLITE_OK
                     ? store_harden(db, err)
                     : store_fail(db, "opening a database in memory", err);
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}

enum rc store_open_memory(struct store **ret, struct err *err)
{
    struct store *s = calloc(1, sizeof(*s));
    if (!s) {
        return err_setf(err, RC_NOMEM, "no memory for the evidence store");
    }
    s->file = -1;
    enum rc rc = store_open_bare(&s->db, err);
    if (rc == RC_OK) {
        rc = store_schema_memory(s->db, err);
    }
    if (rc != RC_OK) {
        store_close(s);
        return rc;
    }
    *ret = s;
    return RC_OK;
}

static enum rc prepare_put(struct store *s, enum row_table table, struct err *err)
{
    const struct row_catalogue *t = row_catalogue(table);
    char sql[512];
    int n = snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO \"%s\" VALUES(", t->table);
    for (size_t i = 0; i < t->count; i++) {
        n += snprintf(sql + n, sizeof(sql) - (size_t)n, i ? ",?" : "?");
    }
    (void)snprintf(sql + n, sizeof(sql) - (size_t)n, ")");
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->put[table], NULL) !=
        SQLITE_OK) {
        return store_fail(s->db, "writing a row", err);
    }
    return RC_OK;
}

static enum rc begin(struct store *s, struct err *err)
{
    if (sqlite3_get_autocommit(s->db) == 0) {
        return RC_OK;
    }
    if (!s->begin && sqlite3_prepare_v3(s->db, "BEGIN IMMEDIATE", -1, SQLITE_PREPARE_PERSISTENT,
                                        &s->begin, NULL) != SQLITE_OK) {
        return store_fail(s->db, "writing", err);
    }
    int sq = sqlite3_step(s->begin);
    (void)sqlite3_reset(s->begin);
    return sq == SQLITE_DONE ? RC_OK : store_fail(s->db, "writing", err);
}

void store_statement_done(sqlite3_stmt **statement)
{
    (void)sqlite3_finalize(*statement);
    *statement = NULL;
}

enum rc store_prepare(struct store *s, const char *what, const char *sql, sqlite3_stmt **ret,
                      struct err *err)
{
    return sqlite3_prepare_v2(s->db, sql, -1, ret, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_BUG, "cannot %s: %s", what, sqlite3_errmsg(s->db));
}

int store_bind_row(sqlite3_stmt *put, const struct row *row)
{
    size_t count = row_catalogue(row->table)->count;
    int bad = 0;
    for (size_t i = 0; i < count; i++) {
        const struct row_value *v = &row->v[i];
        int column = (int)i + 1;
        if (v->kind == ROW_NUMBER) {
            bad |= sqlite3_bind_int64(put, column, v->number);
        } else if (v->kind == ROW_STRING) {
            bad |= sqlite3_bind_text(put, column, v->text, (int)v->size, SQLITE_STATIC);
        } else {
            bad |= sqlite3_bind_null(put, column);
        }
    }
    return bad;
}

enum rc store_put(struct store *s, const struct row *row, struct err *err)
{
    if (row->table >= ROW_TABLE_COUNT) {
        return err_setf(err, RC_BUG, "row of an unknown table");
    }
    TRY(begin(s, err));
    /* What the supervisor keeps of earlier files, nothing is derived from. */
    bool is_kept = (row->table >= ROW_TABLE_SECRETSEEN && row->table <= ROW_TABLE_RESETDECISION) ||
                   row->table == ROW_TABLE_SECRETBEFORE || row->table == ROW_TABLE_BEFORE;

    if (!s->is_touched && !is_kept) {
        TRY(store_exec(s->db, "DELETE FROM audit_info WHERE name = 'derived'", err));
        s->is_touched = true;
    }
    if (!s->put[row->table]) {
        TRY(prepare_put(s, row->table, err));
    }
    sqlite3_stmt *put = s->put[row->table];
    int sq = store_bind_row(put, row) ? SQLITE_ERROR : sqlite3_step(put);
    if (sq != SQLITE_DONE) {
        (void)store_fail(s->db, "writing a row", err);
        (void)sqlite3_reset(put);
        return err->rc;
    }
    (void)sqlite3_reset(put);
    return RC_OK;
}

enum rc store_commit(struct store *s, struct err *err)
{
    return sqlite3_get_autocommit(s->db) != 0 ? RC_OK : store_exec(s->db, "COMMIT", err);
}

void store_rollback(struct store *s)
{
    if (s->db && sqlite3_get_autocommit(s->db) == 0) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
        s->is_touched = false; /* the mark is back as it was */
    }
}

enum rc store_info_set(struct store *s, const char *name, const char *value, struct err *err)
{
    sqlite3_stmt *q = NULL;
    int sq =
        sqlite3_prepare_v2(s->db, "INSERT OR REPLACE INTO audit_info VALUES(?, ?)", -1, &q, NULL);
    if (sq == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, value, -1, SQLITE_STATIC);
        sq = sqlite3_step(q);
    }
    enum rc rc = sq == SQLITE_DONE ? RC_OK : store_fail(s->db, "writing", err);
    (void)sqlite3_finalize(q);
    return rc;
}

void store_info_get(sqlite3 *db, const char *name, char *buf, size_t size)
{
    buf[0] = 0;
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(db, "SELECT value FROM audit_info WHERE name = ?", -1, &q, NULL) ==
        SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0)) {
            (void)snprintf(buf, size, "%s", (const char *)sqlite3_column_text(q, 0));
        }
    }
    (void)sqlite3_finalize(q);
}

extern const unsigned char derive_sql[];
extern const unsigned char derive_reset_sql[];

/* True when derive.sql of this build ran after the last row was put. */
static bool is_derived(struct store *s)
{
    char now[32], then[32];
    store_info_get(s->db, "derived", then, sizeof(then));
    return !s->is_touched && strcmp(store_mark(derive_sql, now), then) == 0;
}

enum rc store_derive(struct store *s, struct err *err)
{
    char mark[32];
    TRY(store_commit(s, err));
    if (is_derived(s)) {
        return RC_OK;
    }
    /* It joins the largest tables by keys that scatter: with a third of them in memory every other page is read again. */
    TRY(store_exec(s->db, "PRAGMA cache_size=-98304", err));
    TRY(begin(s, err));
    enum rc rc = store_exec(s->db, (const char *)derive_sql, err);
    if (rc == RC_OK) {
        rc = store_info_set(s, "derived", store_mark(derive_sql, mark), err);
    }
    if (rc == RC_OK) {
        rc = store_commit(s, err);
    }
    if (rc != RC_OK) {
        store_rollback(s);
        return err_prefix(err, "deriving memberships");
    }
    s->is_touched = false;
    TRY(store_exec(s->db, "PRAGMA cache_size=-49152", err));
    (void)sqlite3_db_release_memory(s->db);
    return RC_OK;
}

enum rc store_derive_reset(struct store *s, struct err *err)
{
    TRY(store_commit(s, err));
    TRY(store_exec(s->db, "PRAGMA cache_size=-98304", err));
    TRY(begin(s, err));
    enum rc rc = store_exec(s->db, (const char *)derive_reset_sql, err);
    if (rc == RC_OK) {
        rc = store_commit(s, err);
    }
    if (rc != RC_OK) {
        store_rollback(s);
        return err_prefix(err, "deriving what the reset plan stands on");
    }
    TRY(store_exec(s->db, "PRAGMA cache_size=-49152", err));
    (void)sqlite3_db_release_memory(s->db);
    return RC_OK;
}

bool store_is_complete(struct store *s, const char *source, const char *target)
{
    const char *sql =
        "SELECT 1 FROM coverage WHERE source = ? AND target = ? AND state = 'complete'";
    if (!s->is_complete && sqlite3_prepare_v2(s->db, sql, -1, &s->is_complete, NULL) != SQLITE_OK) {
        return false;
    }
    (void)sqlite3_bind_text(s->is_complete, 1, source, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s->is_complete, 2, target, -1, SQLITE_STATIC);
    bool is_complete = sqlite3_step(s->is_complete) == SQLITE_ROW;
    (void)sqlite3_reset(s->is_complete);
    return is_complete;
}

enum rc store_exec(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? RC_OK
               : store_fail(db, "the evidence file", err);
}
