/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the tables and views of an evidence file, and the labels of view columns from the comments of the views. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "audit/evidence/store_internal.h"

extern const unsigned char schema_sql[];
extern const unsigned char views_sql[];

/* The text of a view as SQLite keeps it, read once from left to right. */
struct scan {
    const char *p;
    const char *name; /* last identifier on this line, NULL when something else followed it */
    size_t name_size;
};

static bool is_identifier(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Past a quoted piece whose quote is at s->p; SQL doubles a quote inside. */
static void skip_quoted(struct scan *s)
{
    char quote = *s->p == '[' ? ']' : *s->p;
    const char *start = ++s->p;
    while (*s->p && (*s->p != quote || (quote != ']' && s->p[1] == quote))) {
        s->p += *s->p == quote ? 2 : 1;
    }
    s->name = quote == '\'' ? NULL : start;
    s->name_size = (size_t)(s->p - start);
    s->p += *s->p ? 1 : 0;
}

/* Moves to the text of the next line comment and returns its end, or NULL at the end of the view. */
static const char *next_comment(struct scan *s)
{
    while (*s->p) {
        if (strchr("'\"`[", *s->p)) {
            skip_quoted(s);
        } else if (s->p[0] == '-' && s->p[1] == '-') {
            s->p += 2;
            return s->p + strcspn(s->p, "\n");
        } else if (s->p[0] == '/' && s->p[1] == '*') {
            const char *end = strstr(s->p + 2, "*/");
            s->p = end ? end + 2 : s->p + strlen(s->p);
        } else if (is_identifier(*s->p)) {
            s->name = s->p;
            while (is_identifier(*s->p)) {
                s->p++;
            }
            s->name_size = (size_t)(s->p - s->name);
        } else {
            if (*s->p == '\n' || !strchr(", \t\r", *s->p)) {
                s->name = NULL;
            }
            s->p++;
        }
    }
    return NULL;
}

/* Cuts spaces off both ends. */
static void trim(const char **p, const char **end)
{
    while (*p < *end && isspace((unsigned char)**p)) {
        (*p)++;
    }
    while (*end > *p && isspace((unsigned char)(*end)[-1])) {
        (*end)--;
    }
}

static int insert_label(sqlite3_stmt *insert, const char *view, const struct scan *s,
                        const char *end)
{
    const char *slash = s->p;
    while (slash + 3 <= end && memcmp(slash, " / ", 3) != 0) {
        slash++;
    }
    if (!s->name || slash + 3 > end) {
        return SQLITE_DONE;
    }
    const char *en = s->p, *en_end = slash, *ja = slash + 3, *ja_end = end;
    trim(&en, &en_end);
    trim(&ja, &ja_end);
    (void)sqlite3_bind_text(insert, 1, view, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(insert, 2, s->name, (int)s->name_size, SQLITE_STATIC);
    (void)sqlite3_bind_text(insert, 3, en, (int)(en_end - en), SQLITE_STATIC);
    (void)sqlite3_bind_text(insert, 4, ja, (int)(ja_end - ja), SQLITE_STATIC);
    int sq = sqlite3_step(insert);
    (void)sqlite3_reset(insert);
    return sq;
}

static int label_view(sqlite3_stmt *insert, const char *view, const char *sql)
{
    struct scan s = { .p = sql };
    for (const char *end = next_comment(&s); end; end = next_comment(&s)) {
        int sq = insert_label(insert, view, &s, end);
        if (sq != SQLITE_DONE) {
            return sq;
        }
        s.p = end;
    }
    return SQLITE_DONE;
}

enum rc store_label_views(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *views = NULL, *insert = NULL;
    int sq = sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'view'", -1,
                                &views, NULL);
    if (sq == SQLITE_OK) {
        sq = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO column_label VALUES(?, ?, ?, ?)", -1,
                                &insert, NULL);
    }
    if (sq == SQLITE_OK) {
        sq = SQLITE_DONE;
        while (sq == SQLITE_DONE && sqlite3_step(views) == SQLITE_ROW) {
            sq = label_view(insert, (const char *)sqlite3_column_text(views, 0),
                            (const char *)sqlite3_column_text(views, 1));
        }
    }
    enum rc rc = sq == SQLITE_DONE ? RC_OK : store_fail(db, "labelling columns", err);
    (void)sqlite3_finalize(views);
    (void)sqlite3_finalize(insert);
    return rc;
}

const char *store_mark(const unsigned char *text, char buf[32])
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const unsigned char *p = text; *p; p++) {
        h = (h ^ *p) * UINT64_C(1099511628211);
    }
    (void)snprintf(buf, 32, "%016llx", (unsigned long long)h);
    return buf;
}

static enum rc make_views(sqlite3 *db, struct err *err)
{
    char mark[32], sql[160];
    enum rc rc = store_exec(db, (const char *)views_sql, err);
    if (rc != RC_OK) {
        return err_prefix(err, "making the views");
    }
    TRY(store_label_views(db, err));
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT OR REPLACE INTO audit_info VALUES('schema_version', '%d'), ('views', '%s')",
        KAGIMORI_SCHEMA_VERSION, store_mark(views_sql, mark));
    return store_exec(db, sql, err);
}

enum rc store_tables_sql(struct wr *w, struct err *err)
{
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        row_ddl(w, (enum row_table)table);
    }
    wr_u8(w, 0);
    return w->bad ? err_setf(err, RC_NOMEM, "no memory for the tables") : RC_OK;
}

static enum rc make_tables(sqlite3 *db, struct err *err)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    TRY(store_tables_sql(&w, err));
    TRY(store_exec(db, (const char *)w.data, err));
    return store_exec(db, (const char *)schema_sql, err);
}

enum rc store_schema_create(sqlite3 *db, struct err *err)
{
    char sql[128];
    (void)snprintf(sql, sizeof(sql), "PRAGMA application_id=%d; PRAGMA user_version=%d",
                   STORE_APPLICATION_ID, KAGIMORI_SCHEMA_VERSION);
    TRY(store_exec(db, "BEGIN IMMEDIATE", err));
    TRY(store_exec(db, sql, err));
    TRY(make_tables(db, err));
    TRY(make_views(db, err));
    return store_exec(db, "COMMIT", err);
}

/* An empty evidence file as SQLite writes it, made once a process: its seven hundred statements take longer than all else that a small set
 * of checks needs. Never freed. One thread. */
static unsigned char *empty_file;
static sqlite3_int64 empty_size;

enum rc store_schema_memory(sqlite3 *db, struct err *err)
{
    if (!empty_file) {
        TRY(store_schema_create(db, err));
        empty_file =
            sqlite3_serialize(db, "main", &empty_size, 0); /* NULL: the next one is made anew */
        return RC_OK;
    }
    unsigned char *own = sqlite3_malloc64((sqlite3_uint64)empty_size);
    if (!own) {
        return err_setf(err, RC_NOMEM, "no memory for the tables");
    }
    memcpy(own, empty_file, (size_t)empty_size);
    /* db frees it, also when this fails */
    return sqlite3_deserialize(db, "main", own, empty_size, empty_size,
                               SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) ==
                   SQLITE_OK
               ? RC_OK
               : store_fail(db, "making the tables", err);
}

static enum rc drop_views(sqlite3 *db, struct err *err)
{
    for (;;) {
        sqlite3_stmt *q = NULL;
        char *sql = NULL;
        if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'view' LIMIT 1", -1,
                               &q, NULL) == SQLITE_OK &&
            sqlite3_step(q) == SQLITE_ROW) {
            sql = sqlite3_mprintf("DROP VIEW \"%w\"", (const char *)sqlite3_column_text(q, 0));
        }
        (void)sqlite3_finalize(q);
        if (!sql) {
            /* Those of the schema files; derived tables are filled through views. */
            TRY(store_make_own_view(db, "finding", err));
            TRY(store_make_own_view(db, "reset_line", err));
            return store_exec(db,
                              "DELETE FROM column_label; DELETE FROM view_source;"
                              "DELETE FROM audit_info WHERE name = 'derived'",
                              err);
        }
        enum rc rc = store_exec(db, sql, err);
        sqlite3_free(sql);
        TRY(rc);
    }
}

enum rc store_schema_refresh(sqlite3 *db, bool is_other, struct err *err)
{
    char now[32], then[32];
    store_info_get(db, "views", then, sizeof(then));
    if (!is_other && strcmp(store_mark(views_sql, now), then) == 0) {
        return RC_OK;
    }
    TRY(store_exec(db, "BEGIN IMMEDIATE", err));
    enum rc rc = is_other ? store_renew_indexes(db, err) : RC_OK;
    if (rc == RC_OK) {
        rc = drop_views(db, err);
    }
    if (rc == RC_OK) {
        rc = make_views(db, err);
    }
    if (rc == RC_OK) {
        rc = store_exec(db, "COMMIT", err);
    }
    if (rc != RC_OK) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        return err_prefix(err, "renewing the views of an evidence file of another build");
    }
    return RC_OK;
}
