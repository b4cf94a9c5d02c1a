/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/shard.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/wr.h"
#include "audit/command/command.h"
#include "audit/command/coverage_row.h"

enum rc shard_parse(const char *text, struct shard *ret, struct err *err)
{
    *ret = (struct shard){ 0 };
    if (!text) {
        return RC_OK;
    }
    const char *slash = strchr(text, '/');
    int64_t number = 0, count = 0;
    if (!slash || !num_i64(text, (size_t)(slash - text), &number) ||
        !num_i64(slash + 1, strlen(slash + 1), &count) || count < 1 || count > SHARD_MOST ||
        number < 1 || number > count) {
        return err_setf(
            err, RC_USAGE,
            "--shard is \"%s\": write which of how many, from 1/2 to %u/%u (2/4 is the second of four)",
            text, SHARD_MOST, SHARD_MOST);
    }
    if (count > 1) {
        *ret = (struct shard){ .number = (uint32_t)number, .count = (uint32_t)count };
    }
    return RC_OK;
}

uint32_t shard_of(const struct shard *s, const char *host, bool is_controller)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    if (s->count < 2 || is_controller) {
        return 1;
    }
    for (const char *p = host; *p; p++) {
        unsigned char c = (unsigned char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        h = (h ^ c) * UINT64_C(1099511628211);
    }
    h ^= h >> 32; /* the low bits alone say little of short names */
    return (uint32_t)(h % s->count) + 1;
}

bool shard_owns(const struct shard *s, const char *host, bool is_controller)
{
    return s->count < 2 || shard_of(s, host, is_controller) == s->number;
}

bool shard_is_follower(const struct shard *s)
{
    return s->number > 1;
}

enum rc shard_leave(const struct shard *s, struct store *store, const char *source,
                    const char *target, uint32_t owner, struct err *err)
{
    char detail[64];
    (void)snprintf(detail, sizeof(detail), "left to shard %u of %u", owner, s->count);
    return command_coverage(store, source, target, "not_collected", SHARD_REASON, detail, err);
}

/* Fields end with a line end, which none of them holds, so that no two scopes read alike. */
static void add_specs(struct wr *w, const char *what, const struct host_spec *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wr_printf(w, "%s %s\n", what, list[i].text);
    }
}

static void add_servers(struct wr *w, const char *what, const struct site *site)
{
    for (size_t i = 0; site && i < site->server_count; i++) {
        wr_printf(w, "%s %s %u\n", what, site->servers[i].host, site->servers[i].port);
    }
}

static void describe(struct wr *w, const struct shard *s, const struct site *site,
                     const struct collect_options *o, const char *const *wanted, size_t count)
{
    const struct site_hosts *h = &site->hosts;
    wr_printf(w, "kagimori %s\nshards %u\n", KAGIMORI_VERSION, s->count);
    wr_printf(w, "organisation %s\n%s\n", site->organisation_en ? site->organisation_en : "",
              site->organisation_ja ? site->organisation_ja : "");
    add_servers(w, "server", site);
    add_servers(w, "openldap", site->openldap);
    add_servers(w, "freeipa", site->freeipa);
    wr_printf(w, "discover %d directory %d %u login %d\n", site->discover, h->from_directory,
              h->inactive_days, h->has_login);
    add_specs(w, "include", h->include, h->include_count);
    add_specs(w, "listed", h->listed, h->listed_count);
    add_specs(w, "exclude", h->exclude, h->exclude_count);
    for (size_t i = 0; i < h->rdp_port_count; i++) {
        wr_printf(w, "rdp %u\n", h->rdp_ports[i]);
    }
    for (size_t i = 0; i < site->named_count; i++) {
        wr_printf(w, "named %s %s\n", site->named[i].purpose, site->named[i].entry);
    }
    wr_printf(w, "registry %d cache %d logs %s\n", o->remote_registry, o->policy_cache,
              o->event_logs ? o->event_logs : "");
    for (size_t i = 0; i < count; i++) {
        wr_printf(w, "source %s\n", wanted[i]);
    }
}

static enum rc set_of(const struct shard *s, const struct site *site,
                      const struct collect_options *o, const char *const *wanted, size_t count,
                      char ret[33], struct err *err)
{
    struct wr w AUTO(wr_done);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    wr_init(&w, 64U << 20);
    describe(&w, s, site, o, wanted, count);
    if (w.bad || EVP_Digest(w.data, w.size, hash, &size, EVP_sha256(), NULL) != 1) {
        return err_setf(err, RC_NOMEM, "no memory for the scope of the shard");
    }
    for (size_t i = 0; i < 16; i++) {
        (void)snprintf(ret + 2 * i, 3, "%02x", hash[i]);
    }
    return RC_OK;
}

/* The evidence says something else already. */
static bool differs(struct store *store, const char *name, const char *value)
{
    char known[64];
    store_info_get(store_handle(store), name, known, sizeof(known));
    return known[0] && strcmp(known, value) != 0;
}

enum rc shard_tell(const struct shard *s, const struct site *site,
                   const struct collect_options *options, const char *const *wanted, size_t count,
                   struct store *store, struct err *err)
{
    char set[33] = "", number[32] = "", known[64];
    store_info_get(store_handle(store), "shard", known, sizeof(known));
    if (s->count < 2) {
        return known[0] ? err_setf(err, RC_USAGE,
                                   "this evidence is shard %s: go on with it by --shard %s", known,
                                   known)
                        : RC_OK;
    }
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "tell the shard", "SELECT 1 FROM worker_run LIMIT 1", &q, err));
    if (!known[0] && sqlite3_step(q) == SQLITE_ROW) {
        return err_setf(err, RC_USAGE,
                        "this evidence is of a whole audit: go on with it without --shard");
    }
    (void)snprintf(number, sizeof(number), "%u/%u", s->number, s->count);
    TRY(set_of(s, site, options, wanted, count, set, err));
    if (differs(store, "shard", number) || differs(store, "shard_set", set)) {
        return err_setf(
            err, RC_USAGE,
            "this evidence is of another shard, or the site file or an option has changed since: start it anew");
    }
    TRY(store_info_set(store, "shard", number, err));
    TRY(store_info_set(store, "shard_set", set, err));
    return store_commit(store, err);
}

enum rc shard_divide(const struct shard *s, struct host_scope *scope, struct store *store,
                     struct arena *a, struct host_scope *ret_own, struct err *err)
{
    static const char *const sources[] = { "net.port", "smb.machine" };
    *ret_own = *scope;
    if (s->count < 2) {
        return RC_OK;
    }
    struct host_entry *own = arena_array(a, scope->count + 1, sizeof(*own));
    if (!own) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret_own = (struct host_scope){ .entries = own, .room = scope->count + 1 };
    for (size_t i = 0; i < scope->count; i++) {
        const struct host_entry *e = &scope->entries[i];
        uint32_t owner = shard_of(s, e->name, e->is_controller == 1);
        if (owner == s->number) {
            own[ret_own->count++] = *e;
            continue;
        }
        /* Of a range nobody knows yet whether there is a host. */
        for (size_t k = 0; strcmp(e->origin, "range") != 0 && k < ARRAY_LEN(sources); k++) {
            TRY(shard_leave(s, store, sources[k], e->name, owner, err));
        }
    }
    return store_commit(store, err);
}
