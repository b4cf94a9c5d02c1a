/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori report and kagimori diff of group files (kagimori merge makes them). */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/documents.h"
#include "audit/evidence/group.h"
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/query.h"
#include "report/report.h"

static const struct document documents[] = {
    { .word = "html", .file = "report.html", .writer = group_html },
    { .word = "csv", .file = "findings.csv", .writer = group_csv },
    { .word = "json", .file = "results.json", .writer = group_json },
    { .word = "checks", .file = "checks.csv", .writer = group_checks_csv },
    { .word = "jsonl", .file = "findings.jsonl", .writer = group_jsonl },
    { .word = "ocsf", .file = "findings.ocsf.jsonl", .writer = group_ocsf },
    { .word = "junit", .file = "junit.xml", .writer = group_junit },
    { .word = "markdown", .file = "summary.md", .writer = group_markdown },
    { .word = "summary", .file = "summary.txt", .writer = group_summary },
};

#define ALL_FORMATS   "html,csv,json,checks,jsonl,ocsf,junit,markdown,summary"
#define USUAL_FORMATS "html,csv,json,jsonl"

static enum rc unknown_format(const char *word, size_t n, struct err *err)
{
    return err_setf(
        err, RC_USAGE,
        "a group of sites has no \"%.*s\"; there are " ALL_FORMATS
        " and all (reset plan and timeline are made of the evidence of one site: name its file)",
        (int)n, word);
}

static const struct document_set set = { .documents = documents,
                                         .count = ARRAY_LEN(documents),
                                         .all = ALL_FORMATS,
                                         .unknown = unknown_format };

/* What moved since the earlier file, and the trend, into TEMP tables. */
static enum rc look_back(sqlite3 *db, const struct report_inputs *in, struct err *err)
{
    size_t skipped = 0;
    TRY(progress_begin(db, err));
    if (in->previous) {
        bool is_swapped = false;
        TRY(progress_compare(db, in->previous, &is_swapped, err));
        if (is_swapped) {
            log_line(LOG_WARN, "%s holds newer audits than the other file: were they swapped?",
                     in->is_redacted ? "the earlier file" : in->previous);
        }
    }
    if (in->history) {
        TRY(progress_trend(db, in->history, in->original, &skipped, err));
    }
    if (skipped > 0) {
        log_line(
            LOG_WARN,
            "%zu group files in %s are of another version of Kagimori: the trend is without them",
            skipped, in->history);
    }
    return RC_OK;
}

static enum rc write_documents(sqlite3 *db, const struct report_inputs *in, FILE *messages,
                               struct err *err)
{
    bool is_both = in->lang && strcmp(in->lang, "both") == 0;
    const struct report_options options = { .lang = is_both ? "ja" : in->lang,
                                            .both = is_both,
                                            .bom = in->bom };
    const char *formats = in->formats ? in->formats : USUAL_FORMATS;
    TRY(look_back(db, in, err));
    TRY(group_select(db, 1, err)); /* whose time zone the documents speak in */
    if (strcmp(in->out, "-") == 0) {
        return documents_stream(&set, db, in->formats, &options, err);
    }
    TRY(documents_write(&set, db, formats, &options, in, messages, err));
    if (messages) {
        (void)fprintf(messages, "\n");
        return report_to(db, group_summary, &options, messages, err);
    }
    return RC_OK;
}

enum rc report_group_run(const char *file, const struct report_inputs *in, FILE *messages,
                         struct err *err)
{
    sqlite3 *db = NULL;
    TRY(group_open_reader(file, &db, err));
    enum rc rc = write_documents(db, in, messages, err);
    (void)sqlite3_close(db);
    return rc;
}

/* Worst severity of what is new: 0 critical … 4 info, 5 = nothing; whether something is no longer visible. */
static enum rc weigh(sqlite3 *db, struct diff_group_result *ret, struct err *err)
{
    int64_t hidden = 0;
    TRY(query_number(
        db, "SELECT coalesce(min(rank), 5) FROM group_told WHERE kind IN ('new', 'unwaived')",
        &ret->worst_new, err));
    TRY(query_number(db, "SELECT count(*) FROM group_told WHERE kind = 'hidden'", &hidden, err));
    ret->is_hidden = hidden > 0;
    return RC_OK;
}

static enum rc moved_few(sqlite3 *db, const struct report_options *options, struct out *o,
                         struct err *err)
{
    return group_moved(db, options, false, o, err);
}

static enum rc moved_all(sqlite3 *db, const struct report_options *options, struct out *o,
                         struct err *err)
{
    return group_moved(db, options, true, o, err);
}

static enum rc tell(sqlite3 *db, const struct report_inputs *in, bool is_all, FILE *to,
                    struct diff_group_result *ret, struct err *err)
{
    const struct report_options options = { .lang = in->lang };
    TRY(look_back(db, in, err));
    TRY(group_select(db, 1, err));
    TRY(weigh(db, ret, err));
    return to ? report_to(db, is_all ? moved_all : moved_few, &options, to, err) : RC_OK;
}

enum rc diff_group_run(const char *before, const char *now, const char *lang, bool is_all, FILE *to,
                       struct diff_group_result *ret, struct err *err)
{
    const struct report_inputs in = { .lang = lang, .previous = before };
    sqlite3 *db = NULL;
    TRY(group_open_reader(now, &db, err));
    enum rc rc = tell(db, &in, is_all, to, ret, err);
    (void)sqlite3_close(db);
    return rc;
}
