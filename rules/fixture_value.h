/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a row of an inline test. Private to rules/. */
#ifndef RULES_FIXTURE_VALUE_H
#define RULES_FIXTURE_VALUE_H

#include "audit/evidence/row.h"
#include "rules/fixture.h"

/* Sets a column from YAML: numbers, words, labels, { days_ago: 3 } … false after reporting a mistake. */
bool fixture_value(struct fixture *f, const struct yaml_node *n, const struct row_column *column,
                   struct row_value *ret);

/* What a column holds in a row that does not give it; NULL when nothing. name is the label of the row. */
const char *fixture_default(const char *table, const char *column, const char *kind);

#endif
