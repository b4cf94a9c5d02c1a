/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password changes and logons on record: <records> with signals/signal (for page one), found/check/top (what was found), accounts/account/entry (the
 * password timeline of accounts with a finding), logs/host/log (what was read, and how far it reaches) and unread (what was not). Left out when no event
 * log was read. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define HOSTS_SHOWN    40
#define LOGS_SHOWN     10 /* of one host */
#define UNREAD_SHOWN   10
#define CHECKS_SHOWN   50
#define TOP_SHOWN      5
#define ACCOUNTS_SHOWN 20
#define ENTRIES_SHOWN  12

/* clang-format off */
/* What the director is told on page one, in this order: subjects of these checks that failed. */
static const char signals[] =
    "WITH signal(rank, name, id) AS (VALUES (1, 'unrecorded', 'record.password.unrecorded'), (1, 'unrecorded', 'record.computer.unrecorded'), (1, 'unrecorded', 'record.openldap.unrecorded'),"
    " (2, 'forged', 'ad.record.fake-refresh'), (2, 'forged', 'ad.record.fake-refresh-computer'), (2, 'forged', 'record.password.forged-since-baseline'),"
    " (3, 'guessed', 'triage.guess.success'), (4, 'internet', 'triage.remote-desktop.public-source'), (6, 'gaps', 'record.log.gap')),"
    " found AS (SELECT s.rank, s.name, count(DISTINCT r.subject) AS number FROM signal s JOIN check_info c ON c.id = s.id JOIN result r ON r.check_no = c.check_no"
    " WHERE r.verdict = 'fail' AND r.verdict <> 'pass' GROUP BY s.rank, s.name"
    " UNION ALL SELECT 5, 'cleared', count(DISTINCT host) FROM log_state WHERE clears > 0 OR switches > 0)"
    " SELECT name, number FROM found WHERE number > 0 ORDER BY rank";

static const char reach[] =
    "SELECT (SELECT count(DISTINCT host) FROM log_state) AS hosts, (SELECT count(*) FROM controller_state) AS controllers,"
    " (SELECT count(*) FROM controller_state c WHERE EXISTS (SELECT 1 FROM log_state l WHERE l.host = c.host AND l.channel = 'Security')) AS controllers_read";

#define IS_CONTROLLER "coalesce((SELECT h.is_controller FROM host_state h WHERE h.host = l.host), 0) = 1 OR l.host IN (SELECT c.host FROM controller_state c WHERE c.host IS NOT NULL)"
#define IS_ODD "l.jumps + l.breaks + l.resets + l.damaged + l.drops + l.steps > 0 OR l.is_whole = 0"

/* Controllers first, then hosts whose logs were cleared or lack something. */
static const char hosts[] =
    "SELECT l.host AS name, " IS_CONTROLLER " AS controller FROM log_state l GROUP BY l.host"
    " ORDER BY 2 DESC, max(l.clears + l.switches > 0) DESC, max(" IS_ODD ") DESC, l.host";

static const char logs[] =
    "SELECT l.channel, l.logs AS files, l.from_at, l.to_at, l.covered / 864000000000 AS days, l.windows,"
    " l.jumps + l.breaks + l.resets AS gaps, l.missing, l.damaged, l.clears, l.cleared_at, l.cleared_by, l.drops, l.steps, l.switches, l.is_whole AS whole"
    " FROM log_state l WHERE l.host = ?1"
    " ORDER BY l.channel <> 'Security', l.channel <> 'System', l.clears + l.switches > 0 DESC, l.channel";

static const char unread_controllers[] =
    "SELECT DISTINCT c.name FROM controller_state c WHERE NOT EXISTS (SELECT 1 FROM log_state l WHERE l.host = c.host AND l.channel = 'Security') ORDER BY c.name";

#define UNREAD_HOSTS(N) \
    "SELECT h.host AS name FROM host_state h WHERE h.is_controller IS NOT 1 AND NOT EXISTS (SELECT 1 FROM log_state l WHERE l.host = h.host)" \
    " AND " N " EXISTS (SELECT 1 FROM coverage c WHERE c.source = 'smb.event_log' AND c.target = h.host AND c.state <> 'not_collected') ORDER BY h.host"

static const char unread_hosts[] = UNREAD_HOSTS("");
static const char unasked_hosts[] = UNREAD_HOSTS("NOT");

static const char nobodys[] =
    "SELECT l.origin, l.path AS name, l.reason FROM event_log l WHERE l.reason IS NOT NULL ORDER BY l.reason, l.origin, l.path";

static const char found[] =
    MODEL_COUNTED
    "SELECT check_no AS no, severity, CASE WHEN ?1 THEN title_ja ELSE title_en END AS title, fail, unknown FROM counted"
    " WHERE fail > 0 AND (id GLOB 'triage.*' OR id GLOB 'record*.*' OR theme IN ('triage', 'record')) ORDER BY rank, fail DESC, id";

#define E(C) "e ->> '" C "'"

/* The worst of a check: those with the most events, then the newest. Each check shows some of these columns. */
static const char top[] =
    "SELECT name, coalesce(" E("failure_count") ", " E("event_count") ", " E("service_count") ") AS events,"
    " coalesce(" E("first_at") ", " E("event_at") ", " E("cleared_at") ", " E("audit_off_at") ", " E("stepped_at") ", " E("stopped_at") ", " E("dropped_at")
    ", CASE WHEN " E("password_date_version") " IS NOT NULL THEN " E("password_set_at") " ELSE " E("secret_changed_at") " END) AS first_at, " E("last_at") " AS last_at,"
    " coalesce(" E("changed_name") " || coalesce(' <- ' || (" E("member_name") "), ''), " E("audit_off_what") ", " E("what") ","
    " CASE WHEN instr(" E("successes") ", ', ') = 0 THEN substr(" E("successes") ", 1, length(" E("successes") ") - 21) ELSE substr(" E("successes") ", 1, instr(" E("successes") ", ', ') - 22) || ', …' END) AS what,"
    " coalesce(" E("changed_by") ", " E("cleared_by") ", " E("audit_off_by") ", " E("stepped_by") ") AS doer"
    " FROM (SELECT coalesce(r.name, r.subject) AS name, r.subject, r.item, CASE WHEN json_valid(r.evidence) THEN r.evidence END AS e"
    " FROM result r WHERE r.check_no = ?1 AND r.verdict = 'fail' AND r.verdict <> 'pass') ORDER BY 2 DESC, 3 DESC, subject, item";

/* A finding of logons is about a host; its item begins with the SID of the account. Of a password that was only not changed no witness says anything. */
static const char accounts[] =
    "WITH mine AS (SELECT r.subject AS sid, c.severity FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'fail' AND r.verdict <> 'pass'"
    " AND (c.id GLOB 'triage.*' OR c.id GLOB 'record*.*' OR c.theme IN ('triage', 'record')) AND c.id NOT GLOB '*unchanged-since-*'"
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
    struct model_limit l = { .most = limit };
    while (model_next(q, &l, err)) {
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
    return model_rest(m, parent, &l);
}

static enum rc add_logs(struct model *m, xmlNode *records, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, hosts, &q, err));
    xmlNode *all = model_node(m, records, "logs");
    struct model_limit l = { .most = HOSTS_SHOWN };
    while (model_next(q, &l, err)) {
        arena_reset(m->a);
        xmlNode *host = model_node(m, all, "host");
        model_column(m, host, "name", q, 0);
        model_column(m, host, "controller", q, 1);
        TRY(add_children(m, host, "log", logs, query_text(q, 0), 0, LOGS_SHOWN, err));
    }
    return model_rest(m, all, &l);
}

static enum rc add_coverage(struct model *m, xmlNode *records, struct err *err)
{
    TRY(model_rows(m, records, "reach", reach, 1, err));
    TRY(model_rows(m, model_node(m, records, "signals"), "signal", signals, 10, err));
    TRY(add_logs(m, records, err));
    xmlNode *unread = model_node(m, records, "controllers");
    TRY(model_rows(m, unread, "unread", unread_controllers, UNREAD_SHOWN, err));
    unread = model_node(m, records, "hosts");
    TRY(model_rows(m, unread, "unread", unread_hosts, UNREAD_SHOWN, err));
    unread = model_node(m, records, "unasked");
    TRY(model_rows(m, unread, "unread", unasked_hosts, UNREAD_SHOWN, err));
    return model_rows(m, model_node(m, records, "nobodys"), "log", nobodys, UNREAD_SHOWN, err);
}

static enum rc add_found(struct model *m, xmlNode *records, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, found, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    xmlNode *all = model_node(m, records, "found");
    struct model_limit l = { .most = CHECKS_SHOWN };
    while (model_next(q, &l, err)) {
        arena_reset(m->a);
        xmlNode *check = model_node(m, all, "check");
        for (int i = 0; i < 5; i++) {
            model_column(m, check, sqlite3_column_name(q, i), q, i);
        }
        TRY(add_children(m, check, "top", top, NULL, sqlite3_column_int64(q, 0), TOP_SHOWN, err));
    }
    return model_rest(m, all, &l);
}

static enum rc add_accounts(struct model *m, xmlNode *records, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, accounts, &q, err));
    xmlNode *all = model_node(m, records, "accounts");
    struct model_limit l = { .most = ACCOUNTS_SHOWN };
    while (model_next(q, &l, err)) {
        arena_reset(m->a);
        xmlNode *account = model_node(m, all, "account");
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            model_column(m, account, sqlite3_column_name(q, i), q, i);
        }
        TRY(add_children(m, account, "entry", entries, query_text(q, 0), 0, ENTRIES_SHOWN, err));
    }
    return model_rest(m, all, &l);
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
