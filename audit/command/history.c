/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori history: the numbers of every audit in one file, and their trends. */
#include "report/history/history.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/evidence/group.h"

enum {
    OPERANDS = 200
};

/* main sets the C library's own locale; what the terminal shows is in the environment. */
static bool is_utf8(void)
{
    const char *names[] = { getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG") };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (names[i] && names[i][0]) {
            return strcasestr(names[i], "utf-8") || strcasestr(names[i], "utf8");
        }
    }
    return false;
}

static bool read_format(const char *text, enum history_format *ret)
{
    static const char *const words[] = { "text", "csv", "json" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!text || strcmp(words[i], text) == 0) {
            *ret = (enum history_format)i;
            return true;
        }
    }
    log_line(LOG_ERROR, "--format is text, csv or json, not \"%s\"", text);
    return false;
}

enum rc history_note(const char *path, const char *evidence, bool is_forced, FILE *messages,
                     struct err *err)
{
    bool is_known = false;
    if (group_is(evidence)) {
        (void)err_setf(
            err, RC_USAGE,
            "this is a group file: keep group files in a folder, kagimori report GROUP.db --history FOLDER draws their trends");
        return err_at(err, "%s", evidence);
    }
    TRY(history_add(path, evidence, is_forced, &is_known, err));
    if (messages) {
        (void)fprintf(messages, "%s %s: %s\n", is_known ? "renewed in" : "added to", path,
                      evidence);
    }
    return RC_OK;
}

static int add_all(const char *path, const char *const *evidence, size_t count, bool is_forced)
{
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < count; i++) {
        if (history_note(path, evidence[i], is_forced, stdout, &err) != RC_OK) {
            return command_fail(&err);
        }
    }
    return EXIT_CLEAN;
}

static int print(const char *path, const struct history_view *view)
{
    struct err err = { .rc = RC_OK };
    AUTO(history_close) struct history h = { 0 };
    if (history_open(&h, path, &err) != RC_OK || history_print(&h, view, stdout, &err) != RC_OK) {
        return command_fail(&err);
    }
    return EXIT_CLEAN;
}

int command_history(int argc, char **argv)
{
    struct history_view view = { .is_unicode = is_utf8() };
    const char *format = NULL;
    bool is_forced = false;
    const struct option_row rows[] = {
        { "check", "ID", "the trend of one check", &view.check, NULL, false },
        { "theme", "ID", "the trend of one theme (shared-passwords, privileges, mfa, …)",
          &view.theme, NULL, false },
        { "format", "text|csv|json", "form of the output (default: text)", &format, NULL, false },
        { "lang", "ja|en", "language of the output (default: that of the environment)", &view.lang,
          NULL, false },
        { "force", NULL, "add evidence of another estate (no domain in common)", NULL, &is_forced,
          false },
    };
    const struct option_table table = {
        "kagimori history FILE [add EVIDENCE…] [--check ID | --theme ID] [--format text|csv|json]",
        "Keeps the numbers of every audit in one file (no names, no subjects), and shows how they move. The same audit counts once, however often it is added.",
        rows,
        ARRAY_LEN(rows),
        1,
        OPERANDS
    };
    const char *operands[OPERANDS] = { NULL };
    size_t count = 0;
    int code = options_parse(argc, argv, &table, operands, &count);
    if (code >= 0) {
        return code;
    }
    if (!read_format(format, &view.format) || !command_language(&view.lang)) {
        return EXIT_USAGE;
    }
    if (count == 1) {
        return print(operands[0], &view);
    }
    if (strcmp(operands[1], "add") != 0 || count == 2) {
        log_line(LOG_ERROR, "%s; usage: %s",
                 count == 2 ? "the evidence to add is missing" : "the action is add", table.usage);
        return EXIT_USAGE;
    }
    return add_all(operands[0], operands + 2, count - 2, is_forced);
}
