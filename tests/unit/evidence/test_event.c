/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_event.sql: whose the events are. The estate: domain example.org with the domain controller DC1 (in scope as dc1.example.org), DC2
 * (not in scope) and the computer PC1 (in scope under its address). */
#include "tests/support/t.h"

#include <stdio.h>
#include <string.h>

#include "audit/evidence/store.h"

#define SID "S-1-5-21-1-2-3"

static struct store *store;

static void run(const char *sql)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(store), sql, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

static const char *query(const char *sql)
{
    static char text[4][4096];
    static unsigned turn;
    char *buf = text[turn++ % 4];
    sqlite3_stmt *s = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &s, NULL) != SQLITE_OK) {
        (void)snprintf(buf, sizeof(text[0]), "error: %s", sqlite3_errmsg(store_handle(store)));
    } else if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0)) {
        (void)snprintf(buf, sizeof(text[0]), "%s", (const char *)sqlite3_column_text(s, 0));
    }
    (void)sqlite3_finalize(s);
    return buf;
}

static void estate(void)
{
    struct err err = { 0 };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    run("INSERT INTO audit_info VALUES('now', '134000000000000000');"
        "INSERT INTO domain_head(guid, dn, sid, dns_name) VALUES('dom', 'DC=example,DC=org', '" SID
        "', 'example.org');"
        "INSERT INTO account(guid, sid, kind, dn, sam_name, dns_name, uac, primary_group_rid) VALUES"
        " ('dc1', '" SID
        "-1000', 'computer', 'CN=DC1,OU=Domain Controllers,DC=example,DC=org', 'DC1$', 'dc1.example.org', 532480, 516),"
        " ('dc2', '" SID
        "-1001', 'computer', 'CN=DC2,OU=Domain Controllers,DC=example,DC=org', 'DC2$', 'dc2.example.org', 532480, 516),"
        " ('pc1', '" SID
        "-1101', 'computer', 'CN=PC1,DC=example,DC=org', 'PC1$', 'pc1.example.org', 4096, 515),"
        " ('pc2', '" SID
        "-1102', 'computer', 'CN=PC2,DC=example,DC=org', 'PC2$', 'claimed.example.org', 4096, 515),"
        " ('pc3', '" SID
        "-1103', 'computer', 'CN=PC3,DC=example,DC=org', 'PC3$', 'claimed.example.org', 4096, 515);"
        "INSERT INTO directory_agent(guid, dn, dns_name, computer_dn, invocation_id) VALUES"
        " ('n1', 'CN=NTDS Settings,CN=DC1', 'dc1.example.org', 'CN=DC1,OU=Domain Controllers,DC=example,DC=org', 'i1'),"
        " ('n2', 'CN=NTDS Settings,CN=DC2', 'dc2.example.org', 'cn=dc2,ou=domain controllers,dc=example,dc=org', 'i2');"
        "INSERT INTO host_target(host, origin, account_guid, is_controller) VALUES"
        " ('DC1.example.org', 'directory', 'dc1', 1), ('192.0.2.7', 'range', 'pc1', 0);");
}

static void add_log(int log, const char *host, const char *reason, const char *names)
{
    char sql[1024];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO event_log(log, origin, path, form, host, reason) VALUES(%d, 'o', 'p', 'evtx', %s%s%s, %s%s%s);"
        "INSERT INTO event_computer(log, computer, name, records) VALUES %s",
        log, host ? "'" : "", host ? host : "NULL", host ? "'" : "", reason ? "'" : "",
        reason ? reason : "NULL", reason ? "'" : "", names);
    run(sql);
}

static void derive(void)
{
    struct err err = { 0 };
    T_EQ_I(store_derive(store, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

static const char *whose(int log)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT group_concat(t, '; ') FROM (SELECT computer || ' ' || host || ' ' || subject || ' ' || coalesce(account_guid, '-') || ' '"
        " || coalesce(is_controller, '-') || ' ' || coalesce(invocation_id, '-') AS t FROM event_host WHERE log = %d ORDER BY computer)",
        log);
    return query(sql);
}

/* The host that the supervisor decided is that of every name in its log, also of one from before it was renamed. */
static void log_of_host(void)
{
    estate();
    add_log(1, "DC1.example.org", NULL, "(1, 0, 'dc1.example.org', 5), (1, 1, 'WIN-OLD', 2)");
    add_log(2, "192.0.2.7", NULL, "(2, 0, 'pc1.example.org', 5)");
    derive();
    T_EQ_S(whose(1),
           "0 DC1.example.org " SID "-1000 dc1 1 i1; 1 DC1.example.org " SID "-1000 dc1 1 i1");
    T_EQ_S(whose(2), "0 192.0.2.7 " SID "-1101 pc1 0 -");
    store_close(store);
}

static void log_of_several(void)
{
    estate();
    add_log(
        1, NULL, NULL,
        "(1, 0, 'dc1.EXAMPLE.org', 5), (1, 1, 'DC2.example.org', 2), (1, 2, 'pc1.example.org', 2), (1, 3, 'elsewhere.test', 1),"
        " (1, 4, 'claimed.example.org', 1), (1, 5, 'PC1', 1), (1, 6, 'pc3.example.org', 1)");
    derive();
    T_EQ_S(
        whose(1),
        "0 DC1.example.org " SID "-1000 dc1 1 i1; 1 dc2.example.org " SID
        "-1001 dc2 1 i2; 2 192.0.2.7 " SID "-1101 pc1 0 -; 3 elsewhere.test elsewhere.test - - -; "
        "4 claimed.example.org claimed.example.org - - -; 5 pc1 pc1 - - -; 6 pc3.example.org " SID
        "-1103 pc3 0 -");
    store_close(store);
}

static void log_of_nobody(void)
{
    estate();
    add_log(1, NULL, "twice", "(1, 0, 'dc1.example.org', 5)");
    add_log(2, NULL, "conflict", "(2, 0, 'dc1.example.org', 5)");
    derive();
    T_EQ_S(query("SELECT count(*) FROM event_host"), "0");
    store_close(store);
}

/* A second derive of the same rows gives the same. */
static void again(void)
{
    estate();
    add_log(1, "DC1.example.org", NULL, "(1, 0, 'dc1.example.org', 5)");
    derive();
    run("DELETE FROM audit_info WHERE name = 'derived'");
    derive();
    T_EQ_S(query("SELECT count(*) FROM event_host"), "1");
    store_close(store);
}

#define TESTS(X)      \
    X(log_of_host)    \
    X(log_of_several) \
    X(log_of_nobody)  \
    X(again)
T_MAIN("event", TESTS)
