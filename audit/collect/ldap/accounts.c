/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users, computers, managed service accounts, their logons and their replication metadata: one pass over all accounts,
 * because their classes overlap (a gMSA is a computer is a user) and because the server reads each object only once. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/plan.h"
#include "audit/collect/ldap/probe.h"
#include "audit/collect/ldap/reader.h"

/* What was seen of each kind and of what comes with it. */
struct census {
    uint64_t accounts;
    uint64_t kind[SOURCE_COUNT];
    uint64_t metadata;
    struct probe_laps laps;
};

/* One census a process: one task a process, one connection at a time. */
static struct census census;

bool collect_is_account_source(enum ldap_source source)
{
    return source == SOURCE_USER || source == SOURCE_COMPUTER || source == SOURCE_SERVICE ||
           source == SOURCE_LOGON || source == SOURCE_METADATA;
}

static bool wants_accounts(const struct collect *c)
{
    return c->o->wants[SOURCE_USER] || c->o->wants[SOURCE_COMPUTER] || c->o->wants[SOURCE_SERVICE];
}

static bool value_is(const struct entry_value *v, const char *text)
{
    return v->n == strlen(text) && strncasecmp((const char *)v->p, text, v->n) == 0;
}

static enum ldap_source kind_of(const struct entry *entry)
{
    static const char *const managed[] = { "msDS-GroupManagedServiceAccount",
                                           "msDS-ManagedServiceAccount",
                                           "msDS-DelegatedManagedServiceAccount" };
    const struct entry_attribute *classes = entry_find(entry, "objectClass");
    enum ldap_source kind = SOURCE_USER;
    for (size_t i = 0; classes && i < classes->count; i++) {
        if (value_is(&classes->values[i], "computer")) {
            kind = SOURCE_COMPUTER;
        }
        for (size_t k = 0; k < ARRAY_LEN(managed); k++) {
            if (value_is(&classes->values[i], managed[k])) {
                return SOURCE_SERVICE;
            }
        }
    }
    return kind;
}

static void look(struct collect *c, const struct entry *entry)
{
    enum ldap_source kind = kind_of(entry);
    census.accounts++;
    census.kind[kind]++;
    if (kind == SOURCE_COMPUTER) {
        probe_look_for_laps(&census.laps, entry);
    }
    if (wants_accounts(c) && kind != c->doing) {
        c->doing = kind;
        entry_context_source(c->entries, source_name(kind));
    }
    if (entry_find(entry, "replPropertyMetaData") ||
        entry_find(entry, "msDS-ReplAttributeMetaData")) {
        census.metadata++;
    }
}

static bool is_metadata(const char *name)
{
    return strcasecmp(name, "replPropertyMetaData") == 0 ||
           strcasecmp(name, "msDS-ReplAttributeMetaData") == 0;
}

/* Adds the names of from that are wanted and not there yet. */
static bool add(struct collect *c, const char **list, size_t room, const char *const *from)
{
    size_t n = 0;
    while (list[n]) {
        n++;
    }
    for (; *from; from++) {
        bool there = is_metadata(*from) && !c->o->wants[SOURCE_METADATA];
        for (size_t i = 0; i < n && !there; i++) {
            there = strcasecmp(list[i], *from) == 0;
        }
        if (there) {
            continue;
        }
        if (n + 1 >= room) {
            return false;
        }
        list[n++] = *from;
    }
    return true;
}

/* How one of the sources of the pass ended, after the search ended with rc. */
static enum rc judge(struct collect *c, enum ldap_source source, enum rc rc, struct err *err)
{
    if (rc != RC_OK) {
        return rc;
    }
    if (source == SOURCE_METADATA && census.accounts > 0 && census.metadata < census.accounts) {
        if (!c->s.dir.is_ad) {
            return err_setf(err, RC_UNSUPPORTED, "the server keeps no replication metadata");
        }
        return collect_hidden(
            c, err,
            "the replication metadata of %llu of %llu accounts is not readable: grant the audit "
            "account Read All Properties on the domain",
            (unsigned long long)(census.accounts - census.metadata),
            (unsigned long long)census.accounts);
    }
    if (source == SOURCE_LOGON && !c->s.dir.is_ad) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the server is not Active Directory: it has no logon times of its own");
    }
    if (c->outcome[source].objects == 0 && c->s.dir.is_ad && plan_never_empty(source)) {
        return collect_hidden(c, err,
                              "%s: nothing is visible, though every domain has such accounts",
                              source_name(source));
    }
    return RC_OK;
}

static void conclude(struct collect *c, enum rc rc, const struct err *failure)
{
    filetime started = c->outcome[c->doing].started;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        enum ldap_source source = (enum ldap_source)i;
        struct outcome *out = &c->outcome[i];
        struct err e = *failure;
        if (!collect_is_account_source(source) || !c->o->wants[i]) {
            continue;
        }
        out->objects = source == SOURCE_LOGON      ? (c->s.dir.is_ad ? census.accounts : 0)
                       : source == SOURCE_METADATA ? census.metadata
                                                   : census.kind[source];
        out->rc = judge(c, source, rc, &e);
        out->done = true;
        out->started = started;
        out->finished = filetime_now();
        if (out->rc != RC_OK) {
            (void)snprintf(out->detail, sizeof(out->detail), "%s", e.msg);
        }
    }
}

/* Computers alone, of which one shard of an audit only wants to know which there are. */
static bool wants_only_computers(const struct collect *c)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        if (c->o->wants[i] && i != SOURCE_COMPUTER &&
            collect_is_account_source((enum ldap_source)i)) {
            return false;
        }
    }
    return c->o->wants[SOURCE_COMPUTER];
}

/* The searches of the pass: one, but a probe takes a sample of each kind. */
static enum rc fetch(struct collect *c, enum entry_class class, const char *const *attributes,
                     struct err *err)
{
    static const char *const everything[] = { "(objectClass=user)", NULL };
    static const char *const samples[] = { "(&(objectCategory=person)(objectClass=user))",
                                           "(objectClass=computer)",
                                           "(objectClass=msDS-GroupManagedServiceAccount)", NULL };
    static const char *const computers[] = { "(objectClass=computer)", NULL };
    const char *const *all = wants_only_computers(c) ? computers : everything;
    uint64_t objects = 0;
    for (const char *const *filter = c->o->probe ? samples : all; *filter; filter++) {
        struct fetch f = { .class = class,
                           .base = c->s.dir.domain_dn,
                           .scope = LDAP_SCOPE_SUBTREE,
                           .filter = *filter,
                           .attributes = attributes,
                           .look = look };
        TRY(collect_fetch(c, &f, &objects, err));
    }
    if (c->o->probe) {
        probe_say_laps(&census.laps);
    }
    return RC_OK;
}

/* Which secret of a trust another domain controller holds, it tells itself, too: with the accounts, since both stand under one source. */
static enum rc fetch_trust_secrets(struct collect *c, struct err *err)
{
    static const char *const names[] = { "objectGUID", "replPropertyMetaData", NULL };
    uint64_t objects = 0;
    struct fetch f = { .class = ENTRY_LOGON,
                       .base = collect_below(c, "CN=System,", c->s.dir.domain_dn),
                       .scope = LDAP_SCOPE_ONELEVEL,
                       .filter = "(objectClass=trustedDomain)",
                       .attributes = names };
    return collect_fetch(c, &f, &objects, err);
}

enum rc collect_accounts(struct collect *c, struct err *err)
{
    const char *list[128] = { NULL };
    struct err failure = { 0 };
    enum ldap_source first = c->doing;
    bool all = wants_accounts(c);
    census = (struct census){ 0 };
    if ((all && !add(c, list, ARRAY_LEN(list), entry_attributes(ENTRY_ACCOUNT))) ||
        ((c->o->wants[SOURCE_LOGON] || !all) &&
         !add(c, list, ARRAY_LEN(list), entry_attributes(ENTRY_LOGON)))) {
        return err_setf(err, RC_BUG, "too many account attributes");
    }
    enum rc rc = fetch(c, all ? ENTRY_ACCOUNT : ENTRY_LOGON, list, &failure);
    if (rc == RC_OK && !all && c->o->wants[SOURCE_METADATA] && c->s.dir.is_ad && !c->o->probe) {
        rc = fetch_trust_secrets(c, &failure);
    }
    c->doing = first;
    conclude(c, rc, &failure);
    if (rc == RC_IO) {
        *err = failure; /* the sink, not the server */
    }
    return rc == RC_IO ? rc : RC_OK;
}
