/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that differ by nothing but names that changed between the two audits, or by the order of a list. */
#ifndef REPORT_DIFF_DIFF_RENAME_H
#define REPORT_DIFF_DIFF_RENAME_H

#include <sqlite3.h>
#include <stdbool.h>

/* Reads diff_name when it is first asked; a zeroed one is ready. One for a connection, freed with renames_free. */
struct renames {
    bool is_read;
    unsigned count;

    struct {
        char *was, *now;
    } list[500];
};

/* True when before, with its names as they are now, is the same list of entries as now. Case of ASCII and the order of entries (", " and "; ") count for nothing. False
 * without memory: rather a change too many than one too few. */
bool renames_equal(struct renames *r, sqlite3 *db, const char *before, const char *now);

void renames_free(void *renames);

#endif
