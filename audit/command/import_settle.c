/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was decided about the files of a host, in the evidence; and which parts of a host are taken from files. */
#include <stdio.h>
#include <string.h>

#include "audit/command/import.h"

static const char *const part_words[] = {
#define PART_WORD(name, word) word,
    HOST_PARTS(PART_WORD)
#undef PART_WORD
};

const char *import_part_word(enum host_part part)
{
    return part_words[part];
}

/* Runs a statement with up to four texts. */
static enum rc run(struct store *store, const char *sql, const char *const *texts, int count,
                   struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    sqlite3 *db = store_handle(store);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot write down whose the files are: %s",
                        sqlite3_errmsg(db));
    }
    for (int i = 0; i < count; i++) {
        if (texts[i]) {
            (void)sqlite3_bind_text(q, i + 1, texts[i], -1, SQLITE_STATIC);
        }
    }
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write down whose the files are: %s",
                          sqlite3_errmsg(db));
}

static bool is_in_scope(struct store *store, const char *host)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(store_handle(store), "SELECT 1 FROM host_target WHERE host = ?1", -1, &q,
                           NULL) != SQLITE_OK) {
        return false;
    }
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_ROW;
}

static enum rc put_host(struct store *store, const struct import_decision *d, struct err *err)
{
    struct row row;
    if (is_in_scope(store, d->host)) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_HOST);
    row_text(&row, HOST_HOST, d->host);
    row_text(&row, HOST_ORIGIN, "kit");
    row_text(&row, HOST_ACCOUNT, d->account_guid);
    if (d->is_controller >= 0) {
        row_bool(&row, HOST_CONTROLLER, d->is_controller == 1);
    }
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

static enum rc settle_rival(struct store *store, const struct import_decision *d, struct err *err)
{
    if (!d->replaces) {
        return RC_OK;
    }
    if (!d->is_again) {
        return run(store, "UPDATE machine_file SET host = NULL, reason = 'older' WHERE origin = ?1",
                   &d->rival, 1, err);
    }
    TRY(event_logs_forget(store, d->rival, NULL, err));
    TRY(run(store, "DELETE FROM artifact WHERE origin = ?1", &d->rival, 1, err));
    TRY(run(store, "DELETE FROM policy_folder WHERE origin = ?1 AND kind = 'cache'", &d->rival, 1,
            err));
    return run(store, "DELETE FROM machine_file WHERE origin = ?1", &d->rival, 1, err);
}

enum rc import_settle(struct store *store, const char *origin, const char *kind,
                      const struct import_decision *d, struct err *err)
{
    const char *const made[] = { origin, kind };
    const char *const decided[] = { origin, d->host, d->reason };
    TRY(store_commit(store, err));
    /* A decoder that died has not even said what it was given. */
    TRY(run(store, "INSERT OR IGNORE INTO machine_file(origin, kind) VALUES(?1, ?2)", made, 2,
            err));
    TRY(run(store, "UPDATE machine_file SET host = ?2, reason = ?3 WHERE origin = ?1", decided, 3,
            err));
    TRY(settle_rival(store, d, err));
    if (d->host && d->is_new) {
        TRY(put_host(store, d, err));
    }
    return store_commit(store, err);
}

/* A domain controller has no accounts and groups of its own; its SAM holds the one for repairs only. */
static bool is_controller(struct store *store, const char *host)
{
    static const char sql[] =
        "SELECT 1 FROM host_target t WHERE t.host = ?1 AND coalesce(t.is_controller,"
        " (SELECT m.role = 'controller' FROM machine_file m WHERE m.host = ?1 AND m.role IS NOT NULL)) = 1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &q, NULL) != SQLITE_OK) {
        return false;
    }
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_ROW;
}

enum rc import_wants(struct store *store, const char *host, bool wants[PART_COUNT], struct err *err)
{
    TRY(store_commit(store, err));
    bool controller = is_controller(store, host);
    for (int i = 0; i < PART_COUNT; i++) {
        char source[32];
        bool is_of_members = i == PART_ACCOUNT || i == PART_GROUP;
        (void)snprintf(source, sizeof(source), "smb.%s", part_words[i]);
        wants[i] = !store_is_complete(store, source, host) && !(controller && is_of_members);
    }
    return RC_OK;
}

enum rc import_forget(struct store *store, const char *host, const bool wants[PART_COUNT],
                      struct err *err)
{
    static const struct {
        enum host_part part;
        const char *table;
        bool has_origin; /* rows of files are told apart from those of the host */
    } tables[] = { { PART_MACHINE, "host_machine", false },
                   { PART_REGISTRY, "host_registry", true },
                   { PART_SERVICE, "host_service", true },
                   { PART_POLICY, "local_policy", false },
                   { PART_ACCOUNT, "local_account", false },
                   { PART_GROUP, "local_group", false },
                   { PART_GROUP, "local_group_member", false },
                   { PART_RIGHT, "local_right", false },
                   { PART_AUDIT, "host_audit", true },
                   { PART_AUTOSTART, "autostart", true },
                   { PART_PASSWORD, "local_fingerprint", false },
                   { PART_PASSWORD, "host_policy_password", true } };

    TRY(store_commit(store, err));
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char sql[256], source[32];
        if (!wants[tables[i].part]) {
            continue;
        }
        (void)snprintf(source, sizeof(source), "kit.%s", part_words[tables[i].part]);
        (void)snprintf(
            sql, sizeof(sql),
            "DELETE FROM %s WHERE host = ?1%s AND EXISTS (SELECT 1 FROM coverage WHERE source = ?2 AND target = ?1)",
            tables[i].table, tables[i].has_origin ? " AND origin = 'kit'" : "");
        const char *const texts[] = { host, source };
        TRY(run(store, sql, texts, 2, err));
    }
    static const char old[] = "DELETE FROM coverage WHERE source GLOB 'kit.*' AND target = ?1";
    TRY(run(store, old, &host, 1, err));
    return store_commit(store, err);
}
