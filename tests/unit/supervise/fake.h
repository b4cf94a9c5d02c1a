/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A role executable for tests. Its role name (argv[0], a link to it) says how it behaves: "good-collector" and
 * "good-decoder" use worker_main; each "bad-…" speaks the protocol itself, and wrongly. */
#ifndef TESTS_SUPERVISE_FAKE_H
#define TESTS_SUPERVISE_FAKE_H

#include "audit/evidence/row.h"

#define FAKE_SECRET "correct horse \xe6\x9c\xac"
#define FAKE_GUID   "31b2f340-016d-11d2-945f-00c04fb984f9"

int fake_good(int argc, char **argv);

/* A row with the given number in its key, of table sid_history. */
void fake_row(struct row *row, char guid[40], unsigned number);

void fake_coverage(struct row *row, const char *source, const char *target);

#endif
