/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output_fixture FOLDER: the documents for other tools, of the fixture with grades ("NAME"), without ("bare.NAME"), and with many findings of a check ("many.NAME"). */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct {
    enum report_format format;
    const char *name, *lang;
    bool bom;
} documents[] = {
    { REPORT_CSV, "findings.csv", "ja", true },
    { REPORT_CHECKS_CSV, "checks.csv", "ja", true },
    { REPORT_CHECKS_CSV, "checks.en.csv", "en", false },
    { REPORT_JSONL, "findings.jsonl", "en", false },
    { REPORT_OCSF, "findings.ocsf.jsonl", "en", false },
    { REPORT_OCSF, "findings.ja.ocsf.jsonl", "ja", false },
    { REPORT_JUNIT, "junit.xml", "en", false },
    { REPORT_JUNIT, "junit.ja.xml", "ja", false },
    { REPORT_MARKDOWN, "summary.en.md", "en", false },
    { REPORT_MARKDOWN, "summary.ja.md", "ja", false },
    { REPORT_SUMMARY, "summary.en.txt", "en", false },
    { REPORT_SUMMARY, "summary.ja.txt", "ja", false },
};

static int write_all(struct store *s, const char *folder, const char *prefix)
{
    int failures = 0;
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        struct report_options options = { .lang = documents[i].lang, .bom = documents[i].bom };
        char path[4096];
        struct err err;
        (void)snprintf(path, sizeof(path), "%s/%s%s", folder, prefix, documents[i].name);
        if (report_write(store_handle(s), documents[i].format, &options, path, &err) != RC_OK) {
            (void)fprintf(stderr, "%s: %s: %s\n", path, err.where, err.msg);
            failures++;
        }
    }
    return failures;
}

static bool add_grades(struct store *s)
{
    size_t size = 0;
    char *sql = (char *)t_read_file(SOURCE_DIR "/tests/golden/report/fixture_output.sql", &size);
    bool ok = sql && fixture_exec(s, sql);
    free(sql);
    return ok;
}

int main(int argc, char **argv)
{
    static const char none[] =
        "DELETE FROM grade; DELETE FROM measure; DELETE FROM risk; DELETE FROM grade_check";
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO result(check_no, verdict, subject, name, finding)"
        " SELECT (SELECT check_no FROM check_info WHERE id = 'ad.account.hostile'), 'fail', 'S-1-5-21-9-9-9-' || i, 'many ' || i, printf('F-%012x', i) FROM n;"
        "UPDATE check_count SET subjects = subjects + 1000 WHERE verdict = 'fail' AND check_no = (SELECT check_no FROM check_info WHERE id = 'ad.account.hostile')";
    struct store *s = argc == 2 ? fixture_open() : NULL;
    int failures = s && fixture_mfa(s) && fixture_frameworks(s) && fixture_exec(s, none) ? 0 : 1;
    if (failures == 0) {
        failures = write_all(s, argv[1], "bare.");
        failures += add_grades(s) ? write_all(s, argv[1], "") : 1;
        failures += fixture_exec(s, many) ? write_all(s, argv[1], "many.") : 1;
    }
    store_closep(&s);
    return failures ? 1 : 0;
}
