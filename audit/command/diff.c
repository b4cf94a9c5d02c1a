/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori diff: what moved between two audits, for people and for cron. */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/evidence/group.h"
#include "report/diff/diff_doc.h"

struct diff_inputs {
    const char *before, *now, *formats, *out, *lang, *fail_on;
    bool is_all, is_forced, is_quiet, bom;
};

static const struct {
    const char *word, *file;
    enum diff_format format;
} documents[] = {
    { "csv", "diff.csv", DIFF_CSV },
    { "json", "diff.json", DIFF_JSON },
    { "markdown", "diff.md", DIFF_MARKDOWN },
    { "html", "diff.html", DIFF_HTML },
};

static bool is_word(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && strncmp(p, word, n) == 0;
}

/* True when all words of a list are formats; wants a folder when one of them is a file. */
static bool check_formats(const struct diff_inputs *in)
{
    for (const char *p = in->formats ? in->formats : "text"; *p;) {
        size_t n = strcspn(p, ",");
        bool is_known = is_word(p, n, "text"), is_file = false;
        for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
            is_file = is_file || is_word(p, n, documents[i].word);
        }
        if (!is_known && !is_file) {
            log_line(LOG_ERROR,
                     "unknown format \"%.*s\"; there are text, csv, json, markdown and html",
                     (int)n, p);
            return false;
        }
        if (is_file && !in->out) {
            log_line(LOG_ERROR, "--out is needed: the folder for the documents");
            return false;
        }
        p += n + (p[n] == ',');
    }
    return true;
}

static enum rc write_one(struct diff_doc *o, const struct diff_inputs *in, const char *p, size_t n,
                         struct err *err)
{
    if (is_word(p, n, "text")) {
        return in->is_quiet ? RC_OK : diff_text(o, stdout, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        if (is_word(p, n, documents[i].word)) {
            char path[4096];
            (void)snprintf(path, sizeof(path), "%s/%s", in->out, documents[i].file);
            TRY(diff_write(o, documents[i].format, path, err));
            if (!in->is_quiet) {
                (void)printf("wrote %s\n", path);
            }
        }
    }
    return RC_OK;
}

static enum rc write_all(struct diff_doc *o, const struct diff_inputs *in, struct err *err)
{
    if (in->out) {
        TRY(command_make_folder(in->out, err));
    }
    for (const char *p = in->formats ? in->formats : "text"; *p;) {
        size_t n = strcspn(p, ",");
        TRY(write_one(o, in, p, n, err));
        p += n + (p[n] == ',');
    }
    return RC_OK;
}

static int exit_code(int64_t worst_new, bool is_hidden, const char *fail_on)
{
    static const char *const words[] = { "critical", "high", "medium", "low", "info" };
    int64_t last = 3; /* low */
    for (size_t i = 0; fail_on && i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i], fail_on) == 0) {
            last = (int64_t)i;
        }
    }
    if (worst_new <= last) {
        return EXIT_FINDINGS;
    }
    return is_hidden ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

/* Two group files; what is one and what is not cannot be compared. */
static int run_groups(const struct diff_inputs *in, bool are_both)
{
    struct err err = { .rc = RC_OK };
    struct diff_group_result result = { .worst_new = 0 };
    if (!are_both) {
        log_line(
            LOG_ERROR,
            "one of the files is a group file and the other is not: compare two group files, or two evidence files of one site");
        return EXIT_USAGE;
    }
    if (in->formats && strcmp(in->formats, "text") != 0) {
        log_line(
            LOG_ERROR,
            "of group files diff writes text only: kagimori report %s --previous %s has what moved in report.html, results.json and summary.md",
            in->now, in->before);
        return EXIT_USAGE;
    }
    if (diff_group_run(in->before, in->now, in->lang, in->is_all, in->is_quiet ? NULL : stdout,
                       &result, &err) != RC_OK) {
        return command_fail(&err);
    }
    return exit_code(result.worst_new, result.is_hidden, in->fail_on);
}

static int run(const struct diff_inputs *in)
{
    struct err err = { .rc = RC_OK };
    AUTO(diff_close) struct diff d = { 0 };
    AUTO(diff_doc_close) struct diff_doc o = { 0 };
    if (diff_open(in->before, in->now, in->is_forced, &d, &err) != RC_OK ||
        diff_doc_open(&o, &d, in->lang, NULL, &err) != RC_OK) {
        return command_fail(&err);
    }
    o.before = in->before;
    o.now = in->now;
    o.bom = in->bom;
    o.most = in->is_all ? 0 : 20;
    if (d.is_swapped) {
        log_line(LOG_WARN, "%s is the older audit of the two: were the files swapped?", in->now);
    }
    if (write_all(&o, in, &err) != RC_OK) {
        return command_fail(&err);
    }
    return exit_code(d.worst_new, d.count[DIFF_HIDDEN] + d.lost > 0, in->fail_on);
}

int command_diff(int argc, char **argv)
{
    struct diff_inputs in = { 0 };
    const struct option_row rows[] = {
        { "format", "LIST",
          "text, csv, json, markdown, html, with commas between (default: text, on the terminal)",
          &in.formats, NULL, false },
        { "out", "DIR", "folder for diff.csv, diff.json, diff.md and diff.html", &in.out, NULL,
          false },
        { "lang", "ja|en", "language of the output (default: that of the environment)", &in.lang,
          NULL, false },
        { "fail-on", "SEVERITY",
          "exit code 1 for findings from this severity on that are new, no longer waived or have risen to it (default: low)",
          &in.fail_on, NULL, false },
        { "all", NULL, "list all findings, not 20 of each kind", NULL, &in.is_all, false },
        { "quiet", NULL, "print nothing: for cron, which sees the exit code", NULL, &in.is_quiet,
          false },
        { "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &in.bom, false },
        { "force", NULL, "compare although the files share neither a domain nor a host", NULL,
          &in.is_forced, false },
    };
    const struct option_table table = {
        "kagimori diff OLD/evidence.db NEW/evidence.db [--format LIST] [--out DIR] [--fail-on SEVERITY] [--all] [--quiet]",
        "Says what is new, fixed, changed, no longer visible (which is not fixed), gone or waived since an earlier audit.\n"
        "Exit codes: 0 nothing new, 1 new findings, some that are no longer waived or that count for more, 2 wrong usage, 3 nothing new but something is no longer visible, 4 internal error.",
        rows,
        ARRAY_LEN(rows),
        2,
        2
    };
    const char *operands[2] = { NULL };
    size_t count = 0;
    int code = options_parse(argc, argv, &table, operands, &count);
    if (code >= 0) {
        return code;
    }
    in.before = operands[0];
    in.now = operands[1];
    if (!command_language(&in.lang) || !command_severity(in.fail_on) || !check_formats(&in)) {
        return EXIT_USAGE;
    }
    bool is_group = group_is(in.now), was_group = group_is(in.before);
    return is_group || was_group ? run_groups(&in, is_group && was_group) : run(&in);
}
