/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trusts, domain controllers as replication knows them, and sites. */
#include <string.h>

#include "audit/decode/entry_view.h"

void entry_trust(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_TRUST);
    if (!put_identity(v, &row, TRUST_GUID, TRUST_DN, guid)) {
        return;
    }
    put_text(v, &row, TRUST_PARTNER, A_TRUST_PARTNER);
    put_text(v, &row, TRUST_FLAT, A_TRUST_FLAT);
    if (view_sid(v, A_TRUST_SID, sid)) {
        row_text(&row, TRUST_SID, sid);
    }
    put_int(v, &row, TRUST_DIRECTION, A_TRUST_DIRECTION);
    put_int(v, &row, TRUST_TYPE, A_TRUST_TYPE);
    put_int(v, &row, TRUST_ATTRIBUTES, A_TRUST_ATTRIBUTES);
    put_int(v, &row, TRUST_ENCRYPTION, A_ENCRYPTION);
    put_date(v, &row, TRUST_CREATED, A_WHEN_CREATED);
    put_date(v, &row, TRUST_CHANGED, A_WHEN_CHANGED);
    view_put(v, &row);
    entry_metadata(v, guid);
}

/* What a server object tells about the NTDS Settings object below it. */
struct directory_server {
    struct directory_server *next;
    const char *dn;
    const char *dns_name;    /* may be NULL */
    const char *computer_dn; /* may be NULL */
};

static void complete_agent(struct row *row, const struct directory_server *s)
{
    row_text(row, DSA_DNS_NAME, s->dns_name);
    row_text(row, DSA_COMPUTER_DN, s->computer_dn);
}

static bool agent_of(const struct row *row, const struct directory_server *s)
{
    const struct row_value *dn = &row->v[DSA_SERVER_DN];
    return dn->kind == ROW_STRING && dn_equal(dn->text, dn->size, s->dn, strlen(s->dn));
}

void entry_dsa(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], invocation[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_DSA);
    if (!put_identity(v, &row, DSA_GUID, DSA_DN, guid)) {
        return;
    }
    /* CN=NTDS Settings,CN=<server>,CN=Servers,CN=<site>,CN=Sites,… */
    size_t n = 0;
    const char *p = dn_parent(row.v[DSA_DN].text, row.v[DSA_DN].size, &n);
    if (n > 0) {
        row_textn(&row, DSA_SERVER_DN, p, n);
        p = dn_parent(p, n, &n);
        p = dn_parent(p, n, &n);
        size_t site = 0;
        const char *name = dn_rdn_value(p, n, &site);
        row_textn(&row, DSA_SITE, site > 0 ? name : NULL, site);
    }
    if (view_guid(v, A_INVOCATION_ID, invocation)) {
        row_text(&row, DSA_INVOCATION, invocation);
    }
    put_int(v, &row, DSA_OPTIONS, A_OPTIONS);
    put_int(v, &row, DSA_LEVEL, A_BEHAVIOR);
    if (view_has(v, A_OBJECT_CLASS)) {
        row_bool(&row, DSA_READ_ONLY, view_is_class(v, "nTDSDSARO"));
    }
    for (const struct directory_server *s = v->c->servers; s; s = s->next) {
        if (agent_of(&row, s)) {
            complete_agent(&row, s);
            break;
        }
    }
    view_put(v, &row);
    (void)row_keep(v, &v->c->agents, &row, DSA_GUID);
}

static const char *kept_cell(struct entry_view *v, const struct row *row, int column)
{
    const struct row_value *cell = &row->v[column];
    const char *copy = NULL;
    if (cell->kind == ROW_STRING) {
        copy = arena_strndup(v->c->kept, cell->text, cell->size);
        if (!copy) {
            view_nomem(v);
        }
    }
    return copy;
}

void entry_server(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_DSA); /* only as a place for the texts */
    struct directory_server *s = arena_alloc(v->c->kept, sizeof(*s));
    if (!s) {
        view_nomem(v);
        return;
    }
    if (!put_identity(v, &row, DSA_GUID, DSA_DN, guid)) {
        return;
    }
    put_text(v, &row, DSA_DNS_NAME, A_DNS_HOST_NAME);
    put_dn(v, &row, DSA_COMPUTER_DN, A_SERVER_REFERENCE);
    s->dn = kept_cell(v, &row, DSA_DN);
    s->dns_name = kept_cell(v, &row, DSA_DNS_NAME);
    s->computer_dn = kept_cell(v, &row, DSA_COMPUTER_DN);
    if (!s->dn) {
        return;
    }
    s->next = v->c->servers;
    v->c->servers = s;
    for (struct kept_row *k = v->c->agents; k; k = k->next) {
        if (agent_of(&k->row, s)) {
            complete_agent(&k->row, s);
            view_put(v, &k->row);
        }
    }
}

void entry_site(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_SITE);
    if (!put_identity(v, &row, SITE_GUID, SITE_DN, guid)) {
        return;
    }
    put_text(v, &row, SITE_NAME, A_CN);
    view_put(v, &row);
    entry_links(v, "site");
}
