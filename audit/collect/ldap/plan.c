/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/plan.h"

#include <string.h>

#define SERVICES "CN=Services,"
#define PKI      "CN=Public Key Services," SERVICES

/* Servers come before the NTDS Settings objects below them, and the crossRef, which knows the NetBIOS name, before the
 * domain. The links of the domain head and of sites come with those. Names of containers are fixed by [MS-ADTS] 6.1.1 and
 * are the same in every language. */
static const struct plan_step steps[] = {
    { SOURCE_SCHEMA, ENTRY_ATTRIBUTE, BASE_SCHEMA, "", LDAP_SCOPE_ONELEVEL,
      "(objectClass=attributeSchema)" },
    { SOURCE_FOREST, ENTRY_FOREST, BASE_CONFIGURATION,
      "CN=Directory Service,CN=Windows NT," SERVICES, LDAP_SCOPE_BASE, NULL },
    { SOURCE_FOREST, ENTRY_FOREST, BASE_SCHEMA, "", LDAP_SCOPE_BASE, NULL },
    { SOURCE_FOREST, ENTRY_FOREST, BASE_CONFIGURATION,
      "CN=Optional Features,CN=Directory Service,CN=Windows NT," SERVICES, LDAP_SCOPE_ONELEVEL,
      "(objectClass=msDS-OptionalFeature)" },
    { SOURCE_DOMAIN, ENTRY_DOMAIN, BASE_CONFIGURATION, "CN=Partitions,", LDAP_SCOPE_ONELEVEL,
      "(&(objectClass=crossRef)(nETBIOSName=*))" },
    { SOURCE_DOMAIN, ENTRY_DOMAIN, BASE_DOMAIN, "", LDAP_SCOPE_BASE, NULL },
    { SOURCE_TRUST, ENTRY_TRUST, BASE_DOMAIN, "CN=System,", LDAP_SCOPE_ONELEVEL,
      "(objectClass=trustedDomain)" },
    { SOURCE_SITE, ENTRY_SITE, BASE_CONFIGURATION, "CN=Sites,", LDAP_SCOPE_ONELEVEL,
      "(objectClass=site)" },
    { SOURCE_SITE, ENTRY_SERVER, BASE_CONFIGURATION, "CN=Sites,", LDAP_SCOPE_SUBTREE,
      "(objectClass=server)" },
    { SOURCE_SITE, ENTRY_DSA, BASE_CONFIGURATION, "CN=Sites,", LDAP_SCOPE_SUBTREE,
      "(objectClass=nTDSDSA)" },
    { SOURCE_OU, ENTRY_OU, BASE_DOMAIN, "", LDAP_SCOPE_SUBTREE,
      "(objectClass=organizationalUnit)" },
    { SOURCE_GPO, ENTRY_GPO, BASE_DOMAIN, "CN=Policies,CN=System,", LDAP_SCOPE_ONELEVEL,
      "(objectClass=groupPolicyContainer)" },
    { SOURCE_SILO, ENTRY_SILO, BASE_CONFIGURATION, "CN=AuthN Policy Configuration," SERVICES,
      LDAP_SCOPE_SUBTREE, "(|(objectClass=msDS-AuthNPolicy)(objectClass=msDS-AuthNPolicySilo))" },
    { SOURCE_GROUP, ENTRY_GROUP, BASE_DOMAIN, "", LDAP_SCOPE_SUBTREE, "(objectClass=group)" },
    { SOURCE_FOREIGN, ENTRY_FOREIGN, BASE_DOMAIN, "", LDAP_SCOPE_SUBTREE,
      "(objectClass=foreignSecurityPrincipal)" },
    { SOURCE_PKI, ENTRY_TEMPLATE, BASE_CONFIGURATION, PKI, LDAP_SCOPE_SUBTREE,
      "(objectClass=pKICertificateTemplate)" },
    { SOURCE_PKI, ENTRY_ENROLLMENT, BASE_CONFIGURATION, PKI, LDAP_SCOPE_SUBTREE,
      "(objectClass=pKIEnrollmentService)" },
    { SOURCE_PKI, ENTRY_ISSUANCE, BASE_CONFIGURATION, PKI, LDAP_SCOPE_SUBTREE,
      "(&(objectClass=msPKI-Enterprise-Oid)(msPKI-Cert-Template-OID=*))" },
    { SOURCE_COUNT, ENTRY_CLASS_COUNT, BASE_DOMAIN, NULL, 0, NULL },
};

const struct plan_step *plan_steps(void)
{
    return steps;
}

bool plan_never_empty(enum ldap_source source)
{
    static const enum ldap_source always[] = { SOURCE_SCHEMA, SOURCE_FOREST, SOURCE_DOMAIN,
                                               SOURCE_SITE,   SOURCE_OU,     SOURCE_GPO,
                                               SOURCE_GROUP,  SOURCE_USER,   SOURCE_COMPUTER };

    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        if (always[i] == source) {
            return true;
        }
    }
    return false;
}

/* The SID of the domain, from its head, for the sources that name objects by SID. */
static void look_for_domain_sid(struct collect *c, const struct entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        if (strcmp(entry->attributes[i].name, "objectSid") == 0 && entry->attributes[i].count > 0) {
            struct rd r =
                rd_from(entry->attributes[i].values[0].p, entry->attributes[i].values[0].n);
            if (!rd_sid(&r, c->domain_sid) || !rd_done(&r)) {
                c->domain_sid[0] = '\0';
            }
        }
    }
}

static enum rc read_step(struct collect *c, const struct plan_step *step, uint64_t *ret_objects,
                         struct err *err)
{
    const struct directory *d = &c->s.dir;
    const char *const bases[] = { d->domain_dn, d->configuration_dn, d->schema_dn };
    struct fetch f = { .class = step->class,
                       .base = collect_below(c, step->below, bases[step->base]),
                       .scope = step->scope,
                       .filter = step->filter };
    if (step->class == ENTRY_DOMAIN && step->base == BASE_DOMAIN) {
        f.look = look_for_domain_sid;
    }
    return collect_fetch(c, &f, ret_objects, err);
}

enum rc plan_read(struct collect *c, enum ldap_source source, uint64_t *ret_objects,
                  struct err *err)
{
    struct err absent = { 0 };
    bool any = false;
    for (const struct plan_step *step = steps; step->source != SOURCE_COUNT; step++) {
        if (step->source != source) {
            continue;
        }
        enum rc rc = read_step(c, step, ret_objects, err);
        if (rc == RC_ABSENT && step->scope == LDAP_SCOPE_BASE && c->s.dir.is_ad) {
            return collect_hidden(c, err,
                                  "%s: an object that every domain has is not visible: the audit "
                                  "account may not read it",
                                  source_name(source));
        }
        if (rc == RC_ABSENT) {
            absent = *err;
        } else if (rc == RC_OK) {
            any = true;
        } else {
            return rc;
        }
    }
    if (!any) {
        *err = absent;
        return err->rc;
    }
    if (*ret_objects == 0 && c->s.dir.is_ad && plan_never_empty(source)) {
        return collect_hidden(
            c, err,
            "%s: nothing is visible, though every domain has such objects: the audit "
            "account may not read them",
            source_name(source));
    }
    return RC_OK;
}
