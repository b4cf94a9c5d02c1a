/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori report: documents from an evaluated evidence file. */
#include "report/report.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"

struct document {
    const char *word;
    enum report_format format;
    const char *file;
};

static const struct document documents[] = {
    { "html", REPORT_HTML, "report.html" },
    { "csv", REPORT_CSV, "findings.csv" },
    { "json", REPORT_JSON, "results.json" },
    { "reset", REPORT_RESET_CSV, "reset-plan.csv" },
    { "timeline", REPORT_TIMELINE_CSV, "timeline.csv" },
};

static const struct document *document_for(const char *word, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        if (strlen(documents[i].word) == n && strncmp(documents[i].word, word, n) == 0) {
            return &documents[i];
        }
    }
    return NULL;
}

static enum rc write_all(sqlite3 *db, const char *formats, const struct report_options *options,
                         const char *out, FILE *messages, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (const char *p = formats; *p;) {
        size_t n = strcspn(p, ",");
        const struct document *d = document_for(p, n);
        if (!d) {
            return err_setf(
                err, RC_USAGE,
                "unknown format \"%.*s\"; there are html, csv, json, reset and timeline", (int)n,
                p);
        }
        const char *path = a ? command_path(a, out, d->file) : NULL;
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(report_write(db, d->format, options, path, err));
        if (messages) {
            (void)fprintf(messages, "wrote %s\n", path);
        }
        p += n + (p[n] == ',');
    }
    return RC_OK;
}

/* The timeline is written unasked where there are event logs. */
static const char *all_formats(sqlite3 *db)
{
    sqlite3_stmt *q = NULL;
    bool has_logs =
        sqlite3_prepare_v2(db, "SELECT 1 FROM event_log LIMIT 1", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW;
    (void)sqlite3_finalize(q);
    return has_logs ? "html,csv,json,reset,timeline" : "html,csv,json,reset";
}

enum rc report_run(const char *evidence, const struct report_inputs *in, FILE *messages,
                   struct err *err)
{
    bool is_both = in->lang && strcmp(in->lang, "both") == 0;
    const struct report_options options = { .lang = is_both ? "ja" : in->lang,
                                            .both = is_both,
                                            .bom = in->bom,
                                            .previous = in->previous,
                                            .history = in->history };
    sqlite3 *db = NULL;
    if (mkdir(in->out, 0700) != 0 && errno != EEXIST) {
        (void)err_setf(err, RC_IO, "cannot make the folder: %s", strerror(errno));
        return err_at(err, "%s", in->out);
    }
    TRY(store_open_reader(evidence, &db, err));
    enum rc rc = write_all(db, in->formats ? in->formats : all_formats(db), &options, in->out,
                           messages, err);
    (void)sqlite3_close(db);
    return rc;
}

int command_report(int argc, char **argv)
{
    struct report_inputs in = { .out = "." };
    const struct option_row rows[] = {
        { "format", "LIST",
          "html, csv, json, reset, timeline, with commas between (default: all; timeline only when event logs were read)",
          &in.formats, NULL, false },
        { "out", "DIR", "folder for the documents (default: here)", &in.out, NULL, false },
        LANGUAGES_OPTION_ROW(&in.lang),
        { "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &in.bom, false },
    };
    const struct option_table table = {
        "kagimori report DIR/evidence.db [--format LIST] [--lang ja|en|both] [--out DIR]",
        "Writes report.html, findings.csv, results.json, reset-plan.csv and timeline.csv.",
        rows,
        ARRAY_LEN(rows),
        1,
        1
    };
    const char *evidence = NULL;
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, &evidence, &operands);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    if (!command_languages(&in.lang)) {
        return EXIT_USAGE;
    }
    if (report_run(evidence, &in, stdout, &err) != RC_OK) {
        return command_fail(&err);
    }
    return EXIT_CLEAN;
}
