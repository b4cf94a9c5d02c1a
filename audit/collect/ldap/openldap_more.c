/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenLDAP's password policies and tokens for one-time passwords, and the groups of any server that is not Active Directory. What is hidden
 * is told from what is not there as in openldap.c. */
#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/tree.h"

static enum rc openldap_only(struct collect *c, struct tree *t, struct err *err)
{
    TRY(tree_look(c, t, err));
    if (c->s.dir.vendor != VENDOR_OPENLDAP) {
        return err_setf(err, RC_ABSENT, "the server is not OpenLDAP");
    }
    return RC_OK;
}

/* ---- password policies ---- */

#define POLICY "(objectClass=pwdPolicy)"
#define POLICY_READABLE               \
    EITHER("pwdMinLength")            \
    EITHER("pwdCheckQuality")         \
    EITHER("pwdInHistory")            \
    EITHER("pwdMaxAge")               \
    EITHER("pwdMinAge")               \
    EITHER("pwdLockout")              \
    EITHER("pwdMaxFailure")           \
    EITHER("pwdFailureCountInterval") \
    EITHER("pwdLockoutDuration")      \
    EITHER("pwdGraceAuthNLimit") EITHER("pwdMustChange") EITHER("pwdSafeModify")

static enum rc take_default(void *context, const struct entry *e, struct err *err)
{
    struct collect *c = context;
    const char *dn = entry_text(e, "olcPPolicyDefault", c->s.arena);
    return dn ? entry_context_default_policy(c->entries, dn, err) : RC_OK;
}

/* The configuration is seldom readable: then nobody knows which policy holds for those without one. */
static enum rc look_for_default(struct collect *c, struct err *err)
{
    static const char *const attributes[] = { "olcPPolicyDefault", NULL };
    struct search q = { .what = source_name(c->doing),
                        .base = "cn=config",
                        .scope = LDAP_SCOPE_SUBTREE,
                        .filter = "(olcPPolicyDefault=*)",
                        .unpaged = true,
                        .attributes = attributes,
                        .take = take_default,
                        .context = c };
    enum rc rc = search_run(&c->s, &q, err);
    return rc == RC_ABSENT || rc == RC_DENIED || rc == RC_UNSUPPORTED ? RC_OK : rc;
}

enum rc collect_password_policies(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    static const struct fetch fetches[] = {
        { .class = ENTRY_LDAP_POLICY, .filter = POLICY },
        { .class = ENTRY_LDAP_POLICY_READABLE, .filter = "(&" POLICY POLICY_READABLE ")" },
    };
    static const struct hidden_question asked[] = {
        { "pwdMinLength", "(&" POLICY "(pwdMinLength=*))" },
        { "pwdCheckQuality", "(&" POLICY "(pwdCheckQuality=*))" },
        { "pwdInHistory", "(&" POLICY "(pwdInHistory=*))" },
        { "pwdMaxAge", "(&" POLICY "(pwdMaxAge=*))" },
        { "pwdMinAge", "(&" POLICY "(pwdMinAge=*))" },
        { "pwdLockout", "(&" POLICY "(pwdLockout=*))" },
        { "pwdMaxFailure", "(&" POLICY "(pwdMaxFailure=*))" },
        { "pwdFailureCountInterval", "(&" POLICY "(pwdFailureCountInterval=*))" },
        { "pwdLockoutDuration", "(&" POLICY "(pwdLockoutDuration=*))" },
        { "pwdGraceAuthNLimit", "(&" POLICY "(pwdGraceAuthNLimit=*))" },
        { "pwdMustChange", "(&" POLICY "(pwdMustChange=*))" },
        { "pwdSafeModify", "(&" POLICY "(pwdSafeModify=*))" },
    };

    struct tree t;
    uint64_t found[ARRAY_LEN(fetches)] = { 0 }, hidden = 0;
    TRY(openldap_only(c, &t, err));
    if (!c->s.dir.can_ppolicy) {
        (void)err_setf(err, RC_ABSENT, "the server has no password policy overlay (slapo-ppolicy)");
        return err_at(err, "%s", c->o->host);
    }
    TRY(look_for_default(c, err));
    for (size_t i = 0; i < ARRAY_LEN(fetches); i++) {
        TRY(tree_fetch(c, &t, &fetches[i], &found[i], err));
        *ret_objects = found[0];
    }
    if (found[0] == 0) {
        return collect_hidden(
            c, err,
            "no password policy (objectClass pwdPolicy) is visible: let the audit "
            "account read the policies");
    }
    TRY(tree_hidden(c, &t, asked, ARRAY_LEN(asked), &hidden, err));
    if (hidden > 0 || found[1] < found[0]) {
        return collect_hidden(
            c, err,
            "the settings of %llu password policies are not all readable: let the "
            "audit account read their pwd attributes",
            (unsigned long long)(hidden > 0 ? hidden : found[0] - found[1]));
    }
    return RC_OK;
}

/* ---- tokens for one-time passwords ---- */

#define OWNERS "(|(objectClass=oathTOTPUser)(objectClass=oathHOTPUser))"
#define TOKENS "(|(objectClass=oathTOTPToken)(objectClass=oathHOTPToken))"

enum {
    OATH_TOTP_USER,
    OATH_HOTP_USER
};

enum rc collect_otp(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    static const char *const names[] = { "oathTOTPUser", "oathHOTPUser" };
    static const struct fetch fetches[] = {
        { .class = ENTRY_OTP_OWNER, .filter = OWNERS },
        { .class = ENTRY_OTP_TOKEN, .filter = TOKENS },
        { .class = ENTRY_OTP_TOKEN_READABLE,
          .filter = "(|(&(objectClass=oathTOTPToken)" EITHER(
              "oathTOTPLastTimeStep") ")(&(objectClass=oathHOTPToken)" EITHER("oathHOTPCounter") "))" },
    };
    static const struct fetch told = {
        .class = ENTRY_OTP_OWNER,
        .filter =
            "(|(&(objectClass=oathTOTPUser)(oathTOTPToken=*))(&(objectClass=oathHOTPUser)" EITHER(
                "oathHOTPToken") "))"
    };
    static const struct hidden_question asked[] = {
        { "oathTOTPToken", "(&" OWNERS "(oathTOTPToken=*))" },
        { "oathHOTPToken", "(&" OWNERS "(oathHOTPToken=*))" },
        { "oathTOTPLastTimeStep", "(&" TOKENS "(oathTOTPLastTimeStep=*))" },
        { "oathHOTPCounter", "(&" TOKENS "(oathHOTPCounter=*))" },
    };

    struct tree t;
    struct schema schema;
    uint64_t found[ARRAY_LEN(fetches)] = { 0 }, owners = 0, hidden = 0;
    TRY(openldap_only(c, &t, err));
    TRY(tree_schema(c, names, ARRAY_LEN(names), &schema, err));
    if (!schema_may_have(&schema, OATH_TOTP_USER) && !schema_may_have(&schema, OATH_HOTP_USER)) {
        (void)err_setf(err, RC_ABSENT,
                       "the server knows no tokens for one-time passwords (slapo-otp)");
        return err_at(err, "%s", c->o->host);
    }
    TRY(tree_fetch(c, &t, &told, &owners, err));
    for (size_t i = 0; i < ARRAY_LEN(fetches); i++) {
        TRY(tree_fetch(c, &t, &fetches[i], &found[i], err));
    }
    *ret_objects = found[0] + found[1];
    TRY(tree_hidden(c, &t, asked, ARRAY_LEN(asked), &hidden, err));
    if (hidden > 0 || owners < found[0] || found[2] < found[1] || t.hidden > 0) {
        return collect_hidden(c, err,
                              "tokens for one-time passwords are not all readable: let the audit "
                              "account read oathTOTPToken, oathHOTPToken, oathTOTPLastTimeStep and "
                              "oathHOTPCounter, and never oathSecret");
    }
    return RC_OK;
}

/* ---- groups ---- */

#define GROUPS                                                     \
    "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)" \
    "(objectClass=posixGroup))"

enum rc collect_ldap_groups(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    /* A class that the schema does not know is Undefined: each stands alone. */
    static const struct fetch fetches[] = {
        { .class = ENTRY_LDAP_GROUP, .filter = GROUPS },
        { .class = ENTRY_LDAP_GROUP_READABLE,
          .filter =
              "(|(&(objectClass=groupOfNames)" EITHER("member") ")(&(objectClass=groupOfUniqueNames)" EITHER(
                  "uniqueMember") ")(&(objectClass=posixGroup)" EITHER("memberUid") "(!(objectClass=groupOfNames))(!(objectClass=groupOfUniqueNames))))" },
    };
    static const struct hidden_question asked[] = {
        { "member", "(&" GROUPS "(member=*))" },
        { "uniqueMember", "(&" GROUPS "(uniqueMember=*))" },
        { "memberUid", "(&" GROUPS "(memberUid=*))" },
    };

    struct tree t;
    uint64_t found[ARRAY_LEN(fetches)] = { 0 }, hidden = 0;
    TRY(tree_look(c, &t, err));
    if (t.ipa) {
        t.base_count = 1;
        t.bases[0] = collect_below(c, "cn=accounts,", t.ipa);
    }
    for (size_t i = 0; i < ARRAY_LEN(fetches); i++) {
        TRY(tree_fetch(c, &t, &fetches[i], &found[i], err));
        *ret_objects = found[0];
    }
    TRY(tree_hidden(c, &t, asked, ARRAY_LEN(asked), &hidden, err));
    if (found[0] == 0 && (t.ipa || t.hidden > 0)) {
        return collect_hidden(c, err, "no group is visible: let the audit account read the groups");
    }
    if (hidden > 0 || found[1] < found[0]) {
        return collect_hidden(c, err,
                              "the members of %llu groups are not all readable: let the audit "
                              "account read member, uniqueMember and memberUid",
                              (unsigned long long)(hidden > 0 ? hidden : found[0] - found[1]));
    }
    return RC_OK;
}
