/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After the last import: what nobody told of the hosts that files speak of, and whether the list of hosts is whole. */
#include <string.h>

#include "audit/command/coverage_row.h"
#include "audit/command/import.h"

static enum rc put_coverage(struct importer *im, const char *source, const char *target,
                            const char *state, const char *detail, struct err *err)
{
    const char *reason = strcmp(state, "complete") == 0 ? NULL : state;
    return command_coverage(im->store, source, target, state, reason, detail, err);
}

struct open_host {
    const char *name;
    bool is_controller;
};

/* The hosts of the imports for which nobody spoke of the source, neither the host nor the files in its place. */
static enum rc list_open(struct importer *im, const char *source, struct arena *a,
                         struct open_host **ret, size_t *ret_count, struct err *err)
{
    static const char sql[] =
        "SELECT DISTINCT t.host, h.is_controller = 1 OR EXISTS (SELECT 1 FROM machine_file c WHERE c.host = t.host AND c.role = 'controller')"
        " FROM machine_file t JOIN host_target h ON h.host = t.host WHERE t.kind <> 'cache'"
        " AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.target = t.host AND c.source = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.target = t.host AND c.source = 'kit.' || substr(?1, 5)"
        "  AND c.state = 'complete' AND ?1 GLOB 'smb.*') ORDER BY t.host";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    size_t room = 0;
    *ret_count = 0;
    if (sqlite3_prepare_v2(store_handle(im->store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the hosts: %s",
                        sqlite3_errmsg(store_handle(im->store)));
    }
    (void)sqlite3_bind_text(q, 1, source, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (*ret_count == room) {
            room = room ? room * 2 : 64;
            struct open_host *list = arena_array(a, room, sizeof(*list));
            if (!list) {
                return err_setf(err, RC_NOMEM, "out of memory");
            }
            if (*ret_count > 0) {
                memcpy(list, *ret, *ret_count * sizeof(*list));
            }
            *ret = list;
        }
        struct open_host *h = &(*ret)[(*ret_count)++];
        *h = (struct open_host){ arena_strdup(a, (const char *)sqlite3_column_text(q, 0)),
                                 sqlite3_column_int(q, 1) == 1 };
        if (!h->name) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    return RC_OK;
}

/* As host_smb.c says it of a domain controller that was asked. */
static bool is_of_members(const char *source)
{
    return strcmp(source, "smb.account") == 0 || strcmp(source, "smb.group") == 0 ||
           strcmp(source, "smb.reuse") == 0;
}

static enum rc close_source(struct importer *im, const char *source, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct open_host *hosts = NULL;
    size_t count = 0;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(list_open(im, source, a, &hosts, &count, err));
    for (size_t i = 0; i < count; i++) {
        bool has_none = hosts[i].is_controller && is_of_members(source);
        TRY(put_coverage(
            im, source, hosts[i].name, has_none ? "absent" : "not_collected",
            has_none
                ? "a domain controller has no accounts of its own: the directory tells the domain's"
                : "only files of this host were read, and they do not tell it",
            err));
    }
    return store_commit(im->store, err);
}

/* *ret_files: files of hosts were imported; *ret_open: of some the host is not known; *ret_other: another command listed hosts. */
static enum rc look_at_scope(struct importer *im, bool *ret_files, bool *ret_open, bool *ret_other,
                             struct err *err)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT 1 FROM machine_file WHERE kind <> 'cache'),"
        " EXISTS (SELECT 1 FROM machine_file WHERE kind <> 'cache' AND host IS NULL AND reason IS NOT 'older'),"
        " EXISTS (SELECT 1 FROM coverage WHERE source = 'host.scope' AND target <> 'import')";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(store_handle(im->store), sql, -1, &q, NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(err, RC_BUG, "cannot list the hosts: %s",
                        sqlite3_errmsg(store_handle(im->store)));
    }
    *ret_files = sqlite3_column_int(q, 0) == 1;
    *ret_open = sqlite3_column_int(q, 1) == 1;
    *ret_other = sqlite3_column_int(q, 2) == 1;
    return RC_OK;
}

/* What the operator names is the scope, as it is with a site file. Where a collection made the list, its word stays: more hosts
 * do not make a list whole that was not. */
static enum rc put_scope(struct importer *im, struct err *err)
{
    bool files = false, open = false, other = false;
    TRY(look_at_scope(im, &files, &open, &other, err));
    if (!files || other) {
        return RC_OK;
    }
    return put_coverage(
        im, "host.scope", "import", open ? "partial" : "complete",
        open ? "of some imported files it is not known of which host they are" : NULL, err);
}

/* An export of the directory may come after the files of its hosts: by the SID of the account, else by its DNS name. */
static enum rc link_accounts(struct importer *im, struct err *err)
{
    static const char sql[] =
        "UPDATE host_target SET account_guid = coalesce("
        "  (SELECT max(a.guid) FROM machine_file m JOIN account a ON a.sid = m.account_sid AND a.kind = 'computer'"
        "    WHERE m.host = host_target.host HAVING count(*) = 1),"
        "  (SELECT max(a.guid) FROM account a WHERE a.kind = 'computer' AND a.dns_name = host_target.host COLLATE NOCASE"
        "    HAVING count(*) = 1))"
        " WHERE origin = 'kit' AND account_guid IS NULL;"
        "UPDATE host_target SET is_controller = coalesce((SELECT (a.uac & 0x2000) <> 0 OR (a.uac & 0x4000000) <> 0 FROM account a"
        "  WHERE a.guid = account_guid), is_controller) WHERE origin = 'kit' AND account_guid IS NOT NULL";
    return store_exec(store_handle(im->store), sql, err);
}

enum rc import_close_hosts(struct importer *im, struct err *err)
{
    TRY(store_commit(im->store, err));
    TRY(link_accounts(im, err));
    for (size_t i = 0; i < im->source_count; i++) {
        const char *s = im->sources[i];
        if (strncmp(s, "net.", 4) == 0 || strncmp(s, "smb.", 4) == 0) {
            TRY(close_source(im, s, err));
        }
    }
    TRY(put_scope(im, err));
    return store_commit(im->store, err);
}
