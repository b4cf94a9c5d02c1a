/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner of inline tests: it must fail when a check is wrong, and say where. */
#include <stdlib.h>

#include "rules/commands.h"
#include "support.h"

static char *output;

static size_t run(const char *lines)
{
    struct loaded l = load_text(a_check("a.one", lines));
    size_t size = 0, failed = 99;
    free(output);
    output = NULL;
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    FILE *f = open_memstream(&output, &size);
    if (l.rc == RC_OK) {
        T_EQ_I(rules_test(l.rules, NULL, f, &failed, &l.err), RC_OK);
    }
    T_EQ_I(fclose(f), 0);
    load_done(&l);
    return failed;
}

static void failed_with(const char *lines, const char *part)
{
    T_EQ_I(run(lines), 1);
    T_HAS(output, part);
    T_HAS(output, "0 passed, 1 failed\n");
}

#define HEAD "for: thing\npass: uac = 1\nshow: [uac]\n"

static void passes_when_all_is_as_expected(void)
{
    T_EQ_I(
        run(HEAD
            "tests:\n  - note: all kinds\n    given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n"
            "    expect: { A: pass, S-1-5-21-1-2-3-1102: fail, C: unknown, D: absent }\n"),
        0);
    T_EQ_S(output, "1 passed, 0 failed\n");
}

static void fails_when_a_verdict_differs(void)
{
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 } ] }\n    expect: { A: fail, B: pass, C: unknown }\n",
        "test 1: S-1-5-21-1-2-3-1101 is pass, not fail");
    T_HAS(output,
          "checks.yaml:14:24: a.one: test 1: S-1-5-21-1-2-3-1102 is fail, not pass: {\"uac\":2}");
    T_HAS(output, "there is no subject C, though unknown is expected");
}

static void fails_on_what_the_author_did_not_expect(void)
{
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: 3 }, { as: D, uac: null } ] }\n"
        "    expect: { A: pass, B: fail, D: unknown }\n",
        "(C) is fail, which the test does not expect");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: D, uac: null } ] }\n"
        "    expect: { A: absent, B: fail, D: unknown, X: pass }\n",
        "is pass, not absent");
    failed_with(
        "for: pair\nitem: \"''\"\npass: uac = 1\ntests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 } ], directory_group: [ { as: G "
        "} ], membership: [ { group_guid: G, member_dn: A }, { group_guid: G, member_dn: B } ] }\n    expect: { G: [pass, fail, unknown] }\n",
        "two rows have the subject");
}

/* A value that is known to be missing has a meaning by build and by layer; one that was not read has none. */
static void judges_settings_of_hosts(void)
{
    T_EQ_I(
        run("registry:\n  key: HKLM\\P\n  value: V\n  else: { key: HKLM\\L, value: W }\n"
            "  when_missing: [ { from: 26100, is: 1, server: true }, { from: 0, is: 0 } ]\n  expect: 1\n"
            "tests:\n  - given:\n      account: [ { as: NEW, kind: computer, os: Windows Server 2025, os_version: 10.0 (26100) } ]\n"
            "      host_target: [ { as: A, account_guid: NEW }, { as: F } ]\n      host_registry:\n"
            "        - { host: A, is_missing: 1 }\n        - { host: A, value: W, is_missing: 1 }\n"
            "        - { host: B, number: 1 }\n        - { host: B, value: W, number: 0 }\n"
            "        - { host: C, is_missing: 1 }\n        - { host: C, value: W, number: 1 }\n"
            "        - { host: D, is_missing: 1 }\n        - { host: D, value: W, is_missing: 1 }\n"
            "        - { host: E, is_missing: 1 }\n        - { host: G, number: 0, origin: kit }\n        - { host: G, number: 1 }\n"
            "    expect: { A: pass, B: pass, C: pass, D: fail, E: unknown, F: unknown, G: pass }\n"),
        0);
    T_EQ_I(
        run("registry: { key: HKLM\\P, value: V, when_missing: [ { from: 20000, is: null }, { from: 0, is: 1 } ], expect: 1 }\n"
            "tests:\n  - given: { host_registry: [ { host: A, number: 0 }, { host: B, number: 1 }, { host: C, is_missing: 1 }, { host: D, is_missing: 1 },\n"
            "        { host: E, text: '1' }, { host: F, number: 1, type: 11 } ], host_smb: [ { host: D, os_major: 10, os_build: 17763 } ] }\n"
            "    expect: { A: fail, B: pass, C: unknown, D: pass, E: fail, F: unknown }\n"),
        0);
    failed_with(
        "registry: { key: HKLM\\P, value: V, expect: 1 }\nshow: [os_build]\n"
        "tests:\n  - given: { host_registry: [ { host: A, number: 0 }, { host: B, number: 1 }, { host: C, is_missing: 1 } ] }\n"
        "    expect: { A: pass, B: fail, C: unknown }\n",
        ": A is fail, not pass: {\"setting\":\"HKLM\\\\P\\\\V\",\"setting_data\":0,\"setting_origin\":\"rpc\",\"setting_policy\":null,\"os_build\":20348}");
}

static void explains_what_one_host_did_not_tell(void)
{
    failed_with(
        "registry: { key: HKLM\\P, value: V, expect: 1 }\n"
        "tests:\n  - given:\n      host_registry: [ { host: A, number: 0 }, { host: B, number: 1 } ]\n      host_target: [ { as: C } ]\n"
        "      coverage: [ { source: smb.registry, target: C, state: denied } ]\n    expect: { A: fail, B: pass, C: fail, \"source:host.scope\": absent, D: unknown }\n",
        "C is unknown, not fail: Not read from C: the registry (access denied: the audit login was refused, or is no administrator "
        "there).");
}

static void reports_mistakes_in_what_is_given(void)
{
    failed_with(
        HEAD
        "tests:\n  - given: { acount: [ { as: A } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "there is no table of evidence 'acount' (did you mean 'account'?)");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uacc: 1 } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "checks.yaml:13:34: a.one: the table account has no column 'uacc' (did you mean 'uac'?)");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uac: x } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "'uac' must be a whole number");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, uac: [norml] } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "unknown flag 'norml' (did you mean 'normal'?)");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A, pwd_last_set: { days: x } } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "must be { days_ago: 3 }");
    failed_with(
        HEAD
        "tests:\n  - given: { account: [ { as: A }, { as: A } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "the label 'A' is taken");
    failed_with(
        HEAD
        "tests:\n  - given: { membership: [ { group_guid: X, member_dn: A } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "'group_guid' must be a GUID or the label of a row");
    failed_with(
        HEAD
        "tests:\n  - given: { membership: [ { member_dn: CN=x } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "group_guid");
    failed_with(
        HEAD
        "tests:\n  - given: { coverage: [ { source: ldap.usr, state: denied } ] }\n    expect: { A: pass, B: fail, C: unknown }\n",
        "unknown source 'ldap.usr' (did you mean 'ldap.user'?)");
    failed_with(
        HEAD
        "tests:\n  - { given: {}, expect: { A: pass, B: fail, C: unknown, D: maybe }, extra: 1 }\n",
        "unknown key 'extra'");
    failed_with(HEAD
                "tests:\n  - { given: {}, expect: { A: pass, B: fail, C: unknown, D: maybe } }\n",
                "expected verdicts are");
}

static void understands_times_and_labels(void)
{
    T_EQ_I(
        run("for: thing\npass: level = (SELECT n FROM counted)\n"
            "tests:\n  - given: { account: [ { as: A, encryption_types: 2, pwd_last_set: { days_ago: 3 }, expires_at: never, lockout_time: "
            "not_set, logon_timestamp: 2026-01-31T09:00:00Z }, { as: B, encryption_types: 0x10, kind: computer } ] }\n"
            "    expect: { A: pass, B: fail }\n"
            "  - { given: { account: [ { as: A } ] }, expect: { A: unknown } }\n"),
        0);
    T_EQ_I(
        run("for: thing\npass: uac & 2 = 0\ntests:\n  - given: { account: [ { as: A }, { as: B, uac: [disabled] }, { as: C, uac: null } ] }\n"
            "    expect: { A: pass, B: fail, C: unknown }\n"),
        0);
}

static void coverage_and_parameters_can_be_set(void)
{
    T_EQ_I(
        run("for: thing\npass: uac <= :max\nparameters: { max: 1 }\n"
            "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 } ] }\n    expect: { A: pass, B: fail }\n"
            "  - { parameters: { max: 2 }, given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 } ] }, expect: { A: pass, B: pass } }\n"
            "  - { given: { coverage: [ { source: ldap.user, state: denied } ] }, expect: { \"source:ldap.user\": unknown } }\n"),
        0);
    T_EQ_S(output, "3 passed, 0 failed\n");
    free(output);
    output = NULL;
}

#define TESTS(X)                               \
    X(passes_when_all_is_as_expected)          \
    X(fails_when_a_verdict_differs)            \
    X(fails_on_what_the_author_did_not_expect) \
    X(judges_settings_of_hosts)                \
    X(explains_what_one_host_did_not_tell)     \
    X(reports_mistakes_in_what_is_given)       \
    X(understands_times_and_labels)            \
    X(coverage_and_parameters_can_be_set)
T_MAIN("rules_inline", TESTS)
