/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page one of reset-plan.html: what the plan is about, what was lost or is suspect, what holds up the rest, who decided what, how it went. */
#include "report/reset/plan_model.h"

#define ALARMS_SHOWN    4
#define BLOCKERS_SHOWN  4
#define WAITS_SHOWN     3
#define SILENT_SHOWN    6
#define DECISIONS_SHOWN 40
#define POINTS_SHOWN    8

/* clang-format off */
static const char alarms_sql[] =
    "SELECT a.action_no AS no, i.name, i.subject, i.state, i.is_regression AS regression, i.reason_en, i.reason_ja FROM reset_item i JOIN reset_action a ON a.action_no = i.action_no"
    " WHERE i.is_regression OR i.state = 'suspect' ORDER BY i.is_regression DESC, i.action_no, i.wave, i.position, i.subject";

/* What is not blocked itself and not finished, with all that has to wait for it, over any number of steps. */
static const char blockers_sql[] =
    "WITH RECURSIVE edge(cause, action) AS (SELECT b.action_no, a.action_no FROM reset_action a, json_each(CASE WHEN json_valid(a.blocked_by) THEN a.blocked_by ELSE '[]' END) j"
    " JOIN reset_action b ON b.id = j.value WHERE a.items > a.finished),"
    " held(cause, action) AS (SELECT cause, action FROM edge UNION SELECT h.cause, e.action FROM held h JOIN edge e ON e.cause = h.action)"
    " SELECT c.action_no AS no, c.title_en, c.title_ja, c.state, c.items - c.finished AS open, count(*) AS actions, sum(a.items - a.finished) AS subjects"
    " FROM held h JOIN reset_action c ON c.action_no = h.cause JOIN reset_action a ON a.action_no = h.action WHERE c.state <> 'blocked'"
    " GROUP BY c.action_no ORDER BY actions DESC, c.action_no";

static const char waits_sql[] =
    "SELECT a.action_no AS no, a.title_en, a.title_ja, min(i.until_at) AS until, count(*) AS subjects FROM reset_item i JOIN reset_action a ON a.action_no = i.action_no"
    " WHERE i.state = 'waiting' GROUP BY a.action_no ORDER BY min(i.until_at), a.action_no";

static const char silent_sql[] =
    "SELECT target AS name, state, detail FROM coverage WHERE source = 'ldap.metadata' AND state <> 'complete' ORDER BY target";

static const char decisions_sql[] =
    "SELECT d.kind, a.action_no AS no, d.action, d.subject, d.who, d.at, d.note FROM reset_decision d LEFT JOIN reset_action a ON a.id = d.action"
    " ORDER BY d.kind IN ('attested', 'not_needed'), d.at, d.kind, d.action, d.subject";

static const char points_sql[] =
    "SELECT * FROM (SELECT g.at, max(p.kind) AS kind, sum(g.items) FILTER (WHERE g.state <> 'not_needed') AS items,"
    " coalesce(sum(g.items) FILTER (WHERE g.state IN ('done', 'attested')), 0) AS finished, coalesce(sum(g.items) FILTER (WHERE g.state = 'suspect'), 0) AS suspect"
    " FROM reset_progress g LEFT JOIN reset_point p ON p.at = g.at GROUP BY g.at ORDER BY g.at DESC LIMIT 8) ORDER BY at";

/* clang-format on */

static void put_time(struct model *m, xmlNode *node, const char *name, filetime t)
{
    if (t > 0) {
        model_attr(m, node, name, text_time(m->a, t, m->lang));
    }
}

/* What the plan stands on, as attributes of the root. */
static enum rc add_info(struct model *m, xmlNode *root, struct err *err)
{
    static const char *const names[] = { "reset_scope", "reset_batches", "reset_people",
                                         "tool_version" };
    static const char *const as[] = { "scope", "batches", "people", "version" };
    const char *text = "";
    filetime now = 0, incident = 0, start = 0;
    int64_t finish = 0;
    TRY(plandoc_info_time(m->db, "now", &now, err));
    TRY(plandoc_info_time(m->db, "incident_at", &incident, err));
    TRY(plandoc_info_time(m->db, "reset_start", &start, err));
    TRY(query_number(m->db, "SELECT max(finish_at) FROM reset_action", &finish, err));
    put_time(m, root, "now", now);
    put_time(m, root, "incident", incident);
    put_time(m, root, "start", start);
    put_time(m, root, "finish", finish);
    model_attr(m, root, "zone", text_zone(m->a, now));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        TRY(plandoc_info(m->db, names[i], m->a, &text, err));
        model_attr(m, root, as[i], text[0] ? text : NULL);
    }
    TRY(plandoc_organisation(m->db, m->lang, m->a, &text, err));
    model_attr(m, root, "organisation", text);
    text = plandoc_evidence_name(m->db);
    model_attr(m, root, "evidence", text[0] ? text : NULL);
    return RC_OK;
}

static enum rc add_totals(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *totals = model_node(m, root, "totals");
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        m->db,
        "SELECT coalesce(sum(state <> 'not_needed'), 0) AS items, coalesce(sum(state = 'done'), 0) AS done, coalesce(sum(state = 'attested'), 0) AS attested,"
        " coalesce(sum(state = 'suspect'), 0) AS suspect, coalesce(sum(is_regression), 0) AS regressions,"
        " coalesce(sum(is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed')), 0) AS unseen FROM reset_item",
        &q, err));
    TRY(query_next(q, &row, err));
    for (int i = 0; row && i < sqlite3_column_count(q); i++) {
        model_column(m, totals, sqlite3_column_name(q, i), q, i);
    }
    return RC_OK;
}

enum rc plandoc_model_front(struct model *m, xmlNode *root, struct err *err)
{
    arena_reset(m->a);
    TRY(add_info(m, root, err));
    TRY(add_totals(m, root, err));
    TRY(model_rows(m, model_node(m, root, "alarms"), "alarm", alarms_sql, ALARMS_SHOWN, err));
    TRY(model_rows(m, model_node(m, root, "blockers"), "blocker", blockers_sql, BLOCKERS_SHOWN,
                   err));
    TRY(model_rows(m, model_node(m, root, "waits"), "wait", waits_sql, WAITS_SHOWN, err));
    TRY(model_rows(m, model_node(m, root, "silents"), "silent", silent_sql, SILENT_SHOWN, err));
    TRY(model_rows(m, model_node(m, root, "decisions"), "decision", decisions_sql, DECISIONS_SHOWN,
                   err));
    return model_rows(m, model_node(m, root, "points"), "point", points_sql, POINTS_SHOWN, err);
}
