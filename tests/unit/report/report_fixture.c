/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_fixture FOLDER: every document of the fixture, in both languages, for the tests that need a browser, a CSV
 * reader or a JSON Schema. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/report/fixture.h"

static const struct {
    enum report_format format;
    const char *name, *lang;
    bool bom, passes, both;
} documents[] = {
    { REPORT_HTML, "report.en.html", "en", false, false, false },
    { REPORT_HTML, "report.ja.html", "ja", false, false, false },
    { REPORT_HTML, "report.both.html", "ja", false, false, true },
    { REPORT_CSV, "findings.en.csv", "en", false, false, false },
    { REPORT_CSV, "findings.ja.csv", "ja", true, false, false },
    { REPORT_RESET_CSV, "reset-plan.en.csv", "en", false, false, false },
    { REPORT_RESET_CSV, "reset-plan.ja.csv", "ja", true, false, false },
    { REPORT_JSON, "results.json", "en", false, false, false },
    { REPORT_JSON, "results.passes.json", "en", false, true, false },
    { REPORT_HTML, "charts.en.html", "en", false, false, false },
    { REPORT_HTML, "charts.ja.html", "ja", false, false, false },
};

int main(int argc, char **argv)
{
    struct store *s = argc == 2 ? fixture_open() : NULL;
    int failures =
        s && fixture_plan(s) && fixture_mfa(s) && fixture_frameworks(s) && fixture_grades(s) ? 0
                                                                                             : 1;
    for (size_t i = 0; s && i < sizeof(documents) / sizeof(documents[0]); i++) {
        struct report_options options = { .lang = documents[i].lang,
                                          .bom = documents[i].bom,
                                          .both = documents[i].both,
                                          .passes = documents[i].passes };
        char path[4096];
        struct err err;
        bool is_first_chart = strcmp(documents[i].name, "charts.en.html") == 0;
        failures += is_first_chart && !fixture_chart(s);
        (void)snprintf(path, sizeof(path), "%s/%s", argv[1], documents[i].name);
        if (report_write(store_handle(s), documents[i].format, &options, path, &err) != RC_OK) {
            (void)fprintf(stderr, "%s: %s: %s\n", path, err.where, err.msg);
            failures++;
        }
    }
    store_closep(&s);
    return failures ? 1 : 0;
}
