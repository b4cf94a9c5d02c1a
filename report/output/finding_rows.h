/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the documents that hold a line a finding: every verdict that needs a person, in the order of the index, so that no row waits in memory. */
#ifndef REPORT_OUTPUT_FINDING_ROWS_H
#define REPORT_OUTPUT_FINDING_ROWS_H

#include <jansson.h>
#include <sqlite3.h>

/* Columns of FINDING_ROWS. */
enum finding_column {
    ROW_VERDICT, /* fail, unknown, waived, error */
    ROW_SEVERITY,
    ROW_CHECK,
    ROW_VIEW,
    ROW_THEME,
    ROW_TITLE_EN,
    ROW_TITLE_JA,
    ROW_SUBJECT,
    ROW_ITEM,
    ROW_NAME,
    ROW_REASON_EN,
    ROW_REASON_JA,
    ROW_EVIDENCE, /* JSON */
    ROW_SOURCE,
    ROW_FINDING,
    ROW_TAGS,       /* JSON */
    ROW_REFERENCES, /* JSON */
    ROW_WAIVER_REASON,
    ROW_WAIVER_APPROVER,
    ROW_WAIVER_EXPIRES,
    ROW_MANAGEMENT_THEME, /* NULL = it has none, also the next */
    ROW_MEASURE,
    ROW_CHECK_NO
};

/* clang-format off */
#define FINDING_ROWS \
    "SELECT r.verdict, c.severity, c.id, c.view, c.theme, c.title_en, c.title_ja, r.subject, r.item, r.name, r.reason_en, r.reason_ja, r.evidence," \
    " r.source, r.finding, c.tags, c.refs, w.reason, w.approver, w.expires, g.theme, g.measure, c.check_no" \
    " FROM check_info c CROSS JOIN result r ON r.check_no = c.check_no LEFT JOIN waiver w ON w.waiver_no = r.waiver_no" \
    " LEFT JOIN grade_check g ON g.check_id = c.id" \
    " WHERE r.verdict <> 'pass' AND r.verdict IN ('fail', 'unknown', 'waived', 'error')" \
    " ORDER BY c.check_no, r.verdict, r.subject, r.item"
/* clang-format on */

/* Of the current row {"reason", "approver", "expires"} and {"theme", "measure"}; null where it has none. NULL where memory is short. */
json_t *finding_row_waiver(sqlite3_stmt *q);
json_t *finding_row_management(sqlite3_stmt *q);

void finding_row_drop(json_t **j); /* for AUTO() */

#endif
