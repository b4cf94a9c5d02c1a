/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings.jsonl (finding.schema.json): what jq, Splunk or Elastic take line by line. */
#include "report/json_writer.h"
#include "report/output/about.h"
#include "report/output/finding_rows.h"
#include "report/output/output.h"
#include "report/query.h"
#include "report/report.h"

/* What is the same in each line; NULL where memory is short. */
static json_t *constant(const struct about *about)
{
    return json_pack("{s:s, s:{s:s, s:o}, s:{s:o, s:{s:o, s:o}, s:o}}", "schema",
                     "kagimori.finding/1", "tool", "name", "Kagimori", "version",
                     about_text(about->version), "audit", "at", about_text(about->at),
                     "organisation", "en", about_text(about->organisation_en), "ja",
                     about_text(about->organisation_ja), "profile", about_text(about->profile));
}

static json_t *line_object(json_t *same, sqlite3_stmt *q)
{
    json_t *line = json_copy(same); /* shallow: the parts are shared */
    json_t *more = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "finding", writer_text(q, ROW_FINDING), "verdict", writer_text(q, ROW_VERDICT), "severity",
        writer_text(q, ROW_SEVERITY), "check", writer_text(q, ROW_CHECK), "view",
        writer_text(q, ROW_VIEW), "theme", writer_text(q, ROW_THEME), "title",
        writer_both(q, ROW_TITLE_EN), "name", writer_text(q, ROW_NAME), "subject",
        writer_text(q, ROW_SUBJECT), "item", writer_text(q, ROW_ITEM), "reason",
        writer_both(q, ROW_REASON_EN), "evidence", writer_embedded(q, ROW_EVIDENCE), "source",
        writer_text(q, ROW_SOURCE), "waiver", finding_row_waiver(q), "tags",
        writer_embedded(q, ROW_TAGS), "references", writer_embedded(q, ROW_REFERENCES),
        "management", finding_row_management(q));
    if (line && (!more || json_object_update(line, more) != 0)) {
        json_decref(line);
        line = NULL;
    }
    json_decref(more);
    return line;
}

enum rc output_jsonl(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    (void)options; /* both languages stand in each line */
    return output_jsonl_site(db, NULL, o, err);
}

enum rc output_jsonl_site(sqlite3 *db, json_t *site, struct out *o, struct err *err)
{
    AUTO(finding_row_drop) json_t *kept = site;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(finding_row_drop) json_t *same = NULL;
    AUTO(writer_done) struct writer w;
    writer_init(&w, o, err);
    struct about about = { 0 };
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the lines of findings");
    }
    TRY(about_read(&about, db, a, err));
    same = constant(&about);
    if (same && kept && json_object_set(same, "site", kept) != 0) {
        return err_setf(err, RC_NOMEM, "no memory for the lines of findings");
    }
    TRY(query_open(db, FINDING_ROWS, &q, err));
    for (bool row = true; same;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        TRY(writer_put(&w, line_object(same, q)));
        out_text(o, "\n");
    }
    return err_setf(err, RC_NOMEM, "no memory for the lines of findings");
}
