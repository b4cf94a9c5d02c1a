/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose files are these? SIDs decide where they can: the SID of the computer account, then that of the machine's own accounts. Images
 * are cloned with their SIDs, so that the latter counts together with the name only. */
#include <string.h>

#include "audit/command/host_name.h"
#include "audit/command/import.h"

#define WHAT "tell whose the files are" /* in messages */

struct identity {
    const char *computer, *domain; /* lower case; NULL = not told */
    const char *machine_sid, *domain_sid, *account_sid, *role, *kind;
    filetime collected_at; /* 0 = not told */
    const char *fqdn;      /* computer.domain, or computer */
};

struct finder {
    struct store *store;
    const char *origin;
    struct arena *a;
    struct identity me;
};

static const char *column(struct arena *a, sqlite3_stmt *q, int i)
{
    const char *text = (const char *)sqlite3_column_text(q, i);
    return text ? arena_strdup(a, text) : NULL;
}

static void bind(sqlite3_stmt *q, int i, const char *text)
{
    if (text) {
        (void)sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC);
    }
}

static enum rc read_identity(struct finder *f, bool *ret_any, struct err *err)
{
    static const char sql[] =
        "SELECT m.computer_name, coalesce(m.dns_domain, (SELECT d.dns_name FROM domain_head d WHERE d.sid = m.domain_sid)),"
        " m.machine_sid, m.domain_sid, m.account_sid, m.role, m.kind, coalesce(m.collected_at, 0)"
        " FROM machine_file m WHERE m.origin = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct identity *me = &f->me;
    TRY(store_prepare(f->store, WHAT, sql, &q, err));
    bind(q, 1, f->origin);
    *ret_any = sqlite3_step(q) == SQLITE_ROW;
    if (!*ret_any) {
        return RC_OK;
    }
    me->computer = command_host_name(f->a, (const char *)sqlite3_column_text(q, 0));
    me->domain = command_host_name(f->a, (const char *)sqlite3_column_text(q, 1));
    me->machine_sid = column(f->a, q, 2);
    me->domain_sid = column(f->a, q, 3);
    me->account_sid = column(f->a, q, 4);
    me->role = column(f->a, q, 5);
    me->kind = column(f->a, q, 6);
    me->collected_at = sqlite3_column_int64(q, 7);
    me->fqdn = me->computer && me->domain
                   ? command_host_name(f->a, arena_printf(f->a, "%s.%s", me->computer, me->domain))
                   : me->computer;
    return RC_OK;
}

/* The host of a computer account: the one in scope, else a new one that is called as the directory calls it. */
static enum rc by_account(struct finder *f, const char *where, const char *value,
                          struct import_decision *d, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    const char *sql = arena_printf(
        f->a,
        "SELECT a.guid, (a.uac & 0x2000) <> 0 OR (a.uac & 0x4000000) <> 0, a.dns_name,"
        " (SELECT t.host FROM host_target t WHERE t.account_guid = a.guid OR t.host = a.dns_name COLLATE NOCASE"
        "  ORDER BY t.account_guid IS NULL LIMIT 1)"
        " FROM account a WHERE a.kind = 'computer' AND %s LIMIT 2",
        where);
    if (!value || !sql) {
        return value ? err_setf(err, RC_NOMEM, "out of memory") : RC_OK;
    }
    TRY(store_prepare(f->store, WHAT, sql, &q, err));
    bind(q, 1, value);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return RC_OK;
    }
    struct import_decision found = { .account_guid = column(f->a, q, 0),
                                     .is_controller = sqlite3_column_type(q, 1) == SQLITE_NULL
                                                          ? -1
                                                          : sqlite3_column_int(q, 1),
                                     .host = column(f->a, q, 3) };
    if (!found.host) {
        const char *dns = command_host_name(f->a, (const char *)sqlite3_column_text(q, 2));
        found.host = dns ? dns : f->me.fqdn;
        found.is_new = true;
    }
    if (sqlite3_step(q) != SQLITE_ROW && found.host) {
        *d = found; /* two accounts of one name are nobody's */
    }
    return RC_OK;
}

/* A host that the statement finds alone; ?1 is value, ?2 the computer name, ?3 the origin. */
static enum rc by_host(struct finder *f, const char *sql, const char *value,
                       struct import_decision *d, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (!value) {
        return RC_OK;
    }
    TRY(store_prepare(f->store, WHAT, sql, &q, err));
    bind(q, 1, value);
    bind(q, 2, f->me.computer);
    bind(q, 3, f->origin);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return RC_OK;
    }
    const char *host = column(f->a, q, 0);
    if (sqlite3_step(q) != SQLITE_ROW && host) {
        *d = (struct import_decision){ .host = host, .is_controller = -1 };
    }
    return RC_OK;
}

static enum rc by_sid(struct finder *f, struct import_decision *d, struct err *err)
{
    /* On a domain controller the machine's SID is that of the domain, and a clone has that of its image: the name must agree. */
    static const char machine[] =
        "SELECT DISTINCT host FROM (SELECT m.host FROM host_machine m JOIN host_target t ON t.host = m.host"
        "  WHERE m.machine_sid = ?1 AND m.machine_name = ?2 COLLATE NOCASE AND m.role IS NOT 'controller'"
        " UNION SELECT host FROM machine_file WHERE machine_sid = ?1 AND computer_name = ?2 COLLATE NOCASE"
        "  AND host IS NOT NULL AND origin <> ?3) LIMIT 2";
    static const char before[] =
        "SELECT DISTINCT host FROM machine_file WHERE account_sid = ?1 AND host IS NOT NULL AND origin <> ?3 LIMIT 2";
    const struct identity *me = &f->me;
    TRY(by_account(f, "a.sid = ?1", me->account_sid, d, err));
    if (!d->host) {
        TRY(by_host(f, before, me->account_sid, d, err));
    }
    if (!d->host && me->computer) {
        TRY(by_host(f, machine, me->machine_sid, d, err));
    }
    return RC_OK;
}

static enum rc by_name(struct finder *f, struct import_decision *d, struct err *err)
{
    static const char in_scope[] =
        "SELECT DISTINCT host FROM (SELECT host FROM host_target WHERE host = ?1 COLLATE NOCASE"
        " UNION SELECT s.host FROM host_smb s JOIN host_target t ON t.host = s.host WHERE s.dns_name = ?1 COLLATE NOCASE) LIMIT 2";
    const struct identity *me = &f->me;
    if (me->domain) {
        TRY(by_account(f, "a.dns_name = ?1 COLLATE NOCASE", me->fqdn, d, err));
    }
    if (!d->host) {
        TRY(by_host(f, in_scope, me->fqdn, d, err));
    }
    if (!d->host && me->fqdn) {
        *d = (struct import_decision){ .host = me->fqdn,
                                       .is_new = true,
                                       .is_controller =
                                           !me->role ? -1 : strcmp(me->role, "controller") == 0 };
    }
    return RC_OK;
}

/* 1 = the same, 0 = different, -1 = one of them is not known. */
static int same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : -1;
}

static void refuse(struct import_decision *d, const char *reason, const char *why)
{
    *d = (struct import_decision){
        .reason = reason, .why = why, .rival = d->rival, .is_controller = -1
    };
}

/* What the living host says of itself must not be mixed with files of another one. */
static enum rc hear_host(struct finder *f, struct import_decision *d, struct err *err)
{
    static const char sql[] =
        "SELECT m.machine_sid FROM host_machine m WHERE m.host = ?1 AND m.role IS NOT 'controller'"
        " AND EXISTS (SELECT 1 FROM coverage c WHERE c.source = 'smb.machine' AND c.target = m.host AND c.state = 'complete')";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(f->store, WHAT, sql, &q, err));
    bind(q, 1, d->host);
    if (sqlite3_step(q) == SQLITE_ROW && !(f->me.role && strcmp(f->me.role, "controller") == 0) &&
        same(column(f->a, q, 0), f->me.machine_sid) == 0) {
        const char *why = arena_printf(
            f->a, "the files say that they are of %s, which has another machine SID itself",
            d->host);
        refuse(d, "conflict", why);
    }
    return RC_OK;
}

/* The same machine, by its own SID, else by that of its account. */
static bool is_same_machine(const struct identity *me, sqlite3_stmt *q)
{
    int machine = same(me->machine_sid, (const char *)sqlite3_column_text(q, 1));
    int account = same(me->account_sid, (const char *)sqlite3_column_text(q, 2));
    return machine == 1 || (machine == -1 && account == 1);
}

/* The same files once more: made at the same second, and nothing speaks against it. */
static bool is_same_import(const struct identity *me, sqlite3_stmt *q)
{
    return me->collected_at > 0 && me->collected_at == sqlite3_column_int64(q, 3) &&
           same(me->kind, (const char *)sqlite3_column_text(q, 4)) == 1 &&
           same(me->machine_sid, (const char *)sqlite3_column_text(q, 1)) != 0 &&
           same(me->account_sid, (const char *)sqlite3_column_text(q, 2)) != 0;
}

/* Other files of the same host: the newer ones count, where they are surely of the same machine. */
static enum rc hear_rival(struct finder *f, struct import_decision *d, struct err *err)
{
    static const char sql[] =
        "SELECT origin, machine_sid, account_sid, coalesce(collected_at, 0), kind FROM machine_file"
        " WHERE host = ?1 AND origin <> ?2 AND kind <> 'cache' ORDER BY collected_at DESC LIMIT 1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(f->store, WHAT, sql, &q, err));
    bind(q, 1, d->host);
    bind(q, 2, f->origin);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return RC_OK;
    }
    filetime theirs = sqlite3_column_int64(q, 3);
    d->rival = column(f->a, q, 0);
    d->is_again = is_same_import(&f->me, q);
    if (!d->is_again && !is_same_machine(&f->me, q)) {
        refuse(
            d, "conflict",
            arena_printf(
                f->a,
                "\"%s\" says that it is of the same host (%s), and their machine SIDs %s: "
                "the files that came first stay; import the others into an evidence file of their own",
                d->rival, d->host,
                f->me.machine_sid && sqlite3_column_text(q, 1) ? "differ" : "are not known"));
        return RC_OK;
    }
    if (f->me.collected_at < theirs) {
        const char *host = d->host;
        refuse(d, "older",
               arena_printf(f->a, "\"%s\" is of the same host (%s) and newer", d->rival, d->host));
        d->place = host; /* what its logs tell happened all the same */
        return RC_OK;
    }
    d->replaces = true;
    return RC_OK;
}

enum rc import_decide(struct store *store, const char *origin, struct arena *a,
                      struct import_decision *ret, struct err *err)
{
    struct finder f = { .store = store, .origin = origin, .a = a };
    bool any = false;
    *ret = (struct import_decision){ .is_controller = -1 };
    TRY(store_commit(store, err));
    TRY(read_identity(&f, &any, err));
    TRY(by_sid(&f, ret, err));
    if (!ret->host) {
        TRY(by_name(&f, ret, err));
    }
    if (!ret->host) {
        refuse(
            ret, "not_identified",
            "the files do not say of which host they are (a SYSTEM hive or kit.txt would tell its name)");
        return RC_OK;
    }
    if (!ret->is_new) {
        TRY(hear_host(&f, ret, err));
    }
    if (ret->host) {
        TRY(hear_rival(&f, ret, err));
    }
    ret->place = ret->host ? ret->host : ret->place;
    return RC_OK;
}
