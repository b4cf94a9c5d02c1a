/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page as an XML tree: what is shown and in which order, without looks. The style sheet turns it into HTML. The tree
 * stays small whatever the evidence holds: subjects a finding, groups of unknowns and malformed values are limited and
 * the rest is counted. Elements: report/README.md. */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <libxml/tree.h>
#include <sqlite3.h>

#include "report/assets.h"
#include "report/text.h"

struct report_options;

struct model {
    xmlDoc *doc;
    sqlite3 *db;
    const struct assets *assets;
    struct labels labels;
    struct arena *a; /* scratch, reset after each row */
    enum text_lang lang;
    size_t limit; /* subjects listed a finding */
    bool bad;     /* memory was short; checked once at the end */
};

/* An empty tree: <report lang limit><messages/></report>. Free with model_done, also after model_build. */
MUST_USE enum rc model_open(struct model *m, sqlite3 *db, const struct assets *assets,
                            const struct report_options *options, struct err *err);
/* Builds the tree of report.html. */
MUST_USE enum rc model_build(struct model *m, sqlite3 *db, const struct assets *assets,
                             const struct report_options *options, struct err *err);
void model_done(struct model *m); /* for AUTO() */

/* Building blocks of the model_*.c files. A failure makes m->bad; a NULL parent or text is allowed. */
xmlNode *model_node(struct model *m, xmlNode *parent, const char *name);
xmlNode *model_text(struct model *m, xmlNode *parent, const char *name,
                    const char *text); /* made safe, cut at TEXT_SHOWN */
void model_attr(struct model *m, xmlNode *node, const char *name,
                const char *text); /* made safe, cut likewise */
void model_count(struct model *m, xmlNode *node, const char *name, int64_t number);

/* Text of a check (why, fix): a paragraph a line, `code`, and commands: lines indented by two spaces or more or between ```, and
 * a PowerShell cmdlet or Windows tool at the start of a line or behind a colon that takes the rest of the line. */
void model_rich(struct model *m, xmlNode *parent, const char *name, const char *text);

/* How many rows of a list are shown, and how many more there are. */
struct model_limit {
    size_t most, shown;
    int64_t rest;
    enum rc rc; /* of the last model_next */
};

/* True with the next row that is shown. Else it is the end, or a failure: model_rest tells. */
bool model_next(sqlite3_stmt *q, struct model_limit *l, struct err *err);
/* When the rows are over: the attribute "rest" of the list; or the failure that ended them. */
MUST_USE enum rc model_rest(struct model *m, xmlNode *list, const struct model_limit *l);

/* One element a row of sql, each column as the attribute of its name, as model_column does. At most limit rows; the
 * attribute "rest" of parent counts the others. */
MUST_USE enum rc model_rows(struct model *m, xmlNode *parent, const char *name, const char *sql,
                            size_t limit, struct err *err);

/* The same of a statement in the report's language: ?1 is 1 for Japanese, ?2 is number. */
MUST_USE enum rc model_texts(struct model *m, xmlNode *list, const char *name, const char *sql,
                             int64_t number, size_t most, struct err *err);

/* The columns of the row as attributes of a new element. Empties m->a. */
xmlNode *model_row(struct model *m, xmlNode *parent, const char *name, sqlite3_stmt *q);

/* A column of the row as attribute: NULL is left out, times are written as times. */
void model_column(struct model *m, xmlNode *node, const char *name, sqlite3_stmt *q, int column);

/* Parts of the tree, one file each. */
MUST_USE enum rc model_summary(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_cover(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_checks(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_unknowns(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_host_unknowns(struct model *m, xmlNode *all, struct err *err);
MUST_USE enum rc model_administrators(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_hosts(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_mfa(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_questions(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_records(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_policies(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_framework(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_reset(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_files(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_appendix(struct model *m, xmlNode *root, struct err *err);
MUST_USE enum rc model_charts(struct model *m, xmlNode *root,
                              struct err *err); /* last: reads <trend> */
MUST_USE enum rc model_progress(struct model *m, xmlNode *root,
                                const struct report_options *options, struct err *err);
MUST_USE enum rc model_scope(struct model *m, xmlNode *root, struct err *err);

/* True of a check (check_info c) whose subjects are hosts, or belong to one. */
#define MODEL_IS_OF_HOSTS \
    "c.view IN (SELECT v.view FROM view_source v WHERE v.column_name = '' AND v.source = 'host.scope')"

/* check_info with the counts of each verdict as columns, and rank of the severity: a common table expression. */
#define MODEL_COUNTED                                                                                                      \
    "WITH counted AS (SELECT c.*,"                                                                                         \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'pass'), 0) AS pass,"                                             \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'fail'), 0) AS fail,"                                             \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'unknown'), 0) AS unknown,"                                       \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'not_applicable'), 0) AS not_applicable,"                         \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'waived'), 0) AS waived,"                                         \
    " coalesce(sum(n.subjects) FILTER (WHERE n.verdict = 'error'), 0) AS error,"                                           \
    " CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END AS rank" \
    " FROM check_info c LEFT JOIN check_count n USING (check_no) GROUP BY c.check_no) "

#endif
