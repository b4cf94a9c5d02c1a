/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificate templates, the authorities that issue from them, issuance policies; root keys of the key distribution service. */
#include <string.h>

#include "audit/decode/entry_view.h"

#define OID_FLAG_ISSUANCE \
    2 /* msPKI-Enterprise-Oid flags: 1 template, 2 issuance policy, 3 application policy */
#define NAME_MAX_BYTES 1024

static void put_usages(struct entry_view *v, const char *guid, const char *kind, enum attribute a)
{
    struct row row;
    for (size_t i = 0; i < view_count(v, a); i++) {
        const struct entry_value *value = &v->attributes[a]->values[i];
        if (view_text_of(v, a, value, NAME_MAX_BYTES)) {
            row_begin(&row, ROW_TABLE_USAGE);
            row_text(&row, USAGE_TEMPLATE, guid);
            row_text(&row, USAGE_KIND, kind);
            row_textn(&row, USAGE_OID, (const char *)value->p, value->n);
            view_put(v, &row);
        }
    }
}

void entry_template(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_TEMPLATE);
    if (!put_identity(v, &row, TEMPLATE_GUID, TEMPLATE_DN, guid)) {
        return;
    }
    put_text(v, &row, TEMPLATE_NAME, A_CN);
    put_text(v, &row, TEMPLATE_DISPLAY, A_DISPLAY_NAME);
    put_int(v, &row, TEMPLATE_SCHEMA, A_TEMPLATE_SCHEMA);
    put_int(v, &row, TEMPLATE_NAME_FLAG, A_TEMPLATE_NAME_FLAG);
    put_int(v, &row, TEMPLATE_ENROLLMENT_FLAG, A_TEMPLATE_ENROLLMENT);
    put_int(v, &row, TEMPLATE_PRIVATE_KEY_FLAG, A_TEMPLATE_PRIVATE_KEY);
    put_int(v, &row, TEMPLATE_SIGNATURES, A_TEMPLATE_SIGNATURES);
    view_put(v, &row);
    put_usages(v, guid, "eku", A_TEMPLATE_EKU);
    put_usages(v, guid, "application", A_TEMPLATE_APPLICATION);
    put_usages(v, guid, "issuance", A_TEMPLATE_ISSUANCE);
}

void entry_enrollment(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_ENROLLMENT);
    if (!put_identity(v, &row, ENROLLMENT_GUID, ENROLLMENT_DN, guid)) {
        return;
    }
    put_text(v, &row, ENROLLMENT_NAME, A_CN);
    put_text(v, &row, ENROLLMENT_DNS, A_DNS_HOST_NAME);
    view_put(v, &row);
    for (size_t i = 0; i < view_count(v, A_CERTIFICATE_TEMPLATES); i++) {
        const struct entry_value *value = &v->attributes[A_CERTIFICATE_TEMPLATES]->values[i];
        if (view_text_of(v, A_CERTIFICATE_TEMPLATES, value, NAME_MAX_BYTES)) {
            row_begin(&row, ROW_TABLE_OFFER);
            row_text(&row, OFFER_SERVICE, guid);
            row_textn(&row, OFFER_TEMPLATE, (const char *)value->p, value->n);
            view_put(v, &row);
        }
    }
}

void entry_issuance(struct entry_view *v)
{
    struct row row;
    struct dn_parts group;
    char guid[GUID_TEXT_MAX];
    int64_t flags = OID_FLAG_ISSUANCE;
    (void)view_int(v, A_GPO_FLAGS, &flags);
    if (flags != OID_FLAG_ISSUANCE && !view_has(v, A_OID_GROUP)) {
        return; /* the number of a template or of an application policy */
    }
    row_begin(&row, ROW_TABLE_ISSUANCE);
    if (!put_identity(v, &row, ISSUANCE_GUID, -1, guid)) {
        return;
    }
    const struct entry_value *oid = view_value(v, A_TEMPLATE_OID);
    if (!oid || !view_text_of(v, A_TEMPLATE_OID, oid, NAME_MAX_BYTES)) {
        if (!oid) {
            view_malformed_at(v, A_TEMPLATE_OID, "an issuance policy came without its number");
        }
        return;
    }
    row_textn(&row, ISSUANCE_OID, (const char *)oid->p, oid->n);
    put_text(v, &row, ISSUANCE_NAME, A_DISPLAY_NAME);
    const struct entry_value *link = view_value(v, A_OID_GROUP);
    if (link && !put_link(v, &row, (const int[3]){ ISSUANCE_GROUP_DN, ISSUANCE_GROUP_GUID, -1 },
                          A_OID_GROUP, link, &group)) {
        row_text(&row, ISSUANCE_GROUP_DN, NULL);
    }
    view_put(v, &row);
}

void entry_kds(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], id[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_KDS);
    if (!put_identity(v, &row, KDS_GUID, -1, guid)) {
        return;
    }
    const struct entry_value *cn = view_value(v, A_CN);
    if (cn && cn->n == GUID_TEXT_MAX - 1 && guid_of_value(cn, id)) {
        row_text(&row, KDS_ID, id);
    }
    if (view_has(v, A_KDS_CREATED)) {
        put_time(v, &row, KDS_CREATED, A_KDS_CREATED);
    } else {
        put_date(v, &row, KDS_CREATED, A_WHEN_CREATED);
    }
    put_time(v, &row, KDS_START, A_KDS_START);
    view_put(v, &row);
}
