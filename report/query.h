/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the evidence file, row by row. */
#ifndef REPORT_QUERY_H
#define REPORT_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "audit/base/err.h"

/* Prepares one statement; finalise with query_done (AUTO). RC_MALFORMED when the file lacks the table or view. */
MUST_USE enum rc query_open(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err);
void query_done(sqlite3_stmt **statement);

/* Steps to the next row: *ret_row is false at the end. */
MUST_USE enum rc query_next(sqlite3_stmt *statement, bool *ret_row, struct err *err);

/* Text of a column, "" for NULL; borrowed until the next step. Bytes may be anything: see text.h. */
const char *query_text(sqlite3_stmt *statement, int column);

/* How many hosts in scope answered on the network, or to a login: a number, as a subquery. */
#define QUERY_HOSTS_ANSWERED                                                                   \
    "(SELECT count(DISTINCT c.target) FROM coverage c JOIN host_target t ON t.host = c.target" \
    " WHERE (c.source = 'net.port' AND c.state = 'complete')"                                  \
    " OR (c.source = 'smb.machine' AND c.state IN ('complete', 'partial')))"

/* Of a row of risk (of a group: site_risk): somebody may be inside at this moment, which is told before anything else. Page 1 asks the same
 * (html/cover.xsl). */
#define QUERY_IS_INSIDE "risk = 'intruder-inside' AND level = 'critical'"

/* First number of the first row of sql; 0 when there is no row or the value is NULL. */
MUST_USE enum rc query_number(sqlite3 *db, const char *sql, int64_t *ret, struct err *err);

/* Makes temporary tables: sql is statements of our own that write to "temp" alone. "query_only" forbids these too and is lifted for as long; the file
 * itself stays open for reading only. */
MUST_USE enum rc query_scratch(sqlite3 *db, const char *sql, struct err *err);

#endif
