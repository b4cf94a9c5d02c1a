/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions that somebody stored in a file of ours: none is run, whether it stands in the file or in its log. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/t.h"
#include "tests/unit/evidence/foreign.h"

/* A column that is never to be NULL, and is: who works it out calls the file damaged. */
#define WORKED_OUT                                                                                \
    "CREATE TABLE more(a, b AS (nullif(a, a))); INSERT INTO more VALUES(1);"                      \
    "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE TABLE more(a, b NOT NULL" \
    " AS (nullif(a, a)))' WHERE name = 'more';"
#define CHECKED                                                                \
    "PRAGMA ignore_check_constraints = 1; CREATE TABLE more(a CHECK (a < 2));" \
    "INSERT INTO more VALUES(3);"

static enum rc read_it(const char *name)
{
    sqlite3 *db = NULL;
    memset(&err, 0, sizeof(err));
    enum rc rc = store_open_reader(name, &db, &err);
    (void)sqlite3_close(db);
    return rc;
}

static enum rc write_it(void)
{
    struct store *s = NULL;
    memset(&err, 0, sizeof(err));
    enum rc rc = store_open(path, STORE_WRITE, &s, &err);
    store_close(s);
    return rc;
}

static enum rc compare_it(void)
{
    sqlite3 *db = NULL;
    memset(&err, 0, sizeof(err));
    enum rc rc = store_open_pair(path, path, &db, &err);
    (void)sqlite3_close(db);
    return rc;
}

static void what_stands_in_the_log_is_not_run(void)
{
    static const char *const cases[] = { WORKED_OUT, CHECKED };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin();
        sqlite3 *log = change_in_log(cases[i]);
        T_EQ_I(read_it(path), RC_USAGE);
        T_HAS(err.msg, "its structure is not the one of this Kagimori");
        T_EQ_I(write_it(), RC_USAGE);
        T_HAS(err.msg, "its structure is not the one of this Kagimori");
        (void)sqlite3_close(log);
    }
    /* Of an older schema a table may be another one; what it checks is not checked. */
    begin();
    sqlite3 *log = change_in_log(WORKED_OUT "PRAGMA user_version = 6");
    T_EQ_I(compare_it(), RC_USAGE);
    (void)sqlite3_close(log);
    begin();
    log = change_in_log(CHECKED "PRAGMA user_version = 6");
    T_EQ_I(compare_it(), RC_OK);
    T_EQ_S(err.msg, "");
    (void)sqlite3_close(log);
}

static void what_the_log_holds_is_looked_at(void)
{
    begin();
    sqlite3 *log = change_in_log(
        "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = (SELECT s.rootpage FROM sqlite_schema s WHERE s.name = 'account')"
        " WHERE name = 'sid_history'");
    T_EQ_I(read_it(path), RC_MALFORMED);
    T_EQ_I(write_it(), RC_MALFORMED);
    (void)sqlite3_close(log);
    /* Ours opens. */
    begin();
    log = change_in_log("INSERT INTO audit_info VALUES('more', 'x')");
    T_EQ_I(read_it(path), RC_OK);
    T_EQ_I(compare_it(), RC_OK);
    T_EQ_I(write_it(), RC_OK);
    (void)sqlite3_close(log);
}

/* SQLite looks for the log beside the file, not beside the link. */
static void a_link_does_not_hide_the_log(void)
{
    char other[96];
    sqlite3 *db = NULL;
    begin();
    (void)snprintf(other, sizeof(other), "%s/latest.db", folder);
    T_EQ_I(symlink(path, other), 0);
    sqlite3 *log = change_in_log("CREATE INDEX more ON account(sam_name)");
    T_OK(store_has_log(other));
    T_EQ_I(read_it(other), RC_OK);
    T_EQ_S(err.msg, "");
    T_EQ_I(store_open_pair(other, other, &db, &err), RC_OK);
    (void)sqlite3_close(db);
    (void)sqlite3_close(log);
    (void)unlink(other);
}

/* To SQLite "RESULT" is `result`. */
static void names_are_compared_as_sqlite_does(void)
{
    static const char *const cases[] = {
        "DROP TABLE result; CREATE VIEW \"RESULT\" AS " ENDLESS " FROM r",
        "DROP VIEW clock; CREATE TABLE \"Clock\"(now)",
        "DROP VIEW clock; CREATE TABLE clock(now)",
        "CREATE VIEW pragma_user_version AS " ENDLESS " AS user_version FROM r",
        "CREATE VIEW \"Pragma_user_version\" AS " ENDLESS " AS user_version FROM r",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin();
        change(cases[i]);
        T_EQ_I(read_it(path), RC_USAGE);
        change("PRAGMA user_version = 6");
        T_EQ_I(compare_it(), RC_USAGE);
        T_HAS(err.msg, "its structure is not the one of this Kagimori");
    }
    begin();
    change("DROP VIEW clock; CREATE VIEW \"CLOCK\" AS SELECT 1; PRAGMA user_version = 6");
    T_EQ_I(compare_it(), RC_OK);
}

/* What computes, and what does not; in any table. */
static const struct {
    const char *sql;
    enum rc older, plain;
} made[] = {
    { "CREATE TABLE more(a, b AS/**/(a || a))", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(a, b AS\f(a || a) STORED)", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more([it's], b AS (1))", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(`a'b`, b GENERATED ALWAYS AS (1))", RC_USAGE, RC_USAGE },
    { "CREATE TABLE \"mo\"\"re\"(a, b AS/* */(a))", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(a, b); CREATE INDEX i ON more(a || b)", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(a, b); CREATE INDEX \"i\"\"\" ON more(b, length(a))", RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(a, b); CREATE INDEX i ON more(a) WHERE b GLOB '*a*a'", RC_USAGE,
      RC_USAGE },
    { "CREATE VIRTUAL TABLE v USING fts5(a)", RC_USAGE, RC_USAGE },
    { "CREATE VIRTUAL TABLE v USING fts5(a); PRAGMA writable_schema = 1;"
      "UPDATE sqlite_schema SET sql = 'CREATE/**/VIRTUAL TABLE v USING fts5(a)' WHERE name = 'v';"
      "DELETE FROM sqlite_schema WHERE name GLOB 'v_*'",
      RC_USAGE, RC_USAGE },
    { "CREATE TABLE more(a, b DEFAULT (hex(zeroblob(9))))", RC_OK, RC_USAGE },
    { "CREATE TABLE more([as], [it's] TEXT UNIQUE); CREATE UNIQUE INDEX i ON more([as], [it's] COLLATE NOCASE);"
      "ANALYZE",
      RC_OK, RC_OK },
};

static void no_table_computes(void)
{
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        sqlite3 *db = NULL;
        begin();
        change(made[i].sql);
        change("PRAGMA user_version = 6");
        enum rc rc = compare_it();
        if (rc != made[i].older) {
            T_EQ_S(err.msg, made[i].sql);
        }
        T_EQ_I(rc, made[i].older);
        T_EQ_I(sqlite3_open(":memory:", &db), SQLITE_OK);
        T_EQ_I(sqlite3_exec(db, made[i].sql, NULL, NULL, NULL), SQLITE_OK);
        rc = store_check_plain(db, &err);
        if (rc != made[i].plain) {
            T_EQ_S(err.msg, made[i].sql);
        }
        T_EQ_I(rc, made[i].plain);
        (void)sqlite3_close(db);
    }
}

/* SQLite reads the statistics together with the schema, before anybody can look at how their table is defined. */
static void statistics_that_compute_are_cheap(void)
{
#define HEX "length(hex(zeroblob(30000000)))"
    begin();
    change("ANALYZE;"
           "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE TABLE"
           " sqlite_stat1(tbl,idx,stat AS (" HEX "+" HEX "+" HEX "+" HEX "+" HEX "+" HEX "+" HEX
           "+" HEX "+" HEX "+" HEX "))' WHERE name = 'sqlite_stat1'");
    clock_t from = clock();
    T_EQ_I(read_it(path), RC_USAGE);
    T_EQ_I(write_it(), RC_USAGE);
    T_OK(clock() - from < 2 * CLOCKS_PER_SEC);
}

#define TESTS(X)                         \
    X(what_stands_in_the_log_is_not_run) \
    X(what_the_log_holds_is_looked_at)   \
    X(a_link_does_not_hide_the_log)      \
    X(names_are_compared_as_sqlite_does) \
    X(no_table_computes)                 \
    X(statistics_that_compute_are_cheap) \
    X(end)
T_MAIN("foreign_more", TESTS)
