/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"

#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/query.h"
#include "report/reset/plan.h"
#include "report/text.h"

static enum rc write_document(sqlite3 *db, enum report_format format,
                              const struct report_options *options, struct out *o, struct err *err)
{
    switch (format) {
    case REPORT_HTML:
        return html_report(db, options, o, err);
    case REPORT_CSV:
        return csv_findings(db, options, o, err);
    case REPORT_JSON:
        return json_results(db, options, o, err);
    case REPORT_RESET_CSV:
        return plandoc_csv(db, options, o, err);
    case REPORT_TIMELINE_CSV:
        return csv_timeline(db, options, o, err);
    }
    return err_setf(err, RC_BUG, "no such format of a report: %d", (int)format);
}

enum rc report_write(sqlite3 *db, enum report_format format, const struct report_options *options,
                     const char *path, struct err *err)
{
    enum text_lang lang = TEXT_EN;
    if (!text_lang_from(options->lang, &lang)) {
        return err_setf(err, RC_USAGE, "a report is in \"ja\" or \"en\", not in \"%s\"",
                        options->lang ? options->lang : "");
    }
    int64_t checks = 0;
    TRY(query_number(db, "SELECT count(*) FROM check_info", &checks, err));
    if (checks == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no results: run `kagimori evaluate` on it first");
        return err_at(err, "%s", path);
    }
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    TRY(out_open(&o, path, err));
    TRY(write_document(db, format, options, &o, err));
    return out_commit(&o, err);
}
