/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/plan_carry.h"

#include <sys/stat.h>

#include <string.h>

#include "audit/base/num.h"
#include "audit/command/baseline.h"

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

filetime plan_info_time(sqlite3 *db, const char *name)
{
    char text[32];
    int64_t t = 0;
    store_info_get(db, name, text, sizeof(text));
    return num_i64(text, strlen(text), &t) ? t : 0;
}

filetime plan_clock(sqlite3 *db)
{
    return plan_info_time(db, "now");
}

/* "example (S-1-5-21-…)" of the domains of a file. */
static enum rc list_domains(sqlite3 *db, char *buf, size_t size, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(
            db,
            "SELECT group_concat(coalesce(dns_name, '?') || ' (' || sid || ')', ', ') FROM domain_head WHERE sid IS NOT NULL",
            -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_UNSUPPORTED, "its domains cannot be read: %s", sqlite3_errmsg(db));
    }
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0)) {
        (void)snprintf(buf, size, "%s", (const char *)sqlite3_column_text(q, 0));
    }
    return RC_OK;
}

static bool has_domain(sqlite3 *db, const char *sid)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(db, "SELECT 1 FROM domain_head WHERE sid = ?1", -1, &q, NULL) !=
        SQLITE_OK) {
        return false;
    }
    (void)sqlite3_bind_text(q, 1, sid, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_ROW;
}

/* A file that tells no domain (no server answered) says nothing against it. */
static enum rc same_domain(sqlite3 *here, sqlite3 *old, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    char ours[160], theirs[160];
    TRY(list_domains(here, ours, sizeof(ours), err));
    TRY(list_domains(old, theirs, sizeof(theirs), err));
    if (ours[0] == '\0' || theirs[0] == '\0') {
        return RC_OK;
    }
    if (sqlite3_prepare_v2(old, "SELECT sid FROM domain_head WHERE sid IS NOT NULL", -1, &q,
                           NULL) != SQLITE_OK) {
        return err_setf(err, RC_UNSUPPORTED, "its domains cannot be read: %s", sqlite3_errmsg(old));
    }
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (has_domain(here, (const char *)sqlite3_column_text(q, 0))) {
            return RC_OK;
        }
    }
    return err_setf(
        err, RC_USAGE,
        "it is of another domain, %s, and this evidence is of %s: name the evidence file of this domain",
        theirs, ours);
}

enum rc plan_check_domain(const char *evidence, const char *earlier, struct err *err)
{
    sqlite3 *here AUTO(close_reader) = NULL;
    sqlite3 *old AUTO(close_reader) = NULL;
    TRY(store_open_reader(evidence, &here, err));
    TRY(store_open_reader(earlier, &old, err));
    return same_domain(here, old, err) == RC_OK ? RC_OK : err_at(err, "%s", earlier);
}

static enum rc may_be_carried(sqlite3 *here, const char *evidence, sqlite3 *old, const char *path,
                              filetime at, struct err *err)
{
    struct stat a, b;
    char then[32], now[32];
    filetime clock = plan_clock(here);
    if (stat(evidence, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
        a.st_ino == b.st_ino) {
        return err_setf(
            err, RC_USAGE,
            "it is this evidence file itself: name the one of before (a plan that the file holds already needs no --baseline)");
    }
    if (at == 0) {
        return err_setf(err, RC_MALFORMED, "it does not say when it was made (audit_info now)");
    }
    if (clock && at > clock) {
        return err_setf(
            err, RC_USAGE,
            "it is newer (%s) than the evidence that is to go on from it (%s): are the two files interchanged?",
            filetime_iso(at, then, sizeof(then)), filetime_iso(clock, now, sizeof(now)));
    }
    return same_domain(here, old, err);
}

static enum rc keep_version(sqlite3_stmt *put, sqlite3_stmt *row, struct err *err)
{
    struct row check;
    row_begin(&check, ROW_TABLE_SECRETSEEN);
    for (int i = 0; i < ROW_COLUMNS_SECRETSEEN; i++) {
        if (sqlite3_column_type(row, i) == SQLITE_INTEGER) {
            row_int(&check, i, sqlite3_column_int64(row, i));
        } else {
            row_text(&check, i, (const char *)sqlite3_column_text(row, i));
        }
        (void)sqlite3_bind_value(put, i + 1, sqlite3_column_value(row, i));
    }
    TRY(row_check(&check, err));
    int sq = sqlite3_step(put);
    (void)sqlite3_reset(put);
    return sq == SQLITE_DONE ? RC_OK
                             : err_setf(err, RC_IO, "cannot write what it knew of the secrets");
}

/* A version that both know was the current one as late as the later of them saw it. */
static enum rc carry_versions(sqlite3 *old, struct store *store, const char *sql,
                              uint64_t *ret_count, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    sqlite3_stmt *put AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        store, "carry the plan on",
        "INSERT INTO secret_seen(subject, secret, version, at, seen_at) VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT(subject, secret, version) DO UPDATE SET at = coalesce(at, excluded.at), seen_at = max(seen_at, excluded.seen_at)",
        &put, err));
    if (sqlite3_prepare_v2(old, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_UNSUPPORTED, "what it knew of the secrets cannot be read: %s",
                        sqlite3_errmsg(old));
    }
    int sq = sqlite3_step(q);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(q)) {
        TRY(keep_version(put, q, err));
        ++*ret_count;
    }
    return sq == SQLITE_DONE ? RC_OK
                             : err_setf(err, RC_IO, "cannot read it: %s", sqlite3_errmsg(old));
}

/* What it had seen, and what it saw itself, which only a file has that no plan was made of. Of several copies the newest version is the current one; that
 * it still was when the file was made is sure only where every writable domain controller told the same (derive_reset.sql has the same rule). */
static enum rc carry_secrets(sqlite3 *old, struct store *store, uint64_t *ret_count,
                             struct err *err)
{
    static const char *const sql[] = {
        "SELECT subject, secret, version, at, seen_at FROM secret_seen",
        "WITH writable(total) AS MATERIALIZED (SELECT count(*) FROM directory_agent WHERE is_read_only IS NOT 1 AND (SELECT complete FROM source_state WHERE source = 'ldap.site')),"
        " asked(server) AS MATERIALIZED (SELECT DISTINCT v.host FROM directory_agent d JOIN directory_server v"
        "  ON v.dsa_dn = d.dn COLLATE NOCASE OR v.dns_name = d.dns_name COLLATE NOCASE WHERE d.is_read_only IS NOT 1)"
        " SELECT coalesce(a.sid, x.guid), x.secret, max(x.version), x.at,"
        "  CASE WHEN count(DISTINCT x.version) = 1 AND count(DISTINCT x.at) = 1 AND sum(x.server IN asked) = (SELECT total FROM writable)"
        "   THEN (SELECT now FROM clock) ELSE coalesce(min(x.at, (SELECT now FROM clock)), 0) END"
        " FROM secret_copy x LEFT JOIN account a ON a.guid = x.guid"
        " WHERE x.secret <> 'trust_older' AND NOT EXISTS (SELECT 1 FROM reset_point p JOIN clock c ON p.at = c.now)"
        " GROUP BY x.guid, x.secret",
    };
    for (size_t i = 0; i < ARRAY_LEN(sql); i++) {
        TRY(carry_versions(old, store, sql[i], ret_count, err));
    }
    return RC_OK;
}

/* A subject that was finished once stays so in what is carried, with the time of then: its regression is shown until it is mended. */
static enum rc carry_states(sqlite3 *old, struct store *store, uint64_t *ret_count, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    bool is_planned =
        sqlite3_prepare_v2(old, "SELECT 1 FROM reset_item LIMIT 1", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW;
    if (is_planned) {
        TRY(store_exec(store_handle(store), "DELETE FROM reset_before", err));
        return baseline_rows(
            old, store, ROW_TABLE_RESETBEFORE,
            "SELECT a.id, i.subject, i.name, CASE WHEN i.is_regression = 1 THEN i.was ELSE i.state END,"
            " CASE WHEN i.is_regression = 1 THEN coalesce(b.at, c.now) ELSE c.now END"
            " FROM reset_item i JOIN reset_action a USING (action_no) CROSS JOIN clock c"
            " LEFT JOIN reset_before b ON b.action = a.id AND b.subject = i.subject"
            " WHERE i.subject NOT GLOB 'source:*'",
            ret_count, err);
    }
    return baseline_rows(old, store, ROW_TABLE_RESETBEFORE,
                         "SELECT action, subject, name, state, at FROM reset_before", ret_count,
                         err);
}

/* What this file knows of its own stays: its decisions, its point. */
static enum rc carry_history(sqlite3 *old, struct store *store, struct carried *ret,
                             struct err *err)
{
    uint64_t rows = 0;
    TRY(store_exec(store_handle(store),
                   "CREATE TEMP TABLE own_decision AS SELECT * FROM reset_decision", err));
    enum rc rc = baseline_rows(old, store, ROW_TABLE_RESETDECISION,
                               "SELECT kind, action, subject, who, at, note FROM reset_decision",
                               &ret->decisions, err);
    if (rc == RC_OK) {
        rc = store_exec(store_handle(store),
                        "INSERT OR REPLACE INTO reset_decision SELECT * FROM temp.own_decision",
                        err);
    }
    TRY(rc);
    TRY(store_exec(store_handle(store), "DROP TABLE temp.own_decision", err));
    /* What was taken back does not come again with an older file; nor does the withdrawal of what was decided anew. */
    TRY(store_exec(
        store_handle(store),
        "DELETE FROM reset_decision WHERE EXISTS (SELECT 1 FROM reset_decision w"
        " WHERE w.kind = reset_decision.kind || '_withdrawn' AND w.subject = reset_decision.subject AND w.at >= reset_decision.at);"
        "DELETE FROM reset_decision WHERE EXISTS (SELECT 1 FROM reset_decision d"
        " WHERE d.kind || '_withdrawn' = reset_decision.kind AND d.subject = reset_decision.subject)",
        err));
    TRY(baseline_rows(old, store, ROW_TABLE_RESETPOINT, "SELECT at, kind FROM reset_point",
                      &ret->points, err));
    return baseline_rows(old, store, ROW_TABLE_RESETPROGRESS,
                         "SELECT at, phase, state, items FROM reset_progress", &rows, err);
}

static enum rc carry_said(sqlite3 *old, struct store *store, struct err *err)
{
    static const struct {
        const char *name;
        bool stays; /* what this file holds is of more weight */
    } said[] = { { "incident_at", true },
                 { "reset_scope", false },
                 { "reset_batches", false },
                 { "reset_people", false },
                 { "reset_start", false } };

    char value[8192], own[8192];
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        store_info_get(old, said[i].name, value, sizeof(value));
        store_info_get(store_handle(store), said[i].name, own, sizeof(own));
        bool is_said = value[0] && strcmp(value, "0") != 0; /* no start is kept as 0 */
        if (is_said && !(said[i].stays && own[0])) {
            TRY(store_info_set(store, said[i].name, value, err));
        }
    }
    return RC_OK;
}

static enum rc carry(sqlite3 *old, struct store *store, const char *evidence, const char *path,
                     struct carried *ret, struct err *err)
{
    ret->at = plan_clock(old);
    TRY(may_be_carried(store_handle(store), evidence, old, path, ret->at, err));
    TRY(carry_secrets(old, store, &ret->secrets, err));
    TRY(carry_states(old, store, &ret->items, err));
    TRY(carry_history(old, store, ret, err));
    return carry_said(old, store, err);
}

enum rc plan_carry(struct store *store, const char *evidence, const char *path, struct carried *ret,
                   struct err *err)
{
    sqlite3 *old AUTO(close_reader) = NULL;
    *ret = (struct carried){ 0 };
    TRY(store_open_reader(path, &old, err));
    return carry(old, store, evidence, path, ret, err) == RC_OK ? RC_OK : err_at(err, "%s", path);
}
