/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings.csv: one record a verdict that needs a person. Columns: report/README.md. */
#include <string.h>

#include "report/assets.h"
#include "report/csv.h"
#include "report/output/references.h"
#include "report/query.h"
#include "report/question.h"
#include "report/report.h"
#include "report/text.h"
#include "report/value.h"

/* The first stands in files with several sites only. */
static const char *const header[] = { "site",     "verdict",   "severity",
                                      "check",    "theme",     "title",
                                      "name",     "subject",   "item",
                                      "evidence", "reason",    "source",
                                      "waiver",   "finding",   "management_theme",
                                      "measure",  "references" };

enum {
    CHECK = 3,
    EVIDENCE = 9,
    REFERENCES = ARRAY_LEN(header) - 1,
    VIEW = ARRAY_LEN(header) - 1 /* column of the row, behind those of the cells */
};

/* "label: value; label: value" in the order in which the check shows its columns. */
static const char *evidence(struct arena *a, struct labels *labels, const struct assets *s,
                            const char *view, const char *text)
{
    json_t *values = json_loads(text, JSON_ALLOW_NUL, NULL);
    const char *all = "";
    const char *column = NULL;
    json_t *value = NULL;
    json_object_foreach (values, column, value) {
        const char *label = value_label(a, labels, s, view, column);
        const char *one = value_text(a, s, view, column, value, labels->lang);
        all = label && one && all
                  ? arena_printf(a, "%s%s%s: %s", all, all[0] ? "; " : "", label, one)
                  : NULL;
        if (!all) {
            break;
        }
    }
    json_decref(values);
    return all;
}

/* One record, without the cell of the site where there is none. */
static enum rc put(struct out *o, struct arena *a, const char *const *cells, bool has_site,
                   struct err *err)
{
    size_t first = has_site ? 0 : 1;
    return csv_record(o, a, cells + first, ARRAY_LEN(header) - first, err);
}

static enum rc record(sqlite3_stmt *q, struct arena *a, struct labels *labels,
                      const struct assets *s, const char *site, struct out *o, struct err *err)
{
    const char *cells[ARRAY_LEN(header)] = { site };
    for (int i = 1; i < (int)ARRAY_LEN(header); i++) {
        cells[i] = query_text(q, i - 1);
    }
    cells[EVIDENCE] = evidence(a, labels, s, query_text(q, VIEW), cells[EVIDENCE]);
    cells[REFERENCES] = references_text(a, s, cells[REFERENCES], labels->lang);
    if (!cells[EVIDENCE] || !cells[REFERENCES]) {
        return err_setf(err, RC_NOMEM, "no memory for the evidence of %s", cells[CHECK]);
    }
    return put(o, a, cells, site != NULL, err);
}

enum rc csv_findings(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    return csv_site_findings(db, options, NULL, true, o, err);
}

enum rc csv_site_findings(sqlite3 *db, const struct report_options *options, const char *site,
                          bool with_header, struct out *o, struct err *err)
{
    static const char en[] =
        "SELECT r.verdict, c.severity, c.id, c.theme, c.title_en, r.name, r.subject, r.item, " QUESTION_EVIDENCE(
            "'$.en'") ", r.reason_en,"
                      " r.source, CASE WHEN w.waiver_no IS NOT NULL THEN w.reason || ' (' || w.approver || ', ' || w.expires || ')' END,"
                      " r.finding, t.title_en, coalesce(m.title_en, g.measure), c.refs, c.view";
    static const char ja[] =
        "SELECT r.verdict, c.severity, c.id, c.theme, c.title_ja, r.name, r.subject, r.item, " QUESTION_EVIDENCE(
            "'$.ja'") ", r.reason_ja,"
                      " r.source, CASE WHEN w.waiver_no IS NOT NULL THEN w.reason || ' (' || w.approver || ', ' || w.expires || ')' END,"
                      " r.finding, t.title_ja, coalesce(m.title_ja, g.measure), c.refs, c.view";
    static const char from[] =
        " FROM result r JOIN check_info c USING (check_no) LEFT JOIN waiver w USING (waiver_no)"
        " LEFT JOIN grade_check g ON g.check_id = c.id LEFT JOIN grade t ON t.theme = g.theme AND g.theme <> '' LEFT JOIN measure m ON m.measure = g.measure"
        " WHERE r.verdict <> 'pass' AND r.verdict IN ('fail', 'unknown', 'waived', 'error')"
        " ORDER BY CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,"
        " c.id, r.verdict, r.subject, r.item";
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(query_done) sqlite3_stmt *q = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the table of findings");
    }
    const char *sql = arena_printf(a, "%s%s", lang == TEXT_JA ? ja : en, from);
    if (!sql) {
        return err_setf(err, RC_NOMEM, "no memory for the table of findings");
    }
    AUTO(assets_done) struct assets assets = { 0 };
    TRY(assets_open(&assets, options->assets, err));
    AUTO(labels_done) struct labels labels = { 0 };
    TRY(labels_open(&labels, db, lang, err));
    TRY(query_open(db, sql, &q, err));
    if (with_header) {
        out_text(o, options->bom ? "\xef\xbb\xbf" : "");
        TRY(put(o, a, header, site != NULL, err));
    }
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(a);
        TRY(record(q, a, &labels, &assets, site, o, err));
    }
}
