/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a directory is asked for, and how its answers are read: ranges, names, entries, and that nothing was hidden. */
#include <ldap.h>
#include <stdio.h>

#include "audit/collect/ldap/plan.h"
#include "audit/collect/ldap/range.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/rootdse.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/sight.h"
#include "audit/decode/sddl.h"
#include "tests/support/t.h"

static void no_secret_or_wildcard_is_ever_requested(void)
{
    for (int class = 0; class < ENTRY_CLASS_COUNT; class ++) {
        T_OK(search_attributes_allowed(entry_attributes((enum entry_class) class)));
    }
    static const char *const bad[] = {
        "unicodePwd", "UNICODEPWD", "ms-Mcs-AdmPwd",    "msLAPS-Password",     "*", "+",
        "@person",    "",           "member;range=0-1", "msDS-ManagedPassword"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "cn", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
    }
    const char *const none[] = { NULL };
    T_OK(!search_attributes_allowed(none));
    T_OK(!search_attributes_allowed(NULL));
}

/* Filters may say how a value begins; a list of attributes may not hold one. */
static void openldap_is_asked_for_no_value(void)
{
    static const char *const bad[] = { "userPassword", "pwdHistory", "reqMod", "reqOld", "reqmod" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "reqStart", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
    }
    for (int class = ENTRY_PPOLICY; class <= ENTRY_ACCESS_TIME; class ++) {
        const char *const *list = entry_attributes((enum entry_class) class);
        T_OK(list[0] != NULL);
        for (size_t i = 0; list[i]; i++) {
            T_OK(strncasecmp(list[i], "pwd", 3) == 0 || strncasecmp(list[i], "req", 3) == 0 ||
                 strcmp(list[i], "uid") == 0 || strcmp(list[i], "cn") == 0 ||
                 strcmp(list[i], "entryUUID") == 0 || strstr(list[i], "Timestamp"));
        }
    }
}

/* Keys of tokens, Kerberos keys and hashes, in any case; and no class asks for one. */
static void keys_are_never_asked_for(void)
{
    static const char *const bad[] = {
        "oathSecret",      "OATHSECRET",         "oathEncKey",      "oathTokenPIN",
        "ipatokenOTPkey",  "IpaTokenOtpKey;x",   "krbPrincipalKey", "ipatokenRadiusSecret",
        "krbMKey",         "krbPwdHistory",      "ipaNTHash",       "sambaNTPassword",
        "passwordHistory", "ipaIdpClientSecret", "nsSymmetricKey"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "cn", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
        T_OK(entry_attribute_is_secret(bad[i]));
    }
    for (int class = ENTRY_LDAP_POLICY; class < ENTRY_CLASS_COUNT; class ++) {
        const char *const *list = entry_attributes((enum entry_class) class);
        T_OK(list[0] != NULL);
        T_OK(search_attributes_allowed(list));
    }
}

static void every_source_of_the_plan_is_known(void)
{
    size_t steps = 0;
    for (const struct plan_step *s = plan_steps(); s->source != SOURCE_COUNT; s++, steps++) {
        T_OK(s->source < SOURCE_COUNT);
        T_HAS(source_name(s->source), "ldap.");
        T_OK(s->scope == LDAP_SCOPE_BASE || s->filter);
    }
    T_OK(steps > 10);
}

static struct range range_of(const char *text)
{
    return range_parse(text, strlen(text));
}

static void ranges_are_read(void)
{
    struct range r = range_of("member;range=0-1499");
    T_EQ_I(r.kind, RANGE_PART);
    T_EQ_I(r.name_size, 6);
    T_EQ_I(r.low, 0);
    T_EQ_I(r.high, 1499);
    r = range_of("member;Range=1500-*");
    T_EQ_I(r.kind, RANGE_LAST);
    T_EQ_I(r.low, 1500);
    r = range_of("userCertificate;binary;range=3-4");
    T_EQ_I(r.kind, RANGE_PART);
    T_EQ_I(r.name_size, 15);
    T_EQ_I(range_of("member").kind, RANGE_NONE);
    r = range_of("userCertificate;binary");
    T_EQ_I(r.kind, RANGE_NONE);
    T_EQ_I(r.name_size, 15);
}

static void nonsense_ranges_are_refused(void)
{
    static const char *const bad[] = { "member;range=",     "member;range=-",
                                       "member;range=0-",   "member;range=-5",
                                       "member;range=5-4",  "member;range=0-4294967295",
                                       "member;range=a-b",  "member;range=0 -1",
                                       "member;range=0-**", "member;range=99999999999-*" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        T_EQ_I(range_of(bad[i]).kind, RANGE_BAD);
    }
    T_EQ_I(range_of("member;").kind, RANGE_NONE);
    T_EQ_I(range_of(";").kind, RANGE_NONE);
    T_EQ_I(range_of("").kind, RANGE_NONE);
}

static void ranges_must_go_on_where_they_stopped(void)
{
    struct range done = range_of("member;range=0-1499");
    struct range good = range_of("member;range=1500-2999"), last = range_of("member;range=1500-*");
    struct range again = range_of("member;range=0-1499"), gap = range_of("member;range=1501-*");
    struct range none = range_of("member");
    T_OK(range_follows(&done, &good));
    T_OK(range_follows(&done, &last));
    T_OK(!range_follows(&done, &again));
    T_OK(!range_follows(&done, &gap));
    T_OK(!range_follows(&done, &none));
    T_OK(!range_follows(&last, &good));
}

static void names_lose_their_extended_part(void)
{
    T_EQ_S(dn_plain("CN=a,DC=b"), "CN=a,DC=b");
    T_EQ_S(dn_plain("<GUID=1>;<SID=S-1-5>;CN=a,DC=b"), "CN=a,DC=b");
    T_EQ_S(dn_plain("<GUID=1>;CN=<x>;y"), "CN=<x>;y");
    T_EQ_S(dn_plain("<GUID=1"), "<GUID=1");
    T_EQ_S(dn_plain(""), "");
}

#define CLASS "3bcd9db8-f84b-451c-952f-6c52b81f9ec6"
#define OTHER "bf967aba-0de6-11d0-a285-00aa003049e2"
#define AUDIT "S-1-5-21-1-2-3-1103"

static bool is_audit(const void *context, const char *sid)
{
    (void)context;
    return strcmp(sid, AUDIT) == 0 || strcmp(sid, "S-1-5-11") == 0;
}

static bool certain(const char *sddl)
{
    struct wr w AUTO(wr_done);
    struct err err = { 0 };
    wr_init(&w, 65536);
    enum rc rc = sddl_read(sddl, strlen(sddl), "S-1-5-21-1-2-3", &w, &err);
    T_EQ_I(rc, RC_OK);
    return rc == RC_OK && sight_is_certain(w.data, w.size, CLASS, is_audit, NULL);
}

static void an_inherited_right_to_read_proves_that_nothing_is_there(void)
{
    T_OK(certain("O:DAG:DAD:(A;CI;RPLC;;;" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(A;CI;GA;;;" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(A;;LC;;;AU)(OA;CIIO;RP;;" CLASS ";" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(D;CI;RPLC;;;BA)(D;;WP;;;AU)(A;CI;RPLC;;;" AUDIT ")"));
}

static void anything_less_proves_nothing(void)
{
    static const char *const less[] = {
        "O:DAG:DAD:",
        "O:DAG:DA",
        "O:DAG:DAD:(A;;RPLC;;;" AUDIT ")",                       /* not handed on */
        "O:DAG:DAD:(A;CIIO;RPLC;;;" AUDIT ")",                   /* not on the container */
        "O:DAG:DAD:(A;CI;RP;;;" AUDIT ")",                       /* may not list */
        "O:DAG:DAD:(A;CI;LC;;;" AUDIT ")",                       /* may not read */
        "O:DAG:DAD:(A;CI;RPLC;;;DA)",                            /* somebody else */
        "O:DAG:DAD:(OA;CI;RPLC;;" OTHER ";" AUDIT ")",           /* for another class */
        "O:DAG:DAD:(A;;LC;;;AU)(OA;CI;RP;" OTHER ";;" AUDIT ")", /* one property only */
        "O:DAG:DAD:(D;CIIO;RP;;;AU)(A;CI;RPLC;;;" AUDIT ")",     /* denied below */
        "O:DAG:DAD:(A;CI;RPLC;;;" AUDIT ")(D;;LC;;;" AUDIT ")",  /* denied here */
    };
    for (size_t i = 0; i < ARRAY_LEN(less); i++) {
        T_OK(!certain(less[i]));
    }
    static const uint8_t broken[] = { 1, 0, 4, 0x80, 0xff };
    T_OK(!sight_is_certain(broken, sizeof(broken), CLASS, is_audit, NULL));
    T_OK(!sight_is_certain(NULL, 0, CLASS, is_audit, NULL));
}

/* The attribute list of a SearchResultEntry (RFC 4511 4.5.2) with two attributes. */
static const uint8_t wire[] = { 0x30, 0x1d, 0x04, 0x13, 'm',  'e',  'm',  'b',  'e', 'r',  ';',
                                'r',  'a',  'n',  'g',  'e',  '=',  '0',  '-',  '1', ' ',  ' ',
                                ' ',  0x31, 0x06, 0x04, 0x01, 'a',  0x04, 0x01, 'b', 0x30, 0x0b,
                                0x04, 0x02, 'c',  'n',  0x31, 0x05, 0x04, 0x03, 'x', 'y',  'z' };

static bool read_wire(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = arena_new(0);
    uint8_t copy[256];
    struct reader r;
    struct err err = { 0 };
    struct berval dn = { 4, (char[]){ "CN=a" } };
    if (n > sizeof(copy)) {
        arena_free(a);
        return false;
    }
    memcpy(copy, p, n);
    struct berval bytes = { n, (char *)copy };
    BerElement *ber = ber_init(&bytes);
    reader_init(&r, a);
    enum rc rc = ber ? reader_read(&r, ber, &dn, &err) : RC_NOMEM;
    T_OK(rc == RC_OK || rc == RC_MALFORMED || rc == RC_NOMEM);
    size_t *ret_values = context;
    if (rc == RC_OK && ret_values) {
        *ret_values = r.value_count;
        const struct entry_attribute *cn = entry_find(&r.entry, "CN");
        T_OK(cn && cn->count == 1 && memcmp(cn->values[0].p, "xyz", 3) == 0);
    }
    ber_free(ber, 1);
    arena_free(a);
    return rc == RC_OK;
}

static void entries_are_read_and_broken_ones_refused(void)
{
    size_t values = 0, accepted = 0, refused = 0;
    T_OK(read_wire(wire, sizeof(wire), &values));
    T_EQ_I(values, 3);
    t_mutate(wire, sizeof(wire), 500, read_wire, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

/* A server sends as many entries as it likes; the contexts are counted anew with each. */
static void many_entries_as_rootdse(void)
{
    static struct entry_value values[CONTEXTS_MAX];
    const struct entry_attribute names = { .name = "namingContexts",
                                           .values = values,
                                           .count = ARRAY_LEN(values) };
    const struct entry e = { .dn = "", .attributes = &names, .count = 1 };
    struct session s = { .arena = arena_new(0) };
    struct err err = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        values[i] = (struct entry_value){ (const uint8_t *)"dc=hosp", 7 };
    }
    for (int i = 0; i < 3; i++) {
        T_EQ_I(rootdse_take(&s, &e, &err), RC_OK);
        T_EQ_I(s.dir.context_count, CONTEXTS_MAX);
        T_EQ_S(s.dir.contexts[CONTEXTS_MAX - 1], "dc=hosp");
    }
    arena_free(s.arena);
}

#define TESTS(X)                                               \
    X(ranges_are_read)                                         \
    X(nonsense_ranges_are_refused)                             \
    X(ranges_must_go_on_where_they_stopped)                    \
    X(openldap_is_asked_for_no_value)                          \
    X(keys_are_never_asked_for)                                \
    X(no_secret_or_wildcard_is_ever_requested)                 \
    X(every_source_of_the_plan_is_known)                       \
    X(an_inherited_right_to_read_proves_that_nothing_is_there) \
    X(anything_less_proves_nothing)                            \
    X(many_entries_as_rootdse)                                 \
    X(names_lose_their_extended_part)                          \
    X(entries_are_read_and_broken_ones_refused)
T_MAIN("ldap_search", TESTS)
