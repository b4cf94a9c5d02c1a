/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schema that is stored inside an evidence file is a program: SQLite runs its views, generated columns and triggers. Who gets a file from somebody
 * else must not run what that person wrote. So every object of the file is compared with the one that this build makes, by its text. Tables must be
 * ours. Views may be another build's or anybody's: readers put ours over them, the writer makes them anew. Anything else is refused. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/store_internal.h"

/* Two schemas, read side by side in the order of their names. */
struct comparison {
    sqlite3 *foreign;
    sqlite3_stmt *f;
    const struct store_structure *ours;
    size_t at;
    struct store_object theirs, own;
    bool is_theirs, is_own; /* there is one */
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The next character of a definition that means something: white space and comments to the end of a line count as one blank where they part two
 * words, and not at all elsewhere. Stays at the end. */
static char next_of(const char **p, char *quote, char last)
{
    bool is_apart = false;
    for (; !*quote; (*p)++, is_apart = true) {
        if ((*p)[0] == '-' && (*p)[1] == '-') {
            *p += strcspn(*p, "\n");
        }
        if (**p == '\0' || !strchr(" \t\r\n", **p)) {
            break;
        }
    }
    char c = **p;
    if (is_apart && is_word(last) && is_word(c)) {
        return ' ';
    }
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
        char last = c;
        c = next_of(&a, &in_a, last);
        if (c != next_of(&b, &in_b, last)) {
            return false;
        }
    } while (c != '\0');
    return true;
}

static bool is_of(const struct store_object *o, const char *type)
{
    return strcmp(o->type, type) == 0;
}

static bool is_same(const struct store_object *a, const struct store_object *b)
{
    if (strcmp(a->type, b->type) != 0 || strcmp(a->table, b->table) != 0 || !a->sql != !b->sql) {
        return false;
    }
    /* The comments of a view are read: they are labels. */
    return !a->sql ||
           (is_of(a, "view") ? strcmp(a->sql, b->sql) == 0 : is_same_definition(a->sql, b->sql));
}

/* What ANALYZE and PRAGMA optimize leave behind; the worst they can do is to make a query slow. */
static bool is_statistics(const struct store_object *o)
{
    return is_of(o, "table") && o->sql &&
           (strcmp(o->sql, "CREATE TABLE sqlite_stat1(tbl,idx,stat)") == 0 ||
            strcmp(o->sql, "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)") == 0);
}

static const char *text(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    return s ? s : "";
}

static enum rc next_object(sqlite3 *db, sqlite3_stmt *q, struct store_object *ret, bool *ret_is,
                           struct err *err)
{
    TRY(store_next(db, q, "reading the structure of the file", ret_is, err));
    if (*ret_is) {
        ret->type = text(q, 0);
        ret->name = text(q, 1);
        ret->table = text(q, 2);
        ret->sql = (const char *)sqlite3_column_text(q, 3);
    }
    return RC_OK;
}

static enum rc open_schema(sqlite3 *db, const char *schema, sqlite3_stmt **ret, struct err *err)
{
    char sql[128];
    (void)snprintf(sql, sizeof(sql),
                   "SELECT type, name, tbl_name, sql FROM %s.sqlite_schema ORDER BY name", schema);
    return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK
               ? RC_OK
               : store_fail(db, "reading the structure of the file", err);
}

static void comparison_done(struct comparison *c)
{
    store_statement_done(&c->f);
}

static void next_own(struct comparison *c)
{
    c->is_own = c->at < c->ours->count;
    if (c->is_own) {
        c->own = c->ours->objects[c->at++];
    }
}

static enum rc next_theirs(struct comparison *c, struct err *err)
{
    do {
        TRY(next_object(c->foreign, c->f, &c->theirs, &c->is_theirs, err));
        /* The index of a key stands and falls with its table: SQLite holds it against the definition. */
    } while (c->is_theirs && is_of(&c->theirs, "index") && !c->theirs.sql);
    return RC_OK;
}

static enum rc compare_begin(struct comparison *c, sqlite3 *foreign, const char *schema,
                             struct err *err)
{
    c->foreign = foreign;
    TRY(store_structure_get(&c->ours, err));
    TRY(open_schema(foreign, schema, &c->f, err));
    next_own(c);
    return next_theirs(c, err);
}

/* Below 0: only the file has the next object. Above 0: only this build has. */
static int side_of(const struct comparison *c)
{
    return !c->is_own ? -1 : !c->is_theirs ? 1 : strcmp(c->theirs.name, c->own.name);
}

static enum rc compare_next(struct comparison *c, struct err *err)
{
    int side = side_of(c);
    if (side >= 0) {
        next_own(c);
    }
    return side > 0 ? RC_OK : next_theirs(c, err);
}

/* Where the file and this build differ: of which kind is it? NULL: they do not, or it does not matter. */
static const struct store_object *difference(const struct comparison *c)
{
    int side = side_of(c);
    if (side > 0) {
        /* Indexes are made when rows are derived from, and only speed things up; that of a key is more. */
        return is_of(&c->own, "index") &&
                       strncmp(c->own.sql ? c->own.sql : "", "CREATE INDEX", 12) == 0
                   ? NULL
                   : &c->own;
    }
    if (side < 0) {
        return is_statistics(&c->theirs) ? NULL : &c->theirs;
    }
    return is_same(&c->theirs, &c->own) ? NULL : &c->theirs;
}

/* We ask SQLite for pragmas as tables; one of that name in a file would stand before SQLite's. */
static bool is_function(const struct store_object *o)
{
    return !is_of(o, "index") && sqlite3_strnicmp(o->name, "pragma_", 7) == 0;
}

/* What can be made anew, or done without. Under one name a table is no view. An index over an expression could compute. */
static bool is_renewable(const struct comparison *c, const struct store_object *o)
{
    if (side_of(c) == 0 && strcmp(c->theirs.type, c->own.type) != 0) {
        return false;
    }
    return (is_of(o, "view") && !is_function(o)) ||
           (is_of(o, "index") && o->sql && sqlite3_strlike("%(%(%", o->sql, 0) != 0);
}

static enum rc refuse(const struct store_object *o, struct err *err)
{
    return err_setf(
        err, RC_USAGE,
        "its structure is not the one of this Kagimori (%.10s \"%.60s\"), and nothing of it was run: take another copy of the file, "
        "or use the version that made it",
        o->type, o->name);
}

enum rc store_survey(sqlite3 *db, const char *schema, bool *ret_is_other, struct err *err)
{
    struct comparison c AUTO(comparison_done) = { 0 };
    *ret_is_other = false;
    TRY(compare_begin(&c, db, schema, err));
    while (c.is_theirs || c.is_own) {
        const struct store_object *o = difference(&c);
        if (o && !is_renewable(&c, o)) {
            return refuse(o, err);
        }
        *ret_is_other = *ret_is_other || o;
        TRY(compare_next(&c, err));
    }
    return RC_OK;
}

static void renew(const struct comparison *c, sqlite3_str *s)
{
    const struct store_object *o = difference(c);
    if (!o || !is_of(o, "index")) {
        return;
    }
    if (side_of(c) <= 0) {
        sqlite3_str_appendf(s, "DROP INDEX \"%w\";", o->name);
    }
    if (side_of(c) >= 0) {
        sqlite3_str_appendf(s, "%s;", c->own.sql);
    }
}

enum rc store_renew_indexes(sqlite3 *db, struct err *err)
{
    struct comparison c AUTO(comparison_done) = { 0 };
    sqlite3_str *s = sqlite3_str_new(db);
    enum rc rc = compare_begin(&c, db, "main", err);
    while (rc == RC_OK && (c.is_theirs || c.is_own)) {
        renew(&c, s);
        rc = compare_next(&c, err);
    }
    comparison_done(&c);
    char *sql = sqlite3_str_finish(s);
    if (rc == RC_OK && sql) {
        rc = store_exec(db, sql, err);
    }
    sqlite3_free(sql);
    return rc;
}

enum rc store_make_own_view(sqlite3 *db, const char *name, struct err *err)
{
    const struct store_structure *ours = NULL;
    TRY(store_structure_get(&ours, err));
    for (size_t i = 0; i < ours->count; i++) {
        if (is_of(&ours->objects[i], "view") && strcmp(ours->objects[i].name, name) == 0) {
            return store_exec(db, ours->objects[i].sql, err);
        }
    }
    return err_setf(err, RC_BUG, "there is no view %s", name);
}

enum rc store_shadow_views(sqlite3 *db, struct err *err)
{
    const struct store_structure *ours = NULL;
    TRY(store_structure_get(&ours, err));
    TRY(store_exec(db, "PRAGMA temp_store=MEMORY; BEGIN", err));
    for (size_t i = 0; i < ours->count; i++) {
        if (!is_of(&ours->objects[i], "view")) {
            continue;
        }
        char *sql = sqlite3_mprintf("CREATE TEMP %s", ours->objects[i].sql + sizeof("CREATE ") - 1);
        enum rc rc = sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
        sqlite3_free(sql);
        TRY(rc);
    }
    return store_exec(db, "COMMIT", err);
}

static enum rc ask(sqlite3 *db, const char *schema, const char *pragma, const char *name,
                   sqlite3_stmt **ret, struct err *err)
{
    char *sql = sqlite3_mprintf("PRAGMA %s.%s(\"%w\")", schema, pragma, name);
    enum rc rc = !sql ? err_setf(err, RC_NOMEM, "out of memory")
                 : sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK
                     ? RC_OK
                     : store_fail(db, "reading the structure of the file", err);
    sqlite3_free(sql);
    return rc;
}

/* *ret: SQLite knows the table, and none of its columns computes. *ret_has_default: one of them has a value of its own, which may be an expression. */
static enum rc look_at_columns(sqlite3 *db, const char *schema, const char *table, bool *ret,
                               bool *ret_has_default, struct err *err)
{
    enum {
        DEFAULT = 4,
        HIDDEN = 6
    };

    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    *ret = false;
    TRY(ask(db, schema, "table_xinfo", table, &q, err));
    for (bool is_row = true;;) {
        TRY(store_next(db, q, "reading the structure of the file", &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        *ret = sqlite3_column_int(q, HIDDEN) == 0;
        *ret_has_default = *ret_has_default || sqlite3_column_type(q, DEFAULT) != SQLITE_NULL;
        if (!*ret) {
            return RC_OK;
        }
    }
}

/* True of an index over columns only, and over all rows. */
static enum rc look_at_index(sqlite3 *db, const char *schema, const struct store_object *o,
                             bool *ret, struct err *err)
{
    enum {
        COLUMN = 1, /* -2: an expression */
        NAME = 1,
        PARTIAL = 4
    };

    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    sqlite3_stmt *all AUTO(store_statement_done) = NULL;
    bool is_row = true;
    *ret = false;
    TRY(ask(db, schema, "index_list", o->table, &all, err));
    while (is_row && !*ret) {
        TRY(store_next(db, all, "reading the structure of the file", &is_row, err));
        *ret = is_row && sqlite3_stricmp(text(all, NAME), o->name) == 0 &&
               sqlite3_column_int(all, PARTIAL) == 0;
    }
    TRY(ask(db, schema, "index_xinfo", o->name, &q, err));
    while (is_row) {
        TRY(store_next(db, q, "reading the structure of the file", &is_row, err));
        *ret = *ret && (!is_row || sqlite3_column_int(q, COLUMN) >= -1);
    }
    return RC_OK;
}

/* A table that computes nothing, or such an index. Whether it does is SQLite's word, not our reading of the definition. SQLite keeps each definition
 * behind these words, and holds the kind and the name against it when it reads it: what begins so is no virtual table. */
static enum rc look(sqlite3 *db, const char *schema, const struct store_object *o,
                    bool *ret_is_plain, bool *ret_has_default, struct err *err)
{
    *ret_is_plain = false;
    if (is_of(o, "table") && o->sql && strncmp(o->sql, "CREATE TABLE ", 13) == 0) {
        return look_at_columns(db, schema, o->name, ret_is_plain, ret_has_default, err);
    }
    if (is_of(o, "index") && !o->sql) {
        *ret_is_plain = true; /* of a key */
        return RC_OK;
    }
    return is_of(o, "index") ? look_at_index(db, schema, o, ret_is_plain, err) : RC_OK;
}

/* True when one of them is a view and the other is not, under a name that is the same to SQLite. */
static bool is_other_kind(const struct comparison *c)
{
    for (size_t i = 0; i < c->ours->count; i++) {
        const struct store_object *own = &c->ours->objects[i];
        if (is_of(own, "view") != is_of(&c->theirs, "view") &&
            sqlite3_stricmp(own->name, c->theirs.name) == 0) {
            return true;
        }
    }
    return false;
}

/* Of an older schema the text of a table is not known here. What is a view here may be any view there, for it is not asked. */
static enum rc check_one(const struct comparison *c, const char *schema, struct err *err)
{
    bool is_plain = false, has_default = false;
    if (side_of(c) > 0 || (side_of(c) == 0 && is_same(&c->theirs, &c->own))) {
        return RC_OK;
    }
    if (is_other_kind(c) || is_function(&c->theirs)) {
        return refuse(&c->theirs, err);
    }
    if (is_of(&c->theirs, "view")) {
        return RC_OK;
    }
    TRY(look(c->foreign, schema, &c->theirs, &is_plain, &has_default, err));
    return is_plain ? RC_OK : refuse(&c->theirs, err);
}

enum rc store_check_older(sqlite3 *db, const char *schema, struct err *err)
{
    struct comparison c AUTO(comparison_done) = { 0 };
    TRY(compare_begin(&c, db, schema, err));
    while (c.is_theirs) {
        TRY(check_one(&c, schema, err));
        TRY(compare_next(&c, err));
    }
    return RC_OK;
}

enum rc store_check_plain(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct store_object o = { 0 };
    TRY(open_schema(db, "main", &q, err));
    for (bool is_row = true, is_plain = false, has_default = false;;) {
        TRY(next_object(db, q, &o, &is_row, err));
        if (!is_row) {
            return RC_OK;
        }
        TRY(look(db, "main", &o, &is_plain, &has_default, err));
        if (!is_plain || has_default || is_function(&o)) {
            return refuse(&o, err);
        }
    }
}
