/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/evidence/group.h"
#include "report/csv.h"
#include "report/group/group.h"
#include "report/query.h"
#include "report/report.h"

enum rc group_csv(sqlite3 *db, const struct report_options *options, struct out *o, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, "SELECT s.site, " GROUP_NAME("?1") " FROM site s ORDER BY s.site", &q, err));
    (void)sqlite3_bind_int(q, 1, strcmp(options->lang, "ja") == 0);
    bool is_first = true;
    for (bool row = true;; is_first = false) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        TRY(group_select(db, sqlite3_column_int64(q, 0), err));
        TRY(csv_site_findings(db, options, query_text(q, 1), is_first, o, err));
    }
}
