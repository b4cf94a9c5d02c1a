/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a foreign file. SQLite follows the numbers that stand in the pages of a tree as they are: twenty levels of pages, each of which names the
 * next one four hundred times, are a table of 400^20 rows in 80 KiB, and counting them cannot be interrupted. Here every page that a tree names is
 * marked, and may be named once. (Database file format: https://www.sqlite.org/fileformat2.html, 1.6 "B-tree Pages".) What the cells hold is left to
 * SQLite, which checks it as it reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/store_internal.h"

enum {
    PAGE_MOST = 65536,
    DEPTH_MOST = 20,           /* SQLite's own */
    LENGTH_MOST = 1024 * 1024, /* of a definition; ours have some KiB */
    PATTERN_MOST = 64,
    TREE_INDEX = 2,
    TREE_TABLE = 5
};

struct pages {
    sqlite3_file *
        file; /* SQLite's own: closing another descriptor of the file would drop the locks that it holds */
    uint32_t size, count;
    unsigned char *named; /* a bit a page */
    unsigned char *page;  /* one a level, since a page is read while its children are looked at */
};

static enum rc fail(uint32_t page, struct err *err)
{
    return err_setf(
        err, RC_MALFORMED,
        "the file is damaged, or not as Kagimori makes it (page %u is in two places or in none): take another copy of it, or audit again",
        page);
}

static void pages_done(struct pages *p)
{
    free(p->named);
    free(p->page);
}

static uint32_t u16(const unsigned char *b)
{
    return (uint32_t)b[0] << 8 | b[1];
}

static uint32_t u32(const unsigned char *b)
{
    return u16(b) << 16 | u16(b + 2);
}

static bool get(const struct pages *p, void *ret, size_t size, uint64_t at)
{
    return p->file->pMethods->xRead(p->file, ret, (int)size, (sqlite3_int64)at) == SQLITE_OK;
}

static bool mark(struct pages *p, uint32_t page)
{
    if (page == 0 || page > p->count) {
        return false;
    }
    unsigned char bit = (unsigned char)(1U << (page & 7));
    bool is_new = (p->named[page >> 3] & bit) == 0;
    p->named[page >> 3] |= bit;
    return is_new;
}

static enum rc walk(struct pages *p, uint32_t page, unsigned level,
                    struct err *err) // NOLINT(misc-no-recursion)
{
    unsigned char *b = p->page + (size_t)level * p->size;
    uint64_t at = (uint64_t)(page - 1) * p->size;
    size_t head = page == 1 ? 100 : 0; /* the header of the file stands before the first page's */
    if (!get(p, b, head + 1, at)) {
        return fail(page, err);
    }
    if (b[head] != TREE_INDEX && b[head] != TREE_TABLE) {
        return RC_OK; /* a leaf, or something that SQLite will not take for a tree */
    }
    if (level + 1 == DEPTH_MOST || !get(p, b, p->size, at)) {
        return fail(page, err);
    }
    uint32_t cells = u16(b + head + 3);
    if (head + 12 + (size_t)cells * 2 > p->size) {
        return fail(page, err);
    }
    for (uint32_t i = 0; i <= cells; i++) {
        /* The last child stands in the head of the page. */
        size_t cell = i < cells ? u16(b + head + 12 + (size_t)i * 2) : head + 8;
        uint32_t child = cell + 4 <= p->size ? u32(b + cell) : 0;
        if (!mark(p, child)) {
            return fail(child, err);
        }
        TRY(walk(p, child, level + 1, err));
    }
    return RC_OK;
}

static enum rc walk_all(struct pages *p, sqlite3 *db, const char *schema, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    char sql[96];
    (void)snprintf(sql, sizeof(sql), "SELECT rootpage FROM %s.sqlite_schema WHERE rootpage <> 0",
                   schema);
    /* The tree of the schema first: it is about to be read. */
    (void)mark(p, 1);
    TRY(walk(p, 1, 0, err));
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return store_fail(db, "reading the structure of the file", err);
    }
    for (bool is_row = true;;) {
        TRY(store_next(db, q, "reading the structure of the file", &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        int64_t root = sqlite3_column_int64(q, 0);
        if (root <= 1 || root > UINT32_MAX || !mark(p, (uint32_t)root)) {
            return fail(root > 0 && root <= UINT32_MAX ? (uint32_t)root : 0, err);
        }
        TRY(walk(p, (uint32_t)root, 0, err));
    }
}

static enum rc pages_open(struct pages *p, sqlite3 *db, const char *schema, struct err *err)
{
    unsigned char head[100];
    sqlite3_int64 end = 0;
    if (sqlite3_file_control(db, schema, SQLITE_FCNTL_FILE_POINTER, (void *)&p->file) !=
            SQLITE_OK ||
        !p->file->pMethods || p->file->pMethods->xFileSize(p->file, &end) != SQLITE_OK) {
        return store_fail(db, "reading the file", err);
    }
    if (end == 0) {
        return RC_OK; /* a file that has not begun */
    }
    if (!get(p, head, sizeof(head), 0) || memcmp(head, "SQLite format 3", 16) != 0) {
        return err_setf(err, RC_USAGE, "not a database: name a file that Kagimori made");
    }
    p->size = u16(head + 16) == 1 ? PAGE_MOST : u16(head + 16);
    if (p->size < 512 || (p->size & (p->size - 1)) != 0 || end / p->size > UINT32_MAX - 1) {
        return fail(1, err);
    }
    p->count = (uint32_t)(end / p->size);
    p->named = calloc(1, (size_t)p->count / 8 + 1);
    p->page = malloc((size_t)p->size * DEPTH_MOST);
    return p->named && p->page ? RC_OK
                               : err_setf(err, RC_NOMEM, "no memory to look at the evidence file");
}

/* Pages that stand in the log only SQLite knows how to find. what: a table, or the most faults that are told of all tables. Of all tables it works out
 * generated columns, which somebody may have written; of the schema alone there are none. */
static enum rc check_slowly(sqlite3 *db, const char *schema, const char *what, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    char sql[64];
    bool is_row = false;
    (void)snprintf(sql, sizeof(sql), "PRAGMA %s.quick_check(%s)", schema, what);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return store_fail(db, "checking the file", err);
    }
    TRY(store_next(db, q, "checking the file", &is_row, err));
    const char *said = is_row ? (const char *)sqlite3_column_text(q, 0) : NULL;
    return said && strcmp(said, "ok") == 0
               ? RC_OK
               : err_setf(err, RC_MALFORMED, "the file is damaged (%.100s): copy it anew",
                          said ? said : "");
}

static enum rc check_locked(sqlite3 *db, const char *schema, struct err *err)
{
    struct pages p AUTO(pages_done) = { 0 };
    TRY(pages_open(&p, db, schema, err));
    return p.count > 0 ? walk_all(&p, db, schema, err) : RC_OK;
}

/* By SQLite's own name of the file, in which links are followed. */
static bool has_log(sqlite3 *db, const char *schema)
{
    const char *path = sqlite3_db_filename(db, schema);
    return path && path[0] && store_has_log(path);
}

static enum rc check_pages(sqlite3 *db, const char *schema, bool *ret_is_part, struct err *err)
{
    char sql[64];
    *ret_is_part = has_log(db, schema);
    if (*ret_is_part) {
        return check_slowly(db, schema, "sqlite_schema", err);
    }
    /* Under SQLite's lock, since pages of two moments do not fit together where another process writes. This pragma takes it, and reads the head of the
     * file only: no tree. */
    (void)snprintf(sql, sizeof(sql), "BEGIN; PRAGMA %s.schema_version", schema);
    enum rc rc = store_exec(db, sql, err);
    if (rc == RC_OK) {
        rc = check_locked(db, schema, err);
    }
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    /* A log that has come meanwhile holds pages that are newer than those of the file. */
    *ret_is_part = has_log(db, schema);
    return rc == RC_MALFORMED && *ret_is_part ? check_slowly(db, schema, "sqlite_schema", err) : rc;
}

/* SQLite reads the statistics (sqlite_stat1) together with the schema, and generated columns of that table are worked out before anybody has seen how it
 * is defined: that cannot be kept from it, but one step of it must not take long, since time is looked at between steps. */
enum rc store_check_pages(sqlite3 *db, const char *schema, bool *ret_is_part, struct err *err)
{
    int length = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MOST);
    int pattern = sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_MOST);
    enum rc rc = check_pages(db, schema, ret_is_part, err);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, length);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, pattern);
    return rc;
}

enum rc store_check_rest(sqlite3 *db, const char *schema, bool is_part, struct err *err)
{
    return is_part || has_log(db, schema) ? check_slowly(db, schema, "1", err) : RC_OK;
}
