/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/query.h"
#include "report/redact/columns.h"
#include "report/redact/redact.h"

enum {
    COLUMNS_MAX = 80
};

struct copy {
    sqlite3 *from, *to;
    struct redactor r;
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

static bool is_name(const char *s)
{
    return s[0] && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                       strlen(s);
}

/* Which columns the dictionary learns from, in three rounds: hosts, other names, and what distinguished names hold. */
static bool is_for_round(const struct column_rule *rule, int round)
{
    return round == 2 ? rule->is_dn
                      : rule->is_learned && (rule->kind == REDACT_HOST) == (round == 0);
}

static enum rc learn_column(struct copy *c, const char *table, const char *column,
                            const struct column_rule *rule, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char sql[512];
    bool row = false;
    (void)snprintf(sql, sizeof(sql),
                   "SELECT DISTINCT \"%s\" FROM \"%s\" WHERE typeof(\"%s\") = 'text'", column,
                   table, column);
    TRY(query_open(c->from, sql, &q, err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        const char *s = query_text(q, 0);
        if (rule->is_dn) {
            redactor_learn_dn(&c->r, rule->kind, s, strlen(s));
        } else {
            redactor_learn(&c->r, rule->kind, s, strlen(s));
        }
    }
    return RC_OK;
}

static enum rc learn(struct copy *c, struct err *err)
{
    for (int round = 0; round < 3; round++) {
        AUTO(query_done) sqlite3_stmt *q = NULL;
        bool row = false;
        TRY(query_open(
            c->from,
            "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type IN ('TEXT', 'ANY') ORDER BY m.rowid, p.cid",
            &q, err));
        for (;;) {
            TRY(query_next(q, &row, err));
            if (!row) {
                break;
            }
            const char *table = query_text(q, 0), *column = query_text(q, 1);
            const struct column_rule *rule = column_rule_of(table, column);
            if (is_name(table) && is_name(column) && is_for_round(rule, round)) {
                TRY(learn_column(c, table, column, rule, err));
            }
        }
    }
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        c->from,
        "SELECT value FROM audit_info WHERE name GLOB 'organisation*' AND value IS NOT NULL", &q,
        err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        redactor_learn(&c->r, REDACT_TEXT, query_text(q, 0), strlen(query_text(q, 0)));
    }
    return RC_OK;
}

static json_t *redact_json(struct copy *c, json_t *value, const struct column_rule *column,
                           const struct column_rule *member, const char *key);

static json_t *redact_members(struct copy *c, json_t *value, const struct column_rule *column)
{
    const char *key = NULL;
    json_t *one = NULL, *all = json_object();
    json_object_foreach (value, key, one) {
        /* Members are columns of our views; of others, only a word of ours may be seen. */
        const char *shown = redactor_text(&c->r, REDACT_SENTENCE, REDACT_TEXT, key, strlen(key));
        char *name = shown ? strdup(shown) : NULL;
        json_t *made =
            name ? redact_json(
                       c, one, column,
                       column->rule == REDACT_CODE ? column_rule_of("evidence", key) : column, key)
                 : NULL;
        if (!made || json_object_set_new(all, name, made) != 0) {
            c->r.names.bad = true;
        }
        free(name);
    }
    return all;
}

static json_t *redact_json(struct copy *c, json_t *value, const struct column_rule *column,
                           const struct column_rule *member, const char *key)
{
    if (json_is_object(value)) {
        return redact_members(c, value, column);
    }
    if (json_is_array(value)) {
        json_t *all = json_array(), *one = NULL;
        size_t i = 0;
        json_array_foreach (value, i, one) {
            if (json_array_append_new(all, redact_json(c, one, column, member, key)) != 0) {
                c->r.names.bad = true;
            }
        }
        return all;
    }
    if (json_is_string(value)) {
        const char *shown = redactor_text(&c->r, member->rule, member->kind,
                                          json_string_value(value), json_string_length(value));
        return shown ? json_string(shown) : NULL;
    }
    return json_is_integer(value) && column_is_rid(key)
               ? json_integer(pseudonym_rid(&c->r.names, json_integer_value(value)))
               : json_incref(value);
}

static enum rc bind_json(struct copy *c, sqlite3_stmt *to, int at, const char *s, size_t n,
                         const struct column_rule *rule)
{
    json_t *value = json_loadb(s, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    json_t *made = value ? redact_json(c, value, rule, rule, "") : NULL;
    char *text = made ? json_dumps(made, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    json_decref(value);
    json_decref(made);
    if (!text && !value) {
        const char *shown = redactor_text(&c->r, REDACT_FREE, REDACT_TEXT, s, n);
        return shown && sqlite3_bind_text(to, at, shown, -1, SQLITE_TRANSIENT) == SQLITE_OK
                   ? RC_OK
                   : RC_NOMEM;
    }
    return text && sqlite3_bind_text(to, at, text, -1, free) == SQLITE_OK ? RC_OK : RC_NOMEM;
}

/* What audit_info holds by name: what a document needs to be read at all stays. */
static enum redact_rule info_rule(const char *name)
{
    static const char *const kept[] = {
        "schema_version",  "views",       "derived",   "tool_version",   "now",
        "started_at",      "finished_at", "time_zone", "password_reuse", "checks_all",
        "checks_left_out", "incident_at"
    };
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        if (strcmp(kept[i], name) == 0) {
            return REDACT_KEEP;
        }
    }
    return strncmp(name, "organisation", 12) == 0    ? REDACT_NAME
           : strcmp(name, "operator_note") == 0      ? REDACT_FREE
           : strcmp(name, "supervisor_sandbox") == 0 ? REDACT_SENTENCE
                                                     : REDACT_CODE;
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
    if (rule->is_json) {
        return bind_json(c, to, i + 1, s, n, rule);
    }
    const char *shown = redactor_text(&c->r, rule->rule, rule->kind, s, n);
    return shown && sqlite3_bind_text(to, i + 1, shown, -1, SQLITE_TRANSIENT) == SQLITE_OK
               ? RC_OK
               : RC_NOMEM;
}

static enum rc copy_row(struct copy *c, sqlite3_stmt *from, sqlite3_stmt *to,
                        const struct column_rule *const *rules, const bool *is_rid, bool is_info,
                        struct err *err)
{
    struct column_rule info = { .rule = REDACT_CODE };
    for (int i = 0; i < sqlite3_column_count(from); i++) {
        const struct column_rule *rule = rules[i];
        if (is_info) {
            info.rule = i == 0 ? REDACT_CODE : info_rule(query_text(from, 0));
            rule = &info;
        }
        if (bind_value(c, from, to, i, rule, is_rid[i]) != RC_OK) {
            return err_setf(err, RC_NOMEM, "no memory for the redacted copy of the evidence");
        }
    }
    (void)sqlite3_step(to);
    return sqlite3_reset(to) == SQLITE_OK ? RC_OK : fail(c->to, err);
}

static enum rc copy_table(struct copy *c, const char *table, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *from = NULL;
    AUTO(query_done) sqlite3_stmt *to = NULL;
    const struct column_rule *rules[COLUMNS_MAX];
    bool is_rid[COLUMNS_MAX], row = false;
    char sql[1024];
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"%s", table,
                   strcmp(table, "result") == 0 ? " WHERE verdict <> 'pass'" : "");
    TRY(query_open(c->from, sql, &from, err));
    int columns = sqlite3_column_count(from);
    if (columns > COLUMNS_MAX) {
        return err_setf(err, RC_BUG, "a table has %d columns", columns);
    }
    int at = snprintf(sql, sizeof(sql), "INSERT OR IGNORE INTO \"%s\" VALUES(?", table);
    for (int i = 0; i < columns; i++) {
        rules[i] = column_rule_of(table, sqlite3_column_name(from, i));
        is_rid[i] = column_is_rid(sqlite3_column_name(from, i));
        at += snprintf(sql + at, sizeof(sql) - (size_t)at, "%s", i ? ",?" : "");
    }
    (void)snprintf(sql + at, sizeof(sql) - (size_t)at, ")");
    if (sqlite3_prepare_v2(c->to, sql, -1, &to, NULL) != SQLITE_OK) {
        return fail(c->to, err);
    }
    bool is_info = strcmp(table, "audit_info") == 0;
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
        if (!is_name(query_text(q, 0))) {
            return err_setf(err, RC_MALFORMED,
                            "the evidence file holds a table that Kagimori did not make");
        }
        TRY(copy_table(c, query_text(q, 0), err));
    }
    return RC_OK;
}

/* Whatever names the organisation, which every document does, says what it is. */
static const char says_so[] =
    "INSERT OR REPLACE INTO audit_info VALUES('redacted', '1');"
    "INSERT OR REPLACE INTO audit_info SELECT 'organisation_en', 'Redacted: pseudonyms instead of names' || coalesce((SELECT ' (' || value || ')' FROM audit_info WHERE name = 'organisation_en' AND value <> ''), '');"
    "INSERT OR REPLACE INTO audit_info SELECT 'organisation_ja', '匿名化済み：名称は仮名です' || coalesce((SELECT '（' || value || '）' FROM audit_info WHERE name = 'organisation_ja' AND value <> ''), '');";

static enum rc copy_all(struct copy *c, const char *path, const unsigned char key[REDACT_KEY_SIZE],
                        struct err *err)
{
    TRY(redactor_open(&c->r, key, err));
    TRY(open_copy(c, path, err));
    TRY(copy_schema(c, "'table'", err));
    TRY(learn(c, err));
    TRY(copy_tables(c, err));
    TRY(copy_schema(c, "'index', 'view'", err));
    TRY(run(c->to, says_so, err));
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
