/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reset/plan_report.h"

#include "report/reset/plan.h"

enum rc plan_report_write(sqlite3 *db, enum plan_format format,
                          const struct report_options *options, const char *path, struct err *err)
{
    static const report_writer writers[] = { [PLAN_CSV] = plandoc_csv,
                                             [PLAN_JSON] = plandoc_json,
                                             [PLAN_MARKDOWN] = plandoc_markdown,
                                             [PLAN_HTML] = plandoc_html };
    int64_t actions = 0;
    TRY(query_number(db, "SELECT count(*) FROM reset_action", &actions, err));
    if (actions == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no reset plan: run `kagimori plan` on it first");
        return err_at(err, "%s", path);
    }
    return report_file(db, (size_t)format < ARRAY_LEN(writers) ? writers[format] : NULL, options,
                       path, err);
}
