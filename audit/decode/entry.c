/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/entry.h"

#include <stdlib.h>
#include <string.h>

#include "audit/decode/entry_view.h"

#define SCRATCH_CEILING ((size_t)32 * 1024 * 1024)
#define KEPT_CEILING    ((size_t)64 * 1024 * 1024)

_Static_assert(ATTRIBUTE_COUNT < 255, "attribute numbers are kept in a byte");
_Static_assert(ATTRIBUTE_COUNT * 2 <= ATTRIBUTE_SLOTS, "the table of names must stay sparse");

static const char *const names[] = {
#define ENTRY_ATTRIBUTE_NAME(id, name) name,
    ENTRY_ATTRIBUTES(ENTRY_ATTRIBUTE_NAME)
#undef ENTRY_ATTRIBUTE_NAME
};

static uint8_t lower(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* FNV-1a over the name in lower case, without options. */
static uint32_t hash_of(const char *name)
{
    uint32_t h = 2166136261U;
    for (; *name && *name != ';'; name++) {
        h = (h ^ lower(*name)) * 16777619U;
    }
    return h ^ h >> 15;
}

static bool name_equal(const char *a, const char *b)
{
    while (*b && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *b == '\0' && (*a == '\0' || *a == ';');
}

enum attribute entry_attribute_number(const struct entry_context *c, const char *name)
{
    uint32_t i = hash_of(name) & (ATTRIBUTE_SLOTS - 1);
    while (c->slots[i]) {
        enum attribute a = (enum attribute)(c->slots[i] - 1);
        if (name_equal(name, names[a])) {
            return a;
        }
        i = (i + 1) & (ATTRIBUTE_SLOTS - 1);
    }
    return ATTRIBUTE_COUNT;
}

struct entry_context *entry_context_new(struct row_sink *sink, const char *source,
                                        const char *target, filetime now)
{
    struct entry_context *c = calloc(1, sizeof(*c));
    if (!c) {
        return NULL;
    }
    c->scratch = arena_new(SCRATCH_CEILING);
    c->kept = arena_new(KEPT_CEILING);
    if (!c->scratch || !c->kept) {
        entry_context_free(c);
        return NULL;
    }
    c->sink = sink;
    c->source = source;
    c->target = target;
    c->now = now;
    for (size_t a = 0; a < ATTRIBUTE_COUNT; a++) {
        uint32_t i = hash_of(names[a]) & (ATTRIBUTE_SLOTS - 1);
        while (c->slots[i]) {
            i = (i + 1) & (ATTRIBUTE_SLOTS - 1);
        }
        c->slots[i] = (uint8_t)(a + 1);
    }
    return c;
}

void entry_context_free(struct entry_context *c)
{
    if (c) {
        arena_free(c->scratch);
        arena_free(c->kept);
        free(c);
    }
}

void entry_context_source(struct entry_context *c, const char *source)
{
    c->source = source;
}

uint64_t entry_context_malformed(const struct entry_context *c)
{
    return c->malformed;
}

uint64_t entry_context_lost(const struct entry_context *c)
{
    return c->lost;
}

void entry_context_log(struct entry_context *c, int64_t log)
{
    c->log = log;
    c->span = (struct entry_log_span){ 0 };
}

struct entry_log_span entry_context_span(const struct entry_context *c)
{
    return c->span;
}

typedef void entry_mapping(struct entry_view *v);

static entry_mapping *const mappings[ENTRY_CLASS_COUNT] = {
    [ENTRY_DOMAIN] = entry_domain,
    [ENTRY_ACCOUNT] = entry_account,
    [ENTRY_GROUP] = entry_group,
    [ENTRY_FOREIGN] = entry_foreign,
    [ENTRY_PSO] = entry_pso,
    [ENTRY_TRUST] = entry_trust,
    [ENTRY_DSA] = entry_dsa,
    [ENTRY_SERVER] = entry_server,
    [ENTRY_SITE] = entry_site,
    [ENTRY_OU] = entry_ou,
    [ENTRY_GPO] = entry_gpo,
    [ENTRY_SILO] = entry_silo,
    [ENTRY_TEMPLATE] = entry_template,
    [ENTRY_ENROLLMENT] = entry_enrollment,
    [ENTRY_ISSUANCE] = entry_issuance,
    [ENTRY_KDS] = entry_kds,
    [ENTRY_FOREST] = entry_forest,
    [ENTRY_ATTRIBUTE] = entry_attribute_schema,
    [ENTRY_SECURITY] = entry_security,
    [ENTRY_LOGON] = entry_logon,
    [ENTRY_PPOLICY] = entry_ppolicy,
    [ENTRY_PPOLICY_READABLE] = entry_ppolicy_readable,
    [ENTRY_PPOLICY_WITH] = entry_ppolicy_with,
    [ENTRY_PPOLICY_WITHOUT] = entry_ppolicy_without,
    [ENTRY_ACCESS_WRITE] = entry_access_write,
    [ENTRY_ACCESS_BIND] = entry_access_bind,
    [ENTRY_ACCESS_TIME] = entry_access_time,
    [ENTRY_LDAP_POLICY] = entry_ldap_policy,
    [ENTRY_LDAP_POLICY_READABLE] = entry_ldap_policy_readable,
    [ENTRY_OTP_OWNER] = entry_otp_owner,
    [ENTRY_OTP_TOKEN] = entry_otp_token,
    [ENTRY_OTP_TOKEN_READABLE] = entry_otp_token_readable,
    [ENTRY_LDAP_GROUP] = entry_ldap_group,
    [ENTRY_LDAP_GROUP_READABLE] = entry_ldap_group_readable,
    [ENTRY_IPA_SETTINGS] = entry_ipa_settings,
    [ENTRY_IPA_SETTINGS_READABLE] = entry_ipa_settings_readable,
    [ENTRY_IPA_USER] = entry_ipa_user,
    [ENTRY_IPA_USER_READABLE] = entry_ipa_user_readable,
    [ENTRY_IPA_USER_LOGIN] = entry_ipa_user_login,
    [ENTRY_IPA_USER_FACTORS] = entry_ipa_user_factors,
    [ENTRY_IPA_ORDER] = entry_ipa_order,
    [ENTRY_IPA_POLICY] = entry_ipa_policy,
    [ENTRY_IPA_POLICY_READABLE] = entry_ipa_policy_readable,
    [ENTRY_IPA_TOKEN] = entry_ipa_token,
    [ENTRY_IPA_TOKEN_READABLE] = entry_ipa_token_readable,
};

enum rc entry_to_rows(struct entry_context *c, enum entry_class class, const struct entry *entry,
                      struct err *err)
{
    struct entry_view v = { .c = c, .entry = entry, .err = err };
    if (class >= ENTRY_CLASS_COUNT) {
        return err_setf(err, RC_BUG, "no such class of entries: %d", (int)class);
    }
    arena_reset(c->scratch);
    size_t n = strlen(entry->dn);
    if (!dn_split(entry->dn, n, &v.dn)) {
        v.dn.dn = entry->dn;
        v.dn.size = n;
    }
    for (size_t i = 0; i < entry->count; i++) {
        enum attribute a = entry_attribute_number(c, entry->attributes[i].name);
        /* Of two of the same name the one with values counts: ranged retrieval leaves an empty one beside it. */
        if (a < ATTRIBUTE_COUNT && (!v.attributes[a] || v.attributes[a]->count == 0)) {
            v.attributes[a] = &entry->attributes[i];
        }
    }
    mappings[class](&v);
    return v.rc;
}
