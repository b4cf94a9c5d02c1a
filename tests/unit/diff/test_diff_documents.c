/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of a comparison: hostile names stay text, limits are said, the report tells of progress. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/evidence/store.h"
#include "report/diff/diff_doc.h"
#include "report/history/history.h"
#include "report/report.h"
#include "tests/support/t.h"
#include "tests/unit/diff/pair.h"

#define ASSETS SOURCE_DIR "/report/html"
#define EVIL   "=<script>alert(1)</script>' || char(27) || '[31m' || char(8238) || '|`*_"

static char *text_of(struct diff_doc *o)
{
    char *text = NULL;
    size_t size = 0;
    struct err err;
    FILE *f = open_memstream(&text, &size);
    T_OK(f != NULL);
    if (f) {
        T_EQ_I(diff_text(o, f, &err), RC_OK);
        (void)fclose(f);
    }
    return text;
}

static char *document(struct diff_doc *o, enum diff_format format)
{
    struct err err;
    size_t size = 0;
    const char *path = pair_path("document");
    enum rc rc = diff_write(o, format, path, &err);
    if (rc != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
    }
    T_EQ_I(rc, RC_OK);
    return (char *)t_read_file(path, &size);
}

static void has_none(const char *text, const char *part)
{
    T_OK(text && !strstr(text, part));
}

static void hostile_names_stay_text(void)
{
    const char *before = pair_make("old.db", "SELECT 1");
    const char *now = pair_make("new.db", RESULT(1, "fail", "S-1", EVIL, "{}"));
    struct diff d = { 0 };
    struct diff_doc o;
    struct err err;
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_OK);
    for (int ja = 0; ja < 2; ja++) {
        T_EQ_I(diff_doc_open(&o, &d, ja ? "ja" : "en", ASSETS, &err), RC_OK);
        o.most = 20;
        char *all[] = { text_of(&o), document(&o, DIFF_CSV), document(&o, DIFF_JSON),
                        document(&o, DIFF_MARKDOWN), document(&o, DIFF_HTML) };
        for (size_t i = 0; i < 5; i++) {
            has_none(all[i], "\x1b");
            has_none(all[i], "\xe2\x80\xae");
        }
        has_none(all[4], "<script>alert");
        has_none(all[3], "<script>");
        T_HAS(all[1], "'=<script>");
        T_HAS(all[4], "default-src 'none'");
        T_HAS(all[0], ja ? "新規" : "New");
        T_HAS(all[2], "\"schema\": \"kagimori.diff/1\"");
        for (size_t i = 0; i < 5; i++) {
            has_none(all[i], "progress.");
            free(all[i]);
        }
        diff_doc_close(&o);
    }
    diff_close(&d);
}

static void long_lists_are_cut_and_say_so(void)
{
    const char *before = pair_make("old.db", "SELECT 1");
    const char *now = pair_make(
        "new.db",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
        " INSERT INTO result(check_no, verdict, subject, name) SELECT 1, 'fail', 'S-' || i, 'name' || i FROM n");
    struct diff d = { 0 };
    struct diff_doc o;
    struct err err;
    T_EQ_I(diff_open(before, now, false, &d, &err), RC_OK);
    T_EQ_I(diff_doc_open(&o, &d, "en", ASSETS, &err), RC_OK);
    o.most = 20;
    char *text = text_of(&o);
    T_HAS(text, "and 10 more (--all lists all of them)");
    free(text);
    o.most = 0;
    text = text_of(&o);
    has_none(text, "more (--all");
    T_HAS(text, "name30");
    free(text);
    diff_doc_close(&o);
    diff_close(&d);
}

static char *report(const char *now, const char *previous, const char *history)
{
    const struct report_options options = {
        .lang = "en", .assets = ASSETS, .previous = previous, .history = history
    };
    sqlite3 *db = NULL;
    struct err err;
    size_t size = 0;
    const char *path = pair_path("report.html");
    T_EQ_I(store_open_reader(now, &db, &err), RC_OK);
    enum rc rc = report_write(db, REPORT_HTML, &options, path, &err);
    if (rc != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
    }
    T_EQ_I(rc, RC_OK);
    (void)sqlite3_close(db);
    return (char *)t_read_file(path, &size);
}

#define GRADE(grade, score)                                              \
    "INSERT INTO grade VALUES('', 0, 'All', '全体', '" grade "', " score \
    ", NULL, 90, 10, 'high', 5, 1, 0, 1, 'x', 'x', NULL);"

static void the_report_tells_of_progress(void)
{
    const char *before = pair_make("old.db", GRADE("D", "41") RESULT(1, "fail", "S-1", "ann", "{}")
                                                 RESULT(2, "fail", "S-2", "bob", "{}"));
    const char *now = pair_make("new.db", GRADE("C", "60") RESULT(1, "pass", "S-1", "", "")
                                              RESULT(2, "unknown", "S-2", "bob", "{}"));
    struct err err;
    bool known = false;
    const char *history = pair_path("history.db");
    T_EQ_I(history_add(history, before, false, &known, &err), RC_OK);
    char *page = report(now, before, history);
    T_HAS(page, "id=\"progress\"");
    T_HAS(page, "href=\"#progress\"");
    T_HAS(page, "D <span class=\"of\">(41)");
    T_HAS(page, "C <span class=\"of\">(60)");
    T_HAS(page, "id=\"progress-fixed\"");
    T_HAS(page, "id=\"progress-hidden\"");
    T_HAS(page, "Trend over the audits");
    free(page);
    page = report(now, NULL, NULL);
    has_none(page, "id=\"progress\"");
    has_none(page, "#progress");
    free(page);
    /* one that cannot be compared with spoils nothing */
    (void)pair_exec(before, "PRAGMA user_version = 3");
    page = report(now, before, NULL);
    T_HAS(page, "too old to compare with");
    free(page);
    pair_remove();
}

#define TESTS(X) \
    X(hostile_names_stay_text) X(long_lists_are_cut_and_say_so) X(the_report_tells_of_progress)
T_MAIN("diff documents", TESTS)
