/* SPDX-License-Identifier: GPL-3.0-or-later */
/* junit.xml: what dashboards of continuous integration read. A test suite a theme, a test case a check. The form is what the schemas of Apache Ant's
 * junitreport (github.com/windyroad/JUnit-Schema) and of Jenkins' xunit plugin (junit-10.xsd) both allow. What is unknown is skipped, with the reason:
 * never passed. Findings of severity info are remarks, as for the exit code, and skipped too. */
#include <string.h>

#include "report/assets.h"
#include "report/output/about.h"
#include "report/output/output.h"
#include "report/query.h"
#include "report/report.h"
#include "report/text.h"

#define LINES_SHOWN 100

struct page {
    sqlite3 *db;
    struct out *o;
    struct arena *a;
    struct assets assets;
    enum text_lang lang;
    sqlite3_stmt *lines;
    const char *site; /* of a group; NULL = none */
    int64_t suites;   /* that were written before */
    struct err *err;
};

static void page_done(struct page *p)
{
    query_done(&p->lines);
    assets_done(&p->assets);
    arena_free(p->a);
}

/* The state of each check: what its test case says. Columns of both statements are those of CASES. */
/* clang-format off */
#define CASES \
    "WITH counted AS (SELECT c.check_no, c.id, c.theme, c.severity, c.title_en, c.title_ja," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'fail'), 0) AS fail, coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'unknown'), 0) AS unknown," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'error'), 0) AS error, coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'waived'), 0) AS waived," \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'pass'), 0) AS pass FROM check_info c LEFT JOIN check_count n USING (check_no) GROUP BY c.check_no)," \
    " cases AS (SELECT *, CASE WHEN fail > 0 AND severity <> 'info' THEN 'failure' WHEN error > 0 THEN 'error'" \
    " WHEN fail + unknown + waived > 0 OR pass = 0 THEN 'skipped' ELSE '' END AS outcome FROM counted) "

/* clang-format on */

enum {
    CASE_NO,
    CASE_ID,
    CASE_THEME,
    CASE_SEVERITY,
    CASE_TITLE,
    CASE_FAIL,
    CASE_UNKNOWN,
    CASE_ERROR,
    CASE_WAIVED,
    CASE_OUTCOME
};

/* Text of an element or attribute: what XML 1.0 cannot carry is made visible before. */
static enum rc put_text(struct page *p, const char *text)
{
    const char *s = text_safe(p->a, text, strlen(text), TEXT_SHOWN);
    if (!s) {
        return err_setf(p->err, RC_NOMEM, "no memory for a text of the test cases");
    }
    for (; *s; s++) {
        switch (*s) {
        case '&':
            out_text(p->o, "&amp;");
            break;
        case '<':
            out_text(p->o, "&lt;");
            break;
        case '>':
            out_text(p->o, "&gt;");
            break;
        case '"':
            out_text(p->o, "&quot;");
            break;
        default:
            out_bytes(p->o, s, 1);
        }
    }
    return RC_OK;
}

static enum rc put_attribute(struct page *p, const char *name, const char *text)
{
    out_text(p->o, " ");
    out_text(p->o, name);
    out_text(p->o, "=\"");
    TRY(put_text(p, text));
    out_text(p->o, "\"");
    return RC_OK;
}

static const char *verdict_word(const struct page *p, const char *verdict)
{
    const char *word = assets_message2(&p->assets, "verdict.", verdict, p->lang);
    return word ? word : verdict;
}

/* "fail: 3; unknown: 2", what there is of it. */
static const char *message(struct page *p, sqlite3_stmt *q)
{
    static const struct {
        int column;
        const char *verdict;
    } parts[] = { { CASE_FAIL, "fail" },
                  { CASE_ERROR, "error" },
                  { CASE_UNKNOWN, "unknown" },
                  { CASE_WAIVED, "waived" } };

    const char *text = "";
    for (size_t i = 0; i < ARRAY_LEN(parts) && text; i++) {
        int64_t n = sqlite3_column_int64(q, parts[i].column);
        if (n > 0) {
            text = arena_printf(p->a, "%s%s%s: %lld", text, text[0] ? "; " : "",
                                verdict_word(p, parts[i].verdict), (long long)n);
        }
    }
    return text && !text[0] ? verdict_word(p, "not_applicable") : text;
}

/* A line a finding, what is unknown behind it: "fail F-…: name (subject) item: reason". */
static enum rc put_lines(struct page *p, sqlite3_stmt *c)
{
    size_t shown = 0;
    (void)sqlite3_reset(p->lines);
    (void)sqlite3_bind_int64(p->lines, 1, sqlite3_column_int64(c, CASE_NO));
    for (bool row = true; shown < LINES_SHOWN; shown++) {
        TRY(query_next(p->lines, &row, p->err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(p->a);
        const char *item = query_text(p->lines, 4), *reason = query_text(p->lines, 5);
        const char *line =
            arena_printf(p->a, "%s %s: %s (%s)%s%s%s%s", verdict_word(p, query_text(p->lines, 0)),
                         query_text(p->lines, 1), query_text(p->lines, 2), query_text(p->lines, 3),
                         item[0] ? " " : "", item, reason[0] ? ": " : "", reason);
        if (!line) {
            return err_setf(p->err, RC_NOMEM, "no memory for a line of a test case");
        }
        out_text(p->o, "\n");
        TRY(put_text(p, line));
    }
    int64_t all = sqlite3_column_int64(c, CASE_FAIL) + sqlite3_column_int64(c, CASE_UNKNOWN) +
                  sqlite3_column_int64(c, CASE_ERROR) + sqlite3_column_int64(c, CASE_WAIVED);
    if (all > (int64_t)shown) {
        const char *rest = arena_printf(p->a, "+%lld", (long long)(all - (int64_t)shown));
        out_text(p->o, "\n");
        out_text(p->o, rest ? rest : "+");
    }
    return RC_OK;
}

static enum rc put_case(struct page *p, sqlite3_stmt *q)
{
    arena_reset(p->a);
    const char *outcome = query_text(q, CASE_OUTCOME);
    const char *name =
        arena_printf(p->a, "%s: %s", query_text(q, CASE_ID), query_text(q, CASE_TITLE));
    const char *class = arena_printf(p->a, "kagimori.%s", query_text(q, CASE_THEME));
    const char *told = message(p, q);
    if (!name || !class || !told) {
        return err_setf(p->err, RC_NOMEM, "no memory for a test case");
    }
    out_text(p->o, "<testcase");
    TRY(put_attribute(p, "classname", class));
    TRY(put_attribute(p, "name", name));
    out_text(p->o, " time=\"0\"");
    if (!outcome[0]) {
        out_text(p->o, "/>\n");
        return RC_OK;
    }
    out_text(p->o, "><");
    out_text(p->o, outcome);
    TRY(put_attribute(p, "message", told));
    TRY(put_attribute(p, "type", query_text(q, CASE_SEVERITY)));
    out_text(p->o, ">");
    TRY(put_lines(p, q));
    out_text(p->o, "</");
    out_text(p->o, outcome);
    out_text(p->o, "></testcase>\n");
    return RC_OK;
}

static enum rc put_cases(struct page *p, const char *theme)
{
    static const char *const sql[] = {
        CASES
        "SELECT check_no, id, theme, severity, title_en, fail, unknown, error, waived, outcome FROM cases"
        " WHERE theme = ?1 ORDER BY id",
        CASES
        "SELECT check_no, id, theme, severity, title_ja, fail, unknown, error, waived, outcome FROM cases"
        " WHERE theme = ?1 ORDER BY id"
    };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(p->db, sql[p->lang == TEXT_JA ? 1 : 0], &q, p->err));
    (void)sqlite3_bind_text(q, 1, theme, -1, SQLITE_TRANSIENT);
    for (bool row = true;;) {
        TRY(query_next(q, &row, p->err));
        if (!row) {
            return RC_OK;
        }
        TRY(put_case(p, q));
    }
}

static enum rc put_property(struct page *p, const char *name, const char *value)
{
    if (value[0]) {
        out_text(p->o, "<property");
        TRY(put_attribute(p, "name", name));
        TRY(put_attribute(p, "value", value));
        out_text(p->o, "/>");
    }
    return RC_OK;
}

/* q: theme, its number from 0 on, tests, failures, errors, skipped. */
static enum rc put_suite(struct page *p, sqlite3_stmt *q, const struct about *about)
{
    static const char *const counts[] = { "id", "tests", "failures", "errors", "skipped" };
    char stamp[32];
    (void)snprintf(stamp, sizeof(stamp), "%.19s", about->at[0] ? about->at : "1970-01-01T00:00:00");
    const char *theme = query_text(q, 0);
    const char *word = assets_message2(&p->assets, "theme.", theme, p->lang), *name = NULL;
    arena_reset(p->a);
    name = word ? word : theme;
    name = p->site ? arena_printf(p->a, "%s: %s", p->site, name) : name;
    if (!name) {
        return err_setf(p->err, RC_NOMEM, "no memory for a test suite");
    }
    out_text(p->o, "<testsuite");
    TRY(put_attribute(p, "name", name));
    out_text(p->o, " package=\"kagimori\" hostname=\"localhost\" time=\"0\"");
    TRY(put_attribute(p, "timestamp", stamp));
    for (int i = 0; i < (int)ARRAY_LEN(counts); i++) {
        TRY(put_attribute(p, counts[i], query_text(q, i + 1)));
    }
    out_text(p->o, "><properties>");
    TRY(put_property(p, "tool_version", about->version));
    TRY(put_property(p, "profile", about->profile));
    TRY(put_property(p, "site", p->site ? p->site : ""));
    TRY(put_property(p, "organisation",
                     p->lang == TEXT_JA ? about->organisation_ja : about->organisation_en));
    out_text(p->o, "</properties>\n");
    TRY(put_cases(p, theme));
    out_text(p->o, "<system-out/><system-err/></testsuite>\n");
    return RC_OK;
}

static enum rc put_suites(struct page *p, const struct about *about)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        p->db,
        CASES
        "SELECT theme, row_number() OVER (ORDER BY theme) - 1 + ?1, count(*), sum(outcome = 'failure'), sum(outcome = 'error'), sum(outcome = 'skipped')"
        " FROM cases GROUP BY theme ORDER BY theme",
        &q, p->err));
    (void)sqlite3_bind_int64(q, 1, p->suites);
    for (bool row = true;;) {
        TRY(query_next(q, &row, p->err));
        if (!row) {
            return RC_OK;
        }
        TRY(put_suite(p, q, about));
        p->suites++;
    }
}

enum rc output_junit(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    int64_t suites = 0;
    out_text(o, OUTPUT_JUNIT_HEAD);
    TRY(output_junit_site(db, options, NULL, &suites, o, err));
    out_text(o, OUTPUT_JUNIT_FOOT);
    return RC_OK;
}

enum rc output_junit_site(sqlite3 *db, const struct report_options *options, const char *site,
                          int64_t *suites, struct out *o, struct err *err)
{
    /* Of a check with more lines than are shown its findings come first: the index has them together. */
    static const char *const lines[] = {
        "SELECT verdict, coalesce(finding, ''), coalesce(name, subject), subject, item, coalesce(reason_en, '') FROM result"
        " WHERE check_no = ?1 AND verdict <> 'pass' AND verdict IN ('error', 'fail', 'unknown', 'waived') ORDER BY verdict",
        "SELECT verdict, coalesce(finding, ''), coalesce(name, subject), subject, item, coalesce(reason_ja, '') FROM result"
        " WHERE check_no = ?1 AND verdict <> 'pass' AND verdict IN ('error', 'fail', 'unknown', 'waived') ORDER BY verdict"
    };
    AUTO(page_done)
    struct page p = {
        .db = db, .o = o, .a = arena_new(0), .site = site, .suites = *suites, .err = err
    };
    AUTO(arena_freep) struct arena *kept = arena_new(0);
    struct about about = { 0 };
    (void)text_lang_from(options->lang, &p.lang);
    if (!p.a || !kept) {
        return err_setf(err, RC_NOMEM, "no memory for the test cases");
    }
    TRY(about_read(&about, db, kept, err));
    TRY(assets_open(&p.assets, options->assets, err));
    TRY(query_open(db, lines[p.lang == TEXT_JA ? 1 : 0], &p.lines, err));
    TRY(put_suites(&p, &about));
    *suites = p.suites;
    return RC_OK;
}
