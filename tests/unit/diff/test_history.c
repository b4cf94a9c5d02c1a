/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history file: one row an audit, refusals, trends. */
#include <sys/stat.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/evidence/store.h"
#include "report/history/history.h"
#include "tests/support/t.h"
#include "tests/unit/diff/pair.h"

#define COUNTS(fail) \
    "INSERT INTO check_count VALUES(1, 'fail', " fail "), (1, 'pass', 5), (2, 'unknown', 3);"
#define LATER(days) \
    "UPDATE audit_info SET value = value + 864000000000 * " days " WHERE name = 'now';"

static int64_t number(const char *path, const char *sql)
{
    struct history h = { 0 };
    struct err err;
    int64_t n = -1;
    sqlite3_stmt *q = NULL;
    T_EQ_I(history_open(&h, path, &err), RC_OK);
    if (h.db && sqlite3_prepare_v2(h.db, sql, -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    history_close(&h);
    return n;
}

static char *printed(const char *path, const struct history_view *v, enum rc want)
{
    struct history h = { 0 };
    struct err err;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    T_EQ_I(history_open(&h, path, &err), RC_OK);
    if (f && h.db) {
        T_EQ_I(history_print(&h, v, f, &err), want);
        (void)fclose(f);
    }
    history_close(&h);
    return text;
}

static void an_audit_counts_once(void)
{
    const char *path = pair_path("h.db");
    const char *one = pair_make("1.db", COUNTS("9")),
               *two = pair_make("2.db", COUNTS("4") LATER("7"));
    struct err err;
    struct stat st;
    bool known = true;
    T_EQ_I(history_add(path, one, false, &known, &err), RC_OK);
    T_OK(!known);
    T_OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    T_EQ_I(history_add(path, two, false, &known, &err), RC_OK);
    T_OK(!known);
    (void)pair_exec(one, "UPDATE check_count SET subjects = 8 WHERE verdict = 'fail'");
    T_EQ_I(history_add(path, one, false, &known, &err), RC_OK);
    T_OK(known);
    T_EQ_I(number(path, "SELECT count(*) FROM run"), 2);
    T_EQ_I(number(path, "SELECT count(*) FROM run_check"), 12);
    T_EQ_I(number(path, "SELECT high FROM run ORDER BY at LIMIT 1"), 8);
    /* another profile is another row */
    (void)pair_exec(one, "UPDATE audit_info SET value = 'hosts' WHERE name = 'profile'");
    T_EQ_I(history_add(path, one, false, &known, &err), RC_OK);
    T_EQ_I(number(path, "SELECT count(*) FROM run"), 3);
}

static void trends_are_drawn(void)
{
    const char *path = pair_path("t.db");
    struct err err;
    bool known = false;
    T_EQ_I(history_add(path, pair_make("1.db", COUNTS("9")), false, &known, &err), RC_OK);
    T_EQ_I(history_add(path, pair_make("2.db", COUNTS("4") LATER("7")), false, &known, &err),
           RC_OK);
    struct history_view v = { .lang = "en", .check = "t.fix" };
    char *text = printed(path, &v, RC_OK);
    T_HAS(text, "#_  9 -> 4");
    free(text);
    v.is_unicode = true;
    v.check = NULL;
    text = printed(path, &v, RC_OK);
    T_HAS(text, "█▁  9 → 4");
    T_OK(text && !strstr(text, "t.change")); /* its findings never moved */
    free(text);
    v.check = "t.none";
    free(printed(path, &v, RC_USAGE));
    v.check = NULL;
    v.format = HISTORY_CSV;
    text = printed(path, &v, RC_OK);
    T_HAS(text, "check,t.fix,,,,5,4,0,0,0,0");
    free(text);
    v.format = HISTORY_JSON;
    text = printed(path, &v, RC_OK);
    T_HAS(text, "\"schema\": \"kagimori.history/1\"");
    free(text);
}

static void refusals_say_what_to_do(void)
{
    struct history h = { 0 };
    struct err err;
    bool known = false;
    const char *path = pair_path("r.db"), *one = pair_make("1.db", COUNTS("9"));
    T_EQ_I(history_open(&h, path, &err), RC_ABSENT);
    T_EQ_I(history_add(path, one, false, &known, &err), RC_OK);
    (void)pair_exec(one, "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9'");
    T_EQ_I(history_add(path, one, false, &known, &err), RC_USAGE);
    T_HAS(err.msg, "another estate");
    T_EQ_I(number(path, "SELECT count(*) FROM run"), 1);
    T_EQ_I(history_add(path, one, true, &known, &err), RC_OK);
    (void)pair_exec(one, "DELETE FROM check_info");
    T_EQ_I(history_add(path, one, true, &known, &err), RC_USAGE);
    T_HAS(err.msg, "kagimori evaluate");
    T_EQ_I(history_add(one, path, false, &known, &err), RC_USAGE); /* swapped */
    one = pair_make("2.db", COUNTS("1"));
    T_EQ_I(history_add(pair_make("3.db", "SELECT 1"), one, false, &known, &err), RC_USAGE);
    T_HAS(err.msg, "not a history file");
    (void)pair_exec(path, "CREATE VIEW v AS SELECT 1");
    T_EQ_I(history_open(&h, path, &err), RC_USAGE);
    (void)pair_exec(path, "DROP VIEW v");
    T_OK(mkfifo(pair_path("pipe"), 0600) == 0);
    T_EQ_I(history_open(&h, pair_path("pipe"), &err), RC_USAGE); /* and does not wait */
    T_EQ_I(history_add(pair_path("x.db"), pair_path("pipe"), false, &known, &err), RC_USAGE);
    (void)pair_exec(path, "PRAGMA user_version = 9");
    T_EQ_I(history_open(&h, path, &err), RC_UNSUPPORTED);
    T_OK(symlink(path, pair_path("link.db")) == 0);
    T_EQ_I(history_add(pair_path("link.db"), one, false, &known, &err), RC_USAGE);
}

/* Eight processes begin and fill one history at once. */
static void many_may_add_at_once(void)
{
    enum {
        MANY = 8
    };

    const char *path = pair_path("many.db"), *one = pair_make("1.db", COUNTS("9"));
    for (int i = 0; i < MANY; i++) {
        if (fork() == 0) {
            char sql[96];
            char copy[128], command[320];
            struct err err;
            bool known = false;
            (void)snprintf(copy, sizeof(copy), "%s.%d", one, i);
            (void)snprintf(command, sizeof(command), "cp %s %s", one, copy);
            (void)snprintf(sql, sizeof(sql),
                           "UPDATE audit_info SET value = value + %d WHERE name = 'now'", i / 2);
            int end = system(command); /* NOLINT(cert-env33-c): a copy in the folder of this run */
            end = end == 0 && pair_exec(copy, sql) &&
                          history_add(path, copy, false, &known, &err) == RC_OK
                      ? 0
                      : 1;
            _exit(end);
        }
    }
    int failed = 0, status = 0;
    for (int i = 0; i < MANY; i++) {
        (void)wait(&status);
        failed += status != 0;
    }
    T_EQ_I(failed, 0);
    T_EQ_I(number(path, "SELECT count(*) FROM run"), MANY / 2);
    pair_remove();
}

#define TESTS(X) \
    X(an_audit_counts_once) X(trends_are_drawn) X(refusals_say_what_to_do) X(many_may_add_at_once)
T_MAIN("history", TESTS)
