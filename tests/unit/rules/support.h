/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks in a folder of their own, over small views of their own, so that these tests do not move with the real ones. */
#ifndef TESTS_UNIT_RULES_SUPPORT_H
#define TESTS_UNIT_RULES_SUPPORT_H

#include "rules/check.h"
#include "tests/support/t.h"

/* Views: thing (accounts), pair (members of groups: several items a subject), counted (how many things), helper (no source). */
extern const char test_views[];

struct loaded {
    char directory[64];
    struct rules *rules;
    const struct rules_mistake *mistakes;
    struct err err;
    enum rc rc;
};

/* A folder with the file checks.yaml; more files can be added before load_now. */
struct loaded load_begin(const char *checks);
void load_file(const struct loaded *l, const char *name, const char *text);
void load_now(struct loaded *l, const char *profile, const char *waivers);
struct loaded load_text(const char *checks); /* begin and now */
void load_done(struct loaded *l);            /* frees, and removes the folder */

/* A check that is right: its id, and lines that follow (for, pass, tests …); lines may replace none of the standard keys. */
const char *a_check(const char *id, const char *lines);

/* Number of mistakes whose text contains part. */
size_t mistakes_with(const struct loaded *l, const char *part);
void print_mistakes(const struct loaded *l);

/* Runs SQL and returns the first value of the last statement as text (static buffer), "" for NULL or no row. */
const char *query(sqlite3 *db, const char *sql);

#endif
