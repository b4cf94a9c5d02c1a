/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"

#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/query.h"
#include "report/reset/plan.h"
#include "report/text.h"

static report_writer writer_of(enum report_format format)
{
    switch (format) {
    case REPORT_HTML:
        return html_report;
    case REPORT_CSV:
        return csv_findings;
    case REPORT_JSON:
        return json_results;
    case REPORT_RESET_CSV:
        return plandoc_csv;
    case REPORT_TIMELINE_CSV:
        return csv_timeline;
    }
    return NULL;
}

enum rc report_file(sqlite3 *db, report_writer write, const struct report_options *options,
                    const char *path, struct err *err)
{
    enum text_lang lang = TEXT_EN;
    if (!write) {
        return err_setf(err, RC_BUG, "no such format of a document");
    }
    if (!text_lang_from(options->lang, &lang)) {
        return err_setf(err, RC_USAGE, "a document is in \"ja\" or \"en\", not in \"%s\"",
                        options->lang ? options->lang : "");
    }
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    TRY(out_open(&o, path, err));
    TRY(write(db, options, &o, err));
    return out_commit(&o, err);
}

enum rc report_write(sqlite3 *db, enum report_format format, const struct report_options *options,
                     const char *path, struct err *err)
{
    int64_t checks = 0;
    TRY(query_number(db, "SELECT count(*) FROM check_info", &checks, err));
    if (checks == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no results: run `kagimori evaluate` on it first");
        return err_at(err, "%s", path);
    }
    return report_file(db, writer_of(format), options, path, err);
}
