/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a log of Samba is. The estate: DC1 and DC2 (invocation ids i1 and i2), the file server FS1; four accounts, whose newest passwords were set
 * on DC1 (a, b, c) and on DC2 (d). */
#include <stdio.h>
#include <strings.h>

#include "audit/command/event_logs_parts.h"
#include "tests/support/t.h"

#define T0 INT64_C(134000000000000000)

static struct store *store;
static struct arena *arena;
static const char *detail;

static void run(const char *sql)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(store), sql, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

static void begin(void)
{
    struct err err = { 0 };
    arena = arena_new(0);
    T_OK(arena != NULL);
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    run("INSERT INTO directory_agent(guid, dn, dns_name, invocation_id) VALUES"
        " ('n1', 'CN=NTDS Settings,CN=DC1', 'dc1.example.org', 'i1'),"
        " ('n2', 'CN=NTDS Settings,CN=DC2', 'dc2.example.org', 'i2');"
        "INSERT INTO host_target(host, origin) VALUES ('DC1.example.org', 'directory'), ('fs1.example.org', 'directory');");
    static const char *const names[] = { "a", "b", "c", "d" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char sql[512];
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO account(guid, kind, dn) VALUES ('%s', 'user', 'CN=%s,DC=example,DC=org');"
            "INSERT INTO secret_change(guid, server, form, password_at, password_origin) VALUES"
            " ('%s', 'dc1', 'blob', %lld, '%s'), ('%s', 'dc2', 'blob', %lld, '%s')",
            names[i], names[i], names[i], (long long)T0, i < 3 ? "i1" : "i2", names[i],
            (long long)T0, i < 3 ? "i1" : "i2");
        run(sql);
    }
}

static void end(void)
{
    store_close(store);
    arena_free(arena);
}

/* The log has a change of the account, so many seconds after its newest password. */
static void change(const char *account, int seconds, const char *kind, int is_failure)
{
    static int record;
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, target_dn)"
        " VALUES (1, %d, 0, 0, %lld, 4724, '%s', %d, 0, 'cn=%s,dc=Example,dc=org')",
        ++record, (long long)(T0 + seconds * FILETIME_SECOND), kind, is_failure, account);
    run(sql);
}

static const char *owner(const char *origin, const char *path)
{
    const struct event_log_item item = {
        .origin = origin, .path = path, .form = "samba_json", .fd = -1
    };
    const char *name = NULL;
    struct err err = { 0 };
    T_EQ_I(event_logs_samba(store, &item, 1, arena, &name, &detail, &err), RC_OK);
    T_EQ_S(err.msg, "");
    return name ? name : "";
}

static void by_what_replication_keeps(void)
{
    begin();
    T_EQ_S(owner("usb", "audit.json"), "");
    change("a", 1, "password_reset", 1);   /* refused */
    change("a", 100, "password_reset", 0); /* an older or a newer one */
    change("a", 0, "object_modified", 0);
    change("nobody", 0, "password_reset", 0);
    T_EQ_S(owner("usb", "audit.json"), "");
    change("a", 1, "password_reset", 0);
    T_EQ_S(owner("usb", "audit.json"), "dc1.example.org");
    change("d", -1, "password_change", 0); /* as many for the other one */
    T_EQ_S(owner("usb", "audit.json"), "");
    T_OK(detail == NULL);
    change("b", 1, "password_change", 0);
    change("c", 1, "password_change", 0);
    T_EQ_S(owner("usb", "audit.json"), "");
    end();
}

static void by_its_place(void)
{
    static const char *const cases[][3] = {
        { "usb", "dc2/audit.json", "dc2.example.org" },
        { "usb", "DC2.example.org/var/log/samba/audit.json", "dc2.example.org" },
        { "dc2-logs", "audit.json", "dc2.example.org" },
        { "usb", "dc2_audit.json", "dc2.example.org" },
        { "usb", "fs1/audit.json", "fs1.example.org" },
        { "usb", "var/log/samba/audit.json", "" },
        { "usb", "dc20/audit.json", "" },
        { "usb", "dc1/dc2.json", "" }, /* which one? */
        { "", "", "" },
    };
    begin();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_S(owner(cases[i][0], cases[i][1]), cases[i][2]);
        T_OK(detail == NULL);
    }
    T_OK(strcasecmp(owner("usb", "dc1/audit.json"), "dc1.example.org") == 0);
    end();
}

static void refuses_two_owners(void)
{
    begin();
    change("a", 0, "password_change", 0);
    T_OK(strcasecmp(owner("usb", "dc1/audit.json"), "dc1.example.org") == 0);
    T_OK(detail == NULL);
    T_EQ_S(owner("usb", "dc2/audit.json"), "");
    T_HAS(detail, "dc1.example.org");
    T_HAS(detail, "dc2.example.org");
    end();
}

#define TESTS(X) X(by_what_replication_keeps) X(by_its_place) X(refuses_two_owners)
T_MAIN("event_logs_samba", TESTS)
