/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents as files: tables without formulas, refusals, spoilt files of the report, full disks, links. */
#include "tests/support/t.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/csv.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" };
static const struct report_options ja = { .lang = "ja" };

static void cells_are_never_formulas(void)
{
    struct arena *a = arena_new(0);
    struct err err;
    struct out o = { 0 };
    T_EQ_I(out_open(&o, fixture_path("cells.csv"), &err), RC_OK);
    const char *cells[] = { "=1+1", "+1",  "-1",        "@x",           "\tx",   "\rx", " =1",
                            "＝1",  "a,b", "say \"x\"", "two\r\nlines", "plain", NULL,  "1-1" };
    T_EQ_I(csv_record(&o, a, cells, ARRAY_LEN(cells), &err), RC_OK);
    T_EQ_I(out_commit(&o, &err), RC_OK);
    size_t n = 0;
    char *text = (char *)t_read_file(fixture_path("cells.csv"), &n);
    T_EQ_S(
        text,
        "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",\"'\\u{9}x\",\"'\\u{d}x\",\"' =1\",\"'＝1\",\"a,b\",\"say \"\"x\"\"\","
        "two\\u{d}\\u{a}lines,plain,,1-1\r\n");
    free(text);
    arena_free(a);
}

static void refusals_say_what_to_do(void)
{
    struct store *s = fixture_open();
    struct err err;
    struct report_options other = { .lang = "fr" },
                          nowhere = { .lang = "en", .assets = "/nonexistent" };
    T_OK(s != NULL);
    if (!s) {
        return;
    }
    T_EQ_I(report_write(store_handle(s), REPORT_HTML, &other, fixture_path("x"), &err), RC_USAGE);
    T_HAS(err.msg, "\"ja\" or \"en\"");
    T_EQ_I(report_write(store_handle(s), REPORT_HTML, &nowhere, fixture_path("x"), &err),
           RC_ABSENT);
    T_HAS(err.where, "/nonexistent");
    T_EQ_I(report_write(store_handle(s), REPORT_CSV, &en, "/nonexistent/findings.csv", &err),
           RC_USAGE);
    T_HAS(err.msg, "make the folder first");
    T_OK(access(fixture_path("x"), F_OK) != 0);
    T_OK(mkdir(fixture_path("taken"), 0700) == 0);
    T_EQ_I(report_write(store_handle(s), REPORT_CSV, &en, fixture_path("taken"), &err), RC_IO);
    T_OK(fixture_exec(s, "DELETE FROM check_info"));
    T_EQ_I(report_write(store_handle(s), REPORT_JSON, &en, fixture_path("x"), &err), RC_USAGE);
    T_HAS(err.msg, "kagimori evaluate");
    T_OK(fixture_exec(s, "DROP TABLE check_count"));
    T_OK(fixture_exec(
        s,
        "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters) SELECT 1, 'a', 'v', 'low', 't', '', '', '', '', '', '', '[]', '{}', '[]', '', '{}'"));
    T_EQ_I(report_write(store_handle(s), REPORT_HTML, &en, fixture_path("x"), &err), RC_MALFORMED);
    T_HAS(err.msg, "check_count");
    store_closep(&s);
}

/* Copies the assets to a folder of their own, with one file replaced. */
static enum rc with_spoilt(struct store *s, const char *name, const char *text, struct err *err)
{
    char command[512], file[96];
    (void)snprintf(command, sizeof(command), "rm -rf %s/html && cp -r %s/report/html %s/html",
                   fixture_folder(), SOURCE_DIR, fixture_folder());
    (void)snprintf(file, sizeof(file), "%s/html/%s", fixture_folder(), name);
    if (system(command) != 0) { /* NOLINT(cert-env33-c): a test's own copy */
        return RC_BUG;
    }
    FILE *f = fopen(file, "w");
    T_OK(f && fputs(text, f) >= 0 && fclose(f) == 0);
    char assets[96];
    (void)snprintf(assets, sizeof(assets), "%s/html", fixture_folder());
    struct report_options options = { .lang = "en", .assets = assets };
    return report_write(store_handle(s), REPORT_HTML, &options, fixture_path("x"), err);
}

static void broken_assets_are_named(void)
{
    static const char sheet[] =
        "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">%s</xsl:stylesheet>";
    struct store *s = fixture_open();
    struct err err;
    char text[512];
    (void)fixture_path("x");
    T_OK(s != NULL);
    if (!s) {
        return;
    }
    T_EQ_I(with_spoilt(s, "messages.xml", "<messages><m id=\"a\"/><m id=\"a\"/></messages>", &err),
           RC_MALFORMED);
    T_HAS(err.where, "messages.xml");
    T_EQ_I(with_spoilt(s, "messages.xml", "<messages>", &err), RC_MALFORMED);
    T_EQ_I(with_spoilt(s, "report.xsl", "<not-a-sheet", &err), RC_MALFORMED);
    T_HAS(err.where, "report.xsl");
    (void)snprintf(text, sizeof(text), sheet,
                   "<xsl:template name=\"a\"/><xsl:template name=\"a\"/>");
    T_EQ_I(with_spoilt(s, "report.xsl", text, &err), RC_MALFORMED);
    (void)snprintf(
        text, sizeof(text), sheet,
        "<xsl:template match=\"/\"><xsl:value-of select=\"fixture_path('/etc/passwd')\"/></xsl:template>");
    T_EQ_I(with_spoilt(s, "report.xsl", text, &err), RC_MALFORMED);
    store_closep(&s);
}

static void a_full_disk_keeps_the_old_document(void)
{
    struct store *s = fixture_open();
    struct err err;
    struct rlimit old = { 0 }, small = { 0 };
    T_OK(s && signal(SIGXFSZ, SIG_IGN) != SIG_ERR && getrlimit(RLIMIT_FSIZE, &old) == 0);
    char *before = s ? fixture_document(s, REPORT_CSV, &en, fixture_path("full.csv")) : NULL;
    small = old;
    small.rlim_cur = 1000;
    T_OK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    enum rc rc =
        s ? report_write(store_handle(s), REPORT_CSV, &ja, fixture_path("full.csv"), &err) : RC_BUG;
    T_OK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    T_EQ_I(rc, RC_IO);
    T_HAS(err.where, "full.csv");
    size_t n = 0;
    char *after = (char *)t_read_file(fixture_path("full.csv"), &n);
    T_EQ_S(after, before);
    char command[96];
    (void)snprintf(command, sizeof(command), "ls %s/full.csv.* 2>/dev/null", fixture_folder());
    T_OK(system(command) != 0); /* NOLINT(cert-env33-c): no temporary file is left */
    free(before);
    free(after);
    store_closep(&s);
}

static void links_are_replaced_not_followed(void)
{
    struct store *s = fixture_open();
    char target[64];
    struct stat st;
    (void)snprintf(target, sizeof(target), "%s", fixture_path("victim"));
    int fd = open(target, O_WRONLY | O_CREAT, 0644);
    T_OK(fd >= 0 && close(fd) == 0);
    T_OK(symlink(target, fixture_path("link.csv")) == 0);
    char *table = s ? fixture_document(s, REPORT_CSV, &en, fixture_path("link.csv")) : NULL;
    T_OK(table && stat(target, &st) == 0 && st.st_size == 0);
    T_OK(lstat(fixture_path("link.csv"), &st) == 0 && S_ISREG(st.st_mode) &&
         (st.st_mode & 0777) == 0600);
    free(table);
    store_closep(&s);
}

/* JSON escapes what cannot be seen, as the other documents do: a soft hyphen, tags, marks of annotations. */
static void invisible_characters_are_escaped_in_json(void)
{
    static const enum report_format formats[] = { REPORT_JSON, REPORT_JSONL, REPORT_OCSF };
    struct store *s = fixture_open();
    T_OK(s && fixture_exec(s, "UPDATE result SET name = 'a' || char(173, 917505, 65529) || 'b'"
                              " WHERE verdict = 'fail'"));
    for (size_t i = 0; s && i < sizeof(formats) / sizeof(formats[0]); i++) {
        char *json = fixture_document(s, formats[i], &en, fixture_path("invisible"));
        T_HAS(json, "a\\u00ad\\udb40\\udc01\\ufff9b");
        T_OK(json && !strstr(json, "\xc2\xad") && !strstr(json, "\xf3\xa0\x80\x81"));
        free(json);
    }
    store_closep(&s);
}

static void cleans_up(void)
{
    T_OK(fixture_remove());
}

/* Of the summaries, for the terminal and as Markdown: whether the sentence stands there, and before what the grade says. */
static void tells_inside(struct store *s, bool is_told)
{
    static const enum report_format formats[] = { REPORT_SUMMARY, REPORT_MARKDOWN };

    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct err err;
        size_t n = 0;
        T_EQ_I(report_write(store_handle(s), formats[i], &en, fixture_path("inside"), &err), RC_OK);
        char *text = (char *)t_read_file(fixture_path("inside"), &n);
        const char *lead = text ? memmem(text, n, "Somebody may be inside already", 30) : NULL;
        const char *grade = text ? memmem(text, n, "Of 20 checks", 12) : NULL;
        T_OK(grade != NULL);
        T_EQ_I(lead != NULL, is_told);
        T_OK(!lead || lead < grade);
        free(text);
    }
}

static void who_may_be_inside_comes_first(void)
{
    size_t n = 0;
    struct store *s = fixture_open();
    char *grades = (char *)t_read_file(SOURCE_DIR "/tests/golden/report/fixture_output.sql", &n);
    T_OK(s && grades);
    T_OK(fixture_exec(
        s, "DELETE FROM grade; DELETE FROM measure; DELETE FROM risk; DELETE FROM grade_check"));
    T_OK(grades && fixture_exec(s, grades));
    tells_inside(s, false);
    T_OK(fixture_exec(s, "UPDATE risk SET risk = 'intruder-inside' WHERE risk = 'spread'"));
    tells_inside(s, true);
    T_OK(fixture_exec(s, "UPDATE risk SET level = 'high' WHERE risk = 'intruder-inside'"));
    tells_inside(s, false);
    free(grades);
    store_closep(&s);
}

#define TESTS(X)                                \
    X(who_may_be_inside_comes_first)            \
    X(cells_are_never_formulas)                 \
    X(refusals_say_what_to_do)                  \
    X(broken_assets_are_named)                  \
    X(a_full_disk_keeps_the_old_document)       \
    X(links_are_replaced_not_followed)          \
    X(invisible_characters_are_escaped_in_json) \
    X(cleans_up)
T_MAIN("report_output", TESTS)
