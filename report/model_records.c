/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password changes and logons on record: <records> with logs/log (what was read, and how far it reaches), unread (what was not), check/top (what was found) and
 * account/entry (the password timeline of accounts with a finding). Left out when no event log was read. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define LOGS_SHOWN     50
#define UNREAD_SHOWN   10
#define CHECKS_SHOWN   50
#define TOP_SHOWN      5
#define ACCOUNTS_SHOWN 20
#define ENTRIES_SHOWN  12

/* clang-format off */
/* Controllers first, and among them those whose logs lack something. */
static const char logs[] =
    "SELECT l.host AS name, l.channel, l.logs AS files, coalesce(h.is_controller, c.host IS NOT NULL) AS controller, l.from_at, l.to_at, l.covered / 864000000000 AS days, l.windows,"
    " l.jumps + l.breaks + l.resets AS gaps, l.missing, l.damaged, l.clears, l.cleared_at, l.cleared_by, l.drops, l.steps, l.switches, l.is_whole AS whole"
    " FROM log_state l LEFT JOIN host_state h ON h.host = l.host LEFT JOIN (SELECT DISTINCT host FROM controller_state) c ON c.host = l.host"
    " ORDER BY coalesce(h.is_controller, c.host IS NOT NULL) DESC, l.channel <> 'Security', l.clears + l.switches > 0 DESC, l.jumps + l.breaks + l.resets + l.damaged > 0 DESC, l.host, l.channel";

static const char unread_controllers[] =
    "SELECT DISTINCT c.name FROM controller_state c WHERE NOT EXISTS (SELECT 1 FROM log_state l WHERE l.host = c.host AND l.channel = 'Security') ORDER BY c.name";

static const char unread_hosts[] =
    "SELECT h.host AS name FROM host_state h WHERE h.is_controller IS NOT 1 AND NOT EXISTS (SELECT 1 FROM log_state l WHERE l.host = h.host) ORDER BY h.host";

static const char nobodys[] =
    "SELECT l.origin, l.path AS name, l.reason FROM event_log l WHERE l.reason IS NOT NULL ORDER BY l.reason, l.origin, l.path";

static const char found[] =
    MODEL_COUNTED
    "SELECT id, severity, CASE WHEN ?1 THEN title_ja ELSE title_en END AS title, fail, unknown, check_no FROM counted"
    " WHERE fail > 0 AND (id GLOB 'triage.*' OR id GLOB 'record*.*' OR theme IN ('triage', 'record')) ORDER BY rank, fail DESC, id";

/* The worst of a check: those with the most events; all checks show one of these columns, or none. */
static const char top[] =
    "SELECT name, coalesce(e ->> 'failure_count', e ->> 'event_count', e ->> 'service_count') AS events, e ->> 'first_at' AS first_at, e ->> 'last_at' AS last_at"
    " FROM (SELECT coalesce(r.name, r.subject) AS name, r.subject, r.item, CASE WHEN json_valid(r.evidence) THEN r.evidence END AS e"
    " FROM result r WHERE r.check_no = ?1 AND r.verdict = 'fail' AND r.verdict <> 'pass') ORDER BY 2 DESC, 4 DESC, subject, item";

/* A finding of logons is about a host; its item begins with the SID of the account. */
static const char accounts[] =
    "WITH mine AS (SELECT r.subject AS sid, c.severity FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'fail' AND r.verdict <> 'pass'"
    " AND (c.id GLOB 'triage.*' OR c.id GLOB 'record*.*' OR c.theme IN ('triage', 'record'))"
    " UNION ALL SELECT substr(r.item, 1, instr(r.item, '@') - 1), c.severity FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'fail' AND r.verdict <> 'pass'"
    " AND c.id GLOB 'triage.*' AND r.item GLOB 'S-1-5-21-*@*'"
    " UNION ALL SELECT g.account_sid, 'critical' FROM logon_guessed g WHERE g.account_sid IS NOT NULL)"
    " SELECT s.subject AS sid, s.name, s.is_privileged, count(*) AS findings FROM mine m JOIN account_state s ON s.subject = m.sid WHERE s.kind <> 'computer' GROUP BY s.subject"
    " ORDER BY min(CASE m.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END), s.is_privileged DESC, findings DESC, s.subject";

static const char entries[] =
    "SELECT at_time, witness, what, told_by, event_id, version, changed_by, address FROM password_timeline WHERE subject = ?1 ORDER BY at_time DESC, item";

/* clang-format on */

/* Rows of a statement with one parameter, as children; the attribute "rest" counts what is over the limit. A column at_time or …_at of ISO text is a time. */
static enum rc add_children(struct model *m, xmlNode *parent, const char *name, const char *sql,
                            const char *text, int64_t number, size_t limit, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, sql, &q, err));
    (void)(text ? sqlite3_bind_text(q, 1, text, -1, SQLITE_TRANSIENT)
                : sqlite3_bind_int64(q, 1, number));
    int64_t rest = 0;
    for (size_t rows = 0;; rows++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        if (rows >= limit) {
            rest++;
            continue;
        }
        xmlNode *node = model_node(m, parent, name);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            filetime t = 0;
            if (filetime_from_iso(query_text(q, i), &t)) {
                model_attr(m, node, sqlite3_column_name(q, i), text_time(m->a, t, m->lang));
            } else {
                model_column(m, node, sqlite3_column_name(q, i), q, i);
            }
        }
    }
    model_count(m, parent, "rest", rest);
    return RC_OK;
}

static enum rc add_coverage(struct model *m, xmlNode *records, struct err *err)
{
    TRY(model_rows(m, model_node(m, records, "logs"), "log", logs, LOGS_SHOWN, err));
    xmlNode *unread = model_node(m, records, "controllers");
    TRY(model_rows(m, unread, "unread", unread_controllers, UNREAD_SHOWN, err));
    unread = model_node(m, records, "hosts");
    TRY(model_rows(m, unread, "unread", unread_hosts, UNREAD_SHOWN, err));
    return model_rows(m, model_node(m, records, "nobodys"), "log", nobodys, UNREAD_SHOWN, err);
}

static enum rc add_found(struct model *m, xmlNode *records, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, found, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    xmlNode *all = model_node(m, records, "found");
    int64_t rest = 0;
    for (size_t rows = 0;; rows++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        if (rows >= CHECKS_SHOWN) {
            rest++;
            continue;
        }
        arena_reset(m->a);
        xmlNode *check = model_node(m, all, "check");
        for (int i = 0; i < 5; i++) {
            model_column(m, check, sqlite3_column_name(q, i), q, i);
        }
        TRY(add_children(m, check, "top", top, NULL, sqlite3_column_int64(q, 5), TOP_SHOWN, err));
    }
    model_count(m, all, "rest", rest);
    return RC_OK;
}

static enum rc add_accounts(struct model *m, xmlNode *records, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, accounts, &q, err));
    xmlNode *all = model_node(m, records, "accounts");
    int64_t rest = 0;
    for (size_t rows = 0;; rows++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        if (rows >= ACCOUNTS_SHOWN) {
            rest++;
            continue;
        }
        arena_reset(m->a);
        xmlNode *account = model_node(m, all, "account");
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            model_column(m, account, sqlite3_column_name(q, i), q, i);
        }
        TRY(add_children(m, account, "entry", entries, query_text(q, 0), 0, ENTRIES_SHOWN, err));
    }
    model_count(m, all, "rest", rest);
    return RC_OK;
}

enum rc model_records(struct model *m, xmlNode *root, struct err *err)
{
    int64_t any = 0;
    TRY(query_number(m->db, "SELECT EXISTS (SELECT 1 FROM event_log)", &any, err));
    if (!any) {
        return RC_OK;
    }
    xmlNode *records = model_node(m, root, "records");
    TRY(add_coverage(m, records, err));
    TRY(add_found(m, records, err));
    return add_accounts(m, records, err);
}
