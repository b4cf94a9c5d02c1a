/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain has beside accounts and groups, in the numbers of a large hospital. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/maker.h"

#define POLICY_COUNT   100
#define TEMPLATE_COUNT 40
#define ZERO_GUID      "00000000-0000-0000-0000-000000000000"

#define SYSTEM         "S-1-5-18"
#define SELF           "S-1-5-10"
#define OWNER_CREATOR  "S-1-3-0"
#define ADMINISTRATORS "S-1-5-32-544"
#define OPERATORS      "S-1-5-32-548"
#define PRINT          "S-1-5-32-550"
#define EVERYBODY      "S-1-5-11"
#define DOMAIN_ADMINS  SID_PREFIX "-512"
#define FOREST_ADMINS  SID_PREFIX "-519"
/* an ordinary group with more rights than it should have */
#define HELPDESK SID_PREFIX "-300007"

struct grant {
    const char *classes; /* words of object classes */
    const char *trustee;
    const char *right;
    bool inherited;
};

/* As the decoder writes the default descriptors of Windows. */
static const struct grant grants[] = {
    { "domain ou account dc gmsa group other adminsdholder", SYSTEM, "generic_all", false },
    { "ou account dc gmsa group other", DOMAIN_ADMINS, "generic_all", false },
    { "account dc gmsa", DOMAIN_ADMINS, "all_extended_rights", false },
    { "account dc gmsa", DOMAIN_ADMINS, "write_delegation", false },
    { "account dc gmsa", DOMAIN_ADMINS, "write_property", false },
    { "account dc gmsa", DOMAIN_ADMINS, "write_spn", false },
    { "account dc gmsa", DOMAIN_ADMINS, "write_uac", false },
    { "domain ou account dc gmsa group other adminsdholder", FOREST_ADMINS, "generic_all", true },
    { "domain ou account dc gmsa group other adminsdholder", ADMINISTRATORS, "all_extended_rights",
      true },
    { "domain ou account dc gmsa group other adminsdholder", ADMINISTRATORS, "create_child", true },
    { "domain ou account dc gmsa group other adminsdholder", ADMINISTRATORS, "generic_write",
      true },
    { "domain ou account dc gmsa group other adminsdholder", ADMINISTRATORS, "write_dacl", true },
    { "domain ou account dc gmsa group other adminsdholder", ADMINISTRATORS, "write_owner", true },
    { "domain", ADMINISTRATORS, "replicate_changes", false },
    { "domain", ADMINISTRATORS, "replicate_all", false },
    { "domain", "S-1-5-9", "replicate_changes", false },
    { "domain", SID_PREFIX "-516", "replicate_all", false },
    { "domain", SID_PREFIX "-498", "replicate_changes", false },
    { "account dc gmsa", SELF, "write_spn", false },
    { "account dc gmsa", SELF, "write_property", false },
    { "account dc gmsa", SELF, "create_child", false },
    { "domain ou account dc gmsa group", SELF, "write_delegation", true },
    { "account dc gmsa", OPERATORS, "generic_all", false },
    { "ou other", OPERATORS, "create_child", false },
    { "ou account dc other", PRINT, "create_child", false },
    { "domain account dc gmsa", SID_PREFIX "-526", "write_key_credential", true },
    { "domain account dc gmsa", SID_PREFIX "-527", "write_key_credential", true },
    { "gpo", OWNER_CREATOR, "generic_write", false },
    { "gpo", SYSTEM, "generic_write", false },
    { "gpo", SYSTEM, "write_dacl", false },
    { "gpo", SYSTEM, "write_owner", false },
    { "gpo", DOMAIN_ADMINS, "generic_write", false },
    { "gpo", DOMAIN_ADMINS, "write_dacl", false },
    { "gpo", DOMAIN_ADMINS, "write_owner", false },
    { "gpo", FOREST_ADMINS, "generic_write", false },
    { "gpo", FOREST_ADMINS, "write_dacl", false },
    { "template", DOMAIN_ADMINS, "generic_write", false },
    { "template", FOREST_ADMINS, "generic_write", false },
    { "template", SID_PREFIX "-513", "enroll", false },
    { "enrollment_service pki_container", FOREST_ADMINS, "generic_all", false },
    { "enrollment_service pki_container", DOMAIN_ADMINS, "generic_write", false },
};

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = words; *p; p += strspn(p, " ")) {
        size_t size = strcspn(p, " ");
        if (size == n && memcmp(p, word, n) == 0) {
            return true;
        }
        p += size;
    }
    return false;
}

void put_right(struct maker *m, const char *object, const char *trustee, const char *right,
               bool inherited)
{
    struct row r;
    row_begin(&r, ROW_TABLE_RIGHT);
    row_text(&r, RIGHT_OBJECT, object);
    row_text(&r, RIGHT_TRUSTEE, trustee);
    row_text(&r, RIGHT_RIGHT, right);
    row_bool(&r, RIGHT_INHERITED, inherited);
    row_text(&r, RIGHT_SCOPE, ZERO_GUID);
    row_bool(&r, RIGHT_INHERIT_ONLY, strcmp(trustee, OWNER_CREATOR) == 0);
    put(m, &r);
}

void put_descriptor(struct maker *m, const char *object, const char *dn, const char *class,
                    const char *owner)
{
    struct row r;
    int64_t entries = 0;
    for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
        if (has_word(grants[i].classes, class)) {
            put_right(m, object, grants[i].trustee, grants[i].right, grants[i].inherited);
            entries++;
        }
    }
    put_right(m, object, owner, "owner", false);
    uint64_t dice = next_random(m) % 200;
    if (dice < 3) {
        put_right(m, object, dice == 0 ? EVERYBODY : HELPDESK,
                  dice == 2 ? "reset_password" : "generic_write", dice == 1);
    }
    row_begin(&r, ROW_TABLE_DESCRIPTOR);
    row_text(&r, DESCRIPTOR_OBJECT, object);
    row_text(&r, DESCRIPTOR_DN, dn);
    row_text(&r, DESCRIPTOR_CLASS, class);
    row_text(&r, DESCRIPTOR_OWNER, owner);
    row_text(&r, DESCRIPTOR_DACL, "present");
    row_bool(&r, DESCRIPTOR_PROTECTED, false);
    row_int(&r, DESCRIPTOR_ENTRIES, entries * 2);
    put(m, &r);
}

static void put_forest(struct maker *m)
{
    static const char *const attributes[] = { "ms-Mcs-AdmPwdExpirationTime",
                                              "msLAPS-PasswordExpirationTime" };
    struct row r;
    row_begin(&r, ROW_TABLE_FOREST);
    row_text(&r, FOREST_CONFIGURATION_DN, "CN=Configuration," BASE);
    row_int(&r, FOREST_TOMBSTONE, 180);
    row_bool(&r, FOREST_RECYCLE_BIN, true);
    row_int(&r, FOREST_SCHEMA, 88);
    put(m, &r);
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        row_begin(&r, ROW_TABLE_ATTRIBUTE);
        row_text(&r, ATTRIBUTE_NAME, attributes[i]);
        row_int(&r, ATTRIBUTE_FLAGS, 24);
        put(m, &r);
    }
}

static void put_domain(struct maker *m)
{
    char g[GUID_TEXT_MAX], h[GUID_TEXT_MAX];
    struct row r;
    row_begin(&r, ROW_TABLE_DOMAIN);
    row_text(&r, DOMAIN_GUID, guid(g, MADE_DOMAIN, 1));
    row_text(&r, DOMAIN_SID, SID_PREFIX);
    row_text(&r, DOMAIN_DN, BASE);
    row_text(&r, DOMAIN_DNS_NAME, "bench.example");
    row_int(&r, DOMAIN_LEVEL, 7);
    row_int(&r, DOMAIN_MIN_LENGTH, 14);
    row_int(&r, DOMAIN_HISTORY, 24);
    row_int(&r, DOMAIN_MAX_AGE, INT64_MIN);
    row_int(&r, DOMAIN_MIN_AGE, -FILETIME_DAY);
    row_int(&r, DOMAIN_PROPERTIES, 1 | 8);
    row_int(&r, DOMAIN_THRESHOLD, 5);
    row_int(&r, DOMAIN_DURATION, -15 * 60 * FILETIME_SECOND);
    row_int(&r, DOMAIN_WINDOW, -15 * 60 * FILETIME_SECOND);
    row_int(&r, DOMAIN_QUOTA, 0);
    row_int(&r, DOMAIN_CREATED, days_ago(m, 3000));
    put(m, &r);
    put_descriptor(m, g, BASE, "domain", ADMINISTRATORS);
    put_descriptor(m, guid(h, MADE_CONTAINER, 1), "CN=AdminSDHolder,CN=System," BASE,
                   "adminsdholder", DOMAIN_ADMINS);
    row_begin(&r, ROW_TABLE_OU);
    row_text(&r, OU_GUID, g);
    row_text(&r, OU_DN, BASE);
    row_text(&r, OU_KIND, "domain");
    put(m, &r);
}

static void put_links(struct maker *m, const char *container, uint32_t count)
{
    char g[GUID_TEXT_MAX], dn[128];
    struct row r;
    for (uint32_t i = 0; i < count; i++) {
        (void)guid(g, MADE_POLICY, (uint32_t)(next_random(m) % POLICY_COUNT));
        (void)snprintf(dn, sizeof(dn), "CN={%s},CN=Policies,CN=System,%s", g, BASE);
        row_begin(&r, ROW_TABLE_LINK);
        row_text(&r, LINK_CONTAINER, container);
        row_int(&r, LINK_POSITION, i);
        row_text(&r, LINK_GPO_DN, dn);
        row_text(&r, LINK_GPO_ID, g);
        row_int(&r, LINK_OPTIONS, i % 4 == 3 ? 1 : 0);
        put(m, &r);
    }
}

static void put_unit(struct maker *m, uint32_t n, const char *name)
{
    char g[GUID_TEXT_MAX], dn[128];
    struct row r;
    (void)snprintf(dn, sizeof(dn), "OU=%s,%s", name, BASE);
    row_begin(&r, ROW_TABLE_OU);
    row_text(&r, OU_GUID, guid(g, MADE_UNIT, n));
    row_text(&r, OU_DN, dn);
    row_text(&r, OU_NAME, name);
    row_text(&r, OU_KIND, "ou");
    put(m, &r);
    put_links(m, g, 1 + n % 4);
    put_descriptor(m, g, dn, "ou", DOMAIN_ADMINS);
}

static void put_units(struct maker *m)
{
    char g[GUID_TEXT_MAX], name[32];
    put_links(m, guid(g, MADE_DOMAIN, 1), 3);
    put_unit(m, 0, "Domain Controllers");
    put_unit(m, 1, "Groups");
    for (uint32_t i = 0; i < WARD_COUNT; i++) {
        (void)snprintf(name, sizeof(name), "Ward%u", i);
        put_unit(m, 100 + i, name);
    }
    for (uint32_t i = 0; i < DEVICE_COUNT; i++) {
        (void)snprintf(name, sizeof(name), "Devices%u", i);
        put_unit(m, 200 + i, name);
    }
}

static void put_policies(struct maker *m)
{
    char g[GUID_TEXT_MAX], dn[128], name[32];
    for (uint32_t i = 0; i < POLICY_COUNT; i++) {
        struct row r;
        (void)guid(g, MADE_POLICY, i);
        (void)snprintf(dn, sizeof(dn), "CN={%s},CN=Policies,CN=System,%s", g, BASE);
        (void)snprintf(name, sizeof(name), "Policy %u", i);
        row_begin(&r, ROW_TABLE_GPO);
        row_text(&r, GPO_GUID, g);
        row_text(&r, GPO_ID, g);
        row_text(&r, GPO_DN, dn);
        row_text(&r, GPO_NAME, name);
        row_int(&r, GPO_VERSION, 65537);
        row_int(&r, GPO_FLAGS, 0);
        put(m, &r);
        put_descriptor(m, g, dn, "gpo", DOMAIN_ADMINS);
        put_policy_files(m, g, i);
    }
}

/* Policies on a small, a middle and a nested group. */
static void put_psos(struct maker *m)
{
    char g[GUID_TEXT_MAX], target[GUID_TEXT_MAX], dn[128], target_dn[128];
    for (uint32_t i = 0; i < 3; i++) {
        struct row r;
        (void)snprintf(dn, sizeof(dn), "CN=PSO%u,CN=Password Settings Container,CN=System,%s", i,
                       BASE);
        row_begin(&r, ROW_TABLE_PSO);
        row_text(&r, PSO_GUID, guid(g, MADE_PSO, i));
        row_text(&r, PSO_DN, dn);
        row_int(&r, PSO_PRECEDENCE, 10 * (i + 1));
        row_int(&r, PSO_MIN_LENGTH, i == 2 ? 8 : 16);
        row_int(&r, PSO_HISTORY, 24);
        row_int(&r, PSO_MAX_AGE, INT64_MIN);
        row_int(&r, PSO_MIN_AGE, -FILETIME_DAY);
        row_bool(&r, PSO_COMPLEXITY, true);
        row_bool(&r, PSO_REVERSIBLE, false);
        row_int(&r, PSO_THRESHOLD, 5);
        row_int(&r, PSO_DURATION, -15 * 60 * FILETIME_SECOND);
        row_int(&r, PSO_WINDOW, -15 * 60 * FILETIME_SECOND);
        put(m, &r);
        (void)snprintf(target_dn, sizeof(target_dn), "CN=group%04u,OU=Groups,%s", 20 + 100 * i,
                       BASE);
        row_begin(&r, ROW_TABLE_PSOTARGET);
        row_text(&r, PSOTARGET_PSO, g);
        row_text(&r, PSOTARGET_DN, target_dn);
        row_text(&r, PSOTARGET_GUID, guid(target, MADE_GROUP, 20 + 100 * i));
        put(m, &r);
    }
}

static void put_usage(struct maker *m, const char *template, const char *oid)
{
    struct row r;
    row_begin(&r, ROW_TABLE_USAGE);
    row_text(&r, USAGE_TEMPLATE, template);
    row_text(&r, USAGE_KIND, "eku");
    row_text(&r, USAGE_OID, oid);
    put(m, &r);
}

static void put_certificates(struct maker *m)
{
    char ca[GUID_TEXT_MAX], g[GUID_TEXT_MAX], dn[160], name[32];
    struct row r;
    static const char ca_dn[] =
        "CN=Bench CA,CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration," BASE;
    row_begin(&r, ROW_TABLE_ENROLLMENT);
    row_text(&r, ENROLLMENT_GUID, guid(ca, MADE_OTHER, 1));
    row_text(&r, ENROLLMENT_DN, ca_dn);
    row_text(&r, ENROLLMENT_NAME, "Bench CA");
    row_text(&r, ENROLLMENT_DNS, "pc00005.bench.example");
    put(m, &r);
    put_descriptor(m, ca, ca_dn, "enrollment_service", FOREST_ADMINS);
    put_descriptor(m, guid(g, MADE_OTHER, 2),
                   "CN=Public Key Services,CN=Services,CN=Configuration," BASE, "pki_container",
                   FOREST_ADMINS);
    for (uint32_t i = 0; i < TEMPLATE_COUNT; i++) {
        (void)snprintf(name, sizeof(name), "Template%u", i);
        (void)snprintf(
            dn, sizeof(dn),
            "CN=%s,CN=Certificate Templates,CN=Public Key Services,CN=Services,CN=Configuration,%s",
            name, BASE);
        row_begin(&r, ROW_TABLE_TEMPLATE);
        row_text(&r, TEMPLATE_GUID, guid(g, MADE_TEMPLATE, i));
        row_text(&r, TEMPLATE_DN, dn);
        row_text(&r, TEMPLATE_NAME, name);
        row_int(&r, TEMPLATE_SCHEMA, 2);
        row_int(&r, TEMPLATE_NAME_FLAG, i % 8 == 0 ? 1 : 0x2000000);
        row_int(&r, TEMPLATE_ENROLLMENT_FLAG, i % 3 == 0 ? 2 : 32);
        row_int(&r, TEMPLATE_SIGNATURES, 0);
        put(m, &r);
        put_usage(m, g, i % 2 ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1");
        put_descriptor(m, g, dn, "template", FOREST_ADMINS);
        if (i % 2 == 0) {
            row_begin(&r, ROW_TABLE_OFFER);
            row_text(&r, OFFER_SERVICE, ca);
            row_text(&r, OFFER_TEMPLATE, name);
            put(m, &r);
        }
    }
}

static void put_trust_and_keys(struct maker *m)
{
    char g[GUID_TEXT_MAX], id[GUID_TEXT_MAX];
    struct row r;
    row_begin(&r, ROW_TABLE_TRUST);
    row_text(&r, TRUST_GUID, guid(g, MADE_OTHER, 10));
    row_text(&r, TRUST_DN, "CN=partner.example,CN=System," BASE);
    row_text(&r, TRUST_PARTNER, "partner.example");
    row_text(&r, TRUST_FLAT, "PARTNER");
    row_text(&r, TRUST_SID, "S-1-5-21-40-50-60");
    row_int(&r, TRUST_DIRECTION, 3);
    row_int(&r, TRUST_TYPE, 2);
    row_int(&r, TRUST_ATTRIBUTES, 8);
    put(m, &r);
    row_begin(&r, ROW_TABLE_KDS);
    row_text(&r, KDS_GUID, guid(g, MADE_OTHER, 11));
    row_text(&r, KDS_ID, guid(id, MADE_OTHER, 12));
    row_int(&r, KDS_CREATED, days_ago(m, 800));
    row_int(&r, KDS_START, days_ago(m, 799));
    put(m, &r);
    row_begin(&r, ROW_TABLE_SILO);
    row_text(&r, SILO_GUID, guid(g, MADE_OTHER, 13));
    row_text(
        &r, SILO_DN,
        "CN=Tier 0,CN=AuthN Silos,CN=AuthN Policy Configuration,CN=Services,CN=Configuration," BASE);
    row_text(&r, SILO_KIND, "silo");
    row_text(&r, SILO_NAME, "Tier 0");
    put(m, &r);
}

static void put_servers(struct maker *m)
{
    char g[GUID_TEXT_MAX], dn[160], host[32], computer[96];
    struct row r;
    for (uint32_t i = 1; i <= 2; i++) {
        (void)snprintf(host, sizeof(host), "dc%u.bench.example", i);
        (void)snprintf(dn, sizeof(dn),
                       "CN=NTDS Settings,CN=DC%u,CN=Servers,CN=Main,CN=Sites,CN=Configuration,%s",
                       i, BASE);
        (void)snprintf(computer, sizeof(computer), "CN=DC%u,OU=Domain Controllers,%s", i, BASE);
        row_begin(&r, ROW_TABLE_SERVER);
        row_text(&r, SERVER_HOST, host);
        row_text(&r, SERVER_DNS_NAME, host);
        row_text(&r, SERVER_DSA_DN, dn);
        row_text(&r, SERVER_DOMAIN_DN, BASE);
        row_text(&r, SERVER_CONFIGURATION_DN, "CN=Configuration," BASE);
        row_int(&r, SERVER_DOMAIN_LEVEL, 7);
        row_int(&r, SERVER_FOREST_LEVEL, 7);
        row_int(&r, SERVER_CLOCK_SKEW, 0);
        row_text(&r, SERVER_TRANSPORT, "ldaps");
        row_text(&r, SERVER_VENDOR, "Microsoft");
        put(m, &r);
        row_begin(&r, ROW_TABLE_DSA);
        row_text(&r, DSA_GUID, guid(g, MADE_CONTROLLER, 100 + i));
        row_text(&r, DSA_DN, dn);
        row_text(&r, DSA_DNS_NAME, host);
        row_text(&r, DSA_COMPUTER_DN, computer);
        row_text(&r, DSA_SITE, "Main");
        row_int(&r, DSA_OPTIONS, 1);
        row_bool(&r, DSA_READ_ONLY, false);
        row_int(&r, DSA_LEVEL, 7);
        put(m, &r);
    }
}

void put_objects(struct maker *m)
{
    put_servers(m);
    put_forest(m);
    put_domain(m);
    put_units(m);
    put_policies(m);
    put_psos(m);
    put_certificates(m);
    put_trust_and_keys(m);
}
