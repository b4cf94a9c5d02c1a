/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reset plan: <reset> with its totals, phases/phase, steps/step/blocker (what is open, in order), looks/look (suspect, partly, and what was done and is not any
 * more), keys/key (krbtgt), unseen/group (what this evidence cannot prove), waits/wait, points/point (progress), decisions/decision. Left out when the file holds no
 * plan; without the time of an incident it is a draft (@draft), of which only what must be done is told. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define STEPS_SHOWN     10
#define BLOCKERS_SHOWN  2
#define LOOKS_SHOWN     30
#define KEYS_SHOWN      8
#define UNSEEN_SHOWN    4 /* actions of one way to prove */
#define WAITS_SHOWN     8
#define POINTS_SHOWN    12
#define DECISIONS_SHOWN 10

/* clang-format off */
#define NUMBER(NAME) "(SELECT CAST(value AS INTEGER) FROM audit_info WHERE name = '" NAME "' AND value GLOB '[1-9]*')"
#define LIST(COLUMN) "CASE WHEN json_valid(" COLUMN ") THEN " COLUMN " ELSE '[]' END"
#define COUNT(STATE) "coalesce(sum(state = '" STATE "'), 0) AS " STATE

static const char totals[] =
    "SELECT (SELECT incident_at FROM clock) AS incident_at, (SELECT value FROM audit_info WHERE name = 'reset_scope') AS scope,"
    " " NUMBER("reset_people") " AS people, (SELECT count(*) FROM reset_controller_copy) AS controllers,"
    " (SELECT count(server) FROM reset_controller_copy) AS controllers_told,"
    " (SELECT group_concat(name, ', ') FROM (SELECT name FROM reset_controller_copy WHERE server IS NULL ORDER BY name LIMIT 10)) AS silent,"
    " (SELECT group_concat(name, ', ') FROM (SELECT name FROM reset_controller_copy WHERE behind > 0 ORDER BY name LIMIT 10)) AS behind,"
    " coalesce(sum(state <> 'not_needed'), 0) AS items, coalesce(sum(state IN ('done', 'attested')), 0) AS finished, coalesce(sum(is_regression), 0) AS regressions,"
    " coalesce(sum(is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed')), 0) AS unseen,"
    " " COUNT("done") ", " COUNT("attested") ", " COUNT("partly") ", " COUNT("suspect") ", " COUNT("ready") ", " COUNT("waiting") ", " COUNT("blocked") ", " COUNT("not_needed") ","
    " (SELECT max(finish_at) FROM reset_action WHERE items > finished) AS finish_at, (SELECT count(*) FROM reset_point) AS points,"
    " (SELECT min(at) FROM reset_point) AS first_at"
    " FROM reset_item";

/* Since the point before the newest one: how much more is finished. */
static const char phases[] =
    "WITH last(at) AS (SELECT max(at) FROM reset_point WHERE at < (SELECT max(at) FROM reset_point)),"
    " counted AS (SELECT phase_no, sum(state <> 'not_needed') AS items, " COUNT("done") ", " COUNT("attested") ", " COUNT("partly") ", " COUNT("suspect") ", " COUNT("ready") ","
    " " COUNT("waiting") ", " COUNT("blocked") ", sum(is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed')) AS unseen"
    " FROM (SELECT a.phase_no, i.state, i.is_seen FROM reset_item i JOIN reset_action a USING (action_no)) GROUP BY phase_no)"
    " SELECT p.phase_no AS no, CASE WHEN ?1 THEN p.title_ja ELSE p.title_en END AS title, coalesce(c.items, 0) AS items, c.done + c.attested AS finished, c.done, c.attested,"
    " c.partly, c.suspect, c.ready, c.waiting, c.blocked, c.unseen, (SELECT max(a.finish_at) FROM reset_action a WHERE a.phase_no = p.phase_no AND a.items > a.finished) AS finish_at,"
    " CASE WHEN (SELECT at FROM last) IS NOT NULL THEN c.done + c.attested - coalesce((SELECT sum(g.items) FROM reset_progress g WHERE g.at = (SELECT at FROM last)"
    " AND g.phase = p.id AND g.state IN ('done', 'attested')), 0) END AS gained"
    " FROM reset_phase p LEFT JOIN counted c ON c.phase_no = p.phase_no ORDER BY p.phase_no";

static const char steps[] =
    "SELECT a.action_no AS no, a.id AS action, CASE WHEN ?1 THEN a.title_ja ELSE a.title_en END AS title, CASE WHEN ?1 THEN p.title_ja ELSE p.title_en END AS phase,"
    " CASE WHEN ?1 THEN a.who_ja ELSE a.who_en END AS who, CASE WHEN ?1 THEN a.place_ja ELSE a.place_en END AS place, a.state, a.items, a.items - a.finished AS open, a.start_at, a.finish_at,"
    " (SELECT min(i.until_at) FROM reset_item i WHERE i.action_no = a.action_no AND i.state = 'waiting') AS until_at,"
    " (SELECT count(*) FROM reset_action b WHERE b.items > b.finished AND EXISTS (SELECT 1 FROM json_each(" LIST("b.blocked_by") ") j WHERE j.value = a.id)) AS holds"
    " FROM reset_action a JOIN reset_phase p USING (phase_no) WHERE a.items > a.finished ORDER BY a.action_no";

static const char blockers[] =
    "SELECT CASE WHEN ?1 THEN b.title_ja ELSE b.title_en END AS title, b.items - b.finished AS open"
    " FROM reset_action a, json_each(" LIST("a.blocked_by") ") j JOIN reset_action b ON b.id = j.value WHERE a.action_no = ?2 ORDER BY b.action_no";

/* What was done and is not any more comes first: somebody believes that it is over. */
static const char looks[] =
    "SELECT i.name, i.subject, i.state, i.is_regression AS regression, CASE WHEN ?1 THEN i.reason_ja ELSE i.reason_en END AS reason, CASE WHEN ?1 THEN a.title_ja ELSE a.title_en END AS title"
    " FROM reset_item i JOIN reset_action a USING (action_no) WHERE i.is_regression = 1 OR i.state IN ('suspect', 'partly')"
    " ORDER BY i.is_regression DESC, i.state DESC, i.action_no, i.position";

#define FILETIME(COLUMN) "CASE WHEN " COLUMN " IS NOT NULL THEN (CAST(strftime('%s', " COLUMN ") AS INTEGER) + 11644473600) * 10000000 END"

/* An incident of one host leaves krbtgt alone. */
static const char keys[] =
    "SELECT k.name, k.is_read_only AS read_only, coalesce(k.machine, 'unknown') AS machine, " FILETIME("k.secret_changed_at") " AS changed_at, " FILETIME("k.first_reset_at") " AS first_at,"
    " k.second_from AS second_at, k.confirmed, k.controllers, k.behind, k.silent FROM reset_ticket_key k"
    " WHERE EXISTS (SELECT 1 FROM reset_action a JOIN reset_item i ON i.action_no = a.action_no AND i.subject = k.subject WHERE i.state <> 'not_needed') ORDER BY k.is_read_only, k.name";

/* By what would help; what only people can tell comes last. */
static const char unseen[] =
    "WITH g AS MATERIALIZED (SELECT coalesce(proof, '') AS proof, action_no, count(*) AS number FROM reset_item"
    " WHERE is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed') GROUP BY 1, 2)"
    " SELECT g.proof, sum(g.number) OVER (PARTITION BY g.proof) AS total, CASE WHEN ?1 THEN a.title_ja ELSE a.title_en END AS title, g.number FROM g JOIN reset_action a USING (action_no)"
    " ORDER BY g.proof = 'attest', total DESC, g.proof, g.number DESC, action_no";

static const char waits[] =
    "SELECT CASE WHEN ?1 THEN a.title_ja ELSE a.title_en END AS title, i.until_at, count(*) AS number, min(coalesce(i.name, i.subject)) AS name FROM reset_item i JOIN reset_action a USING (action_no)"
    " WHERE i.state = 'waiting' AND i.until_at IS NOT NULL GROUP BY i.action_no, i.until_at ORDER BY i.until_at, i.action_no";

static const char points[] =
    "SELECT at AS point_at, kind, items, done, attested, suspect FROM (SELECT p.at, p.kind, coalesce(sum(g.items) FILTER (WHERE g.state <> 'not_needed'), 0) AS items,"
    " coalesce(sum(g.items) FILTER (WHERE g.state = 'done'), 0) AS done, coalesce(sum(g.items) FILTER (WHERE g.state = 'attested'), 0) AS attested,"
    " coalesce(sum(g.items) FILTER (WHERE g.state = 'suspect'), 0) AS suspect FROM reset_point p LEFT JOIN reset_progress g ON g.at = p.at GROUP BY p.at ORDER BY p.at DESC LIMIT ?2) ORDER BY at";

static const char decisions[] =
    "SELECT d.kind, coalesce((SELECT c.name FROM controller_state c WHERE c.subject = d.subject LIMIT 1), (SELECT s.name FROM account_state s WHERE s.subject = d.subject LIMIT 1), d.subject) AS name,"
    " d.who, d.at AS decided_at FROM reset_decision d WHERE d.kind IN ('rapid_krbtgt', 'without_controller') ORDER BY d.kind, d.at";

/* clang-format on */

static enum rc add_list(struct model *m, xmlNode *reset, const char *list, const char *name,
                        const char *sql, size_t most, struct err *err)
{
    return model_texts(m, model_node(m, reset, list), name, sql, (int64_t)most, most, err);
}

/* What is open, in order, each with what it waits for. */
static enum rc add_steps(struct model *m, xmlNode *reset, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = STEPS_SHOWN };
    xmlNode *list = model_node(m, reset, "steps");
    TRY(query_open(m->db, steps, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    while (model_next(q, &l, err)) {
        int64_t no = sqlite3_column_int64(q, 0);
        TRY(model_texts(m, model_row(m, list, "step", q), "blocker", blockers, no, BLOCKERS_SHOWN,
                        err));
    }
    return model_rest(m, list, &l);
}

static enum rc add_unseen(struct model *m, xmlNode *reset, struct err *err)
{
    enum {
        PROOF,
        TOTAL,
        TITLE,
        NUMBER
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit all = { .most = SIZE_MAX }, group = { .most = UNSEEN_SHOWN };
    xmlNode *list = model_node(m, reset, "unseen"), *open = NULL;
    char proof[32] = "";
    TRY(query_open(m->db, unseen, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    while (model_next(q, &all, err)) {
        arena_reset(m->a);
        if (!open || strncmp(proof, query_text(q, PROOF), sizeof(proof) - 1) != 0) {
            (void)snprintf(proof, sizeof(proof), "%s", query_text(q, PROOF));
            TRY(open ? model_rest(m, open, &group) : RC_OK);
            group = (struct model_limit){ .most = UNSEEN_SHOWN };
            open = model_node(m, list, "group");
            model_attr(m, open, "proof", proof);
            model_count(m, open, "number", sqlite3_column_int64(q, TOTAL));
        }
        if (group.shown++ < group.most) {
            xmlNode *action = model_node(m, open, "action");
            model_attr(m, action, "title", query_text(q, TITLE));
            model_count(m, action, "number", sqlite3_column_int64(q, NUMBER));
        } else {
            group.rest++;
        }
    }
    TRY(open ? model_rest(m, open, &group) : RC_OK);
    return all.rc;
}

/* The first action that somebody can work on now; it may stand below the limit of the list. */
static enum rc add_next(struct model *m, xmlNode *reset, struct err *err)
{
    return model_texts(
        m, model_node(m, reset, "next"), "step",
        "SELECT CASE WHEN ?1 THEN a.title_ja ELSE a.title_en END AS title, CASE WHEN ?1 THEN a.who_ja ELSE a.who_en END AS who, a.items - a.finished AS open FROM reset_action a"
        " WHERE EXISTS (SELECT 1 FROM reset_item i WHERE i.action_no = a.action_no AND i.state IN ('ready', 'partly', 'suspect')) AND a.blocked_by = '[]' ORDER BY a.action_no LIMIT 1",
        0, 1, err);
}

static enum rc add_progress(struct model *m, xmlNode *reset, struct err *err)
{
    int64_t attested = 0, needless = 0;
    TRY(add_list(m, reset, "points", "point", points, POINTS_SHOWN, err));
    TRY(add_list(m, reset, "looks", "look", looks, LOOKS_SHOWN, err));
    TRY(add_list(m, reset, "keys", "key", keys, KEYS_SHOWN, err));
    xmlNode *list = model_node(m, reset, "decisions");
    TRY(model_texts(m, list, "decision", decisions, 0, DECISIONS_SHOWN, err));
    TRY(query_number(m->db, "SELECT count(*) FROM reset_decision WHERE kind = 'attested'",
                     &attested, err));
    TRY(query_number(m->db, "SELECT count(*) FROM reset_decision WHERE kind = 'not_needed'",
                     &needless, err));
    model_count(m, list, "attested", attested);
    model_count(m, list, "not_needed", needless);
    return RC_OK;
}

enum rc model_reset(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int64_t actions = 0;
    bool row = false;
    TRY(query_number(m->db, "SELECT count(*) FROM reset_action", &actions, err));
    if (actions == 0) {
        return RC_OK;
    }
    TRY(query_open(m->db, totals, &q, err));
    TRY(query_next(q, &row, err));
    xmlNode *reset = model_row(m, root, "reset", q);
    bool is_draft = sqlite3_column_type(q, 0) == SQLITE_NULL;
    model_count(m, reset, "draft", is_draft);
    model_count(m, reset, "actions", actions);
    TRY(add_list(m, reset, "phases", "phase", phases, SIZE_MAX, err));
    TRY(add_next(m, reset, err));
    TRY(add_steps(m, reset, err));
    TRY(add_unseen(m, reset, err));
    TRY(add_list(m, reset, "waits", "wait", waits, WAITS_SHOWN, err));
    return is_draft ? RC_OK : add_progress(m, reset, err);
}
