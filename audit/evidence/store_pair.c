/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two evaluated evidence files on one connection, to compare their results. Either may be of an older build or come from somebody else: both are
 * opened read-only and hardened as any reader, and only one more file may be attached. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/evidence/store_internal.h"

static enum rc check_version(sqlite3 *db, struct err *err)
{
    int64_t version = 0;
    TRY(store_read_version(db, "main", &version, err));
    if (version > KAGIMORI_SCHEMA_VERSION) {
        return err_setf(
            err, RC_UNSUPPORTED,
            "made by a newer Kagimori (schema %lld, this one knows %d): compare with that version",
            (long long)version, KAGIMORI_SCHEMA_VERSION);
    }
    if (version < KAGIMORI_SCHEMA_COMPARED) {
        return err_setf(
            err, RC_UNSUPPORTED,
            "made by a Kagimori that is too old to compare with (schema %lld, from %d on can be compared): compare from the next audit on",
            (long long)version, KAGIMORI_SCHEMA_COMPARED);
    }
    return RC_OK;
}

/* SQLite needs no index of the write-ahead log where there is no log, and cannot make one on read-only media. */
static char *uri_of(const char *path, bool is_fixed)
{
    return store_uri(path, is_fixed ? "mode=ro&immutable=1" : "mode=ro");
}

static enum rc attach(sqlite3 *db, const char *path, bool is_fixed, struct err *err)
{
    char *uri = uri_of(path, is_fixed);
    char *sql = uri ? sqlite3_mprintf("ATTACH %Q AS before", uri) : NULL;
    enum rc rc = sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
    sqlite3_free(sql);
    free(uri);
    return rc == RC_OK ? store_exec(db, "SELECT 1 FROM before.audit_info LIMIT 1", err) : rc;
}

static enum rc attach_before(sqlite3 *db, const char *path, struct err *err)
{
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);
    enum rc rc = attach(db, path, false, err);
    if (rc != RC_OK && access(path, R_OK) == 0 && !store_has_log(path)) {
        (void)sqlite3_exec(db, "DETACH before", NULL, NULL, NULL);
        rc = attach(db, path, true, err);
    }
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

static enum rc open_one(const char *path, bool is_fixed, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    bool is_other = false;
    char *uri = uri_of(path, is_fixed);
    if (!uri) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    int sq = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                             NULL);
    free(uri);
    enum rc rc =
        sq == SQLITE_OK ? store_harden(db, err) : store_fail(db, "opening the evidence file", err);
    if (rc == RC_OK) {
        rc = check_version(db, err);
    }
    if (rc == RC_OK) {
        rc = store_check_foreign(db, &is_other, err);
    }
    if (rc == RC_OK) {
        rc = store_exec(
            db,
            "PRAGMA cache_size=-49152; PRAGMA temp_store=MEMORY; SELECT 1 FROM audit_info LIMIT 1",
            err);
    }
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}

static enum rc open_checked(const char *path, sqlite3 **ret, struct err *err)
{
    TRY(store_is_file(path, err));
    enum rc rc = open_one(path, false, ret, err);
    if (rc == RC_DENIED && access(path, R_OK) == 0 && !store_has_log(path)) {
        rc = open_one(path, true, ret, err);
    }
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

enum rc store_open_views(const char *path, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    TRY(open_checked(path, &db, err));
    if (store_shadow_views(db, err) != RC_OK) {
        (void)sqlite3_close(db);
        return err_at(err, "%s", path);
    }
    *ret = db;
    return RC_OK;
}

/* By itself: attaching a file reads its structure, which may have no end. */
static enum rc check_before(const char *path, struct err *err)
{
    sqlite3 *db = NULL;
    TRY(open_checked(path, &db, err));
    (void)sqlite3_close(db);
    return RC_OK;
}

enum rc store_open_pair(const char *path, const char *before, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    if (before) {
        TRY(check_before(before, err));
    }
    TRY(open_checked(path, &db, err));
    enum rc rc = before ? attach_before(db, before, err) : RC_OK;
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}
