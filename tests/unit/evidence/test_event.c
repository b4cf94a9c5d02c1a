/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_event.sql: whose the events are. The estate: domain example.org with the domain controller DC1 (in scope as dc1.example.org), DC2
 * (not in scope) and the computer PC1 (in scope under its address). */
#include "tests/support/t.h"

#include <stdio.h>
#include <string.h>

#include "audit/evidence/store.h"

#define SID   "S-1-5-21-1-2-3"
#define DAY   "864000000000"
#define USERS "0cce9235-69ae-11d9-bed3-505054503030"

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

/* A log of DC1: name of the form, runs as (first, last, day, day, start), counted from day 0. */
static void add_file(int log, const char *form, bool is_whole, const char *runs)
{
    char sql[2048];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO event_log(log, origin, path, form, host, channel, is_whole, last_at) VALUES(%d, 'o', 'p%d', '%s', 'DC1.example.org', 'Security', %d, 100 * " DAY
        ");"
        "INSERT INTO event_computer(log, computer, name, records) VALUES(%d, 0, 'dc1.example.org', 1);"
        "INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start)"
        " SELECT %d, column1, column2, (1000 + column3) * " DAY ", (1000 + column4) * " DAY
        ", column5 FROM (VALUES %s)",
        log, log, form, is_whole, log, log, runs);
    run(sql);
}

static void add_note(const char *table, int log, int record, double day, int id, const char *kind)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO %s(log, record, part, computer, at, event_id, kind, is_failure, is_carved) VALUES(%d, %d, 0, 0, CAST((1000 + %f) * " DAY
        " AS INTEGER), %d, '%s', 0, 0)",
        table, log, record, day, id, kind);
    run(sql);
}

/* "1-5; 7-9.5": the windows in days. */
static const char *windows(const char *table)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT group_concat(t, '; ') FROM (SELECT printf('%%g-%%g', from_at * 1.0 / " DAY
        " - 1000, to_at * 1.0 / " DAY " - 1000) AS t FROM %s ORDER BY from_at)",
        table);
    return query(sql);
}

static const char *state(const char *columns)
{
    char sql[512];
    (void)snprintf(sql, sizeof(sql), "SELECT %s FROM log_state", columns);
    return query(sql);
}

/* Numbers that go on, or lie in what is known, are one span over all files. */
static void files_together(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 5, 'begin')");
    add_file(2, "evtx", true, "(101, 200, 7, 9, 'begin')");
    add_file(3, "evtx", true, "(150, 300, 8, 11, 'begin')");
    add_file(4, "evtx", true, "(160, 170, 8.1, 8.2, 'begin')");
    derive();
    T_EQ_S(windows("event_window"), "1-11");
    T_EQ_S(state("jumps || ' ' || breaks || ' ' || windows || ' ' || logs"), "0 0 1 4");
    store_close(store);
}

static void files_apart(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 5, 'begin'), (110, 200, 6, 9, 'jump')");
    add_file(2, "evtx", true, "(300, 400, 12, 14, 'begin')");
    derive();
    T_EQ_S(windows("event_window"), "1-5; 6-9; 12-14");
    T_EQ_S(state("jumps || ' ' || breaks || ' ' || windows || ' ' || (covered / " DAY ")"),
           "1 1 3 9");
    store_close(store);
}

/* The missing part of one file is in another one. */
static void a_gap_that_another_file_fills(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 5, 'begin'), (110, 200, 6, 9, 'jump')");
    add_file(2, "evtx", true, "(90, 120, 4, 7, 'begin')");
    derive();
    T_EQ_S(windows("event_window"), "1-9");
    T_EQ_S(state("jumps || ' ' || breaks"), "0 0");
    store_close(store);
}

/* The same numbers at another time are other records: the log was set up anew. */
static void numbers_that_start_again(void)
{
    estate();
    add_file(1, "evtx", true, "(500, 900, 1, 5, 'begin')");
    add_file(2, "evtx", true, "(1, 700, 6, 9, 'begin')");
    add_file(3, "evtx", true, "(1, 50, 20, 22, 'begin'), (10, 60, 23, 24, 'reset')");
    derive();
    T_EQ_S(windows("event_window"), "1-5; 6-9; 20-22; 23-24");
    T_EQ_S(state("resets || ' ' || breaks"), "1 2");
    store_close(store);
}

static void clears_cut(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 5, 'begin')");
    add_note("log_event", 1, 50, 3, 1102, "cleared");
    add_note("log_event", 1, 60, 4, 104, "log_cleared");
    derive();
    T_EQ_S(windows("event_window"), "1-3; 3-5");
    T_EQ_S(state("clears"), "1");
    store_close(store);
}

/* From a stop to the next event that is known nothing was recorded; a restart is no finding, but nothing was recorded either. */
static void stops_cut(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 9, 'begin')");
    add_note("log_event", 1, 50, 3, 1100, "stopped");
    add_note("logon_event", 1, 51, 3.0001, 4634, "logoff");
    add_note("log_event", 1, 52, 3.5, 4608, "started");
    add_note("log_event", 1, 60, 5, 1100, "stopped");
    add_note("logon_event", 1, 61, 6, 4624, "logon");
    add_note("log_event", 1, 70, 7, 4608, "started");
    add_note("log_event", 1, 90, 8, 1101, "dropped");
    derive();
    T_EQ_S(windows("event_window"), "1-3; 3.0001-5; 6-7; 8-9");
    T_EQ_S(state("stops || ' ' || drops"), "1 1");
    store_close(store);
}

/* What is behind the last row of a log that was not wholly read is not known. */
static void a_log_cut_short(void)
{
    estate();
    add_file(1, "evtx", false, "(1, 100, 1, 9, 'begin')");
    add_note("logon_event", 1, 40, 4, 4624, "logon");
    run("UPDATE event_log SET last_at = 1009 * " DAY);
    derive();
    T_EQ_S(windows("event_window"), "1-4");
    store_close(store);
}

static void samba_and_forwarded(void)
{
    estate();
    add_file(1, "samba_json", true, "(1, 100, 1, 3, 'begin')");
    add_file(2, "samba_json", true, "(1, 100, 3.1, 5, 'begin')");
    add_note("change_event", 2, 4, 4, 4724, "password_reset");
    derive();
    T_EQ_S(windows("event_window"), "1-3; 3.1-5");
    T_EQ_S(windows("audit_window WHERE family = 'user'"), "3.1-5");
    store_close(store);
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 3, 'begin')");
    run("UPDATE event_log SET channel = 'ForwardedEvents', host = NULL");
    derive();
    T_EQ_S(query("SELECT count(*) FROM event_host"), "1");
    T_EQ_S(windows("event_window"), "");
    store_close(store);
}

static void audited(const char *setting, const char *switches, const char *expected)
{
    char sql[1024];
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 9, 'begin')");
    add_file(2, "evtx", true, "(300, 400, 12, 20, 'begin')");
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO host_audit SELECT 'DC1.example.org', '" USERS
                   "', 'kit', column1 FROM (VALUES (%s)) WHERE column1 IS NOT NULL",
                   setting);
    run(sql);
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, attribute, detail)"
        " SELECT 2, 310 + column1, 0, 0, CAST((1000 + column1) * " DAY
        " AS INTEGER), CASE column2 WHEN 'locked' THEN 4740 ELSE 4719 END, CASE column2 WHEN 'locked' THEN 'locked' ELSE 'audit_policy' END, 0, 0, column3, column2"
        " FROM (VALUES %s) WHERE column1 > 0",
        switches);
    run(sql);
    derive();
    T_EQ_S(windows("audit_window WHERE family = 'user'"), expected);
    store_close(store);
}

/* The policy of today tells of the newest span only; nothing but 4719 switches; two events tell what lies between. */
static void when_changes_were_audited(void)
{
    audited("3", "(0, '', '')", "12-20");
    audited("2", "(0, '', '')", "");
    audited("NULL", "(0, '', '')", "");
    audited("3", "(15, '%%8449', '" USERS "')", "15-20");
    audited("NULL", "(15, '%%8448', '" USERS "')", "12-15");
    audited("NULL", "(15, '%%8448', '" USERS "'), (17, '%%8449', '" USERS "')", "12-15; 17-20");
    audited("3", "(15, '%%8450', '" USERS "')", "12-20");
    audited("3", "(15, '%%8448', '0cce9215-69ae-11d9-bed3-505054503030')", "12-20");
    audited("3", "(15, '%%8448', NULL)", "15-20");
    audited("NULL", "(13, 'locked', ''), (14, 'locked', ''), (16, 'locked', '')", "13-16");
    audited("NULL",
            "(13, 'locked', ''), (14, NULL, '" USERS "'), (16, 'locked', ''), (18, 'locked', '')",
            "16-18");
}

/* One record in two files that overlap, and in the log of a collector, is one event. */
static void doubles(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 100, 1, 9, 'begin')");
    add_file(2, "evtx", true, "(50, 150, 5, 12, 'begin')");
    add_file(3, "evtx", true, "(7, 8, 5, 12, 'begin')");
    run("UPDATE event_log SET channel = 'ForwardedEvents', host = NULL WHERE log = 3");
    for (int log = 1; log <= 3; log++) {
        add_note("change_event", log, 60, 6, 4724, "password_reset");
    }
    add_note("change_event", 2, 61, 6, 4724, "password_reset");
    run("UPDATE change_event SET target_sid = '" SID "-1101'");
    derive();
    T_EQ_S(
        query(
            "SELECT group_concat(log || ' ' || record, '; ') FROM (SELECT * FROM password_event ORDER BY log, record)"),
        "1 60; 2 61");
    store_close(store);
}

/* As many runs as a log may have, cut as often: a matter of seconds. */
static void hostile(void)
{
    estate();
    add_file(1, "evtx", true, "(1, 1, 1, 1, 'begin')");
    run("WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 65000)"
        "INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start, missing) SELECT 1, i * 10, i * 10 + 5, 1002 * " DAY
        " + i * 10000000, 1002 * " DAY " + i * 10000000 + 5000000, 'jump', 4 FROM i;"
        "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 20000)"
        "INSERT INTO log_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved) SELECT 1, i * 30, 0, 0, 1002 * " DAY
        " + i * 30000000 + 2000000, CASE i % 2 WHEN 0 THEN 1102 ELSE 1100 END, CASE i % 2 WHEN 0 THEN 'cleared' ELSE 'stopped' END, 0, 0 FROM i;");
    derive();
    T_EQ_S(state("jumps || ' ' || clears"), "65000 10000");
    store_close(store);
}

#define TESTS(X)                     \
    X(log_of_host)                   \
    X(log_of_several)                \
    X(log_of_nobody)                 \
    X(again)                         \
    X(files_together)                \
    X(files_apart)                   \
    X(a_gap_that_another_file_fills) \
    X(numbers_that_start_again)      \
    X(clears_cut)                    \
    X(stops_cut)                     \
    X(a_log_cut_short)               \
    X(samba_and_forwarded)           \
    X(when_changes_were_audited)     \
    X(doubles)                       \
    X(hostile)
T_MAIN("event", TESTS)
