/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a group: <report sites limit><themes/><worst/><help/><site no name …><grades/><measures/><risks/><findings/><sources/></site>…</report>. */
#include <stdio.h>
#include <string.h>

#include "report/chart.h"
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/html.h"
#include "report/model.h"
#include "report/query.h"
#include "report/report.h"

/* What is told; a page a site must stay one. */
#define WORST_SHOWN    8
#define HELP_SHOWN     5
#define THEMES_SHOWN   32
#define MEASURES_SHOWN 5
#define RISKS_SHOWN    4
#define FINDINGS_SHOWN 10
#define SOURCES_SHOWN  6
#define MOVED_SHOWN    3
/* The same where the page tells of progress, too. */
#define WORST_COMPARED    5
#define FINDINGS_COMPARED 3
#define SOURCES_COMPARED  3
#define LEFT_SHOWN        20
#define RUNS_SHOWN        24

#define RANK(S) \
    "CASE " S   \
    " WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
#define TEXT(NAME) "CASE WHEN ?1 THEN " NAME "_ja ELSE " NAME "_en END"
/* In findings, as the report of the site counts. */
#define FAILED(SEVERITY)                                                                                                                 \
    "(SELECT coalesce(sum(n.subjects), 0) FROM site_check_info c JOIN site_check_count n ON n.site = c.site AND n.check_no = c.check_no" \
    " WHERE c.site = s.site AND n.verdict = 'fail' AND n.subjects > 0 AND c.severity = '" SEVERITY                                       \
    "')"

/* Questions without a valid answer are told apart: they are no check that could not be made. */
#define UNKNOWN(CONDITION)                                                                                            \
    "(SELECT count(*) FROM site_check_info c JOIN site_check_count n ON n.site = c.site AND n.check_no = c.check_no"  \
    " WHERE c.site = s.site AND n.verdict IN ('unknown', 'error') AND n.subjects > 0 AND c.question_en IS " CONDITION \
    ")"

/* clang-format off */
static const char site_rows[] =
    "SELECT s.site AS no, " GROUP_NAME("?1") " AS name, s.file, s.domain, s.now AS audited_at, s.users, s.computers, s.hosts, s.answered,"
    " s.shards_missing AS missing, g.grade, g.score, g.cap, g.seen_percent AS seen, " TEXT("g.sentence") " AS sentence,"
    " " FAILED("critical") " AS critical, " FAILED("high") " AS high, " FAILED("medium") " AS medium, " FAILED("low") " AS low,"
    " " UNKNOWN("NULL") " AS unknown, " UNKNOWN("NOT NULL") " AS questions,"
    " (SELECT count(*) FROM site_check_info c WHERE c.site = s.site AND c.question_en IS NULL) AS checks,"
    " " GROUP_INSIDE " AS inside, nullif(" GROUP_PROFILE ", '') AS profile,"
    " (SELECT " TEXT("w.title") " FROM site_grade w WHERE w.site = s.site AND w.theme <> '' AND w.score IS NOT NULL"
    " AND (w.findings > 0 OR w.failed > 0) ORDER BY w.score, w.position LIMIT 1) AS weakest,"
    " (SELECT " TEXT("m.title") " FROM site_measure m WHERE m.site = s.site ORDER BY m.position LIMIT 1) AS first,"
    " b.now AS before_at, b.grade AS grade_before, b.score AS score_before, " PROGRESS_COUNT("'new', 'unwaived'") " AS n_new,"
    " " PROGRESS_COUNT("'judged'") " AS n_judged, " PROGRESS_COUNT("'fixed'") " AS n_fixed, " PROGRESS_COUNT("'hidden'") " AS n_hidden,"
    " " PROGRESS_COUNT("'same'") " AS n_same, " PROGRESS_COUNT("'waived', 'rejudged'") " AS n_other"
    " FROM site s LEFT JOIN site_grade g ON g.site = s.site AND g.theme = '' LEFT JOIN group_before b ON b.site = s.site"
    " ORDER BY " GROUP_ORDER;

static const char moved_rows[] =
    "SELECT kind, check_id AS \"check\", severity, " TEXT("title") " AS title, finding, name FROM group_told WHERE site = ?2 AND kind IN (%s) ORDER BY rank, check_id, name";
static const char left_rows[] = "SELECT " GROUP_NAME("?1") " AS name, s.now AS audited_at FROM group_before s WHERE s.site IS NULL ORDER BY s.other";
static const char run_rows[] =
    "SELECT * FROM (SELECT at AS ran_at, grade, score, critical, high, medium, low, unknown, seen FROM group_run WHERE site = ?2 ORDER BY at DESC LIMIT 24) ORDER BY ran_at";

/* clang-format on */
static const char theme_rows[] = "SELECT theme AS id, max(" TEXT(
    "title") ") AS title FROM site_grade WHERE theme <> '' GROUP BY theme ORDER BY min(position), theme";

static const char worst_rows[] = "SELECT c.id, c.severity, max(" TEXT(
    "c.title") ") AS title, count(*) AS sites, sum(n.subjects) AS subjects,"
               " group_concat(" GROUP_NAME(
                   "?1") ", ' / ') AS places FROM site_check_info c JOIN site s ON s.site = c.site"
                         " JOIN site_check_count n ON n.site = c.site AND n.check_no = c.check_no WHERE n.verdict = 'fail' AND n.subjects > 0 AND c.severity <> 'info'"
                         " GROUP BY c.id, c.severity ORDER BY " RANK(
                             "c.severity") ", count(*) DESC, sum(n.subjects) DESC, c.id";

/* By what they take away over all sites: a measure that helps five sites a little goes before one that helps one of them more. */
static const char help_rows[] = "SELECT m.measure AS id, max(" TEXT("m.title") ") AS title, max(" TEXT(
    "m.how") ") AS how, m.effort, count(*) AS sites,"
             " CAST(round(sum(m.effect_percent) * 1.0 / (SELECT count(*) FROM site)) AS INTEGER) AS effect, group_concat(" GROUP_NAME(
                 "?1") ", ' / ') AS places"
                       " FROM site_measure m JOIN site s ON s.site = m.site GROUP BY m.measure ORDER BY sum(m.effect_percent) DESC, count(*) DESC, m.measure";

static const char grade_rows[] = "SELECT theme AS id, " TEXT("title") " AS title, " TEXT(
    "sentence") " AS sentence, grade, score, cap, seen_percent AS seen, worst, checks, failed,"
                " unclear, findings FROM site_grade WHERE site = ?2 AND theme <> '' ORDER BY position";

static const char measure_rows[] = "SELECT " TEXT("title") " AS title, " TEXT(
    "how") " AS how, effort, effect_percent AS effect, worst, findings FROM site_measure"
           " WHERE site = ?2 ORDER BY position";

static const char risk_rows[] = "SELECT level, " TEXT("title") " AS title, " TEXT(
    "text") " AS text FROM site_risk WHERE site = ?2 ORDER BY position";

static const char finding_rows[] = "SELECT c.id, c.severity, " TEXT(
    "c.title") " AS title, n.subjects FROM site_check_info c JOIN site_check_count n ON n.site = c.site"
               " AND n.check_no = c.check_no WHERE c.site = ?2 AND n.verdict = 'fail' AND n.subjects > 0 ORDER BY " RANK(
                   "c.severity") ", n.subjects DESC, c.id";

static const char source_rows[] =
    "SELECT source, state, targets FROM source WHERE site = ?2 AND state NOT IN ('complete', 'absent') ORDER BY targets DESC, source, state";

static enum rc add_lists(struct model *m, xmlNode *site, int64_t no, bool is_compared,
                         struct err *err)
{
    TRY(model_texts(m, model_node(m, site, "grades"), "grade", grade_rows, no, THEMES_SHOWN, err));
    TRY(model_texts(m, model_node(m, site, "measures"), "measure", measure_rows, no, MEASURES_SHOWN,
                    err));
    TRY(model_texts(m, model_node(m, site, "risks"), "risk", risk_rows, no, RISKS_SHOWN, err));
    TRY(model_texts(m, model_node(m, site, "findings"), "finding", finding_rows, no,
                    is_compared ? FINDINGS_COMPARED : FINDINGS_SHOWN, err));
    return model_texts(m, model_node(m, site, "sources"), "source", source_rows, no,
                       is_compared ? SOURCES_COMPARED : SOURCES_SHOWN, err);
}

static enum rc add_moved(struct model *m, xmlNode *site, int64_t no, const char *name,
                         const char *kinds, struct err *err)
{
    char sql[512];
    (void)snprintf(sql, sizeof(sql), moved_rows, kinds);
    return model_texts(m, model_node(m, site, name), "moved", sql, no, MOVED_SHOWN, err);
}

static enum rc add_progress(struct model *m, xmlNode *site, int64_t no, struct err *err)
{
    TRY(add_moved(m, site, no, "new", "'new', 'unwaived'", err));
    TRY(add_moved(m, site, no, "hidden", "'hidden'", err));
    TRY(add_moved(m, site, no, "fixed", "'fixed'", err));
    xmlNode *trend = model_node(m, site, "trend");
    TRY(model_texts(m, trend, "run", run_rows, no, RUNS_SHOWN, err));
    return chart_trend_of(m, model_node(m, site, "charts"), trend, no, err);
}

static enum rc add_sites(struct model *m, xmlNode *root, bool is_compared, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int64_t count = 0;
    TRY(query_open(m->db, site_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    for (bool row = true;; count++) {
        TRY(query_next(q, &row, err));
        if (!row) {
            model_count(m, root, "sites", count);
            return RC_OK;
        }
        xmlNode *site = model_row(m, root, "site", q);
        TRY(add_lists(m, site, sqlite3_column_int64(q, 0), is_compared, err));
        TRY(add_progress(m, site, sqlite3_column_int64(q, 0), err));
    }
}

static enum rc build(struct model *m, struct err *err)
{
    xmlNode *root = xmlDocGetRootElement(m->doc);
    int64_t newest = 0, redacted = 0, compared = 0;
    TRY(query_number(m->db, PROGRESS_COMPARED, &compared, err));
    TRY(query_number(m->db, "SELECT max(now) FROM site", &newest, err));
    TRY(query_number(m->db, GROUP_REDACTED, &redacted, err));
    model_count(m, root, "redacted", redacted);
    model_attr(m, root, "zone", text_zone(m->a, newest));
    TRY(model_texts(m, model_node(m, root, "themes"), "theme", theme_rows, 0, THEMES_SHOWN, err));
    /* Page 1 stays one page where it tells of progress, too. */
    TRY(model_texts(m, model_node(m, root, "worst"), "check", worst_rows, 0,
                    compared > 0 ? WORST_COMPARED : WORST_SHOWN, err));
    TRY(model_texts(m, model_node(m, root, "help"), "measure", help_rows, 0, HELP_SHOWN, err));
    TRY(add_sites(m, root, compared > 0, err));
    model_count(m, root, "compared", compared > 0);
    TRY(model_texts(m, model_node(m, root, "left"), "site-left", left_rows, 0, LEFT_SHOWN, err));
    return m->bad ? err_setf(err, RC_NOMEM, "no memory for the report") : RC_OK;
}

/* The page in one language as a tree. */
static enum rc one_language(struct model *m, sqlite3 *db, const struct assets *assets,
                            const struct report_options *options, const char *lang, struct err *err)
{
    struct report_options told = *options;
    told.lang = lang;
    TRY(model_open(m, db, assets, &told, err));
    if (options->both) {
        model_count(m, xmlDocGetRootElement(m->doc), "both", 1);
    }
    return build(m, err);
}

enum rc group_html(sqlite3 *db, const struct report_options *options, struct out *o,
                   struct err *err)
{
    AUTO(assets_done) struct assets assets = { 0 };
    AUTO(model_done) struct model model = { 0 };
    AUTO(model_done) struct model english = { 0 };
    static const char *const css[] = { "group.css", "chart.css" };
    const struct html_page page = { .sheet = "group.xsl", .css = css, .css_count = ARRAY_LEN(css) };
    TRY(assets_open(&assets, options->assets, err));
    TRY(one_language(&model, db, &assets, options, options->both ? "ja" : options->lang, err));
    if (options->both) {
        TRY(one_language(&english, db, &assets, options, "en", err));
    }
    return html_pages(&model, options->both ? &english : NULL, &page, o, err);
}
