/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kagimori waivers check`: what is to be done about each waiver of a file. */
#ifndef RULES_WAIVER_CHECK_H
#define RULES_WAIVER_CHECK_H

#include <sqlite3.h>
#include <stdio.h>

#include "audit/base/filetime.h"
#include "rules/commands.h"

struct waivers_options {
    const char
        *evidence; /* an evaluated evidence file; NULL = only the file of waivers is looked at */
    sqlite3 *
        db; /* the evidence, opened already (borrowed): `evidence` is not opened then; NULL = it is */
    filetime now;
    int64_t days; /* a waiver that ends within them is told of */
    const char *lang;
    enum rules_format format;
};

/* Looks at each waiver of rules that were loaded with `orphans`, and prints one entry each and a line of totals. *ret_open: how many
 * ask for something to be done. RC_USAGE when the evidence was not evaluated. */
MUST_USE enum rc waivers_check(struct rules *r, const struct waivers_options *options, FILE *out,
                               size_t *ret_open, struct err *err);

#endif
