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

static const char *const header[] = {
    "verdict", "severity",  "check",  "theme",  "title",  "name",    "subject",
    "item",    "evidence",  "reason", "source", "waiver", "finding", "management_theme",
    "measure", "references"
};

enum {
    EVIDENCE = 8,
    REFERENCES = ARRAY_LEN(header) - 1,
    VIEW = ARRAY_LEN(header) /* behind the cells */
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

static enum rc record(sqlite3_stmt *q, struct arena *a, struct labels *labels,
                      const struct assets *s, struct out *o, struct err *err)
{
    const char *cells[ARRAY_LEN(header)];
    for (int i = 0; i < (int)ARRAY_LEN(header); i++) {
        cells[i] = query_text(q, i);
    }
    cells[EVIDENCE] = evidence(a, labels, s, query_text(q, VIEW), cells[EVIDENCE]);
    cells[REFERENCES] = references_text(a, s, cells[REFERENCES], labels->lang);
    if (!cells[EVIDENCE] || !cells[REFERENCES]) {
        return err_setf(err, RC_NOMEM, "no memory for the evidence of %s", cells[2]);
    }
    return csv_record(o, a, cells, ARRAY_LEN(cells), err);
}

enum rc csv_findings(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
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
    out_text(o, options->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(o, a, header, ARRAY_LEN(header), err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(a);
        TRY(record(q, a, &labels, &assets, o, err));
    }
}
