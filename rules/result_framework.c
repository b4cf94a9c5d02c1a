/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks, their items and what answers them, into the evidence file: a report can then say what was not evaluated, too. */
#include "rules/framework.h"
#include "rules/reset/playbook.h"
#include "rules/result_table.h"

static enum rc put_items(const struct framework *f, sqlite3 *db, struct err *err)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    int position = 0;
    TRY(result_row_prepare(
        db, "INSERT INTO framework_item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &s, err));
    for (const struct framework_item *i = f->items; i; i = i->next) {
        result_row_text(s, 1, f->name);
        result_row_text(s, 2, i->id);
        (void)sqlite3_bind_int(s, 3, ++position);
        result_row_both(s, 4, &i->group);
        result_row_both(s, 6, &i->title);
        (void)sqlite3_bind_int(s, 8, i->is_seen);
        result_row_both(s, 9, &i->scope);
        TRY(result_row_run(db, s, err));
    }
    return RC_OK;
}

/* An item that a check names twice counts once. */
static enum rc put_check(sqlite3 *db, sqlite3_stmt *s, const struct framework *f,
                         const struct check *c, bool is_action, struct err *err)
{
    for (const struct yaml_node *n = framework_next(c, f->name, NULL); n;
         n = framework_next(c, f->name, n)) {
        result_row_text(s, 1, f->name);
        result_row_text(s, 2, n->text);
        result_row_text(s, 3, c->id);
        (void)sqlite3_bind_int(s, 4, is_action);
        TRY(result_row_run(db, s, err));
    }
    return RC_OK;
}

static enum rc put_checks(const struct rules *r, const struct framework *f, sqlite3 *db,
                          struct err *err)
{
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    TRY(result_row_prepare(db, "INSERT OR IGNORE INTO framework_check VALUES(?1, ?2, ?3, ?4)", &s,
                           err));
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
    AUTO(result_row_done) sqlite3_stmt *s = NULL;
    int position = 0;
    TRY(store_exec(
        db, "DELETE FROM framework_check; DELETE FROM framework_item; DELETE FROM framework", err));
    TRY(result_row_prepare(db, "INSERT INTO framework VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", &s,
                           err));
    for (const struct framework *f = r->frameworks; f; f = f->next) {
        result_row_text(s, 1, f->name);
        (void)sqlite3_bind_int(s, 2, ++position);
        result_row_both(s, 3, &f->title);
        result_row_text(s, 5, f->edition);
        result_row_both(s, 6, &f->note);
        TRY(result_row_run(db, s, err));
        TRY(put_items(f, db, err));
        TRY(put_checks(r, f, db, err));
    }
    return RC_OK;
}
