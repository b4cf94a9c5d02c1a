/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori waivers check: which exceptions end soon, have ended, or mean nothing any more. */
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/command/command.h"
#include "rules/waiver_check.h"

enum {
    DAYS_DEFAULT = 30,
    DAYS_MOST = 3650
};

static bool read_days(const char *text, int64_t *ret)
{
    *ret = DAYS_DEFAULT;
    if (text && (!num_i64(text, strlen(text), ret) || *ret < 0 || *ret > DAYS_MOST)) {
        log_line(LOG_ERROR, "--days is a number from 0 to %d, not \"%s\"", DAYS_MOST, text);
        return false;
    }
    return true;
}

static bool read_format(const char *text, enum rules_format *ret)
{
    *ret = text && strcmp(text, "json") == 0 ? RULES_JSON : RULES_TABLE;
    if (text && strcmp(text, "json") != 0 && strcmp(text, "table") != 0) {
        log_line(LOG_ERROR, "--format is table or json, not \"%s\"", text);
        return false;
    }
    return true;
}

static int run(const struct rules_options *which, const struct waivers_options *o)
{
    struct err err = { .rc = RC_OK };
    struct rules *rules AUTO(rules_freep) = NULL;
    size_t open = 0;
    if (command_load_rules(which, &rules, &err) != RC_OK ||
        waivers_check(rules, o, stdout, &open, &err) != RC_OK) {
        return command_fail(&err);
    }
    return open > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

int command_waivers(int argc, char **argv)
{
    struct rules_options which = { .orphans = true };
    struct waivers_options o = { .now = filetime_now() };
    const char *days = NULL, *format = NULL;
    const struct option_row rows[] = {
        { "evidence", "FILE",
          "evaluated evidence file: tells which waivers mean nothing there, and which are not needed any more",
          &o.evidence, NULL, false },
        { "days", "N", "tell of waivers that end within N days (default: 30)", &days, NULL, false },
        { "checks", "DIR", "folder of checks (default: those that came with Kagimori)",
          &which.directory, NULL, false },
        { "lang", "ja|en", "language of the table", &o.lang, NULL, false },
        { "format", "table|json", "form of the output", &format, NULL, false },
    };
    const struct option_table table = {
        "kagimori waivers check WAIVERS [--evidence DIR/evidence.db] [--days 30] [--lang ja|en] [--format table|json]",
        "Says of each waiver whether it is in force, ends soon, has ended, means nothing that exists, or is not needed any more.\n"
        "Exit codes: 0 nothing is to be done, 1 something is, 2 mistakes in the file.",
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
    if (strcmp(operands[0], "check") != 0) {
        log_line(LOG_ERROR, "unknown action \"%s\"; usage: %s", operands[0], table.usage);
        return EXIT_USAGE;
    }
    if (!read_days(days, &o.days) || !read_format(format, &o.format) ||
        !command_language(&o.lang)) {
        return EXIT_USAGE;
    }
    which.waivers = operands[1];
    return run(&which, &o);
}
