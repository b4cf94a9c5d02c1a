/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes an evidence file of a big made-up domain for the benchmarks, through the same store as an audit:
 *   make_evidence FILE USERS COMPUTERS
 * One fault in a few hundred accounts, so that findings exist but do not drown everything. Deterministic. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/evidence/store.h"

#define SID_PREFIX  "S-1-5-21-10-20-30"
#define BASE        "DC=bench,DC=example"
#define GROUP_COUNT 500

struct maker {
    struct store *store;
    struct err err;
    enum rc rc;
    filetime now;
    uint64_t random;
};

/* xorshift64: the same file every time. */
static uint64_t next_random(struct maker *m)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return m->random;
}

static void put(struct maker *m, const struct row *row)
{
    if (m->rc == RC_OK) {
        m->rc = row_check(row, &m->err);
    }
    if (m->rc == RC_OK) {
        m->rc = store_put(m->store, row, &m->err);
    }
}

/* A guid that scatters as real ones do, and is the same for the same number. */
static const char *guid(char *buf, uint32_t kind, uint32_t n)
{
    uint64_t x = ((uint64_t)kind << 32 | n) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    uint64_t y = x * UINT64_C(0xbf58476d1ce4e5b9);
    (void)snprintf(buf, GUID_TEXT_MAX, "%08x-%04x-4%03x-8%03x-%012" PRIx64, (unsigned)(x >> 32),
                   (unsigned)(x >> 16) & 0xffff, (unsigned)x & 0xfff, (unsigned)(y >> 52),
                   y & UINT64_C(0xffffffffffff));
    return buf;
}

static filetime days_ago(const struct maker *m, uint64_t days)
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
        row_text(&r, COVERAGE_TARGET, "dc1.bench.example");
        row_text(&r, COVERAGE_STATE, "complete");
        row_int(&r, COVERAGE_FINISHED, m->now);
        put(m, &r);
    }
}

static void put_domain(struct maker *m)
{
    char g[GUID_TEXT_MAX];
    struct row r;
    row_begin(&r, ROW_TABLE_DOMAIN);
    row_text(&r, DOMAIN_GUID, guid(g, 9, 1));
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
}

static void put_secret(struct maker *m, const char *id, filetime changed)
{
    struct row r;
    filetime second = changed / FILETIME_SECOND * FILETIME_SECOND;
    row_begin(&r, ROW_TABLE_SECRET);
    row_text(&r, SECRET_GUID, id);
    row_text(&r, SECRET_SERVER, "dc1.bench.example");
    row_int(&r, SECRET_PASSWORD_VERSION, 1 + (int64_t)(next_random(m) % 9));
    row_int(&r, SECRET_PASSWORD_AT, second);
    row_text(&r, SECRET_PASSWORD_ORIGIN, "11111111-2222-4333-8444-555555555555");
    row_int(&r, SECRET_DATE_VERSION, 3);
    row_int(&r, SECRET_DATE_AT, second);
    row_int(&r, SECRET_HISTORY_VERSION, 2);
    row_int(&r, SECRET_HISTORY_AT, second);
    row_int(&r, SECRET_KERBEROS_VERSION, 2);
    row_int(&r, SECRET_KERBEROS_AT, second);
    row_text(&r, SECRET_FORM, "binary");
    put(m, &r);
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

static void put_user(struct maker *m, uint32_t n)
{
    char g[GUID_TEXT_MAX], sid[64], dn[128], name[32], spn[64];
    uint32_t rid = 1000 + n;
    filetime changed =
        days_ago(m, next_random(m) % 500) - (filetime)(next_random(m) % (uint64_t)FILETIME_DAY);
    bool is_service = next_random(m) % 300 == 0;
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", rid);
    (void)snprintf(name, sizeof(name), "user%06u", n);
    (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Ward%u,%s", name, n % 40, BASE);
    struct row r;
    row_begin(&r, ROW_TABLE_ACCOUNT);
    row_text(&r, ACCOUNT_GUID, guid(g, 1, n));
    row_text(&r, ACCOUNT_SID, sid);
    row_int(&r, ACCOUNT_RID, rid);
    row_text(&r, ACCOUNT_KIND, "user");
    row_text(&r, ACCOUNT_DN, dn);
    row_text(&r, ACCOUNT_SAM, name);
    row_text(&r, ACCOUNT_DISPLAY, "鍵守 職員");
    row_int(&r, ACCOUNT_UAC, user_flags(m));
    row_int(&r, ACCOUNT_UAC_COMPUTED, 0);
    row_int(&r, ACCOUNT_PWD_LAST_SET, changed);
    row_int(&r, ACCOUNT_EXPIRES, INT64_MAX);
    row_int(&r, ACCOUNT_LOGON, days_ago(m, next_random(m) % 200));
    row_int(&r, ACCOUNT_CREATED, days_ago(m, 900));
    row_int(&r, ACCOUNT_PRIMARY_GROUP, 513);
    row_int(&r, ACCOUNT_SPNS, is_service ? 1 : 0);
    row_int(&r, ACCOUNT_DELEGATES, 0);
    row_bool(&r, ACCOUNT_RBCD, false);
    row_int(&r, ACCOUNT_KEYS, 0);
    row_int(&r, ACCOUNT_MAPPINGS, 0);
    row_int(&r, ACCOUNT_HISTORY, 0);
    row_text(&r, ACCOUNT_SERVER, "dc1.bench.example");
    put(m, &r);
    if (is_service) {
        (void)snprintf(spn, sizeof(spn), "MSSQLSvc/%s.bench.example:1433", name);
        row_begin(&r, ROW_TABLE_PRINCIPAL);
        row_text(&r, PRINCIPAL_GUID, g);
        row_text(&r, PRINCIPAL_NAME, spn);
        put(m, &r);
    }
    row_begin(&r, ROW_TABLE_LOGON);
    row_text(&r, LOGON_GUID, g);
    row_text(&r, LOGON_SERVER, "dc1.bench.example");
    row_int(&r, LOGON_LAST, days_ago(m, next_random(m) % 200));
    row_int(&r, LOGON_BAD_COUNT, 0);
    put(m, &r);
    put_secret(m, g, changed);
}

static void put_computer(struct maker *m, uint32_t n)
{
    static const char *const systems[][2] = { { "Windows 10 Enterprise", "10.0 (19045)" },
                                              { "Windows 11 Enterprise", "10.0 (26100)" },
                                              { "Windows Server 2019 Standard", "10.0 (17763)" },
                                              { "Windows 7 Professional", "6.1 (7601)" } };
    char g[GUID_TEXT_MAX], sid[64], dn[128], name[32], dns[64];
    uint32_t rid = 500000 + n;
    size_t os = n % 50 == 0 ? 3 : n % 3;
    (void)snprintf(sid, sizeof(sid), SID_PREFIX "-%u", rid);
    (void)snprintf(name, sizeof(name), "PC%05u$", n);
    (void)snprintf(dns, sizeof(dns), "pc%05u.bench.example", n);
    (void)snprintf(dn, sizeof(dn), "CN=PC%05u,OU=Computers,%s", n, BASE);
    struct row r;
    row_begin(&r, ROW_TABLE_ACCOUNT);
    row_text(&r, ACCOUNT_GUID, guid(g, 2, n));
    row_text(&r, ACCOUNT_SID, sid);
    row_int(&r, ACCOUNT_RID, rid);
    row_text(&r, ACCOUNT_KIND, "computer");
    row_text(&r, ACCOUNT_DN, dn);
    row_text(&r, ACCOUNT_SAM, name);
    row_text(&r, ACCOUNT_DNS, dns);
    row_int(&r, ACCOUNT_UAC, 0x1000);
    row_int(&r, ACCOUNT_PWD_LAST_SET, days_ago(m, next_random(m) % 60));
    row_int(&r, ACCOUNT_LOGON, days_ago(m, next_random(m) % 60));
    row_int(&r, ACCOUNT_CREATED, days_ago(m, 700));
    row_int(&r, ACCOUNT_PRIMARY_GROUP, 515);
    row_text(&r, ACCOUNT_OS, systems[os][0]);
    row_text(&r, ACCOUNT_OS_VERSION, systems[os][1]);
    row_int(&r, ACCOUNT_LAPS, m->now + (filetime)(next_random(m) % 30) * FILETIME_DAY);
    row_int(&r, ACCOUNT_SPNS, 0);
    row_int(&r, ACCOUNT_DELEGATES, 0);
    row_bool(&r, ACCOUNT_RBCD, false);
    put(m, &r);
    put_secret(m, g, days_ago(m, next_random(m) % 60));
}

static void put_group(struct maker *m, uint32_t n, uint32_t rid, const char *sid, const char *name)
{
    char g[GUID_TEXT_MAX], dn[128], made[64];
    struct row r;
    (void)snprintf(dn, sizeof(dn), "CN=%s,OU=Groups,%s", name, BASE);
    (void)snprintf(made, sizeof(made), SID_PREFIX "-%u", rid);
    row_begin(&r, ROW_TABLE_GROUP);
    row_text(&r, GROUP_GUID, guid(g, 3, n));
    row_text(&r, GROUP_SID, sid ? sid : made);
    row_int(&r, GROUP_RID, rid);
    row_text(&r, GROUP_DN, dn);
    row_text(&r, GROUP_SAM, name);
    row_int(&r, GROUP_TYPE, -2147483646);
    row_int(&r, GROUP_MEMBERS, 10);
    row_bool(&r, GROUP_COMPLETE, true);
    put(m, &r);
}

/* The privileged groups with a few members each, and ordinary groups with many. */
static void put_groups(struct maker *m, uint32_t users)
{
    static const struct {
        uint32_t rid;
        const char *sid, *name;
        uint32_t members;
    } known[] = { { 512, NULL, "Domain Admins", 8 },
                  { 518, NULL, "Schema Admins", 0 },
                  { 519, NULL, "Enterprise Admins", 1 },
                  { 544, "S-1-5-32-544", "Administrators", 4 },
                  { 548, "S-1-5-32-548", "Account Operators", 1 },
                  { 525, NULL, "Protected Users", 5 } };

    char g[GUID_TEXT_MAX], mg[GUID_TEXT_MAX], dn[128], name[32];
    for (uint32_t i = 0; i < ARRAY_LEN(known) + GROUP_COUNT; i++) {
        bool is_known = i < ARRAY_LEN(known);
        (void)snprintf(name, sizeof(name), "group%04u", i);
        put_group(m, i, is_known ? known[i].rid : 300000 + i, is_known ? known[i].sid : NULL,
                  is_known ? known[i].name : name);
        uint32_t members = is_known ? known[i].members : 200;
        for (uint32_t k = 0; k < members; k++) {
            uint32_t user = (uint32_t)(next_random(m) % users);
            struct row r;
            (void)snprintf(dn, sizeof(dn), "CN=user%06u,OU=Ward%u,%s", user, user % 40, BASE);
            row_begin(&r, ROW_TABLE_MEMBER);
            row_text(&r, MEMBER_GROUP, guid(g, 3, i));
            row_text(&r, MEMBER_DN, dn);
            row_text(&r, MEMBER_GUID, guid(mg, 1, user));
            put(m, &r);
        }
    }
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
        put_domain(&m);
        put_groups(&m, users);
        for (uint32_t i = 0; i < users; i++) {
            put_user(&m, i);
        }
        for (uint32_t i = 0; i < computers; i++) {
            put_computer(&m, i);
        }
        (void)snprintf(text, sizeof(text), "%" PRId64, m.now);
    }
    if (m.rc == RC_OK && (m.rc = store_info_set(m.store, "now", text, &m.err)) == RC_OK &&
        (m.rc = store_commit(m.store, &m.err)) == RC_OK) {
        m.rc = store_derive(m.store, &m.err);
    }
    store_close(m.store);
    if (m.rc != RC_OK) {
        log_err(&m.err);
    }
    return m.rc == RC_OK ? 0 : 1;
}
