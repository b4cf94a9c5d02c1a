/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>

#include "audit/evidence/store_internal.h"
#include "tests/support/t.h"

#define GUID_1 "31b2f340-016d-11d2-945f-00c04fb984f9"
#define GUID_2 "31b2f340-016d-11d2-945f-00c04fb984fa"

/* A fresh directory and the path of the evidence file in it; static buffers. */
static const char *fresh(void)
{
    static char directory[] = "/tmp/kagimori-store-XXXXXX", path[sizeof(directory) + 16];
    memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
    if (!mkdtemp(directory)) {
        abort();
    }
    (void)snprintf(path, sizeof(path), "%s/evidence.db", directory);
    return path;
}

static void remove_all(const char *path)
{
    char other[128];
    static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        (void)snprintf(other, sizeof(other), "%s%s", path, tails[i]);
        (void)unlink(other);
    }
    (void)snprintf(other, sizeof(other), "%s", path);
    *strrchr(other, '/') = 0;
    T_EQ_I(rmdir(other), 0);
}

static int64_t number(sqlite3 *db, const char *sql)
{
    int64_t n = -1;
    T_OK(store_number(db, sql, &n));
    return n;
}

static void history(struct row *row, const char *guid)
{
    row_begin(row, ROW_TABLE_HISTORY);
    row_text(row, HISTORY_GUID, guid);
    row_text(row, HISTORY_SID, "S-1-5-32-544");
}

static void makes_a_private_file(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    mode_t old = umask(0);
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    struct row row;
    history(&row, GUID_1);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    static const char *const tails[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        char name[128];
        struct stat st;
        (void)snprintf(name, sizeof(name), "%s%s", path, tails[i]);
        T_EQ_I(stat(name, &st), 0);
        T_EQ_I(st.st_mode & 0777, 0600);
    }
    (void)umask(old);
    T_EQ_I(number(store_handle(s), "PRAGMA application_id"), STORE_APPLICATION_ID);
    T_EQ_I(number(store_handle(s), "PRAGMA user_version"), KAGIMORI_SCHEMA_VERSION);
    store_close(s);
    struct store *again = NULL;
    T_EQ_I(store_open(path, STORE_CREATE, &again, &err), RC_USAGE);
    T_HAS(err.msg, "there already");
    T_HAS(err.where, path);
    remove_all(path);
}

static void keeps_committed_rows(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    struct row row;
    T_EQ_I(store_open(path, STORE_RESUME, &s, &err), RC_ABSENT);
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    history(&row, GUID_1);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    history(&row, GUID_2);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    store_close(s);
    T_EQ_I(store_open(path, STORE_RESUME, &s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM sid_history"), 1);
    store_close(s);
    remove_all(path);
}

static void replaces_by_key(void)
{
    struct err err;
    struct store *s = NULL;
    struct row row;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    static const char *const states[] = { "failed", "complete" };
    for (size_t i = 0; i < 2; i++) {
        T_OK(!store_is_complete(s, "ldap.user", "dc1"));
        row_begin(&row, ROW_TABLE_COVERAGE);
        row_text(&row, COVERAGE_SOURCE, "ldap.user");
        row_text(&row, COVERAGE_TARGET, "dc1");
        row_text(&row, COVERAGE_STATE, states[i]);
        T_EQ_I(store_put(s, &row, &err), RC_OK);
    }
    T_OK(store_is_complete(s, "ldap.user", "dc1"));
    T_OK(!store_is_complete(s, "ldap.user", "dc2"));
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM coverage"), 1);
    store_close(s);
}

static void keeps_information(void)
{
    struct err err;
    struct store *s = NULL;
    char buf[16];
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    T_EQ_I(store_info_set(s, "organisation_ja", "病院", &err), RC_OK);
    store_info_get(store_handle(s), "organisation_ja", buf, sizeof(buf));
    T_EQ_S(buf, "病院");
    store_info_get(store_handle(s), "scope", buf, sizeof(buf));
    T_EQ_S(buf, "");
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    store_close(s);
}

static void names_other_versions(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    sqlite3 *reader = NULL;
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    T_EQ_I(store_exec(store_handle(s), "PRAGMA user_version=9999", &err), RC_OK);
    store_close(s);
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_UNSUPPORTED);
    T_HAS(err.msg, "made by a newer Kagimori (schema 9999");
    T_EQ_I(store_open_reader(path, &reader, &err), RC_UNSUPPORTED);
    remove_all(path);
}

static void refuses_other_files(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    sqlite3 *db = NULL;
    T_EQ_I(store_open_reader(path, &db, &err), RC_ABSENT);
    T_EQ_I(sqlite3_open(path, &db), SQLITE_OK);
    T_EQ_I(sqlite3_exec(db, "CREATE TABLE account(x)", NULL, NULL, NULL), SQLITE_OK);
    T_EQ_I(sqlite3_close(db), SQLITE_OK);
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_USAGE);
    T_HAS(err.msg, "not an evidence file");
    FILE *f = fopen(path, "w");
    T_OK(
        f &&
        fputs(
            "this is a text, longer than the header of a database, to be told apart from an empty file; "
            "SQLite takes an empty file for an empty database",
            f) > 0);
    T_OK(f && fclose(f) == 0);
    T_EQ_I(store_open_reader(path, &db, &err), RC_USAGE);
    T_HAS(err.msg, "not an evidence file");
    T_EQ_I(store_open("/tmp", STORE_WRITE, &s, &err), RC_USAGE);
    T_EQ_I(store_open("/nonexistent/evidence.db", STORE_CREATE, &s, &err), RC_USAGE);
    T_HAS(err.msg, "does not exist");
    remove_all(path);
}

static void readers_cannot_write(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    sqlite3 *db = NULL;
    struct row row;
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    history(&row, GUID_1);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(store_open_reader(path, &db, &err), RC_OK);
    T_EQ_I(number(db, "SELECT count(*) FROM sid_history"), 1);
    T_OK(store_exec(db, "DELETE FROM sid_history", &err) != RC_OK);
    T_OK(store_exec(db, "ATTACH '/tmp/kagimori-other.db' AS x", &err) != RC_OK);
    T_EQ_I(sqlite3_close(db), SQLITE_OK);
    store_close(s);
    remove_all(path);
}

static void reads_on_read_only_media(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    sqlite3 *db = NULL;
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    store_close(s);
    char directory[128];
    (void)snprintf(directory, sizeof(directory), "%s", path);
    *strrchr(directory, '/') = 0;
    T_EQ_I(chmod(directory, 0500), 0);
    T_EQ_I(store_open_reader(path, &db, &err), RC_OK);
    T_EQ_I(number(db, "SELECT count(*) FROM sid_history"), 0);
    T_EQ_I(sqlite3_close(db), SQLITE_OK);
    T_EQ_I(chmod(directory, 0700), 0);
    remove_all(path);
}

static void matches_expressions(void)
{
    struct err err;
    struct store *s = NULL;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    sqlite3 *db = store_handle(s);
    T_EQ_I(number(db, "SELECT 'Windows Server 2008 R2' REGEXP '2008( R2)?$'"), 1);
    T_EQ_I(number(db, "SELECT '病院' REGEXP '^..$'"), 1);
    T_EQ_I(number(db, "SELECT 'abc' REGEXP '(?i)B.$'"), 1);
    T_EQ_I(number(db, "SELECT 'abc' REGEXP 'd'"), 0);
    T_EQ_I(number(db, "SELECT (NULL REGEXP 'd') IS NULL AND ('d' REGEXP NULL) IS NULL"), 1);
    T_EQ_I(
        number(db, "SELECT count(*) FROM (VALUES('a1'),('b'),('c2')) WHERE column1 REGEXP '[0-9]'"),
        2);
    T_OK(store_exec(db, "SELECT 'x' REGEXP '('", &err) != RC_OK);
    T_HAS(err.msg, "at character 1 of the pattern");
    T_OK(store_exec(db, "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' REGEXP '^(a+)+$'",
                    &err) != RC_OK);
    T_HAS(err.msg, "too many steps");
    store_close(s);
}

static void labels_columns(void)
{
    struct err err;
    struct store *s = NULL;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    sqlite3 *db = store_handle(s);
    T_EQ_I(store_exec(db,
                      "CREATE VIEW sample AS SELECT -- English first / not a column\n"
                      "  g.sid_of AS sid, -- Security ID / セキュリティ ID\n"
                      "  g.dn,            -- Name / 名前\n"
                      "  ' -- no / comment ' AS \"quoted\" , -- A / B / C\n"
                      "  (1 + 2) /* x / y */ AS last -- Last one / 最後\n"
                      "  FROM (SELECT 1 AS sid_of, 2 AS dn) g -- no label here\n",
                      &err),
           RC_OK);
    T_EQ_I(store_label_views(db, &err), RC_OK);
    T_EQ_I(number(db, "SELECT count(*) FROM column_label WHERE view = 'sample' AND column_name IN "
                      "('sid', 'dn', 'quoted', 'last')"),
           4);
    T_EQ_I(number(db, "SELECT en = 'Security ID' AND ja = 'セキュリティ ID' FROM column_label "
                      "WHERE view = 'sample' AND column_name = 'sid'"),
           1);
    T_EQ_I(
        number(db,
               "SELECT en = 'A' AND ja = 'B / C' FROM column_label WHERE column_name = 'quoted'"),
        1);
    store_close(s);
}

static void renews_views(void)
{
    const char *path = fresh();
    struct err err;
    struct store *s = NULL;
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    int64_t views =
        number(store_handle(s), "SELECT count(*) FROM sqlite_schema WHERE type = 'view'");
    T_EQ_I(store_exec(store_handle(s), "CREATE VIEW left_over AS SELECT 1", &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(store_info_set(s, "views", "of another build", &err), RC_OK);
    store_close(s);
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM sqlite_schema WHERE type = 'view'"),
           views);
    /* what was derived through the old views is no longer good */
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM audit_info WHERE name = 'derived'"), 0);
    store_close(s);
    remove_all(path);
}

/* A limit of pages stands in for a full disk: SQLite reports both as SQLITE_FULL. */
static void keeps_rows_on_a_full_disk(void)
{
    const char *path = fresh();
    struct err err = { .rc = RC_OK };
    struct store *s = NULL;
    struct row row;
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    history(&row, GUID_1);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(store_exec(store_handle(s), "PRAGMA max_page_count=1", &err), RC_OK);
    enum rc rc = RC_OK;
    for (int i = 0; i < 20000 && rc == RC_OK; i++) {
        char guid[40];
        (void)snprintf(guid, sizeof(guid), "31b2f340-016d-11d2-945f-00c04f%06x", (unsigned)i);
        history(&row, guid);
        rc = store_put(s, &row, &err);
    }
    T_EQ_I(rc, RC_IO);
    T_HAS(err.msg, "the disk is full");
    T_HAS(err.msg, "--resume");
    store_close(s);
    T_EQ_I(store_open(path, STORE_RESUME, &s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM sid_history"), 1);
    store_close(s);
    remove_all(path);
}

/* Deriving costs seconds on a big estate: it runs again only when a row was put since. */
static void derives_only_after_new_rows(void)
{
    struct err err = { .rc = RC_OK };
    struct store *s = NULL;
    struct row row;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    row_begin(&row, ROW_TABLE_GROUP);
    row_text(&row, GROUP_GUID, GUID_1);
    row_text(&row, GROUP_SID, "S-1-5-32-544");
    row_int(&row, GROUP_RID, 544);
    row_int(&row, GROUP_TYPE, -2147483643);
    row_text(&row, GROUP_DN, "CN=Administrators,DC=example");
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM watched_group"), 1);
    T_EQ_I(store_exec(store_handle(s), "DELETE FROM watched_group", &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM watched_group"), 0);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    store_rollback(s);
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM watched_group"), 0);
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM watched_group"), 1);
    store_close(s);
}

/* An export or an answer that comes to a file that was judged is evidence; what a plan keeps is none. */
static void derives_after_rows_of_every_kind(void)
{
    struct err err = { .rc = RC_OK };
    struct store *s = NULL;
    struct row row;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    row_begin(&row, ROW_TABLE_RESETPOINT);
    row_int(&row, RESETPOINT_AT, 1);
    row_text(&row, RESETPOINT_KIND, "audit");
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM audit_info WHERE name = 'derived'"), 1);
    row_begin(&row, ROW_TABLE_NAMED);
    row_text(&row, NAMED_PURPOSE, "honey");
    row_text(&row, NAMED_ENTRY, "bait");
    row_text(&row, NAMED_KIND, "account");
    T_EQ_I(store_put(s, &row, &err), RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM audit_info WHERE name = 'derived'"), 0);
    store_close(s);
}

/* Every row of a statement as one text, so that two databases can be compared. */
static const char *all_of(sqlite3 *db, const char *sql, char *buf, size_t size)
{
    sqlite3_stmt *q = NULL;
    size_t n = 0;
    buf[0] = '\0';
    T_EQ_I(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW && n < size) {
        n += (size_t)snprintf(buf + n, size - n, "%s\n", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    return buf;
}

/* The second database in memory of a process is a copy of the first as it was made: the same as one in a file, and its own. */
static void copies_in_memory_are_alike_and_apart(void)
{
    static const char *const statements[] = {
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name",
        "SELECT hex(json_array(view, column_name, en, ja)) FROM column_label ORDER BY 1",
        "SELECT name || ' ' || value FROM audit_info ORDER BY 1",
        "SELECT application_id || ' ' || user_version FROM pragma_application_id, pragma_user_version",
    };

    enum {
        ROOM = 4 << 20
    };

    const char *path = fresh();
    struct err err;
    struct store *s[3] = { NULL };
    char *text[2] = { malloc(ROOM), malloc(ROOM) };
    T_EQ_I(store_open_memory(&s[0], &err), RC_OK);
    T_EQ_I(store_open_memory(&s[1], &err), RC_OK);
    T_EQ_I(store_open(path, STORE_CREATE, &s[2], &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        all_of(store_handle(s[0]), statements[i], text[0], ROOM);
        T_OK(text[0][0] != '\0');
        T_OK(strcmp(text[0], all_of(store_handle(s[1]), statements[i], text[1], ROOM)) == 0);
        T_OK(strcmp(text[0], all_of(store_handle(s[2]), statements[i], text[1], ROOM)) == 0);
    }
    struct row row;
    history(&row, GUID_1);
    T_EQ_I(store_put(s[1], &row, &err), RC_OK);
    T_EQ_I(store_commit(s[1], &err), RC_OK);
    T_EQ_I(number(store_handle(s[1]), "SELECT count(*) FROM sid_history"), 1);
    T_EQ_I(number(store_handle(s[0]), "SELECT count(*) FROM sid_history"), 0);
    for (size_t i = 0; i < ARRAY_LEN(s); i++) {
        store_close(s[i]);
    }
    free(text[0]);
    free(text[1]);
    remove_all(path);
}

#define TESTS(X)                                                                              \
    X(copies_in_memory_are_alike_and_apart)                                                   \
    X(makes_a_private_file)                                                                   \
    X(keeps_committed_rows)                                                                   \
    X(replaces_by_key)                                                                        \
    X(keeps_information)                                                                      \
    X(names_other_versions)                                                                   \
    X(refuses_other_files) X(readers_cannot_write) X(reads_on_read_only_media)                \
        X(matches_expressions) X(labels_columns) X(renews_views) X(keeps_rows_on_a_full_disk) \
            X(derives_only_after_new_rows) X(derives_after_rows_of_every_kind)
T_MAIN("store", TESTS)
