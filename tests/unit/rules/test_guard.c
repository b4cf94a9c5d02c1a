/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/guard.h"
#include "support.h"

struct box {
    struct arena *arena;
    struct store *store;
    sqlite3 *db;
    struct catalogue catalogue;
    struct guard guard;
};

static struct box box_open(void)
{
    struct box b = { .arena = arena_new(0) };
    struct err err;
    T_EQ_I(store_open_memory(&b.store, &err), RC_OK);
    b.db = store_handle(b.store);
    T_EQ_I(store_exec(b.db, test_views, &err), RC_OK);
    T_EQ_I(catalogue_load(b.arena, b.db, &b.catalogue, &err), RC_OK);
    return b;
}

static void box_close(struct box *b)
{
    store_close(b->store);
    arena_free(b->arena);
}

static bool allowed(struct box *b, const char *condition)
{
    char sql[2000];
    b->guard.catalogue = &b->catalogue;
    (void)snprintf(sql, sizeof(sql), "SELECT 1 FROM thing WHERE (%s)", condition);
    sqlite3_stmt *s = guard_prepare(&b->guard, b->db, sql, condition);
    (void)sqlite3_finalize(s);
    return s != NULL;
}

static void denied(struct box *b, const char *condition, const char *why)
{
    T_OK(!allowed(b, condition));
    T_HAS(b->guard.denied[0] ? b->guard.denied : sqlite3_errmsg(b->db), why);
}

static void lets_views_and_harmless_functions_through(void)
{
    struct box b = box_open();
    T_OK(allowed(&b, "uac & 2 = 0 AND length(name) > 3"));
    T_OK(allowed(&b, "EXISTS (SELECT 1 FROM pair p WHERE p.item = thing.subject)"));
    T_EQ_I(b.guard.read_count, 2);
    T_OK(allowed(&b, "(SELECT n FROM counted) > 1"));
    T_OK(allowed(&b, "(SELECT count(*) FROM pair) > 1"));
    T_EQ_S(b.guard.read[0], "pair"); /* though SQLite asks for no column of it */
    T_OK(allowed(&b, "name REGEXP '^a' OR name GLOB 'b*'"));
    T_OK(allowed(
        &b,
        "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT count(*) FROM c) = 5"));
    T_OK(allowed(
        &b,
        "level IN (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT x FROM c)"));
    T_OK(allowed(&b, "subject IN (WITH w AS (SELECT v.item AS i FROM pair AS v) SELECT i FROM w)"));
    box_close(&b);
}

static void refuses_tables_and_schema(void)
{
    struct box b = box_open();
    denied(&b, "EXISTS (SELECT 1 FROM account a WHERE a.uac = 1)", "'account' may not be read");
    denied(&b, "(SELECT count(*) FROM account) > 1", "'account' may not be read");
    denied(&b, "(SELECT count(*) FROM result) > 1", "'result' may not be read");
    denied(&b, "(SELECT count(*) FROM finding) > 1", "may not be read");
    denied(&b, "(SELECT severity FROM finding) > 1", "'finding' may not be read");
    denied(&b, "(SELECT count(*) FROM sqlite_schema) > 1", "may not be read");
    denied(&b, "(SELECT sql FROM sqlite_master) > 1", "may not be read");
    denied(&b, "(SELECT count(*) FROM pragma_table_info('account')) > 1", "may not be read");
    denied(&b, "(SELECT value FROM json_each('[1]')) > 1", "not allowed");
    box_close(&b);
}

/* SQLite names the part that WITH defines as the context, exactly as it names a view. */
static void is_not_fooled_by_a_part_that_is_named_like_a_view(void)
{
    struct box b = box_open();
    denied(&b, "1 IN (WITH pair AS (SELECT uac FROM account) SELECT uac FROM pair)",
           "'account' may not be read");
    denied(&b, "1 IN (WITH pair(x) AS (SELECT uac FROM account) SELECT x FROM pair)",
           "'account' may not be read");
    denied(
        &b,
        "1 IN (WITH \"Pair\" AS NOT MATERIALIZED (SELECT uac FROM account) SELECT uac FROM pair)",
        "'account' may not be read");
    denied(
        &b,
        "1 IN (WITH anything AS MATERIALIZED (SELECT uac FROM account) SELECT uac FROM anything)",
        "'account' may not be read");
    denied(&b, "1 IN (SELECT x FROM (SELECT uac AS x FROM account) AS pair)",
           "'account' may not be read");
    box_close(&b);
}

static void refuses_functions_with_effects(void)
{
    struct box b = box_open();
    denied(&b, "load_extension('/tmp/x') IS NULL", "load_extension");
    denied(&b, "randomblob(10) IS NULL", "randomblob");
    denied(&b, "random() > 1", "random");
    denied(&b, "date('now') > '2020'", "'date' may not be called");
    denied(&b, "sqlite_version() > '2'", "sqlite_version");
    denied(&b, "readfile('/etc/passwd') IS NULL", "readfile");
    box_close(&b);
}

static void refuses_other_statements(void)
{
    struct box b = box_open();
    static const char *const others[] = { "DELETE FROM result",
                                          "ATTACH 'x' AS y",
                                          "PRAGMA query_only = 0",
                                          "CREATE TABLE x(y)",
                                          "INSERT INTO result SELECT * FROM result",
                                          "SELECT 1; DELETE FROM result",
                                          "VACUUM",
                                          "DROP VIEW thing",
                                          "UPDATE account SET uac = 0",
                                          "BEGIN" };
    b.guard.catalogue = &b.catalogue;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        sqlite3_stmt *s = guard_prepare(&b.guard, b.db, others[i], NULL);
        T_OK(s == NULL);
        (void)sqlite3_finalize(s);
    }
    box_close(&b);
}

static void stops_a_statement_that_runs_for_ever(void)
{
    struct box b = box_open();
    b.guard.catalogue = &b.catalogue;
    b.guard.step_limit = 1000000;
    const char *sql =
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    sqlite3_stmt *s = guard_prepare(&b.guard, b.db, sql, sql);
    T_OK(s != NULL);
    guard_start(&b.guard, b.db);
    T_EQ_I(sqlite3_step(s), SQLITE_INTERRUPT);
    guard_stop(b.db);
    T_OK(guard_is_over(&b.guard));
    (void)sqlite3_finalize(s);
    guard_limit(b.db);
    T_EQ_S(query(b.db, "SELECT printf('%.*c', 100000000, 'x')"), "");
    box_close(&b);
}

#define TESTS(X)                                         \
    X(lets_views_and_harmless_functions_through)         \
    X(refuses_tables_and_schema)                         \
    X(is_not_fooled_by_a_part_that_is_named_like_a_view) \
    X(refuses_functions_with_effects)                    \
    X(refuses_other_statements)                          \
    X(stops_a_statement_that_runs_for_ever)
T_MAIN("rules_guard", TESTS)
