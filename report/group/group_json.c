/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "audit/evidence/group.h"
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/json_writer.h"
#include "report/output/output.h"
#include "report/query.h"
#include "report/report.h"

/* The findings of all sites. */
#define FINDINGS                                                                                                                     \
    "SELECT r.site, s.name_en, s.name_ja, r.verdict, c.severity, c.id, c.theme, c.title_en, c.title_ja, r.subject, r.item, r.name,"  \
    " r.reason_en, r.reason_ja, r.evidence, r.source, r.finding FROM site_result r JOIN site s ON s.site = r.site"                   \
    " JOIN site_check_info c ON c.site = r.site AND c.check_no = r.check_no"                                                         \
    " ORDER BY r.site, CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END," \
    " c.id, r.verdict, r.subject, r.item"

static json_t *finding(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "site", writer_cell(q, 0), "site_name", writer_both(q, 1), "verdict",
                     writer_text(q, 3), "severity", writer_text(q, 4), "check", writer_text(q, 5),
                     "theme", writer_text(q, 6), "title", writer_both(q, 7), "subject",
                     writer_text(q, 9), "item", writer_text(q, 10), "name", writer_text(q, 11),
                     "reason", writer_both(q, 12), "evidence", writer_embedded(q, 14), "source",
                     writer_text(q, 15), "finding", writer_text(q, 16));
}

static enum rc put_tables(struct writer *w, sqlite3 *db)
{
    TRY(writer_rows(
        w, db, "sites",
        "SELECT site, file, name_en, name_ja, domain, domain_sid, " ISO(
            "now") ", users, computers, hosts, answered AS hosts_answered, shards_missing FROM site ORDER BY site",
        -1, writer_row));
    TRY(writer_rows(
        w, db, "grades",
        "SELECT site, theme, title_en, title_ja, grade, score, cap, seen_percent, lost, worst, checks, failed, unclear, findings,"
        " sentence_en, sentence_ja FROM site_grade ORDER BY site, position",
        -1, writer_row));
    TRY(writer_rows(
        w, db, "measures",
        "SELECT site, measure, position, title_en, title_ja, effort, effect_percent, worst, checks, findings FROM site_measure"
        " ORDER BY site, position",
        -1, writer_row));
    TRY(writer_rows(
        w, db, "risks",
        "SELECT site, risk, level, title_en, title_ja, text_en, text_ja, theme FROM site_risk ORDER BY site, position",
        -1, writer_row));
    TRY(writer_rows(
        w, db, "totals",
        "SELECT site, verdict, sum(subjects) AS subjects FROM site_check_count GROUP BY site, verdict ORDER BY site, verdict",
        -1, writer_row));
    return writer_rows(
        w, db, "sources",
        "SELECT site, source, state, targets FROM source ORDER BY site, source, state", -1,
        writer_row);
}

/* The comparison with an earlier group file; null without one. */
static enum rc put_progress(struct writer *w, sqlite3 *db)
{
    int64_t compared = 0;
    TRY(query_number(db, PROGRESS_COMPARED, &compared, w->err));
    if (compared == 0) {
        return writer_member(w, "progress", json_null());
    }
    writer_key(w, "progress");
    out_text(w->o, "{");
    w->first = true;
    TRY(writer_rows(
        w, db, "sites",
        "SELECT s.site, " ISO_VALUE(
            "b.now") " AS before, b.grade AS grade_before, g.grade, b.score AS score_before, g.score,"
                     " " PROGRESS_COUNT("'new'") " AS new, " PROGRESS_COUNT("'unwaived'") " AS unwaived, " PROGRESS_COUNT(
                         "'judged'") " AS judged,"
                                     " " PROGRESS_COUNT("'fixed'") " AS fixed, " PROGRESS_COUNT("'hidden'") " AS hidden, " PROGRESS_COUNT(
                                         "'rejudged'") " AS rejudged,"
                                                       " " PROGRESS_COUNT("'waived'") " AS waived, " PROGRESS_COUNT(
                                                           "'same'") " AS same, " PROGRESS_COUNT("'same_waived'") " AS same_waived"
                                                                                                                  " FROM site s JOIN group_before b ON b.site = s.site LEFT JOIN site_grade g ON g.site = s.site AND g.theme = '' ORDER BY s.site",
        -1, writer_row));
    TRY(writer_rows(
        w, db, "unmatched",
        "SELECT site, file, name_en, name_ja FROM site WHERE site NOT IN (SELECT site FROM group_before WHERE site IS NOT NULL) ORDER BY site",
        -1, writer_row));
    TRY(writer_rows(w, db, "left",
                    "SELECT file, name_en, name_ja, " ISO(
                        "now") " FROM group_before WHERE site IS NULL ORDER BY other",
                    -1, writer_row));
    TRY(writer_rows(
        w, db, "findings",
        "SELECT site, kind, check_id AS \"check\", severity, title_en, title_ja, finding, name FROM group_told ORDER BY site, kind, rank, check_id, finding",
        -1, writer_row));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}

static enum rc put_trend(struct writer *w, sqlite3 *db)
{
    return writer_rows(
        w, db, "trend",
        "SELECT site, " ISO(
            "at") ", grade, score, seen AS seen_percent, critical, high, medium, low, unknown FROM group_run ORDER BY site, group_run.at",
        -1, writer_row);
}

enum rc group_json(sqlite3 *db, const struct report_options *options, struct out *o,
                   struct err *err)
{
    AUTO(writer_done) struct writer w;
    (void)options; /* both languages are in it */
    writer_init(&w, o, err);
    out_text(o, "{");
    TRY(writer_member(&w, "schema", json_string("kagimori.group/1")));
    int64_t redacted = 0;
    TRY(query_number(db, GROUP_REDACTED, &redacted, err));
    TRY(writer_member(&w, "redacted", json_boolean(redacted > 0)));
    TRY(put_tables(&w, db));
    TRY(put_progress(&w, db));
    TRY(put_trend(&w, db));
    TRY(writer_rows(&w, db, "findings", FINDINGS, -1, finding));
    out_text(o, "\n}\n");
    return RC_OK;
}
