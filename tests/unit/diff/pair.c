/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/diff/pair.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/evidence/store.h"
#include "tests/support/t.h"

#define CHECK(no, id, severity)                                                                                                                                             \
    "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters) VALUES(" #no \
    ", '" id "', 'reset_authority', '" severity                                                                                                                             \
    "', 'password', 'Good', '良好', '', '', '', '', '[]', '{}', '[]', 'SELECT dns_name FROM reset_authority', '{}');"

static const char base[] =
    "DELETE FROM view_source WHERE view = 'reset_authority';"
    "INSERT INTO view_source VALUES('reset_authority', '', 'ldap.user'), ('reset_authority', 'dns_name', 'ldap.logon'), ('reset_authority', 'other', 'ldap.pki');"
    "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete'), ('ldap.logon', 'dc1', 'complete'), ('ldap.pki', 'dc1', 'complete');"
    "INSERT INTO domain_head(guid, sid, dn) VALUES('g', 'S-1-5-21-1-2-3', 'DC=a');"
    "INSERT OR REPLACE INTO audit_info VALUES('now', '134397846000000000'), ('profile', ''), ('tool_version', '0.1.0'), ('organisation_en', 'Hospital');" CHECK(
        1, "t.fix", "high") CHECK(2, "t.change", "medium") CHECK(3, "t.gone", "low")
        CHECK(4, "t.rule", "high") CHECK(5, "t.old", "low") CHECK(6, "t.new", "critical");

/* Not in the file, which may hold nothing of anybody else. */
static const char put[] =
    "CREATE TEMP VIEW put AS SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d, 5 AS e;"
    "CREATE TEMP TRIGGER put_one INSTEAD OF INSERT ON put BEGIN"
    " INSERT INTO result(check_no, verdict, subject, name, evidence, reason_en, reason_ja, finding) VALUES(NEW.a, NEW.b, NEW.c, NEW.d, NEW.e,"
    " CASE WHEN NEW.b = 'unknown' THEN 'Not read from dc1.' END, CASE WHEN NEW.b = 'unknown' THEN '未確認' END, 'F-000000000001');"
    " INSERT OR IGNORE INTO enrollment_service(guid, dn) VALUES(NEW.c, ''); END;";

static char folder[] = "/tmp/kagimori-diff.XXXXXX";

const char *pair_path(const char *name)
{
    static char path[16][96];
    static bool made;
    char want[96];
    size_t i = 0;
    made = made || mkdtemp(folder) != NULL;
    (void)snprintf(want, sizeof(want), "%s/%s", folder, name);
    while (i + 1 < sizeof(path) / sizeof(path[0]) && path[i][0] && strcmp(path[i], want) != 0) {
        i++;
    }
    (void)snprintf(path[i], sizeof(path[i]), "%s", want);
    return path[i];
}

bool pair_exec(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    bool ok = sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db, put, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK;
    if (!ok) {
        (void)fprintf(stderr, "%s: %s\n", path, message ? message : "");
    }
    sqlite3_free(message);
    (void)sqlite3_close(db);
    T_OK(ok);
    return ok;
}

/* The tables and views are made once; files begin as copies of them. */
static const char *template_file(void)
{
    static bool is_made;
    const char *path = pair_path("template");
    struct store *s = NULL;
    struct err err;
    if (!is_made) {
        is_made = true;
        T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
        store_close(s);
        (void)pair_exec(path, base);
    }
    return path;
}

const char *pair_make(const char *name, const char *sql)
{
    const char *path = pair_path(name);
    char command[256];
    (void)snprintf(command, sizeof(command), "cp %s %s", template_file(), path);
    T_EQ_I(system(command), 0); /* NOLINT(cert-env33-c): a copy in the folder of this run */
    (void)pair_exec(path, sql);
    return path;
}

void pair_remove(void)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    T_EQ_I(system(command), 0); /* NOLINT(cert-env33-c): the folder of this run */
}

bool pair_opened(struct diff *d, const char *before, const char *now)
{
    struct err err;
    bool ok = diff_open(before, now, false, d, &err) == RC_OK;
    if (!ok) {
        (void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
    }
    T_OK(ok);
    return ok;
}

const char *pair_kind(const struct diff *d, const char *check, const char *subject)
{
    static char text[64];
    sqlite3_stmt *q = NULL;
    text[0] = '\0';
    if (sqlite3_prepare_v2(
            d->db, "SELECT kind || ' ' || why FROM diff_list WHERE check_id = ?1 AND subject = ?2",
            -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, check, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, subject, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW) {
            (void)snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(q, 0));
        }
    }
    (void)sqlite3_finalize(q);
    return text;
}

const char *pair_one(const struct diff *d, const char *sql)
{
    static char text[256];
    sqlite3_stmt *q = NULL;
    text[0] = '\0';
    if (sqlite3_prepare_v2(d->db, sql, -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0)) {
        (void)snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    return text;
}
