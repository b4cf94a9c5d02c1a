/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/finding_rows.h"

#include "report/json_writer.h"

json_t *finding_row_waiver(sqlite3_stmt *q)
{
    if (sqlite3_column_type(q, ROW_WAIVER_REASON) == SQLITE_NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:o, s:o}", "reason", writer_text(q, ROW_WAIVER_REASON), "approver",
                     writer_text(q, ROW_WAIVER_APPROVER), "expires",
                     writer_text(q, ROW_WAIVER_EXPIRES));
}

json_t *finding_row_management(sqlite3_stmt *q)
{
    if (sqlite3_column_type(q, ROW_MANAGEMENT_THEME) == SQLITE_NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:o}", "theme", writer_text(q, ROW_MANAGEMENT_THEME), "measure",
                     writer_text(q, ROW_MEASURE));
}

void finding_row_drop(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}
