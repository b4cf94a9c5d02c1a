/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two evaluated evidence files on one connection, to compare their results. Either may be of an older build or come from somebody else: both are
 * opened read-only and hardened as any reader, and only one more file may be attached. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/evidence/store_internal.h"

enum {
    STEPS = 1000000, /* of SQLite's machine between two looks at the clock */
    SECONDS_MOST = 20 * 60
};

/* The views of a foreign file may never end. */
static int is_too_long(void *begun)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - (time_t)(intptr_t)begun > SECONDS_MOST;
}

static void limit_time(sqlite3 *db)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    sqlite3_progress_handler(db, STEPS, is_too_long, (void *)(intptr_t)now.tv_sec);
}

static enum rc check_schema(sqlite3 *db, const char *schema, struct err *err)
{
    int64_t version = 0;
    TRY(store_read_version(db, schema, &version, err));
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
    return store_check_tables(db, schema, err);
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
    /* An attached file is read for the first time here. */
    return rc == RC_OK ? store_exec(db, "SELECT count(*) FROM before.sqlite_schema", err) : rc;
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
    if (rc == RC_OK) {
        rc = check_schema(db, "before", err);
    }
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

static enum rc open_one(const char *path, bool is_fixed, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
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
        limit_time(db);
        rc = check_schema(db, "main", err);
    }
    if (rc == RC_OK) {
        rc = store_exec(
            db,
            "PRAGMA cache_size=-49152; PRAGMA temp_store=MEMORY; SELECT count(*) FROM audit_info",
            err);
    }
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}

enum rc store_open_pair(const char *path, const char *before, sqlite3 **ret, struct err *err)
{
    sqlite3 *db = NULL;
    TRY(store_is_file(path, err));
    if (before) {
        TRY(store_is_file(before, err));
    }
    enum rc rc = open_one(path, false, &db, err);
    if (rc == RC_DENIED && access(path, R_OK) == 0 && !store_has_log(path)) {
        rc = open_one(path, true, &db, err);
    }
    if (rc != RC_OK) {
        return err_at(err, "%s", path);
    }
    if (before) {
        rc = attach_before(db, before, err);
    }
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}
