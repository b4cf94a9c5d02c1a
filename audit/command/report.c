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

/* "report.html", of a redacted one "report.redacted.html": nobody takes one for the other. */
static const char *file_of(struct arena *a, const char *out, const char *file, bool is_redacted)
{
    const char *dot = strrchr(file, '.');
    const char *name = is_redacted && dot
                           ? arena_printf(a, "%.*s.redacted%s", (int)(dot - file), file, dot)
                           : file;
    return name ? command_path(a, out, name) : NULL;
}

static enum rc write_all(sqlite3 *db, const char *formats, const struct report_options *options,
                         const struct report_inputs *in, FILE *messages, struct err *err)
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
        const char *path = a ? file_of(a, in->out, d->file, in->is_redacted) : NULL;
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
    const struct report_options options = {
        .lang = in->lang, .bom = in->bom, .previous = in->previous, .history = in->history
    };
    sqlite3 *db = NULL;
    if (mkdir(in->out, 0700) != 0 && errno != EEXIST) {
        (void)err_setf(err, RC_IO, "cannot make the folder: %s", strerror(errno));
        return err_at(err, "%s", in->out);
    }
    if (in->redact && !in->is_redacted) {
        return report_redacted(evidence, in, messages, err);
    }
    TRY(store_open_reader(evidence, &db, err));
    enum rc rc =
        write_all(db, in->formats ? in->formats : all_formats(db), &options, in, messages, err);
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
        { "lang", "ja|en", "language of the documents (default: that of the environment)", &in.lang,
          NULL, false },
        { "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &in.bom, false },
        { "redact", NULL,
          "for sharing outside: pseudonyms instead of names, addresses and free text, in every document",
          NULL, &in.redact, false },
        { "redact-key", "FILE",
          "key of the pseudonyms, made when it is not there; the same key gives the same pseudonyms (default: redact.key beside the evidence file)",
          &in.redact_key, NULL, false },
    };
    const struct option_table table = {
        "kagimori report DIR/evidence.db [--format LIST] [--lang ja|en] [--out DIR] [--redact]",
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
    if (!command_language(&in.lang)) {
        return EXIT_USAGE;
    }
    in.redact = in.redact || in.redact_key;
    if (report_run(evidence, &in, stdout, &err) != RC_OK) {
        return command_fail(&err);
    }
    return EXIT_CLEAN;
}
