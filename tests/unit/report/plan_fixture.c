/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_fixture FOLDER: every document of the fixture's reset plan, for the tests that need a browser, a CSV reader or a JSON Schema. */
#include <stdio.h>
#include <stdlib.h>

#include "report/reset/plan_report.h"
#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct {
    enum plan_format format;
    const char *name, *lang;
    bool bom;
} documents[] = {
    { PLAN_HTML, "reset-plan.en.html", "en", false },
    { PLAN_HTML, "reset-plan.ja.html", "ja", false },
    { PLAN_CSV, "reset-plan.en.csv", "en", false },
    { PLAN_CSV, "reset-plan.ja.csv", "ja", true },
    { PLAN_MARKDOWN, "reset-plan.en.md", "en", false },
    { PLAN_MARKDOWN, "reset-plan.ja.md", "ja", false },
    { PLAN_JSON, "reset-plan.json", "en", false },
};

int main(int argc, char **argv)
{
    struct store *s = argc == 2 ? fixture_open() : NULL;
    size_t size = 0;
    char *more =
        (char *)t_read_file(SOURCE_DIR "/tests/golden/report/fixture_plan_more.sql", &size);
    int failures = s && more && fixture_plan(s) && fixture_exec(s, more) ? 0 : 1;
    for (size_t i = 0; failures == 0 && i < sizeof(documents) / sizeof(documents[0]); i++) {
        struct report_options options = { .lang = documents[i].lang, .bom = documents[i].bom };
        char path[4096];
        struct err err;
        (void)snprintf(path, sizeof(path), "%s/%s", argv[1], documents[i].name);
        if (plan_report_write(store_handle(s), documents[i].format, &options, path, &err) !=
            RC_OK) {
            (void)fprintf(stderr, "%s: %s: %s\n", path, err.where, err.msg);
            failures++;
        }
    }
    free(more);
    store_closep(&s);
    return failures ? 1 : 0;
}
