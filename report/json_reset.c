/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "reset" of results.json: totals, phases, actions, what looks done and is not, krbtgt, decisions, progress. Every subject is in reset-plan.json. */
#include "report/json.h"
#include "report/query.h"

/* clang-format off */
#define INFO(NAME) "(SELECT nullif(value, '') FROM audit_info WHERE name = '" NAME "')"
#define IS_OPEN "state NOT IN ('done', 'attested', 'not_needed')"

static const char frame[] =
    "SELECT " ISO("incident_at") ", " INFO("reset_scope") " AS scope, " INFO("reset_batches") " AS batches, CAST(" INFO("reset_people") " AS INTEGER) AS people FROM clock";

static const char totals[] =
    "SELECT coalesce(sum(state <> 'not_needed'), 0) AS items, coalesce(sum(state IN ('done', 'attested')), 0) AS finished, coalesce(sum(is_seen = 0 AND " IS_OPEN "), 0) AS unseen,"
    " coalesce(sum(is_regression), 0) AS regressions, (SELECT " ISO_VALUE("max(finish_at)") " FROM reset_action WHERE items > finished) AS finish_at FROM reset_item";

static const char phases[] =
    "WITH counted AS (SELECT phase_no, state, count(*) AS items, sum(is_seen = 0 AND " IS_OPEN ") AS unseen FROM"
    " (SELECT a.phase_no, i.state, i.is_seen FROM reset_item i JOIN reset_action a USING (action_no)) GROUP BY phase_no, state)"
    " SELECT p.id, p.title_en, p.title_ja, coalesce((SELECT sum(items) FROM counted c WHERE c.phase_no = p.phase_no AND c.state <> 'not_needed'), 0),"
    " coalesce((SELECT sum(items) FROM counted c WHERE c.phase_no = p.phase_no AND c.state IN ('done', 'attested')), 0),"
    " coalesce((SELECT sum(unseen) FROM counted c WHERE c.phase_no = p.phase_no), 0),"
    " (SELECT json_group_object(c.state, c.items) FROM counted c WHERE c.phase_no = p.phase_no),"
    " (SELECT " ISO_VALUE("max(a.finish_at)") " FROM reset_action a WHERE a.phase_no = p.phase_no AND a.items > a.finished) FROM reset_phase p ORDER BY p.phase_no";

static const char actions[] =
    "SELECT a.id, p.id, a.title_en, a.title_ja, a.state, a.items, a.finished, a.unseen, a.times, a.is_attested, a.blocked_by, " ISO_VALUE("a.start_at") ", " ISO_VALUE("a.finish_at")
    " FROM reset_action a JOIN reset_phase p USING (phase_no) ORDER BY a.action_no";

static const char suspects[] =
    "SELECT action, subject, name, state, was, is_regression, reason_en, reason_ja, evidence, proof FROM reset_line WHERE state = 'suspect' OR is_regression = 1 ORDER BY action_no, position";

static const char keys[] =
    "SELECT subject, name, is_read_only, machine AS stage, secret_version, first_reset_at, second_from_at, hours_between, wait_hours, confirmed, controllers, behind, silent"
    " FROM reset_ticket_key ORDER BY is_read_only, name, subject";

static const char decisions[] =
    "SELECT kind, nullif(action, '') AS action, subject, who, " ISO("at") ", note FROM reset_decision ORDER BY reset_decision.at, kind, reset_decision.action, subject";

static const char progress[] =
    "SELECT " ISO_VALUE("p.at") ", p.kind, (SELECT json_group_object(s.phase, json(s.states)) FROM (SELECT g.phase, json_group_object(g.state, g.items) AS states"
    " FROM reset_progress g WHERE g.at = p.at GROUP BY g.phase) s) FROM reset_point p ORDER BY p.at";

/* clang-format on */

static json_t *phase_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", writer_text(q, 0), "title",
                     writer_both(q, 1), "items", writer_cell(q, 3), "finished", writer_cell(q, 4),
                     "unseen", writer_cell(q, 5), "states", writer_embedded(q, 6), "finish_at",
                     writer_cell(q, 7));
}

static json_t *action_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     writer_text(q, 0), "phase", writer_text(q, 1), "title", writer_both(q, 2),
                     "state", writer_text(q, 4), "items", writer_cell(q, 5), "finished",
                     writer_cell(q, 6), "unseen", writer_cell(q, 7), "times", writer_cell(q, 8),
                     "is_attested", writer_cell(q, 9), "blocked_by", writer_embedded(q, 10),
                     "start_at", writer_cell(q, 11), "finish_at", writer_cell(q, 12));
}

static json_t *suspect_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "action", writer_text(q, 0),
                     "subject", writer_text(q, 1), "name", writer_text(q, 2), "state",
                     writer_text(q, 3), "was", writer_text(q, 4), "is_regression",
                     writer_cell(q, 5), "reason", writer_both(q, 6), "evidence",
                     writer_embedded(q, 8), "proof", writer_text(q, 9));
}

static json_t *point_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o}", "at", writer_cell(q, 0), "kind", writer_text(q, 1),
                     "phases", writer_embedded(q, 2));
}

/* The columns of the one row of sql: as members of the object that is open, or as an object of their own. */
static enum rc put_row(struct writer *w, sqlite3 *db, const char *key, const char *sql)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(db, sql, &q, w->err));
    TRY(query_next(q, &row, w->err));
    if (key) {
        return writer_member(w, key, row ? writer_row(q) : json_null());
    }
    for (int i = 0; row && i < sqlite3_column_count(q); i++) {
        TRY(writer_member(w, sqlite3_column_name(q, i), writer_cell(q, i)));
    }
    return RC_OK;
}

enum rc json_reset(struct writer *w, sqlite3 *db)
{
    int64_t count = 0;
    TRY(query_number(db, "SELECT count(*) FROM reset_action", &count, w->err));
    if (count == 0) {
        return writer_member(w, "reset", json_null());
    }
    writer_key(w, "reset");
    out_text(w->o, "{");
    w->first = true;
    TRY(put_row(w, db, NULL, frame));
    TRY(put_row(w, db, "totals", totals));
    TRY(writer_pairs(w, db, "states",
                     "SELECT state, count(*) FROM reset_item GROUP BY state ORDER BY state", -1));
    TRY(writer_rows(w, db, "phases", phases, -1, phase_object));
    TRY(writer_rows(w, db, "actions", actions, -1, action_object));
    TRY(writer_rows(w, db, "suspects", suspects, -1, suspect_object));
    TRY(writer_rows(w, db, "keys", keys, -1, writer_row));
    TRY(writer_rows(w, db, "decisions", decisions, -1, writer_row));
    TRY(writer_rows(w, db, "progress", progress, -1, point_object));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}
