/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of a finding that moved, and what must never be called fixed or gone. */
#include <stdio.h>

#include "audit/evidence/store.h"
#include "report/diff/diff.h"
#include "tests/support/t.h"
#include "tests/unit/diff/pair.h"

static void every_kind_is_told_apart(void)
{
    const char *before = pair_make(
        "old.db",
        RESULT(1, "fail", "S-1", "ann", "{}") RESULT(1, "pass", "S-2", "", "") RESULT(
            1, "unknown", "S-3", "cy", "{}") RESULT(1, "fail", "S-5", "eve", "{}")
            RESULT(1, "fail", "S-6", "fay", "{}") RESULT(1, "pass", "S-7", "", "") RESULT(
                1, "waived", "S-8", "hal",
                "{}") RESULT(1, "fail", "S-9", "ian",
                             "{}") RESULT(2, "fail", "S-1", "ann", "{\"a\":1,\"x_age_days\":3}")
                RESULT(2, "fail", "S-2", "bob", "{\"a\":1,\"last_logon_at\":\"x\"}") RESULT(
                    3, "fail",
                    "S-1",
                    "ann",
                    "{}") RESULT(3, "fail", "S-90", "zoe",
                                 "{}") RESULT(4, "fail", "S-1", "ann", "{}")
                    RESULT(4, "pass", "S-2", "", "") RESULT(5, "fail", "S-1", "ann", "{}") RESULT(
                        1, "unknown", "S-10", "joe",
                        "{}") "DELETE FROM check_info WHERE check_no = 6; INSERT INTO enrollment_service(guid, dn) VALUES('S-11', '')");
    const char *now = pair_make(
        "new.db",
        RESULT(1, "pass", "S-1", "", "") RESULT(1, "fail", "S-2", "bob", "{}") RESULT(
            1, "fail", "S-3", "cy", "{}") RESULT(1, "fail", "S-4", "new",
                                                 "{}") RESULT(1, "unknown", "S-5", "eve", "{}")
            RESULT(1, "waived", "S-6", "fay", "{}") RESULT(1, "unknown", "S-7", "gus", "{}") RESULT(
                1, "fail",
                "S-8",
                "hal",
                "{}") RESULT(1, "fail", "S-9", "ian2",
                             "{}") RESULT(2, "fail", "S-1", "ann", "{\"a\":2,\"x_age_days\":9}")
                RESULT(2, "fail", "S-2", "bob", "{\"a\":1,\"last_logon_at\":\"y\"}")
                    RESULT(4, "pass", "S-1", "", "") RESULT(4, "fail", "S-2", "bob", "{}") RESULT(
                        6, "fail",
                        "S-1",
                        "ann",
                        "{}") RESULT(1, "pass", "S-10", "", "")
                        RESULT(
                            1,
                            "fail",
                            "S-11",
                            "kim",
                            "{}") "UPDATE check_info SET parameters = '{\"n\":1}' WHERE check_no = 4; DELETE FROM check_info WHERE check_no = 5;"
                                  "UPDATE audit_info SET value = value + 864000000000 WHERE name = 'now'");
    struct diff d = { 0 };
    if (!pair_opened(&d, before, now)) {
        return;
    }
    T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "fixed fail");
    T_EQ_S(pair_kind(&d, "t.fix", "S-2"), "new passed");
    T_EQ_S(pair_kind(&d, "t.fix", "S-3"), "new unknown");
    T_EQ_S(pair_kind(&d, "t.fix", "S-4"), "new subject");
    T_EQ_S(pair_kind(&d, "t.fix", "S-11"), "new not_applicable");
    T_EQ_S(pair_kind(&d, "t.fix", "S-5"), "hidden unknown");
    T_EQ_S(pair_kind(&d, "t.fix", "S-6"), "waived fail");
    T_EQ_S(pair_kind(&d, "t.fix", "S-8"), "unwaived waived");
    T_EQ_S(pair_kind(&d, "t.fix", "S-9"), "same fail");
    T_EQ_S(pair_kind(&d, "t.change", "S-1"), "changed evidence");
    T_EQ_S(pair_kind(&d, "t.change", "S-2"), "same fail");
    T_EQ_S(pair_kind(&d, "t.gone", "S-1"), "gone not_applicable");
    T_EQ_S(pair_kind(&d, "t.gone", "S-90"), "gone subject");
    T_EQ_S(pair_kind(&d, "t.rule", "S-1"), "rejudged fail");
    T_EQ_S(pair_kind(&d, "t.rule", "S-2"), "judged rule");
    T_EQ_S(pair_kind(&d, "t.old", "S-1"), "hidden check");
    T_EQ_S(pair_kind(&d, "t.new", "S-1"), "judged check");
    T_EQ_S(pair_one(&d, "SELECT change FROM diff_list WHERE kind = 'changed'"), "[[\"a\",1,2]]");
    T_EQ_S(
        pair_one(&d, "SELECT reason_en FROM diff_list WHERE kind = 'hidden' AND why = 'unknown'"),
        "Not read from dc1.");
    T_EQ_S(pair_one(&d, "SELECT name_before FROM diff_list WHERE subject = 'S-9'"), "ian");
    T_EQ_S(pair_one(&d, "SELECT before || ' ' || now FROM diff_renamed"), "ian ian2");
    T_EQ_I(d.count[DIFF_NEW], 4);
    T_EQ_I(d.lost, 1);
    T_EQ_I(d.seen, 1);
    T_EQ_I(d.same, 2);
    T_EQ_I(d.worst_new, 1);
    T_OK(!d.is_swapped && !d.is_foreign && !d.other_profile && !d.other_build);
    diff_close(&d);
    /* The other way round it is the older one that is called new. */
    if (pair_opened(&d, now, before)) {
        T_OK(d.is_swapped);
        diff_close(&d);
    }
}

/* Logs roll over: a check of events that passes now, does not apply or has no row any more was not repaired; one of how a log stands may be. */
static void what_happened_is_never_fixed(void)
{
    static const char told[] =
        "INSERT INTO coverage(source, target, state) VALUES('event.change', 'dc1', 'complete');"
        "UPDATE view_source SET source = 'event.change' WHERE view = 'reset_authority' AND column_name = '';"
        "INSERT INTO log_state(host, channel, logs, is_whole, is_text, covered, windows, jumps, missing, resets, damaged, breaks, backs, clears, stops, drops, steps, switches, unclear_switches)"
        " VALUES('S-1', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);"
        "UPDATE check_info SET view = 'host_log', statement = 'SELECT \"days_covered\", \"clears\" IS NULL' WHERE check_no IN (5);"
        "UPDATE check_info SET view = 'host_log', statement = 'SELECT \"clears\", \"days_covered\" IS NULL' WHERE check_no IN (6);";
    char before[4096], now[4096];
    (void)snprintf(before, sizeof(before), "%s%s",
                   RESULT(1, "fail", "S-1", "ann", "{}") RESULT(3, "fail", "S-1", "ann", "{}")
                       RESULT(3, "fail", "S-90", "zoe", "{}") RESULT(4, "fail", "S-1", "ann", "{}")
                           RESULT(5, "fail", "S-1", "ann", "{}")
                               RESULT(6, "fail", "S-1", "ann", "{}"),
                   told);
    (void)snprintf(now, sizeof(now), "%s%s%s",
                   RESULT(1, "pass", "S-1", "", "") RESULT(4, "pass", "S-1", "", "")
                       RESULT(5, "pass", "S-1", "", "") RESULT(6, "pass", "S-1", "", ""),
                   told, "UPDATE check_info SET parameters = '{\"n\":1}' WHERE check_no = 4;");
    struct diff d = { 0 };
    if (!pair_opened(&d, pair_make("log-old.db", before), pair_make("log-new.db", now))) {
        return;
    }
    T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "hidden log");
    T_EQ_S(pair_kind(&d, "t.gone", "S-1"), "hidden log");
    T_EQ_S(pair_kind(&d, "t.gone", "S-90"), "hidden log");
    T_EQ_S(pair_kind(&d, "t.rule", "S-1"), "rejudged fail");
    T_EQ_S(pair_kind(&d, "t.old", "S-1"), "hidden log");
    T_EQ_S(pair_kind(&d, "t.new", "S-1"), "fixed fail");
    diff_close(&d);
}

/* What is taken from the new file, and what must become of t.fix S-1 (passes now) and t.gone S-90 (no longer there). */
static void a_source_that_was_not_read_repairs_nothing(void)
{
    static const struct {
        const char *sql, *fixed, *gone;
    } cases[] = {
        { "SELECT 1", "fixed fail", "gone subject" },
        { "DELETE FROM coverage WHERE source = 'ldap.user'", "hidden source", "hidden source" },
        { "UPDATE coverage SET state = 'denied' WHERE source = 'ldap.user'", "hidden source",
          "hidden source" },
        { "UPDATE coverage SET state = 'partial' WHERE source = 'ldap.user'", "hidden source",
          "hidden source" },
        /* the statement names its column */
        { "DELETE FROM coverage WHERE source = 'ldap.logon'", "hidden source", "hidden source" },
        /* the statement does not */
        { "DELETE FROM coverage WHERE source = 'ldap.pki'", "fixed fail", "gone subject" },
        /* another server told as much; one of two did not */
        { "UPDATE coverage SET target = 'dc2' WHERE source = 'ldap.user'", "fixed fail",
          "gone subject" },
        { "UPDATE coverage SET target = 'dc2' WHERE source = 'ldap.user';"
          "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc3', 'unreachable')",
          "hidden source", "hidden source" },
        /* another server, but the domain is missing */
        { "UPDATE coverage SET target = 'dc2' WHERE source = 'ldap.user'; DELETE FROM domain_head",
          "hidden source", "hidden source" },
        { "UPDATE check_info SET view = 'no_such_view'", "rejudged fail", "hidden view" },
        /* the views of the file are never asked: neither one without an end, nor none */
        { "DROP VIEW reset_authority; CREATE VIEW reset_authority AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS subject, '' AS item, 1 AS dns_name FROM r",
          "fixed fail", "gone subject" },
        { "DROP VIEW reset_authority", "fixed fail", "gone subject" },
    };

    const char *before = pair_make("old.db", RESULT(1, "fail", "S-1", "ann", "{}")
                                                 RESULT(3, "fail", "S-90", "zoe", "{}"));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct diff d = { 0 };
        const char *now = pair_make("new.db", RESULT(1, "pass", "S-1", "", ""));
        (void)pair_exec(now, cases[i].sql);
        if (pair_opened(&d, before, now)) {
            T_EQ_S(pair_kind(&d, "t.fix", "S-1"), cases[i].fixed);
            T_EQ_S(pair_kind(&d, "t.gone", "S-90"), cases[i].gone);
            diff_close(&d);
        }
    }
}

/* Whose owner or neighbour is called otherwise has not changed; who has another has. */
static void renamed_neighbours_are_no_change(void)
{
    static const char names[] =
        "INSERT INTO account(guid, sid, kind, dn, sam_name) VALUES('1', 'S-1-5-21-1-2-3-1101', 'user', '', '%s'), ('2', 'S-1-5-21-1-2-3-1102', 'computer', '', '%s');"
        "INSERT INTO directory_group(guid, sid, dn, sam_name) VALUES('3', 'S-1-5-21-1-2-3-1103', '', '%s');"
        "INSERT INTO host_state(host, subject) VALUES('%s', 'S-1-5-21-1-2-3-1102');";

    static const struct {
        const char *before, *now, *kind;
    } cases[] = {
        { "sato (write_dacl)", "suzuki (write_dacl)", "same fail" },
        { "sato (write_dacl)", "suzuki (write_owner)", "changed evidence" },
        { "sato", "sato2", "changed evidence" },
        { "sato, abe, pc1.w.example", "abe, pc9.w.example, suzuki", "same fail" },
        { "abe; sato", "abe; suzuki; x", "changed evidence" },
        { "W\\sato", "W\\suzuki", "same fail" },
        { "PC1\\administrator", "pc9\\Administrator", "same fail" },
        { "旧管理者 (generic_all)", "管理者 (generic_all)", "same fail" },
        { "satoh", "suzukih", "changed evidence" },
        { "b, a", "a, b", "same fail" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char was[1024], is[1024], row[256];
        int n = snprintf(was, sizeof(was), names, "sato", "PC1$", "旧管理者", "pc1.w.example");
        (void)snprintf(was + n, sizeof(was) - (size_t)n,
                       RESULT(1, "fail", "S-1", "x", "{\"owner\":\"%s\"}"), cases[i].before);
        n = snprintf(is, sizeof(is), names, "suzuki", "PC9$", "管理者", "pc9.w.example");
        (void)snprintf(is + n, sizeof(is) - (size_t)n,
                       RESULT(1, "fail", "S-1", "x", "{\"owner\":\"%s\"}"), cases[i].now);
        const char *before = pair_make("old.db", was), *now = pair_make("new.db", is);
        struct diff d = { 0 };
        if (pair_opened(&d, before, now)) {
            (void)snprintf(row, sizeof(row), "%s: %s", cases[i].before,
                           pair_kind(&d, "t.fix", "S-1"));
            char want[256];
            (void)snprintf(want, sizeof(want), "%s: %s", cases[i].before, cases[i].kind);
            T_EQ_S(row, want);
            diff_close(&d);
        }
    }
}

/* Who takes an account out of the site file, or renames it so that its entry finds nobody, has repaired nothing. */
static void whom_the_site_file_forgot_is_out_of_sight(void)
{
#define NAMED                                                                                      \
    "INSERT OR REPLACE INTO view_source VALUES('reset_authority', '', 'site.account');"            \
    "INSERT INTO coverage(source, target, state) VALUES('site.account', 'site file', 'complete');" \
    "INSERT INTO account(guid, sid, kind, dn) VALUES('1', 'S-1-5-21-1-2-3-1101', 'user', ''), ('2', 'S-1-5-21-1-2-3-1102', 'user', '');"
#define ENTRY(entry, kind, guid)                                                                                \
    "INSERT INTO named_principal(purpose, entry, kind, guid, directory, how, matches) VALUES('vendor', '" entry \
    "', '" kind "', '" guid "', 'ad', 'name', 1);"
#define MEMBER(guid, via) "INSERT INTO named_member VALUES('vendor', '" guid "', '" via "');"
    const char *before = pair_make(
        "old.db", NAMED ENTRY("acme", "account", "1") ENTRY("vendors", "group", "9") MEMBER("1", "")
                      MEMBER("2", "vendors") RESULT(1, "fail", "S-1-5-21-1-2-3-1101", "acme", "{}")
                          RESULT(1, "fail", "S-1-5-21-1-2-3-1102", "ex", "{}"));
    struct diff d = { 0 };
    /* Nobody is named any more. */
    const char *now = pair_make("new.db", NAMED);
    if (pair_opened(&d, before, now)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1101"), "hidden scope");
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1102"), "hidden scope");
        diff_close(&d);
    }
    /* One left the group, the other was deleted: that happened in the directory. */
    now = pair_make("new.db",
                    NAMED ENTRY("vendors", "group", "9") "DELETE FROM account WHERE guid = '1'");
    if (pair_opened(&d, before, now)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1101"), "gone subject");
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1102"), "gone subject");
        diff_close(&d);
    }
}

/* A waiver that ended makes a finding count again: whoever waits for an exit code is told. One that began does not. */
static void the_end_of_a_waiver_counts(void)
{
    const char *accepted = pair_make("old.db", RESULT(1, "waived", "S-1", "x", "{}"));
    const char *open = pair_make("new.db", RESULT(1, "fail", "S-1", "x", "{}"));
    struct diff d = { 0 };
    if (pair_opened(&d, accepted, open)) {
        T_EQ_I(d.count[DIFF_NEW], 0);
        T_EQ_I(d.worst_new, 1);
        diff_close(&d);
    }
    if (pair_opened(&d, open, accepted)) {
        T_EQ_I(d.worst_new, 5);
        diff_close(&d);
    }
}

/* So does a severity that rose, as that of another profile does: nothing would tell the cron job otherwise. One that fell does not. */
static void a_severity_that_rose_counts(void)
{
#define IS(severity) "UPDATE check_info SET severity = '" severity "' WHERE id = 't.fix';"
    struct diff d = { 0 };
    const char *low = pair_make("old.db", IS("low") RESULT(1, "fail", "S-1", "x", "{}"));
    const char *high = pair_make("new.db", IS("high") RESULT(1, "fail", "S-1", "x", "{}"));
    if (pair_opened(&d, low, high)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "changed severity");
        T_EQ_I(d.worst_new, 1);
        diff_close(&d);
    }
    if (pair_opened(&d, high, low)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "changed severity");
        T_EQ_I(d.worst_new, 5);
        diff_close(&d);
    }
}

/* A source that was read in part both times hides no deletion, unless the check has somebody new of whom nothing is known. */
static void what_lost_its_key_is_not_gone(void)
{
    static const char part[] = "UPDATE coverage SET state = 'partial' WHERE source = 'ldap.logon';";
    char sql[1024];
    struct diff d = { 0 };
    (void)snprintf(sql, sizeof(sql), "%s%s", part,
                   RESULT(1, "fail", "S-1", "ann", "{}") RESULT(3, "fail", "S-90", "zoe", "{}"));
    const char *before = pair_make("old.db", sql);
    (void)snprintf(sql, sizeof(sql), "%s%s", part, RESULT(3, "unknown", "g/zoe", "zoe", "{}"));
    if (pair_opened(&d, before, pair_make("new.db", sql))) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "gone subject");
        T_EQ_S(pair_kind(&d, "t.gone", "S-90"), "hidden source");
        diff_close(&d);
    }
}

static void items_of_a_subject_are_findings_of_their_own(void)
{
#define ITEM \
    "INSERT INTO certificate_mapping(guid, is_strong, kind, position) VALUES('g-1', 1, 'kerberos', "
    static const char items[] =
        "UPDATE check_info SET view = 'certificate_mapping_entry', statement = 'SELECT is_strong FROM certificate_mapping_entry' WHERE check_no = 1;"
        "INSERT INTO account_state(subject, guid, kind, may_be_privileged) VALUES('S-1', 'g-1', 'user', 0);" ITEM
        "0);";
    char was[2048], is[2048];
    (void)snprintf(
        was, sizeof(was), "%s%s", items,
        "INSERT INTO result(check_no, verdict, subject, item, name) VALUES(1, 'fail', 'S-1', '0', 'x'), (1, 'fail', 'S-1', '1', 'x'), (1, 'fail', 'S-1', '2', 'x');" ITEM
        "1);" ITEM "2);");
    (void)snprintf(
        is, sizeof(is), "%s%s", items,
        "INSERT INTO result(check_no, verdict, subject, item) VALUES(1, 'pass', 'S-1', '0');" ITEM
        "2);");
#undef ITEM
    const char *before = pair_make("old.db", was);
    const char *now = pair_make("new.db", is);
    struct diff d = { 0 };
    if (pair_opened(&d, before, now)) {
        T_EQ_S(
            pair_one(
                &d,
                "SELECT group_concat(item || ' ' || kind || ' ' || why, ', ') FROM (SELECT * FROM diff_list ORDER BY item)"),
            "0 fixed fail, 1 gone item, 2 gone not_applicable");
        diff_close(&d);
    }
    /* A subject that is unknown as a whole hides them. */
    (void)pair_exec(now, RESULT(1, "unknown", "S-1", "x", "{}"));
    if (pair_opened(&d, before, now)) {
        T_EQ_I(d.count[DIFF_GONE], 0);
        T_EQ_I(d.count[DIFF_HIDDEN], 2);
        diff_close(&d);
    }
}

static void refusals_say_what_to_do(void)
{
    struct diff d = { 0 };
    struct err err;
    const char *before = pair_make("old.db", "SELECT 1"), *now = pair_make("new.db", "SELECT 1");
    T_EQ_I(diff_open(pair_path("none"), now, false, &d, &err), RC_ABSENT);
    T_EQ_I(diff_open(before, pair_path("none"), false, &d, &err), RC_ABSENT);
    T_HAS(err.where, "none");
    (void)pair_exec(now, "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9', guid = 'h'");
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_USAGE);
    T_HAS(err.msg, "not the same estate");
    T_EQ_I(diff_open(before, now, true, &d, &err), RC_OK);
    T_OK(d.is_foreign);
    diff_close(&d);
    /* Every hospital has a 192.168.1.10, and machines of one image: where both know their domains, these decide. */
    (void)pair_exec(before,
                    HOST("192.168.1.10", "192.168.1.10", "192.168.1.10", "'S-1-5-21-7-7-7'"));
    (void)pair_exec(now, HOST("192.168.1.10", "192.168.1.10", "192.168.1.10", "'S-1-5-21-7-7-7'"));
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_USAGE);
    T_HAS(err.msg, "no domain in common");
    (void)pair_exec(now, "DELETE FROM domain_head");
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_OK);
    T_OK(!d.is_foreign);
    diff_close(&d);
    (void)pair_exec(now,
                    "INSERT INTO domain_head(guid, sid, dn) VALUES('h', 'S-1-5-21-9-9-9', 'DC=b')");
    (void)pair_exec(now, "UPDATE domain_head SET sid = 'S-1-5-21-1-2-3'; DELETE FROM check_info");
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_USAGE);
    T_HAS(err.msg, "kagimori evaluate");
    (void)pair_exec(now, "PRAGMA user_version = 5");
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_UNSUPPORTED);
    T_HAS(err.msg, "from the next audit on");
    T_EQ_I(diff_open(now, before, false, &d, &err), RC_UNSUPPORTED);
    (void)pair_exec(now, "PRAGMA user_version = 99");
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_UNSUPPORTED);
    T_HAS(err.msg, "newer");
    T_EQ_I(diff_open(SOURCE_DIR "/README.md", before, false, &d, &err), RC_USAGE);
    T_EQ_I(diff_open(before, SOURCE_DIR "/README.md", false, &d, &err), RC_USAGE);
    T_OK(d.db == NULL);
}

/* A file of the schema before grades compares; neither file changes. */
static void an_upgrade_does_not_end_comparisons(void)
{
    const char *before = pair_make(
        "old.db",
        RESULT(
            1, "fail", "S-1", "ann",
            "{}") "DROP TABLE grade; DROP TABLE grade_check; DROP TABLE measure; DROP TABLE risk;"
                  "PRAGMA user_version = 6; UPDATE audit_info SET value = 'x' WHERE name = 'views'");
    const char *now = pair_make("new.db", RESULT(1, "pass", "S-1", "", ""));
    struct diff d = { 0 };
    if (pair_opened(&d, before, now)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1"), "fixed fail");
        T_OK(d.other_build);
        T_OK(sqlite3_exec(d.db, "UPDATE main.result SET verdict = 'x'", NULL, NULL, NULL) !=
             SQLITE_OK);
        T_OK(sqlite3_exec(d.db, "DELETE FROM before.result", NULL, NULL, NULL) != SQLITE_OK);
        T_OK(sqlite3_exec(d.db, "ATTACH ':memory:' AS more", NULL, NULL, NULL) != SQLITE_OK);
        diff_close(&d);
    }
}

static void what_moves_by_itself_is_known_by_its_name(void)
{
    static const char *const moving[] = { "password_age_days", "inactive_days", "last_logon_at",
                                          "age_days",          "event_count",   "days_left" };
    static const char *const kept[] = {
        "max_age_days",    "min_password_age_days", "usage", "lockout_minutes", "member_count",
        "support_ends_on", "policy_max_age_days"
    };
    for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++) {
        T_OK(diff_is_moving(moving[i]));
    }
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        T_OK(!diff_is_moving(kept[i]));
    }
    pair_remove();
}

#define TESTS(X)                                    \
    X(every_kind_is_told_apart)                     \
    X(what_happened_is_never_fixed)                 \
    X(a_source_that_was_not_read_repairs_nothing)   \
    X(renamed_neighbours_are_no_change)             \
    X(whom_the_site_file_forgot_is_out_of_sight)    \
    X(the_end_of_a_waiver_counts)                   \
    X(a_severity_that_rose_counts)                  \
    X(what_lost_its_key_is_not_gone)                \
    X(items_of_a_subject_are_findings_of_their_own) \
    X(refusals_say_what_to_do)                      \
    X(an_upgrade_does_not_end_comparisons)          \
    X(what_moves_by_itself_is_known_by_its_name)
T_MAIN("diff", TESTS)
