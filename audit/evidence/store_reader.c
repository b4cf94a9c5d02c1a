/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every connection to an evidence file gets, readers, and messages for SQLite's errors. An evidence file may come from
 * somebody else, so that its schema is never trusted to call functions with effects. */
#include <sys/stat.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/evidence/group.h"
#include "audit/evidence/store_internal.h"

enum {
    STEPS = 1000, /* of SQLite's machine between two looks at the clock */
    SECONDS_LEAST = 60,
    SECONDS_MOST = 7200,
    BLOCK = 512, /* what st_blocks counts */
    BYTES_A_SECOND = 1024 * 1024
};

static enum rc word_it(sqlite3 *db, const char *doing, struct err *err)
{
    int code = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
    const char *text = db ? sqlite3_errmsg(db) : "no memory";
    switch (code) {
    case SQLITE_FULL:
        return err_setf(
            err, RC_IO,
            "%s: the disk is full; what was written before is kept: free space, then run the same command "
            "again (audit and collect with --resume)",
            doing);
    case SQLITE_NOMEM:
        return err_setf(err, RC_NOMEM, "%s: no memory", doing);
    case SQLITE_NOTADB:
        return err_setf(
            err, RC_USAGE,
            "not an evidence file of Kagimori: name the file evidence.db in an output directory");
    case SQLITE_CORRUPT:
        return err_setf(err, RC_MALFORMED,
                        "%s: the file is damaged (%s): restore it from a copy, or audit again",
                        doing, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_setf(err, RC_IO,
                        "%s: another program is writing to the file: wait until it has ended",
                        doing);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return err_setf(err, RC_DENIED, "%s: %s: check the rights of the file and of its directory",
                        doing, text);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return err_setf(
            err, RC_MALFORMED,
            "%s: %s: a value is not as Kagimori writes it; take another copy of the file, or audit again",
            doing, text);
    case SQLITE_INTERRUPT:
        return err_setf(
            err, RC_MALFORMED,
            "%s: it took too long and was ended: the file is not as Kagimori makes it; ask for another copy",
            doing);
    case SQLITE_IOERR:
        return err_setf(
            err, RC_IO,
            "%s: the disk reports an error (%s): check it, then run the same command again (audit "
            "and collect with --resume)",
            doing, text);
    default:
        return err_setf(err, RC_BUG, "%s: %s", doing, text);
    }
}

enum rc store_fail(sqlite3 *db, const char *doing, struct err *err)
{
    enum rc rc = word_it(db, doing, err);
    const char *path = db ? sqlite3_db_filename(db, "main") : NULL;
    return path && path[0] ? err_at(err, "%s", path) : rc;
}

enum rc store_next(sqlite3 *db, sqlite3_stmt *q, const char *doing, bool *ret, struct err *err)
{
    int sq = sqlite3_step(q);
    *ret = sq == SQLITE_ROW;
    return sq == SQLITE_ROW || sq == SQLITE_DONE ? RC_OK : store_fail(db, doing, err);
}

bool store_number(sqlite3 *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *q = NULL;
    bool found =
        sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW;
    if (found) {
        *ret = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return found;
}

enum rc store_harden(sqlite3 *db, struct err *err)
{
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, 5000);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
    /* Our tables check nothing by expressions; those of a file may. */
    TRY(store_exec(
        db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA ignore_check_constraints=ON",
        err));
    return store_add_regexp(db, err);
}

enum rc store_read_version(sqlite3 *db, const char *schema, int64_t *ret, struct err *err)
{
    char sql[64];
    int64_t application = 0;
    (void)snprintf(sql, sizeof(sql), "PRAGMA %s.application_id", schema);
    if (!store_number(db, sql, &application)) {
        return store_fail(db, "reading the evidence file", err);
    }
    (void)snprintf(sql, sizeof(sql), "PRAGMA %s.user_version", schema);
    if (!store_number(db, sql, ret)) {
        return store_fail(db, "reading the evidence file", err);
    }
    if (application == GROUP_APPLICATION_ID) {
        return err_setf(
            err, RC_USAGE,
            "a group file, of several sites: name the file evidence.db of one site (report and diff take group files, too)");
    }
    return application == STORE_APPLICATION_ID
               ? RC_OK
               : err_setf(
                     err, RC_USAGE,
                     "not an evidence file of Kagimori: name the file evidence.db in an output directory");
}

enum rc store_check_version(sqlite3 *db, struct err *err)
{
    int64_t version = 0;
    TRY(store_read_version(db, "main", &version, err));
    if (version > KAGIMORI_SCHEMA_VERSION) {
        return err_setf(
            err, RC_UNSUPPORTED,
            "made by a newer Kagimori (schema %lld, this one knows %d): use that version or audit again",
            (long long)version, KAGIMORI_SCHEMA_VERSION);
    }
    if (version < KAGIMORI_SCHEMA_VERSION) {
        return err_setf(
            err, RC_UNSUPPORTED,
            "made by an older Kagimori (schema %lld, this one knows %d): use that version or audit again",
            (long long)version, KAGIMORI_SCHEMA_VERSION);
    }
    return RC_OK;
}

/* Processor time of this process, in seconds. */
static int64_t used(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec;
}

static int is_too_long(void *until)
{
    return used() > (int64_t)(intptr_t)until;
}

void store_limit_time(sqlite3 *db)
{
    struct stat st;
    const char *path = sqlite3_db_filename(db, "main");
    if (!path || !path[0] || stat(path, &st) != 0) {
        return; /* in memory: nothing foreign */
    }
    /* A hole is no data, and is made in no time. */
    int64_t held = (int64_t)st.st_blocks * BLOCK;
    int64_t bytes = held < st.st_size ? held : st.st_size;
    int64_t seconds = SECONDS_LEAST + bytes / BYTES_A_SECOND;
    int64_t until = used() + (seconds < SECONDS_MOST ? seconds : SECONDS_MOST);
    sqlite3_progress_handler(db, STEPS, is_too_long, (void *)(intptr_t)until);
}

enum rc store_check_foreign(sqlite3 *db, bool *ret_is_other, struct err *err)
{
    int64_t version = 0;
    bool is_part = false;
    store_limit_time(db);
    TRY(store_check_pages(db, "main", &is_part, err));
    TRY(store_read_version(db, "main", &version, err));
    if (version == KAGIMORI_SCHEMA_VERSION) {
        TRY(store_survey(db, "main", ret_is_other, err));
    } else {
        *ret_is_other = true;
        TRY(store_check_older(db, "main", err));
    }
    return store_check_rest(db, "main", is_part, err);
}

/* How much of the file has to be looked at. */
enum trust {
    TRUST_OWN,    /* a store has it open, and has looked */
    TRUST_TABLES, /* its views are not asked */
    TRUST_NOTHING
};

static enum rc reader_check(sqlite3 *db, enum trust trust, struct err *err)
{
    bool is_other = false;
    TRY(store_harden(db, err));
    TRY(store_check_version(db, err));
    if (trust != TRUST_OWN) {
        TRY(store_check_foreign(db, &is_other, err));
    }
    if (trust == TRUST_NOTHING && is_other) {
        TRY(store_shadow_views(db, err));
    }
    return store_exec(
        db, "PRAGMA query_only=ON; PRAGMA cache_size=-49152; SELECT 1 FROM audit_info LIMIT 1",
        err);
}

/* name: the path, or a URI of it. */
static enum rc reader_try(const char *name, int flags, enum trust trust, sqlite3 **ret,
                          struct err *err)
{
    sqlite3 *db = NULL;
    int sq = sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | flags, NULL);
    enum rc rc = sq == SQLITE_OK ? reader_check(db, trust, err)
                                 : store_fail(db, "opening the evidence file", err);
    if (rc != RC_OK) {
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return RC_OK;
}

char *store_uri(const char *path, const char *query)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t size = strlen(query) + 1;
    char *uri = malloc(5 + strlen(path) * 3 + 1 + size);
    if (!uri) {
        return NULL;
    }
    memcpy(uri, "file:", 5);
    char *out = uri + 5;
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        if (strchr("%?#", *p) || *p <= 0x20 || *p >= 0x7f) {
            *out++ = '%';
            *out++ = hex[*p >> 4];
            *out++ = hex[*p & 15];
        } else {
            *out++ = (char)*p;
        }
    }
    *out++ = '?';
    memcpy(out, query, size);
    return uri;
}

bool store_has_log(const char *path)
{
    char real[PATH_MAX], log[PATH_MAX + 8];
    int n = snprintf(log, sizeof(log), "%s-wal", realpath(path, real) ? real : path);
    return n < 0 || (size_t)n >= sizeof(log) || access(log, F_OK) == 0;
}

static enum rc open_trusting(const char *path, enum trust trust, sqlite3 **ret, struct err *err)
{
    TRY(store_is_file(path, err));
    enum rc rc = reader_try(path, 0, trust, ret, err);
    /* A file on read-only media: SQLite cannot make the index of the write-ahead log, and needs none when there is no log. */
    if (rc == RC_DENIED && access(path, R_OK) == 0 && !store_has_log(path)) {
        char *uri = store_uri(path, "immutable=1");
        if (!uri) {
            return err_setf(err, RC_NOMEM, "no memory to open the evidence file");
        }
        rc = reader_try(uri, SQLITE_OPEN_URI, trust, ret, err);
        free(uri);
    }
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

enum rc store_open_reader(const char *path, sqlite3 **ret, struct err *err)
{
    return open_trusting(path, TRUST_NOTHING, ret, err);
}

enum rc store_open_tables(const char *path, sqlite3 **ret, struct err *err)
{
    return open_trusting(path, TRUST_TABLES, ret, err);
}

enum rc store_open_beside(const char *path, sqlite3 **ret, struct err *err)
{
    return open_trusting(path, TRUST_OWN, ret, err);
}
