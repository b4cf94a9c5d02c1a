/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL of a check is somebody else's program: it may read views, call harmless functions, and run for a while. Private to
 * rules/. */
#ifndef RULES_GUARD_H
#define RULES_GUARD_H

#include "rules/check.h"

enum {
    GUARD_MAX_READ = 32,
    GUARD_MAX_NAMES = 64
};

struct guard {
    const struct catalogue *catalogue;
    const char *text; /* what the author wrote; borrowed while a statement is prepared */
    char denied[200]; /* what was refused and why, for a person; empty when nothing was */
    const char *read[GUARD_MAX_READ]; /* views that the text itself names (of the catalogue) */
    size_t read_count;
    char own[GUARD_MAX_NAMES]
            [64]; /* names that WITH gives to parts of the text: never trusted as views */
    size_t own_count;
    uint64_t steps, step_limit; /* virtual machine steps of a running statement */
};

#define GUARD_STEP_LIMIT UINT64_C(4000000000)

/* Functions that a check may call, NULL-terminated, sorted. */
extern const char *const guard_functions[];

/* Prepares a statement with the authoriser on. NULL after a failure; g->denied or sqlite3_errmsg says why. text is the part of
 * sql that a check's author wrote, for the names it defines. */
MUST_USE sqlite3_stmt *guard_prepare(struct guard *g, sqlite3 *db, const char *sql,
                                     const char *text);

/* Limits of lengths and depths for a connection that runs checks. */
void guard_limit(sqlite3 *db);

/* Counts the steps of what runs from here on, and interrupts it past the limit (0 = GUARD_STEP_LIMIT). */
void guard_start(struct guard *g, sqlite3 *db);
void guard_stop(sqlite3 *db);
bool guard_is_over(const struct guard *g);

#endif
