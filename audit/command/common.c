/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/yaml/yaml_tree.h"

int command_fail(const struct err *err)
{
    log_err(err);
    switch (err->rc) {
    case RC_USAGE:
    case RC_ABSENT:
    case RC_UNSUPPORTED:
        return EXIT_USAGE;
    case RC_OK:
    case RC_NOMEM:
    case RC_DENIED:
    case RC_UNREACHABLE:
    case RC_TIMEOUT:
    case RC_MALFORMED:
    case RC_LIMIT:
    case RC_IO:
    case RC_UNTRUSTED:
    case RC_BUG:
    default:
        return EXIT_INTERNAL;
    }
}

enum rc command_load_site(const char *path, struct arena *a, struct site *ret, struct err *err)
{
    const char *mistakes = NULL;
    enum rc rc = site_load(path, a, ret, &mistakes, err);
    while (mistakes && *mistakes) {
        size_t n = strcspn(mistakes, "\n");
        log_line(LOG_ERROR, "%.*s", (int)n, mistakes);
        mistakes += n + (mistakes[n] == '\n');
    }
    return rc;
}

enum rc command_load_rules(const struct rules_options *options, struct rules **ret, struct err *err)
{
    const struct rules_mistake *mistakes = NULL;
    struct rules_options quick = *options;
    quick.is_quick = true; /* `checks lint` is where statements are tried whole */
    enum rc rc = rules_load(&quick, ret, &mistakes, err);
    for (const struct rules_mistake *m = mistakes; m; m = m->next) {
        log_line(LOG_ERROR, "%s", m->text);
    }
    return rc;
}

/* Of two languages, or also both. */
static bool check_language(const char **lang, bool is_both_allowed)
{
    if (!*lang) {
        const char *names[] = { getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG") };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            if (names[i] && names[i][0]) {
                *lang = strncmp(names[i], "ja", 2) == 0 ? "ja" : "en";
                return true;
            }
        }
        *lang = "ja"; /* the report is Japanese first */
        return true;
    }
    if (strcmp(*lang, "ja") == 0 || strcmp(*lang, "en") == 0) {
        return true;
    }
    if (is_both_allowed && strcmp(*lang, "both") == 0) {
        return true;
    }
    log_line(LOG_ERROR, "--lang is %s, not \"%s\"", is_both_allowed ? "ja, en or both" : "ja or en",
             *lang);
    return false;
}

bool command_language(const char **lang)
{
    return check_language(lang, false);
}

bool command_languages(const char **lang)
{
    return check_language(lang, true);
}

enum rc command_make_folder(const char *path, struct err *err)
{
    struct stat st;
    if (mkdir(path, 0700) == 0) {
        return RC_OK;
    }
    int e = errno;
    if (e == EEXIST && (stat(path, &st) != 0 || S_ISDIR(st.st_mode))) {
        return RC_OK;
    }
    bool is_full = e == ENOSPC || e == EDQUOT;
    (void)err_setf(err, is_full ? RC_IO : RC_USAGE, "cannot make the folder: %s: %s", strerror(e),
                   e == ENOENT                   ? "make the folder above it first"
                   : e == EEXIST || e == ENOTDIR ? "a file is in the way; name another folder"
                   : is_full                     ? "free space there, or name another folder"
                                                 : "name a folder that you may write to");
    return err_at(err, "%s", path);
}

const char *command_path(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

static const char *const severities[] = { "critical", "high", "medium", "low", "info", NULL };

/* Place of a severity word, or the number of severities. */
static size_t severity_index(const char *word)
{
    size_t i = 0;
    while (severities[i] && strcmp(severities[i], word) != 0) {
        i++;
    }
    return i;
}

bool command_severity(const char *word)
{
    if (!word || severities[severity_index(word)]) {
        return true;
    }
    const char *near = yaml_suggest(word, severities);
    log_line(LOG_ERROR, "--fail-on is critical, high, medium, low or info, not \"%s\"%s%s%s", word,
             near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return false;
}

int command_exit_code(const struct rules_totals *totals, const char *fail_on)
{
    /* Findings of severity info are remarks. */
    size_t last = severity_index(fail_on ? fail_on : "low");
    for (size_t i = 0; i <= last && severities[i]; i++) {
        if (totals->fail_by_severity[i] > 0) {
            return EXIT_FINDINGS;
        }
    }
    return totals->unknown + totals->error > 0 ? EXIT_INCOMPLETE : EXIT_CLEAN;
}
