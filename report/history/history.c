/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/history/history.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/num.h"
#include "audit/evidence/store.h"
#include "report/query.h"

extern const unsigned char history_sql[];

enum {
    APPLICATION_ID = 0x4B474D48, /* "KGMH" */
    VERSION = 1,
    BUSY_MS = 15000
};

void history_close(struct history *h)
{
    (void)sqlite3_close(h->db);
    h->db = NULL;
}

static enum rc fail(sqlite3 *db, const char *path, struct err *err)
{
    int code = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
    enum rc rc = code == SQLITE_NOTADB ? RC_USAGE : code == SQLITE_NOMEM ? RC_NOMEM : RC_IO;
    if (rc == RC_USAGE) {
        (void)err_setf(err, rc, "not a history file of Kagimori: name another file");
    } else {
        (void)err_setf(
            err, rc, "cannot read or write the history: %s%s",
            db ? sqlite3_errmsg(db) : "no memory",
            code == SQLITE_FULL ? ": free space, then add the audit again"
            : code == SQLITE_CORRUPT
                ? ": the file is damaged; take a copy of it, or begin a new one from the evidence files"
                : "");
    }
    return err_at(err, "%s", path);
}

/* Before anything is asked of the file, and before it is locked. */
static enum rc harden(sqlite3 *db, const char *path, bool *ret_is_part, struct err *err)
{
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1024 * 1024);
    /* Expressions that stand in the file are not run; ours has none. */
    if (sqlite3_exec(db, "PRAGMA ignore_check_constraints=ON", NULL, NULL, NULL) != SQLITE_OK) {
        return fail(db, path, err);
    }
    store_limit_time(db);
    enum rc rc = store_check_pages(db, "main", ret_is_part, err);
    if (rc == RC_USAGE) {
        (void)err_setf(err, rc, "not a history file of Kagimori: name another file");
    }
    return rc == RC_OK ? RC_OK : err_at(err, "%s", path);
}

/* An empty file is a history that has not begun; *ret_new tells. is_part: of harden. */
static enum rc check_file(sqlite3 *db, const char *path, bool is_part, bool *ret_new,
                          struct err *err)
{
    int64_t application = 0, version = 0, tables = 0;
    struct err ignored;
    if (query_number(db, "PRAGMA application_id", &application, &ignored) != RC_OK ||
        query_number(db, "PRAGMA user_version", &version, &ignored) != RC_OK ||
        query_number(db, "SELECT count(*) FROM sqlite_schema", &tables, &ignored) != RC_OK) {
        return fail(db, path, err);
    }
    if (store_check_plain(db, err) != RC_OK) { /* a view may never end */
        (void)err_setf(err, RC_USAGE, "not a history file as Kagimori makes it: name another file");
        return err_at(err, "%s", path);
    }
    if (store_check_rest(db, "main", is_part, err) != RC_OK) {
        return err_at(err, "%s", path);
    }
    *ret_new = application == 0 && version == 0 && tables == 0;
    if (*ret_new || (application == APPLICATION_ID && version == VERSION)) {
        return RC_OK;
    }
    (void)(application == APPLICATION_ID
               ? err_setf(
                     err, RC_UNSUPPORTED,
                     "the history was made by a newer Kagimori (version %lld, this one knows %d): use that version",
                     (long long)version, VERSION)
               : err_setf(err, RC_USAGE, "not a history file of Kagimori: name another file"));
    return err_at(err, "%s", path);
}

enum rc history_open(struct history *h, const char *path, struct err *err)
{
    bool is_new = false, is_part = false;
    h->db = NULL;
    if (access(path, F_OK) != 0) {
        (void)err_setf(err, RC_ABSENT,
                       "there is no history yet: `kagimori history FILE add EVIDENCE` begins one");
        return err_at(err, "%s", path);
    }
    if (store_is_file(path, err) != RC_OK) {
        (void)err_setf(err, RC_USAGE, "not a history file of Kagimori: name another file");
        return err_at(err, "%s", path);
    }
    int sq = sqlite3_open_v2(path, &h->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (sq != SQLITE_OK) {
        enum rc rc = fail(h->db, path, err);
        history_close(h);
        return rc;
    }
    enum rc rc = harden(h->db, path, &is_part, err);
    if (rc == RC_OK) {
        rc = check_file(h->db, path, is_part, &is_new, err);
    }
    if (rc == RC_OK && is_new) {
        (void)err_setf(err, RC_USAGE, "the history holds no audit yet");
        rc = err_at(err, "%s", path);
    }
    if (rc != RC_OK) {
        history_close(h);
    }
    return rc;
}

/* The file itself is made here, for its rights; SQLite opens it afterwards. */
static enum rc make_file(const char *path, struct err *err)
{
    struct stat st;
    AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)err_setf(err, RC_USAGE, "cannot open the history: %s%s", strerror(errno),
                       errno == ELOOP    ? ": name the file itself, not a link to it"
                       : errno == ENOENT ? ": make its folder first"
                                         : ": name a file that you may write to");
        return err_at(err, "%s", path);
    }
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
        (void)err_setf(err, RC_USAGE, "not a file of this user's own: name another one");
        return err_at(err, "%s", path);
    }
    return RC_OK;
}

static enum rc open_writer(sqlite3 **ret, const char *path, struct err *err)
{
    bool is_new = false, is_part = false;
    TRY(make_file(path, err));
    int sq = sqlite3_open_v2(
        path, ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
    if (sq != SQLITE_OK) {
        return fail(*ret, path, err);
    }
    TRY(harden(*ret, path, &is_part, err));
    /* One writer at a time, from before the file is looked at. */
    if (sqlite3_exec(*ret, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        return fail(*ret, path, err);
    }
    TRY(check_file(*ret, path, is_part, &is_new, err));
    if (!is_new) {
        return RC_OK;
    }
    char mark[96];
    (void)snprintf(mark, sizeof(mark), "PRAGMA application_id=%d; PRAGMA user_version=%d",
                   APPLICATION_ID, VERSION);
    return sqlite3_exec(*ret, mark, NULL, NULL, NULL) == SQLITE_OK &&
                   sqlite3_exec(*ret, (const char *)history_sql, NULL, NULL, NULL) == SQLITE_OK
               ? RC_OK
               : fail(*ret, path, err);
}

/* Runs a statement of the evidence and one insertion a row, its columns in order; ?1 of the insertion is run where run > 0. */
static enum rc copy(sqlite3 *from, const char *select, sqlite3 *to, const char *insert, int64_t run,
                    struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL, *put = NULL;
    int first = run > 0 ? 2 : 1;
    TRY(query_open(from, select, &q, err));
    TRY(query_open(to, insert, &put, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        if (run > 0) {
            (void)sqlite3_bind_int64(put, 1, run);
        }
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            (void)sqlite3_bind_value(put, first + i, sqlite3_column_value(q, i));
        }
        if (sqlite3_step(put) != SQLITE_DONE) {
            return err_setf(err, RC_IO, "cannot write the history: %s", sqlite3_errmsg(to));
        }
        (void)sqlite3_reset(put);
    }
}

enum rc history_is_same(sqlite3 *history, sqlite3 *evidence, bool *ret, struct err *err)
{
    int64_t known = 0, told = 0, shared = 0;
    AUTO(query_done) sqlite3_stmt *q = NULL, *look = NULL;
    TRY(query_number(history, "SELECT count(*) FROM estate", &known, err));
    TRY(query_open(evidence, "SELECT sid FROM domain_head WHERE sid IS NOT NULL", &q, err));
    TRY(query_open(history, "SELECT 1 FROM estate WHERE sid = ?1", &look, err));
    for (bool row = true, hit = false;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        told++;
        (void)sqlite3_bind_value(look, 1, sqlite3_column_value(q, 0));
        TRY(query_next(look, &hit, err));
        shared += hit;
        (void)sqlite3_reset(look);
    }
    *ret = known == 0 || told == 0 || shared > 0;
    return RC_OK;
}

static enum rc check_estate(sqlite3 *evidence, sqlite3 *db, bool is_forced, struct err *err)
{
    bool is_same = true;
    TRY(history_is_same(db, evidence, &is_same, err));
    if (!is_same && !is_forced) {
        return err_setf(
            err, RC_USAGE,
            "this evidence is of another estate than the history (no domain in common): name the history of this estate, or add it all the same with --force");
    }
    return RC_OK;
}

/* clang-format off */
#define COUNT(verdict) "coalesce(sum(n.subjects) FILTER (WHERE n.verdict = '" verdict "'), 0)"
#define FAILED(severity) "coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'fail' AND c.severity = '" severity "'), 0)"
#define INFO(name) "(SELECT value FROM audit_info WHERE name = '" name "')"

static const char run_with_grade[] =
    "SELECT coalesce(" INFO("started_at") ", '') || ' ' || coalesce(" INFO("now") ", '') || ' ' || coalesce(" INFO("profile") ", ''), CAST(coalesce(" INFO("now") ", '0') AS INTEGER),"
    " coalesce(" INFO("profile") ", ''), " INFO("organisation_en") ", " INFO("organisation_ja") ", coalesce(" INFO("tool_version") ", ''),"
    " (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM check_info),"
    " (SELECT grade FROM grade WHERE theme = ''), (SELECT score FROM grade WHERE theme = ''), (SELECT seen_percent FROM grade WHERE theme = ''),"
    " " FAILED("critical") ", " FAILED("high") ", " FAILED("medium") ", " FAILED("low") ", " FAILED("info") ", " COUNT("pass") ", " COUNT("fail") ", " COUNT("unknown") ", " COUNT("waived") ","
    " " COUNT("not_applicable") ", " COUNT("error") " FROM check_info c LEFT JOIN check_count n USING (check_no)";
static const char run_without_grade[] =
    "SELECT coalesce(" INFO("started_at") ", '') || ' ' || coalesce(" INFO("now") ", '') || ' ' || coalesce(" INFO("profile") ", ''), CAST(coalesce(" INFO("now") ", '0') AS INTEGER),"
    " coalesce(" INFO("profile") ", ''), " INFO("organisation_en") ", " INFO("organisation_ja") ", coalesce(" INFO("tool_version") ", ''),"
    " (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM check_info), NULL, NULL, NULL,"
    " " FAILED("critical") ", " FAILED("high") ", " FAILED("medium") ", " FAILED("low") ", " FAILED("info") ", " COUNT("pass") ", " COUNT("fail") ", " COUNT("unknown") ", " COUNT("waived") ","
    " " COUNT("not_applicable") ", " COUNT("error") " FROM check_info c LEFT JOIN check_count n USING (check_no)";
static const char run_put[] =
    "INSERT INTO run(mark, at, profile, organisation_en, organisation_ja, tool_version, schema, checks, grade, score, seen_percent, critical, high, medium, low, info,"
    " pass, fail, unknown, waived, not_applicable, error) VALUES(coalesce(?1, ''), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
static const char checks_get[] =
    "SELECT c.id, c.severity, " COUNT("pass") ", " COUNT("fail") ", " COUNT("unknown") ", " COUNT("waived") ", " COUNT("not_applicable") ", " COUNT("error")
    " FROM check_info c LEFT JOIN check_count n USING (check_no) GROUP BY c.check_no";

/* clang-format on */

static enum rc replace_run(sqlite3 *evidence, sqlite3 *db, const char *select, bool *ret_known,
                           int64_t *ret_run, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL, *look = NULL;
    bool row = false;
    TRY(query_open(evidence, select, &q, err));
    TRY(query_next(q, &row, err));
    TRY(query_open(db, "SELECT run FROM run WHERE mark = coalesce(?1, '')", &look, err));
    (void)sqlite3_bind_value(look, 1, sqlite3_column_value(q, 0));
    TRY(query_next(look, ret_known, err));
    if (*ret_known) {
        char sql[192];
        long long run = (long long)sqlite3_column_int64(look, 0);
        (void)snprintf(
            sql, sizeof(sql),
            "DELETE FROM run WHERE run = %lld; DELETE FROM run_theme WHERE run = %lld; DELETE FROM run_check WHERE run = %lld",
            run, run, run);
        (void)sqlite3_reset(look);
        TRY(store_exec(db, sql, err));
    }
    TRY(copy(evidence, select, db, run_put, 0, err));
    *ret_run = sqlite3_last_insert_rowid(db);
    return RC_OK;
}

static enum rc add_run(sqlite3 *evidence, sqlite3 *db, bool *ret_known, struct err *err)
{
    int64_t checks = 0, grades = 0, run = 0;
    TRY(query_number(evidence, "SELECT count(*) FROM check_info", &checks, err));
    if (checks == 0) {
        return err_setf(err, RC_USAGE,
                        "the evidence holds no results: run `kagimori evaluate` on it first");
    }
    TRY(query_number(evidence, "SELECT count(*) FROM sqlite_schema WHERE name = 'grade'", &grades,
                     err));
    TRY(replace_run(evidence, db, grades > 0 ? run_with_grade : run_without_grade, ret_known, &run,
                    err));
    TRY(copy(evidence, "SELECT sid FROM domain_head WHERE sid IS NOT NULL", db,
             "INSERT OR IGNORE INTO estate VALUES(?1)", 0, err));
    TRY(copy(evidence, checks_get, db,
             "INSERT INTO run_check VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", run, err));
    return grades > 0
               ? copy(
                     evidence,
                     "SELECT theme, position, title_en, title_ja, grade, score, seen_percent, checks, failed, findings FROM grade",
                     db,
                     "INSERT INTO run_theme VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                     run, err)
               : RC_OK;
}

static void close_handle(sqlite3 **db)
{
    (void)sqlite3_close(*db); /* rolls back what was not committed */
}

enum rc history_add(const char *path, const char *evidence, bool is_forced, bool *ret_known,
                    struct err *err)
{
    AUTO(close_handle) sqlite3 *from = NULL;
    AUTO(close_handle) sqlite3 *db = NULL;
    *ret_known = false;
    TRY(store_open_pair(evidence, NULL, &from, err));
    TRY(open_writer(&db, path, err));
    enum rc rc = check_estate(from, db, is_forced, err);
    if (rc == RC_OK) {
        rc = add_run(from, db, ret_known, err);
    }
    if (rc != RC_OK) {
        return err->where[0] ? rc : err_at(err, "%s", evidence);
    }
    return sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ? RC_OK : fail(db, path, err);
}
