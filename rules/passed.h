/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passed, by the ids that findings about it would have. */
#ifndef RULES_PASSED_H
#define RULES_PASSED_H

#include <sqlite3.h>

#include "audit/base/err.h"

/* Runs insert (?1 = number, ?2 = id of a finding, rules/finding.h) on `to` for each result of the evidence that passed. RC_IO for either database. */
MUST_USE enum rc passed_copy(sqlite3 *evidence, sqlite3 *to, const char *insert, int64_t number,
                             struct err *err);

#endif
