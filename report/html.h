/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model as a page, through a style sheet of html/. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <sqlite3.h>

#include "report/out.h"

struct arena;
struct model;
struct report_options;

/* What a page is made with; files of the assets' folder. */
struct html_page {
    const char *sheet;      /* XSLT */
    const char *const *css; /* one behind the other */
    size_t css_count;
    const char *more_css; /* behind them, or NULL; text in it is the caller's to escape */
    const char *script;   /* or NULL: a page without any */
};

/* The model through a style sheet. The page's policy lets exactly that CSS and that script pass, by the attribute sha256 of the model's <style> and
 * <script>. RC_MALFORMED for a style sheet that does not load. */
MUST_USE enum rc html_page(struct model *m, const struct html_page *page, struct out *o,
                           struct err *err);

/* The same of one page in two languages as one document (report/both.h): second is the model of the other language, or NULL. Both have the attribute `both`. */
MUST_USE enum rc html_pages(struct model *first, struct model *second, const struct html_page *page,
                            struct out *o, struct err *err);

/* Text as a string of CSS, without its quotes: all but letters, digits and spaces as code points, so that nothing in it can end the
 * string or the style. s is what text_safe left. Owned by the arena; NULL past its ceiling. */
MUST_USE const char *html_css_string(struct arena *a, const char *s);

/* report.html, without opening or committing o. */
MUST_USE enum rc html_report(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

#endif
