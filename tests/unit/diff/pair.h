/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small evaluated evidence files, with checks on a view whose subjects are the rows of enrollment_service. */
#ifndef TESTS_UNIT_DIFF_PAIR_H
#define TESTS_UNIT_DIFF_PAIR_H

#include <stdbool.h>

/* Makes NAME in the folder of this run: six checks (fix change gone rule old new, numbers 1 to 6) on a view whose source was read; then runs sql.
 * Returns its path (at most 16 names a test program); a failure is a failed test. */
const char *pair_make(const char *name, const char *sql);

/* Runs sql on a file. */
bool pair_exec(const char *path, const char *sql);

/* A path in the folder; removes the folder. */
const char *pair_path(const char *name);
void pair_remove(void);

/* One row of result, and its subject in the view (a trigger of the view put does it). */
#define RESULT(check, verdict, subject, name, evidence) \
    "INSERT INTO put VALUES(" #check ",'" verdict "','" subject "','" name "','" evidence "');"

#endif
