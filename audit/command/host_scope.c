/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/host_scope.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_HOSTS 65536U

static bool is_excluded(const struct site *site, const char *name, const struct ip_address *address)
{
    for (size_t i = 0; i < site->hosts.exclude_count; i++) {
        if (host_spec_covers(&site->hosts.exclude[i], name, address)) {
            return true;
        }
    }
    return false;
}

static enum rc add(struct arena *a, struct host_scope *s, const struct host_entry *entry,
                   struct err *err)
{
    if (s->count == MOST_HOSTS) {
        return err_setf(
            err, RC_LIMIT,
            "more than %u hosts are in scope: name those that matter, and run several audits",
            MOST_HOSTS);
    }
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 256;
        struct host_entry *list = arena_array(a, room, sizeof(*list));
        if (!list) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (s->count > 0) {
            memcpy(list, s->entries, s->count * sizeof(*list));
        }
        s->entries = list;
        s->room = room;
    }
    s->entries[s->count++] = *entry;
    return RC_OK;
}

/* Names compare without case: they are kept in lower case. NULL for text that is no host name. */
static const char *host_name(struct arena *a, const char *text)
{
    struct host_spec spec;
    struct err ignored;
    char *name = text ? arena_strdup(a, text) : NULL;
    for (char *p = name; p && *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return name && host_spec_parse(name, &spec, &ignored) == RC_OK && spec.kind == HOST_SPEC_NAME
               ? name
               : NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct host_entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (order != 0) {
        return order;
    }
    /* What the directory knows comes first, and stays; what was named goes before what a range happens to hold. */
    int known = (y->account_guid != NULL) - (x->account_guid != NULL);
    return known != 0 ? known
                      : (strcmp(x->origin, "range") == 0) - (strcmp(y->origin, "range") == 0);
}

static void sort_and_unite(struct host_scope *s)
{
    size_t kept = 0;
    if (s->count > 0) {
        qsort(s->entries, s->count, sizeof(*s->entries), by_name);
    }
    for (size_t i = 0; i < s->count; i++) {
        if (kept == 0 || strcmp(s->entries[kept - 1].name, s->entries[i].name) != 0) {
            s->entries[kept++] = s->entries[i];
        }
    }
    s->count = kept;
}

static enum rc add_computer(struct arena *a, struct host_scope *s, sqlite3_stmt *q, struct err *err)
{
    const char *name = host_name(a, (const char *)sqlite3_column_text(q, 0));
    const char *guid = arena_strdup(a, (const char *)sqlite3_column_text(q, 1));
    if (!guid) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct host_entry e = { .name = name,
                            .origin = "directory",
                            .account_guid = guid,
                            .is_controller = sqlite3_column_type(q, 2) == SQLITE_NULL
                                                 ? -1
                                                 : sqlite3_column_int(q, 2) };
    return name ? add(a, s, &e, err) : RC_OK;
}

/* Enabled computers that were used or made lately. One that tells neither a DNS name nor a system is a record and no machine; one
 * without a DNS name is asked by its account name in its domain. */
static enum rc add_directory(const struct site *site, struct store *store, filetime now,
                             struct arena *a, struct host_scope *s, struct err *err)
{
    static const char sql[] =
        "SELECT coalesce(a.dns_name, rtrim(a.sam_name, '$') || coalesce('.' || (SELECT dns_name FROM domain_head), '')),"
        "  a.guid, (a.uac & 0x2000) <> 0 OR (a.uac & 0x4000000) <> 0"
        " FROM account a WHERE a.kind = 'computer' AND (a.uac IS NULL OR a.uac & 2 = 0)"
        "  AND (a.dns_name IS NOT NULL OR (a.os IS NOT NULL AND a.sam_name IS NOT NULL))"
        "  AND (max(coalesce(a.logon_timestamp, 0), coalesce(a.created_at, 0)) > ?1"
        "    OR (a.logon_timestamp IS NULL AND a.created_at IS NULL) OR a.uac & 0x2000 <> 0)";
    sqlite3 *db = store_handle(store);
    sqlite3_stmt *q = NULL;
    enum rc rc = RC_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the computers: %s", sqlite3_errmsg(db));
    }
    (void)sqlite3_bind_int64(q, 1, now - (filetime)site->hosts.inactive_days * FILETIME_DAY);
    while (rc == RC_OK && sqlite3_step(q) == SQLITE_ROW) {
        rc = add_computer(a, s, q, err);
    }
    (void)sqlite3_finalize(q);
    return rc;
}

/* What the directory knows of a host that the operator names. */
static enum rc find_account(sqlite3_stmt *q, struct arena *a, struct host_entry *e, struct err *err)
{
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, e->name, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW) {
        e->account_guid = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
        e->is_controller = sqlite3_column_type(q, 1) == SQLITE_NULL ? -1 : sqlite3_column_int(q, 1);
        return e->account_guid ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    }
    return RC_OK;
}

static enum rc add_names(struct store *store, const struct host_spec *specs, size_t count,
                         const char *origin, struct arena *a, struct host_scope *s, struct err *err)
{
    static const char sql[] =
        "SELECT guid, (uac & 0x2000) <> 0 OR (uac & 0x4000000) <> 0 FROM account"
        " WHERE kind = 'computer' AND dns_name = ?1 COLLATE NOCASE";
    sqlite3 *db = store_handle(store);
    sqlite3_stmt *q = NULL;
    enum rc rc = RC_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot find computers: %s", sqlite3_errmsg(db));
    }
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        const char *name = specs[i].kind == HOST_SPEC_NAME ? host_name(a, specs[i].text) : NULL;
        struct host_entry e = { .name = name, .origin = origin, .is_controller = -1 };
        if (name) {
            rc = find_account(q, a, &e, err);
            rc = rc == RC_OK ? add(a, s, &e, err) : rc;
        }
    }
    (void)sqlite3_finalize(q);
    return rc;
}

static bool directory_was_read(struct store *store)
{
    sqlite3_stmt *q = NULL;
    bool read = false;
    if (sqlite3_prepare_v2(
            store_handle(store),
            "SELECT 1 FROM coverage WHERE source = 'ldap.computer' AND state = 'complete'", -1, &q,
            NULL) == SQLITE_OK) {
        read = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return read;
}

enum rc host_scope_names(const struct site *site, struct store *store, filetime now,
                         struct arena *a, struct host_scope *ret, const char **ret_problem,
                         struct err *err)
{
    const struct site_hosts *h = &site->hosts;
    size_t kept = 0;
    *ret = (struct host_scope){ 0 };
    *ret_problem = NULL;
    TRY(store_commit(store, err));
    if (h->from_directory) {
        TRY(add_directory(site, store, now, a, ret, err));
        if (!directory_was_read(store)) {
            *ret_problem = "the computers of the directory were not all read";
        }
    }
    TRY(add_names(store, h->include, h->include_count, "site", a, ret, err));
    TRY(add_names(store, h->listed, h->listed_count, "file", a, ret, err));
    sort_and_unite(ret);
    for (size_t i = 0; i < ret->count; i++) {
        if (!is_excluded(site, ret->entries[i].name, NULL)) {
            ret->entries[kept++] = ret->entries[i];
        }
    }
    ret->count = kept;
    return RC_OK;
}

/* The addresses at which hosts were found already, sorted. */
struct found {
    struct ip_address *list;
    size_t count;
};

static int by_address(const void *a, const void *b)
{
    return ip_compare(a, b);
}

static enum rc find_addresses(struct store *store, struct arena *a, struct found *ret,
                              struct err *err)
{
    sqlite3 *db = store_handle(store);
    sqlite3_stmt *q = NULL;
    ret->list = arena_array(a, MOST_HOSTS, sizeof(*ret->list));
    ret->count = 0;
    if (!ret->list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (sqlite3_prepare_v2(db, "SELECT DISTINCT address FROM host_port WHERE address <> host", -1,
                           &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list addresses: %s", sqlite3_errmsg(db));
    }
    while (ret->count < MOST_HOSTS && sqlite3_step(q) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(q, 0);
        ret->count += text && ip_parse(text, &ret->list[ret->count]);
    }
    (void)sqlite3_finalize(q);
    if (ret->count > 0) {
        qsort(ret->list, ret->count, sizeof(*ret->list), by_address);
    }
    return RC_OK;
}

static bool is_found(const struct found *f, const struct ip_address *address)
{
    return f->count > 0 && bsearch(address, f->list, f->count, sizeof(*address), by_address);
}

static enum rc add_addresses(const struct site *site, const struct host_spec *spec,
                             const char *origin, const struct found *found, struct arena *a,
                             struct host_scope *s, struct err *err)
{
    struct ip_address at = spec->first;
    char text[IP_TEXT_MAX];
    bool more = true;
    for (uint64_t n = ip_count(&spec->first, &spec->last); n > 0 && more; n--) {
        if (!is_excluded(site, NULL, &at) && !is_found(found, &at)) {
            const char *name = arena_strdup(a, ip_text(&at, text));
            struct host_entry e = { .name = name,
                                    .address = name,
                                    .origin = spec->kind == HOST_SPEC_RANGE ? "range" : origin,
                                    .is_controller = -1 };
            TRY(name ? add(a, s, &e, err) : err_setf(err, RC_NOMEM, "out of memory"));
        }
        more = ip_next(&at);
    }
    return RC_OK;
}

enum rc host_scope_addresses(const struct site *site, struct store *store, struct arena *a,
                             struct host_scope *ret, struct err *err)
{
    const struct site_hosts *h = &site->hosts;
    struct found found;
    *ret = (struct host_scope){ 0 };
    TRY(store_commit(store, err));
    TRY(find_addresses(store, a, &found, err));
    for (size_t i = 0; i < h->include_count; i++) {
        if (h->include[i].kind != HOST_SPEC_NAME) {
            TRY(add_addresses(site, &h->include[i], "site", &found, a, ret, err));
        }
    }
    for (size_t i = 0; i < h->listed_count; i++) {
        if (h->listed[i].kind != HOST_SPEC_NAME) {
            TRY(add_addresses(site, &h->listed[i], "file", &found, a, ret, err));
        }
    }
    sort_and_unite(ret);
    return RC_OK;
}

const struct host_entry *host_scope_find(const struct host_scope *s, const char *name)
{
    const struct host_entry key = { .name = name };
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(key.name, s->entries[middle].name);
        if (order == 0) {
            return &s->entries[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
