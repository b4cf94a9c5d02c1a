/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The views of an evidence file as outlines: the same names and columns without what they are made of. To compile a piece of SQL against
 * a view costs as much as the view is long, and a set of checks has thousands of pieces; against an outline it costs next to nothing.
 * What an outline accepts, the view accepts (names, functions, grammar are the same), unless the two together pass a limit of SQLite. What it
 * refuses is tried again with the view, for the message. */
#include "rules/check.h"

enum rc outline_open(const struct catalogue *c, sqlite3 **ret, struct err *err)
{
    sqlite3 *db AUTO(outline_closep) = NULL;
    struct wr w AUTO(wr_done);
    wr_init(&w, 4U << 20);
    TRY(store_open_bare(&db, err));
    for (size_t i = 0; i < c->count; i++) {
        wr_printf(&w, "CREATE VIEW \"%s\" AS SELECT", c->views[i].name);
        for (size_t j = 0; j < c->views[i].count; j++) {
            wr_printf(&w, "%s NULL AS \"%s\"", j ? "," : "", c->views[i].columns[j].name);
        }
        wr_text(&w, " WHERE 0;");
    }
    wr_u8(&w, 0);
    if (w.bad) {
        return err_setf(err, RC_NOMEM, "out of memory while loading the checks");
    }
    TRY(store_exec(db, (const char *)w.data, err));
    *ret = db;
    db = NULL;
    return RC_OK;
}

void outline_closep(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}
