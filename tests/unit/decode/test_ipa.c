/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password policies, tokens, groups and accounts of OpenLDAP and FreeIPA into rows: every row goes through row_check (rows.c). */
#include <string.h>

#include "rows.h"
#include "tests/support/t.h"

#define GUID  "a42b9f8c-7da4-1041-9518-35a46edadfac"
#define USER  "uid=yamada,cn=users,cn=accounts,dc=ward,dc=example"
#define TOKEN "cn=token,dc=ward,dc=example"
#define RULE  "cn=chiefs,cn=WARD.EXAMPLE,cn=kerberos,dc=ward,dc=example"

static struct rows rows;
static struct built_entry built;

static struct entry_context *begin(void)
{
    rows_init(&rows);
    return entry_context_new(&rows.sink, "ldap.ipa", "ipa1.ward.example", 0);
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

static const struct row *policy(const char *dn)
{
    return rows_find(&rows, ROW_TABLE_LDAPPOLICY, LDAPPOLICY_DN, dn);
}

static void a_policy_locks_only_when_both_say_so(void)
{
    static const struct {
        const char *text;
        bool readable;
        const char *locks;
    } cases[] = {
        { "cn: p\npwdLockout: TRUE\npwdMaxFailure: 3", false, "1" },
        { "cn: p\npwdLockout: TRUE\npwdMaxFailure: 0", false, "0" },
        { "cn: p\npwdLockout: FALSE\npwdMaxFailure: 3", false, "0" },
        { "cn: p\npwdLockout: TRUE", false, "NULL" },
        { "cn: p\npwdMaxFailure: 3", false, "NULL" },
        { "cn: p\npwdLockout: FALSE", false, "0" },
        { "cn: p\npwdMaxFailure: 3", true, "0" },
        { "cn: p\npwdLockout: TRUE\npwdMaxFailure: many", true, "NULL" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct entry_context *c = begin();
        map(c, cases[i].readable ? ENTRY_LDAP_POLICY_READABLE : ENTRY_LDAP_POLICY, "cn=p,dc=x",
            cases[i].text);
        T_EQ_S(cell(policy("cn=p,dc=x"), LDAPPOLICY_LOCKOUT), cases[i].locks);
        T_EQ_S(cell(policy("cn=p,dc=x"), LDAPPOLICY_HISTORY), cases[i].readable ? "0" : "NULL");
        T_EQ_S(cell(policy("cn=p,dc=x"), LDAPPOLICY_DEFAULT), "NULL");
        end(c);
    }
}

static void the_default_is_known_by_its_name(void)
{
    struct entry_context *c = begin();
    struct err err;
    T_EQ_I(entry_context_default_policy(c, "CN=P, dc=x", &err), RC_OK);
    map(c, ENTRY_LDAP_POLICY, "cn=p,dc=x", "cn: p");
    map(c, ENTRY_LDAP_POLICY, "cn=q,dc=x", "cn: q");
    T_EQ_S(cell(policy("cn=p,dc=x"), LDAPPOLICY_DEFAULT), "1");
    T_EQ_S(cell(policy("cn=q,dc=x"), LDAPPOLICY_DEFAULT), "0");
    end(c);
}

static void a_token_keeps_its_owner(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_OTP_OWNER, USER,
        "objectClass: oathTOTPUser\noathTOTPToken: CN=Token, dc=ward,dc=example");
    map(c, ENTRY_OTP_TOKEN_READABLE, TOKEN,
        "objectClass: oathTOTPToken\noathTOTPLastTimeStep: 59000000");
    const struct row *t = rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, TOKEN);
    T_EQ_S(cell(t, OTPTOKEN_OWNER), USER);
    T_EQ_S(cell(t, OTPTOKEN_KIND), "totp");
    T_EQ_S(cell(t, OTPTOKEN_USED), "1");
    rows_clear(&rows);
    /* TOTP's token must be named: one that did not come is hidden, and the account has one all the same. */
    map(c, ENTRY_OTP_OWNER, USER, "objectClass: oathTOTPUser");
    t = rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, USER);
    T_EQ_S(cell(t, OTPTOKEN_USED), "NULL");
    rows_clear(&rows);
    map(c, ENTRY_OTP_OWNER, USER, "objectClass: oathHOTPUser");
    T_EQ_I(rows_count(&rows, ROW_TABLE_OTPTOKEN), 0);
    map(c, ENTRY_OTP_TOKEN, "cn=h,dc=x", "objectClass: oathHOTPToken");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, "cn=h,dc=x"), OTPTOKEN_USED),
           "NULL");
    rows_clear(&rows);
    map(c, ENTRY_OTP_TOKEN_READABLE, "cn=h,dc=x", "objectClass: oathHOTPToken");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, "cn=h,dc=x"), OTPTOKEN_USED),
           "0");
    end(c);
}

static void groups_have_members_of_three_kinds(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_LDAP_GROUP_READABLE, "cn=g,dc=x",
        "cn: 病棟\nipaNTSecurityIdentifier: S-1-5-21-1-2-3-512\nmember: uid=a,dc=x\nmember: \nuniqueMember: uid=b,dc=x\n"
        "memberUid: c\nmemberUid:: fffe");
    const struct row *g = rows_find(&rows, ROW_TABLE_LDAPGROUP, LDAPGROUP_DN, "cn=g,dc=x");
    T_EQ_S(cell(g, LDAPGROUP_SID), "S-1-5-21-1-2-3-512");
    T_EQ_S(cell(g, LDAPGROUP_WHOLE), "1");
    T_EQ_I(rows_count(&rows, ROW_TABLE_LDAPMEMBER), 3);
    T_OK(rows_find(&rows, ROW_TABLE_LDAPMEMBER, LDAPMEMBER_DN, "uid=c") != NULL);
    T_EQ_I(entry_context_malformed(c), 1);
    end(c);
}

static const struct row *user(void)
{
    return rows_find(&rows, ROW_TABLE_LDAPACCOUNT, LDAPACCOUNT_GUID, GUID);
}

static void an_account_of_freeipa(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_IPA_USER, USER, "ipaUniqueID: " GUID "\nuid: yamada");
    T_EQ_S(cell(user(), LDAPACCOUNT_ENABLED), "NULL");
    T_EQ_S(cell(user(), LDAPACCOUNT_AUTH), "NULL");
    T_EQ_S(cell(user(), LDAPACCOUNT_FAILURES), "NULL");
    rows_clear(&rows);
    map(c, ENTRY_IPA_USER_READABLE, USER,
        "ipaUniqueID: autogenerate\nnsUniqueId: a42b9f8c-7da41041-951835a4-6edadfac");
    T_EQ_S(cell(user(), LDAPACCOUNT_ENABLED), "1");
    T_EQ_S(cell(user(), LDAPACCOUNT_AUTH), "");
    T_EQ_S(cell(user(), LDAPACCOUNT_CHANGED), "0");
    T_EQ_S(cell(user(), LDAPACCOUNT_FAILURES), "NULL");
    rows_clear(&rows);
    map(c, ENTRY_IPA_USER_FACTORS, USER,
        "entryUUID: " GUID
        "\nnsAccountLock: true\nipaUserAuthType: password\nipaUserAuthType: otp\nkrbLoginFailedCount: 4\n"
        "krbLastPwdChange: never\nipapasskey: x\nipapasskey: y\nipaCertMapData: z");
    T_EQ_S(cell(user(), LDAPACCOUNT_ENABLED), "0");
    T_EQ_S(cell(user(), LDAPACCOUNT_AUTH), "otp,password");
    T_EQ_S(cell(user(), LDAPACCOUNT_FAILURES), "4");
    T_EQ_S(cell(user(), LDAPACCOUNT_CHANGED), "NULL");
    T_EQ_S(cell(user(), LDAPACCOUNT_PASSKEYS), "2");
    T_EQ_S(cell(user(), LDAPACCOUNT_MAPPINGS), "1");
    T_EQ_S(cell(user(), LDAPACCOUNT_RADIUS), "0");
    map(c, ENTRY_IPA_USER, USER, "uid: yamada\nnsUniqueId: 12-34");
    map(c, ENTRY_IPA_USER, USER, "uid: yamada\nnsUniqueId: a42b9f8c-7da41041-951835a4-6edadfac00");
    T_EQ_I(entry_context_lost(c), 2);
    end(c);
}

static void policies_get_their_order_from_templates(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_IPA_ORDER, "cn=t,dc=x",
        "krbPwdPolicyReference: CN=chiefs,cn=ward.example,cn=kerberos,dc=ward,dc=example\ncosPriority: 3");
    map(c, ENTRY_IPA_ORDER, "cn=u,dc=x",
        "krbPwdPolicyReference: cn=other,dc=x\ncosPriority: first");
    map(c, ENTRY_IPA_POLICY_READABLE, RULE,
        "cn: chiefs\nkrbPwdMaxFailure: 6\nkrbMaxPwdLife: 7776000");
    T_EQ_S(cell(policy(RULE), LDAPPOLICY_PRECEDENCE), "3");
    T_EQ_S(cell(policy(RULE), LDAPPOLICY_DEFAULT), "0");
    T_EQ_S(cell(policy(RULE), LDAPPOLICY_LOCKOUT), "1");
    T_EQ_S(cell(policy(RULE), LDAPPOLICY_MAX_AGE), "7776000");
    map(c, ENTRY_IPA_POLICY, "cn=global_policy,cn=X,cn=kerberos,dc=x", "cn: global_policy");
    const struct row *global = policy("cn=global_policy,cn=X,cn=kerberos,dc=x");
    T_EQ_S(cell(global, LDAPPOLICY_DEFAULT), "1");
    T_EQ_S(cell(global, LDAPPOLICY_LOCKOUT), "NULL");
    end(c);
}

static void a_token_of_freeipa(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_IPA_TOKEN_READABLE, TOKEN,
        "objectClass: ipatokenTOTP\nipatokenOwner: " USER
        "\nipatokenNotAfter: 20270101000000Z\nipatokenTOTPwatermark: 0");
    const struct row *t = rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, TOKEN);
    T_EQ_S(cell(t, OTPTOKEN_OWNER), USER);
    T_EQ_S(cell(t, OTPTOKEN_DISABLED), "0");
    T_EQ_S(cell(t, OTPTOKEN_USED), "0");
    rows_clear(&rows);
    map(c, ENTRY_IPA_TOKEN, TOKEN, "objectClass: ipatokenHOTP\nipatokenHOTPcounter: 5");
    t = rows_find(&rows, ROW_TABLE_OTPTOKEN, OTPTOKEN_DN, TOKEN);
    T_EQ_S(cell(t, OTPTOKEN_KIND), "hotp");
    T_EQ_S(cell(t, OTPTOKEN_DISABLED), "NULL");
    T_EQ_S(cell(t, OTPTOKEN_USED), "1");
    end(c);
}

#define TESTS(X)                               \
    X(a_policy_locks_only_when_both_say_so)    \
    X(the_default_is_known_by_its_name)        \
    X(a_token_keeps_its_owner)                 \
    X(groups_have_members_of_three_kinds)      \
    X(an_account_of_freeipa)                   \
    X(policies_get_their_order_from_templates) \
    X(a_token_of_freeipa)

T_MAIN("decode_ipa", TESTS)
