/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html: the model as a page, through html/report.xsl. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <sqlite3.h>

#include "report/out.h"

struct report_options;

MUST_USE enum rc html_report(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

#endif
