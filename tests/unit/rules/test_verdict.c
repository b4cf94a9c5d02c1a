/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From evidence to result rows. */
#include "rules/outcome.h"
#include "support.h"

struct estate {
    struct store *store;
    sqlite3 *db;
    struct rules_totals totals;
};

#define TESTS_OF_A_CHECK                                                                               \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"

/* Four accounts: uac 1, 2, NULL, 1 with admin_count 1; every source complete. */
static struct estate estate_new(void)
{
    struct estate e = { 0 };
    struct err err;
    T_EQ_I(store_open_memory(&e.store, &err), RC_OK);
    e.db = store_handle(e.store);
    T_EQ_I(store_exec(e.db, test_views, &err), RC_OK);
    T_EQ_I(store_info_set(e.store, "now", "2026-11-22T10:00:00Z", &err), RC_OK);
    T_EQ_I(
        store_exec(
            e.db,
            "INSERT INTO account(guid, sid, kind, dn, sam_name, uac, encryption_types, admin_count) VALUES"
            "('g1', 'S-1-5-21-1-2-3-1', 'user', 'CN=a', 'Anna', 1, 5, NULL),"
            "('g2', 'S-1-5-21-1-2-3-2', 'user', 'CN=b', 'Ben', 2, NULL, NULL),"
            "('g3', 'S-1-5-21-1-2-3-3', 'user', 'CN=c', 'C\"\x01', NULL, 7, NULL),"
            "('g4', 'S-1-5-21-1-2-3-4', 'user', 'CN=d', 'Dora', 1, 8, 1);"
            "INSERT INTO coverage(source, target, state, finished_at) VALUES"
            "('ldap.user', 'dc1.example', 'complete', 134398161300000000),"
            "('ldap.group', 'dc1.example', 'complete', 0), ('ldap.pso', 'dc1.example', 'complete', 0)",
            &err),
        RC_OK);
    return e;
}

static void evaluate(struct estate *e, struct loaded *l)
{
    struct err err = { 0 };
    print_mistakes(l);
    T_EQ_I(l->rc, RC_OK);
    T_EQ_I(store_commit(e->store, &err), RC_OK);
    T_EQ_I(rules_evaluate_on(l->rules, e->db, e->store, &e->totals, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

static void run(struct estate *e, const char *check)
{
    struct loaded l = load_text(check);
    evaluate(e, &l);
    load_done(&l);
}

static const char *verdict(const struct estate *e, const char *name)
{
    char sql[300];
    (void)snprintf(sql, sizeof(sql),
                   "SELECT verdict FROM result WHERE subject LIKE '%%-%s' OR subject = '%s'", name,
                   name);
    return query(e->db, sql);
}

static void three_values_make_three_verdicts(void)
{
    struct estate e = estate_new();
    run(&e,
        a_check("a.one", "for: thing\npass: uac = 1\nshow: [uac, level, name]\n" TESTS_OF_A_CHECK));
    T_EQ_S(verdict(&e, "1"), "pass");
    T_EQ_S(verdict(&e, "2"), "fail");
    T_EQ_S(verdict(&e, "3"), "unknown");
    T_EQ_I(e.totals.pass, 2);
    T_EQ_I(e.totals.fail, 1);
    T_EQ_I(e.totals.unknown, 1);
    T_EQ_I(e.totals.fail_by_severity[1], 1);
    T_EQ_S(query(e.db, "SELECT subjects FROM check_count WHERE verdict = 'pass'"), "2");
    T_EQ_S(query(e.db, "SELECT evidence FROM result WHERE verdict = 'fail'"),
           "{\"uac\":2,\"level\":null,\"name\":\"Ben\"}");
    T_EQ_S(query(e.db, "SELECT evidence FROM result WHERE verdict = 'unknown'"),
           "{\"uac\":null,\"level\":7,\"name\":\"C\\\"\\u0001\"}");
    T_EQ_S(query(e.db, "SELECT source FROM result WHERE verdict = 'fail'"),
           "LDAP dc1.example (2026-11-22T10:15:30Z)");
    T_EQ_S(
        query(
            e.db,
            "SELECT evidence IS NULL AND name IS NULL AND source IS NULL FROM result WHERE verdict = 'pass'"),
        "1");
    T_EQ_S(
        query(e.db, "SELECT theme || severity || tags || refs || shown FROM check_info"),
        "passwordhigh[\"password\",\"pre-incident\"]{\"cis\":\"1.1\"}[\"uac\",\"level\",\"name\"]");
    store_close(e.store);
}

static void evaluation_replaces_what_was_there(void)
{
    struct estate e = estate_new();
    run(&e, a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK));
    run(&e,
        a_check(
            "a.two",
            "for: thing\npass: uac <= 2\n"
            "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 3 }, { as: C, uac: null } ] }\n"
            "    expect: { A: pass, B: fail, C: unknown }\n"));
    T_EQ_S(query(e.db, "SELECT group_concat(id) FROM check_info"), "a.two");
    T_EQ_S(query(e.db, "SELECT count(*) FROM result"), "4");
    T_EQ_I(e.totals.pass, 3);
    store_close(e.store);
}

static void an_unknown_says_why(void)
{
    struct estate e = estate_new();
    struct err err;
    run(&e, a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK));
    T_EQ_S(query(e.db, "SELECT reason_en FROM result WHERE verdict = 'unknown'"),
           "No value for \"Flags\". It is not set, or the audit account may not read it.");
    T_EQ_S(
        query(e.db, "SELECT reason_ja FROM result WHERE verdict = 'unknown'"),
        "「フラグ」の値がありません。設定されていないか、監査用アカウントに読み取り権限がありません。");
    T_EQ_I(store_exec(
               e.db,
               "UPDATE coverage SET state = 'denied', reason = 'denied' WHERE source = 'ldap.pso'",
               &err),
           RC_OK);
    run(&e,
        a_check(
            "a.two",
            "for: thing\npass: borrowed = 1\n"
            "tests:\n  - given: { account: [ { as: A, spn_count: 1 }, { as: B, spn_count: 2 }, { as: C } ] }\n"
            "    expect: { A: pass, B: fail, C: unknown }\n"));
    T_EQ_I(e.totals.unknown, 4);
    T_EQ_S(
        query(e.db, "SELECT DISTINCT reason_en FROM result"),
        "No value for \"Borrowed\". Not read from dc1.example: the fine-grained password policies (PSO) (access denied).");
    T_EQ_S(query(e.db, "SELECT DISTINCT reason_ja FROM result"),
           "「借用」の値がありません。dc1.example から細かい設定が可能なパスワード "
           "ポリシー（PSO）を読み取れませんでした（アクセスが拒否されました）。");
    /* A stop by the operator is no refusal of the login. */
    T_EQ_I(
        store_exec(
            e.db,
            "UPDATE coverage SET state = 'not_collected', reason = 'stopped' WHERE source = 'ldap.pso'",
            &err),
        RC_OK);
    run(&e,
        a_check(
            "a.three",
            "for: thing\npass: borrowed = 1\n"
            "tests:\n  - given: { account: [ { as: A, spn_count: 1 }, { as: B, spn_count: 2 }, { as: C } ] }\n"
            "    expect: { A: pass, B: fail, C: unknown }\n"));
    T_HAS(query(e.db, "SELECT DISTINCT reason_en FROM result"),
          "(the audit was stopped before it came to this: go on with --resume)");
    T_HAS(query(e.db, "SELECT DISTINCT reason_ja FROM result"), "--resume を付けて続きを");
    store_close(e.store);
}

static void applies_narrows_and_may_be_unknown(void)
{
    struct estate e = estate_new();
    run(&e,
        a_check(
            "a.one",
            "for: thing\napplies: level > 5\npass: admin_count = 1\n"
            "tests:\n  - given: { account: [ { as: A, encryption_types: 6, admin_count: 1 }, { as: B, encryption_types: 9, "
            "admin_count: 0 }, { as: C, encryption_types: 9 }, { as: D, encryption_types: 1 } ] }\n"
            "    expect: { A: pass, B: fail, C: unknown, D: not_applicable }\n"));
    T_EQ_I(e.totals.not_applicable, 1); /* level 5 */
    T_EQ_S(query(e.db, "SELECT subjects FROM check_count WHERE verdict = 'not_applicable'"), "1");
    T_EQ_S(verdict(&e, "1"), "");
    T_EQ_S(verdict(&e, "2"), "unknown"); /* level NULL */
    T_HAS(query(e.db, "SELECT reason_en FROM result WHERE subject LIKE '%-2'"),
          "Whether the check applies is not known. No value for \"Level\"");
    T_EQ_S(verdict(&e, "3"), "unknown"); /* applies, admin_count NULL */
    T_EQ_S(verdict(&e, "4"), "pass");
    store_close(e.store);
}

static void what_was_not_seen_never_passes(void)
{
    struct estate e = estate_new();
    struct err err;
    const char *check = a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK);
    T_EQ_I(
        store_exec(
            e.db,
            "UPDATE coverage SET state = 'partial', reason = 'timeout' WHERE source = 'ldap.user'",
            &err),
        RC_OK);
    run(&e, check);
    T_EQ_I(e.totals.pass, 2);                           /* what was seen is judged … */
    T_EQ_S(verdict(&e, "source:ldap.user"), "unknown"); /* … and that there may be more is said */
    T_EQ_S(query(e.db, "SELECT reason_en FROM result WHERE subject = 'source:ldap.user'"),
           "Read only in part from dc1.example: the user accounts (the deadline passed).");
    T_EQ_I(store_exec(e.db, "DELETE FROM account; DELETE FROM coverage", &err), RC_OK);
    run(&e, check);
    T_EQ_I(e.totals.pass, 0);
    T_EQ_I(e.totals.unknown, 1);
    T_EQ_S(query(e.db, "SELECT reason_ja FROM result"), "ユーザー アカウントを収集していません。");
    T_EQ_I(
        store_exec(
            e.db,
            "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete'), "
            "('ldap.user', 'dc2', 'unreachable')",
            &err),
        RC_OK);
    run(&e, check);
    T_EQ_S(query(e.db, "SELECT count(*) FROM result"),
           "0"); /* one server told all there is, and it is nothing */
    store_close(e.store);
}

static void a_needed_source_makes_all_unknown(void)
{
    struct estate e = estate_new();
    struct err err;
    const char *check =
        a_check("a.one", "for: thing\nneeds: [ldap.group]\npass: uac = 1\n" TESTS_OF_A_CHECK);
    run(&e, check);
    T_EQ_I(e.totals.pass, 2);
    T_EQ_I(
        store_exec(e.db, "UPDATE coverage SET state = 'partial' WHERE source = 'ldap.group'", &err),
        RC_OK);
    run(&e, check);
    T_EQ_I(e.totals.unknown, 4);
    T_EQ_I(e.totals.pass + e.totals.fail, 0);
    /* A view in a subquery is needed without being named in needs. */
    run(&e,
        a_check(
            "a.two",
            "for: thing\npass: uac = 1 AND NOT EXISTS (SELECT 1 FROM pair p WHERE p.item = subject)\n"
            "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 } ] }\n    expect: { A: pass, B: fail }\n"
            "  - { given: { account: [ { as: A, uac: 1 } ], coverage: [ { source: ldap.group, state: denied } ] }, "
            "expect: { A: unknown } }\n"));
    T_EQ_I(e.totals.unknown, 4);
    T_HAS(query(e.db, "SELECT reason_en FROM result"), "the groups and their members");
    store_close(e.store);
}

static void items_keep_findings_of_a_subject_apart(void)
{
    struct estate e = estate_new();
    struct err err;
    T_EQ_I(
        store_exec(
            e.db,
            "INSERT INTO directory_group(guid, sid, dn, sam_name) VALUES('g9', 'S-1-5-21-1-2-3-9', 'CN=g', 'Group');"
            "INSERT INTO membership VALUES('g9', 'CN=a', 'g1', 'S-1-5-21-1-2-3-1'), ('g9', 'CN=b', 'g2', 'S-1-5-21-1-2-3-2')",
            &err),
        RC_OK);
    run(&e,
        a_check(
            "a.pair",
            "for: pair\nname: name || ' < ' || uac\npass: uac = 1\n"
            "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ], "
            "directory_group: [ { as: G } ], membership: [ { group_guid: G, member_dn: A }, { group_guid: G, "
            "member_dn: B }, { group_guid: G, member_dn: C } ] }\n"
            "    expect: { G: { A: pass, B: fail, C: unknown } }\n"));
    T_EQ_S(query(e.db,
                 "SELECT subject || ' ' || item || ' ' || name FROM result WHERE verdict = 'fail'"),
           "S-1-5-21-1-2-3-9 S-1-5-21-1-2-3-2 Group < 2");
    T_EQ_S(query(e.db, "SELECT item FROM result WHERE verdict = 'pass'"), "S-1-5-21-1-2-3-1");
    store_close(e.store);
}

static void a_broken_statement_is_one_error_row(void)
{
    struct estate e = estate_new();
    struct loaded l = load_text(a_check(
        "a.one",
        "for: thing\npass: uac = 1 AND (WITH RECURSIVE c(x) AS (SELECT uac UNION ALL SELECT x + 1 "
        "FROM c WHERE x < 900000) SELECT count(*) FROM c) > 0\n" TESTS_OF_A_CHECK));
    l.rules->step_limit = 500000;
    evaluate(&e, &l);
    T_EQ_I(e.totals.error, 1);
    T_EQ_S(query(e.db, "SELECT subject || ': ' || reason_en FROM result WHERE verdict = 'error'"),
           "check: The statement of the check failed: it ran past the step limit.");
    load_done(&l);
    run(&e, a_check("a.two", "for: thing\npass: abs(uac - 1 + (-9223372036854775807 - 1)) > 0\n"
                             "tests:\n  - { expect: { A: pass, B: fail, C: unknown } }\n"));
    T_HAS(query(e.db, "SELECT reason_en FROM result WHERE verdict = 'error'"), "integer overflow");
    store_close(e.store);
}

static void a_row_without_a_key_is_an_error(void)
{
    struct estate e = estate_new();
    struct err err;
    T_EQ_I(store_exec(e.db, "UPDATE account SET sid = NULL WHERE guid = 'g1'", &err), RC_OK);
    run(&e, a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK));
    T_EQ_I(e.totals.error, 1);
    T_EQ_I(e.totals.pass, 1);
    store_close(e.store);
}

static void waivers_hold_until_they_expire(void)
{
    static const char *const days[] = { "2026-11-22", "2026-11-21" };
    static const char *const verdicts[] = { "waived", "fail" };
    static const char *const states[] = { "active", "expired" };
    for (size_t i = 0; i < 2; i++) {
        struct estate e = estate_new();
        char waivers[500];
        struct loaded l =
            load_begin(a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK));
        (void)snprintf(
            waivers, sizeof(waivers),
            "- { check: a.one, subject: ben, reason: old device, approver: CIO, expires: %s }\n"
            "- { check: a.one, subject: S-1-5-21-1-2-3-1, reason: r, approver: x, expires: 2030-01-01 }\n",
            days[i]);
        load_file(&l, "waivers.list", waivers);
        load_now(&l, NULL, "waivers.list");
        evaluate(&e, &l);
        T_EQ_S(verdict(&e, "2"), verdicts[i]);
        T_EQ_I(e.totals.waived, i == 0);
        T_EQ_I(e.totals.fail, i == 1);
        T_EQ_S(query(e.db, "SELECT state FROM waiver WHERE waiver_no = 1"), states[i]);
        T_EQ_S(query(e.db, "SELECT state FROM waiver WHERE waiver_no = 2"), "unused");
        T_EQ_S(query(e.db, "SELECT used FROM waiver WHERE waiver_no = 1"), i == 0 ? "1" : "0");
        T_EQ_S(query(e.db, "SELECT waiver_no FROM result WHERE subject LIKE '%-2'"),
               i == 0 ? "1" : "");
        T_EQ_S(verdict(&e, "3"),
               "unknown"); /* a waiver accepts a finding, it does not invent knowledge */
        load_done(&l);
        store_close(e.store);
    }
}

static void runs_on_a_file_with_a_reader_of_its_own(void)
{
    struct loaded l = load_text(a_check("a.one", "for: thing\npass: uac = 1\n" TESTS_OF_A_CHECK));
    struct store *store = NULL;
    struct err err = { 0 };
    struct rules_totals totals = { 0 };
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/evidence.db", l.directory);
    T_EQ_I(store_open(path, STORE_CREATE, &store, &err), RC_OK);
    T_EQ_I(store_exec(store_handle(store), test_views, &err), RC_OK);
    T_EQ_I(
        store_exec(
            store_handle(store),
            "INSERT INTO account(guid, sid, kind, dn, uac) VALUES('g1', 'S-1-1-1', 'user', 'CN=a', 2);"
            "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete')",
            &err),
        RC_OK);
    T_EQ_I(rules_evaluate(l.rules, path, store, &totals, &err), RC_OK);
    T_EQ_S(err.msg, "");
    T_EQ_I(totals.fail, 1);
    T_EQ_S(query(store_handle(store), "SELECT check_id FROM finding"), "a.one");
    store_close(store);
    load_done(&l);
}

#define TESTS(X)                              \
    X(three_values_make_three_verdicts)       \
    X(evaluation_replaces_what_was_there)     \
    X(an_unknown_says_why)                    \
    X(applies_narrows_and_may_be_unknown)     \
    X(what_was_not_seen_never_passes)         \
    X(a_needed_source_makes_all_unknown)      \
    X(items_keep_findings_of_a_subject_apart) \
    X(a_broken_statement_is_one_error_row)    \
    X(a_row_without_a_key_is_an_error)        \
    X(waivers_hold_until_they_expire)         \
    X(runs_on_a_file_with_a_reader_of_its_own)
T_MAIN("rules_verdict", TESTS)
