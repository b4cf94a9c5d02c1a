/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small evaluated evidence files, with checks on a view whose subjects are the rows of enrollment_service. */
#ifndef TESTS_UNIT_DIFF_PAIR_H
#define TESTS_UNIT_DIFF_PAIR_H

#include <stdbool.h>

#include "report/diff/diff.h"

/* Makes NAME in the folder of this run: six checks (fix change gone rule old new, numbers 1 to 6) on a view whose source was read; then runs sql.
 * Returns its path (at most 16 names a test program); a failure is a failed test. */
const char *pair_make(const char *name, const char *sql);

/* Runs sql on a file. */
bool pair_exec(const char *path, const char *sql);

/* Compares the two; what hinders it is a failed test. To be closed when true. */
bool pair_opened(struct diff *d, const char *before, const char *now);

/* "kind why" of a finding, "" when it is none; good until the next call. */
const char *pair_kind(const struct diff *d, const char *check, const char *subject);

/* The text of the first row of sql, "" when there is none; good until the next call. */
const char *pair_one(const struct diff *d, const char *sql);

/* A path in the folder; removes the folder. */
const char *pair_path(const char *name);
void pair_remove(void);

/* One row of result, and its subject in the view (a trigger of the view put does it). */
#define RESULT(check, verdict, subject, name, evidence) \
    "INSERT INTO put VALUES(" #check ",'" verdict "','" subject "','" name "','" evidence "');"

/* A host with its address and its own SID (SQL: quoted, or NULL), and that hosts are what the checks read. */
#define HOST(host, subject, address, sid)                                                        \
    "INSERT INTO host_state(host, subject) VALUES('" host "', '" subject "');"                   \
    "INSERT INTO host_target(host, origin, address) VALUES('" host "', 'range', '" address "');" \
    "INSERT INTO host_machine(host, machine_sid) VALUES('" host "', " sid ");"
#define OF_HOSTS \
    "INSERT OR REPLACE INTO view_source VALUES('reset_authority', '', 'host.scope'); INSERT INTO coverage(source, target, state) VALUES('host.scope', 'site file', 'complete');"

#endif
