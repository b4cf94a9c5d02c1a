/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/ldif_rows.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/decode/entry_view.h"

#define PROGRESS_STEP 1000

enum source {
    SOURCE_SCHEMA,
    SOURCE_FOREST,
    SOURCE_DOMAIN,
    SOURCE_PSO,
    SOURCE_USER,
    SOURCE_COMPUTER,
    SOURCE_SERVICE,
    SOURCE_GROUP,
    SOURCE_FOREIGN,
    SOURCE_TRUST,
    SOURCE_SITE,
    SOURCE_OU,
    SOURCE_GPO,
    SOURCE_SILO,
    SOURCE_PKI,
    SOURCE_KDS,
    SOURCE_SECURITY,
    SOURCE_LOGON,
    SOURCE_METADATA,
    SOURCE_COUNT
};

static const char *const source_names[SOURCE_COUNT] = {
    "ldap.schema",
    "ldap.forest",
    "ldap.domain",
    "ldap.pso",
    "ldap.user",
    "ldap.computer",
    "ldap.service_account",
    "ldap.group",
    "ldap.foreign",
    "ldap.trust",
    "ldap.site",
    "ldap.ou",
    "ldap.gpo",
    "ldap.silo",
    "ldap.pki",
    "ldap.kds",
    "ldap.security",
    "ldap.logon",
    "ldap.metadata",
};

struct class_rule {
    const char *name;
    enum entry_class class;
    enum source source;
};

/* The first that matches: special classes before those they are derived from. */
static const struct class_rule rules[] = {
    { "attributeSchema", ENTRY_ATTRIBUTE, SOURCE_SCHEMA },
    { "msDS-DelegatedManagedServiceAccount", ENTRY_ACCOUNT, SOURCE_SERVICE },
    { "msDS-GroupManagedServiceAccount", ENTRY_ACCOUNT, SOURCE_SERVICE },
    { "msDS-ManagedServiceAccount", ENTRY_ACCOUNT, SOURCE_SERVICE },
    { "computer", ENTRY_ACCOUNT, SOURCE_COMPUTER },
    { "user", ENTRY_ACCOUNT, SOURCE_USER },
    { "inetOrgPerson", ENTRY_ACCOUNT, SOURCE_USER },
    { "group", ENTRY_GROUP, SOURCE_GROUP },
    { "foreignSecurityPrincipal", ENTRY_FOREIGN, SOURCE_FOREIGN },
    { "organizationalUnit", ENTRY_OU, SOURCE_OU },
    { "groupPolicyContainer", ENTRY_GPO, SOURCE_GPO },
    { "msDS-PasswordSettings", ENTRY_PSO, SOURCE_PSO },
    { "trustedDomain", ENTRY_TRUST, SOURCE_TRUST },
    { "nTDSDSA", ENTRY_DSA, SOURCE_SITE },
    { "nTDSDSARO", ENTRY_DSA, SOURCE_SITE },
    { "server", ENTRY_SERVER, SOURCE_SITE },
    { "site", ENTRY_SITE, SOURCE_SITE },
    { "msDS-AuthNPolicy", ENTRY_SILO, SOURCE_SILO },
    { "msDS-AuthNPolicySilo", ENTRY_SILO, SOURCE_SILO },
    { "pKICertificateTemplate", ENTRY_TEMPLATE, SOURCE_PKI },
    { "pKIEnrollmentService", ENTRY_ENROLLMENT, SOURCE_PKI },
    { "msPKI-Enterprise-Oid", ENTRY_ISSUANCE, SOURCE_PKI },
    { "msKds-ProvRootKey", ENTRY_KDS, SOURCE_KDS },
    { "nTDSService", ENTRY_FOREST, SOURCE_FOREST },
    { "dMD", ENTRY_FOREST, SOURCE_FOREST },
    { "msDS-OptionalFeature", ENTRY_FOREST, SOURCE_FOREST },
    { "crossRef", ENTRY_DOMAIN, SOURCE_DOMAIN },
    { "domainDNS", ENTRY_DOMAIN, SOURCE_DOMAIN },
};

static const struct entry_attribute *find(const struct entry *entry, const char *name)
{
    for (size_t i = 0; i < entry->count; i++) {
        if (strcasecmp(entry->attributes[i].name, name) == 0 && entry->attributes[i].count > 0) {
            return &entry->attributes[i];
        }
    }
    return NULL;
}

static bool has_value(const struct entry_attribute *a, const char *value)
{
    size_t n = strlen(value);
    for (size_t i = 0; a && i < a->count; i++) {
        if (a->values[i].n == n && strncasecmp((const char *)a->values[i].p, value, n) == 0) {
            return true;
        }
    }
    return false;
}

static const struct class_rule *rule_of(const struct entry *entry)
{
    const struct entry_attribute *classes = find(entry, "objectClass");
    for (size_t i = 0; classes && i < ARRAY_LEN(rules); i++) {
        if (!has_value(classes, rules[i].name)) {
            continue;
        }
        /* Application partitions are domainDNS too, and have no SID; cross references of others have no NetBIOS name. */
        bool is_domain = rules[i].class == ENTRY_DOMAIN;
        bool is_head = find(entry, "objectSid") || find(entry, "nETBIOSName");
        return is_domain && !is_head ? NULL : &rules[i];
    }
    return NULL;
}

enum entry_class ldif_class(const struct entry *entry)
{
    const struct class_rule *rule = rule_of(entry);
    return rule ? rule->class : ENTRY_CLASS_COUNT;
}

struct importing {
    const struct ldif_import *import;
    struct entry_context *c;
    struct ldif *ldif;
    bool is_first; /* pass */
    bool seen[ATTRIBUTE_COUNT];
    uint64_t objects[SOURCE_COUNT];
    uint64_t records;
    uint64_t broken; /* records left out */
};

static enum rc put_malformed(const struct importing *x, const char *object, const char *attribute,
                             const char *reason, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MALFORMED);
    row_text(&row, MALFORMED_SOURCE, "file.ldif");
    row_text(&row, MALFORMED_TARGET, x->import->target);
    row_text(&row, MALFORMED_OBJECT, object);
    row_text(&row, MALFORMED_ATTRIBUTE, attribute);
    row_text(&row, MALFORMED_REASON, reason);
    return row_put(x->import->sink, &row, err);
}

static enum rc map(struct importing *x, enum source source, enum entry_class class,
                   const struct entry *entry, struct err *err)
{
    x->objects[source]++;
    entry_context_source(x->c, source_names[source]);
    return entry_to_rows(x->c, class, entry, err);
}

static void count_parts(struct importing *x, const struct entry *entry)
{
    bool has_logon = find(entry, "badPwdCount") || find(entry, "lastLogon");
    bool has_metadata =
        find(entry, "replPropertyMetaData") || find(entry, "msDS-ReplAttributeMetaData");
    x->objects[SOURCE_LOGON] += has_logon;
    x->objects[SOURCE_METADATA] += has_metadata;
}

static enum rc first_pass(struct importing *x, const struct ldif_record *r, struct err *err)
{
    for (size_t i = 0; i < r->entry.count; i++) {
        enum attribute a = entry_attribute_number(x->c, r->entry.attributes[i].name);
        if (a < ATTRIBUTE_COUNT) {
            x->seen[a] = true;
        }
    }
    enum entry_class class = ldif_class(&r->entry);
    if (class == ENTRY_ATTRIBUTE || class == ENTRY_DOMAIN) {
        return map(x, class == ENTRY_DOMAIN ? SOURCE_DOMAIN : SOURCE_SCHEMA, class, &r->entry, err);
    }
    return RC_OK;
}

static enum rc second_pass(struct importing *x, const struct ldif_record *r, struct err *err)
{
    const struct class_rule *rule = rule_of(&r->entry);
    bool is_done = rule && (rule->class == ENTRY_ATTRIBUTE || rule->class == ENTRY_DOMAIN);
    if (r->bad_attribute) {
        struct dn_parts parts;
        bool plain = strlen(r->entry.dn) <= 1024 && utf8_valid(r->entry.dn, strlen(r->entry.dn)) &&
                     dn_split(r->entry.dn, strlen(r->entry.dn), &parts);
        TRY(put_malformed(x, plain ? parts.dn : "?", r->bad_attribute, r->bad_reason, err));
    }
    if (rule && !is_done) {
        TRY(map(x, rule->source, rule->class, &r->entry, err));
        if (rule->class == ENTRY_ACCOUNT) {
            count_parts(x, &r->entry);
        }
    }
    if (find(&r->entry, "nTSecurityDescriptor") && find(&r->entry, "objectGUID")) {
        TRY(map(x, SOURCE_SECURITY, ENTRY_SECURITY, &r->entry, err));
    }
    return RC_OK;
}

static enum rc read_all(struct importing *x, struct err *err)
{
    struct ldif_record record;
    for (;;) {
        enum rc rc = ldif_next(x->ldif, &record, err);
        if (rc == RC_ABSENT) {
            return RC_OK;
        }
        if (rc == RC_MALFORMED) {
            if (!x->is_first) {
                struct err why = *err;
                x->broken++;
                TRY(put_malformed(x, why.where, "dn", why.msg, err));
            }
            continue;
        }
        TRY(rc);
        if (++x->records % PROGRESS_STEP == 0 && x->import->progress) {
            x->import->progress(x->import->context, x->records);
        }
        TRY(x->is_first ? first_pass(x, &record, err) : second_pass(x, &record, err));
    }
}

static enum rc put_coverage(const struct importing *x, const char *source, bool is_complete,
                            const char *reason, const char *detail, uint64_t objects,
                            struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, x->import->target);
    row_text(&row, COVERAGE_STATE, is_complete ? "complete" : "partial");
    row_text(&row, COVERAGE_REASON, is_complete ? NULL : reason);
    row_text(&row, COVERAGE_DETAIL, detail);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)objects);
    return row_put(x->import->sink, &row, err);
}

static enum rc put_all_coverage(const struct importing *x, struct err *err)
{
    char detail[512];
    uint32_t result = ldif_result(x->ldif);
    bool is_broken = x->broken > 0 || entry_context_lost(x->c) > 0;
    bool is_complete = x->import->is_whole && !is_broken && result == 0;
    const char *reason = is_broken ? rc_word(RC_MALFORMED) : result ? rc_word(RC_LIMIT) : NULL;
    const char *why =
        is_broken     ? "records of the file could not be read"
        : result      ? "the search that wrote the file was cut short"
        : is_complete ? "from a file"
                      : "from a file, which cannot tell whether it holds everything; import it as "
                        "a whole export if it does";
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        if (x->objects[i] > 0) {
            TRY(put_coverage(x, source_names[i], is_complete, reason, why, x->objects[i], err));
        }
    }
    const char *secret = ldif_first_secret(x->ldif);
    if (secret) {
        (void)snprintf(
            detail, sizeof(detail),
            "%llu values of secret attributes such as %.64s were skipped: the file itself "
            "holds passwords or hashes, delete it or keep it as one",
            (unsigned long long)ldif_secrets(x->ldif), secret);
    } else {
        (void)snprintf(detail, sizeof(detail), "%llu records, %llu left out",
                       (unsigned long long)x->records, (unsigned long long)x->broken);
    }
    return put_coverage(x, "file.ldif", x->broken == 0 && result == 0, reason, detail, x->records,
                        err);
}

static enum rc read_twice(struct importing *x, struct err *err)
{
    struct ldif_source *source = x->import->source;
    x->is_first = true;
    TRY(read_all(x, err));
    for (size_t a = 0; a < ATTRIBUTE_COUNT; a++) {
        x->c->unasked[a] = !x->seen[a];
    }
    if (!source->rewind(source)) {
        return err_setf(err, RC_IO, "the file cannot be read a second time");
    }
    ldif_free(x->ldif);
    x->ldif = ldif_new(source, 0);
    if (!x->ldif) {
        return err_setf(err, RC_NOMEM, "no memory to read the file");
    }
    x->is_first = false;
    x->records = 0;
    TRY(read_all(x, err));
    return put_all_coverage(x, err);
}

enum rc ldif_rows(const struct ldif_import *import, struct err *err)
{
    struct importing x = { .import = import };
    enum rc rc = RC_NOMEM;
    x.c = entry_context_new(import->sink, source_names[SOURCE_SCHEMA], import->target, 0);
    x.ldif = ldif_new(import->source, 0);
    rc = x.c && x.ldif ? read_twice(&x, err) : err_setf(err, rc, "no memory to read the file");
    ldif_free(x.ldif);
    entry_context_free(x.c);
    return rc;
}
