/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For managers: a <grade> for each theme and one for all of it, <risks><risk/></risks>, <measures><measure><check/></measure></measures>,
 * <narrow/> where a profile leaves checks out.
 * `kagimori evaluate` has judged (audit/evidence/schema_grade.sql): nothing is computed here. Nothing at all is added when
 * the evidence holds no grade (own checks, or evaluated by an older version). */
#include <string.h>

#include "audit/base/arena.h"
#include "report/model.h"
#include "report/query.h"

#define GRADES_SHOWN   40
#define RISKS_SHOWN    30
#define MEASURES_SHOWN 100
#define CHECKS_SHOWN   100

/* clang-format off */
/* Columns before "title" are attributes, the others are elements: sentences, which a style sheet takes whole. */
#define GRADES(L) \
    "SELECT theme, grade, score, cap, seen_percent AS seen, worst, checks, failed, unclear, findings, link, title_" L " AS title, sentence_" L " AS sentence" \
    " FROM grade ORDER BY position, theme"
#define RISKS(L) "SELECT risk AS id, level, theme, title_" L " AS title, text_" L " AS text FROM risk ORDER BY position, risk"
#define MEASURES(L) \
    "SELECT measure AS id, position, effort, effect_percent AS effect, worst, checks, findings, title_" L " AS title, how_" L " AS how" \
    " FROM measure ORDER BY position, measure"
#define CHECKS(L) \
    "SELECT c.check_no AS no, c.id, c.severity, (SELECT sum(n.subjects) FROM check_count n WHERE n.check_no = c.check_no AND n.verdict = 'fail') AS fail, c.title_" L " AS title" \
    " FROM grade_check g JOIN check_info c ON c.id = g.check_id WHERE g.measure = ?1 AND g.lost > 0 ORDER BY g.lost DESC, c.id"

static const char *const grades_sql[] = { GRADES("en"), GRADES("ja") };
static const char *const risks_sql[] = { RISKS("en"), RISKS("ja") };
static const char *const measures_sql[] = { MEASURES("en"), MEASURES("ja") };
static const char *const checks_sql[] = { CHECKS("en"), CHECKS("ja") };

/* clang-format on */

/* "2 台" is not torn apart at the end of a line: the space between a number and its counter does not break. NULL: no memory. */
static const char *with_counters(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    char *all = arena_alloc(a, 2 * n + 1), *to = all;
    for (size_t i = 0; all && i < n; i++) {
        bool is_before_counter =
            s[i] == ' ' && i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9' && (s[i + 1] & 0x80) != 0;
        if (is_before_counter) {
            *to++ = '\xc2';
            *to++ = '\xa0';
        } else {
            *to++ = s[i];
        }
    }
    if (all) {
        *to = '\0';
    }
    return all;
}

/* The row as an element; its last columns, from `texts` on, are elements of their own. */
static xmlNode *add_row(struct model *m, xmlNode *parent, const char *name, sqlite3_stmt *q,
                        int texts)
{
    arena_reset(m->a);
    xmlNode *node = model_node(m, parent, name);
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        if (i < texts) {
            model_column(m, node, sqlite3_column_name(q, i), q, i);
        } else {
            const char *text = query_text(q, i);
            text = m->lang == TEXT_JA ? with_counters(m->a, text) : text;
            (void)model_text(m, node, sqlite3_column_name(q, i), text ? text : query_text(q, i));
        }
    }
    return node;
}

static enum rc add_grades(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = GRADES_SHOWN };
    TRY(query_open(m->db, grades_sql[m->lang == TEXT_JA], &q, err));
    while (model_next(q, &l, err)) {
        (void)add_row(m, root, "grade", q, 11);
    }
    return l.rc;
}

/* <narrow profile checks left>: only where a profile left checks out. */
static enum rc add_narrow(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = 1 };
    TRY(query_open(
        m->db,
        "SELECT (SELECT value FROM audit_info WHERE name = 'profile') AS profile, CAST(a.value AS INTEGER) AS checks, CAST(o.value AS INTEGER) AS left"
        " FROM audit_info a JOIN audit_info o ON o.name = 'checks_left_out' WHERE a.name = 'checks_all' AND CAST(o.value AS INTEGER) > 0",
        &q, err));
    while (model_next(q, &l, err)) {
        (void)model_row(m, root, "narrow", q);
    }
    return l.rc;
}

static enum rc add_risks(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = RISKS_SHOWN };
    TRY(query_open(m->db, risks_sql[m->lang == TEXT_JA], &q, err));
    xmlNode *risks = model_node(m, root, "risks");
    while (model_next(q, &l, err)) {
        (void)add_row(m, risks, "risk", q, 3);
    }
    return model_rest(m, risks, &l);
}

/* Those with a finding that counts, the one that costs the most points first: page 1 links to it. */
static enum rc add_checks(struct model *m, xmlNode *measure, sqlite3_stmt *q, const char *id,
                          struct err *err)
{
    struct model_limit l = { .most = CHECKS_SHOWN };
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, id, -1, SQLITE_TRANSIENT);
    while (model_next(q, &l, err)) {
        (void)model_row(m, measure, "check", q);
    }
    return model_rest(m, measure, &l);
}

static enum rc add_measures(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(query_done) sqlite3_stmt *checks = NULL;
    struct model_limit l = { .most = MEASURES_SHOWN };
    TRY(query_open(m->db, measures_sql[m->lang == TEXT_JA], &q, err));
    TRY(query_open(m->db, checks_sql[m->lang == TEXT_JA], &checks, err));
    xmlNode *measures = model_node(m, root, "measures");
    while (model_next(q, &l, err)) {
        xmlNode *measure = add_row(m, measures, "measure", q, 7);
        TRY(add_checks(m, measure, checks, query_text(q, 0), err));
    }
    return model_rest(m, measures, &l);
}

enum rc model_cover(struct model *m, xmlNode *root, struct err *err)
{
    int64_t grades = 0;
    TRY(query_number(m->db, "SELECT count(*) FROM grade WHERE theme = ''", &grades, err));
    if (grades == 0) {
        return RC_OK;
    }
    TRY(add_grades(m, root, err));
    TRY(add_narrow(m, root, err));
    TRY(add_risks(m, root, err));
    return add_measures(m, root, err);
}
