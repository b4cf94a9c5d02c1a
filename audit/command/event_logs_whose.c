/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a log is. In the place of a host (a kit, an image, a share) it is that host's, unless its newest events name another computer;
 * alone it is of the computer that they name. Machines are renamed: older events may name another one. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "audit/command/event_logs_parts.h"
#include "audit/command/host_name.h"

#define WHAT "tell whose the event logs are" /* in messages */

#define NETBIOS_MOST   15U /* longer names are cut in account names */
#define COMPUTERS_MOST 64U /* that are looked at, the newest first */

static void bind(sqlite3_stmt *q, int i, const char *text)
{
    if (text) {
        (void)sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC);
    }
}

static const char *column(struct arena *a, sqlite3_stmt *q, int i)
{
    const char *text = (const char *)sqlite3_column_text(q, i);
    return text ? arena_strdup(a, text) : NULL;
}

struct computer {
    const char *name;
    int64_t records;
    filetime first_at, last_at;
};

static enum rc read_log(struct store *store, struct event_log_outcome *ret, struct arena *a,
                        struct err *err)
{
    static const char sql[] =
        "SELECT channel, coalesce(records, 0), coalesce(first_at, 0), coalesce(last_at, 0),"
        " (SELECT count(*) FROM event_computer c WHERE c.log = l.log), coalesce(kept, 0) FROM event_log l WHERE log = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, ret->log);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(err, RC_BUG, "event log %" PRId64 " is not in the evidence", ret->log);
    }
    ret->channel = column(a, q, 0);
    ret->events = (uint64_t)sqlite3_column_int64(q, 1);
    ret->first_at = sqlite3_column_int64(q, 2);
    ret->last_at = sqlite3_column_int64(q, 3);
    ret->computers = (size_t)sqlite3_column_int64(q, 4);
    ret->kept = (uint64_t)sqlite3_column_int64(q, 5);
    return RC_OK;
}

static enum rc read_computers(struct store *store, int64_t log, struct arena *a,
                              struct computer list[COMPUTERS_MOST], size_t *ret_count,
                              struct err *err)
{
    static const char sql[] =
        "SELECT name, records, coalesce(first_at, 0), coalesce(last_at, 0) FROM event_computer"
        " WHERE log = ?1 AND name <> '' ORDER BY coalesce(last_at, 0) DESC, records DESC, computer LIMIT ?2";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, log);
    (void)sqlite3_bind_int64(q, 2, COMPUTERS_MOST);
    *ret_count = 0;
    while (*ret_count < COMPUTERS_MOST && sqlite3_step(q) == SQLITE_ROW) {
        struct computer *c = &list[*ret_count];
        *c = (struct computer){ column(a, q, 0), sqlite3_column_int64(q, 1),
                                sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3) };
        if (!c->name) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        ++*ret_count;
    }
    return RC_OK;
}

/* Names that a renamed machine had follow one another; a clock that is set meanwhile makes them overlap by less than a day, and what it
 * logged before its first name is little. Forwarded events of several machines are mixed. */
static bool is_mixed(const struct computer *list, size_t count)
{
    const struct computer *newest = &list[0];
    for (size_t i = 1; i < count; i++) {
        const struct computer *c = &list[i];
        filetime from = c->first_at > newest->first_at ? c->first_at : newest->first_at;
        filetime overlap = c->last_at - from; /* the newest ends last */
        filetime mine = c->last_at - c->first_at, its = newest->last_at - newest->first_at;
        filetime shorter = mine < its ? mine : its;
        bool is_much = c->records >= newest->records / 10;
        if (overlap > FILETIME_DAY || (overlap > 0 && is_much && overlap >= shorter / 2)) {
            return true;
        }
    }
    return false;
}

static bool is_address(const char *name)
{
    return strchr(name, ':') || name[strspn(name, "0123456789.")] == '\0';
}

/* DNS name, first label, or the account name, which is cut. */
static bool names_fit(const char *name, const char *candidate)
{
    size_t n = strcspn(name, "."), m = strcspn(candidate, ".");
    if (strcasecmp(name, candidate) == 0) {
        return true;
    }
    if (m == NETBIOS_MOST && candidate[m] == '\0' && n > m) {
        n = m;
    }
    return n > 0 && n == m && strncasecmp(name, candidate, n) == 0;
}

/* *ret: 1 = the host may be called so, or was once, as another log of it tells; 0 = it is called otherwise; -1 = no name of it is
 * known. */
static enum rc fits_host(struct store *store, const char *host, const char *name, int64_t log,
                         int *ret, struct err *err)
{
    static const char sql[] =
        "SELECT ?1 UNION SELECT dns_name FROM host_smb WHERE host = ?1"
        " UNION SELECT machine_name FROM host_machine WHERE host = ?1 AND role IS NOT 'controller'"
        " UNION SELECT computer_name FROM machine_file WHERE host = ?1"
        " UNION SELECT a.dns_name FROM host_target t JOIN account a ON a.guid = t.account_guid WHERE t.host = ?1"
        " UNION SELECT rtrim(a.sam_name, '$') FROM host_target t JOIN account a ON a.guid = t.account_guid WHERE t.host = ?1"
        " UNION SELECT c.name FROM event_log l JOIN event_computer c ON c.log = l.log WHERE l.host = ?1 AND l.reason IS NULL"
        "  AND l.log <> ?2";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    *ret = -1;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    bind(q, 1, host);
    (void)sqlite3_bind_int64(q, 2, log);
    while (*ret != 1 && sqlite3_step(q) == SQLITE_ROW) {
        const char *candidate = (const char *)sqlite3_column_text(q, 0);
        if (candidate && candidate[0] && !is_address(candidate)) {
            *ret = names_fit(name, candidate);
        }
    }
    return RC_OK;
}

enum rc event_logs_host(struct store *store, const char *name, struct arena *a, const char **ret,
                        struct err *err)
{
    static const char sql[] =
        "SELECT host FROM host_target WHERE host = ?1 COLLATE NOCASE"
        " UNION SELECT t.host FROM account c JOIN host_target t ON t.account_guid = c.guid"
        "  WHERE c.kind = 'computer' AND c.dns_name = ?1 COLLATE NOCASE"
        " UNION SELECT s.host FROM host_smb s JOIN host_target t ON t.host = s.host WHERE s.dns_name = ?1 COLLATE NOCASE"
        " UNION SELECT m.host FROM host_machine m JOIN host_target t ON t.host = m.host WHERE m.role IS NOT 'controller'"
        "  AND m.machine_name || coalesce('.' || m.dns_domain, '') = ?1 COLLATE NOCASE"
        " UNION SELECT host FROM machine_file WHERE host IS NOT NULL"
        "  AND computer_name || coalesce('.' || dns_domain, '') = ?1 COLLATE NOCASE LIMIT 2";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    *ret = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    bind(q, 1, name);
    if (sqlite3_step(q) == SQLITE_ROW) {
        const char *host = column(a, q, 0);
        *ret = sqlite3_step(q) == SQLITE_ROW ? NULL : host;
        return RC_OK;
    }
    *ret = command_host_name(a, name);
    return RC_OK;
}

static void nobodys(struct event_log_outcome *ret, const char *reason, const char *detail)
{
    ret->host = NULL;
    ret->reason = reason;
    ret->detail = detail;
}

static enum rc decide_in_place(struct store *store, const struct event_log_item *item,
                               struct event_log_outcome *ret, struct arena *a, struct err *err)
{
    int fits = -1;
    ret->host = item->host;
    if (!ret->name) {
        return RC_OK;
    }
    TRY(fits_host(store, item->host, ret->name, ret->log, &fits, err));
    if (fits == 0) {
        nobodys(ret, "conflict",
                arena_printf(a, "it lies among files of %s, and its newest events are of %s",
                             item->host, ret->name));
    }
    return RC_OK;
}

static const char *why_nobodys(const struct event_log_item *item,
                               const struct event_log_outcome *ret)
{
    if (ret->name) {
        return "its events name a computer that cannot be told from another one";
    }
    return strcmp(item->form, "samba_json") == 0
               ? "Samba's lines name no computer: audit the directory first, or name its folder as the domain controller"
               : "none of its events names its computer";
}

static enum rc decide(struct store *store, const struct event_log_item *item, bool is_of_several,
                      struct event_log_outcome *ret, struct arena *a, struct err *err)
{
    if (item->is_disputed) {
        nobodys(ret, "conflict",
                "it lies among files that say that they are of a host that others are of");
        return RC_OK;
    }
    if (is_of_several) {
        return RC_OK; /* event_computer tells, row by row */
    }
    if (item->host) {
        return decide_in_place(store, item, ret, a, err);
    }
    const char *disputed = NULL;
    if (!ret->name && strcmp(item->form, "samba_json") == 0) {
        TRY(event_logs_samba(store, item, ret->log, a, &ret->name, &disputed, err));
    }
    if (disputed) {
        nobodys(ret, "conflict", disputed);
        return RC_OK;
    }
    if (ret->name) {
        TRY(event_logs_host(store, ret->name, a, &ret->host, err));
    }
    if (!ret->host) {
        nobodys(ret, "not_identified", ret->detail ? ret->detail : why_nobodys(item, ret));
    }
    return RC_OK;
}

enum rc event_logs_whose(struct store *store, const struct event_log_item *item,
                         struct event_log_outcome *ret, struct arena *a, struct err *err)
{
    static const char sql[] = "UPDATE event_log SET host = ?2, reason = ?3, channel = ?4,"
                              " is_whole = CASE WHEN ?5 THEN 0 ELSE is_whole END WHERE log = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct computer list[COMPUTERS_MOST];
    size_t count = 0;
    TRY(read_log(store, ret, a, err));
    TRY(read_computers(store, ret->log, a, list, &count, err));
    /* An empty log names no channel: its place does. */
    ret->channel = ret->channel ? ret->channel : item->channel;
    ret->name = count > 0 && list[0].name[0] ? list[0].name : NULL;
    bool is_forwarded = ret->channel && strcasecmp(ret->channel, "ForwardedEvents") == 0;
    is_forwarded = is_forwarded || (item->channel && strcmp(item->channel, "ForwardedEvents") == 0);
    TRY(decide(store, item, is_forwarded || is_mixed(list, count), ret, a, err));
    TRY(ret->host ? event_logs_touch(store, ret->host, err) : RC_OK);
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, ret->log);
    bind(q, 2, ret->host);
    bind(q, 3, ret->reason);
    bind(q, 4, ret->channel);
    (void)sqlite3_bind_int(q, 5, ret->is_failed || item->detail);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write down whose an event log is: %s",
                          sqlite3_errmsg(store_handle(store)));
}
