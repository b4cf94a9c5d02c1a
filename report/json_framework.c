/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "frameworks" of results.json: every item with its verdict and what answers it. */
#include "report/frameworks.h"
#include "report/json.h"
#include "report/query.h"

/* clang-format off */
static const char frameworks[] =
    "SELECT position, framework, title_en, title_ja, edition, note_en, note_ja FROM framework ORDER BY position";

static const char items[] =
    FRAMEWORK_STATES "SELECT s.item, s.group_en, s.group_ja, s.title_en, s.title_ja, s.is_seen, s.verdict, s.checks, s.evaluated, s.fail, s.unknown, s.actions,"
    " s.scope_en, s.scope_ja, (SELECT json_group_array(json_object('id', a.check_id, 'is_action', a.is_action, 'state', a.state)) FROM"
    " (SELECT f.check_id, f.is_action, t.state FROM framework_check f LEFT JOIN answer_state t ON t.check_id = f.check_id AND f.is_action = 0"
    " WHERE f.framework = s.framework AND f.item = s.item ORDER BY f.is_action, f.check_id) a)"
    " FROM item_state s JOIN framework w USING (framework) WHERE w.position = ?1 ORDER BY s.position";

/* clang-format on */

static json_t *item_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "item",
                     writer_text(q, 0), "group", writer_both(q, 1), "title", writer_both(q, 3),
                     "is_seen", writer_cell(q, 5), "verdict", writer_text(q, 6), "checks",
                     writer_cell(q, 7), "evaluated", writer_cell(q, 8), "failed", writer_cell(q, 9),
                     "unknown", writer_cell(q, 10), "actions", writer_cell(q, 11), "out_of_scope",
                     writer_both(q, 12), "answered_by", writer_embedded(q, 14));
}

enum rc json_frameworks(struct writer *w, sqlite3 *db)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, frameworks, &q, w->err));
    writer_key(w, "frameworks");
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        writer_separate(w);
        out_text(w->o, "{");
        w->first = true;
        TRY(writer_member(w, "framework", writer_text(q, 1)));
        TRY(writer_member(w, "title", writer_both(q, 2)));
        TRY(writer_member(w, "edition", writer_text(q, 4)));
        TRY(writer_member(w, "note", writer_both(q, 5)));
        TRY(writer_rows(w, db, "items", items, sqlite3_column_int64(q, 0), item_object));
        out_text(w->o, "}");
        w->first = false;
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}
