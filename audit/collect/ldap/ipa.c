/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FreeIPA: settings, accounts, password policies and tokens. Its access control hides as slapd's does: what did not come is not there only
 * where the account may search for it (openldap.c). Of tokens an ordinary account sees its own at most, and is told nothing of the others. */
#include <string.h>
#include <strings.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/tree.h"

#define USER     "(objectClass=posixAccount)"
#define SETTINGS EITHER("ipaUserAuthType") EITHER("ipaConfigString")
#define ACCOUNT               \
    EITHER("nsAccountLock")   \
    EITHER("ipaUserAuthType") \
    EITHER("krbLastPwdChange") EITHER("krbPasswordExpiration") EITHER("krbPrincipalExpiration")
#define LOGIN \
    EITHER("krbLastSuccessfulAuth") EITHER("krbLoginFailedCount") EITHER("krbLastFailedAuth")
#define POLICY                    \
    EITHER("krbPwdMinLength")     \
    EITHER("krbPwdMinDiffChars")  \
    EITHER("krbPwdHistoryLength") \
    EITHER("krbMaxPwdLife")       \
    EITHER("krbMinPwdLife")       \
    EITHER("krbPwdMaxFailure") EITHER("krbPwdFailureCountInterval") EITHER("krbPwdLockoutDuration")
#define TOKEN EITHER("ipatokenDisabled") EITHER("ipatokenOwner")

struct ipa {
    struct collect *c;
    struct tree t;
    uint64_t *objects;
    const char *missing; /* what is not all readable, for a person */
};

static enum rc fetch_all(struct ipa *i, const char *below, enum entry_class class,
                         const char *filter, uint64_t *ret_found, struct err *err)
{
    struct fetch f = { .class = class,
                       .base = collect_below(i->c, below, i->t.ipa),
                       .scope = LDAP_SCOPE_SUBTREE,
                       .filter = filter };
    *ret_found = 0;
    enum rc rc =
        f.base ? collect_fetch(i->c, &f, ret_found, err) : err_setf(err, RC_NOMEM, "out of memory");
    return rc == RC_ABSENT ? RC_OK : rc;
}

/* First as it comes, then what is told wholly: later rows replace earlier ones. */
static enum rc fetch_both(struct ipa *i, const char *below, enum entry_class class,
                          const char *what, const char *readable, const char *missing,
                          struct err *err)
{
    uint64_t all = 0, whole = 0;
    const char *filter = arena_printf(i->c->s.arena, "(&%s%s)", what, readable);
    if (!filter) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(fetch_all(i, below, class, what, &all, err));
    TRY(fetch_all(i, below, (enum entry_class)((int)class + 1), filter, &whole, err));
    *i->objects += all;
    if (all == 0 || whole < all) {
        i->missing = i->missing ? i->missing : missing;
    }
    return RC_OK;
}

static enum rc read_users(struct ipa *i, struct err *err)
{
    static const char *const names[] = { "ipapasskey", "ipaCertMapData", "userCertificate",
                                         "ipatokenRadiusConfigLink" };
    static const char *const either[] = { EITHER("ipapasskey"), EITHER("ipaCertMapData"),
                                          EITHER("userCertificate"),
                                          EITHER("ipatokenRadiusConfigLink") };
    struct schema schema;
    uint64_t all = 0, logins = 0, factors = 0;
    const char *filter = "(&" USER ACCOUNT LOGIN;
    TRY(fetch_both(i, "cn=accounts,", ENTRY_IPA_USER, USER, ACCOUNT,
                   "accounts (nsAccountLock, ipaUserAuthType, krbLastPwdChange, "
                   "krbPasswordExpiration, krbPrincipalExpiration)",
                   err));
    TRY(fetch_all(i, "cn=accounts,", ENTRY_IPA_USER_LOGIN, "(&" USER ACCOUNT LOGIN ")", &logins,
                  err));
    TRY(tree_schema(i->c, names, ARRAY_LEN(names), &schema, err));
    for (size_t k = 0; k < ARRAY_LEN(names) && filter; k++) {
        filter = schema_may_have(&schema, k)
                     ? arena_printf(i->c->s.arena, "%s%s", filter, either[k])
                     : filter;
    }
    filter = filter ? arena_printf(i->c->s.arena, "%s)", filter) : NULL;
    if (!filter) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(fetch_all(i, "cn=accounts,", ENTRY_IPA_USER_FACTORS, filter, &factors, err));
    all = *i->objects;
    if (!i->missing && (logins < all || factors < logins)) {
        i->missing = logins < all
                         ? "logons of accounts (krbLastSuccessfulAuth, krbLoginFailedCount, "
                           "krbLastFailedAuth)"
                         : "pass keys and certificates of accounts (ipapasskey, "
                           "ipaCertMapData, userCertificate)";
    }
    return RC_OK;
}

static void look_at_token(struct collect *c, const struct entry *e)
{
    /* ours is told to us by right of ownership, which proves nothing about the others */
    for (size_t k = 0; k < e->count; k++) {
        if (strcasecmp(e->attributes[k].name, "ipatokenOwner") == 0 && e->attributes[k].count > 0) {
            const struct entry_value *v = &e->attributes[k].values[0];
            c->sees_foreign_token |= !c->o->bind_dn || strlen(c->o->bind_dn) != v->n ||
                                     strncasecmp(c->o->bind_dn, (const char *)v->p, v->n) != 0;
        }
    }
}

static enum rc read_tokens(struct ipa *i, struct err *err)
{
    struct fetch f = { .class = ENTRY_IPA_TOKEN,
                       .base = collect_below(i->c, "cn=otp,", i->t.ipa),
                       .scope = LDAP_SCOPE_SUBTREE,
                       .filter = "(objectClass=ipaToken)",
                       .look = look_at_token };
    uint64_t all = 0, whole = 0;
    enum rc rc =
        f.base ? collect_fetch(i->c, &f, &all, err) : err_setf(err, RC_NOMEM, "out of memory");
    if (rc != RC_OK && rc != RC_ABSENT) {
        return rc;
    }
    TRY(fetch_all(i, "cn=otp,", ENTRY_IPA_TOKEN_READABLE, "(&(objectClass=ipaToken)" TOKEN ")",
                  &whole, err));
    *i->objects += all;
    if (!i->missing && (!i->c->sees_foreign_token || whole < all)) {
        i->missing =
            "tokens (cn=otp: everything but ipatokenOTPkey); when there is none at all, that "
            "cannot be told from being kept from them";
    }
    return RC_OK;
}

enum rc collect_ipa(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct ipa i = { .c = c, .objects = ret_objects };
    uint64_t templates = 0;
    TRY(tree_look(c, &i.t, err));
    if (!i.t.ipa) {
        if (c->s.dir.vendor == VENDOR_OPENLDAP && i.t.hidden == 0) {
            (void)err_setf(err, RC_ABSENT, "the server is no FreeIPA");
            return err_at(err, "%s", c->o->host);
        }
        return collect_hidden(
            c, err,
            "the settings of FreeIPA (cn=ipaConfig,cn=etc) are not visible: it is "
            "none, or the audit account may not read it");
    }
    TRY(read_users(&i, err));
    TRY(fetch_both(&i, "cn=ipaConfig,cn=etc,", ENTRY_IPA_SETTINGS, "(objectClass=*)", SETTINGS,
                   "the settings (ipaUserAuthType, ipaConfigString)", err));
    TRY(fetch_all(&i, "cn=accounts,", ENTRY_IPA_ORDER, "(objectClass=cosTemplate)", &templates,
                  err));
    TRY(fetch_both(&i, "cn=kerberos,", ENTRY_IPA_POLICY, "(objectClass=krbPwdPolicy)", POLICY,
                   "password policies (krbPwdPolicy below cn=kerberos)", err));
    TRY(read_tokens(&i, err));
    if (i.missing) {
        return collect_hidden(
            c, err,
            "of FreeIPA is not all readable: %s. Grant the audit account read and "
            "search",
            i.missing);
    }
    return RC_OK;
}
