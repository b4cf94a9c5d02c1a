/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forest-wide settings, which several objects of the configuration partition hold together, and schema attributes. */
#include <string.h>
#include <strings.h>

#include "audit/decode/entry_view.h"
#include "audit/decode/rights.h"

#define SEARCH_CONFIDENTIAL 128
#define RECYCLE_BIN         "766ddcd8-acd0-445e-f3b9-a7f9b6744f2a" /* [MS-ADTS] 3.1.1.9.1 */

/* The configuration naming context: what follows "CN=Configuration" in the DN, itself included. */
static bool configuration_of(const struct entry_view *v, const char **ret, size_t *ret_size)
{
    static const char name[] = "CN=Configuration,";
    const char *p = v->dn.dn;
    size_t n = v->dn.size;
    while (n > 0) {
        if (n >= sizeof(name) && strncasecmp(p, name, sizeof(name) - 1) == 0) {
            *ret = p;
            *ret_size = n;
            return n <= ROW_TEXT_MAX;
        }
        p = dn_parent(p, n, &n);
    }
    return false;
}

static void put_other_settings(struct entry_view *v, struct row *row)
{
    struct wr w;
    wr_init(&w, ROW_TEXT_MAX);
    for (size_t i = 0; i < view_count(v, A_OTHER_SETTINGS); i++) {
        const struct entry_value *value = &v->attributes[A_OTHER_SETTINGS]->values[i];
        if (view_text_of(v, A_OTHER_SETTINGS, value, ROW_TEXT_MAX)) {
            if (w.size > 0) {
                wr_u8(&w, ';');
            }
            wr_bytes(&w, value->p, value->n);
        }
    }
    char *text = w.bad ? NULL : arena_strndup(v->c->scratch, (const char *)w.data, w.size);
    if (w.bad) {
        view_malformed_at(v, A_OTHER_SETTINGS, "text is longer than a row may hold");
    } else if (!text) {
        view_nomem(v);
    } else if (w.size > 0) {
        row_textn(row, FOREST_OTHER, text, w.size);
    }
    wr_done(&w);
}

static void put_recycle_bin(struct entry_view *v, struct row *row)
{
    char guid[GUID_TEXT_MAX];
    if (view_guid(v, A_FEATURE_GUID, guid) && strcmp(guid, RECYCLE_BIN) == 0) {
        row_bool(row, FOREST_RECYCLE_BIN, view_has(v, A_FEATURE_ENABLED_BL));
    }
}

void entry_forest(struct entry_view *v)
{
    struct row row;
    const char *configuration = NULL;
    size_t n = 0;
    if (!configuration_of(v, &configuration, &n) || !utf8_valid(configuration, n)) {
        view_malformed(v, "distinguishedName", "not a name below the configuration partition");
        return;
    }
    /* Start from what earlier objects told; the row is put again with every object and replaces itself. */
    struct kept_row *kept = v->c->forest;
    row_begin(&row, ROW_TABLE_FOREST);
    if (kept) {
        memcpy(row.v, kept->row.v, ROW_COLUMNS_FOREST * sizeof(row.v[0]));
    } else {
        row_textn(&row, FOREST_CONFIGURATION_DN, configuration, n);
    }
    if (view_is_class(v, "nTDSService")) {
        put_text(v, &row, FOREST_HEURISTICS, A_HEURISTICS);
        put_other_settings(v, &row);
        put_int(v, &row, FOREST_TOMBSTONE, A_TOMBSTONE);
    } else if (view_is_class(v, "dMD")) {
        put_int(v, &row, FOREST_SCHEMA, A_SCHEMA_VERSION);
    } else if (view_has(v, A_FEATURE_GUID)) {
        put_recycle_bin(v, &row);
    }
    view_put(v, &row);
    (void)row_keep(v, &v->c->forest, &row, FOREST_CONFIGURATION_DN);
}

static void learn_attribute(struct entry_view *v, const char *name, size_t n, uint32_t id)
{
    struct metadata_ids *ids = &v->c->ids;
    if (!metadata_is_laps_password(name, n)) {
        return;
    }
    for (size_t i = 0; i < ids->laps_count; i++) {
        if (ids->laps[i] == id) {
            return;
        }
    }
    if (ids->laps_count < METADATA_MAX_LAPS) {
        ids->laps[ids->laps_count++] = id;
    } else {
        view_malformed_at(v, A_LDAP_NAME, "more LAPS password attributes than can be followed");
    }
}

/* What access to the attribute means where an access control entry names it; NULL = nothing that matters. */
static void learn_right(struct entry_view *v, const char *name, size_t n, const char *guid)
{
    bool is_laps = metadata_is_laps_password(name, n) ||
                   strcasecmp(name, "msLAPS-EncryptedPasswordHistory") == 0 ||
                   strcasecmp(name, "msLAPS-EncryptedDSRMPasswordHistory") == 0;
    /* Who writes this one lets a delegated service account take over another account. */
    bool is_takeover = strcasecmp(name, "msDS-ManagedAccountPrecededByLink") == 0;
    int64_t flags = 0;
    if (!is_laps && !is_takeover) {
        return;
    }
    struct rights_attribute *r = arena_alloc(v->c->kept, sizeof(*r));
    if (!r) {
        view_nomem(v);
        return;
    }
    memcpy(r->guid, guid, sizeof(r->guid));
    r->right = is_laps ? "read_laps" : NULL;
    r->write = is_takeover ? "write_delegation" : NULL;
    /* Flags that could not be read must not hide a reader. */
    r->is_confidential = view_int(v, A_SEARCH_FLAGS, &flags) && (flags & SEARCH_CONFIDENTIAL) != 0;
    r->next = v->c->rights_attributes;
    v->c->rights_attributes = r;
}

/* Of the 1,500 attributes of a schema those that evidence speaks of. */
static bool matters(const struct entry_view *v, const char *name)
{
    return entry_attribute_number(v->c, name) < ATTRIBUTE_COUNT ||
           entry_attribute_is_secret(name) ||
           strcasecmp(name, "msDS-ManagedAccountPrecededByLink") == 0;
}

void entry_attribute_schema(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    int64_t id = 0;
    uint32_t attid = 0;
    const struct entry_value *name = view_value(v, A_LDAP_NAME);
    const struct entry_value *oid = view_value(v, A_ATTRIBUTE_OID);
    if (!name || !view_text_of(v, A_LDAP_NAME, name, 256)) {
        return;
    }
    char *text = arena_strndup(v->c->scratch, (const char *)name->p, name->n);
    if (!text) {
        view_nomem(v);
        return;
    }
    if (!matters(v, text)) {
        return;
    }
    row_begin(&row, ROW_TABLE_ATTRIBUTE);
    row_text(&row, ATTRIBUTE_NAME, text);
    put_text(v, &row, ATTRIBUTE_OID, A_ATTRIBUTE_OID);
    put_int(v, &row, ATTRIBUTE_FLAGS, A_SEARCH_FLAGS);
    if (view_guid(v, A_SCHEMA_GUID, guid)) {
        row_text(&row, ATTRIBUTE_SCHEMA_GUID, guid);
        learn_right(v, text, name->n, guid);
    }
    if (view_int(v, A_INT_ID, &id)) {
        /* A 32-bit number that some servers send as negative. */
        attid = (uint32_t)(uint64_t)id;
        row_int(&row, ATTRIBUTE_INTERNAL, attid);
        learn_attribute(v, text, name->n, attid);
    } else if (oid && metadata_id_of_oid((const char *)oid->p, oid->n, &attid)) {
        learn_attribute(v, text, name->n, attid);
    }
    view_put(v, &row);
}
