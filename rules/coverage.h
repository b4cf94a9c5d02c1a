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
};

/* Reads coverage of all sources of the vocabulary and of the file. Owned by the arena. */
MUST_USE enum rc coverage_load(struct arena *a, sqlite3 *db, const struct vocabulary *words,
                               struct coverage *ret, struct err *err);

/* The state of a source; one that nobody knows was not collected. */
const struct source_state *coverage_source(const struct coverage *c, const char *name);

#endif
