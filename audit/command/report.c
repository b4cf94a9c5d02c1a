/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori report: documents from an evaluated evidence file. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/documents.h"
#include "audit/evidence/group.h"
#include "audit/yaml/yaml_tree.h"

/* In the order in which they are written and told. */
static const struct document documents[] = {
    { .word = "html", .file = "report.html", .format = REPORT_HTML },
    { .word = "csv", .file = "findings.csv", .format = REPORT_CSV },
    { .word = "json", .file = "results.json", .format = REPORT_JSON },
    { .word = "reset", .file = "reset-plan.csv", .format = REPORT_RESET_CSV },
    { .word = "timeline", .file = "timeline.csv", .format = REPORT_TIMELINE_CSV },
    { .word = "checks", .file = "checks.csv", .format = REPORT_CHECKS_CSV },
    { .word = "jsonl", .file = "findings.jsonl", .format = REPORT_JSONL },
    { .word = "ocsf", .file = "findings.ocsf.jsonl", .format = REPORT_OCSF },
    { .word = "junit", .file = "junit.xml", .format = REPORT_JUNIT },
    { .word = "markdown", .file = "summary.md", .format = REPORT_MARKDOWN },
    { .word = "summary", .file = "summary.txt", .format = REPORT_SUMMARY },
};

#define ALL_FORMATS "html,csv,json,reset,timeline,checks,jsonl,ocsf,junit,markdown,summary"

static enum rc unknown_format(const char *word, size_t n, struct err *err)
{
    const char *names[ARRAY_LEN(documents) + 2] = { NULL };
    char asked[64];
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        names[i] = documents[i].word;
    }
    names[ARRAY_LEN(documents)] = "all";
    (void)snprintf(asked, sizeof(asked), "%.*s", (int)n, word);
    const char *near = yaml_suggest(asked, names);
    return err_setf(err, RC_USAGE, "unknown format \"%s\"%s%s%s; there are " ALL_FORMATS " and all",
                    asked, near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static const struct document_set set = { .documents = documents,
                                         .count = ARRAY_LEN(documents),
                                         .all = ALL_FORMATS,
                                         .unknown = unknown_format };

/* Nobody takes one for the other. */
const char *report_path(struct arena *a, const struct report_inputs *in, const char *file)
{
    const char *dot = strrchr(file, '.');
    const char *name = in->is_redacted && dot
                           ? arena_printf(a, "%.*s.redacted%s", (int)(dot - file), file, dot)
                           : file;
    return name ? command_path(a, in->out, name) : NULL;
}

/* The timeline is written unasked where there are event logs. */
static const char *usual_formats(sqlite3 *db)
{
    sqlite3_stmt *q = NULL;
    bool has_logs =
        sqlite3_prepare_v2(db, "SELECT 1 FROM event_log LIMIT 1", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW;
    (void)sqlite3_finalize(q);
    return has_logs ? "html,csv,json,reset,timeline" : "html,csv,json,reset";
}

/* Colours only where somebody sees them and did not say no (no-color.org). */
static bool wants_colours(FILE *to)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(to)) && !(no && no[0]) && term && term[0] && strcmp(term, "dumb") != 0;
}

enum rc report_tell(sqlite3 *db, const char *lang, FILE *to, struct err *err)
{
    const struct report_options options = { .lang = lang };
    return report_summary(db, &options, wants_colours(to), to, err);
}

static enum rc report_documents(sqlite3 *db, const struct report_inputs *in, FILE *messages,
                                struct err *err)
{
    bool is_both = in->lang && strcmp(in->lang, "both") == 0;
    const struct report_options options = { .lang = is_both ? "ja" : in->lang,
                                            .both = is_both,
                                            .bom = in->bom,
                                            .previous = in->previous,
                                            .history = in->history };
    const char *formats = in->formats ? in->formats : usual_formats(db);
    if (strcmp(in->out, "-") == 0) {
        return documents_stream(&set, db, in->formats, &options, err);
    }
    TRY(documents_write(&set, db, formats, &options, in, messages, err));
    if (messages) {
        (void)fprintf(messages, "\n");
        return report_tell(db, options.lang, messages, err);
    }
    return RC_OK;
}

enum rc report_run(const char *evidence, const struct report_inputs *in, FILE *messages,
                   struct err *err)
{
    sqlite3 *db = NULL;
    if (strcmp(in->out, "-") != 0) {
        TRY(command_make_folder(in->out, err));
    }
    if (in->redact && !in->is_redacted) {
        return report_redacted(evidence, in, messages, err);
    }
    if (group_is(evidence)) {
        return report_group_run(evidence, in, messages, err);
    }
    TRY(store_open_reader(evidence, &db, err));
    enum rc rc = report_documents(db, in, messages, err);
    (void)sqlite3_close(db);
    return rc;
}

int command_report(int argc, char **argv)
{
    struct report_inputs in = { .out = "." };
    const struct option_row rows[] = {
        { "format", "LIST",
          "documents, with commas between, or all: html csv json reset timeline checks jsonl ocsf junit markdown summary "
          "(default: the first four, and timeline when event logs were read)",
          &in.formats, NULL, false },
        { "out", "DIR",
          "folder for the documents (default: here); - = the one document to standard output",
          &in.out, NULL, false },
        LANGUAGES_OPTION_ROW(&in.lang),
        { "previous", "FILE",
          "evidence file of the audit before (of a group: the group file before), to show what moved since",
          &in.previous, NULL, false },
        { "history", "FILE",
          "history file (kagimori history), to show trends; of a group: the folder with its earlier group files",
          &in.history, NULL, false },
        { "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &in.bom, false },
        { "redact", NULL,
          "for sharing outside: pseudonyms instead of names, addresses and free text, in every document",
          NULL, &in.redact, false },
        { "redact-key", "FILE",
          "key of the pseudonyms, made when it is not there; the same key gives the same pseudonyms (default: redact.key beside the evidence file)",
          &in.redact_key, NULL, false },
    };
    const struct option_table table = {
        "kagimori report DIR/evidence.db [--format LIST] [--lang ja|en|both] [--out DIR|-] [--redact]",
        "Writes the documents into the folder and prints a summary.",
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
    in.redact = in.redact || in.redact_key;
    if (report_run(evidence, &in, stdout, &err) != RC_OK) {
        return command_fail(&err);
    }
    return EXIT_CLEAN;
}
