/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which hosts an audit looks at. */
#include <stdio.h>

#include "audit/command/host_scope.h"
#include "tests/support/t.h"

#define NOW (INT64_C(134000000000000000))

static struct arena *arena;
static struct store *store;
static struct site site;
static struct host_scope scope;
static const char *problem;
static struct err err;

static void begin(void)
{
    arena = arena_new(0);
    T_OK(arena != NULL);
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    site = (struct site){ .hosts = { .is_wanted = true, .inactive_days = 90 } };
}

static void end(void)
{
    store_close(store);
    arena_free(arena);
    store = NULL;
    arena = NULL;
}

static void put_computer(int number, const char *dns_name, int64_t uac, int64_t days_ago)
{
    struct row row;
    char guid[64], sam[32];
    (void)snprintf(guid, sizeof(guid), "00000000-0000-0000-0000-%012d", number);
    (void)snprintf(sam, sizeof(sam), "PC%d$", number);
    row_begin(&row, ROW_TABLE_ACCOUNT);
    row_text(&row, ACCOUNT_GUID, guid);
    row_text(&row, ACCOUNT_KIND, "computer");
    row_text(&row, ACCOUNT_DN, sam);
    row_text(&row, ACCOUNT_SAM, sam);
    row_text(&row, ACCOUNT_DNS, dns_name);
    row_text(&row, ACCOUNT_OS, "Windows");
    row_int(&row, ACCOUNT_UAC, uac);
    row_int(&row, ACCOUNT_LOGON, NOW - days_ago * FILETIME_DAY);
    row_int(&row, ACCOUNT_CREATED, NOW - 1000 * FILETIME_DAY);
    T_EQ_I(store_put(store, &row, &err), RC_OK);
}

static void put_source(const char *source, const char *state)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, "dc1");
    row_text(&row, COVERAGE_STATE, state);
    T_EQ_I(store_put(store, &row, &err), RC_OK);
}

static void put_port(const char *host, const char *address)
{
    struct row row;
    row_begin(&row, ROW_TABLE_PORT);
    row_text(&row, PORT_HOST, host);
    row_int(&row, PORT_PORT, 445);
    row_text(&row, PORT_STATE, "open");
    row_text(&row, PORT_ADDRESS, address);
    T_EQ_I(store_put(store, &row, &err), RC_OK);
}

static struct host_spec *specs(const char *const *texts, size_t count)
{
    struct host_spec *list = arena_array(arena, count, sizeof(*list));
    for (size_t i = 0; list && i < count; i++) {
        T_EQ_I(host_spec_parse(texts[i], &list[i], &err), RC_OK);
    }
    return list;
}

static void names(void)
{
    T_EQ_I(host_scope_names(&site, store, NOW, arena, &scope, &problem, &err), RC_OK);
}

static void takes_enabled_computers_that_are_used(void)
{
    begin();
    put_computer(1, "B.example", 0x1000, 5);
    put_computer(2, "a.example", 0x1000, 89);
    put_computer(3, "stale.example", 0x1000, 91);
    put_computer(4, "off.example", 0x1002, 1);
    put_computer(5, "dc.example", 0x82000, 400);
    put_computer(6, "rodc.example", 0x5001000, 1);
    put_computer(7, "not a name!", 0x1000, 1);
    put_source("ldap.computer", "complete");
    site.hosts.from_directory = true;
    names();
    T_OK(problem == NULL);
    T_EQ_I(scope.count, 4);
    T_EQ_S(scope.entries[0].name, "a.example");
    T_EQ_S(scope.entries[1].name, "b.example");
    T_EQ_I(scope.entries[1].is_controller, 0);
    T_EQ_S(scope.entries[1].origin, "directory");
    T_EQ_S(scope.entries[2].name, "dc.example");
    T_EQ_I(scope.entries[2].is_controller, 1);
    T_EQ_I(scope.entries[3].is_controller, 1);
    T_OK(host_scope_find(&scope, "rodc.example") == &scope.entries[3]);
    T_OK(host_scope_find(&scope, "stale.example") == NULL);
    end();
}

static void says_that_the_directory_was_not_read(void)
{
    begin();
    site.hosts.from_directory = true;
    put_source("ldap.computer", "partial");
    names();
    T_HAS(problem, "not all read");
    end();
}

static void unites_what_is_named_twice(void)
{
    static const char *const included[] = { "PC1.example", "nas.example", "10.0.0.1" };
    static const char *const excluded[] = { "nas.EXAMPLE" };
    begin();
    put_computer(1, "pc1.example", 0x1000, 1);
    site.hosts.include = specs(included, ARRAY_LEN(included));
    site.hosts.include_count = ARRAY_LEN(included);
    names();
    T_EQ_I(scope.count, 2);
    T_EQ_S(scope.entries[1].name, "pc1.example");
    T_EQ_S(scope.entries[1].origin, "site");
    T_EQ_S(scope.entries[1].account_guid, "00000000-0000-0000-0000-000000000001");
    site.hosts.from_directory = true;
    site.hosts.exclude = specs(excluded, 1);
    site.hosts.exclude_count = 1;
    names();
    T_EQ_I(scope.count, 1);
    T_EQ_S(scope.entries[0].name, "pc1.example");
    end();
}

static void leaves_out_addresses_that_have_a_name(void)
{
    static const char *const included[] = { "10.0.0.0/29", "10.0.0.3", "name.example" };
    static const char *const excluded[] = { "10.0.0.5-6" };
    begin();
    put_port("name.example", "10.0.0.1");
    put_port("10.0.0.2", "10.0.0.2"); /* its own: found by an earlier run */
    site.hosts.include = specs(included, ARRAY_LEN(included));
    site.hosts.include_count = ARRAY_LEN(included);
    site.hosts.exclude = specs(excluded, 1);
    site.hosts.exclude_count = 1;
    T_EQ_I(host_scope_addresses(&site, store, arena, &scope, &err), RC_OK);
    T_EQ_I(scope.count, 3);
    T_EQ_S(scope.entries[0].name, "10.0.0.2");
    T_EQ_S(scope.entries[0].origin, "range");
    T_EQ_S(scope.entries[1].name, "10.0.0.3");
    T_EQ_S(scope.entries[1].origin, "site");
    T_EQ_S(scope.entries[2].address, "10.0.0.4");
    end();
}

static void refuses_more_hosts_than_it_can_bear(void)
{
    static const char *const included[] = { "10.0.0.0/16", "10.1.0.0/16" };
    begin();
    site.hosts.include = specs(included, ARRAY_LEN(included));
    site.hosts.include_count = ARRAY_LEN(included);
    T_EQ_I(host_scope_addresses(&site, store, arena, &scope, &err), RC_LIMIT);
    T_HAS(err.msg, "several audits");
    end();
}

#define TESTS(X)                             \
    X(takes_enabled_computers_that_are_used) \
    X(says_that_the_directory_was_not_read)  \
    X(unites_what_is_named_twice)            \
    X(leaves_out_addresses_that_have_a_name) \
    X(refuses_more_hosts_than_it_can_bear)
T_MAIN("host scope", TESTS)
