/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kagimori checks` prints: each function writes to a FILE and knows nothing of argv. */
#ifndef RULES_COMMANDS_H
#define RULES_COMMANDS_H

#include <stdio.h>

#include "rules/rules.h"

enum rules_format {
    RULES_TABLE,
    RULES_JSON
};

/* One mistake a line, then "N checks, M mistakes". */
void rules_lint(const struct rules *r, const struct rules_mistake *mistakes, FILE *out);

/* The selected checks, as a table for a terminal or as a JSON array, with the severity and the parameters in force; what a profile
 * changed is marked. lang: "en" or "ja". */
void rules_list(const struct rules *r, enum rules_format format, const char *lang, FILE *out);

/* Every profile of the folder of checks (rules_options.all_profiles): title, number of checks, what it extends, why. */
void rules_profiles(const struct rules *r, enum rules_format format, const char *lang, FILE *out);

/* All of one check. RC_USAGE with a suggestion when there is none of that name. */
MUST_USE enum rc rules_show(struct rules *r, const char *id, const char *lang, FILE *out,
                            struct err *err);

/* Runs the inline tests of the selected checks (id: a name or a glob, NULL = all), prints each failure with its place and
 * "N passed, M failed". A failed test is not an error of the function. */
MUST_USE enum rc rules_test(struct rules *r, const char *id, FILE *out, size_t *ret_failed,
                            struct err *err);

/* Views and their columns with labels and sources, then the tables of evidence for inline tests; of one view or table only
 * when name is given (RC_USAGE when there is none). */
MUST_USE enum rc rules_columns(struct rules *r, const char *name, const char *lang, FILE *out,
                               struct err *err);

/* What answers each item of a framework (NULL: one line a framework; RC_USAGE with a suggestion when there is none of that name). Works on
 * rules with mistakes, too. *ret_open: items that nothing answers, of frameworks that are to be answered as a whole. */
MUST_USE enum rc rules_coverage(const struct rules *r, const char *framework,
                                enum rules_format format, const char *lang, FILE *out,
                                size_t *ret_open, struct err *err);

/* JSON Schema (2020-12) of a check, for editors. */
void rules_schema(const struct rules *r, FILE *out);

/* The exact statements of an evaluation, one a line ended by ';', for the sqlite3 shell. */
void rules_statements(const struct rules *r, FILE *out);

#endif
