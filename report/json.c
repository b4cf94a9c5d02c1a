/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/json.h"

#include <jansson.h>
#include <string.h>

#include "report/json_writer.h"
#include "report/query.h"
#include "report/report.h"

static json_t *result_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "verdict", writer_text(q, 0),
                     "subject", writer_text(q, 1), "item", writer_text(q, 2), "name",
                     writer_text(q, 3), "reason", writer_both(q, 4), "evidence",
                     writer_embedded(q, 6), "source", writer_text(q, 7), "waiver",
                     writer_cell(q, 8), "finding", writer_text(q, 9));
}

static json_t *column_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o}", "name", writer_text(q, 0), "label", writer_both(q, 1));
}

static enum rc put_check(struct writer *w, sqlite3 *db, sqlite3_stmt *q, bool passes)
{
    int64_t no = sqlite3_column_int64(q, 0);
    writer_separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(writer_member(w, "id", writer_text(q, 1)));
    TRY(writer_member(w, "view", writer_text(q, 2)));
    TRY(writer_member(w, "severity", writer_text(q, 3)));
    TRY(writer_member(w, "theme", writer_text(q, 4)));
    TRY(writer_member(w, "title", writer_both(q, 5)));
    TRY(writer_member(w, "why", writer_both(q, 7)));
    TRY(writer_member(w, "fix", writer_both(q, 9)));
    TRY(writer_member(w, "tags", writer_embedded(q, 11)));
    TRY(writer_member(w, "references", writer_embedded(q, 12)));
    TRY(writer_member(w, "parameters", writer_embedded(q, 13)));
    TRY(writer_member(w, "statement", writer_text(q, 14)));
    TRY(writer_rows(w, db, "columns",
                    "SELECT s.value, l.en, l.ja FROM check_info c, json_each(c.shown) s"
                    " LEFT JOIN column_label l ON l.view = c.view AND l.column_name = s.value"
                    " WHERE c.check_no = ?1 ORDER BY s.key",
                    no, column_object));
    TRY(writer_pairs(
        w, db, "counts",
        "SELECT verdict, subjects FROM check_count WHERE check_no = ?1 ORDER BY verdict", no));
    TRY(writer_rows(
        w, db, "results",
        "SELECT verdict, subject, item, name, reason_en, reason_ja, evidence, source, waiver_no, finding FROM result"
        " WHERE check_no = ?1 AND verdict <> 'pass' ORDER BY verdict, subject, item",
        no, result_object));
    if (passes) {
        TRY(writer_rows(
            w, db, "passed",
            "SELECT subject, item, name FROM result WHERE check_no = ?1 AND verdict = 'pass' ORDER BY subject, item",
            no, writer_row));
    }
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}

static enum rc put_checks(struct writer *w, sqlite3 *db, bool passes)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        db,
        "SELECT check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags,"
        " refs, parameters, statement FROM check_info ORDER BY id",
        &q, w->err));
    writer_key(w, "checks");
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        TRY(put_check(w, db, q, passes));
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

static enum rc put_scope(struct writer *w, sqlite3 *db)
{
    TRY(writer_rows(
        w, db, "servers",
        "SELECT host, dns_name, domain_dn, domain_level, forest_level, " ISO(
            "clock") ", clock_skew_seconds,"
                     " transport, tls_version, authentication, vendor FROM directory_server ORDER BY host",
        -1, writer_row));
    TRY(writer_rows(w, db, "coverage",
                    "SELECT source, target, state, reason, detail, " ISO("started_at") ", " ISO(
                        "finished_at") ", objects"
                                       " FROM coverage ORDER BY source, target",
                    -1, writer_row));
    TRY(writer_rows(w, db, "malformed",
                    "SELECT source, target, object, attribute, reason FROM malformed_value"
                    " ORDER BY source, target, object, attribute",
                    -1, writer_row));
    TRY(writer_rows(w, db, "files",
                    "SELECT origin, path, kind, state, detail, size, sha256, " ISO(
                        "changed_at") " FROM artifact ORDER BY origin, path",
                    -1, writer_row));
    return writer_rows(w, db, "workers",
                       "SELECT task, role, target, sandbox, version, outcome, detail, rows, " ISO(
                           "started_at") ", " ISO("finished_at") " FROM worker_run ORDER BY task",
                       -1, writer_row);
}

/* Group Policy objects and their folders. A policy that only a copy tells of has no link and no computers. */
static enum rc put_policies(struct writer *w, sqlite3 *db)
{
    return writer_rows(
        w, db, "policies",
        "SELECT g.subject AS gpo_id, g.guid, g.name, g.is_orphan, g.folder_state, g.computer_version, g.user_version,"
        " g.folder_computer_version, g.folder_user_version, g.version_matches, g.link_count AS links, g.enforced_link_count AS enforced_links,"
        " g.disabled_link_count AS disabled_links, CASE WHEN c.computers IS NOT NULL OR c.is_linked THEN c.applies END AS applies, c.doubtful"
        " AS applies_unknown, g.user_half_off, g.computer_half_off, g.has_wmi_filter, g.password_count AS passwords, g.edited_by, g.files_edited_by"
        " FROM gpo g LEFT JOIN policy_computers c ON c.gpo_id = g.subject"
        " UNION ALL SELECT f.gpo_id, NULL, coalesce(max(f.display_name), f.gpo_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
        " NULL, NULL, NULL, NULL, (SELECT count(*) FROM policy_password p WHERE p.gpo_id = f.gpo_id AND p.state = 'set'), NULL, NULL"
        " FROM policy_folder f WHERE f.kind <> 'sysvol' AND NOT EXISTS (SELECT 1 FROM policy_known k WHERE k.gpo_id = f.gpo_id) GROUP BY f.gpo_id"
        " ORDER BY 1, 2",
        -1, writer_row);
}

/* Columns from first to before end as members of the object that is open. */
static enum rc put_cells(struct writer *w, sqlite3_stmt *q, int first, int end)
{
    for (int i = first; i < end; i++) {
        TRY(writer_member(w, sqlite3_column_name(q, i), writer_cell(q, i)));
    }
    return RC_OK;
}

/* { first to before end as members, "hosts": [ */
static enum rc open_cluster(struct writer *w, sqlite3_stmt *q, int first, int end)
{
    writer_separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(put_cells(w, q, first, end));
    writer_key(w, "hosts");
    out_text(w->o, "[");
    w->first = true;
    return RC_OK;
}

/* Nothing for number 0, which is none. */
static void close_cluster(struct writer *w, int64_t number)
{
    if (number > 0) {
        out_text(w->o, "]}");
        w->first = false;
    }
}

static enum rc put_cluster_host(struct writer *w, sqlite3_stmt *q, int first)
{
    writer_separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(put_cells(w, q, first, sqlite3_column_count(q)));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}

/* Built-in Administrators that share a password, or may: clusters with their hosts, in one pass. */
static enum rc put_clusters(struct writer *w, sqlite3 *db)
{
    enum {
        NUMBER,
        OF_HOST = 3
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        db,
        "SELECT b.cluster AS cluster, b.cluster_hosts AS count, sum(b.proof = 'proven') OVER (PARTITION BY b.cluster) AS proven,"
        " b.name AS host, b.subject, b.proof, b.basis, b.account_name AS account, b.account_sid, b.is_enabled AS enabled,"
        " b.password_set_at, b.password_age_days, b.laps_kind AS laps, b.laps_expires_at, b.laps_is_current, b.laps_manages_account,"
        " b.candidate, b.password_is_blank FROM builtin_administrator b WHERE b.cluster IS NOT NULL"
        " ORDER BY b.cluster, b.proof, b.name",
        &q, w->err));
    writer_key(w, "administrator_clusters");
    out_text(w->o, "[");
    w->first = true;
    int64_t open = 0;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        if (sqlite3_column_int64(q, NUMBER) != open) {
            close_cluster(w, open);
            open = sqlite3_column_int64(q, NUMBER);
            TRY(open_cluster(w, q, NUMBER, OF_HOST));
        }
        TRY(put_cluster_host(w, q, OF_HOST));
    }
    close_cluster(w, open);
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

enum rc json_results(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    AUTO(writer_done) struct writer w;
    writer_init(&w, o, err);
    out_text(o, "{");
    TRY(writer_member(&w, "schema", json_string("kagimori.results/1")));
    TRY(writer_pairs(
        &w, db, "audit",
        "SELECT name, CASE WHEN name IN ('now', 'started_at', 'finished_at', 'incident_at', 'reset_start') AND value NOT GLOB '*[^0-9]*'"
        " THEN " ISO_VALUE(
            "CAST(value AS INTEGER)") " ELSE value END FROM audit_info ORDER BY name",
        -1));
    TRY(writer_pairs(
        &w, db, "totals",
        "SELECT verdict, sum(subjects) FROM check_count GROUP BY verdict ORDER BY verdict", -1));
    TRY(writer_pairs(
        &w, db, "hosts",
        "SELECT 'count', count(*) FROM host_target UNION ALL SELECT 'answered', " QUERY_HOSTS_ANSWERED,
        -1));
    TRY(put_scope(&w, db));
    TRY(put_policies(&w, db));
    TRY(put_clusters(&w, db));
    TRY(json_management(&w, db));
    TRY(json_mfa(&w, db));
    TRY(json_questionnaire(&w, db));
    TRY(json_reset(&w, db));
    TRY(json_frameworks(&w, db));
    TRY(writer_rows(
        &w, db, "waivers",
        "SELECT waiver_no AS waiver, check_id, subject, item, finding, reason, approver, expires, state, used, fits, line FROM waiver"
        " ORDER BY waiver_no",
        -1, writer_row));
    TRY(put_checks(&w, db, options->passes));
    out_text(o, "\n}\n");
    return RC_OK;
}
