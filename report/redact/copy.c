/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/evidence/group.h"
#include "report/query.h"
#include "report/redact/parts.h"
#include "report/redact/redact.h"

enum {
    COLUMNS_MAX = 80
};

struct copy {
    sqlite3 *from, *to;
    struct redactor r;
    int64_t site; /* of a group file; 0 = evidence */
};

static enum rc fail(sqlite3 *db, struct err *err)
{
    int code = sqlite3_errcode(db) & 0xff;
    return err_setf(
        err, code == SQLITE_NOMEM ? RC_NOMEM : RC_IO,
        "cannot make the redacted copy of the evidence: %s%s", sqlite3_errmsg(db),
        code == SQLITE_FULL ? ": free space where the documents go, or name another folder" : "");
}

static enum rc run(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : fail(db, err);
}

/* Tables, or indexes and views, as the file has them. */
static enum rc copy_schema(struct copy *c, const char *types, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char sql[160];
    bool row = false;
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT sql FROM sqlite_schema WHERE type IN (%s) AND sql IS NOT NULL AND name NOT GLOB 'sqlite_*' ORDER BY type, rowid",
        types);
    TRY(query_open(c->from, sql, &q, err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        TRY(run(c->to, query_text(q, 0), err));
    }
    return RC_OK;
}

static enum rc open_copy(struct copy *c, const char *path, struct err *err)
{
    char sql[96];
    int64_t application = 0, version = 0;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fchmod(fd, 0600) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return err_setf(
            err, RC_IO,
            "cannot make the redacted copy of the evidence in the folder of the documents");
    }
    (void)close(fd);
    if (sqlite3_open_v2(path, &c->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        return fail(c->to, err);
    }
    TRY(query_number(c->from, "PRAGMA application_id", &application, err));
    TRY(query_number(c->from, "PRAGMA user_version", &version, err));
    (void)snprintf(sql, sizeof(sql), "PRAGMA application_id = %lld; PRAGMA user_version = %lld",
                   (long long)application, (long long)version);
    TRY(run(c->to,
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768",
            err));
    TRY(run(c->to, sql, err));
    return run(c->to, "BEGIN", err);
}

static enum rc bind_value(struct copy *c, sqlite3_stmt *from, sqlite3_stmt *to, int i,
                          const struct column_rule *rule, bool is_rid)
{
    int type = sqlite3_column_type(from, i);
    if (type == SQLITE_INTEGER && is_rid) {
        return sqlite3_bind_int64(to, i + 1,
                                  pseudonym_rid(&c->r.names, sqlite3_column_int64(from, i))) ==
                       SQLITE_OK
                   ? RC_OK
                   : RC_NOMEM;
    }
    if (type == SQLITE_BLOB) {
        return sqlite3_bind_zeroblob(to, i + 1, 0) == SQLITE_OK ? RC_OK : RC_NOMEM;
    }
    if (type != SQLITE_TEXT) {
        return sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i)) == SQLITE_OK ? RC_OK
                                                                                         : RC_NOMEM;
    }
    const char *s = (const char *)sqlite3_column_text(from, i);
    size_t n = (size_t)sqlite3_column_bytes(from, i);
    if (!s) {
        return RC_NOMEM;
    }
    char *shown = parts_cell(&c->r, rule, s, n);
    return shown && sqlite3_bind_text(to, i + 1, shown, -1, free) == SQLITE_OK ? RC_OK : RC_NOMEM;
}

static enum rc copy_row(struct copy *c, sqlite3_stmt *from, sqlite3_stmt *to,
                        const struct column_rule *const *rules, const bool *is_rid, bool is_info,
                        struct err *err)
{
    struct column_rule info = { .rule = REDACT_CODE };
    int name = c->site > 0; /* behind the number of the site */
    for (int i = 0; i < sqlite3_column_count(from); i++) {
        const struct column_rule *rule = rules[i];
        if (is_info) {
            info.rule = i <= name ? REDACT_CODE : parts_info_rule(query_text(from, name));
            rule = &info;
        }
        if (bind_value(c, from, to, i, rule, is_rid[i]) != RC_OK) {
            return err_setf(err, RC_NOMEM, "no memory for the redacted copy of the evidence");
        }
    }
    (void)sqlite3_step(to);
    return sqlite3_reset(to) == SQLITE_OK ? RC_OK : fail(c->to, err);
}

static enum rc open_table(struct copy *c, const char *table, sqlite3_stmt **from, struct err *err)
{
    char sql[256];
    const char *where = c->site > 0                    ? " WHERE site = ?1"
                        : strcmp(table, "result") == 0 ? " WHERE verdict <> 'pass'"
                                                       : "";
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"%s", table, where);
    TRY(query_open(c->from, sql, from, err));
    if (c->site > 0) {
        (void)sqlite3_bind_int64(*from, 1, c->site);
    }
    return sqlite3_column_count(*from) <= COLUMNS_MAX
               ? RC_OK
               : err_setf(err, RC_BUG, "a table has %d columns", sqlite3_column_count(*from));
}

static enum rc copy_table(struct copy *c, const char *table, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *from = NULL;
    AUTO(query_done) sqlite3_stmt *to = NULL;
    const struct column_rule *rules[COLUMNS_MAX];
    bool is_rid[COLUMNS_MAX], row = false;
    char sql[1024];
    TRY(open_table(c, table, &from, err));
    int columns = sqlite3_column_count(from);
    int at = snprintf(sql, sizeof(sql), "INSERT OR IGNORE INTO \"%s\" VALUES(?", table);
    for (int i = 0; i < columns; i++) {
        rules[i] = parts_rule(c->site > 0, table, sqlite3_column_name(from, i));
        is_rid[i] = column_is_rid(sqlite3_column_name(from, i));
        at += snprintf(sql + at, sizeof(sql) - (size_t)at, "%s", i ? ",?" : "");
    }
    (void)snprintf(sql + at, sizeof(sql) - (size_t)at, ")");
    if (sqlite3_prepare_v2(c->to, sql, -1, &to, NULL) != SQLITE_OK) {
        return fail(c->to, err);
    }
    bool is_info = strcmp(table, c->site > 0 ? "site_audit_info" : "audit_info") == 0;
    for (;;) {
        TRY(query_next(from, &row, err));
        if (!row) {
            break;
        }
        TRY(copy_row(c, from, to, rules, is_rid, is_info, err));
    }
    return RC_OK;
}

static enum rc copy_tables(struct copy *c, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        c->from,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY rowid",
        &q, err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        if (!parts_is_name(query_text(q, 0))) {
            return err_setf(err, RC_MALFORMED,
                            "the evidence file holds a table that Kagimori did not make");
        }
        if (c->site == 0 || strcmp(query_text(q, 0), "word") != 0) {
            TRY(copy_table(c, query_text(q, 0), err));
        }
    }
    return RC_OK;
}

/* Whatever names the organisation, which every document does, says what it is. */
static const char says_so[] =
    "INSERT OR REPLACE INTO audit_info VALUES('redacted', '1');"
    "INSERT OR REPLACE INTO audit_info SELECT 'organisation_en', 'Redacted: pseudonyms instead of names' || coalesce((SELECT ' (' || value || ')' FROM audit_info WHERE name = 'organisation_en' AND value <> ''), '');"
    "INSERT OR REPLACE INTO audit_info SELECT 'organisation_ja', '匿名化済み：名称は仮名です' || coalesce((SELECT '（' || value || '）' FROM audit_info WHERE name = 'organisation_ja' AND value <> ''), '');";

static const char group_says_so[] =
    "INSERT INTO site_audit_info(site, name, value) SELECT site, 'redacted', '1' FROM site;"
    "UPDATE site_audit_info SET value = 'Redacted: pseudonyms instead of names' || CASE WHEN value <> '' THEN ' (' || value || ')' ELSE '' END WHERE name = 'organisation_en';"
    "UPDATE site_audit_info SET value = '匿名化済み：名称は仮名です' || CASE WHEN value <> '' THEN '（' || value || '）' ELSE '' END WHERE name = 'organisation_ja'";

/* Names of the site, which hold two where sites share one. */
static enum rc name_site(struct copy *c, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(query_done) sqlite3_stmt *put = NULL;
    bool row = false;
    TRY(query_open(c->from, "SELECT name_en, name_ja, file FROM site WHERE site = ?1", &q, err));
    (void)sqlite3_bind_int64(q, 1, c->site);
    TRY(query_next(q, &row, err));
    TRY(query_open(c->to, "UPDATE site SET name_en = ?1, name_ja = ?2 WHERE site = ?3", &put, err));
    (void)sqlite3_bind_int64(put, 3, c->site);
    for (int i = 0; row && i < 2; i++) {
        if (sqlite3_column_type(q, i) == SQLITE_NULL) {
            continue;
        }
        char *name = parts_site_name(&c->r, query_text(q, i), query_text(q, 2));
        if (!name || sqlite3_bind_text(put, i + 1, name, -1, free) != SQLITE_OK) {
            return err_setf(err, RC_NOMEM, "no memory for the redacted copy of the group");
        }
    }
    return sqlite3_step(put) == SQLITE_DONE ? RC_OK : fail(c->to, err);
}

/* Site by site, each with the names of its own. */
static enum rc copy_sites(struct copy *c, const unsigned char key[REDACT_KEY_SIZE], struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(c->from, "SELECT site FROM site WHERE site > 0 ORDER BY site", &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        c->site = sqlite3_column_int64(q, 0);
        redactor_done(&c->r);
        TRY(redactor_open(&c->r, key, err));
        TRY(parts_learn_site(c->from, c->site, &c->r, err));
        TRY(copy_tables(c, err));
        TRY(name_site(c, err));
    }
    return run(c->to, group_says_so, err);
}

static enum rc copy_evidence(struct copy *c, const unsigned char key[REDACT_KEY_SIZE],
                             struct err *err)
{
    TRY(redactor_open(&c->r, key, err));
    TRY(parts_learn(c->from, &c->r, err));
    return copy_tables(c, err);
}

static enum rc copy_all(struct copy *c, const char *path, const unsigned char key[REDACT_KEY_SIZE],
                        struct err *err)
{
    int64_t application = 0;
    TRY(query_number(c->from, "PRAGMA application_id", &application, err));
    bool is_group = application == GROUP_APPLICATION_ID;
    TRY(open_copy(c, path, err));
    TRY(copy_schema(c, "'table'", err));
    TRY(is_group ? copy_sites(c, key, err) : copy_evidence(c, key, err));
    TRY(copy_schema(c, "'index', 'view'", err));
    TRY(is_group ? RC_OK : run(c->to, says_so, err));
    return run(c->to, "COMMIT", err);
}

enum rc redact_copy(sqlite3 *from, const char *path, const unsigned char key[REDACT_KEY_SIZE],
                    struct err *err)
{
    struct copy c = { .from = from };
    enum rc rc = copy_all(&c, path, key, err);
    if (sqlite3_close(c.to) != SQLITE_OK && rc == RC_OK) {
        rc = err_setf(err, RC_BUG, "the redacted copy of the evidence is still in use");
    }
    redactor_done(&c.r);
    return rc;
}
