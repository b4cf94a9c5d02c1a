/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks, their items and what answers them, into the evidence file: a report can then say what was not evaluated, too. */
#include "rules/framework.h"
#include "rules/reset/playbook.h"

static void text(sqlite3_stmt *s, int n, const char *value)
{
    if (value) {
        (void)sqlite3_bind_text(s, n, value, -1, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_null(s, n);
    }
}

static void both(sqlite3_stmt *s, int n, const struct text2 *value)
{
    text(s, n, value->en);
    text(s, n + 1, value->ja);
}

static void finalize(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static enum rc prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_IO, "preparing the tables of frameworks: %s", sqlite3_errmsg(db));
}

static enum rc run(sqlite3 *db, sqlite3_stmt *s, struct err *err)
{
    int sq = sqlite3_step(s);
    (void)sqlite3_reset(s);
    return sq == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "writing the frameworks: %s", sqlite3_errmsg(db));
}

static enum rc put_items(const struct framework *f, sqlite3 *db, struct err *err)
{
    AUTO(finalize) sqlite3_stmt *s = NULL;
    int position = 0;
    TRY(prepare(db, "INSERT INTO framework_item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                &s, err));
    for (const struct framework_item *i = f->items; i; i = i->next) {
        text(s, 1, f->name);
        text(s, 2, i->id);
        (void)sqlite3_bind_int(s, 3, ++position);
        both(s, 4, &i->group);
        both(s, 6, &i->title);
        (void)sqlite3_bind_int(s, 8, i->is_seen);
        both(s, 9, &i->scope);
        TRY(run(db, s, err));
    }
    return RC_OK;
}

/* An item that a check names twice counts once. */
static enum rc put_check(sqlite3 *db, sqlite3_stmt *s, const struct framework *f,
                         const struct check *c, bool is_action, struct err *err)
{
    for (const struct yaml_node *n = framework_next(c, f->name, NULL); n;
         n = framework_next(c, f->name, n)) {
        text(s, 1, f->name);
        text(s, 2, n->text);
        text(s, 3, c->id);
        (void)sqlite3_bind_int(s, 4, is_action);
        TRY(run(db, s, err));
    }
    return RC_OK;
}

static enum rc put_checks(const struct rules *r, const struct framework *f, sqlite3 *db,
                          struct err *err)
{
    AUTO(finalize) sqlite3_stmt *s = NULL;
    TRY(prepare(db, "INSERT OR IGNORE INTO framework_check VALUES(?1, ?2, ?3, ?4)", &s, err));
    for (const struct check *c = r->checks; c; c = c->next) {
        TRY(put_check(db, s, f, c, false, err));
    }
    for (const struct action *a = r->playbook ? r->playbook->actions : NULL; a; a = a->next) {
        TRY(put_check(db, s, f, &a->check, true, err));
    }
    return RC_OK;
}

enum rc framework_write(const struct rules *r, sqlite3 *db, struct err *err)
{
    AUTO(finalize) sqlite3_stmt *s = NULL;
    int position = 0;
    TRY(store_exec(
        db, "DELETE FROM framework_check; DELETE FROM framework_item; DELETE FROM framework", err));
    TRY(prepare(db, "INSERT INTO framework VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", &s, err));
    for (const struct framework *f = r->frameworks; f; f = f->next) {
        text(s, 1, f->name);
        (void)sqlite3_bind_int(s, 2, ++position);
        both(s, 3, &f->title);
        text(s, 5, f->edition);
        both(s, 6, &f->note);
        TRY(run(db, s, err));
        TRY(put_items(f, db, err));
        TRY(put_checks(r, f, db, err));
    }
    return RC_OK;
}
