/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/coverage_row.h"

enum rc command_coverage(struct store *store, const char *source, const char *target,
                         const char *state, const char *reason, const char *detail, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, target);
    row_text(&row, COVERAGE_STATE, state);
    row_text(&row, COVERAGE_REASON, reason);
    row_text(&row, COVERAGE_DETAIL, detail);
    row_int(&row, COVERAGE_STARTED, filetime_now());
    row_int(&row, COVERAGE_FINISHED, filetime_now());
    return store_put(store, &row, err);
}
