/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host that kills the sweep's worker costs itself only, and a worker that always dies is not started for ever. */
#include "tests/support/t.h"

#include <stdio.h>

#include "audit/command/host_collect.h"

#define MOST 300

static struct host_entry entries[MOST];
static char names[MOST][32];

static int64_t number(struct store *s, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int64_t n = -1;
    T_EQ_I(sqlite3_prepare_v2(store_handle(s), sql, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return n;
}

/* Sweeps the entries with the fake worker; the caller closes the store. */
static struct store *sweep(size_t count)
{
    static const char *const sources[] = { "net.port", "net.smb" };
    static const struct site site = { .hosts = { .deadline_s = 30, .connect_timeout_ms = 100 } };
    const struct supervise_options how = { .parallel = 1, .role_directory = ROLE_DIRECTORY };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    struct store *store = NULL;
    struct err err = { 0 };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    T_EQ_I(supervisor_new(store, &how, &supervisor, &err), RC_OK);
    struct host_collection c = { .site = &site,
                                 .sources = sources,
                                 .source_count = ARRAY_LEN(sources),
                                 .arena = a,
                                 .store = store,
                                 .supervisor = supervisor };
    T_EQ_I(host_sweep(&c, entries, count, &err), RC_OK);
    return store;
}

static void name_entries(size_t count, const char *format)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "%s%03zu", format, i);
        entries[i] = (struct host_entry){ .name = names[i], .origin = "site", .is_controller = -1 };
    }
}

static void one_host_costs_itself_only(void)
{
    name_entries(40, "h");
    (void)snprintf(names[38], sizeof(names[38]), "poison-a"); /* the list stays sorted */
    (void)snprintf(names[39], sizeof(names[39]), "poison-b");
    struct store *s = sweep(40);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE state = 'complete'"), 76);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE reason = 'crashed'"), 4);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE target LIKE 'poison%'"), 4);
    store_close(s);
}

static void the_first_host_hides_nobody(void)
{
    name_entries(40, "z");
    (void)snprintf(names[0], sizeof(names[0]), "poison");
    struct store *s = sweep(40);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE state = 'complete'"), 78);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE reason = 'crashed'"), 2);
    store_close(s);
}

static void a_worker_that_always_dies_is_given_up(void)
{
    name_entries(MOST, "poison");
    struct store *s = sweep(MOST);
    int64_t runs = number(s, "SELECT count(*) FROM worker_run");
    T_OK(runs >= 64 && runs < 100);
    T_EQ_I(number(s, "SELECT count(*) FROM coverage WHERE reason = 'crashed'"), 2 * MOST);
    store_close(s);
}

#define TESTS(X)                   \
    X(one_host_costs_itself_only)  \
    X(the_first_host_hides_nobody) \
    X(a_worker_that_always_dies_is_given_up)
T_MAIN("host sweep", TESTS)
