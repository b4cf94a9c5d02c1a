/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model as a page, through a style sheet of html/. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <sqlite3.h>

#include "report/out.h"

struct model;
struct report_options;

/* The model through a style sheet of the assets' folder, with a CSS file of it and, where css is not NULL, more CSS behind that (text in it is the caller's
 * to escape); only that CSS passes the page's policy. RC_MALFORMED for a style sheet that does not load. */
MUST_USE enum rc html_page(struct model *m, const char *sheet_file, const char *css_file,
                           const char *css, struct out *o, struct err *err);

/* report.html, without opening or committing o. */
MUST_USE enum rc html_report(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

#endif
