/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/rootdse.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/search.h"

static const char *const attributes[] = { "objectClass",
                                          "vendorName",
                                          "supportedCapabilities",
                                          "supportedControl",
                                          "namingContexts",
                                          "defaultNamingContext",
                                          "rootDomainNamingContext",
                                          "configurationNamingContext",
                                          "schemaNamingContext",
                                          "dnsHostName",
                                          "dsServiceName",
                                          "currentTime",
                                          "domainFunctionality",
                                          "forestFunctionality",
                                          "domainControllerFunctionality",
                                          "isGlobalCatalogReady",
                                          NULL };

/* The token of the bound account; a constructed attribute that is given only when asked for alone. */
static const char *const token_attributes[] = { "tokenGroups", NULL };

static bool has_value(const struct entry *e, const char *attribute, const char *wanted)
{
    const struct entry_attribute *a = entry_find(e, attribute);
    for (size_t i = 0; a && i < a->count; i++) {
        if (a->values[i].n == strlen(wanted) &&
            strncasecmp((const char *)a->values[i].p, wanted, a->values[i].n) == 0) {
            return true;
        }
    }
    return false;
}

/* A name may come extended; evidence holds plain ones. */
static const char *plain_name(const struct entry *e, const char *attribute, struct arena *a)
{
    const char *text = entry_text(e, attribute, a);
    return text ? dn_plain(text) : NULL;
}

static void read_capabilities(struct directory *d, const struct entry *e)
{
    d->can_page = has_value(e, "supportedControl", LDAP_CONTROL_PAGEDRESULTS);
    d->can_ppolicy = has_value(e, "supportedControl", "1.3.6.1.4.1.42.2.27.8.5.1");
    d->can_sd_flags = has_value(e, "supportedControl", "1.2.840.113556.1.4.801");
    d->can_extend_dn = has_value(e, "supportedControl", "1.2.840.113556.1.4.529");
    d->can_narrow = has_value(e, "supportedControl", "1.2.840.113556.1.4.1339");
    d->is_ad = has_value(e, "supportedCapabilities", "1.2.840.113556.1.4.800") ||
               (d->configuration_dn && d->schema_dn);
}

static bool read_contexts(struct session *s, const struct entry *e)
{
    const struct entry_attribute *a = entry_find(e, "namingContexts");
    s->dir.contexts = arena_array(s->arena, CONTEXTS_MAX, sizeof(*s->dir.contexts));
    s->dir.context_count = 0; /* a server may send more than one entry as its rootDSE */
    for (size_t i = 0; s->dir.contexts && a && i < a->count && i < CONTEXTS_MAX; i++) {
        const char *p = (const char *)a->values[i].p;
        if (a->values[i].n > 0 && utf8_valid(p, a->values[i].n)) {
            const char *name = arena_strndup(s->arena, p, a->values[i].n);
            s->dir.contexts[s->dir.context_count] = name;
            s->dir.context_count += name ? 1 : 0;
        }
    }
    return s->dir.contexts != NULL;
}

enum rc rootdse_take(void *context, const struct entry *e, struct err *err)
{
    struct session *s = context;
    struct directory *d = &s->dir;
    const char *vendor = entry_text(e, "vendorName", s->arena);
    if (!read_contexts(s, e)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    d->dns_name = entry_text(e, "dnsHostName", s->arena);
    d->dsa_dn = plain_name(e, "dsServiceName", s->arena);
    d->domain_dn = plain_name(e, "defaultNamingContext", s->arena);
    d->root_dn = plain_name(e, "rootDomainNamingContext", s->arena);
    d->configuration_dn = plain_name(e, "configurationNamingContext", s->arena);
    d->schema_dn = plain_name(e, "schemaNamingContext", s->arena);
    d->domain_level = entry_text(e, "domainFunctionality", s->arena);
    d->forest_level = entry_text(e, "forestFunctionality", s->arena);
    d->dc_level = entry_text(e, "domainControllerFunctionality", s->arena);
    d->clock = entry_text(e, "currentTime", s->arena);
    d->global_catalog = entry_text(e, "isGlobalCatalogReady", s->arena);
    if (!d->domain_dn) {
        d->domain_dn = plain_name(e, "namingContexts", s->arena);
    }
    read_capabilities(d, e);
    s->answered = filetime_now();
    if (vendor && strcasestr(vendor, "samba")) {
        d->vendor = VENDOR_SAMBA;
    } else if (has_value(e, "objectClass", "OpenLDAProotDSE")) {
        d->vendor = VENDOR_OPENLDAP;
    } else if (vendor && strcasestr(vendor, "389 project")) {
        d->vendor = VENDOR_389;
    } else if (!vendor && d->is_ad) {
        d->vendor = VENDOR_MICROSOFT;
    }
    return RC_OK;
}

static enum rc take_token(void *context, const struct entry *e, struct err *err)
{
    struct session *s = context;
    const struct entry_attribute *a = entry_find(e, token_attributes[0]);
    size_t most = !a ? 0 : a->count > TOKEN_MAX ? TOKEN_MAX : a->count;
    const char **token = arena_array(s->arena, most + 1, sizeof(*token));
    if (!token) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    s->dir.token = token;
    for (size_t i = 0; i < most; i++) {
        char text[SID_TEXT_MAX];
        struct rd r = rd_from(a->values[i].p, a->values[i].n);
        if (rd_sid(&r, text) && rd_done(&r)) {
            token[s->dir.token_count] = arena_strdup(s->arena, text);
            s->dir.token_count += token[s->dir.token_count] ? 1 : 0;
        }
    }
    return RC_OK;
}

enum rc rootdse_read(struct session *s, struct err *err)
{
    struct search q = { .what = "rootDSE",
                        .base = "",
                        .scope = LDAP_SCOPE_BASE,
                        .attributes = attributes,
                        .plain_names = true,
                        .take = rootdse_take,
                        .context = s };
    TRY(search_run(s, &q, err));
    if (q.entries == 0) {
        (void)err_setf(err, RC_DENIED, "the server does not show its rootDSE to this account");
        return err_at(err, "%s", s->o->host);
    }
    if (s->dir.is_ad) {
        struct err ignored = { 0 }; /* without a token, rights are taken as not proven */
        struct search t = q;
        t.attributes = token_attributes;
        t.take = take_token;
        if (search_run(s, &t, &ignored) != RC_OK && s->lost) {
            *err = ignored;
            return err->rc;
        }
    }
    return RC_OK;
}

bool rootdse_skew(const struct session *s, int64_t *ret_seconds)
{
    filetime theirs = 0;
    if (!s->dir.clock || !filetime_from_generalized(s->dir.clock, strlen(s->dir.clock), &theirs)) {
        return false;
    }
    *ret_seconds = (theirs - s->answered) / FILETIME_SECOND;
    return true;
}

const char *rootdse_vendor(const struct session *s)
{
    static const char *const names[] = { NULL, "Microsoft", "Samba", "OpenLDAP",
                                         "389 Directory Server" };
    return names[s->dir.vendor];
}

static void put_number(struct row *row, int column, const char *text)
{
    int64_t value = 0;
    if (text && num_i64(text, strlen(text), &value)) {
        row_int(row, column, value);
    }
}

static const char *transport_name(const struct session *s)
{
    static const char *const names[] = { "ldaps", "starttls", "ldap+gssapi" };
    return names[s->o->transport];
}

enum rc rootdse_put(const struct session *s, const char *target, struct row_sink *sink,
                    struct err *err)
{
    const struct directory *d = &s->dir;
    struct row row;
    filetime clock = 0;
    int64_t skew = 0;
    row_begin(&row, ROW_TABLE_SERVER);
    row_text(&row, SERVER_HOST, target);
    row_text(&row, SERVER_DNS_NAME, d->dns_name);
    row_text(&row, SERVER_DSA_DN, d->dsa_dn);
    row_text(&row, SERVER_DOMAIN_DN, d->domain_dn);
    row_text(&row, SERVER_ROOT_DN, d->root_dn);
    row_text(&row, SERVER_CONFIGURATION_DN, d->configuration_dn);
    row_text(&row, SERVER_SCHEMA_DN, d->schema_dn);
    put_number(&row, SERVER_DOMAIN_LEVEL, d->domain_level);
    put_number(&row, SERVER_FOREST_LEVEL, d->forest_level);
    put_number(&row, SERVER_DC_LEVEL, d->dc_level);
    if (d->clock && filetime_from_generalized(d->clock, strlen(d->clock), &clock)) {
        row_int(&row, SERVER_CLOCK, clock);
    }
    if (rootdse_skew(s, &skew)) {
        row_int(&row, SERVER_CLOCK_SKEW, skew);
    }
    row_text(&row, SERVER_TRANSPORT, transport_name(s));
    row_text(&row, SERVER_TLS, *s->tls ? s->tls : NULL);
    row_text(&row, SERVER_AUTHENTICATION, s->o->bind == BIND_SIMPLE ? "simple" : "gssapi");
    row_text(&row, SERVER_VENDOR, rootdse_vendor(s));
    if (d->global_catalog) {
        row_bool(&row, SERVER_GLOBAL_CATALOG, strcasecmp(d->global_catalog, "TRUE") == 0);
    }
    return row_put(sink, &row, err);
}

const char *rootdse_whoami(struct session *s)
{
    LDAPMessage *answer = NULL;
    struct berval *id = NULL;
    const char *text = NULL;
    int msgid = 0, result = ldap_whoami(s->ld, NULL, NULL, &msgid);
    if (result != LDAP_SUCCESS ||
        session_wait(s, msgid, LDAP_MSG_ALL, s->o->operation_timeout_s, &answer, &result) == 0) {
        return NULL;
    }
    if (ldap_parse_whoami(s->ld, answer, &id) == LDAP_SUCCESS && id && id->bv_len > 0 &&
        utf8_valid(id->bv_val, id->bv_len)) {
        text = arena_strndup(s->arena, id->bv_val, id->bv_len);
    }
    ber_bvfree(id);
    ldap_msgfree(answer);
    return text;
}

bool rootdse_token_has(const struct session *s, const char *sid)
{
    for (size_t i = 0; i < s->dir.token_count; i++) {
        if (strcmp(s->dir.token[i], sid) == 0) {
            return true;
        }
    }
    return false;
}
