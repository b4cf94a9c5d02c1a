/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors of the objects that matter for credentials, with owner, group and DACL through the SD flags control
 * ([MS-ADTS] 3.1.1.3.4.1.11). Without it a server would want the right to read the SACL too, and give nothing. */
#include <stdio.h>
#include <string.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/reader.h"

/* Built-in and well-known groups whose members or whose rights reach credentials ([MS-ADTS] 6.1.1.4, 6.1.1.6); by RID, because
 * names differ by language. krbtgt and the built-in Administrator stand with them. */
static const unsigned domain_rids[] = { 498, 500, 502, 512, 516, 517, 518, 519, 520,
                                        521, 522, 525, 526, 527, 553, 571, 572 };
static const unsigned builtin_rids[] = { 544, 548, 549, 550, 551, 552, 554, 555,
                                         556, 557, 562, 569, 578, 579, 580, 582 };

/* Well-known containers by their GUIDs ([MS-ADTS] 6.1.1.4), in which new users and computers appear. */
#define GUID_USERS     "a9d1ca15768811d1aded00c04fd8d5cd"
#define GUID_COMPUTERS "aa312825768811d1aded00c04fd8d5cd"

struct tally {
    uint64_t objects;
    uint64_t readable;
};

static struct tally tally;

static void look(struct collect *c, const struct entry *entry)
{
    (void)c;
    tally.objects++;
    tally.readable += entry_find(entry, "nTSecurityDescriptor") ? 1 : 0;
}

static enum rc fetch(struct collect *c, const char *base, int scope, const char *filter,
                     uint64_t *ret_objects, struct err *err)
{
    struct fetch f = { .class = ENTRY_SECURITY,
                       .base = base,
                       .scope = scope,
                       .filter = filter,
                       .descriptors = true,
                       .look = look };
    return collect_fetch(c, &f, ret_objects, err);
}

/* One filter for everything below the domain head: privileged groups and what AdminSDHolder protects, organizational units,
 * policies, and computers: domain controllers, managed service accounts, and the others for who owns them. The name of
 * DnsAdmins only makes sure that its descriptor is there; what the group is, its rights on the DNS container say. */
static const char *domain_filter(struct collect *c)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 16384);
    wr_text(&w, "(|(adminCount=1)(objectClass=organizationalUnit)(objectClass=groupPolicyContainer)"
                "(objectClass=computer)(sAMAccountName=DnsAdmins)");
    for (size_t i = 0; *c->domain_sid && i < ARRAY_LEN(domain_rids); i++) {
        wr_printf(&w, "(objectSid=%s-%u)", c->domain_sid, domain_rids[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(builtin_rids); i++) {
        wr_printf(&w, "(objectSid=S-1-5-32-%u)", builtin_rids[i]);
    }
    wr_text(&w, ")");
    return w.bad ? NULL : arena_strndup(c->s.arena, (const char *)w.data, w.size);
}

static enum rc fetch_well_known(struct collect *c, const char *guid, uint64_t *ret_objects,
                                struct err *err)
{
    const char *base = arena_printf(c->s.arena, "<WKGUID=%s,%s>", guid, c->s.dir.domain_dn);
    enum rc rc = fetch(c, base, LDAP_SCOPE_BASE, NULL, ret_objects, err);
    return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc collect_security(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    tally = (struct tally){ 0 };
    if (!c->s.dir.is_ad || !c->s.dir.can_sd_flags) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the server is not Active Directory: it has no security descriptors");
    }
    const char *domain = c->s.dir.domain_dn;
    const char *filter = domain_filter(c);
    const char *pki =
        collect_below(c, "CN=Public Key Services,CN=Services,", c->s.dir.configuration_dn);
    const char *holder = collect_below(c, "CN=AdminSDHolder,CN=System,", domain);
    /* Whoever rules the DNS container is what DnsAdmins is, a group without a fixed RID. */
    const char *dns = collect_below(c, "CN=MicrosoftDNS,CN=System,", domain);
    if (!filter || !holder || !dns) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(fetch(c, domain, LDAP_SCOPE_BASE, NULL, ret_objects, err));
    TRY(fetch(c, holder, LDAP_SCOPE_BASE, NULL, ret_objects, err));
    TRY(fetch(c, domain, LDAP_SCOPE_SUBTREE, filter, ret_objects, err));
    TRY(fetch_well_known(c, GUID_USERS, ret_objects, err));
    TRY(fetch_well_known(c, GUID_COMPUTERS, ret_objects, err));
    enum rc rc = fetch(c, dns, LDAP_SCOPE_BASE, NULL, ret_objects, err);
    if (rc == RC_OK || rc == RC_ABSENT) {
        rc = fetch(c, pki, LDAP_SCOPE_SUBTREE, NULL, ret_objects, err);
    }
    if (rc != RC_OK && rc != RC_ABSENT) {
        return rc;
    }
    *ret_objects = tally.readable;
    if (tally.readable < tally.objects) {
        return collect_hidden(
            c, err,
            "the security descriptors of %llu of %llu objects are not readable: grant the audit "
            "account Read Permissions on them",
            (unsigned long long)(tally.objects - tally.readable),
            (unsigned long long)tally.objects);
    }
    return RC_OK;
}
