/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "audit/evidence/group.h"
#include "audit/evidence/store_internal.h"

enum {
    ATTACHED_MOST = 2 /* an earlier file, and the one that a redacted copy is of */
};

static enum rc check_group(sqlite3 *db, struct err *err)
{
    int64_t application = 0, version = 0, tables = 0;
    bool is_part = false;
    if (!store_number(db, "PRAGMA application_id", &application) ||
        !store_number(db, "PRAGMA user_version", &version)) {
        return store_fail(db, "reading the group file", err);
    }
    if (application != GROUP_APPLICATION_ID) {
        return err_setf(err, RC_USAGE, "not a group file of Kagimori (kagimori merge makes it)");
    }
    if (version != KAGIMORI_SCHEMA_VERSION) {
        return err_setf(err, RC_UNSUPPORTED,
                        "made by another Kagimori (schema %lld, this one knows %d): merge again",
                        (long long)version, KAGIMORI_SCHEMA_VERSION);
    }
    store_limit_time(db);
    TRY(store_check_pages(db, "main", &is_part, err));
    TRY(store_check_plain(db, err));
    TRY(store_check_rest(db, "main", is_part, err));
    if (!store_number(db,
                      "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                      " AND name IN ('passed', 'word', 'site_view_source', 'site_framework_item')",
                      &tables) ||
        tables < 4) {
        return err_setf(err, RC_UNSUPPORTED, "made by an older Kagimori: merge again");
    }
    return RC_OK;
}

bool group_is(const char *path)
{
    sqlite3 *db = NULL;
    int64_t application = 0;
    struct err ignored;
    bool is =
        store_is_file(path, &ignored) == RC_OK &&
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        store_number(db, "PRAGMA application_id", &application) &&
        application == GROUP_APPLICATION_ID;
    (void)sqlite3_close(db);
    return is;
}

enum rc group_open_reader(const char *path, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    int sq = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum rc rc =
        sq == SQLITE_OK ? store_harden(db, err) : store_fail(db, "opening the group file", err);
    if (rc == RC_OK) {
        rc = check_group(db, err);
    }
    if (rc == RC_OK) {
        /* Temporary views are in memory: the file itself is read-only. */
        rc = store_exec(db, "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-49152", err);
    }
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return err_at(err, "%s", path);
    }
    *ret = db;
    return RC_OK;
}

enum rc group_attach(sqlite3 *db, const char *path, const char *as, struct err *err)
{
    sqlite3 *alone = NULL;
    if (store_is_file(path, err) != RC_OK) {
        return err_at(err, "%s", path);
    }
    TRY(group_open_reader(path, &alone, err));
    (void)sqlite3_close(alone);
    char *sql = sqlite3_mprintf("ATTACH %Q AS \"%w\"", path, as);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, ATTACHED_MOST);
    enum rc rc = sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_free(sql);
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

/* The columns of a table but the first, quoted, with commas. */
static enum rc list_columns(sqlite3 *db, const char *table, char *buf, size_t size, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    size_t n = 0;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(
            db, "SELECT name FROM pragma_table_info(?, 'main') WHERE cid > 0 ORDER BY cid", -1, &q,
            NULL) != SQLITE_OK) {
        return store_fail(db, "reading the group file", err);
    }
    (void)sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
    for (bool is_row = true;;) {
        TRY(store_next(db, q, "reading the group file", &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        char one[128];
        (void)sqlite3_snprintf(sizeof(one), one, "%s\"%w\"", n ? ", " : "",
                               (const char *)sqlite3_column_text(q, 0));
        if (n + strlen(one) >= size) {
            return err_setf(err, RC_MALFORMED, "a table of the group file has too many columns");
        }
        memcpy(buf + n, one, strlen(one) + 1);
        n += strlen(one);
    }
}

static enum rc show_table(sqlite3 *db, const char *table, int64_t site, struct err *err)
{
    char columns[4096];
    TRY(list_columns(db, table, columns, sizeof(columns), err));
    char *sql =
        sqlite3_mprintf("DROP VIEW IF EXISTS temp.\"%w\";"
                        "CREATE TEMP VIEW \"%w\" AS SELECT %s FROM main.\"%w\" WHERE site = %lld",
                        table + 5, table + 5, columns, table, site);
    enum rc rc = sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
    sqlite3_free(sql);
    return rc;
}

enum rc group_select(sqlite3 *db, int64_t site, struct err *err)
{
    char names[64][64];
    size_t count = 0;
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(
            db,
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name GLOB 'site_*' AND length(name) < 64",
            -1, &q, NULL) != SQLITE_OK) {
        return store_fail(db, "reading the group file", err);
    }
    for (bool is_row = true; count < ARRAY_LEN(names);) {
        TRY(store_next(db, q, "reading the group file", &is_row, err));
        if (!is_row) {
            break;
        }
        (void)snprintf(names[count++], sizeof(names[0]), "%s",
                       (const char *)sqlite3_column_text(q, 0));
    }
    for (size_t i = 0; i < count; i++) {
        TRY(show_table(db, names[i], site, err));
    }
    return RC_OK;
}
