/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password settings objects and KDS root keys: objects that a directory hides from ordinary users, so that seeing none
 * proves nothing. Zero visible objects count as "there are none" only when the account provably may see them; otherwise the
 * source is denied, and everything that hangs on it stays unknown.
 *
 * The proof is the bound token (rootDSE tokenGroups, [MS-ADTS] 3.1.1.3.2.38): it holds a group to which the schema's default
 * descriptors and the head of the partition give full control ([MS-ADSC], [MS-ADTS] 7.1.1.2), or the container's descriptor
 * lets it list the container and read whatever appears there (sight.h). */
#include <string.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/rootdse.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/sight.h"

/* Schema GUIDs ([MS-ADSC]). */
#define CLASS_PSO      "3bcd9db8-f84b-451c-952f-6c52b81f9ec6"
#define CLASS_ROOT_KEY "aa02fd41-17e0-4f18-8687-b2239649736b"

struct container {
    const struct session *s;
    const char *class_guid;
    bool certain;
};

/* Every bound account is also one of Everyone and of the authenticated users, told or not. */
static bool holds(const void *context, const char *sid)
{
    const struct session *s = context;
    return strcmp(sid, "S-1-1-0") == 0 || strcmp(sid, "S-1-5-11") == 0 || rootdse_token_has(s, sid);
}

static enum rc take_descriptor(void *context, const struct entry *e, struct err *err)
{
    struct container *k = context;
    const struct entry_attribute *a = entry_find(e, "nTSecurityDescriptor");
    (void)err;
    if (a && a->count == 1) {
        k->certain = sight_is_certain(a->values[0].p, a->values[0].n, k->class_guid, holds, k->s);
    }
    return RC_OK;
}

/* Whether the container's descriptor proves that the account would see objects of the class in it. */
static enum rc would_see(struct collect *c, const char *dn, const char *class_guid, bool *ret,
                         struct err *err)
{
    static const char *const attributes[] = { "nTSecurityDescriptor", NULL };
    struct container k = { .s = &c->s, .class_guid = class_guid };
    struct search q = { .what = source_name(c->doing),
                        .base = dn,
                        .scope = LDAP_SCOPE_BASE,
                        .attributes = attributes,
                        .descriptors = true,
                        .plain_names = true,
                        .take = take_descriptor,
                        .context = &k };
    *ret = false;
    if (c->s.dir.token_count == 0) {
        return RC_OK; /* a denial for one of our groups could not be told */
    }
    enum rc rc = search_run(&c->s, &q, err);
    *ret = rc == RC_OK && k.certain;
    return rc == RC_ABSENT || rc == RC_DENIED ? RC_OK : rc;
}

static bool token_has_rid(const struct collect *c, const char *rid)
{
    const char *sid = *c->domain_sid ? arena_printf(c->s.arena, "%s-%s", c->domain_sid, rid) : NULL;
    return sid && rootdse_token_has(&c->s, sid);
}

/* Domain Admins, or Administrators of the domain's controllers; Enterprise Admins in the forest's root domain. */
static bool is_domain_administrator(const struct collect *c)
{
    return token_has_rid(c, "512") || token_has_rid(c, "519") ||
           rootdse_token_has(&c->s, "S-1-5-32-544") || rootdse_token_has(&c->s, "S-1-5-18");
}

static uint64_t with_settings;

static void look_for_settings(struct collect *c, const struct entry *entry)
{
    (void)c;
    with_settings += entry_find(entry, "msDS-MinimumPasswordLength") ? 1 : 0;
}

enum rc collect_psos(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    bool may = is_domain_administrator(c);
    const char *container =
        collect_below(c, "CN=Password Settings Container,CN=System,", c->s.dir.domain_dn);
    struct fetch f = { .class = ENTRY_PSO,
                       .base = container,
                       .scope = LDAP_SCOPE_ONELEVEL,
                       .filter = "(objectClass=msDS-PasswordSettings)",
                       .look = look_for_settings };
    if (!c->s.dir.is_ad) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the server is not Active Directory: it has no such policies");
    }
    with_settings = 0;
    enum rc rc = collect_fetch(c, &f, ret_objects, err);
    if (rc != RC_OK && rc != RC_ABSENT) {
        return rc;
    }
    if (with_settings < *ret_objects) {
        return collect_hidden(
            c, err,
            "the settings of %llu of %llu fine-grained password policies are not readable: let the "
            "audit account Read All Properties below CN=Password Settings Container,CN=System",
            (unsigned long long)(*ret_objects - with_settings), (unsigned long long)*ret_objects);
    }
    struct err absent = *err;
    if (*ret_objects == 0 && !may) {
        TRY(would_see(c, container, CLASS_PSO, &may, err));
    }
    if (*ret_objects == 0 && !may) {
        return collect_hidden(
            c, err,
            "no fine-grained password policy is visible, which says nothing: ordinary accounts may "
            "not see them. To settle it, let the audit account read CN=Password Settings "
            "Container,CN=System and everything below it (List Contents, Read All Properties)");
    }
    *err = absent;
    return rc;
}

static enum rc take_nothing(void *context, const struct entry *e, struct err *err)
{
    (void)context;
    (void)e;
    (void)err;
    return RC_OK;
}

/* Whether the forest's schema knows root keys (Windows Server 2012): an older forest has none, whoever looks. */
static enum rc schema_knows_root_keys(struct collect *c, bool *ret_knows, struct err *err)
{
    static const char *const attributes[] = { "lDAPDisplayName", NULL };
    struct search q = { .what = source_name(c->doing),
                        .base = c->s.dir.schema_dn,
                        .scope = LDAP_SCOPE_ONELEVEL,
                        .filter = "(&(objectClass=classSchema)(lDAPDisplayName=msKds-ProvRootKey))",
                        .attributes = attributes,
                        .plain_names = true,
                        .take = take_nothing };
    TRY(search_run(&c->s, &q, err));
    *ret_knows = q.entries > 0;
    return RC_OK;
}

static uint64_t dated;

static void look_for_dates(struct collect *c, const struct entry *entry)
{
    (void)c;
    dated +=
        entry_find(entry, "msKds-CreateTime") || entry_find(entry, "msKds-UseStartTime") ? 1 : 0;
}

enum rc collect_kds(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    const char *container =
        collect_below(c, "CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,",
                      c->s.dir.configuration_dn);
    bool may = rootdse_token_has(&c->s, "S-1-5-32-544") || token_has_rid(c, "519"), knows = true;
    struct fetch f = { .class = ENTRY_KDS,
                       .base = container,
                       .scope = LDAP_SCOPE_ONELEVEL,
                       .filter = "(objectClass=msKds-ProvRootKey)",
                       .look = look_for_dates };
    dated = 0;
    enum rc rc = collect_fetch(c, &f, ret_objects, err);
    if (rc != RC_OK && rc != RC_ABSENT) {
        return rc;
    }
    if (*ret_objects > 0 && dated < *ret_objects) {
        return collect_hidden(
            c, err,
            "the dates of %llu of %llu KDS root keys are not readable (confidential attributes): "
            "only an administrator of the forest reads them",
            (unsigned long long)(*ret_objects - dated), (unsigned long long)*ret_objects);
    }
    struct err absent = *err;
    if (*ret_objects == 0 && !may) {
        TRY(would_see(c, container, CLASS_ROOT_KEY, &may, err));
        TRY(schema_knows_root_keys(c, &knows, err));
    }
    if (*ret_objects == 0 && knows && !may) {
        return collect_hidden(
            c, err,
            "no KDS root key is visible, which says nothing: ordinary accounts may not see them. To "
            "settle it, read this source with an administrator of the forest, or let the audit "
            "account read CN=Master Root Keys");
    }
    *err = absent;
    return rc;
}
