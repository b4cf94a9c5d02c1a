/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a host is. */
#include <stdio.h>

#include "audit/command/command.h"
#include "audit/command/shard.h"
#include "tests/support/t.h"

static struct err err;

static bool takes(const char *text)
{
    struct shard s;
    return shard_parse(text, &s, &err) == RC_OK;
}

static void reads_which_of_how_many(void)
{
    struct shard s;
    T_EQ_I(shard_parse("2/4", &s, &err), RC_OK);
    T_OK(s.number == 2 && s.count == 4);
    T_EQ_I(shard_parse(NULL, &s, &err), RC_OK);
    T_OK(s.number == 0 && shard_owns(&s, "a", false) && !shard_is_follower(&s));
    T_EQ_I(shard_parse("1/1", &s, &err), RC_OK);
    T_EQ_I(s.count, 0);
    T_OK(takes("1024/1024"));
    T_OK(!takes("") && !takes("2") && !takes("0/4") && !takes("5/4") && !takes("1/1025"));
    T_OK(!takes("-1/4") && !takes("1/4x") && !takes("1//4") && !takes("/4") && !takes("1/"));
}

/* Each host in exactly one, whatever its spelling; none of them idle. */
static void each_host_is_in_one(void)
{
    size_t count[8] = { 0 };
    for (int i = 0; i < 4000; i++) {
        char name[40], upper[40];
        size_t owners = 0;
        (void)snprintf(name, sizeof(name), i % 2 ? "192.0.2.%d" : "pc%04d.example", i);
        (void)snprintf(upper, sizeof(upper), i % 2 ? "192.0.2.%d" : "PC%04d.Example", i);
        for (uint32_t k = 1; k <= 8; k++) {
            const struct shard s = { .number = k, .count = 8 };
            bool mine = shard_owns(&s, name, false);
            T_OK(mine == shard_owns(&s, upper, false));
            owners += mine;
            count[k - 1] += mine;
        }
        T_EQ_I(owners, 1);
    }
    for (size_t k = 0; k < 8; k++) {
        T_OK(count[k] > 400 && count[k] < 600);
    }
}

/* What another version would divide differently could not be merged with it. */
static void the_division_never_changes(void)
{
    const struct shard s = { .number = 1, .count = 4 };
    T_EQ_I(shard_of(&s, "srv-ris16.kagimori-hospital.example", false), 1);
    T_EQ_I(shard_of(&s, "192.0.2.10", false), 3);
}

static void controllers_are_the_first_ones(void)
{
    for (uint32_t k = 1; k <= 4; k++) {
        const struct shard s = { .number = k, .count = 4 };
        T_OK(shard_owns(&s, "dc1.example", true) == (k == 1));
    }
}

static const char *const wanted[] = { "ldap.user", "smb.account" };

static enum rc tell(struct store *store, const char *which, const struct site *site)
{
    struct shard s;
    const struct collect_options o = { .remote_registry = true };
    T_EQ_I(shard_parse(which, &s, &err), RC_OK);
    return shard_tell(&s, site, &o, wanted, ARRAY_LEN(wanted), store, &err);
}

static void a_resumed_shard_is_the_same(void)
{
    struct store *store = NULL;
    char one[64], two[64];
    struct site site = { .organisation_en = "Hospital", .hosts = { .is_wanted = true } };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    T_EQ_I(tell(store, "2/4", &site), RC_OK);
    store_info_get(store_handle(store), "shard_set", one, sizeof(one));
    T_EQ_I(tell(store, "2/4", &site), RC_OK);
    T_EQ_I(tell(store, "3/4", &site), RC_USAGE);
    T_EQ_I(tell(store, NULL, &site), RC_USAGE);
    site.hosts.from_directory = true;
    T_EQ_I(tell(store, "2/4", &site), RC_USAGE);
    store_info_get(store_handle(store), "shard_set", two, sizeof(two));
    T_EQ_S(two, one);
    store_close(store);
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    T_EQ_I(tell(store, NULL, &site), RC_OK);
    store_info_get(store_handle(store), "shard_set", two, sizeof(two));
    T_EQ_S(two, "");
    T_EQ_I(tell(store, "3/4", &site), RC_OK);
    store_close(store);
}

static void what_is_left_says_to_whom(void)
{
    struct store *store = NULL;
    struct arena *a = arena_new(0);
    struct host_entry list[] = { { .name = "a", .origin = "site", .is_controller = -1 },
                                 { .name = "b", .origin = "site", .is_controller = -1 },
                                 { .name = "c", .origin = "site", .is_controller = -1 },
                                 { .name = "dc", .origin = "directory", .is_controller = 1 },
                                 { .name = "192.0.2.1", .origin = "range", .is_controller = -1 },
                                 { .name = "192.0.2.2", .origin = "range", .is_controller = -1 } };
    struct host_scope scope = { .entries = list, .count = ARRAY_LEN(list) }, own;
    size_t total = 0;
    for (uint32_t k = 1; a && k <= 2; k++) {
        const struct shard s = { .number = k, .count = 2 };
        sqlite3_stmt *q = NULL;
        T_EQ_I(store_open_memory(&store, &err), RC_OK);
        T_EQ_I(shard_divide(&s, &scope, store, a, &own, &err), RC_OK);
        total += own.count;
        T_EQ_I(
            sqlite3_prepare_v2(
                store_handle(store),
                k == 2
                    ? "SELECT count(*) FROM coverage WHERE target = 'dc' AND state = 'not_collected' AND reason = 'left'"
                      " AND detail = 'left to shard 1 of 2'"
                    : "SELECT 2 * (NOT EXISTS (SELECT 1 FROM coverage WHERE target = 'dc' OR target GLOB '192*'))",
                -1, &q, NULL),
            SQLITE_OK);
        T_OK(sqlite3_step(q) == SQLITE_ROW && sqlite3_column_int(q, 0) == 2);
        (void)sqlite3_finalize(q);
        store_close(store);
    }
    T_EQ_I(total, ARRAY_LEN(list));
    arena_free(a);
}

#define TESTS(X)                                                                           \
    X(reads_which_of_how_many)                                                             \
    X(each_host_is_in_one) X(the_division_never_changes) X(controllers_are_the_first_ones) \
        X(a_resumed_shard_is_the_same) X(what_is_left_says_to_whom)
T_MAIN("shard", TESTS)
