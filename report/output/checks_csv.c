/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks.csv: a record a check, for those who tick off that each was looked at. Columns: report/output/README.md. */
#include "report/assets.h"
#include "report/csv.h"
#include "report/output/output.h"
#include "report/output/references.h"
#include "report/query.h"
#include "report/report.h"

static const char *const header[] = {
    "site",      "check",   "severity", "theme",  "title",          "verdict",          "pass",
    "fail",      "unknown", "error",    "waived", "not_applicable", "management_theme", "measure",
    "references"
};

enum {
    CHECK = 1, /* behind the site, which is only there in a group */
    REFERENCES = 14
};

/* The verdict is the worst that holds for a subject; what is unknown never passes, and without a subject nothing was asked. */
/* clang-format off */
#define CHECKS(LANGUAGE) \
    "WITH counted AS (SELECT c.*," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'pass'), 0) AS pass, coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'fail'), 0) AS fail," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'unknown'), 0) AS unknown, coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'error'), 0) AS error," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'waived'), 0) AS waived, coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'not_applicable'), 0) AS not_applicable" \
    " FROM check_info c LEFT JOIN check_count n USING (check_no) GROUP BY c.check_no)" \
    " SELECT c.id, c.severity, c.theme, c.title_" LANGUAGE ", CASE WHEN c.fail > 0 THEN 'fail' WHEN c.error > 0 THEN 'error' WHEN c.unknown > 0 THEN 'unknown'" \
    " WHEN c.waived > 0 THEN 'waived' WHEN c.pass > 0 THEN 'pass' ELSE 'not_applicable' END, c.pass, c.fail, c.unknown, c.error, c.waived, c.not_applicable," \
    " t.title_" LANGUAGE ", coalesce(m.title_" LANGUAGE ", g.measure), c.refs" \
    " FROM counted c LEFT JOIN grade_check g ON g.check_id = c.id LEFT JOIN grade t ON t.theme = g.theme AND g.theme <> ''" \
    " LEFT JOIN measure m ON m.measure = g.measure ORDER BY c.id"

/* clang-format on */

static enum rc put(struct out *o, struct arena *a, const char *const *cells, bool with_site,
                   struct err *err)
{
    return csv_record(o, a, cells + !with_site, ARRAY_LEN(header) - !with_site, err);
}

static enum rc record(sqlite3_stmt *q, struct arena *a, const struct assets *s, enum text_lang lang,
                      const char *site, struct out *o, struct err *err)
{
    const char *cells[ARRAY_LEN(header)] = { site };
    for (int i = CHECK; i < (int)ARRAY_LEN(header); i++) {
        cells[i] = query_text(q, i - CHECK);
    }
    cells[REFERENCES] = references_text(a, s, cells[REFERENCES], lang);
    if (!cells[REFERENCES]) {
        return err_setf(err, RC_NOMEM, "no memory for the references of %s", cells[CHECK]);
    }
    return put(o, a, cells, site != NULL, err);
}

enum rc output_checks_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                          struct err *err)
{
    return output_checks_csv_site(db, options, NULL, true, o, err);
}

enum rc output_checks_csv_site(sqlite3 *db, const struct report_options *options, const char *site,
                               bool with_header, struct out *o, struct err *err)
{
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(assets_done) struct assets assets = { 0 };
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the table of checks");
    }
    TRY(assets_open(&assets, options->assets, err));
    TRY(query_open(db, lang == TEXT_JA ? CHECKS("ja") : CHECKS("en"), &q, err));
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
        TRY(record(q, a, &assets, lang, site, o, err));
    }
}
