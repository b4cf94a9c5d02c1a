/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An evidence file and a directory of role names (links to the fake worker) for process tests. */
#ifndef TESTS_SUPERVISE_SUPPORT_H
#define TESTS_SUPERVISE_SUPPORT_H

#include "audit/supervise/supervise.h"
#include "tests/support/t.h"

struct fixture {
    char directory[64];
    char path[96]; /* evidence file */
    struct store *store;
    struct supervisor *supervisor;
    struct supervise_options options; /* parallel and role_directory are filled in */
};

/* Makes the directory and the links; opens the store and a supervisor with the given number of workers at a time. */
void fixture_open(struct fixture *f, uint32_t parallel);
void fixture_close(struct fixture *f); /* removes everything */

/* The parts, for tests that kill a supervisor in another process. */
void fixture_make(struct fixture *f);
void fixture_start(struct fixture *f, enum store_mode mode, uint32_t parallel);
void fixture_stop(struct fixture *f);

/* A task for the role with one source, ldap.user. */
void fixture_task(struct task *t, const char *role, const char *target);
void fixture_add(struct task *t, const char *key, const char *value);

/* The number or text that a statement gives; -1 or "" for none. Static buffer. */
int64_t fixture_number(struct fixture *f, const char *sql, const char *argument);
const char *fixture_text(struct fixture *f, const char *sql, const char *argument);

#endif
