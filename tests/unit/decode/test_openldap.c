/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of OpenLDAP into rows: every row goes through row_check (rows.c), and no row may be refused. */
#include <string.h>

#include "rows.h"
#include "tests/support/t.h"

#define GUID "a42b9f8c-7da4-1041-9518-35a46edadfac"
#define DN   "uid=yamada,ou=病棟,dc=ward,dc=example"

static struct rows rows;
static struct built_entry built;

static struct entry_context *begin(void)
{
    rows_init(&rows);
    struct entry_context *c =
        entry_context_new(&rows.sink, "ldap.ppolicy", "ldap1.ward.example", 0);
    entry_context_log(c, 7);
    return c;
}

static void end(struct entry_context *c)
{
    T_EQ_I(rows.refused, 0);
    if (rows.refused > 0) {
        T_EQ_S(rows.refusal, "");
    }
    entry_context_free(c);
    rows_done(&rows);
}

static void map(struct entry_context *c, enum entry_class class, const char *dn, const char *text)
{
    struct err err;
    T_EQ_I(entry_to_rows(c, class, build_entry(&built, dn, text), &err), RC_OK);
}

static const struct row *account(void)
{
    return rows_find(&rows, ROW_TABLE_PPOLICY, PPOLICY_GUID, GUID);
}

static void maps_an_account_of_the_policy_overlay(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_PPOLICY_WITH, DN,
        "entryUUID: " GUID "\nuid: yamada\ncn: 山田\ncreateTimestamp: 20260301080000Z\n"
        "modifyTimestamp: 20260302080000Z\npwdChangedTime: 20260401080000Z\npwdReset: TRUE\n"
        "pwdAccountLockedTime: 20260402080000.123456Z\npwdFailureTime: 20260402075900.5Z\n"
        "pwdFailureTime: 20260402075959.000001Z\npwdFailureTime: 20260402075958Z\n"
        "pwdGraceUseTime: 20260402075958Z\npwdPolicySubentry: cn=default, dc=ward,dc=example");
    const struct row *a = account();
    T_EQ_S(cell(a, PPOLICY_SERVER), "ldap1.ward.example");
    T_EQ_S(cell(a, PPOLICY_DN), DN);
    T_EQ_S(cell(a, PPOLICY_NAME), "yamada");
    T_EQ_S(cell(a, PPOLICY_HAS_PASSWORD), "1");
    T_EQ_S(cell(a, PPOLICY_CREATED), "134168256000000000");
    T_EQ_S(cell(a, PPOLICY_CHANGED), "134195040000000000");
    T_EQ_S(cell(a, PPOLICY_MUST_CHANGE), "1");
    T_EQ_S(cell(a, PPOLICY_LOCKED), "134195904001234560");
    T_EQ_S(cell(a, PPOLICY_FAILURES), "3");
    T_EQ_S(cell(a, PPOLICY_LAST_FAILURE), "134195903990000010");
    T_EQ_S(cell(a, PPOLICY_GRACE), "1");
    T_EQ_S(cell(a, PPOLICY_POLICY), "cn=default,dc=ward,dc=example");
    T_EQ_I(entry_context_malformed(c), 0);
    end(c);
}

/* What did not come is not there only where the server let us tell. */
static void tells_absent_from_hidden(void)
{
    static const int columns[] = { PPOLICY_CHANGED, PPOLICY_MUST_CHANGE, PPOLICY_LOCKED,
                                   PPOLICY_FAILURES, PPOLICY_GRACE };
    struct entry_context *c = begin();
    map(c, ENTRY_PPOLICY, DN, "entryUUID: " GUID "\ncn: 山田");
    T_EQ_S(cell(account(), PPOLICY_NAME), "山田");
    T_EQ_S(cell(account(), PPOLICY_HAS_PASSWORD), "NULL");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        T_EQ_S(cell(account(), columns[i]), "NULL");
    }
    rows_clear(&rows);
    map(c, ENTRY_PPOLICY_READABLE, DN, "entryUUID: " GUID);
    T_EQ_S(cell(account(), PPOLICY_HAS_PASSWORD), "NULL");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        T_EQ_S(cell(account(), columns[i]), "0");
    }
    rows_clear(&rows);
    map(c, ENTRY_PPOLICY_WITHOUT, DN, "entryUUID: " GUID "\npwdAccountLockedTime: 000001010000Z");
    T_EQ_S(cell(account(), PPOLICY_HAS_PASSWORD), "0");
    T_EQ_S(cell(account(), PPOLICY_LOCKED), "9223372036854775807");
    T_EQ_S(cell(account(), PPOLICY_LAST_FAILURE), "NULL");
    end(c);
}

/* A value that cannot be understood is neither its meaning nor "none". */
static void leaves_broken_values_unknown(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_PPOLICY_WITH, DN,
        "entryUUID: " GUID "\npwdChangedTime: 20261399080000Z\npwdReset: perhaps\n"
        "pwdAccountLockedTime: later\npwdFailureTime: 20260402075900Z\npwdFailureTime: x\n"
        "createTimestamp:: 00ff\nuid:: fffe");
    T_EQ_S(cell(account(), PPOLICY_CHANGED), "NULL");
    T_EQ_S(cell(account(), PPOLICY_MUST_CHANGE), "NULL");
    T_EQ_S(cell(account(), PPOLICY_LOCKED), "NULL");
    T_EQ_S(cell(account(), PPOLICY_FAILURES), "NULL");
    T_EQ_S(cell(account(), PPOLICY_LAST_FAILURE), "NULL");
    T_EQ_S(cell(account(), PPOLICY_CREATED), "NULL");
    T_OK(entry_context_malformed(c) >= 6);
    rows_clear(&rows);
    map(c, ENTRY_PPOLICY_WITH, DN, "uid: yamada");
    map(c, ENTRY_PPOLICY_WITH, DN, "entryUUID: nonsense\nuid: yamada");
    T_EQ_I(rows_count(&rows, ROW_TABLE_PPOLICY), 0);
    T_EQ_I(entry_context_lost(c), 2);
    end(c);
}

#define RECORD(type, who, result)                                                      \
    "reqStart: 20261126051904.000009Z\nreqEnd: 20261126051904.000010Z\nreqType: " type \
    "\nreqSession: 1001\nreqAuthzID: " who "\nreqDN: uid=u1,dc=h\nreqResult: " result  \
    "\nreqEntryUUID: " GUID "\nreqMod: userPassword:= {SSHA}NeverKept"

static void maps_records_of_passwords(void)
{
    static const struct {
        const char *text, *kind, *failure, *subject, *status;
    } cases[] = {
        { RECORD("modify", "UID=u1, dc=h", "0"), "password_change", "0", "UID=u1,dc=h", "0" },
        { RECORD("modify", "cn=admin,dc=h", "0"), "password_reset", "0", "cn=admin,dc=h", "0" },
        { RECORD("modify", "", "0"), "password_reset", "0", "NULL", "0" },
        { RECORD("add", "cn=admin,dc=h", "0"), "created", "0", "cn=admin,dc=h", "0" },
        { RECORD("modify", "cn=admin,dc=h", "50"), "password_reset", "1", "cn=admin,dc=h", "50" },
        { RECORD("modify", "cn=admin,dc=h", "none"), "password_reset", "1", "cn=admin,dc=h",
          "NULL" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct entry_context *c = begin();
        map(c, ENTRY_ACCESS_WRITE, "reqStart=20261126051904.000009Z,cn=accesslog", cases[i].text);
        const struct row *r = rows_find(&rows, ROW_TABLE_CHANGE, -1, NULL);
        T_EQ_S(cell(r, CHANGE_LOG), "7");
        T_EQ_S(cell(r, CHANGE_RECORD), "13440143944000009");
        T_EQ_S(cell(r, CHANGE_AT), "134401439440000090");
        T_EQ_S(cell(r, CHANGE_ID), "0");
        T_EQ_S(cell(r, CHANGE_KIND), cases[i].kind);
        T_EQ_S(cell(r, CHANGE_FAILURE), cases[i].failure);
        T_EQ_S(cell(r, CHANGE_SUBJECT_NAME), cases[i].subject);
        T_EQ_S(cell(r, CHANGE_STATUS), cases[i].status);
        T_EQ_S(cell(r, CHANGE_TARGET_GUID), GUID);
        T_EQ_S(cell(r, CHANGE_TARGET_DN), "uid=u1,dc=h");
        T_EQ_I(entry_context_span(c).rows, 1);
        for (int k = 0; k < (int)row_catalogue(ROW_TABLE_CHANGE)->count; k++) {
            T_OK(!strstr(cell(r, k), "NeverKept"));
        }
        end(c);
    }
}

static void keeps_only_names_of_failed_logons(void)
{
    static const struct {
        const char *dn, *name;
    } cases[] = {
        { "uid=yamada,dc=h", "uid=yamada,dc=h" },
        { "cn=Ward 3 PW: Kango-2024,dc=h", "NULL" },
        { "uid=p@ss!word,dc=h", "NULL" },
        { "uid=,dc=h", "NULL" },
        { "", "NULL" },
        { "yamada", "NULL" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[512];
        struct entry_context *c = begin();
        (void)snprintf(text, sizeof(text),
                       "reqStart: 20261126051904.000009Z\nreqDN: %s\nreqResult: 49", cases[i].dn);
        map(c, ENTRY_ACCESS_BIND, "cn=accesslog", text);
        const struct row *r = rows_find(&rows, ROW_TABLE_LOGONEVENT, -1, NULL);
        T_EQ_S(cell(r, LOGONEVENT_KIND), "logon_failed");
        T_EQ_S(cell(r, LOGONEVENT_FAILURE), "1");
        T_EQ_S(cell(r, LOGONEVENT_ACCOUNT_NAME), cases[i].name);
        end(c);
    }
}

static void counts_what_a_log_reaches(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqStart: 20261126051904.000009Z");
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqStart: 20260101000000.000000Z");
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqStart: 99991231235959.000000Z");
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqStart: 16020101000000Z");
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqStart: 20261340000000Z");
    map(c, ENTRY_ACCESS_TIME, "cn=a", "reqType: modify");
    /* A record without a time is none: it must not prove anything. */
    map(c, ENTRY_ACCESS_WRITE, "cn=a", "reqStart: 20261340000000Z\nreqDN: uid=a\nreqResult: 0");
    struct entry_log_span s = entry_context_span(c);
    T_EQ_I(s.records, 2);
    T_EQ_I(s.unreadable, 5);
    T_EQ_I(s.rows, 0);
    T_EQ_I(s.first_at, 134116992000000000);
    T_EQ_I(s.last_at, 134401439440000090);
    T_EQ_I(rows_count(&rows, ROW_TABLE_CHANGE), 0);
    entry_context_log(c, 8);
    T_EQ_I(entry_context_span(c).records, 0);
    end(c);
}

#define TESTS(X)                             \
    X(maps_an_account_of_the_policy_overlay) \
    X(tells_absent_from_hidden)              \
    X(leaves_broken_values_unknown)          \
    X(maps_records_of_passwords)             \
    X(keeps_only_names_of_failed_logons)     \
    X(counts_what_a_log_reaches)
T_MAIN("OpenLDAP", TESTS)
