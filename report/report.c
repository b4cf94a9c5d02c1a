/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"

#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/output/output.h"
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
    case REPORT_CHECKS_CSV:
        return output_checks_csv;
    case REPORT_JSONL:
        return output_jsonl;
    case REPORT_OCSF:
        return output_ocsf;
    case REPORT_JUNIT:
        return output_junit;
    case REPORT_MARKDOWN:
        return output_markdown;
    case REPORT_SUMMARY:
        return output_summary;
    }
    return NULL;
}

static enum rc check_language(const struct report_options *options, struct err *err)
{
    enum text_lang lang = TEXT_EN;
    if (!text_lang_from(options->lang, &lang)) {
        return err_setf(err, RC_USAGE, "a document is in \"ja\" or \"en\", not in \"%s\"",
                        options->lang ? options->lang : "");
    }
    return RC_OK;
}

enum rc report_file(sqlite3 *db, report_writer write, const struct report_options *options,
                    const char *path, struct err *err)
{
    if (!write) {
        return err_setf(err, RC_BUG, "no such format of a document");
    }
    TRY(check_language(options, err));
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    TRY(out_open(&o, path, err));
    TRY(write(db, options, &o, err));
    return out_commit(&o, err);
}

static enum rc check_results(sqlite3 *db, const char *path, struct err *err)
{
    int64_t checks = 0;
    TRY(query_number(db, "SELECT count(*) FROM check_info", &checks, err));
    if (checks == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no results: run `kagimori evaluate` on it first");
        return err_at(err, "%s", path);
    }
    return RC_OK;
}

enum rc report_write(sqlite3 *db, enum report_format format, const struct report_options *options,
                     const char *path, struct err *err)
{
    TRY(check_results(db, path, err));
    return report_file(db, writer_of(format), options, path, err);
}

enum rc report_to(sqlite3 *db, report_writer write, const struct report_options *options, FILE *to,
                  struct err *err)
{
    if (!write) {
        return err_setf(err, RC_BUG, "no such format of a document");
    }
    TRY(check_language(options, err));
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    out_stream(&o, to);
    TRY(write(db, options, &o, err));
    return out_commit(&o, err);
}

enum rc report_stream(sqlite3 *db, enum report_format format, const struct report_options *options,
                      FILE *to, struct err *err)
{
    TRY(check_results(db, "-", err));
    return report_to(db, writer_of(format), options, to, err);
}

enum rc report_summary(sqlite3 *db, const struct report_options *options, bool with_colours,
                       FILE *to, struct err *err)
{
    TRY(check_language(options, err));
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    out_stream(&o, to);
    TRY(output_summary_lines(db, options, with_colours, &o, err));
    return out_commit(&o, err);
}
