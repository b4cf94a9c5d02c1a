/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.csv and the section on records: what is in, in which order, foreign text, time zones, doubles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/query.h"
#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" }, ja = { .lang = "ja" };

/* Two hosts in Japan; DC1's log was copied twice. 134400000000000000 is 2026-11-24T13:20:00Z. Names are as an intruder would choose them. */
static const char estate[] =
    "INSERT INTO audit_info VALUES('now', '134410000000000000'), ('time_zone', 'UTC+09:00');"
    "INSERT INTO account(guid, sid, kind, dn, sam_name, uac, primary_group_rid, pwd_last_set, server, spn_count) VALUES"
    " ('g1', 'S-1-5-21-1-2-3-1101', 'user', 'CN=sato,DC=example', '=sato', 512, 513, 134399000000000000, 'dc1', 0),"
    " ('c1', 'S-1-5-21-1-2-3-1000', 'computer', 'CN=DC1,DC=example', 'DC1$', 532480, 516, NULL, 'dc1', 0);"
    "INSERT INTO secret_change(guid, server, password_version, password_at, form) VALUES"
    " ('g1', 'dc1', 3, 134399999000000000, 'binary'), ('g1', 'dc2', 3, 134399999000000000, 'binary');"
    "INSERT INTO directory_agent(guid, dn, dns_name, invocation_id) VALUES ('n9', 'CN=NTDS Settings,CN=DC9', 'dc9.example', 'i9'), ('n1', 'CN=NTDS Settings,CN=DC1', 'dc1.example', 'i1');"
    "INSERT INTO host_target(host, origin, account_guid, is_controller) VALUES('dc1.example', 'site', 'c1', 1), ('pc1.example', 'site', NULL, 0), ('<b>dark</b>', 'site', NULL, 0);"
    "INSERT INTO event_log(log, origin, path, form, host, reason, channel, first_at, last_at, is_whole) VALUES"
    " (1, 'kit', '@a/Security.evtx', 'evtx', 'dc1.example', NULL, 'Security', 134399000000000000, 134400900000000000, 1),"
    " (2, 'logs', 'b/Security.evtx', 'evtx', 'dc1.example', NULL, 'Security', 134399900000000000, 134400900000000000, 1),"
    " (3, 'kit', 'c/<i>x</i>.evtx', 'evtx', NULL, 'conflict', 'Security', 134399000000000000, 134400900000000000, 1);"
    "INSERT INTO event_computer(log, computer, name, records) VALUES (1, 0, 'dc1.example', 9), (2, 0, 'dc1.example', 9), (3, 0, 'evil.example', 9);"
    "INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start) VALUES (1, 1, 99, 134399000000000000, 134400900000000000, 'begin'),"
    " (2, 9, 99, 134399900000000000, 134400900000000000, 'begin');"
    "INSERT INTO coverage(source, target, state, started_at, finished_at) VALUES('event.logon', 'dc1.example', 'complete', 1, 1), ('event.change', 'dc1.example', 'complete', 1, 1);"
    "INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_sid, subject_name, subject_domain, target_sid, target_name, target_domain, detail) VALUES"
    " (1, 11, 0, 0, 134400000000000000, 4724, 'password_reset', 0, 0, 'S-1-5-21-1-2-3-1102', '=cmd|'' /C calc''!A0', 'EX', 'S-1-5-21-1-2-3-1101', 'two' || char(10) || 'lines', NULL, '+1'),"
    " (2, 11, 0, 0, 134400000000000000, 4724, 'password_reset', 0, 0, 'S-1-5-21-1-2-3-1102', 'x', 'EX', 'S-1-5-21-1-2-3-1101', 'x', NULL, NULL),"
    " (3, 11, 0, 0, 134400000000000000, 4724, 'password_reset', 0, 0, NULL, 'nobodys', NULL, NULL, 'x', NULL, NULL);"
    "INSERT INTO log_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_name) VALUES"
    " (1, 12, 0, 0, 134400000010000000, 1102, 'cleared', 0, 1, '<script>alert(1)</script>');"
    "INSERT INTO service_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, name, path, has_password_hint, account) VALUES"
    " (1, 13, 0, 0, 134400000020000000, 4697, 'installed', 0, 0, 'svc', NULL, 1, 'LocalSystem');"
    "INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_sid, account_name, account_domain, logon_type, address, workstation, status, sub_status) VALUES"
    " (1, 14, 0, 0, 134400000030000000, 4624, 'logon', 0, 0, 'S-1-5-21-9-9-9-500', 'kanri', 'PC', 3, '192.0.2.9', '-1+1', NULL, NULL),"
    " (1, 15, 0, 0, 134400000040000000, 4624, 'logon', 0, 0, 'S-1-5-21-9-9-9-1500', 'ordinary', 'PC', 3, '192.0.2.9', NULL, NULL, NULL),"
    " (1, 16, 0, 0, 134400000050000000, 4625, 'logon_failed', 1, 0, NULL, 'sato', 'EX', 3, '192.0.2.9', NULL, 3221225581, 3221225578);";

static struct store *open_estate(void)
{
    struct store *s = NULL;
    struct err err;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    T_OK(fixture_exec(s, estate));
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_OK(fixture_exec(
        s,
        "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters)"
        " SELECT 1, 'triage.administrator.remote-logon', 'administrator_logon', 'high', 'triage', 'T', '題', 'w', 'w', 'f', 'f', '[]', '{}', '[]', '', '{}'"));
    return s;
}

static char *document(struct store *s, enum report_format format,
                      const struct report_options *options)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/tmp/kagimori-records.%d", (int)getpid());
    char *text = fixture_document(s, format, options, path);
    T_OK(text != NULL);
    (void)unlink(path);
    return text ? text : strdup("");
}

static void timeline_has_each_event_once(void)
{
    struct store *s = open_estate();
    char *csv = document(s, REPORT_TIMELINE_CSV, &en);
    static const char expected[] =
        "time_utc,time_local,host,event_id,kind,what,result,by,by_sid,account,account_sid,from,detail,told_by,log,record\r\n"
        "2026-11-24T13:18:20Z,\"2026-11-24 22:18:20 +09:00\",dc1,,secret,\"the secret of an account changed (replication metadata)\",succeeded,,,\"'=sato\",S-1-5-21-1-2-3-1101,,version=3,\"replication metadata\",dc1,\r\n"
        "2026-11-24T13:20:00Z,\"2026-11-24 22:20:00 +09:00\",dc1.example,4724,password_reset,\"a password was reset\",succeeded,\"EX\\=cmd|' /C calc'!A0\",S-1-5-21-1-2-3-1102,two\\u{a}lines,S-1-5-21-1-2-3-1101,,detail=+1,\"event log\",\"kit: @a/Security.evtx\",11\r\n"
        "2026-11-24T13:20:01Z,\"2026-11-24 22:20:01 +09:00\",dc1.example,1102,cleared,\"the Security log was cleared\",succeeded,<script>alert(1)</script>,,,,,,\"event log (recovered record)\",\"kit: @a/Security.evtx\",12\r\n"
        "2026-11-24T13:20:02Z,\"2026-11-24 22:20:02 +09:00\",dc1.example,4697,installed,\"a service was installed\",succeeded,,,LocalSystem,,,\"service=svc; password=not shown\",\"event log\",\"kit: @a/Security.evtx\",13\r\n"
        "2026-11-24T13:20:03Z,\"2026-11-24 22:20:03 +09:00\",dc1.example,4624,logon,\"a logon\",succeeded,,,PC\\kanri,S-1-5-21-9-9-9-500,\"192.0.2.9 (-1+1)\",\"type=3 (network)\",\"event log\",\"kit: @a/Security.evtx\",14\r\n"
        "2026-11-24T13:20:05Z,\"2026-11-24 22:20:05 +09:00\",dc1.example,4625,logon_failed,\"a logon failed\",\"failed: wrong password\",,,EX\\sato,,192.0.2.9,\"type=3 (network); status=0xC000006D; substatus=0xC000006A\",\"event log\",\"kit: @a/Security.evtx\",16\r\n";
    T_EQ_S(csv, expected);
    char *again = document(s, REPORT_TIMELINE_CSV, &en);
    T_EQ_S(again, csv);
    free(again);
    free(csv);
    csv = document(s, REPORT_TIMELINE_CSV, &ja);
    T_HAS(csv, "パスワードのリセット");
    T_HAS(csv, "失敗：パスワードの誤り");
    free(csv);
    store_closep(&s);
}

/* What codes and numbers mean stands beside them, so that a row can be read alone. */
static void rows_can_be_read_alone(void)
{
    struct store *s = open_estate();
    T_OK(fixture_exec(
        s,
        "INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, target_name, member_name, attribute, detail) VALUES"
        " (1, 21, 0, 0, 134400000100000000, 4719, 'audit_policy', 0, 0, NULL, NULL, '0cce9235-69ae-11d9-bed3-505054503030', '%%8448, %%8450'),"
        " (1, 22, 0, 0, 134400000110000000, 4719, 'audit_policy', 0, 0, NULL, NULL, 'odd', '%%1'),"
        " (1, 23, 0, 0, 134400000120000000, 4781, 'renamed', 0, 0, 'new', 'old', NULL, NULL),"
        " (1, 24, 0, 0, 134400000130000000, 4765, 'sid_history', 0, 0, 'a', 'b', NULL, NULL);"
        "INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_name, logon_type, address, status) VALUES"
        " (1, 25, 0, 0, 134400000140000000, 4771, 'preauth_failed', 1, 0, 'k', NULL, '192.0.2.9', 24),"
        " (1, 26, 0, 0, 134400000150000000, 4625, 'logon_failed', 1, 0, 'x', 99, '192.0.2.9', 3735928559);"
        "DELETE FROM audit_info WHERE name = 'derived'"));
    struct err err;
    T_EQ_I(store_derive(s, &err), RC_OK);
    char *csv = document(s, REPORT_TIMELINE_CSV, &en);
    T_HAS(csv, "attribute=User Account Management; detail=Success removed, Failure removed");
    T_HAS(csv, "attribute=odd; detail=%%1");
    T_HAS(csv, "former=old");
    T_HAS(csv, "source=b");
    T_HAS(csv, "Kerberos pre-authentication failed\",\"failed: wrong password\"");
    T_HAS(csv, "a logon failed\",failed,");
    T_HAS(csv, "\"type=99; status=0xDEADBEEF\"");
    free(csv);
    store_closep(&s);
}

/* The zone is the process's while a document is written, and then again what it was. */
static void zone_is_the_organisations(void)
{
    struct store *s = open_estate();
    char before[64], *csv = NULL;
    (void)snprintf(before, sizeof(before), "%s", getenv("TZ") ? getenv("TZ") : "");
    T_OK(fixture_exec(s, "UPDATE audit_info SET value = 'UTC-03:30' WHERE name = 'time_zone'"));
    csv = document(s, REPORT_TIMELINE_CSV, &en);
    T_HAS(csv, "2026-11-24 09:50:00 -03:30");
    free(csv);
    /* What is no zone leaves that of the machine, which is UTC in this test. */
    T_OK(fixture_exec(s,
                      "UPDATE audit_info SET value = '../../etc/passwd' WHERE name = 'time_zone'"));
    csv = document(s, REPORT_TIMELINE_CSV, &en);
    T_HAS(csv, "2026-11-24 13:20:00 +00:00");
    free(csv);
    T_EQ_S(getenv("TZ") ? getenv("TZ") : "", before);
    store_closep(&s);
}

static void no_logs_no_rows(void)
{
    struct store *s = fixture_open();
    char *csv = document(s, REPORT_TIMELINE_CSV, &en);
    T_OK(strncmp(csv, "time_utc,", 9) == 0);
    T_OK(strstr(csv, ",event log,") == NULL);
    free(csv);
    char *page = document(s, REPORT_HTML, &en);
    T_OK(strstr(page, "id=\"records\"") == NULL && strstr(page, "#records") == NULL);
    free(page);
    store_closep(&s);
}

/* What was not read, then findings, then the witnesses of the accounts, then how far each log reaches. */
static void page_says_how_far_logs_reach(void)
{
    struct store *s = open_estate();
    struct err err;
    T_OK(fixture_exec(
        s,
        "INSERT INTO event_log(log, origin, path, form, host, reason, channel, first_at, last_at, is_whole) VALUES"
        " (4, 'kit', 'd', 'evtx', 'dc1.example', NULL, 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational', 134399000000000000, 134399000000000000, 1),"
        " (5, 'kit', 'e', 'evtx', 'pc1.example', NULL, 'Odd/Operational', 134399000000000000, 134399000000000000, 1);"
        "INSERT INTO event_computer(log, computer, name, records) VALUES (4, 0, 'dc1.example', 1), (5, 0, 'pc1.example', 1);"
        "INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start) VALUES (4, 1, 1, 134399000000000000, 134399000000000000, 'begin'), (5, 1, 1, 134399000000000000, 134399000000000000, 'begin');"
        "DELETE FROM audit_info WHERE name = 'derived'"));
    T_EQ_I(store_derive(s, &err), RC_OK);
    T_OK(fixture_exec(
        s,
        "INSERT INTO result(check_no, verdict, subject, item, name, evidence) VALUES"
        " (1, 'fail', 'dc1.example', 'S-1-5-21-1-2-3-1101@192.0.2.9', '</td><script>alert(2)</script>', json_object('event_count', 7, 'first_at', '2026-11-24T13:20:03Z')),"
        " (1, 'fail', 'dc1.example', 'b', 'second', 'no json'), (1, 'fail', 'dc1.example', 'c', 'third', NULL);"
        "INSERT INTO check_count VALUES(1, 'fail', 3)"));
    char *page = document(s, REPORT_HTML, &en);
    const char *from = strstr(page, "<h2 id=\"records\">");
    T_OK(from != NULL);
    from = from ? from : "";
    T_HAS(page, "<a href=\"#records\">Password changes and logons on record</a>");
    T_HAS(from,
          "Domain controllers whose Security log was not read (1):</b> <bdi>dc9.example</bdi>");
    T_HAS(from, "<bdi>&lt;b&gt;dark&lt;/b&gt;</bdi></p>");
    T_HAS(from, "Hosts that were not asked for their logs (1;");
    T_HAS(from, "<bdi>c/&lt;i&gt;x&lt;/i&gt;.evtx</bdi> (names another computer than its folder)");
    T_HAS(from, "<a href=\"#check-1\">");
    T_HAS(from, "<th scope=\"rowgroup\" rowspan=\"2\"><bdi>dc1.example</bdi>");
    T_HAS(from, "<td>Remote Desktop (sessions)</td>");
    T_HAS(from, "<td class=\"n\">under 1</td>");
    T_HAS(from, "<bdi>Odd/Operational</bdi>");
    T_OK(strstr(from, "What was found") < strstr(from, "Which logs were read"));
    T_HAS(from, "cleared on 2026-11-24 22:20");
    T_HAS(from, "&lt;/td&gt;&lt;script&gt;alert(2)&lt;/script&gt;");
    T_HAS(from, "7 events 2026-11-24 22:20");
    T_HAS(from, "<bdi>=sato</bdi>");
    T_HAS(from, "the secret changed");
    T_HAS(from, "a password was reset");
    T_OK(strstr(page, "<script") == NULL);
    free(page);
    page = document(s, REPORT_HTML, &ja);
    T_HAS(page, "パスワード変更とログオンの記録");
    T_HAS(page, "パスワードのリセット");
    free(page);
    store_closep(&s);
}

/* Page one says in few words what the logs show: only what was found, and else that nothing was. */
static void page_one_tells_what_logs_show(void)
{
    struct store *s = open_estate();
    T_OK(fixture_exec(
        s,
        "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters) VALUES"
        " (2, 'record.password.unrecorded', 'password_record', 'high', 'record', 'T', '題', 'w', 'w', 'f', 'f', '[]', '{}', '[]', '', '{}');"
        "INSERT INTO result(check_no, verdict, subject, name, evidence) VALUES (2, 'fail', 'a', 'a', '{}'), (2, 'fail', 'b', 'b', '{}'), (2, 'unknown', 'c', 'c', '{}');"
        "INSERT INTO check_count VALUES(2, 'fail', 2), (2, 'unknown', 1)"));
    char *page = document(s, REPORT_HTML, &en);
    char *end = strstr(page, "<div class=\"results\">");
    T_OK(end != NULL);
    if (end) {
        *end = '\0';
    }
    T_HAS(page, "<b>2</b> accounts: password changed without a record</a>");
    T_HAS(page, "<b>1</b> host: log cleared or auditing switched off</a>");
    T_HAS(page, "The Security log was read of 1 of 2 domain controllers.");
    T_OK(strstr(page, "guessed") == NULL && strstr(page, "from the internet") == NULL);
    free(page);
    T_OK(fixture_exec(
        s,
        "DELETE FROM result; DELETE FROM check_count; UPDATE log_state SET clears = 0, switches = 0"));
    page = document(s, REPORT_HTML, &ja);
    T_HAS(page, "ログの消去は見つかりませんでした。");
    T_OK(strstr(page, "class=\"signals\"") == NULL);
    free(page);
    store_closep(&s);
}

/* What is derived from logons does not depend on what was derived before. */
static void derive_is_idempotent(void)
{
    static const char *const tables[] = { "event_twin",   "logon_pick",    "logon_guess",
                                          "logon_window", "logon_guessed", "logon_topic",
                                          "logon_roast" };
    struct store *s = open_estate();
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char sql[256];
        (void)snprintf(sql, sizeof(sql), "CREATE TABLE was_%s AS SELECT * FROM %s", tables[i],
                       tables[i]);
        T_OK(fixture_exec(s, sql));
    }
    T_OK(fixture_exec(s, "DELETE FROM audit_info WHERE name = 'derived'"));
    T_EQ_I(store_derive(s, &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char sql[256];
        int64_t differ = -1;
        const char *t = tables[i];
        (void)snprintf(
            sql, sizeof(sql),
            "SELECT (SELECT count(*) FROM (SELECT * FROM %s EXCEPT SELECT * FROM was_%s))"
            " + (SELECT count(*) FROM (SELECT * FROM was_%s EXCEPT SELECT * FROM %s))",
            t, t, t, t);
        T_EQ_I(query_number(store_handle(s), sql, &differ, &err), RC_OK);
        T_EQ_I(differ, 0);
    }
    store_closep(&s);
}

/* Numbers at the ends of their range, and texts of nothing, end no derive. */
static void hostile_numbers(void)
{
    struct store *s = open_estate();
    struct err err;
    T_OK(fixture_exec(
        s,
        "INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_name, workstation, address, status, service, encryption) VALUES"
        " (1, 9223372036854775807, 0, 0, 9223372036854775807, 4625, 'logon_failed', 1, 0, '', '', '', 3221225578, NULL, NULL),"
        " (1, -9223372036854775807, 0, 0, 0, 4771, 'preauth_failed', 1, 0, NULL, NULL, NULL, 24, NULL, NULL),"
        " (1, 9223372036854775806, 0, 0, 9223372036854775807, 4769, 'service_ticket', 0, 0, '@', '', '', 0, '', 23),"
        " (1, 9223372036854775805, 0, 0, 9223372036854775807, 1149, 'rdp_login', 0, 0, '', '', '', NULL, NULL, NULL);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
        "INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_name, address, status)"
        " SELECT 1, 9223372036854770000 + i, 0, 0, 9223372036854775807, 4625, 'logon_failed', 1, 0, 'u' || i, '192.0.2.66', 3221225578 FROM n;"
        "DELETE FROM audit_info WHERE name = 'derived'"));
    T_EQ_I(store_derive(s, &err), RC_OK);
    int64_t accounts = 0;
    T_EQ_I(query_number(store_handle(s),
                        "SELECT max(accounts) FROM logon_window WHERE source = '192.0.2.66'",
                        &accounts, &err),
           RC_OK);
    T_EQ_I(accounts, 20);
    char *csv = document(s, REPORT_TIMELINE_CSV, &en);
    T_HAS(csv, "192.0.2.66");
    free(csv);
    store_closep(&s);
}

#define TESTS(X)                    \
    X(timeline_has_each_event_once) \
    X(rows_can_be_read_alone)       \
    X(zone_is_the_organisations)    \
    X(no_logs_no_rows)              \
    X(page_says_how_far_logs_reach) \
    X(page_one_tells_what_logs_show) X(derive_is_idempotent) X(hostile_numbers)
T_MAIN("records", TESTS)
