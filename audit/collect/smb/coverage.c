/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/coverage.h"

const char *coverage_state(enum rc rc, uint64_t objects)
{
    if (rc == RC_OK) {
        return "complete";
    }
    if (objects > 0) {
        return "partial";
    }
    switch (rc) {
    case RC_LIMIT: /* before anything was seen: the credential is not used any more */
        return "not_collected";
    case RC_ABSENT:
        return "absent";
    case RC_DENIED:
        return "denied";
    case RC_UNREACHABLE:
    case RC_TIMEOUT:
        return "unreachable";
    case RC_UNSUPPORTED:
        return "unsupported";
    default:
        return "failed";
    }
}

enum rc coverage_put(struct row_sink *sink, const char *source, const char *target,
                     const struct outcome *outcome, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, target);
    row_text(&row, COVERAGE_STATE,
             outcome->is_not_asked ? "not_collected"
                                   : coverage_state(outcome->rc, outcome->objects));
    enum rc why = outcome->is_not_asked ? outcome->why : outcome->rc;
    if (why != RC_OK) {
        row_text(&row, COVERAGE_REASON, rc_word(why));
    }
    row_text(&row, COVERAGE_DETAIL, *outcome->detail ? outcome->detail : NULL);
    row_int(&row, COVERAGE_STARTED, outcome->started);
    row_int(&row, COVERAGE_FINISHED, outcome->finished);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)outcome->objects);
    return row_put(sink, &row, err);
}
