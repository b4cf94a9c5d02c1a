/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/coverage.h"

const char *coverage_state(enum rc rc, uint64_t objects)
{
    switch (rc) {
    case RC_OK:
        return "complete";
    case RC_ABSENT:
        return objects > 0 ? "partial" : "absent";
    case RC_DENIED:
        return objects > 0 ? "partial" : "denied";
    case RC_UNREACHABLE:
    case RC_TIMEOUT:
        return objects > 0 ? "partial" : "unreachable";
    case RC_UNSUPPORTED:
        return objects > 0 ? "partial" : "unsupported";
    case RC_LIMIT:
        return "partial";
    case RC_NOMEM:
    case RC_MALFORMED:
    case RC_IO:
    case RC_USAGE:
    case RC_UNTRUSTED:
    case RC_BUG:
        return objects > 0 ? "partial" : "failed";
    }
    return "failed";
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
    if (outcome->rc != RC_OK) {
        row_text(&row, COVERAGE_REASON, rc_word(outcome->rc));
    }
    row_text(&row, COVERAGE_DETAIL, *outcome->detail ? outcome->detail : NULL);
    row_int(&row, COVERAGE_STARTED, outcome->started);
    row_int(&row, COVERAGE_FINISHED, outcome->finished);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)outcome->objects);
    return row_put(sink, &row, err);
}
