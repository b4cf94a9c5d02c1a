/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"

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
    enum rc rc = rules_load(options, ret, &mistakes, err);
    for (const struct rules_mistake *m = mistakes; m; m = m->next) {
        log_line(LOG_ERROR, "%s", m->text);
    }
    return rc;
}

bool command_language(const char **lang)
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
    log_line(LOG_ERROR, "--lang is ja or en, not \"%s\"", *lang);
    return false;
}

const char *command_path(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

int command_exit_code(const struct rules_totals *totals, const char *fail_on)
{
    static const char *const severities[] = { "critical", "high", "medium", "low", "info" };
    size_t last = 3; /* findings of severity info are remarks */
    for (size_t i = 0; fail_on && i < ARRAY_LEN(severities); i++) {
        last = strcmp(severities[i], fail_on) == 0 ? i : last;
    }
    for (size_t i = 0; i <= last; i++) {
        if (totals->fail_by_severity[i] > 0) {
            return EXIT_FINDINGS;
        }
    }
    return totals->unknown + totals->error > 0 ? EXIT_INCOMPLETE : EXIT_CLEAN;
}
