/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reset plan of an evidence file as documents. Reads the file only: the tables of audit/evidence/schema_reset.sql and what was decided. */
#ifndef REPORT_RESET_PLAN_REPORT_H
#define REPORT_RESET_PLAN_REPORT_H

#include "report/report.h"

enum plan_format {
    PLAN_CSV,
    PLAN_JSON,
    PLAN_MARKDOWN,
    PLAN_HTML
};

/* Writes one document to path (temporary file, fsync, rename; mode 0600). db: read-only connection. Of the options lang, assets, bom (CSV) and
 * subjects (listed an action in HTML and Markdown; 0 = 200) count. RC_USAGE for another language and for a file without a plan, RC_IO for the
 * disk, RC_MALFORMED for a file or a style sheet that cannot be read. Nothing is at path, or what was there before, when it fails. Memory does not
 * grow with the number of subjects. Formats: report/reset/README.md. */
MUST_USE enum rc plan_report_write(sqlite3 *db, enum plan_format format,
                                   const struct report_options *options, const char *path,
                                   struct err *err);

#endif
