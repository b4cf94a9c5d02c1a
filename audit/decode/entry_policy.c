/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domain head, fine-grained password policies, Group Policy objects and where they are linked, authentication policies. */
#include <string.h>

#include "audit/decode/entry_view.h"
#include "audit/decode/gplink.h"

/* NetBIOS name of a naming context, from its cross reference. */
struct domain_name {
    struct domain_name *next;
    const char *dn;
    const char *netbios;
};

static void put_password_policy(struct entry_view *v, struct row *row)
{
    put_int(v, row, DOMAIN_MIN_LENGTH, A_MIN_PWD_LENGTH);
    put_int(v, row, DOMAIN_HISTORY, A_PWD_HISTORY_LENGTH);
    put_int(v, row, DOMAIN_MAX_AGE, A_MAX_PWD_AGE);
    put_int(v, row, DOMAIN_MIN_AGE, A_MIN_PWD_AGE);
    put_int(v, row, DOMAIN_PROPERTIES, A_PWD_PROPERTIES);
    put_int(v, row, DOMAIN_THRESHOLD, A_LOCKOUT_THRESHOLD);
    put_int(v, row, DOMAIN_DURATION, A_LOCKOUT_DURATION);
    put_int(v, row, DOMAIN_WINDOW, A_LOCKOUT_WINDOW);
}

/* A crossRef in the domain class tells the NetBIOS name; it may come before or after the head that it belongs to. */
static void learn_netbios(struct entry_view *v)
{
    const struct entry_value *nc = view_value(v, A_NC_NAME), *name = view_value(v, A_NETBIOS);
    struct dn_parts parts;
    if (!nc || !name || !view_text_of(v, A_NC_NAME, nc, ROW_TEXT_MAX) ||
        !view_text_of(v, A_NETBIOS, name, 256) || !dn_split((const char *)nc->p, nc->n, &parts)) {
        return;
    }
    struct domain_name *d = arena_alloc(v->c->kept, sizeof(*d));
    if (d) {
        d->dn = arena_strndup(v->c->kept, parts.dn, parts.size);
        d->netbios = arena_strndup(v->c->kept, (const char *)name->p, name->n);
    }
    if (!d || !d->dn || !d->netbios) {
        view_nomem(v);
        return;
    }
    d->next = v->c->domain_names;
    v->c->domain_names = d;
    for (struct kept_row *k = v->c->domains; k; k = k->next) {
        const struct row_value *dn = &k->row.v[DOMAIN_DN];
        if (dn_equal(dn->text, dn->size, d->dn, strlen(d->dn))) {
            row_text(&k->row, DOMAIN_NETBIOS, d->netbios);
            view_put(v, &k->row);
        }
    }
}

static void put_netbios(const struct entry_view *v, struct row *row)
{
    const struct row_value *dn = &row->v[DOMAIN_DN];
    for (const struct domain_name *d = v->c->domain_names; d; d = d->next) {
        if (dn_equal(dn->text, dn->size, d->dn, strlen(d->dn))) {
            row_text(row, DOMAIN_NETBIOS, d->netbios);
            return;
        }
    }
}

void entry_domain(struct entry_view *v)
{
    struct row row;
    struct metadata m;
    const char *form = NULL;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX], dns[256];
    if (view_has(v, A_NC_NAME)) {
        learn_netbios(v);
        return;
    }
    row_begin(&row, ROW_TABLE_DOMAIN);
    if (!put_identity(v, &row, DOMAIN_GUID, DOMAIN_DN, guid)) {
        return;
    }
    if (view_sid(v, A_OBJECT_SID, sid)) {
        row_text(&row, DOMAIN_SID, sid);
        memcpy(v->c->domain_sid, sid, sizeof(v->c->domain_sid));
    }
    const struct row_value *dn = &row.v[DOMAIN_DN];
    if (dn_dns_name(dn->text, dn->size, dns, sizeof(dns))) {
        row_text(&row, DOMAIN_DNS_NAME, dns);
    }
    put_netbios(v, &row);
    put_int(v, &row, DOMAIN_LEVEL, A_BEHAVIOR);
    put_password_policy(v, &row);
    put_int(v, &row, DOMAIN_QUOTA, A_MACHINE_QUOTA);
    put_bool(v, &row, DOMAIN_SMARTCARD_ROTATION, A_SMARTCARD_ROTATION);
    put_date(v, &row, DOMAIN_CREATED, A_WHEN_CREATED);
    if (view_metadata(v, &m, &form) && m.slots[METADATA_BACKUP].version > 0) {
        row_int(&row, DOMAIN_BACKUP, m.slots[METADATA_BACKUP].at);
    }
    view_put(v, &row);
    (void)row_keep(v, &v->c->domains, &row, DOMAIN_GUID);
    entry_links(v, "domain");
}

void entry_pso(struct entry_view *v)
{
    static const int columns[3] = { PSOTARGET_DN, PSOTARGET_GUID, PSOTARGET_SID };
    struct row row;
    struct dn_parts parts;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_PSO);
    if (!put_identity(v, &row, PSO_GUID, PSO_DN, guid)) {
        return;
    }
    put_text(v, &row, PSO_NAME, A_CN);
    put_int(v, &row, PSO_PRECEDENCE, A_PSO_PRECEDENCE);
    put_int(v, &row, PSO_MIN_LENGTH, A_PSO_MIN_LENGTH);
    put_int(v, &row, PSO_HISTORY, A_PSO_HISTORY);
    put_int(v, &row, PSO_MAX_AGE, A_PSO_MAX_AGE);
    put_int(v, &row, PSO_MIN_AGE, A_PSO_MIN_AGE);
    put_bool(v, &row, PSO_COMPLEXITY, A_PSO_COMPLEXITY);
    put_bool(v, &row, PSO_REVERSIBLE, A_PSO_REVERSIBLE);
    put_int(v, &row, PSO_THRESHOLD, A_PSO_THRESHOLD);
    put_int(v, &row, PSO_DURATION, A_PSO_DURATION);
    put_int(v, &row, PSO_WINDOW, A_PSO_WINDOW);
    view_put(v, &row);
    for (size_t i = 0; i < view_count(v, A_PSO_APPLIES); i++) {
        row_begin(&row, ROW_TABLE_PSOTARGET);
        row_text(&row, PSOTARGET_PSO, guid);
        if (put_link(v, &row, columns, A_PSO_APPLIES, &v->attributes[A_PSO_APPLIES]->values[i],
                     &parts)) {
            view_put(v, &row);
        }
    }
}

static void put_gplinks(struct entry_view *v, const char *guid)
{
    const struct entry_value *value = view_value(v, A_GP_LINK);
    struct gplink link;
    struct err why;
    struct row row;
    struct dn_parts parts;
    enum rc rc = RC_ABSENT;
    if (!value || !view_text_of(v, A_GP_LINK, value, 1024 * 1024)) {
        return;
    }
    struct gplink_cursor cursor = { (const char *)value->p, value->n };
    for (int64_t i = 0; (rc = gplink_next(&cursor, &link, &why)) == RC_OK; i++) {
        struct entry_value dn = { (const uint8_t *)link.dn, link.size };
        row_begin(&row, ROW_TABLE_LINK);
        row_text(&row, LINK_CONTAINER, guid);
        row_int(&row, LINK_POSITION, i);
        row_int(&row, LINK_OPTIONS, link.options);
        row_text(&row, LINK_GPO_ID, link.gpo_id[0] ? link.gpo_id : NULL);
        if (put_link(v, &row, (const int[3]){ LINK_GPO_DN, -1, -1 }, A_GP_LINK, &dn, &parts)) {
            view_put(v, &row);
        }
    }
    if (rc != RC_ABSENT) {
        view_malformed_at(v, A_GP_LINK, why.msg);
    }
}

void entry_links(struct entry_view *v, const char *kind)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_OU);
    if (!put_identity(v, &row, OU_GUID, OU_DN, guid)) {
        return;
    }
    row_text(&row, OU_KIND, kind);
    enum attribute name = view_has(v, A_OU_NAME) ? A_OU_NAME : view_has(v, A_NAME) ? A_NAME : A_CN;
    put_text(v, &row, OU_NAME, name);
    put_int(v, &row, OU_OPTIONS, A_GP_OPTIONS);
    view_put(v, &row);
    put_gplinks(v, guid);
}

void entry_ou(struct entry_view *v)
{
    entry_links(v, "ou");
}

/* The GUID in "{31B2F340-…}", the name of a policy object. */
static bool guid_in_braces(const struct entry_value *value, char *buf)
{
    const size_t size = GUID_TEXT_MAX - 1;
    if (!value || value->n != size + 2 || value->p[0] != '{' || value->p[size + 1] != '}') {
        return false;
    }
    return guid_of_value(&(struct entry_value){ value->p + 1, size }, buf);
}

void entry_gpo(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], id[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_GPO);
    if (!put_identity(v, &row, GPO_GUID, GPO_DN, guid)) {
        return;
    }
    if (guid_in_braces(view_value(v, A_CN), id)) {
        row_text(&row, GPO_ID, id);
    }
    put_text(v, &row, GPO_NAME, A_DISPLAY_NAME);
    put_text(v, &row, GPO_PATH, A_GPO_PATH);
    put_int(v, &row, GPO_VERSION, A_GPO_VERSION);
    put_int(v, &row, GPO_FLAGS, A_GPO_FLAGS);
    put_long(v, &row, GPO_MACHINE, A_GPO_MACHINE);
    put_long(v, &row, GPO_USER, A_GPO_USER);
    put_text(v, &row, GPO_FILTER, A_GPO_FILTER);
    put_date(v, &row, GPO_CREATED, A_WHEN_CREATED);
    put_date(v, &row, GPO_CHANGED, A_WHEN_CHANGED);
    view_put(v, &row);
}

void entry_silo(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    bool is_silo = view_is_class(v, "msDS-AuthNPolicySilo");
    if (!is_silo && !view_is_class(v, "msDS-AuthNPolicy")) {
        return; /* the containers above them */
    }
    row_begin(&row, ROW_TABLE_SILO);
    if (!put_identity(v, &row, SILO_GUID, SILO_DN, guid)) {
        return;
    }
    row_text(&row, SILO_KIND, is_silo ? "silo" : "policy");
    put_text(v, &row, SILO_NAME, A_CN);
    put_bool(v, &row, SILO_ENFORCED, is_silo ? A_SILO_ENFORCED : A_SILO_POLICY_ENFORCED);
    put_int(v, &row, SILO_TGT, A_USER_TGT_LIFETIME);
    if (view_has(v, A_USER_FROM) || !v->c->unasked[A_USER_FROM]) {
        row_bool(&row, SILO_FROM, view_has(v, A_USER_FROM));
    }
    view_put(v, &row);
}
