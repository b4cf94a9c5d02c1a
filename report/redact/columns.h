/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each text column of an evidence file holds, and each member of the JSON in it. A column that is not listed is REDACT_CODE: whatever is added to the
 * evidence is hidden until somebody says here that it may be seen. */
#ifndef REPORT_REDACT_COLUMNS_H
#define REPORT_REDACT_COLUMNS_H

#include "report/redact/value.h"

struct column_rule {
    const char *table, *column; /* globs: * at either end */
    enum redact_rule rule;
    enum redact_kind kind;
    bool is_json;
    bool is_learned; /* its values are names for the dictionary */
    bool is_dn;      /* likewise, distinguished names */
};

/* The first rule for a column; table "evidence" for the members of JSON. Never NULL. */
const struct column_rule *column_rule_of(const char *table, const char *column);

/* True of integers that are a RID. */
bool column_is_rid(const char *column);

#endif
