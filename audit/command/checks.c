/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori checks: the tool of those who write checks. */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/yaml/yaml_tree.h"
#include "rules/commands.h"

static const char *const actions[] = { "lint",    "list",     "profiles", "show",       "test",
                                       "columns", "coverage", "schema",   "statements", NULL };

static bool is_action(const char *word)
{
    for (size_t i = 0; actions[i]; i++) {
        if (strcmp(actions[i], word) == 0) {
            return true;
        }
    }
    return false;
}

struct request {
    const char *action;
    const char *what; /* id, view or NULL */
    const char *lang, *framework;
    enum rules_format format;
};

static int list_mistakes(const struct rules_mistake *mistakes, const struct err *err)
{
    for (const struct rules_mistake *m = mistakes; m; m = m->next) {
        (void)fprintf(stderr, "%s\n", m->text);
    }
    return command_fail(err);
}

static int run_action(struct rules *rules, const struct request *q)
{
    struct err err = { .rc = RC_OK };
    size_t failed = 0, open = 0;
    enum rc rc = RC_OK;
    if (strcmp(q->action, "list") == 0) {
        rules_list(rules, q->format, q->lang, stdout);
    } else if (strcmp(q->action, "profiles") == 0) {
        rules_profiles(rules, q->format, q->lang, stdout);
    } else if (strcmp(q->action, "show") == 0) {
        rc = rules_show(rules, q->what, q->lang, stdout, &err);
    } else if (strcmp(q->action, "test") == 0) {
        rc = rules_test(rules, q->what, stdout, &failed, &err);
    } else if (strcmp(q->action, "columns") == 0) {
        rc = rules_columns(rules, q->what, q->lang, stdout, &err);
    } else if (strcmp(q->action, "coverage") == 0) {
        rc = rules_coverage(rules, q->framework, q->format, q->lang, stdout, &open, &err);
    } else if (strcmp(q->action, "schema") == 0) {
        rules_schema(rules, stdout);
    } else {
        rules_statements(rules, stdout);
    }
    if (rc != RC_OK) {
        return command_fail(&err);
    }
    return failed > 0 ? EXIT_USAGE : open > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* checks show ID [DIR], checks columns [VIEW], all others [DIR]. */
static bool take_operands(struct request *q, const char *const *operands, size_t count,
                          const char **ret_directory)
{
    bool names = strcmp(q->action, "show") == 0 || strcmp(q->action, "columns") == 0;
    size_t next = 1;
    if (names && next < count) {
        q->what = operands[next++];
    }
    *ret_directory = next < count ? operands[next++] : NULL;
    if (strcmp(q->action, "show") == 0 && !q->what) {
        log_line(LOG_ERROR, "which check? usage: kagimori checks show ID [DIR]");
        return false;
    }
    if (next < count) {
        log_line(LOG_ERROR, "\"%s\" is one operand too many", operands[next]);
        return false;
    }
    return true;
}

static bool parse_request(int argc, char **argv, struct request *q, struct rules_options *options,
                          int *ret_code)
{
    const char *format = NULL, *id = NULL;
    const struct option_row rows[] = {
        { "lang", "ja|en", "language of titles and labels", &q->lang, NULL, false },
        { "profile", "NAME", "only this profile's checks", &options->profile, NULL, false },
        { "waivers", "FILE", "lint: look at a file of waivers too", &options->waivers, NULL,
          false },
        { "format", "table|json", "list, profiles, coverage: form of the output", &format, NULL,
          false },
        { "framework", "NAME", "coverage: every item of this framework", &q->framework, NULL,
          false },
        { "id", "ID", "test: only checks of this id or glob", &id, NULL, false },
    };
    const struct option_table table = {
        "kagimori checks lint|list|profiles|show ID|test|columns [VIEW]|coverage|schema|statements [DIR]",
        "For authors of checks. lint reports every mistake (of all profiles too), list what a profile selects with the severity and\n"
        "parameters in force, test runs the inline tests, columns lists what checks can read,\n"
        "coverage what answers each item of a framework (exit code 1 when nothing does),\n"
        "schema writes the JSON Schema for editors, statements the SQL that evaluate runs. DIR is a folder or one file of checks.",
        rows,
        ARRAY_LEN(rows),
        1,
        3
    };
    const char *operands[3] = { NULL };
    size_t count = 0;
    *ret_code = options_parse(argc, argv, &table, operands, &count);
    if (*ret_code >= 0) {
        return false;
    }
    *ret_code = EXIT_USAGE;
    q->action = operands[0];
    q->what = id;
    q->format = format && strcmp(format, "json") == 0 ? RULES_JSON : RULES_TABLE;
    if (!is_action(q->action)) {
        const char *near = yaml_suggest(q->action, actions);
        log_line(LOG_ERROR, "unknown action \"%s\"%s%s%s; usage: %s", q->action,
                 near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", table.usage);
        return false;
    }
    if (format && strcmp(format, "json") != 0 && strcmp(format, "table") != 0) {
        log_line(LOG_ERROR, "--format is table or json, not \"%s\"", format);
        return false;
    }
    return command_language(&q->lang) && take_operands(q, operands, count, &options->directory);
}

int command_checks(int argc, char **argv)
{
    struct request q = { 0 };
    struct rules_options options = { 0 };
    int code = EXIT_USAGE;
    if (!parse_request(argc, argv, &q, &options, &code)) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    struct rules *rules AUTO(rules_freep) = NULL;
    const struct rules_mistake *mistakes = NULL;
    options.is_quick = strcmp(q.action, "lint") != 0 && strcmp(q.action, "test") != 0;
    options.all_profiles = strcmp(q.action, "lint") == 0 || strcmp(q.action, "profiles") == 0;
    enum rc rc = rules_load(&options, &rules, &mistakes, &err);
    if (strcmp(q.action, "lint") == 0 && rules && (rc == RC_OK || mistakes)) {
        rules_lint(rules, mistakes, stdout);
        return rc == RC_OK ? EXIT_CLEAN : EXIT_USAGE;
    }
    /* Whoever writes a check with mistakes needs to look up columns and examples the more. */
    bool only_looks = strcmp(q.action, "columns") == 0 || strcmp(q.action, "show") == 0 ||
                      strcmp(q.action, "schema") == 0 || strcmp(q.action, "coverage") == 0;
    if (rc != RC_OK && !(only_looks && mistakes)) {
        return list_mistakes(mistakes, &err);
    }
    return run_action(rules, &q);
}
