/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "management" of results.json: grades by theme, what can be done with the checks that it mends, what could happen. */
#include "report/json.h"
#include "report/query.h"

/* clang-format off */
static const char grades[] =
    "SELECT theme, grade, score, cap, seen_percent, lost, worst, checks, failed, unclear, findings, link,"
    " json_object('en', title_en, 'ja', title_ja) AS title, json_object('en', sentence_en, 'ja', sentence_ja) AS sentence FROM grade ORDER BY position";

static const char measures[] =
    "SELECT measure, effort, effect_percent, lost, worst, checks, findings, json_object('en', title_en, 'ja', title_ja) AS title,"
    " json_object('en', how_en, 'ja', how_ja) AS how, (SELECT json_group_array(check_id) FROM (SELECT check_id FROM grade_check c"
    " WHERE c.measure = m.measure AND c.lost > 0 ORDER BY c.lost DESC, check_id)) AS check_ids FROM measure m ORDER BY position";

static const char risks[] =
    "SELECT risk, level, theme, json_object('en', title_en, 'ja', title_ja) AS title, json_object('en', text_en, 'ja', text_ja) AS text"
    " FROM risk ORDER BY position";

static const char points[] =
    "SELECT check_id AS \"check\", theme, measure, weight, lost, is_seen FROM grade_check ORDER BY check_id";

/* clang-format on */

/* The columns from `first` on are JSON. */
static json_t *with_json(sqlite3_stmt *q, int first)
{
    json_t *row = writer_row(q);
    for (int i = first; row && i < sqlite3_column_count(q); i++) {
        if (json_object_set_new(row, sqlite3_column_name(q, i), writer_embedded(q, i)) != 0) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

static json_t *grade_object(sqlite3_stmt *q)
{
    return with_json(q, 12);
}

static json_t *measure_object(sqlite3_stmt *q)
{
    return with_json(q, 7);
}

static json_t *risk_object(sqlite3_stmt *q)
{
    return with_json(q, 3);
}

enum rc json_management(struct writer *w, sqlite3 *db)
{
    int64_t any = 0;
    TRY(query_number(db, "SELECT EXISTS (SELECT 1 FROM grade)", &any, w->err));
    if (!any) {
        return writer_member(w, "management", json_null());
    }
    writer_key(w, "management");
    out_text(w->o, "{");
    w->first = true;
    TRY(writer_rows(w, db, "grades", grades, -1, grade_object));
    TRY(writer_rows(w, db, "measures", measures, -1, measure_object));
    TRY(writer_rows(w, db, "risks", risks, -1, risk_object));
    TRY(writer_rows(w, db, "points", points, -1, writer_row));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}
