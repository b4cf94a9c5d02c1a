/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes an evidence file of a big made-up domain for the benchmarks, through the same store as an audit:
 *   make_evidence FILE USERS COMPUTERS
 * Here: accounts, groups, and what the audit says of itself. One fault in a few hundred accounts, so that findings exist but
 * do not drown everything. Nothing is derived yet: `kagimori evaluate` does. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "tests/bench/maker.h"

/* xorshift64: the same file every time. */
uint64_t next_random(struct maker *m)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return m->random;
}

void put(struct maker *m, const struct row *row)
{
    if (m->rc == RC_OK) {
        m->rc = row_check(row, &m->err);
    }
    if (m->rc == RC_OK) {
        m->rc = store_put(m->store, row, &m->err);
    }
}

const char *guid(char *buf, enum made kind, uint32_t n)
{
    uint64_t x = ((uint64_t)kind << 32 | n) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    uint64_t y = x * UINT64_C(0xbf58476d1ce4e5b9);
    (void)snprintf(buf, GUID_TEXT_MAX, "%08x-%04x-4%03x-8%03x-%012" PRIx64, (unsigned)(x >> 32),
                   (unsigned)(x >> 16) & 0xffff, (unsigned)x & 0xfff, (unsigned)(y >> 52),
                   y & UINT64_C(0xffffffffffff));
    return buf;
}

filetime days_ago(const struct maker *m, uint64_t days)
{
    return m->now - (filetime)days * FILETIME_DAY;
}

static void put_coverage(struct maker *m)
{
    static const char *const sources[] = {
        "ldap.rootdse", "ldap.schema",  "ldap.forest",   "ldap.domain",
        "ldap.pso",     "ldap.user",    "ldap.computer", "ldap.service_account",
        "ldap.group",   "ldap.foreign", "ldap.trust",    "ldap.site",
        "ldap.ou",      "ldap.gpo",     "ldap.silo",     "ldap.security",
        "ldap.pki",     "ldap.kds",     "ldap.logon",    "ldap.metadata"
    };
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        struct row r;
        row_begin(&r, ROW_TABLE_COVERAGE);
        row_text(&r, COVERAGE_SOURCE, sources[i]);
        row_text(&r, COVERAGE_TARGET, SERVER);
        row_text(&r, COVERAGE_STATE, "complete");
        row_int(&r, COVERAGE_FINISHED, m->now);
        put(m, &r);
    }
}

static void put_secret(struct maker *m, const char *id, filetime changed)
{
    struct row r;
    filetime second = changed / FILETIME_SECOND * FILETIME_SECOND;
    row_begin(&r, ROW_TABLE_SECRET);
    row_text(&r, SECRET_GUID, id);
    row_text(&r, SECRET_SERVER, SERVER);
    row_int(&r, SECRET_PASSWORD_VERSION, 1 + (int64_t)(next_random(m) % 9));
    row_int(&r, SECRET_PASSWORD_AT, second);
    row_text(&r, SECRET_PASSWORD_ORIGIN, "11111111-2222-4333-8444-555555555555");
    row_int(&r, SECRET_PASSWORD_USN, (int64_t)(next_random(m) % 9000000));
    row_int(&r, SECRET_DATE_VERSION, 3);
    row_int(&r, SECRET_DATE_AT, second);
    row_text(&r, SECRET_DATE_ORIGIN, "11111111-2222-4333-8444-555555555555");
    row_int(&r, SECRET_HISTORY_VERSION, 2);
    row_int(&r, SECRET_HISTORY_AT, second);
    row_int(&r, SECRET_KERBEROS_VERSION, 2);
    row_int(&r, SECRET_KERBEROS_AT, second);
    row_int(&r, SECRET_UAC_VERSION, 2);
    row_int(&r, SECRET_UAC_AT, second);
    row_text(&r, SECRET_FORM, "binary");
    put(m, &r);
}

static void put_logon(struct maker *m, const char *id)
{
    struct row r;
    row_begin(&r, ROW_TABLE_LOGON);
    row_text(&r, LOGON_GUID, id);
    row_text(&r, LOGON_SERVER, SERVER);
    row_int(&r, LOGON_LAST, days_ago(m, next_random(m) % 200));
    row_int(&r, LOGON_BAD_COUNT, 0);
    row_int(&r, LOGON_BAD_TIME, 0);
    row_int(&r, LOGON_COUNT, (int64_t)(next_random(m) % 900));
    put(m, &r);
}

static void put_principal(struct maker *m, const char *id, const char *service, const char *host)
{
    char name[96];
    struct row r;
    (void)snprintf(name, sizeof(name), "%s/%s", service, host);
    row_begin(&r, ROW_TABLE_PRINCIPAL);
    row_text(&r, PRINCIPAL_GUID, id);
    row_text(&r, PRINCIPAL_NAME, name);
    put(m, &r);
}

/* One account in 50 has a key credential, some of them without a device or multi-factor authentication. */
static bool put_key(struct maker *m, const char *id)
{
    char key[33], device[GUID_TEXT_MAX];
    uint64_t dice = next_random(m);
    struct row r;
    if (dice % 50 != 0) {
        return false;
    }
    (void)snprintf(key, sizeof(key), "%016" PRIx64 "%016" PRIx64, dice, dice ^ 0x5555);
    row_begin(&r, ROW_TABLE_KEY);
    row_text(&r, KEY_GUID, id);
    row_text(&r, KEY_ID, key);
    row_text(&r, KEY_USAGE, "ngc");
    row_text(&r, KEY_SOURCE, "ad");
    row_text(&r, KEY_DEVICE,
             dice % 1000 == 0 ? "00000000-0000-0000-0000-000000000000"
                              : guid(device, MADE_OTHER, (uint32_t)dice));
    row_int(&r, KEY_CREATED, days_ago(m, dice % 700));
    row_int(&r, KEY_FLAGS, dice % 20 == 0 ? 2 : 0);
    put(m, &r);
    return true;
}

/* userAccountControl with now and then a fault. */
static int64_t user_flags(struct maker *m)
{
    static const int64_t faults[] = { 0x20,     0x80,    0x10000,   0x200000,
                                      0x400000, 0x80000, 0x1000000, 0x2 };
    uint64_t dice = next_random(m);
    return 0x200 | (dice % 400 == 0 ? faults[(dice >> 20) % ARRAY_LEN(faults)] : 0) |
           ((dice >> 40) % 25 == 0 ? 0x2 : 0);
}

static bool is_guarded(uint32_t user)
{
    return user % 2500 < 2; /* administrators, some of them former ones */
}

static void put_user(struct maker *m, uint32_t n)
{
    char g[GUID_TEXT_MAX], sid[64], dn[128], name[32], upn[64], host[64];
    uint32_t rid = n < 3 ? 500 + n : 1000 + n; /* Administrator, Guest, krbtgt */
    filetime changed =
        days_ago(m, next_random(m) % 500) - (filetime)(next_random(m) % (uint64_t)FILETIME_DAY);
    bool is_service = next_random(m) % 300 == 0;
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", rid);
    (void)snprintf(name, sizeof(name), "user%06u", n);
    (void)snprintf(upn, sizeof(upn), "%s@bench.example", name);
    (void)snprintf(host, sizeof(host), "%s.bench.example:1433", name);
    (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Ward%u,%s", name, n % WARD_COUNT, BASE);
    struct row r;
    row_begin(&r, ROW_TABLE_ACCOUNT);
    row_text(&r, ACCOUNT_GUID, guid(g, MADE_USER, n));
    bool has_key = put_key(m, g);
    row_text(&r, ACCOUNT_SID, sid);
    row_int(&r, ACCOUNT_RID, rid);
    row_text(&r, ACCOUNT_KIND, "user");
    row_text(&r, ACCOUNT_DN, dn);
    row_text(&r, ACCOUNT_SAM, name);
    row_text(&r, ACCOUNT_UPN, upn);
    row_text(&r, ACCOUNT_DISPLAY, "鍵守 職員");
    row_int(&r, ACCOUNT_UAC, rid == 501 || rid == 502 ? 0x202 : user_flags(m));
    row_int(&r, ACCOUNT_UAC_COMPUTED, 0);
    row_int(&r, ACCOUNT_PWD_LAST_SET, changed);
    row_int(&r, ACCOUNT_EXPIRES, INT64_MAX);
    row_int(&r, ACCOUNT_LOGON, days_ago(m, next_random(m) % 200));
    row_int(&r, ACCOUNT_CREATED, days_ago(m, 900 + n % 700));
    row_int(&r, ACCOUNT_CHANGED, changed);
    row_int(&r, ACCOUNT_PRIMARY_GROUP, 513);
    row_int(&r, ACCOUNT_ENCRYPTION, 24);
    if (is_guarded(n)) {
        row_int(&r, ACCOUNT_ADMIN_COUNT, 1);
    }
    row_int(&r, ACCOUNT_SPNS, is_service ? 1 : 0);
    row_int(&r, ACCOUNT_DELEGATES, 0);
    row_bool(&r, ACCOUNT_RBCD, false);
    row_int(&r, ACCOUNT_KEYS, has_key ? 1 : 0);
    row_int(&r, ACCOUNT_MAPPINGS, n % 70 == 0 ? 1 : 0);
    row_int(&r, ACCOUNT_HISTORY, 0);
    if (n % 5000 == 17) {
        row_text(&r, ACCOUNT_HINT, "description");
    }
    row_bool(&r, ACCOUNT_WORKSTATIONS, false);
    row_text(&r, ACCOUNT_SERVER, SERVER);
    put(m, &r);
    if (is_service) {
        put_principal(m, g, "MSSQLSvc", host);
    }
    if (n % 70 == 0) {
        row_begin(&r, ROW_TABLE_MAPPING);
        row_text(&r, MAPPING_GUID, g);
        row_int(&r, MAPPING_POSITION, 0);
        row_text(&r, MAPPING_KIND, n % 140 == 0 ? "issuer_subject" : "ski");
        row_bool(&r, MAPPING_STRONG, n % 140 != 0);
        put(m, &r);
    }
    if (is_guarded(n)) {
        put_descriptor(m, g, dn, "account", SID_PREFIX "-512");
    }
    put_logon(m, g);
    put_secret(m, g, changed);
}

/* The last two are domain controllers. */
static void put_computer(struct maker *m, uint32_t n, uint32_t all)
{
    static const char *const systems[][2] = { { "Windows 10 Enterprise", "10.0 (19045)" },
                                              { "Windows 11 Enterprise", "10.0 (26100)" },
                                              { "Windows Server 2019 Standard", "10.0 (17763)" },
                                              { "Windows 7 Professional", "6.1 (7601)" } };
    char g[GUID_TEXT_MAX], sid[64], dn[128], name[32], dns[64], owner[64];
    bool is_dc = n + 2 >= all;
    uint32_t rid = 500000 + n;
    size_t os = is_dc ? 2 : n % 50 == 0 ? 3 : n % 3;
    filetime changed = days_ago(m, next_random(m) % 60);
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", rid);
    (void)snprintf(owner, sizeof(owner), SID_PREFIX "-%u", n % 400 == 3 ? 1000 + n : 512);
    if (is_dc) {
        (void)snprintf(name, sizeof(name), "DC%u", all - n);
        (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Domain Controllers,%s", name, BASE);
    } else {
        (void)snprintf(name, sizeof(name), "PC%05u", n);
        (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Devices%u,%s", name, n % DEVICE_COUNT, BASE);
    }
    (void)snprintf(dns, sizeof(dns), "%s.bench.example", name);
    put_principal(m, guid(g, MADE_COMPUTER, n), "HOST", name);
    put_principal(m, g, "HOST", dns);
    put_principal(m, g, "RestrictedKrbHost", name);
    put_principal(m, g, "RestrictedKrbHost", dns);
    (void)strcat(name, "$");
    struct row r;
    row_begin(&r, ROW_TABLE_ACCOUNT);
    row_text(&r, ACCOUNT_GUID, g);
    row_text(&r, ACCOUNT_SID, sid);
    row_int(&r, ACCOUNT_RID, rid);
    row_text(&r, ACCOUNT_KIND, "computer");
    row_text(&r, ACCOUNT_DN, dn);
    row_text(&r, ACCOUNT_SAM, name);
    row_text(&r, ACCOUNT_DNS, dns);
    row_int(&r, ACCOUNT_UAC, is_dc ? 0x82000 : 0x1000);
    row_int(&r, ACCOUNT_PWD_LAST_SET, changed);
    row_int(&r, ACCOUNT_LOGON, days_ago(m, next_random(m) % 60));
    row_int(&r, ACCOUNT_CREATED, days_ago(m, 700));
    row_int(&r, ACCOUNT_PRIMARY_GROUP, is_dc ? 516 : 515);
    row_int(&r, ACCOUNT_ENCRYPTION, 28);
    row_text(&r, ACCOUNT_OS, systems[os][0]);
    row_text(&r, ACCOUNT_OS_VERSION, systems[os][1]);
    row_int(&r, ACCOUNT_LAPS, m->now + (filetime)(next_random(m) % 30) * FILETIME_DAY);
    row_int(&r, ACCOUNT_SPNS, 4);
    row_int(&r, ACCOUNT_DELEGATES, 0);
    row_bool(&r, ACCOUNT_RBCD, false);
    row_int(&r, ACCOUNT_KEYS, 0);
    row_text(&r, ACCOUNT_SERVER, SERVER);
    put(m, &r);
    put_descriptor(m, g, dn, is_dc ? "dc" : "account", owner);
    put_logon(m, g);
    put_secret(m, g, changed);
}

static void put_managed(struct maker *m, uint32_t n)
{
    char g[GUID_TEXT_MAX], key[GUID_TEXT_MAX], sid[64], dn[128], name[32];
    struct row r;
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", 600000 + n);
    (void)snprintf(name, sizeof(name), "gmsa%03u$", n);
    (void)snprintf(dn, sizeof(dn), "CN=gmsa%03u,CN=Managed Service Accounts,%s", n, BASE);
    row_begin(&r, ROW_TABLE_ACCOUNT);
    row_text(&r, ACCOUNT_GUID, guid(g, MADE_GMSA, n));
    row_text(&r, ACCOUNT_SID, sid);
    row_int(&r, ACCOUNT_RID, 600000 + n);
    row_text(&r, ACCOUNT_KIND, "gmsa");
    row_text(&r, ACCOUNT_DN, dn);
    row_text(&r, ACCOUNT_SAM, name);
    row_int(&r, ACCOUNT_UAC, 0x1000);
    row_int(&r, ACCOUNT_PWD_LAST_SET, days_ago(m, 10));
    row_int(&r, ACCOUNT_CREATED, days_ago(m, 700));
    row_int(&r, ACCOUNT_PRIMARY_GROUP, 515);
    row_text(&r, ACCOUNT_GMSA_KEY, guid(key, MADE_OTHER, 12));
    row_int(&r, ACCOUNT_GMSA_INTERVAL, 30);
    put(m, &r);
    put_right(m, g, SID_PREFIX "-300030", "read_gmsa", false);
    put_descriptor(m, g, dn, "gmsa", SID_PREFIX "-512");
    put_secret(m, g, days_ago(m, 10));
}

struct known_group {
    uint32_t rid;
    const char *sid, *name;
    uint32_t members;
};

static void put_group(struct maker *m, uint32_t n, const struct known_group *known)
{
    char g[GUID_TEXT_MAX], dn[128], sid[64], name[32];
    uint32_t rid = known ? known->rid : 300000 + n;
    struct row r;
    (void)snprintf(name, sizeof(name), "group%04u", n);
    (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Groups,%s", known ? known->name : name, BASE);
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", rid);
    row_begin(&r, ROW_TABLE_GROUP);
    row_text(&r, GROUP_GUID, guid(g, MADE_GROUP, n));
    row_text(&r, GROUP_SID, known && known->sid ? known->sid : sid);
    row_int(&r, GROUP_RID, rid);
    row_text(&r, GROUP_DN, dn);
    row_text(&r, GROUP_SAM, known ? known->name : name);
    row_int(&r, GROUP_TYPE, -2147483646);
    row_int(&r, GROUP_MEMBERS, known ? known->members : 200);
    row_bool(&r, GROUP_COMPLETE, true);
    row_int(&r, GROUP_CREATED, days_ago(m, 1500));
    row_text(&r, GROUP_SERVER, SERVER);
    put(m, &r);
    if (known) {
        put_descriptor(m, g, dn, "group", SID_PREFIX "-512");
    }
}

/* Without identity, as servers tell it that do not extend names: what is derived has to resolve each. */
static void put_member(struct maker *m, uint32_t group, const char *dn)
{
    char g[GUID_TEXT_MAX];
    struct row r;
    row_begin(&r, ROW_TABLE_MEMBER);
    row_text(&r, MEMBER_GROUP, guid(g, MADE_GROUP, group));
    row_text(&r, MEMBER_DN, dn);
    put(m, &r);
}

/* The privileged groups with a few members each, ordinary groups with many, and each ordinary one inside another: two
 * chains of them end in Account Operators and Administrators. */
static void put_groups(struct maker *m, uint32_t users)
{
    static const struct known_group known[] = { { 512, NULL, "Domain Admins", 8 },
                                                { 513, NULL, "Domain Users", 0 },
                                                { 515, NULL, "Domain Computers", 0 },
                                                { 516, NULL, "Domain Controllers", 0 },
                                                { 518, NULL, "Schema Admins", 0 },
                                                { 519, NULL, "Enterprise Admins", 1 },
                                                { 520, NULL, "Group Policy Creator Owners", 1 },
                                                { 525, NULL, "Protected Users", 5 },
                                                { 526, NULL, "Key Admins", 0 },
                                                { 527, NULL, "Enterprise Key Admins", 0 },
                                                { 544, "S-1-5-32-544", "Administrators", 4 },
                                                { 548, "S-1-5-32-548", "Account Operators", 1 },
                                                { 549, "S-1-5-32-549", "Server Operators", 0 },
                                                { 550, "S-1-5-32-550", "Print Operators", 0 },
                                                { 551, "S-1-5-32-551", "Backup Operators", 2 } };
    char dn[128];
    for (uint32_t i = 0; i < ARRAY_LEN(known) + GROUP_COUNT; i++) {
        bool is_known = i < ARRAY_LEN(known);
        put_group(m, i, is_known ? &known[i] : NULL);
        uint32_t members = is_known ? known[i].members : 200;
        for (uint32_t k = 0; k < members; k++) {
            uint32_t user = (uint32_t)(next_random(m) % users);
            user = is_known ? user / 2500 * 2500 : user;
            (void)snprintf(dn, sizeof(dn), "CN=user%06u,OU=Ward%u,%s", user, user % WARD_COUNT,
                           BASE);
            put_member(m, i, dn);
        }
        if (!is_known) {
            uint32_t inner = i + 7;
            (void)snprintf(dn, sizeof(dn), "CN=group%04u,OU=Groups,%s", inner, BASE);
            put_member(m, i, dn);
        }
    }
    (void)snprintf(dn, sizeof(dn), "CN=group%04u,OU=Groups,%s", 500U, BASE);
    put_member(m, 10, dn);
    (void)snprintf(dn, sizeof(dn), "CN=group%04u,OU=Groups,%s", 505U, BASE);
    put_member(m, 11, dn);
}

int main(int argc, char **argv)
{
    struct maker m = { .random = UINT64_C(0x123456789abcdef1), .now = filetime_now() };
    uint32_t users = 0, computers = 0;
    char text[32];
    if (argc != 4 || !num_u32(argv[2], strlen(argv[2]), &users) ||
        !num_u32(argv[3], strlen(argv[3]), &computers) || users == 0) {
        (void)fprintf(stderr, "usage: make_evidence FILE USERS COMPUTERS\n");
        return 2;
    }
    m.rc = store_open(argv[1], STORE_CREATE, &m.store, &m.err);
    if (m.rc == RC_OK) {
        put_coverage(&m);
        put_objects(&m);
        put_groups(&m, users);
        for (uint32_t i = 0; i < users; i++) {
            put_user(&m, i);
        }
        for (uint32_t i = 0; i < computers; i++) {
            put_computer(&m, i, computers);
        }
        for (uint32_t i = 0; i < 30; i++) {
            put_managed(&m, i);
        }
        (void)snprintf(text, sizeof(text), "%" PRId64, m.now);
    }
    if (m.rc == RC_OK && (m.rc = store_info_set(m.store, "now", text, &m.err)) == RC_OK) {
        m.rc = store_commit(m.store, &m.err);
    }
    store_close(m.store);
    if (m.rc != RC_OK) {
        log_err(&m.err);
    }
    return m.rc == RC_OK ? 0 : 1;
}
