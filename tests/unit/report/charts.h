/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of the fixture, for tests: the tree of a page, and what a drawing in it says. */
#ifndef TESTS_UNIT_REPORT_CHARTS_H
#define TESTS_UNIT_REPORT_CHARTS_H

#include "report/chart.h"
#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

extern const struct report_options options_en, options_ja;

/* The model of a page, with all that it hangs on. */
struct made {
    struct store *s;
    struct assets assets;
    struct model m;
};

/* The fixture (plain), or all that charts draw on top of it, changed by sql. done() also when it failed. */
bool make(struct made *d, bool plain, const char *sql, const struct report_options *options);
void done(struct made *d);

/* Elements: the first child of that name, an attribute (xmlFree it), whether it has a value, a number, all text below (free it). */
xmlNode *child(const xmlNode *of, const char *name);
char *attribute(const xmlNode *node, const char *name);
bool is(const xmlNode *node, const char *name, const char *value);
int number(const xmlNode *node, const char *name);
char *words(const xmlNode *node);

xmlNode *charts_of(const struct made *d);
xmlNode *chart_named(const struct made *d, const char *name);
/* Fails where a shape of any chart lies outside of its drawing. */
void all_inside(const struct made *d);
/* The cells of the row of a chart's table that begins with first, with " | " between; free it. */
char *row_of(const struct made *d, const char *chart, const char *first);
void row_is(const struct made *d, const char *chart, const char *first, const char *want);

/* Audits by month, the third of six without numbers, and their chart; a theme of one of them (score below 0: not judged). */
bool add_trend(struct made *d, int runs);
void add_theme(struct made *d, int i, const char *theme, const char *title, int score);

#endif
