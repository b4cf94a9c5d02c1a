/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moved in the sites of a group since an earlier group file, and their numbers over many: TEMP tables that the documents of a group read, empty when nobody asked.
 * Sites are the same by the SID of their domain; where several share one (or nobody knows one) by it and all their names, as merge takes audits of one site. */
#ifndef REPORT_GROUP_PROGRESS_H
#define REPORT_GROUP_PROGRESS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "audit/base/err.h"

/* Makes the tables: group_pair(site, other), group_before (a row of each site of the earlier file), group_told (findings that moved), group_change, group_run. */
MUST_USE enum rc progress_begin(sqlite3 *db, struct err *err);

/* Compares with the group file at path. RC_USAGE when it is none, or when no site of it is one of ours; RC_UNSUPPORTED for one of another schema.
 * *ret_swapped: a site of it is newer than ours. */
MUST_USE enum rc progress_compare(sqlite3 *db, const char *path, bool *ret_swapped,
                                  struct err *err);

/* Fills group_run from the group files (*.db) of a folder and from db itself. original: the group file that db is a redacted copy of, whose sites are recognised in its
 * place; NULL = db. *ret_skipped: group files that this build cannot read. RC_USAGE when there is no such folder, or no group file in it. */
MUST_USE enum rc progress_trend(sqlite3 *db, const char *folder, const char *original,
                                size_t *ret_skipped, struct err *err);

/* Rows of the comparison, of the trend: 0 where nobody asked. */
#define PROGRESS_COMPARED "SELECT count(*) FROM group_before"

/* How many findings of a site (s.site) moved in a way. */
#define PROGRESS_COUNT(KINDS) \
    "(SELECT count(*) FROM group_change g WHERE g.site = s.site AND g.kind IN (" KINDS "))"

#endif
