/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence that an inline test gives, as rows in a store of memory. Private to rules/. */
#ifndef RULES_FIXTURE_H
#define RULES_FIXTURE_H

#include "rules/check.h"

#define FIXTURE_NOW "2026-11-22T00:00:00Z"

struct label { /* a row that others and `expect` may name */
    const char *name;
    const char *guid, *sid, *dn; /* sid may be NULL */
    int64_t rid;                 /* 0 = none */
    const struct yaml_node *row; /* NULL for a row that is there by itself */
    struct label *next;
};

struct fixture {
    struct rules *rules;
    const struct check *check;
    struct arena *arena;
    struct store *store;
    struct mistakes *problems;
    struct label *labels;
    int64_t next_rid;
    filetime now;
};

/* Fills f->store (open, empty) from the map `given` (may be NULL) and runs derive.sql. Mistakes go to f->problems. */
MUST_USE enum rc fixture_fill(struct fixture *f, const struct yaml_node *given, struct err *err);

/* True when a test gives answers of people (the table attestation) or nothing. */
bool fixture_is_answers(const struct yaml_node *given);

/* Replaces the answers in f->store, which fixture_fill filled for nothing given; all else stays, and nothing is derived again. For questions
 * alone: their verdicts come from the views answer and organisation, which read no derived table. Mistakes go to f->problems. */
MUST_USE enum rc fixture_answers(struct fixture *f, const struct yaml_node *given, struct err *err);

const struct label *fixture_label(const struct fixture *f, const char *name);

/* True when key is text, or labels a row whose GUID, SID or DN text is. */
bool fixture_names(const struct fixture *f, const char *key, const char *text);

/* Empties what a test filled: one store serves all tests, since making its schema takes longer than most of them. */
MUST_USE enum rc fixture_empty(struct arena *a, struct store *store, struct err *err);

#endif
