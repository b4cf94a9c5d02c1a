/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a foreign evidence file must be before one row of it is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/evidence/merge.h"
#include "audit/evidence/store_internal.h"

static enum rc fail_structure(const char *what, const char *name, struct err *err)
{
    return err_setf(
        err, RC_USAGE,
        "its structure is not the one of this Kagimori (%s \"%.60s\"): merge files of one version only",
        what, name);
}

/* The next character of a definition that means something: no white space, no comment to the end of its line. Stays at the end. */
static char next_of(const char **p, char *quote)
{
    for (;; (*p)++) {
        if (!*quote && (*p)[0] == '-' && (*p)[1] == '-') {
            *p += strcspn(*p, "\n");
        }
        if (**p == '\0' || *quote || !strchr(" \t\r\n", **p)) {
            break;
        }
    }
    char c = **p;
    if (*quote ? c == *quote : c == '\'' || c == '"') {
        *quote = *quote ? '\0' : c;
    }
    *p += c != '\0';
    return c;
}

/* True of two definitions that differ in their comments and spaces only. */
static bool is_same_definition(const char *a, const char *b)
{
    char in_a = '\0', in_b = '\0', c = '\0';
    do {
        c = next_of(&a, &in_a);
        if (c != next_of(&b, &in_b)) {
            return false;
        }
    } while (c != '\0');
    return true;
}

/* Every table of ours is there with the same definition. Views are another build's perhaps, and are never asked. */
static enum rc has_ours(sqlite3 *foreign, sqlite3 *ours, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *f AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(
            ours,
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
            -1, &q, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(foreign,
                           "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", -1,
                           &f, NULL) != SQLITE_OK) {
        return store_fail(foreign, "comparing the structure", err);
    }
    for (bool is_row = true;;) {
        TRY(store_next(ours, q, "comparing the structure", &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        const char *name = (const char *)sqlite3_column_text(q, 0);
        const char *sql = (const char *)sqlite3_column_text(q, 1);
        (void)sqlite3_reset(f);
        (void)sqlite3_bind_text(f, 1, name, -1, SQLITE_STATIC);
        const char *theirs =
            sqlite3_step(f) == SQLITE_ROW ? (const char *)sqlite3_column_text(f, 0) : NULL;
        if (!sql || !theirs || !is_same_definition(sql, theirs)) {
            return fail_structure("table", name ? name : "", err);
        }
    }
}

/* Nothing that acts by itself. */
static enum rc has_no_more(sqlite3 *foreign, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(
            foreign,
            "SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index', 'view') OR sql LIKE 'CREATE VIRTUAL%'"
            " OR (type = 'index' AND sql LIKE '%(%(%') LIMIT 1",
            -1, &q, NULL) != SQLITE_OK) {
        return store_fail(foreign, "comparing the structure", err);
    }
    bool is_row = false;
    TRY(store_next(foreign, q, "comparing the structure", &is_row, err));
    if (is_row) {
        const char *type = (const char *)sqlite3_column_text(q, 0);
        const char *name = (const char *)sqlite3_column_text(q, 1);
        return fail_structure(type ? type : "", name ? name : "", err);
    }
    return RC_OK;
}

static enum rc is_whole(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &q, NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW) {
        return store_fail(db, "checking the file", err);
    }
    const char *said = (const char *)sqlite3_column_text(q, 0);
    return said && strcmp(said, "ok") == 0
               ? RC_OK
               : err_setf(err, RC_MALFORMED, "the file is damaged (%.100s): copy it anew",
                          said ? said : "");
}

static enum rc read_shard(struct merge_input *in, struct err *err)
{
    char text[64];
    store_info_get(in->db, "now", text, sizeof(text));
    if (!num_i64(text, strlen(text), &in->now) || in->now <= 0) {
        return err_setf(err, RC_MALFORMED, "it does not say when it was made (audit_info now)");
    }
    store_info_get(in->db, "shard_set", in->set, sizeof(in->set));
    store_info_get(in->db, "shard", text, sizeof(text));
    if (!text[0]) {
        in->set[0] = '\0'; /* of a merged file it only tells where it comes from */
        return RC_OK;
    }
    const char *slash = strchr(text, '/');
    int64_t number = 0, count = 0;
    bool ok = slash && num_i64(text, (size_t)(slash - text), &number) &&
              num_i64(slash + 1, strlen(slash + 1), &count) && in->set[0] && number >= 1 &&
              number <= count && count <= MERGE_INPUTS_MOST;
    if (!ok) {
        return err_setf(err, RC_MALFORMED, "which shard it is cannot be read (audit_info shard)");
    }
    in->number = (uint32_t)number;
    in->count = (uint32_t)count;
    return RC_OK;
}

enum rc merge_input_open(const char *path, struct store *ours, struct merge_input *ret,
                         struct err *err)
{
    *ret = (struct merge_input){ .path = path };
    TRY(store_open_reader(path, &ret->db, err));
    enum rc rc = store_exec(ret->db, "PRAGMA cache_size=-4096", err); /* many may be open */
    if (rc == RC_OK) {
        rc = is_whole(ret->db, err);
    }
    if (rc == RC_OK) {
        rc = has_ours(ret->db, store_handle(ours), err);
    }
    if (rc == RC_OK) {
        rc = has_no_more(ret->db, err);
    }
    if (rc == RC_OK) {
        rc = read_shard(ret, err);
    }
    if (rc != RC_OK) {
        merge_input_done(ret);
        return err_at(err, "%s", path);
    }
    return RC_OK;
}

void merge_input_done(struct merge_input *in)
{
    (void)sqlite3_close(in->db);
    in->db = NULL;
}
