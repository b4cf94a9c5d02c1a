/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "mfa" of results.json: coverage by population, every account that matters with what speaks for a factor, what the site file names, exports, and what did not join. */
#include "report/json.h"
#include "report/query.h"

/* clang-format off */
static const char coverage[] =
    "SELECT subject AS population, accounts, registered, capable, enforced, bypassed, without, unknown, unplaced, registered_percent, enforced_percent, unknown_percent, days_to_target"
    " FROM mfa_coverage ORDER BY subject";

static const char accounts[] =
    "SELECT m.subject, m.name, m.directory, m.is_enabled, m.is_privileged, m.is_remote, m.is_vendor, m.is_break_glass, m.is_honey, m.is_told, m.is_registered, m.is_capable, m.is_enforced,"
    " m.is_bypassed, m.strongest, m.weakest, " ISO_VALUE("m.proven_at") " AS proven_at, f.factors AS factors FROM mfa_state m"
    " LEFT JOIN (SELECT guid, json_group_array(json_object('basis', basis, 'method', method, 'strength', strength, 'is_registered', is_registered, 'is_capable', is_capable,"
    " 'is_enforced', is_enforced, 'is_bypassed', is_bypassed, 'seen_at', " ISO_VALUE("seen_at") ", 'origin', origin)) AS factors FROM mfa_factor GROUP BY guid) f USING (guid)"
    " WHERE m.is_privileged = 1 OR m.is_remote = 1 OR m.is_vendor = 1 OR m.is_break_glass = 1 OR m.is_honey = 1 ORDER BY m.subject";

static const char named[] =
    "SELECT n.purpose, n.entry, n.kind, n.note, coalesce(max(p.matches), 0) AS matches, max(p.how) AS how FROM named_account n"
    " LEFT JOIN named_principal p ON p.purpose = n.purpose AND p.entry = n.entry GROUP BY n.purpose, n.entry ORDER BY n.purpose, n.entry";

static const char exports[] =
    "SELECT subject AS path, service, accounts, joined, unjoined, unreadable, is_whole, exported_at, age_days FROM mfa_export_file ORDER BY subject, service";

static const char unjoined[] = "SELECT path, service, row_number AS record, item_name AS name, reason FROM mfa_unjoined ORDER BY path, row_number";

/* clang-format on */

/* The last column is a JSON list, or NULL for an empty one. */
static json_t *account_object(sqlite3_stmt *q)
{
    int last = sqlite3_column_count(q) - 1;
    json_t *account = writer_row(q);
    json_t *factors =
        sqlite3_column_type(q, last) == SQLITE_NULL ? json_array() : writer_embedded(q, last);
    if (!account || json_object_set_new(account, "factors", factors) != 0) {
        json_decref(account);
        return NULL;
    }
    return account;
}

enum rc json_mfa(struct writer *w, sqlite3 *db)
{
    int64_t any = 0;
    TRY(query_number(db,
                     "SELECT EXISTS (SELECT 1 FROM mfa_state) OR EXISTS (SELECT 1 FROM mfa_export)",
                     &any, w->err));
    if (!any) {
        return writer_member(w, "mfa", json_null());
    }
    writer_key(w, "mfa");
    out_text(w->o, "{");
    w->first = true;
    TRY(writer_member(w, "target", json_string("2028-03-31")));
    TRY(writer_rows(w, db, "coverage", coverage, -1, writer_row));
    TRY(writer_rows(w, db, "accounts", accounts, -1, account_object));
    TRY(writer_rows(w, db, "named", named, -1, writer_row));
    TRY(writer_rows(w, db, "exports", exports, -1, writer_row));
    TRY(writer_rows(w, db, "unjoined", unjoined, -1, writer_row));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}
