/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/policy_files.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/coverage_row.h"
#include "audit/command/directory_task.h"
#include "audit/supervise/outbox.h"

#define SOURCE "policy.file"
#define RIGHTS "policy.file_right" /* who may change them, from the same bundle */

/* Silence of a worker that reads a large file over a slow line, or decodes one. */
#define SILENCE_S 120

/* First column of the first row in the arena; NULL when there is none. */
static const char *first_text(const struct policy_files *p, const char *sql, const char *parameter)
{
    sqlite3_stmt *q = NULL;
    const char *text = NULL;
    if (sqlite3_prepare_v2(store_handle(p->store), sql, -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, parameter, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL) {
            text = arena_strdup(p->arena, (const char *)sqlite3_column_text(q, 0));
        }
    }
    (void)sqlite3_finalize(q);
    return text;
}

/* "DC=hospital,DC=example" → "hospital.example"; NULL for anything else. */
static const char *dns_of(struct arena *a, const char *dn)
{
    char *name = arena_alloc(a, strlen(dn) + 1);
    size_t n = 0;
    while (name && *dn) {
        size_t size = strcspn(dn, ",");
        if (size < 4 || strncasecmp(dn, "DC=", 3) != 0) {
            return NULL;
        }
        for (size_t i = 3; i < size; i++) {
            bool is_plain =
                isascii(dn[i]) && (isalnum((unsigned char)dn[i]) || dn[i] == '-' || dn[i] == '_');
            if (!is_plain) {
                return NULL;
            }
            name[n++] = dn[i];
        }
        dn += size + (dn[size] == ',');
        name[n++] = *dn ? '.' : '\0';
    }
    return n > 0 ? name : NULL;
}

/* The domain that the servers say they hold. */
static const char *domain_name(const struct policy_files *p, const char *host)
{
    const char *dn = first_text(
        p,
        "SELECT domain_dn FROM directory_server WHERE domain_dn IS NOT NULL ORDER BY host = ?1 DESC LIMIT 1",
        host);
    return dn ? dns_of(p->arena, dn) : NULL;
}

static enum rc put_coverage(const struct policy_files *p, const char *host, const char *state,
                            const char *reason, const char *detail, struct err *err)
{
    TRY(command_coverage(p->store, SOURCE, host, state, reason, detail, err));
    TRY(command_coverage(p->store, RIGHTS, host, state, reason, detail, err));
    return store_commit(p->store, err);
}

/* Where no file came, nobody spoke of their rights either. */
static enum rc cover_rights(const struct policy_files *p, struct err *err)
{
    static const char sql[] =
        "INSERT INTO coverage (source, target, state, reason, detail, started_at, finished_at)"
        " SELECT '" RIGHTS
        "', f.target, f.state, f.reason, f.detail, f.started_at, f.finished_at FROM coverage f"
        " WHERE f.source = '" SOURCE
        "' AND NOT EXISTS (SELECT 1 FROM coverage r WHERE r.source = '" RIGHTS
        "' AND r.target = f.target)";
    TRY(store_commit(p->store, err));
    TRY(store_exec(store_handle(p->store), sql, err));
    return store_commit(p->store, err);
}

static enum rc add(struct task *t, const char *key, const char *value, struct err *err)
{
    return value ? task_add(t, key, value, err) : RC_OK;
}

static enum rc fetch_task(const struct policy_files *p, const struct site_server *server,
                          const char *domain, const struct secret *pack, struct task *t,
                          struct err *err)
{
    const struct site *site = p->site;
    *t = (struct task){ .role = "kagimori-smb",
                        .target = server->host,
                        .secret = pack,
                        .artifact = -1,
                        .deadline_s = site->task_deadline_s,
                        .silence_s = SILENCE_S };
    TRY(add(t, "source", SOURCE, err));
    TRY(add(t, "host", server->host, err));
    TRY(add(t, "address", server->address, err));
    TRY(add(t, "domain", domain, err));
    return directory_task_logon(t, site, p->arena, err);
}

static enum rc pack_login(const struct policy_files *p, struct secret **ret, struct err *err)
{
    struct secret *empty AUTO(secret_freep) = secret_new("", 0);
    const struct secret *parts[] = { p->login ? p->login : empty };
    return empty ? secret_pack(parts, 1, ret, err) : err_setf(err, RC_NOMEM, "out of memory");
}

/* ---- decoding ---- */

static enum rc decode(const struct policy_files *p, const char *host, int artifact,
                      const char *only, struct task_end *ret, struct err *err)
{
    struct task *t = arena_alloc(p->arena, sizeof(*t));
    if (!t) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *t = (struct task){ .role = "kagimori-decode",
                        .target = host,
                        .secret = p->key,
                        .artifact = artifact,
                        .deadline_s = p->site->task_deadline_s,
                        .silence_s = SILENCE_S };
    TRY(add(t, "source", SOURCE, err));
    TRY(add(t, "source", RIGHTS, err));
    TRY(add(t, "format", "policy", err));
    TRY(add(t, "origin", host, err));
    TRY(add(t, "only", only, err));
    for (size_t i = 0; i < p->registry_count; i++) {
        TRY(add(t, "registry", p->registry[i], err));
    }
    for (size_t i = 0; i < p->service_count; i++) {
        TRY(add(t, "service", p->services[i], err));
    }
    return supervisor_run(p->supervisor, t, 1, ret, err);
}

/* "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}/" of every policy object, and the scripts, in the arena. The names come from the
 * directory: the supervisor does not look into what was fetched. */
static enum rc list_parts(const struct policy_files *p, const char ***ret, size_t *ret_count,
                          struct err *err)
{
    sqlite3_stmt *q = NULL;
    size_t room = 64;
    const char **list = arena_array(p->arena, room, sizeof(*list));
    if (!list ||
        sqlite3_prepare_v2(
            store_handle(p->store),
            "SELECT DISTINCT upper(gpo_id) FROM policy_object WHERE gpo_id IS NOT NULL ORDER BY 1",
            -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the policies");
    }
    list[0] = "scripts/";
    *ret_count = 1;
    while (list && sqlite3_step(q) == SQLITE_ROW) {
        if (*ret_count == room) {
            const char **more = arena_array(p->arena, 2 * room, sizeof(*list));
            if (more) {
                memcpy(more, list, room * sizeof(*list));
            }
            list = more;
            room *= 2;
        }
        const char *part =
            arena_printf(p->arena, "Policies/{%s}/", (const char *)sqlite3_column_text(q, 0));
        if (list && part) {
            list[(*ret_count)++] = part;
        }
    }
    (void)sqlite3_finalize(q);
    *ret = list;
    return list ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

/* The decoder did not survive something: policy by policy, so that the one that kills it costs itself only. */
static enum rc decode_by_policy(const struct policy_files *p, const char *host, int artifact,
                                const char *why, struct err *err)
{
    const char **parts = NULL;
    size_t count = 0, dead = 0;
    char names[300] = "", detail[480];
    TRY(list_parts(p, &parts, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct task_end end = { .rc = RC_OK };
        TRY(decode(p, host, artifact, parts[i], &end, err));
        if (end.rc != RC_OK) {
            size_t n = strlen(names);
            (void)snprintf(names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "", parts[i]);
            dead++;
        }
    }
    if (dead == 0) {
        (void)snprintf(detail, sizeof(detail),
                       "the decoder failed on a folder that belongs to no policy of the directory "
                       "(%.200s); all others were decoded",
                       why);
    } else {
        (void)snprintf(detail, sizeof(detail), "%zu of %zu parts could not be decoded: %s", dead,
                       count, names);
    }
    log_line(LOG_WARN, "%s: %s", host, detail);
    return put_coverage(p, host, "partial", "crashed", detail, err);
}

/* How the last worker ended: what it says itself is no death, but for memory and limits, which a file may have eaten. */
static bool was_death(const struct policy_files *p, const struct task_end *end)
{
    const char *outcome =
        first_text(p, "SELECT outcome FROM worker_run ORDER BY task DESC LIMIT 1", NULL);
    bool is_said = outcome && strcmp(outcome, "failed") == 0;
    return !is_said || end->rc == RC_NOMEM || end->rc == RC_LIMIT;
}

static enum rc take(const struct policy_files *p, const char *host, int artifact, struct err *err)
{
    struct task_end end = { .rc = RC_OK };
    if (p->keep) {
        TRY(artifact_keep_bundle(p->keep, host, artifact, err));
    }
    TRY(decode(p, host, artifact, NULL, &end, err));
    if (end.rc == RC_OK) {
        return RC_OK;
    }
    log_line(LOG_WARN, "%s: %s", host, command_detail(host, end.detail));
    return was_death(p, &end) ? decode_by_policy(p, host, artifact, end.detail, err) : RC_OK;
}

/* ---- fetching ---- */

/* *ret_done: files came, or no other server is to be asked. */
static enum rc ask(const struct policy_files *p, const struct site_server *server,
                   const char *domain, const struct secret *pack, bool *ret_done, struct err *err)
{
    struct task *t = arena_alloc(p->arena, sizeof(*t));
    struct task_end end = { .rc = RC_OK };
    uint64_t size = 0;
    int fd AUTO_FD = -1;
    if (!t) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(fetch_task(p, server, domain, pack, t, err));
    TRY(outbox_new(&fd, err));
    outbox_attach(t, fd);
    TRY(supervisor_run(p->supervisor, t, 1, &end, err));
    TRY(outbox_seal(fd, &size, err));
    if (end.rc != RC_OK) {
        log_line(LOG_WARN, "%s: SYSVOL: %s", server->host,
                 command_detail(server->host, end.detail));
    }
    /* RC_LIMIT: the credential is not used any more, or the operator stops. */
    *ret_done = end.rc == RC_OK || end.rc == RC_DENIED || end.rc == RC_LIMIT;
    return end.rc == RC_OK && size > 0 ? take(p, server->host, fd, err) : RC_OK;
}

static const char *stopped(const struct policy_files *p, const char **ret_reason)
{
    *ret_reason = "not_collected";
    if (!site_can_log_on(p->site)) {
        return "the site file names the directory's account by its distinguished name, which is no name to "
               "open SYSVOL with: write user: name@domain";
    }
    if (p->refused) {
        *ret_reason = "denied";
        return "the directory refused this login, and it is not tried again";
    }
    return NULL;
}

enum rc policy_files_collect(const struct policy_files *p, const struct site_server *servers,
                             size_t count, struct err *err)
{
    struct secret *pack AUTO(secret_freep) = NULL;
    const char *reason = NULL;
    bool done = false;
    if (count == 0 ||
        first_text(p, "SELECT target FROM coverage WHERE source = ?1 AND state = 'complete'",
                   SOURCE)) {
        return RC_OK;
    }
    const char *why = stopped(p, &reason);
    const char *domain = domain_name(p, servers[0].host);
    if (!why && !domain) {
        reason = "absent";
        why = "no directory server was read, so that the name of the domain is not known";
    }
    if (why) {
        return put_coverage(p, servers[0].host, "not_collected", reason, why, err);
    }
    TRY(pack_login(p, &pack, err));
    for (size_t i = 0; i < count && !done; i++) {
        TRY(ask(p, &servers[i], domain, pack, &done, err));
    }
    return cover_rights(p, err);
}

enum rc policy_files_probe(const struct policy_files *p, const struct site_server *server,
                           const char **ret_detail, struct err *err)
{
    struct secret *pack AUTO(secret_freep) = NULL;
    struct task *t = arena_alloc(p->arena, sizeof(*t));
    struct task_end end = { .rc = RC_OK };
    const char *reason = NULL, *domain = domain_name(p, server->host);
    *ret_detail = stopped(p, &reason);
    if (!t) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (!*ret_detail && !domain) {
        *ret_detail = "the name of the domain is not known";
    }
    if (*ret_detail) {
        return RC_OK;
    }
    TRY(pack_login(p, &pack, err));
    TRY(fetch_task(p, server, domain, pack, t, err));
    TRY(add(t, "probe", "1", err));
    TRY(supervisor_run(p->supervisor, t, 1, &end, err));
    if (end.rc != RC_OK) {
        *ret_detail = arena_strdup(p->arena, command_detail(server->host, end.detail));
        return *ret_detail ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    }
    return RC_OK;
}
