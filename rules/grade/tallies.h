/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many subjects of each evaluated check passed, failed, … Private to rules/grade/. */
#ifndef RULES_GRADE_TALLIES_H
#define RULES_GRADE_TALLIES_H

#include "rules/grade/management.h"

struct tallies {
    struct grade_tally
        *items; /* by check_info.check_no: the place of a check among the selected ones, from 1 */
    size_t count;
};

/* Reads check_count, which the same transaction wrote. Owned by the arena. */
MUST_USE enum rc tallies_load(struct arena *a, sqlite3 *db, const struct rules *r,
                              struct tallies *ret, struct err *err);

#endif
