/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/decode/entry_view.h"
#include "audit/decode/gmsa.h"
#include "audit/decode/hint.h"
#include "audit/decode/keycred.h"
#include "audit/decode/mapping.h"

#define UAC_TRUST_ACCOUNT 0x800

static const char *account_kind(const struct entry_view *v, int64_t uac)
{
    if ((uac & UAC_TRUST_ACCOUNT) != 0) {
        return "trust";
    }

    /* The special classes first: each of them is a computer too. */
    static const struct {
        const char *class;
        const char *kind;
    } kinds[] = {
        { "msDS-DelegatedManagedServiceAccount", "dmsa" },
        { "msDS-GroupManagedServiceAccount", "gmsa" },
        { "msDS-ManagedServiceAccount", "smsa" },
        { "computer", "computer" },
        { "user", "user" },
        { "inetOrgPerson", "user" },
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (view_is_class(v, kinds[i].class)) {
            return kinds[i].kind;
        }
    }
    return "other";
}

static const struct {
    enum attribute attribute;
    const char *name;
} hint_attributes[] = {
    { A_DESCRIPTION, "description" },
    { A_INFO, "info" },
    { A_COMMENT, "comment" },
    { A_ADMIN_DESCRIPTION, "adminDescription" },
};

static void put_hint(struct entry_view *v, struct row *row)
{
    for (size_t i = 0; i < ARRAY_LEN(hint_attributes); i++) {
        const struct entry_attribute *a = v->attributes[hint_attributes[i].attribute];
        for (size_t k = 0; a && k < a->count; k++) {
            if (hint_is_password((const char *)a->values[k].p, a->values[k].n)) {
                row_text(row, ACCOUNT_HINT, hint_attributes[i].name);
                return;
            }
        }
    }
}

static void put_gmsa(struct entry_view *v, struct row *row, char *buf)
{
    const struct entry_value *value = view_value(v, A_GMSA_KEY);
    struct err why;
    if (value && gmsa_root_key(value->p, value->n, buf, &why) == RC_OK) {
        row_text(row, ACCOUNT_GMSA_KEY, buf);
    } else if (value) {
        view_malformed_at(v, A_GMSA_KEY, why.msg);
    }
    put_int(v, row, ACCOUNT_GMSA_INTERVAL, A_GMSA_INTERVAL);
}

/* One row a value of a text attribute: service principal names, delegation targets. */
static void put_texts(struct entry_view *v, enum row_table table, const int columns[2],
                      const char *guid, enum attribute a)
{
    struct row row;
    for (size_t i = 0; i < view_count(v, a); i++) {
        const struct entry_value *value = &v->attributes[a]->values[i];
        if (view_text_of(v, a, value, ROW_TEXT_MAX)) {
            row_begin(&row, table);
            row_text(&row, columns[0], guid);
            row_textn(&row, columns[1], (const char *)value->p, value->n);
            view_put(v, &row);
        }
    }
}

static void put_keys(struct entry_view *v, const char *guid)
{
    struct row row;
    for (size_t i = 0; i < view_count(v, A_KEY_CREDENTIAL); i++) {
        const struct entry_value *value = &v->attributes[A_KEY_CREDENTIAL]->values[i];
        struct key_credential k;
        struct err why;
        if (keycred_read(value->p, value->n, v->c->scratch, &k, &why) != RC_OK) {
            view_malformed_at(v, A_KEY_CREDENTIAL, why.msg);
            continue;
        }
        row_begin(&row, ROW_TABLE_KEY);
        row_text(&row, KEY_GUID, guid);
        row_text(&row, KEY_ID, k.key_id);
        row_text(&row, KEY_USAGE, k.usage);
        row_text(&row, KEY_SOURCE, k.source);
        row_text(&row, KEY_DEVICE, k.device[0] ? k.device : NULL);
        if (k.has_created) {
            row_int(&row, KEY_CREATED, k.created);
        }
        if (k.has_logon) {
            row_int(&row, KEY_LOGON, k.logon);
        }
        if (k.has_flags) {
            row_int(&row, KEY_FLAGS, k.flags);
        }
        view_put(v, &row);
    }
}

static void put_mappings(struct entry_view *v, const char *guid)
{
    struct row row;
    for (size_t i = 0; i < view_count(v, A_ALT_SECURITY); i++) {
        const struct entry_value *value = &v->attributes[A_ALT_SECURITY]->values[i];
        bool strong = false;
        const char *kind = mapping_kind((const char *)value->p, value->n, &strong);
        row_begin(&row, ROW_TABLE_MAPPING);
        row_text(&row, MAPPING_GUID, guid);
        row_int(&row, MAPPING_POSITION, (int64_t)i);
        row_text(&row, MAPPING_KIND, kind);
        row_bool(&row, MAPPING_STRONG, strong);
        view_put(v, &row);
    }
}

void entry_sid_history(struct entry_view *v, const char *guid)
{
    struct row row;
    char sid[SID_TEXT_MAX];
    for (size_t i = 0; i < view_count(v, A_SID_HISTORY); i++) {
        if (!sid_of_value(&v->attributes[A_SID_HISTORY]->values[i], sid)) {
            view_malformed_at(v, A_SID_HISTORY, "not a security identifier");
            continue;
        }
        row_begin(&row, ROW_TABLE_HISTORY);
        row_text(&row, HISTORY_GUID, guid);
        row_text(&row, HISTORY_SID, sid);
        view_put(v, &row);
    }
}

static void put_counts(struct entry_view *v, struct row *row)
{
    /* An account whose userAccountControl is hidden may hide these too: their absence then says nothing. */
    bool readable = view_has(v, A_UAC);
    put_count(v, row, ACCOUNT_SPNS, A_SPN, readable);
    put_count(v, row, ACCOUNT_DELEGATES, A_DELEGATE_TO, readable);
    put_count(v, row, ACCOUNT_KEYS, A_KEY_CREDENTIAL, readable);
    put_count(v, row, ACCOUNT_MAPPINGS, A_ALT_SECURITY, readable);
    put_count(v, row, ACCOUNT_HISTORY, A_SID_HISTORY, readable);

    static const struct {
        int column;
        enum attribute attribute;
    } flags[] = { { ACCOUNT_RBCD, A_ACT_ON_BEHALF }, { ACCOUNT_WORKSTATIONS, A_WORKSTATIONS } };

    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        bool has = view_has(v, flags[i].attribute);
        if (has || (readable && !v->c->unasked[flags[i].attribute])) {
            row_bool(row, flags[i].column, has);
        }
    }
}

static void put_dates(struct entry_view *v, struct row *row)
{
    put_time(v, row, ACCOUNT_PWD_LAST_SET, A_PWD_LAST_SET);
    put_time(v, row, ACCOUNT_EXPIRES, A_EXPIRES);
    put_time(v, row, ACCOUNT_LOGON, A_LOGON_TIMESTAMP);
    put_time(v, row, ACCOUNT_LOCKOUT, A_LOCKOUT_TIME);
    put_date(v, row, ACCOUNT_CREATED, A_WHEN_CREATED);
    put_date(v, row, ACCOUNT_CHANGED, A_WHEN_CHANGED);
    put_time(v, row, ACCOUNT_LAPS_LEGACY, A_LAPS_LEGACY_EXPIRES);
    put_time(v, row, ACCOUNT_LAPS, A_LAPS_EXPIRES);
}

static void put_numbers_and_texts(struct entry_view *v, struct row *row)
{
    put_int(v, row, ACCOUNT_UAC_COMPUTED, A_UAC_COMPUTED);
    put_int(v, row, ACCOUNT_ADMIN_COUNT, A_ADMIN_COUNT);
    put_int(v, row, ACCOUNT_PRIMARY_GROUP, A_PRIMARY_GROUP);
    put_int(v, row, ACCOUNT_ENCRYPTION, A_ENCRYPTION);
    put_int(v, row, ACCOUNT_KRBTGT, A_SECONDARY_KRBTGT);
    put_text(v, row, ACCOUNT_SAM, A_SAM);
    put_text(v, row, ACCOUNT_UPN, A_UPN);
    put_text(v, row, ACCOUNT_DISPLAY, A_DISPLAY_NAME);
    put_text(v, row, ACCOUNT_OS, A_OS);
    put_text(v, row, ACCOUNT_OS_VERSION, A_OS_VERSION);
    put_text(v, row, ACCOUNT_DNS, A_DNS_HOST_NAME);
    put_text(v, row, ACCOUNT_SCRIPT, A_SCRIPT_PATH);
    put_dn(v, row, ACCOUNT_PSO_DN, A_RESULTANT_PSO);
    put_dn(v, row, ACCOUNT_POLICY_DN, A_AUTHN_POLICY);
    put_dn(v, row, ACCOUNT_SILO_DN, A_AUTHN_SILO);
}

void entry_account(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX], key[GUID_TEXT_MAX];
    uint32_t rid = 0;
    int64_t uac = 0;
    row_begin(&row, ROW_TABLE_ACCOUNT);
    if (!put_identity(v, &row, ACCOUNT_GUID, ACCOUNT_DN, guid)) {
        return;
    }
    if (view_sid(v, A_OBJECT_SID, sid)) {
        row_text(&row, ACCOUNT_SID, sid);
        if (sid_rid(sid, &rid)) {
            row_int(&row, ACCOUNT_RID, rid);
        }
    }
    if (view_int(v, A_UAC, &uac)) {
        row_int(&row, ACCOUNT_UAC, uac);
    }
    row_text(&row, ACCOUNT_KIND, account_kind(v, uac));
    put_numbers_and_texts(v, &row);
    put_dates(v, &row);
    put_counts(v, &row);
    put_hint(v, &row);
    put_gmsa(v, &row, key);
    row_text(&row, ACCOUNT_SERVER, v->c->target);
    view_put(v, &row);

    put_texts(v, ROW_TABLE_PRINCIPAL, (const int[2]){ PRINCIPAL_GUID, PRINCIPAL_NAME }, guid,
              A_SPN);
    put_texts(v, ROW_TABLE_DELEGATE, (const int[2]){ DELEGATE_GUID, DELEGATE_NAME }, guid,
              A_DELEGATE_TO);
    put_keys(v, guid);
    put_mappings(v, guid);
    entry_sid_history(v, guid);
    entry_account_rights(v, guid);
    entry_metadata(v, guid);
    entry_logon_row(v, guid);
}

void entry_logon_row(struct entry_view *v, const char *guid)
{
    struct row row;
    if (!view_has(v, A_LAST_LOGON) && !view_has(v, A_BAD_PWD_COUNT) &&
        !view_has(v, A_BAD_PWD_TIME) && !view_has(v, A_LOGON_COUNT)) {
        return;
    }
    row_begin(&row, ROW_TABLE_LOGON);
    row_text(&row, LOGON_GUID, guid);
    row_text(&row, LOGON_SERVER, v->c->target);
    put_time(v, &row, LOGON_LAST, A_LAST_LOGON);
    put_int(v, &row, LOGON_BAD_COUNT, A_BAD_PWD_COUNT);
    put_time(v, &row, LOGON_BAD_TIME, A_BAD_PWD_TIME);
    put_int(v, &row, LOGON_COUNT, A_LOGON_COUNT);
    view_put(v, &row);
}

void entry_logon(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_LOGON);
    if (put_identity(v, &row, LOGON_GUID, -1, guid)) {
        entry_logon_row(v, guid);
        entry_metadata(v, guid);
    }
}
