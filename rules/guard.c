/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/evidence/store.h"
#include "rules/sql_text.h"

enum {
    STEP_UNIT = 100000
};

const char *const guard_functions[] = { "abs",
                                        "avg",
                                        "cast",
                                        "char",
                                        "coalesce",
                                        "count",
                                        "dense_rank",
                                        "first_value",
                                        "format",
                                        "glob",
                                        "group_concat",
                                        "hex",
                                        "ifnull",
                                        "iif",
                                        "instr",
                                        "json_array_length",
                                        "json_extract",
                                        "lag",
                                        "last_value",
                                        "lead",
                                        "length",
                                        "like",
                                        "lower",
                                        "ltrim",
                                        "max",
                                        "min",
                                        "nullif",
                                        "printf",
                                        "quote",
                                        "rank",
                                        "regexp",
                                        "replace",
                                        "round",
                                        "row_number",
                                        "rtrim",
                                        "sign",
                                        "substr",
                                        "substring",
                                        "sum",
                                        "total",
                                        "trim",
                                        "typeof",
                                        "unicode",
                                        "upper",
                                        NULL };

/* Besides the above, inside views, which are part of this program: text of times, and JSON. */
static const char *const view_functions[] = { "date",
                                              "datetime",
                                              "strftime",
                                              "time",
                                              "unixepoch",
                                              "julianday",
                                              "json",
                                              "json_array",
                                              "json_object",
                                              "json_group_array",
                                              "json_group_object",
                                              "json_each",
                                              "->",
                                              "->>",
                                              "nth_value",
                                              "ntile",
                                              "likelihood",
                                              "likely",
                                              "unlikely",
                                              NULL };

static bool is_among(const char *word, const char *const *words)
{
    for (; *words; words++) {
        if (strcasecmp(*words, word) == 0) {
            return true;
        }
    }
    return false;
}

/* The context is the innermost view, or a name that WITH defines; the latter may be the author's own and protects nothing. */
static bool is_inside_view(const struct guard *g, const char *context)
{
    if (!context) {
        return false;
    }
    for (size_t i = 0; i < g->own_count; i++) {
        if (strcasecmp(g->own[i], context) == 0) {
            return false;
        }
    }
    return true;
}

static int deny(struct guard *g, const char *what, const char *name, const char *hint)
{
    if (g->denied[0] == '\0') {
        (void)snprintf(g->denied, sizeof(g->denied), "%s '%s' %s", what, name ? name : "", hint);
    }
    return SQLITE_DENY;
}

static bool text_names(const struct guard *g, const char *table)
{
    struct sql_token t;
    const char *p = g->text ? g->text : "";
    while (sql_next(&p, &t)) {
        if ((t.kind == SQL_WORD || t.kind == SQL_QUOTED) && t.n == strlen(table) &&
            strncasecmp(t.p, table, t.n) == 0) {
            return true;
        }
    }
    return false;
}

/* SQLite asks for column "" of tables that it joins without reading them, after it has merged a view into the statement: then
 * the context is lost. Such a table came from a view unless the author's own text names it; then it must be a part that the
 * text itself defines. Results are in no view that a check may read. */
static bool is_merged(const struct guard *g, const char *table, const char *column)
{
    static const char *const results[] = { "result", "check_info", "check_count", "waiver", NULL };
    if (column[0] != '\0' || is_among(table, results)) {
        return false;
    }
    if (!text_names(g, table)) {
        return true;
    }
    bool is_own = false;
    for (size_t i = 0; i < g->own_count; i++) {
        is_own = is_own || strcasecmp(g->own[i], table) == 0;
    }
    return is_own && !is_among(table, g->catalogue->table_names);
}

static int note_view(struct guard *g, const struct view *v)
{
    for (size_t i = 0; i < g->read_count; i++) {
        if (g->read[i] == v->name) {
            return SQLITE_OK;
        }
    }
    if (g->read_count == GUARD_MAX_READ) {
        return deny(g, "the view", v->name, "is one too many for one condition");
    }
    g->read[g->read_count++] = v->name;
    return SQLITE_OK;
}

static int allow_read(struct guard *g, const char *table, const char *column, const char *context)
{
    if (strncasecmp(table, "sqlite_", 7) == 0) {
        return deny(g, "the table", table, "may not be read");
    }
    if (is_inside_view(g, context)) {
        return SQLITE_OK;
    }
    const struct view *v = catalogue_view(g->catalogue, table);
    if (!v && is_merged(g, table, column)) {
        return SQLITE_OK;
    }
    if (!v) {
        return deny(
            g, "the table", table,
            "may not be read: a condition reads views (kagimori checks columns lists them)");
    }
    return note_view(g, v);
}

static int authorise(void *context, int action, const char *a, const char *b, const char *database,
                     const char *inside)
{
    struct guard *g = context;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        /* Views of this build may stand over those of the file as temporary ones. */
        if (database && strcmp(database, "main") != 0 && strcmp(database, "temp") != 0) {
            return deny(g, "the database", database, "may not be read");
        }
        return allow_read(g, a ? a : "", b ? b : "", inside);
    case SQLITE_FUNCTION:
        if (is_among(b, guard_functions) ||
            (is_inside_view(g, inside) && is_among(b, view_functions))) {
            return SQLITE_OK;
        }
        return deny(g, "the function", b, "may not be called in a condition");
    default:
        return deny(g, "a statement", a ? a : "", "other than a SELECT over views is not allowed");
    }
}

static bool opens(const struct sql_token *t)
{
    return t->kind == SQL_SIGN && *t->p == '(';
}

/* A view of which a statement reads no column, as in EXISTS or count(*), is merged before SQLite asks for it; what it does not
 * show is needed none the less. */
static void note_named_views(struct guard *g)
{
    struct sql_token t, last = { 0 };
    const char *text = g->text ? g->text : "";
    char name[80];
    while (sql_next(&text, &t)) {
        bool follows = sql_token_is(&last, "from") || sql_token_is(&last, "join") ||
                       (last.kind == SQL_SIGN && last.p && (*last.p == ',' || *last.p == '('));
        if (follows && (t.kind == SQL_WORD || t.kind == SQL_QUOTED) && t.n < sizeof(name)) {
            (void)snprintf(name, sizeof(name), "%.*s", (int)t.n, t.p);
            const struct view *v = catalogue_view(g->catalogue, name);
            if (v) {
                (void)note_view(g, v);
            }
        }
        last = t;
    }
}

/* "AS (", "AS MATERIALIZED", "AS NOT": a definition and not an alias. */
static bool defines_part(const char *rest)
{
    struct sql_token t;
    return sql_next(&rest, &t) &&
           (opens(&t) || sql_token_is(&t, "materialized") || sql_token_is(&t, "not"));
}

/* Collects every word that may be a name which WITH defines in the text. Too many is safe, too few is not. */
static bool collect_own_names(struct guard *g)
{
    struct sql_token t = { 0 }, last = { 0 };
    const char *text = g->text;
    g->own_count = 0;
    if (!text || !sql_has_word(text, "with")) {
        return true;
    }
    while (sql_next(&text, &t)) {
        bool defines = opens(&t) || (sql_token_is(&t, "as") && defines_part(text));
        if (defines && last.p && (last.kind == SQL_WORD || last.kind == SQL_QUOTED)) {
            if (g->own_count == GUARD_MAX_NAMES || last.n >= sizeof(g->own[0])) {
                (void)deny(g, "the condition", "WITH",
                           "is too complicated; move part of it into a view");
                return false;
            }
            memcpy(g->own[g->own_count], last.p, last.n);
            g->own[g->own_count++][last.n] = '\0';
        }
        last = t;
    }
    return true;
}

sqlite3_stmt *guard_prepare(struct guard *g, sqlite3 *db, const char *sql, const char *text)
{
    sqlite3_stmt *s = NULL;
    const char *rest = NULL;
    g->denied[0] = '\0';
    g->read_count = 0;
    g->text = text;
    if (!collect_own_names(g)) {
        return NULL;
    }
    (void)sqlite3_set_authorizer(db, authorise, g);
    int sq = sqlite3_prepare_v3(db, sql, -1, 0, &s, &rest);
    (void)sqlite3_set_authorizer(db, NULL, NULL);
    if (g->text && sql_has_word(g->text, "select")) {
        note_named_views(g);
    }
    g->text = NULL;
    if (sq == SQLITE_OK && (rest[strspn(rest, " \n;")] != '\0' || !sqlite3_stmt_readonly(s))) {
        (void)deny(g, "the statement", sql, "is not one SELECT");
        (void)sqlite3_finalize(s);
        return NULL;
    }
    return s;
}

void guard_limit(sqlite3 *db)
{
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 16 << 20);
    (void)sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    (void)sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 500);
    (void)sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 100);
    (void)sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 250000);
    (void)sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, 64);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    (void)sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

static int count_steps(void *context)
{
    struct guard *g = context;
    g->steps += STEP_UNIT;
    return g->steps > g->step_limit;
}

void guard_start(struct guard *g, sqlite3 *db)
{
    g->steps = 0;
    g->step_limit = g->step_limit ? g->step_limit : GUARD_STEP_LIMIT;
    sqlite3_progress_handler(db, STEP_UNIT, count_steps, g);
}

void guard_stop(sqlite3 *db)
{
    sqlite3_progress_handler(db, 0, NULL, NULL);
    store_limit_time(db);
}

bool guard_is_over(const struct guard *g)
{
    return g->steps > g->step_limit;
}
