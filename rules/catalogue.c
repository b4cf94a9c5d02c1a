/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a check may read: the views of an evidence file, their columns with labels, and the sources they are made from. */
#include <string.h>

#include "rules/check.h"

static enum rc fail(sqlite3 *db, struct err *err)
{
    return err_setf(err, RC_BUG, "cannot read the views of this version: %s", sqlite3_errmsg(db));
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static const char *copy(struct arena *a, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text ? arena_strdup(a, text) : NULL;
}

/* All values of a one-column query with at most two arguments, NULL-terminated. */
static enum rc read_names(struct arena *a, sqlite3 *db, const char *sql,
                          const char *const arguments[2], const char *const **ret,
                          size_t *ret_count, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    size_t room = 16, count = 0;
    const char **names = arena_array(a, room, sizeof(char *));
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        return fail(db, err);
    }
    for (int i = 0; arguments && i < 2 && arguments[i]; i++) {
        (void)sqlite3_bind_text(s, i + 1, arguments[i], -1, SQLITE_STATIC);
    }
    int sq = sqlite3_step(s);
    for (; names && sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        if (count + 1 == room) {
            const char **grown = arena_array(a, room * 2, sizeof(char *));
            if (!grown) {
                return err_setf(err, RC_NOMEM, "out of memory");
            }
            memcpy(grown, names, count * sizeof(char *));
            names = grown;
            room *= 2;
        }
        names[count++] = copy(a, s, 0);
    }
    if (!names) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret = names;
    *ret_count = count;
    return sq == SQLITE_DONE ? RC_OK : fail(db, err);
}

static enum rc read_columns(struct arena *a, sqlite3 *db, struct view *v, struct err *err)
{
    const char *const *names = NULL, *arguments[2] = { v->name, NULL };
    size_t sources = 0;
    TRY(read_names(a, db, "SELECT name FROM pragma_table_info(?1)", arguments, &names, &v->count,
                   err));
    v->columns = arena_array(a, v->count ? v->count : 1, sizeof(*v->columns));
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT en, ja FROM column_label WHERE view = ?1 AND column_name = ?2",
                           -1, &s, NULL) != SQLITE_OK) {
        return fail(db, err);
    }
    for (size_t i = 0; v->columns && i < v->count; i++) {
        v->columns[i].name = names[i];
        (void)sqlite3_bind_text(s, 1, v->name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 2, names[i], -1, SQLITE_STATIC);
        if (sqlite3_step(s) == SQLITE_ROW) {
            v->columns[i].label = (struct text2){ copy(a, s, 0), copy(a, s, 1) };
        }
        (void)sqlite3_reset(s);
        arguments[1] = names[i];
        TRY(read_names(
            a, db,
            "SELECT source FROM view_source WHERE view = ?1 AND column_name = ?2 ORDER BY source",
            arguments, &v->columns[i].sources, &sources, err));
    }
    return v->columns ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc catalogue_load(struct arena *a, sqlite3 *db, struct catalogue *ret, struct err *err)
{
    size_t tables = 0;
    TRY(read_names(a, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", NULL,
                   &ret->table_names, &tables, err));
    /* finding is made of results, which a check must not see. */
    TRY(read_names(
        a, db,
        "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'finding' ORDER BY name",
        NULL, &ret->view_names, &ret->count, err));
    ret->views = arena_array(a, ret->count ? ret->count : 1, sizeof(*ret->views));
    if (!ret->views) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < ret->count; i++) {
        struct view *v = &ret->views[i];
        const char *const arguments[2] = { ret->view_names[i], NULL };
        size_t sources = 0;
        v->name = ret->view_names[i];
        TRY(read_columns(a, db, v, err));
        TRY(read_names(
            a, db,
            "SELECT source FROM view_source WHERE view = ?1 AND column_name = '' ORDER BY source",
            arguments, &v->sources, &sources, err));
    }
    return RC_OK;
}

const struct view *catalogue_view(const struct catalogue *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (sqlite3_stricmp(c->views[i].name, name) == 0) {
            return &c->views[i];
        }
    }
    return NULL;
}

const char *const *view_column_names(struct arena *a, const struct view *v)
{
    static const char *const none[] = { NULL };
    const char **names = arena_array(a, v->count + 1, sizeof(char *));
    for (size_t i = 0; names && i < v->count; i++) {
        names[i] = v->columns[i].name;
    }
    return names ? names : none;
}

const struct column *view_column(const struct view *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++) {
        if (sqlite3_stricmp(v->columns[i].name, name) == 0) {
            return &v->columns[i];
        }
    }
    return NULL;
}
