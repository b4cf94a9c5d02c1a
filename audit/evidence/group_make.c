/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/evidence/group.h"
#include "audit/evidence/store_internal.h"

/* What documents read of a site. Of results all but what passed, which is counted. */
static const struct {
    const char *table, *condition;
} copied[] = {
    { "audit_info", " WHERE length(value) < 65536" },
    { "column_label", "" },
    { "check_info", "" },
    { "check_count", "" },
    { "result", " WHERE verdict <> 'pass'" },
    { "waiver", "" },
    { "grade", "" },
    { "grade_check", "" },
    { "measure", "" },
    { "risk", "" },
    { "view_source", "" },
    { "framework", "" },
    { "framework_item", "" },
};

static const char own_tables[] =
    "CREATE TABLE site(site INTEGER PRIMARY KEY, file TEXT NOT NULL, name_en TEXT, name_ja TEXT, domain TEXT, domain_sid TEXT, now INTEGER NOT NULL,"
    " users INTEGER NOT NULL, computers INTEGER NOT NULL, hosts INTEGER NOT NULL, answered INTEGER NOT NULL, shards_missing TEXT) STRICT;"
    "CREATE TABLE source(site INTEGER NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL, targets INTEGER NOT NULL) STRICT;"
    "CREATE TABLE passed(site INTEGER NOT NULL, finding TEXT NOT NULL, PRIMARY KEY(site, finding)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE word(site INTEGER NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY(site, word)) STRICT, WITHOUT ROWID;";

static const char site_row[] =
    "SELECT (SELECT dns_name FROM domain_head LIMIT 1), (SELECT count(*) FROM account WHERE kind = 'user'),"
    " (SELECT count(*) FROM account WHERE kind = 'computer'), (SELECT count(*) FROM host_target),"
    " (SELECT count(DISTINCT c.target) FROM coverage c JOIN host_target t ON t.host = c.target WHERE (c.source = 'net.port' AND c.state = 'complete')"
    " OR (c.source = 'smb.machine' AND c.state IN ('complete', 'partial'))),"
    " (SELECT nullif(value, '') FROM audit_info WHERE name = 'shards_missing')";

static const char *last_part(const char *path, size_t n, size_t *ret_n)
{
    size_t from = n;
    while (from > 0 && path[from - 1] != '/') {
        from--;
    }
    *ret_n = n - from;
    return path + from;
}

/* "north.db" and "north/evidence.db" are "north". */
static void name_file(const char *path, char *buf, size_t size)
{
    size_t n = 0, len = strlen(path);
    const char *name = last_part(path, len, &n);
    if (n == sizeof("evidence.db") - 1 && strcmp(name, "evidence.db") == 0 && name > path + 1) {
        const char *folder = last_part(path, (size_t)(name - path) - 1, &n);
        bool is_named = n > 0 && !(n <= 2 && folder[0] == '.');
        name = is_named ? folder : name;
        n = is_named ? n : sizeof("evidence.db") - 1;
    }
    if (n > 3 && strncmp(name + n - 3, ".db", 3) == 0) {
        n -= 3;
    }
    (void)snprintf(buf, size, "%.*s", (int)n, name);
}

static bool is_same_site(const struct group_site *a, const struct group_site *b)
{
    return strcmp(a->domain_sid, b->domain_sid) == 0 && strcmp(a->name_en, b->name_en) == 0 &&
           strcmp(a->name_ja, b->name_ja) == 0;
}

static void add_file(char *name, size_t size, const char *file)
{
    size_t n = strlen(name);
    (void)snprintf(name + n, size - n, n ? " (%s)" : "%s", file);
}

static enum rc read_site(struct merge_input *in, struct group_site *s, struct err *err)
{
    int64_t checks = 0;
    *s = (struct group_site){ .in = in };
    if (in->number > 0) {
        return err_setf(err, RC_USAGE,
                        "it is one shard of an audit: merge its shards first, then evaluate");
    }
    if (!store_number(in->db, "SELECT count(*) FROM check_info", &checks) || checks == 0) {
        return err_setf(err, RC_USAGE, "it holds no results: run kagimori evaluate on it first");
    }
    name_file(in->path, s->file, sizeof(s->file));
    store_info_get(in->db, "organisation_en", s->name_en, sizeof(s->name_en) - sizeof(s->file));
    store_info_get(in->db, "organisation_ja", s->name_ja, sizeof(s->name_ja) - sizeof(s->file));
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(in->db, "SELECT min(sid) FROM domain_head", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0)) {
        (void)snprintf(s->domain_sid, sizeof(s->domain_sid), "%s",
                       (const char *)sqlite3_column_text(q, 0));
    }
    return RC_OK;
}

/* Names that several sites have say nothing: the file's tells them apart. */
static void name_apart(struct group_site *sites, size_t count)
{
    bool is_shared[GROUP_SITES_MOST] = { false };
    for (size_t i = 0; i < count; i++) {
        bool is_nameless = !sites[i].name_en[0] && !sites[i].name_ja[0];
        for (size_t k = 0; k < count; k++) {
            bool is_like =
                (sites[i].name_en[0] && strcmp(sites[i].name_en, sites[k].name_en) == 0) ||
                (sites[i].name_ja[0] && strcmp(sites[i].name_ja, sites[k].name_ja) == 0);
            is_shared[i] = is_shared[i] || is_nameless || (k != i && is_like && !sites[k].is_older);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (is_shared[i]) {
            add_file(sites[i].name_en, sizeof(sites[i].name_en), sites[i].file);
            add_file(sites[i].name_ja, sizeof(sites[i].name_ja), sites[i].file);
        }
    }
}

enum rc group_sites(struct merge_input *in, size_t count, bool is_all, struct group_site *ret,
                    struct err *err)
{
    if (count > GROUP_SITES_MOST) {
        return err_setf(err, RC_LIMIT, "more than %u sites in one group", GROUP_SITES_MOST);
    }
    for (size_t i = 0; i < count; i++) {
        if (read_site(&in[i], &ret[i], err) != RC_OK) {
            return err_at(err, "%s", in[i].path);
        }
    }
    for (size_t i = 0; !is_all && i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            bool is_newer = in[k].now > in[i].now || (in[k].now == in[i].now && k < i);
            if (k != i && is_newer && is_same_site(&ret[i], &ret[k])) {
                ret[i].is_older = true;
            }
        }
    }
    name_apart(ret, count);
    return RC_OK;
}

/* "site_T" with the columns of T, as an evidence file of this build has them. */
static enum rc make_table(sqlite3 *db, sqlite3 *ours, const char *table, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(ours, "SELECT name, type FROM pragma_table_info(?) ORDER BY cid", -1, &q,
                           NULL) != SQLITE_OK) {
        return store_fail(ours, "making the group file", err);
    }
    (void)sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
    sqlite3_str *s = sqlite3_str_new(db);
    sqlite3_str_appendf(s, "CREATE TABLE \"site_%w\"(site INTEGER NOT NULL", table);
    while (sqlite3_step(q) == SQLITE_ROW) {
        sqlite3_str_appendf(s, ", \"%w\" %s", (const char *)sqlite3_column_text(q, 0),
                            (const char *)sqlite3_column_text(q, 1));
    }
    sqlite3_str_appendall(s, ") STRICT");
    char *sql = sqlite3_str_finish(s);
    enum rc rc = sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
    sqlite3_free(sql);
    return rc;
}

/* The rows of a statement behind the number of the site; the table is STRICT, so that SQLite checks the types. */
static enum rc copy_rows(sqlite3 *db, int64_t site, const char *into, sqlite3 *from,
                         const char *sql, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *put AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(from, sql, -1, &q, NULL) != SQLITE_OK) {
        return store_fail(from, "reading a site", err);
    }
    sqlite3_str *s = sqlite3_str_new(db);
    sqlite3_str_appendf(s, "INSERT INTO \"%w\" VALUES(%lld", into, site);
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        sqlite3_str_appendall(s, ", ?");
    }
    sqlite3_str_appendall(s, ")");
    char *insert = sqlite3_str_finish(s);
    bool is_ready = insert && sqlite3_prepare_v2(db, insert, -1, &put, NULL) == SQLITE_OK;
    sqlite3_free(insert);
    int sq = is_ready ? sqlite3_step(q) : SQLITE_DONE;
    for (; sq == SQLITE_ROW; sq = sqlite3_step(q)) {
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            (void)sqlite3_bind_value(put, i + 1, sqlite3_column_value(q, i));
        }
        is_ready = sqlite3_step(put) == SQLITE_DONE;
        (void)sqlite3_reset(put);
        if (!is_ready) {
            break;
        }
    }
    if (!is_ready) {
        return store_fail(db, "writing the group file", err);
    }
    return sq == SQLITE_DONE ? RC_OK : store_fail(from, "reading a site", err);
}

static enum rc put_site(sqlite3 *db, int64_t number, const struct group_site *s, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *put AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(s->in->db, site_row, -1, &q, NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW) {
        return store_fail(s->in->db, "reading a site", err);
    }
    if (sqlite3_prepare_v2(
            db,
            "INSERT INTO site VALUES(?, ?, nullif(?, ''), nullif(?, ''), ?6, nullif(?5, ''), ?12, ?7, ?8, ?9, ?10, ?11)",
            -1, &put, NULL) != SQLITE_OK) {
        return store_fail(db, "writing the group file", err);
    }
    (void)sqlite3_bind_int64(put, 1, number);
    (void)sqlite3_bind_text(put, 2, s->file, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(put, 3, s->name_en, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(put, 4, s->name_ja, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(put, 5, s->domain_sid, -1, SQLITE_STATIC);
    for (int i = 0; i < 6; i++) {
        (void)sqlite3_bind_value(put, i + 6, sqlite3_column_value(q, i));
    }
    (void)sqlite3_bind_int64(put, 12, s->in->now);
    return sqlite3_step(put) == SQLITE_DONE ? RC_OK : store_fail(db, "writing the group file", err);
}

static enum rc copy_site(sqlite3 *db, int64_t number, const struct group_site *s,
                         const struct group_more *more, struct err *err)
{
    TRY(put_site(db, number, s, err));
    for (size_t i = 0; i < ARRAY_LEN(copied); i++) {
        char into[64], sql[256];
        (void)snprintf(into, sizeof(into), "site_%s", copied[i].table);
        (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"%s", copied[i].table,
                       copied[i].condition);
        TRY(copy_rows(db, number, into, s->in->db, sql, err));
    }
    TRY(copy_rows(db, number, "source", s->in->db,
                  "SELECT source, state, count(*) FROM coverage GROUP BY source, state", err));
    return more ? more->add(db, number, s->in->db, err) : RC_OK;
}

static enum rc fill(sqlite3 *db, const struct group_site *sites, size_t count,
                    const struct group_more *more, struct err *err)
{
    struct store *ours AUTO(store_closep) = NULL;
    char sql[160];
    TRY(store_open_memory(&ours, err));
    TRY(store_harden(db, err));
    (void)snprintf(
        sql, sizeof(sql),
        "PRAGMA page_size=8192; PRAGMA journal_mode=MEMORY; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN IMMEDIATE",
        GROUP_APPLICATION_ID, KAGIMORI_SCHEMA_VERSION);
    TRY(store_exec(db, sql, err));
    TRY(store_exec(db, own_tables, err));
    for (size_t i = 0; i < ARRAY_LEN(copied); i++) {
        TRY(make_table(db, store_handle(ours), copied[i].table, err));
    }
    int64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        if (!sites[i].is_older && copy_site(db, ++number, &sites[i], more, err) != RC_OK) {
            return err->where[0] ? err->rc : err_at(err, "%s", sites[i].in->path);
        }
    }
    return store_exec(
        db,
        "CREATE INDEX site_result_check ON site_result(site, check_no, verdict);"
        "CREATE INDEX site_check_info_no ON site_check_info(site, check_no);"
        "CREATE INDEX site_check_count_no ON site_check_count(site, check_no);"
        "CREATE INDEX site_column_label_view ON site_column_label(site, view, column_name);"
        "CREATE INDEX site_waiver_no ON site_waiver(site, waiver_no); COMMIT",
        err);
}

enum rc group_make(const struct group_site *sites, size_t count, const struct group_more *more,
                   const char *path, struct err *err)
{
    int fd = -1;
    sqlite3 *db = NULL;
    TRY(store_file_make(path, &fd, err));
    enum rc rc =
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
            ? fill(db, sites, count, more, err)
            : store_fail(db, "making the group file", err);
    (void)sqlite3_close(db);
    (void)close(fd);
    if (rc != RC_OK) {
        (void)unlink(path);
    }
    return rc;
}
