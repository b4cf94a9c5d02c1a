/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States: every row of "States" of rules/reset/README.md, and what a plan remembers of the one before. */
#include "reset_support.h"

#define WHOLE \
    "suspect: s = 1\npartly: p = 1\nnot_needed: g = 1\nuntil: until\nproven: p\nneeded: \"2\""

static char sql[4000];

static void decide(struct plan_lab *lab, const char *kind, const char *action, const char *subject)
{
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO reset_decision VALUES('%s', '%s', '%s', 'Sato', %" PRId64
                   ", 'paper 7')",
                   kind, action, subject, RESET_NOW - RESET_HOUR);
    reset_sql(lab, sql);
}

static void was(struct plan_lab *lab, const char *action, const char *subject, const char *state)
{
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO reset_before VALUES('%s', '%s', 'Old', '%s', %" PRId64 ")", action,
                   subject, state, RESET_NOW - FILETIME_DAY);
    reset_sql(lab, sql);
}

/* The first that holds, in the order of the README: each row of the table is one account. */
static void the_first_that_holds_wins(void)
{
    static const struct {
        const char *columns, *values, *decision, *state;
    } rows[] = {
        { "uac", "NULL", NULL, "ready" },
        { "uac", "0", NULL, "ready" },
        { "uac", "1", NULL, "done" },
        { "uac", "2", NULL, "ready" },
        { "uac, delegate_count", "1, 1", NULL, "not_needed" },
        { "uac, delegate_count", "0, 1", NULL, "not_needed" },
        { "uac, delegate_count", "0, NULL", NULL, "ready" },
        { "uac", "0", "not_needed", "not_needed" },
        { "uac", "1", "not_needed", "not_needed" },
        { "uac", "NULL", "attested", "attested" },
        { "uac", "0", "attested", "suspect" },
        { "uac", "1", "attested", "done" },
        { "uac, delegate_count", "0, 1", "attested", "not_needed" },
        { "uac, admin_count, spn_count", "0, 1, 1", NULL, "suspect" },
        { "uac, admin_count", "1, 1", NULL, "done" },
        { "uac, admin_count", "NULL, 1", NULL, "suspect" },
        { "uac, admin_count", "NULL, 1", "attested", "attested" },
        { "uac, admin_count, spn_count", "0, 0, 1", NULL, "partly" },
        { "uac, spn_count", "NULL, 1", NULL, "partly" },
        { "uac, spn_count", "NULL, 1", "attested", "attested" },
        { "uac, lockout_time", "0, 134398161300000001", NULL, "waiting" },
        { "uac, lockout_time", "0, 134398161300000000", NULL, "ready" },
        { "uac, lockout_time", "0, -5", NULL, "ready" },
        { "uac, lockout_time", "1, 134398161300000001", NULL, "done" },
        { "uac, lockout_time", "0, 9223372036854775807", NULL, "waiting" },
    };
    struct plan_lab lab = reset_lab(an_action("reset.one", WHOLE));
    char name[20], sid[60];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        (void)snprintf(name, sizeof(name), "row%zu", i);
        (void)snprintf(sid, sizeof(sid), "S-1-5-21-1-2-3-%zu", 2000 + i);
        reset_account(&lab, 2000 + (int)i, name, rows[i].columns, rows[i].values);
        if (rows[i].decision) {
            decide(&lab, rows[i].decision, "reset.one", sid);
        }
    }
    reset_plan(&lab);
    size_t by_hand = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        (void)snprintf(name, sizeof(name), "row%zu", i);
        const char *got = reset_item(&lab, name, "state");
        if (strcmp(got, rows[i].state) != 0) {
            t_fail(__FILE__, __LINE__, "%s (%s = %s, %s) is %s, not %s: %s", name, rows[i].columns,
                   rows[i].values, rows[i].decision ? rows[i].decision : "-", got, rows[i].state,
                   reset_item(&lab, name, "reason_en"));
        } else {
            t_pass(__LINE__);
        }
        T_OK(reset_item(&lab, name, "reason_en")[0] != '\0');
        T_OK(reset_item(&lab, name, "reason_ja")[0] != '\0');
        by_hand += strcmp(rows[i].state, "not_needed") != 0;
    }
    T_EQ_I(lab.totals.items, by_hand);
    T_EQ_I(lab.totals.suspect, 3);
    T_EQ_I(lab.totals.finished, 7);
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_item WHERE json_valid(evidence)"), "25");
    T_EQ_S(reset_query(&lab, "SELECT state || ' ' || items || ' ' || finished FROM reset_action"),
           "suspect 20 7");
    T_HAS(reset_item(&lab, "row9", "reason_en"), "Attested: Sato, 2026-11-22");
    T_HAS(reset_item(&lab, "row9", "reason_ja"), "：paper 7。");
    T_HAS(reset_item(&lab, "row10", "reason_en"), "but the evidence shows otherwise");
    T_EQ_S(reset_item(&lab, "row18", "reason_en"),
           "Proven in part only. This evidence does not tell the rest: if it was done, attest it.");
    T_EQ_S(
        reset_item(&lab, "row18", "reason_ja"),
        "一部のみ確認できました。残りはこの証拠では確認できません。実施済みの場合は申告してください。");
    T_HAS(reset_item(&lab, "row0", "reason_en"),
          "Whether it was done could not be seen: No value for \"Reset\".");
    T_EQ_S(reset_item(&lab, "row0", "is_seen"), "0");
    T_EQ_S(reset_item(&lab, "row1", "is_seen"), "1");
    T_EQ_S(reset_item(&lab, "row18", "proven || ' of ' || needed"), "1 of 2");
    reset_lab_done(&lab);
}

static void without_an_incident_nothing_is_done(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", WHOLE));
    reset_sql(&lab, "DELETE FROM audit_info WHERE name = 'incident_at'");
    reset_account(&lab, 1, "done", "uac", "1");
    reset_account(&lab, 2, "said", "", "");
    reset_account(&lab, 3, "odd", "admin_count, uac", "1, 0");
    decide(&lab, "attested", "reset.one", "*");
    reset_plan(&lab);
    T_EQ_S(reset_query(&lab, "SELECT group_concat(state, ' ') FROM reset_item"),
           "ready ready ready");
    T_HAS(reset_item(&lab, "done", "reason_en"), "No time of the incident was given");
    T_EQ_I(lab.totals.finished, 0);
    reset_lab_done(&lab);
}

static void an_action_waits_for_what_comes_before(void)
{
    char text[8000];
    (void)snprintf(text, sizeof(text), "%s%s%s", an_action("reset.a", "done: d = 1"),
                   an_action("reset.b", "applies: s = 1\nafter: [reset.a]"),
                   an_action("reset.c", "done: d = 2\nafter: [reset.b]"));
    struct plan_lab lab = reset_lab(text);
    reset_account(&lab, 1, "A", "uac, admin_count", "0, 0");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "reset.a/A", "state"), "ready");
    /* b has nothing to do; what c waits for is a. */
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(state || items, ' ') FROM (SELECT * FROM reset_action ORDER BY action_no)"),
        "ready1 not_needed0 blocked1");
    T_EQ_S(reset_item(&lab, "reset.c/A", "reason_en"), "First: \"Title\". Open.");
    T_EQ_S(reset_item(&lab, "reset.c/A", "reason_ja"), "先に「題名」を完了してください。未完了。");
    T_EQ_S(reset_query(&lab, "SELECT after || blocked_by FROM reset_action WHERE id = 'reset.c'"),
           "[\"reset.b\"][\"reset.a\"]");
    T_OK(strcmp(reset_query(&lab, "SELECT start_at FROM reset_action WHERE id = 'reset.c'"),
                reset_query(&lab, "SELECT finish_at FROM reset_action WHERE id = 'reset.a'")) == 0);
    reset_sql(&lab, "UPDATE account SET admin_count = 1");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "reset.b/A", "state"), "blocked");
    T_EQ_S(reset_query(&lab, "SELECT blocked_by FROM reset_action WHERE id = 'reset.c'"),
           "[\"reset.b\"]");
    reset_sql(&lab, "UPDATE account SET uac = 1");
    reset_plan(&lab);
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(state, ' ') FROM (SELECT * FROM reset_action ORDER BY action_no)"),
        "done done ready");
    reset_lab_done(&lab);
}

/* A cell has little room: one title, in the order of the plan, and how many more. */
static void many_blockers_are_told_shortly(void)
{
    char text[8000];
    (void)snprintf(text, sizeof(text), "%s%s%s%s",
                   an_action("reset.c", "title: { en: Third one, ja: 三番目 }\nphase: second"),
                   an_action("reset.a", "title: { en: First one, ja: 一番目 }"),
                   an_action("reset.b", "title: { en: Second one, ja: 二番目 }\nafter: [reset.a]"),
                   an_action("reset.d", "after: [reset.c, reset.b, reset.a]\nphase: third"));
    struct plan_lab lab = reset_lab(text);
    reset_account(&lab, 1, "A", "uac, admin_count", "0, 0");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "reset.d/A", "reason_en"), "First: \"First one\" and 2 more. Open.");
    T_EQ_S(reset_item(&lab, "reset.d/A", "reason_ja"),
           "先に「一番目」、ほか 2 件の作業を完了してください。未完了。");
    reset_lab_done(&lab);
}

static void what_was_finished_and_is_not_is_a_regression(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", WHOLE));
    static const char *const before[] = { "done", "attested", "partly", "not_needed",
                                          "done", "done",     "done" };
    static const char *const columns[] = { "uac",         "uac", "uac",
                                           "uac",         "uac", "uac, delegate_count",
                                           "display_name" };
    static const char *const values[] = { "0", "NULL", "0", "0", "1", "0, 1", "'x'" };
    char sid[60], name[9];
    for (int i = 0; i < 7; i++) {
        (void)snprintf(sid, sizeof(sid), "S-1-5-21-1-2-3-%d", 10 + i);
        (void)snprintf(name, sizeof(name), "r%d", i);
        reset_account(&lab, 10 + i, name, columns[i], values[i]);
        was(&lab, "reset.one", sid, before[i]);
    }
    reset_plan(&lab);
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(is_regression, '') FROM (SELECT * FROM reset_item ORDER BY name)"),
        "1100001");
    T_EQ_I(lab.totals.regressions, 3);
    T_HAS(reset_item(&lab, "r0", "reason_en"), "It was done on 2026-11-21");
    T_HAS(reset_item(&lab, "r1", "reason_ja"), "の時点では申告済みでした。");
    T_EQ_S(reset_item(&lab, "r4", "was"), "done");
    reset_lab_done(&lab);
}

static void what_vanished_is_not_needed_only_when_all_was_read(void)
{
    char text[8000];
    (void)snprintf(text, sizeof(text), "%s%s", an_action("reset.a", "applies: s = 1"),
                   an_action("reset.b", "applies: s = 0"));
    struct plan_lab lab = reset_lab(text);
    reset_account(&lab, 1, "moved", "admin_count", "0");
    was(&lab, "reset.a", "S-1-5-21-1-2-3-1", "done");
    was(&lab, "reset.a", "S-1-5-21-1-2-3-9", "ready");
    was(&lab, "reset.a", "kiosk.example", "done"); /* a host outside of the directory */
    was(&lab, "reset.a", "source:ldap.user", "ready");
    was(&lab, "reset.b", "S-1-5-21-1-2-3-8", "not_needed");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-1", "state"), "not_needed");
    T_HAS(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-1", "reason_en"),
          "no longer a subject of this action");
    T_EQ_S(reset_item(&lab, "reset.b/moved", "state"), "ready");
    T_EQ_S(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-9", "state"), "not_needed");
    T_HAS(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-9", "reason_en"), "was deleted");
    T_EQ_S(reset_item(&lab, "kiosk.example", "state || is_regression || is_seen"), "ready10");
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_item"), "4");
    T_EQ_I(lab.totals.regressions, 1);
    reset_sql(&lab,
              "UPDATE coverage SET state = 'denied', reason = 'denied' WHERE source = 'ldap.user'");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-9", "state"), "ready");
    T_EQ_S(reset_item(&lab, "reset.a/S-1-5-21-1-2-3-1", "state || is_regression"), "ready1");
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT count(*) FROM reset_item WHERE subject = 'source:ldap.user' AND state = 'ready'"),
        "2");
    T_HAS(reset_item(&lab, "source:ldap.user", "reason_en"),
          "Not all that this is about may be known: Not read from dc1.example");
    /* A person may know what the tool could not see. */
    decide(&lab, "attested", "reset.a", "*");
    decide(&lab, "not_needed", "reset.b", "source:ldap.user");
    reset_plan(&lab);
    T_EQ_S(reset_query(&lab,
                       "SELECT group_concat(DISTINCT state) FROM reset_item WHERE action_no = 1"),
           "attested");
    T_EQ_S(reset_item(&lab, "reset.b/source:ldap.user", "state"), "not_needed");
    reset_lab_done(&lab);
}

static void a_subject_that_stands_there_twice_is_as_open_as_it_can_be(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", "for: twice"));
    reset_account(&lab, 1, "A", "uac", "1");
    reset_account(&lab, 2, "B", "uac", "0");
    reset_account(&lab, 3, "C", "", "");
    reset_plan(&lab);
    T_EQ_S(reset_query(&lab, "SELECT group_concat(state, ' ') FROM reset_item"),
           "ready ready ready");
    T_EQ_S(reset_query(&lab, "SELECT items || ' ' || finished || ' ' || unseen FROM reset_action"),
           "3 0 1");
    T_EQ_I(lab.totals.items, 3);
    reset_lab_done(&lab);
}

static void one_that_fails_does_not_end_the_plan(void)
{
    char text[8000];
    (void)snprintf(text, sizeof(text), "%s%s%s", an_action("reset.a", ""),
                   an_action("reset.b", "proven: abs(many)"),
                   an_action("reset.c", "after: [reset.b]"));
    struct plan_lab lab = reset_lab(text);
    reset_account(&lab, 1, "A", "uac, sid_history_count", "1, 1");
    reset_account(&lab, 2, "B", "uac, sid_history_count", "1, -9223372036854775808");
    reset_account(&lab, 3, "C", "uac, sid_history_count", "1, 1");
    reset_plan(&lab);
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(state || items, ' ') FROM (SELECT * FROM reset_action ORDER BY action_no)"),
        "done3 ready1 done3");
    T_HAS(reset_item(&lab, "source:statement", "reason_en"),
          "its statement failed: integer overflow");
    T_EQ_I(lab.totals.items, 7);
    /* Nothing of the plan before stays when it cannot be written. */
    reset_sql(&lab, "DROP TABLE reset_progress");
    const struct reset_options options = { .kind = "plan" };
    T_EQ_I(reset_make(&lab, &options), RC_IO);
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_item"), "7");
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM temp.sqlite_schema"), "0");
    reset_lab_done(&lab);
}

static void findings_call_for_an_action(void)
{
    struct plan_lab lab =
        reset_lab(an_action("reset.one", "scope: [account]\nfindings: [\"a.*\"]"));
    reset_account(&lab, 1, "A", "", "");
    reset_account(&lab, 2, "B", "", "");
    reset_account(&lab, 3, "C", "", "");
    reset_sql(
        &lab,
        "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters) SELECT column1, column2, 'v', 'high', '', '', '', '', '', '', '', '', '', '', '', ''"
        " FROM (VALUES(1, 'a.one'), (2, 'b.one'));"
        "INSERT INTO result(check_no, verdict, subject) VALUES(1, 'fail', 'S-1-5-21-1-2-3-1'), (2, 'fail', 'S-1-5-21-1-2-3-1'), (2, 'fail', 'S-1-5-21-1-2-3-2'),"
        " (1, 'pass', 'S-1-5-21-1-2-3-2'), (1, 'unknown', 'S-1-5-21-1-2-3-3'), (2, 'fail', 'S-1-5-21-1-2-3-1')");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "A", "state || ' ' || findings"), "ready a.one b.one");
    T_EQ_S(reset_item(&lab, "B", "state || ' ' || findings"), "not_needed b.one");
    T_EQ_S(reset_item(&lab, "C", "state"), "not_needed");
    T_HAS(reset_item(&lab, "C", "reason_en"),
          "Outside of the scope of the incident (forest), and no finding calls for it.");
    reset_lab_done(&lab);
}

static void progress_is_a_point_of_its_own_time(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    reset_account(&lab, 1, "A", "uac", "1");
    reset_account(&lab, 2, "B", "uac", "0");
    reset_plan(&lab);
    reset_plan(&lab);
    T_EQ_S(reset_query(&lab, "SELECT count(*) || ' ' || kind FROM reset_point"), "1 plan");
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(phase || ' ' || state || ' ' || items, ', ') FROM (SELECT * FROM reset_progress ORDER BY state)"),
        "first done 1, first ready 1");
    reset_sql(
        &lab,
        "UPDATE audit_info SET value = value + 10 WHERE name = 'now'; UPDATE account SET uac = 1");
    reset_plan(&lab);
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_point"), "2");
    T_EQ_S(reset_query(&lab, "SELECT sum(items) FROM reset_progress"), "4");
    reset_lab_done(&lab);
}

#define TESTS(X)                                                 \
    X(the_first_that_holds_wins)                                 \
    X(without_an_incident_nothing_is_done)                       \
    X(an_action_waits_for_what_comes_before)                     \
    X(many_blockers_are_told_shortly)                            \
    X(what_was_finished_and_is_not_is_a_regression)              \
    X(what_vanished_is_not_needed_only_when_all_was_read)        \
    X(a_subject_that_stands_there_twice_is_as_open_as_it_can_be) \
    X(one_that_fails_does_not_end_the_plan)                      \
    X(findings_call_for_an_action)                               \
    X(progress_is_a_point_of_its_own_time)
T_MAIN("rules_reset_state", TESTS)
