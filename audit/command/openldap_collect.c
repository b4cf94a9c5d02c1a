/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers that are not Active Directory: OpenLDAP and FreeIPA, each with a login of its own.
 * An access log is a log like others (event_logs.h), but no file: the server's worker reads it over LDAP. Here it gets its number before,
 * and its host after. */
#include "audit/command/openldap_collect.h"

#include <inttypes.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/coverage_row.h"
#include "audit/command/directory_task.h"
#include "audit/command/event_logs.h"

#define WHAT "list the access logs" /* in messages */

#define LOG "ldap.accesslog"

static const char *const openldap_sources[] = {
    "ldap.rootdse", "ldap.ppolicy", LOG, "ldap.password_policy", "ldap.otp", "ldap.directory_group"
};
static const char *const ipa_sources[] = { "ldap.rootdse", "ldap.ipa", "ldap.directory_group" };

static const struct other_directory openldap = {
    .key = "openldap",
    .name = "OpenLDAP",
    .none = "the site file names no OpenLDAP server",
    .sources = openldap_sources,
    .count = ARRAY_LEN(openldap_sources),
};
static const struct other_directory freeipa = {
    .key = "freeipa",
    .name = "FreeIPA",
    .none = "the site file names no FreeIPA server",
    .sources = ipa_sources,
    .count = ARRAY_LEN(ipa_sources),
};

const struct other_directory *other_directory_of(const struct site *site,
                                                 const struct site *servers)
{
    return servers == site->freeipa ? &freeipa : &openldap;
}

static bool is_in(const struct other_directory *d, const char *source)
{
    for (size_t i = 1; i < d->count; i++) { /* the first is the rootDSE, which all have */
        if (strcmp(d->sources[i], source) == 0) {
            return true;
        }
    }
    return false;
}

bool openldap_is_source(const char *source)
{
    return is_in(&openldap, source) || is_in(&freeipa, source);
}

struct reading {
    const struct other_directory *kind;
    const struct site_server *server;
    int64_t log; /* 0 = it is not asked for */
};

/* Removes what there is of the server's log; with `unread` only when nothing was read of it. */
static enum rc forget(struct store *store, const char *host, bool unread, struct arena *a,
                      struct err *err)
{
    static const char sql[] =
        "SELECT path FROM event_log WHERE form = 'accesslog' AND origin = ?1 AND (?2 = 0 OR records IS NULL) LIMIT 1";
    for (;;) {
        sqlite3_stmt *q AUTO(store_statement_done) = NULL;
        TRY(store_prepare(store, WHAT, sql, &q, err));
        (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(q, 2, unread);
        if (sqlite3_step(q) != SQLITE_ROW) {
            return RC_OK;
        }
        const char *path = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
        (void)sqlite3_reset(q);
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(event_logs_forget(store, host, path, err));
    }
}

/* The row is there before the worker is, so that no number is given twice. */
static enum rc number(struct store *store, const char *host, int64_t *ret, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct row row;
    TRY(store_prepare(store, WHAT, "SELECT coalesce(max(log), 0) + 1 FROM event_log", &q, err));
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(err, RC_IO, "cannot list the access logs: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    *ret = sqlite3_column_int64(q, 0);
    row_begin(&row, ROW_TABLE_EVENTLOG);
    row_int(&row, EVENTLOG_LOG, *ret);
    row_text(&row, EVENTLOG_ORIGIN, host);
    row_text(&row, EVENTLOG_PATH, "accesslog");
    row_text(&row, EVENTLOG_FORM, "accesslog");
    row_bool(&row, EVENTLOG_WHOLE, false);
    TRY(row_check(&row, err));
    TRY(store_put(store, &row, err));
    return store_commit(store, err);
}

/* What was typed where a name belongs may be a password: of failed logons only the names of accounts that were read stay. */
static enum rc forget_typed(struct store *store, int64_t log, struct err *err)
{
    static const char sql[] =
        "UPDATE logon_event SET account_name = NULL WHERE log = ?1"
        " AND lower(account_name) NOT IN (SELECT lower(dn) FROM ppolicy_account)";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    /* What is overwritten shall not stay in the file either. */
    TRY(store_exec(store_handle(store), "PRAGMA secure_delete = ON", err));
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, log);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot forget what was typed as a name: %s",
                          sqlite3_errmsg(store_handle(store)));
}

static enum rc settle(struct store *store, const struct reading *r, struct arena *a,
                      struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_commit(store, err));
    TRY(forget(store, r->server->host, true, a, err));
    TRY(forget_typed(store, r->log, err));
    TRY(store_prepare(store, WHAT, "UPDATE event_log SET host = ?2 WHERE log = ?1", &q, err));
    (void)sqlite3_bind_int64(q, 1, r->log);
    (void)sqlite3_bind_text(q, 2, r->server->host, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write down whose an access log is: %s",
                          sqlite3_errmsg(store_handle(store)));
}

static enum rc make_task(const struct site *site, const struct secret *secret, filetime now,
                         struct store *store, struct reading *r, struct arena *a, struct task *ret,
                         size_t *ret_open, struct err *err)
{
    const char *host = r->server->host;
    *ret_open = 0;
    TRY(directory_task(site, r->server, secret, now, a, ret, err));
    /* Another directory's account, which is tried once only. */
    TRY(task_add(ret, "gate", "none", err));
    for (size_t i = 0; i < r->kind->count; i++) {
        const char *source = r->kind->sources[i];
        if (store_is_complete(store, source, host)) {
            continue;
        }
        TRY(directory_task_source(ret, source, err));
        ++*ret_open;
        if (strcmp(source, LOG) == 0) {
            TRY(forget(store, host, false, a, err));
            TRY(number(store, host, &r->log, err));
        }
    }
    const char *log = r->log > 0 ? arena_printf(a, "%" PRId64, r->log) : NULL;
    if (r->log > 0 && !log) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(log ? task_add(ret, "log", log, err) : RC_OK);
    TRY(task_add(ret, "origin", host, err));
    TRY(site->base ? task_add(ret, "base", site->base, err) : RC_OK);
    return site->accesslog ? task_add(ret, "accesslog", site->accesslog, err) : RC_OK;
}

/* Servers from `first` on, after a refusal; what an earlier run has read of them stays read. */
static enum rc cover_others(const struct site *site, const struct other_directory *d, size_t first,
                            struct store *store, struct err *err)
{
    for (size_t i = first; i < site->server_count; i++) {
        const char *host = site->servers[i].host;
        for (size_t k = 0; k < d->count; k++) {
            if (!store_is_complete(store, d->sources[k], host)) {
                TRY(command_coverage(store, d->sources[k], host, "denied", rc_word(RC_DENIED),
                                     "not tried: another server refused the login", err));
            }
        }
    }
    return RC_OK;
}

/* One after the other until one has taken the login: a wrong password is tried once only. */
static enum rc read_all(const struct site *site, const struct other_directory *d,
                        const struct secret *secret, filetime now, struct store *store,
                        struct supervisor *supervisor, struct arena *a, bool *ret_any,
                        struct err *err)
{
    for (size_t i = 0; i < site->server_count; i++) {
        struct reading r = { .kind = d, .server = &site->servers[i] };
        struct task task;
        struct task_end end = { .rc = RC_OK };
        size_t open = 0;
        TRY(make_task(site, secret, now, store, &r, a, &task, &open, err));
        if (open == 0) {
            *ret_any = true;
            continue;
        }
        TRY(supervisor_run(supervisor, &task, 1, &end, err));
        TRY(r.log > 0 ? settle(store, &r, a, err) : RC_OK);
        *ret_any = *ret_any || end.rc == RC_OK || end.rows > 0;
        if (end.rc != RC_OK) {
            log_line(LOG_WARN, "%s: %s", r.server->host,
                     command_detail(r.server->host, end.detail));
        }
        if (end.rc == RC_DENIED) {
            log_line(LOG_WARN, "the other %s servers are not tried with a login that was refused",
                     d->name);
            TRY(cover_others(site, d, i + 1, store, err));
            break;
        }
    }
    return event_logs_settle(store, err);
}

static enum rc read_kind(const struct site *servers, const struct other_directory *d,
                         const struct secret *secret, filetime now, struct store *store,
                         struct supervisor *supervisor, struct arena *a, bool *ret_any,
                         struct err *err)
{
    if (servers) {
        return read_all(servers, d, secret, now, store, supervisor, a, ret_any, err);
    }
    for (size_t i = 1; i < d->count; i++) {
        TRY(command_coverage(store, d->sources[i], d->key, "absent", rc_word(RC_ABSENT), d->none,
                             err));
    }
    return RC_OK;
}

enum rc openldap_collect(const struct site *site, const struct other_secrets *secrets, filetime now,
                         struct store *store, struct supervisor *supervisor, bool *ret_any,
                         struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(read_kind(site->openldap, &openldap, secrets->openldap, now, store, supervisor, a, ret_any,
                  err));
    TRY(read_kind(site->freeipa, &freeipa, secrets->freeipa, now, store, supervisor, a, ret_any,
                  err));
    return store_commit(store, err);
}
