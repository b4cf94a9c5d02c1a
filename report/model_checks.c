/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every check with its counts and words; the subjects that fail or are waived, with their evidence. */
#include <string.h>

#include "report/frameworks.h"
#include "report/model.h"
#include "report/query.h"
#include "report/question.h"
#include "report/value.h"

/* Rows on the page, of all checks: what a browser can search while somebody types, in less than 15 MiB. Each check has its first few
 * whatever stands before it; the rest goes to the worst severities. */
#define ALL_SHOWN   10000
#define LEAST_SHOWN 5

/* Columns of a check's evidence; more than this are shown one below the other anyway. */
#define COLUMNS_MAX 24

struct shown {
    const char *view;
    json_t *columns; /* names, in order */
    int64_t *left;   /* of ALL_SHOWN, beyond the first few of each check */
};

static void auto_json(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}

/* The columns that the check shows; where it does not say, those of the first row's evidence. */
static json_t *shown_columns(sqlite3_stmt *q, int column)
{
    json_t *names = json_loads(query_text(q, column), 0, NULL);
    if (!json_is_array(names)) {
        json_decref(names);
        names = json_array();
    }
    return names;
}

static void add_columns(struct model *m, xmlNode *check, const struct shown *shown)
{
    xmlNode *columns = model_node(m, check, "columns");
    size_t i = 0;
    json_t *name = NULL;
    json_array_foreach (shown->columns, i, name) {
        if (i < COLUMNS_MAX && json_is_string(name)) {
            xmlNode *column = model_node(m, columns, "column");
            model_attr(m, column, "name", json_string_value(name));
            model_attr(
                m, column, "label",
                value_label(m->a, &m->labels, m->assets, shown->view, json_string_value(name)));
        }
    }
}

static enum rc add_references(struct model *m, xmlNode *check, const char *text, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db,
                   m->lang == TEXT_JA ? FRAMEWORK_REFERENCES("?1", "ja")
                                      : FRAMEWORK_REFERENCES("?1", "en"),
                   &q, err));
    (void)sqlite3_bind_text(q, 1, text, -1, SQLITE_TRANSIENT);
    xmlNode *all = model_node(m, check, "refs");
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        model_attr(m, model_text(m, all, "ref", query_text(q, 1)), "name", query_text(q, 0));
    }
}

static void add_subject(struct model *m, xmlNode *parent, sqlite3_stmt *q,
                        const struct shown *shown)
{
    AUTO(auto_json) json_t *evidence = json_loads(query_text(q, 3), JSON_ALLOW_NUL, NULL);
    xmlNode *subject = model_node(m, parent, "subject");
    model_attr(m, subject, "key", query_text(q, 0));
    model_attr(m, subject, "item", query_text(q, 1));
    model_column(m, subject, "item_name", q, 8);
    model_column(m, subject, "name", q, 2);
    model_column(m, subject, "source", q, 4);
    model_column(m, subject, "finding", q, 9);
    size_t i = 0;
    json_t *name = NULL;
    json_array_foreach (shown->columns, i, name) {
        const json_t *value =
            json_is_string(name) ? json_object_get(evidence, json_string_value(name)) : NULL;
        if (i < COLUMNS_MAX && json_is_string(name)) {
            const char *text = value ? value_text(m->a, m->assets, shown->view,
                                                  json_string_value(name), value, m->lang)
                                     : "—";
            m->bad = m->bad || !text;
            (void)model_text(m, subject, "v", text);
        }
    }
    if (sqlite3_column_type(q, 5) != SQLITE_NULL) {
        model_column(m, subject, "waiver", q, 5);
        model_column(m, subject, "approver", q, 6);
        model_column(m, subject, "expires", q, 7);
    }
}

/* <fail total="…"> or <waived …> with the first subjects. */
static enum rc add_subjects(struct model *m, xmlNode *check, int64_t no, const char *verdict,
                            int64_t total, struct shown *shown, struct err *err)
{
    int64_t most = total < (int64_t)m->limit ? total : (int64_t)m->limit;
    if (most > LEAST_SHOWN) {
        int64_t more = most - LEAST_SHOWN < *shown->left ? most - LEAST_SHOWN : *shown->left;
        *shown->left -= more;
        most = LEAST_SHOWN + more;
    }
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        m->db,
        "SELECT r.subject, r.item, r.name, " QUESTION_EVIDENCE(
            "CASE WHEN ?4 THEN '$.ja' ELSE '$.en' END") ", r.source, w.reason, w.approver, w.expires,"
                                                        " CASE WHEN r.item <> '' THEN coalesce((SELECT a.sam_name FROM account a WHERE a.sid = r.item),"
                                                        " (SELECT g.sam_name FROM directory_group g WHERE g.sid = r.item)) END, r.finding"
                                                        " FROM result r JOIN check_info c USING (check_no) LEFT JOIN waiver w USING (waiver_no)"
                                                        " WHERE r.check_no = ?1 AND r.verdict = ?2 AND r.verdict <> 'pass'"
                                                        " ORDER BY r.name COLLATE NOCASE, r.subject, r.item LIMIT ?3",
        &q, err));
    (void)sqlite3_bind_int64(q, 1, no);
    (void)sqlite3_bind_text(q, 2, verdict, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(q, 3, most);
    (void)sqlite3_bind_int(q, 4, m->lang == TEXT_JA);
    xmlNode *all = model_node(m, check, verdict);
    int64_t listed = 0;
    for (bool row = true;; listed++) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(m->a);
        add_subject(m, all, q, shown);
    }
    model_count(m, all, "total", total);
    model_count(m, all, "rest", total > listed ? total - listed : 0);
    return RC_OK;
}

enum {
    NO,
    ID,
    VIEW,
    SEVERITY,
    THEME,
    TITLE,
    WHY,
    FIX,
    REFS,
    SHOWN,
    PASS,
    FAIL,
    UNKNOWN,
    NOT_APPLICABLE,
    WAIVED,
    ERROR,
    QUESTION
};

static const char *status(sqlite3_stmt *q)
{
    static const struct {
        int column;
        const char *word;
    } order[] = { { FAIL, "fail" },
                  { ERROR, "error" },
                  { UNKNOWN, "unknown" },
                  { WAIVED, "waived" },
                  { PASS, "pass" } };

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (sqlite3_column_int64(q, order[i].column) > 0) {
            return order[i].word;
        }
    }
    return "not_applicable";
}

static enum rc add_check(struct model *m, xmlNode *checks, sqlite3_stmt *q, int64_t *left,
                         struct err *err)
{
    static const char *const counts[] = { "pass",           "fail",   "unknown",
                                          "not_applicable", "waived", "error" };
    AUTO(auto_json) json_t *columns = shown_columns(q, SHOWN);
    struct shown shown = { .view = query_text(q, VIEW), .columns = columns, .left = left };
    int64_t no = sqlite3_column_int64(q, NO), fail = sqlite3_column_int64(q, FAIL),
            waived = sqlite3_column_int64(q, WAIVED);
    xmlNode *check = model_node(m, checks, "check");
    model_count(m, check, "no", no);
    model_attr(m, check, "id", query_text(q, ID));
    model_attr(m, check, "severity", query_text(q, SEVERITY));
    model_attr(m, check, "theme", query_text(q, THEME));
    model_attr(m, check, "status", status(q));
    model_attr(m, check, "question", sqlite3_column_int64(q, QUESTION) ? "1" : NULL);
    for (int i = 0; i < (int)ARRAY_LEN(counts); i++) {
        model_count(m, check, counts[i], sqlite3_column_int64(q, PASS + i));
    }
    model_text(m, check, "title", query_text(q, TITLE));
    model_rich(m, check, "why", query_text(q, WHY));
    model_rich(m, check, "fix", query_text(q, FIX));
    TRY(add_references(m, check, query_text(q, REFS), err));
    add_columns(m, check, &shown);
    if (fail > 0) {
        TRY(add_subjects(m, check, no, "fail", fail, &shown, err));
    }
    return waived > 0 ? add_subjects(m, check, no, "waived", waived, &shown, err) : RC_OK;
}

/* ALL_SHOWN without the first few of each check. */
static enum rc rows_left(struct model *m, int64_t *ret, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        m->db,
        "SELECT coalesce(sum(min(subjects, ?1)), 0) FROM check_count WHERE verdict IN ('fail', 'waived')",
        &q, err));
    (void)sqlite3_bind_int64(q, 1, LEAST_SHOWN);
    TRY(query_next(q, &row, err));
    int64_t first = row ? sqlite3_column_int64(q, 0) : 0;
    *ret = first < ALL_SHOWN ? ALL_SHOWN - first : 0;
    return RC_OK;
}

enum rc model_checks(struct model *m, xmlNode *root, struct err *err)
{
    static const char en[] = MODEL_COUNTED
        "SELECT check_no, id, view, severity, theme, title_en, why_en, fix_en, refs, shown, pass, fail, unknown,"
        " not_applicable, waived, error, question_en IS NOT NULL FROM counted ORDER BY rank, fail DESC, id";
    static const char ja[] = MODEL_COUNTED
        "SELECT check_no, id, view, severity, theme, title_ja, why_ja, fix_ja, refs, shown, pass, fail, unknown,"
        " not_applicable, waived, error, question_en IS NOT NULL FROM counted ORDER BY rank, fail DESC, id";
    int64_t left = 0;
    TRY(rows_left(m, &left, err));
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, m->lang == TEXT_JA ? ja : en, &q, err));
    xmlNode *checks = model_node(m, root, "checks");
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(m->a);
        TRY(add_check(m, checks, q, &left, err));
    }
}
