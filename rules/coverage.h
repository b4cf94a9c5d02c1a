/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen and what was not, source by source, as sentences for a person. Private to rules/. */
#ifndef RULES_COVERAGE_H
#define RULES_COVERAGE_H

#include "rules/check.h"

struct source_state {
    const char *name;
    bool is_complete;      /* view source_state: one target told all of it */
    struct text2 problems; /* every target that did not; NULL when all did */
    const char *seen;      /* "LDAP dc1.example (2026-11-22T10:15:30Z)"; NULL when nothing was */
};

struct coverage {
    struct source_state *sources;
    size_t count;
    sqlite3_stmt *of_target; /* coverage_of_target asks once a finding */
    bool has_files;          /* files of some host (kit.*) were read */
};

/* Reads coverage of all sources of the vocabulary and of the file. Owned by the arena. */
MUST_USE enum rc coverage_load(struct arena *a, sqlite3 *db, const struct vocabulary *words,
                               struct coverage *ret, struct err *err);
void coverage_done(struct coverage *c);

/* What one target did not tell of a source: its sentence, or NULL when it told all. Hosts answer for themselves alone. In the
 * arena. *ret_seen as in source_state, NULL when nothing was seen. */
MUST_USE enum rc coverage_of_target(struct coverage *c, struct arena *a, sqlite3 *db,
                                    const struct word2 *source, const char *target,
                                    struct text2 *ret_problem, const char **ret_seen,
                                    struct err *err);

/* True for a source that every host answers for itself (net.*, smb.*). */
bool coverage_is_by_host(const char *source);

/* The state of a source; one that nobody knows was not collected. */
const struct source_state *coverage_source(const struct coverage *c, const char *name);

#endif
