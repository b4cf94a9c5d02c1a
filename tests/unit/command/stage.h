/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a test of imports plays: a folder (tree.h), an evidence file in memory, a supervisor with decoders that stand in, and what was said. */
#ifndef TESTS_UNIT_COMMAND_STAGE_H
#define TESTS_UNIT_COMMAND_STAGE_H

#include "audit/base/arena.h"
#include "audit/evidence/store.h"
#include "audit/supervise/supervise.h"

/* Between stage_begin and stage_end. */
struct stage {
    struct arena *arena;
    struct store *store;
    struct supervisor *supervisor;
    char logged[8192]; /* the lines of the log */
};

/* role_directory: where kagimori-decode is the stand-in. */
void stage_begin(struct stage *s, const char *role_directory);
void stage_end(struct stage *s);
/* One text of the evidence, in the arena: "(none)" without a row, "(null)" for NULL. */
const char *stage_ask(const struct stage *s, const char *sql);

#endif
