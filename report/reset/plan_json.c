/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-plan.json: the plan for programs, in both languages; its schema is reset-plan.schema.json. */
#include "report/json_writer.h"
#include "report/report.h"
#include "report/reset/plan.h"

/* clang-format off */
static const char info_sql[] =
    "SELECT name, CASE WHEN name IN ('now', 'started_at', 'finished_at', 'incident_at', 'reset_start') THEN " ISO_VALUE("CAST(value AS INTEGER)") " ELSE value END"
    " FROM audit_info WHERE name IN ('now', 'started_at', 'finished_at', 'incident_at', 'reset_start', 'reset_scope', 'reset_batches', 'reset_people', 'time_zone', 'tool_version',"
    " 'organisation_en', 'organisation_ja', 'schema_version') ORDER BY name";

static const char totals_sql[] =
    "SELECT coalesce(sum(state <> 'not_needed'), 0) AS items, coalesce(sum(state IN ('done', 'attested')), 0) AS finished, coalesce(sum(state = 'suspect'), 0) AS suspect,"
    " coalesce(sum(is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed')), 0) AS unseen, coalesce(sum(is_regression), 0) AS regressions,"
    " (SELECT " ISO_VALUE("max(finish_at)") " FROM reset_action) AS finish_at FROM reset_item";

static const char actions_sql[] =
    "SELECT a.action_no, a.id, p.id, a.title_en, a.title_ja, a.why_en, a.why_ja, a.steps, a.risk_en, a.risk_ja, a.rollback_en, a.rollback_ja, a.wait_en, a.wait_ja,"
    " a.who, a.who_en, a.who_ja, a.place, a.place_en, a.place_ja, a.times, a.is_attested, a.after, a.blocked_by, a.refs, a.state, a.items, a.finished, a.unseen,"
    " " ISO_VALUE("a.start_at") " AS start_at, " ISO_VALUE("a.finish_at") " AS finish_at, a.statement FROM reset_action a JOIN reset_phase p ON p.phase_no = a.phase_no ORDER BY a.action_no";

static const char waves_sql[] =
    "SELECT a.id AS action, w.wave, w.items, w.finished, " ISO_VALUE("w.start_at") " AS start_at, " ISO_VALUE("w.finish_at") " AS finish_at"
    " FROM reset_wave w JOIN reset_action a ON a.action_no = w.action_no ORDER BY w.action_no, w.wave";

static const char decisions_sql[] =
    "SELECT kind, action, subject, who, " ISO_VALUE("at") " AS at, note FROM reset_decision ORDER BY at, kind, action, subject";

static const char progress_sql[] =
    "SELECT " ISO_VALUE("g.at") " AS at, p.kind, g.phase, g.state, g.items FROM reset_progress g LEFT JOIN reset_point p ON p.at = g.at ORDER BY g.at, g.phase, g.state";

/* clang-format on */

/* Columns of actions_sql. */
enum {
    NO,
    ID,
    PHASE,
    TITLE,
    WHY = TITLE + 2,
    STEPS = WHY + 2,
    RISK,
    ROLLBACK = RISK + 2,
    WAIT = ROLLBACK + 2,
    WHO = WAIT + 2,
    PLACE = WHO + 3,
    TIMES = PLACE + 3,
    IS_ATTESTED,
    AFTER,
    BLOCKED_BY,
    REFS,
    STATE,
    ITEMS,
    FINISHED,
    UNSEEN,
    START,
    FINISH,
    STATEMENT
};

static json_t *phase_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "number", writer_cell(q, 0), "id", writer_text(q, 1),
                     "title", writer_both(q, 2), "about", writer_both(q, 4));
}

static json_t *truth(sqlite3_stmt *q, int column)
{
    return json_boolean(sqlite3_column_int(q, column) != 0);
}

static json_t *word_object(sqlite3_stmt *q, int column)
{
    return json_pack("{s:o, s:o}", "id", writer_text(q, column), "name",
                     writer_both(q, column + 1));
}

static json_t *action_object(sqlite3_stmt *q)
{
    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                            "number", writer_cell(q, NO), "id", writer_text(q, ID), "phase",
                            writer_text(q, PHASE), "title", writer_both(q, TITLE), "why",
                            writer_both(q, WHY), "steps", writer_embedded(q, STEPS), "risk",
                            writer_both(q, RISK), "rollback", writer_both(q, ROLLBACK), "wait",
                            writer_both(q, WAIT), "who", word_object(q, WHO), "from",
                            word_object(q, PLACE), "times", writer_cell(q, TIMES));
    json_t *more = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "is_attested",
        truth(q, IS_ATTESTED), "after", writer_embedded(q, AFTER), "blocked_by",
        writer_embedded(q, BLOCKED_BY), "references", writer_embedded(q, REFS), "state",
        writer_text(q, STATE), "items", writer_cell(q, ITEMS), "finished", writer_cell(q, FINISHED),
        "unseen", writer_cell(q, UNSEEN), "start_at", writer_cell(q, START), "finish_at",
        writer_cell(q, FINISH), "statement", writer_text(q, STATEMENT));
    if (!all || !more || json_object_update(all, more) != 0) {
        json_decref(all);
        all = NULL;
    }
    json_decref(more);
    return all;
}

/* Members of an item are written with no value built for them: there are many items. */
static void put_string(struct out *o, sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    if (s) {
        writer_string(o, s, (size_t)sqlite3_column_bytes(q, column));
    } else {
        out_text(o, "null");
    }
}

static void put_number(struct out *o, sqlite3_stmt *q, int column)
{
    out_text(o, sqlite3_column_type(q, column) == SQLITE_NULL ? "null" : query_text(q, column));
}

static void put_truth(struct out *o, sqlite3_stmt *q, int column)
{
    out_text(o, sqlite3_column_int(q, column) ? "true" : "false");
}

static void put_time(struct out *o, sqlite3_stmt *q, int column)
{
    char buf[32];
    filetime t = sqlite3_column_int64(q, column);
    if (t <= 0 || t == FILETIME_NEVER) {
        out_text(o, "null");
        return;
    }
    out_text(o, "\"");
    out_text(o, filetime_iso(t, buf, sizeof(buf)));
    out_text(o, "\"");
}

static void put_evidence(struct out *o, sqlite3_stmt *q)
{
    if (sqlite3_column_int(q, LINE_HAS_JSON)) {
        writer_raw(o, query_text(q, LINE_EVIDENCE), (size_t)sqlite3_column_bytes(q, LINE_EVIDENCE));
    } else {
        put_string(o, q, LINE_EVIDENCE);
    }
}

static void put_item(struct out *o, const struct plan_lines *l)
{
    static const struct {
        const char *name;
        void (*put)(struct out *o, sqlite3_stmt *q, int column);
        int column;
    } members[] = {
        { ",\"wave\":", put_number, LINE_WAVE },
        { ",\"position\":", put_number, LINE_POSITION },
        { ",\"subject\":", put_string, LINE_SUBJECT },
        { ",\"name\":", put_string, LINE_NAME },
        { ",\"state\":", put_string, LINE_STATE },
        { ",\"is_seen\":", put_truth, LINE_IS_SEEN },
        { ",\"proven\":", put_number, LINE_PROVEN },
        { ",\"needed\":", put_number, LINE_NEEDED },
        { ",\"until_at\":", put_time, LINE_UNTIL },
        { ",\"reason\":{\"en\":", put_string, LINE_REASON },
        { ",\"ja\":", put_string, LINE_REASON + 1 },
        { "},\"proof\":", put_string, LINE_PROOF },
        { ",\"was\":", put_string, LINE_WAS },
        { ",\"is_regression\":", put_truth, LINE_IS_REGRESSION },
        { ",\"findings\":", put_string, LINE_FINDINGS },
    };

    out_text(o, "{\"action\":");
    put_string(o, l->head, HEAD_ACTION);
    out_text(o, ",\"phase\":");
    put_string(o, l->head, HEAD_PHASE);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        out_text(o, members[i].name);
        members[i].put(o, l->line, members[i].column);
    }
    out_text(o, ",\"start_at\":");
    put_time(o, l->wave, WAVE_START);
    out_text(o, ",\"due_at\":");
    put_time(o, l->wave, WAVE_DUE);
    out_text(o, ",\"evidence\":");
    put_evidence(o, l->line);
    out_text(o, "}");
}

static enum rc put_items(struct writer *w, sqlite3 *db)
{
    AUTO(plandoc_lines_done) struct plan_lines lines = { 0 };
    TRY(plandoc_lines_open(&lines, db, w->err));
    writer_key(w, "items");
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(plandoc_lines_next(&lines, &row, w->err));
        if (!row) {
            break;
        }
        writer_separate(w);
        put_item(w->o, &lines);
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

static enum rc put_totals(struct writer *w, sqlite3 *db)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(db, totals_sql, &q, w->err));
    TRY(query_next(q, &row, w->err));
    return writer_member(w, "totals", writer_row(q));
}

enum rc plandoc_json(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    (void)options;
    AUTO(writer_done) struct writer w;
    writer_init(&w, o, err);
    out_text(o, "{");
    TRY(writer_member(&w, "schema", json_string("kagimori.reset-plan/1")));
    json_t *name = json_string(plandoc_evidence_name(db)); /* NULL for a name that is not UTF-8 */
    TRY(writer_member(&w, "evidence", name ? name : json_null()));
    TRY(writer_pairs(&w, db, "info", info_sql, -1));
    TRY(put_totals(&w, db));
    TRY(writer_rows(
        &w, db, "phases",
        "SELECT phase_no, id, title_en, title_ja, about_en, about_ja FROM reset_phase ORDER BY phase_no",
        -1, phase_object));
    TRY(writer_rows(&w, db, "actions", actions_sql, -1, action_object));
    TRY(writer_rows(&w, db, "waves", waves_sql, -1, writer_row));
    TRY(writer_rows(&w, db, "decisions", decisions_sql, -1, writer_row));
    TRY(writer_rows(&w, db, "progress", progress_sql, -1, writer_row));
    TRY(put_items(&w, db));
    out_text(o, "\n}\n");
    return RC_OK;
}
