/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori report of a group file (kagimori merge makes it). */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/evidence/group.h"
#include "report/group/group.h"
#include "report/report.h"

static const struct {
    const char *word;
    report_writer write;
    const char *file;
} documents[] = {
    { "html", group_html, "report.html" },
    { "csv", group_csv, "findings.csv" },
    { "json", group_json, "results.json" },
    { "jsonl", group_jsonl, "findings.jsonl" },
};

#define ALL_FORMATS "html,csv,json,jsonl"

static enum rc write_one(sqlite3 *db, const char *word, size_t n,
                         const struct report_options *options, const struct report_inputs *in,
                         FILE *messages, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        if (strlen(documents[i].word) != n || strncmp(documents[i].word, word, n) != 0) {
            continue;
        }
        const char *path = a ? report_path(a, in, documents[i].file) : NULL;
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(report_file(db, documents[i].write, options, path, err));
        if (messages) {
            (void)fprintf(messages, "wrote %s\n", path);
        }
        return RC_OK;
    }
    return err_setf(err, RC_USAGE,
                    "a group of sites has no \"%.*s\"; there are html, csv, json and jsonl", (int)n,
                    word);
}

enum rc report_group_run(const char *file, const struct report_inputs *in, FILE *messages,
                         struct err *err)
{
    bool is_both = in->lang && strcmp(in->lang, "both") == 0;
    const struct report_options options = { .lang = is_both ? "ja" : in->lang,
                                            .both = is_both,
                                            .bom = in->bom };
    sqlite3 *db = NULL;
    if (in->previous || in->history) {
        return err_setf(
            err, RC_USAGE,
            "differences and trends are of one site: write the report of the site's own file for them");
    }
    if (strcmp(in->out, "-") == 0) {
        return err_setf(err, RC_USAGE,
                        "documents of a group are written into a folder: name it with --out");
    }
    TRY(group_open_reader(file, &db, err));
    enum rc rc = group_select(db, 1, err); /* whose time zone the documents speak in */
    bool is_usual = !in->formats || strcmp(in->formats, "all") == 0;
    const char *formats = is_usual ? ALL_FORMATS : in->formats;
    for (const char *p = formats; rc == RC_OK && *p;) {
        size_t n = strcspn(p, ",");
        rc = write_one(db, p, n, &options, in, messages, err);
        p += n + (p[n] == ',');
    }
    (void)sqlite3_close(db);
    return rc;
}
