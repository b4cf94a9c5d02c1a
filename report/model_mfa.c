/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second factors: <mfa> with the days that are left and what is missing as attributes, coverage/population, worst/account/proof (accounts that matter and lack one), named/entry
 * (break-glass and honey accounts), exports/export, unjoined/reason and unjoined/record, unresolved/entry. Left out when the evidence has neither an account nor an export. */
#include "report/model.h"
#include "report/query.h"

#define WORST_SHOWN    30
#define PROOFS_SHOWN   6 /* of one account */
#define EXPORTS_SHOWN  20
#define UNJOINED_SHOWN 20
#define NAMED_SHOWN    20

/* clang-format off */
#define PURPOSE(P) "(SELECT count(*) FROM named_account WHERE purpose = '" P "') AS " P

static const char totals[] =
    "SELECT count(*) AS exports, coalesce(sum(is_whole = 0), 0) AS broken, coalesce(sum(unreadable), 0) AS unreadable,"
    " " PURPOSE("remote_access") ", " PURPOSE("vendor") ", " PURPOSE("break_glass") ", (SELECT is_complete FROM mfa_sources) AS sources_complete FROM mfa_export_file";

static const char coverage[] =
    "SELECT subject AS population, accounts, registered, capable, enforced, bypassed, without, unknown, unplaced, entries, registered_percent, enforced_percent, unknown_percent, days_to_target AS days_left FROM mfa_coverage"
    " ORDER BY CASE subject WHEN 'privileged' THEN 0 WHEN 'remote_access' THEN 1 WHEN 'vendor' THEN 2 WHEN 'everyone' THEN 3 ELSE 4 END, subject";

/* Accounts for emergencies and bait are told apart from these (named). Of two as bad as each other the one that more ways lead to comes first. */
static const char worst[] =
    "SELECT guid, name, subject, is_privileged AS privileged, privileges, is_remote AS remote, is_vendor AS vendor,"
    " CASE WHEN is_registered = 0 THEN 'without' WHEN is_bypassed = 1 THEN 'bypassed' ELSE 'weak' END AS state FROM mfa"
    " WHERE is_enabled IS NOT 0 AND is_break_glass IS NOT 1 AND is_honey IS NOT 1 AND (is_privileged = 1 OR is_remote = 1 OR is_vendor = 1)"
    " AND (is_registered = 0 OR is_bypassed = 1 OR (is_registered = 1 AND strongest IN ('weak', 'none')))"
    " ORDER BY is_privileged IS 1 DESC, state = 'weak', state DESC, (is_remote IS 1) + (is_vendor IS 1) DESC, name COLLATE NOCASE, subject";

/* A row about the account as a whole is left out where the factors beside it say as much. */
static const char proofs[] =
    "SELECT basis, method, strength, is_registered AS registered, is_enforced AS enforced, is_bypassed AS bypassed, seen_at FROM mfa_factor f WHERE guid = ?1"
    " AND NOT (method = 'state' AND is_registered IS NOT 0 AND is_bypassed IS NOT 1 AND is_enforced IS NOT 1 AND EXISTS (SELECT 1 FROM mfa_factor o WHERE o.guid = f.guid AND o.basis = f.basis AND o.method <> 'state'))"
    " ORDER BY CASE strength WHEN 'strong' THEN 0 WHEN 'ordinary' THEN 1 WHEN 'weak' THEN 2 ELSE 3 END, basis, item";

#define FILETIME(COLUMN) "(CAST(strftime('%s', " COLUMN ") AS INTEGER) + 11644473600) * 10000000"

/* Of an account for emergencies its last use, of bait also what was only tried. */
static const char named[] =
    "SELECT n.purpose, n.entry, n.note, p.guid, max(p.matches) OVER (PARTITION BY n.purpose, n.entry) AS matches, s.name, s.is_enabled AS enabled,"
    " CASE n.purpose WHEN 'honey' THEN h.is_touched ELSE b.was_used END AS used, CASE n.purpose"
    " WHEN 'honey' THEN max(coalesce(" FILETIME("h.last_logon_at") ", 0), coalesce(" FILETIME("h.last_failure_at") ", 0), coalesce(" FILETIME("h.last_event_at") ", 0))"
    " ELSE " FILETIME("b.last_used_at") " END AS used_at, CASE n.purpose WHEN 'honey' THEN h.places ELSE b.places END AS places"
    " FROM named_account n LEFT JOIN named_principal p ON p.purpose = n.purpose AND p.entry = n.entry LEFT JOIN mfa_state s ON s.guid = p.guid"
    " LEFT JOIN break_glass_account b ON n.purpose = 'break_glass' AND b.subject = s.subject LEFT JOIN honey_account h ON n.purpose = 'honey' AND h.subject = s.subject"
    " WHERE n.purpose IN ('break_glass', 'honey') ORDER BY n.purpose, n.entry, p.guid";

static const char unresolved[] =
    "SELECT n.purpose, n.entry, coalesce(max(p.matches), 0) AS matches FROM named_account n LEFT JOIN named_principal p ON p.purpose = n.purpose AND p.entry = n.entry"
    " GROUP BY n.purpose, n.entry HAVING coalesce(max(p.matches), 0) <> 1 ORDER BY n.purpose, n.entry";

static const char exports[] =
    "SELECT f.subject AS path, f.service, f.accounts, f.joined, f.unjoined, f.unreadable, f.is_whole AS whole, e.exported_at, f.age_days FROM mfa_export_file f"
    " JOIN mfa_export e ON e.origin = f.item AND e.path = f.subject ORDER BY f.is_whole, f.unjoined DESC, f.service, f.subject";

static const char reasons[] = "SELECT reason AS name, count(*) AS number FROM mfa_unjoined GROUP BY reason ORDER BY number DESC, reason";

/* One of each reason before the second of any: a thousand of one kind must not hide another. */
static const char unjoined[] =
    "SELECT name, reason, service, path FROM (SELECT item_name AS name, reason, service, path, row_number() OVER (PARTITION BY reason ORDER BY service, path, item) AS nth"
    " FROM mfa_unjoined) ORDER BY nth, reason, path";

/* clang-format on */

/* What speaks for or against a factor of an account, with the newest time at which any of it was seen. */
static enum rc add_proofs(struct model *m, xmlNode *account, const char *guid, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = PROOFS_SHOWN };
    TRY(query_open(m->db, proofs, &q, err));
    (void)sqlite3_bind_text(q, 1, guid, -1, SQLITE_TRANSIENT);
    while (model_next(q, &l, err)) {
        (void)model_row(m, account, "proof", q);
    }
    return model_rest(m, account, &l);
}

/* Rows whose first column, named guid, is an account, each with its proofs; the GUID itself is for nobody's eyes. */
static enum rc add_accounts(struct model *m, xmlNode *list, const char *name, const char *sql,
                            int guid, size_t most, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = most };
    TRY(query_open(m->db, sql, &q, err));
    while (model_next(q, &l, err)) {
        arena_reset(m->a);
        xmlNode *account = model_node(m, list, name);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            if (i != guid) {
                model_column(m, account, sqlite3_column_name(q, i), q, i);
            }
        }
        TRY(add_proofs(m, account, query_text(q, guid), err));
    }
    return model_rest(m, list, &l);
}

static enum rc add_exports(struct model *m, xmlNode *mfa, struct err *err)
{
    xmlNode *list = model_node(m, mfa, "exports");
    TRY(model_rows(m, list, "export", exports, EXPORTS_SHOWN, err));
    list = model_node(m, mfa, "unjoined");
    TRY(model_rows(m, list, "reason", reasons, 8, err));
    list = model_node(m, list, "records");
    TRY(model_rows(m, list, "record", unjoined, UNJOINED_SHOWN, err));
    list = model_node(m, mfa, "unresolved");
    return model_rows(m, list, "entry", unresolved, NAMED_SHOWN, err);
}

enum rc model_mfa(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int64_t any = 0;
    bool row = false;
    TRY(query_number(m->db,
                     "SELECT EXISTS (SELECT 1 FROM mfa_state) OR EXISTS (SELECT 1 FROM mfa_export)",
                     &any, err));
    if (!any) {
        return RC_OK;
    }
    TRY(query_open(m->db, totals, &q, err));
    TRY(query_next(q, &row, err));
    xmlNode *mfa = model_row(m, root, "mfa", q);
    TRY(model_rows(m, model_node(m, mfa, "coverage"), "population", coverage, 8, err));
    xmlNode *list = model_node(m, mfa, "worst");
    TRY(add_accounts(m, list, "account", worst, 0, WORST_SHOWN, err));
    list = model_node(m, mfa, "named");
    TRY(add_accounts(m, list, "entry", named, 3, NAMED_SHOWN, err));
    return add_exports(m, mfa, err);
}
