/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of attestations on its way into the evidence file. Private to rules/reset/. */
#ifndef RULES_RESET_ATTEST_H
#define RULES_RESET_ATTEST_H

#include "rules/reset/playbook.h"

struct attestation {
    const struct yaml_node *node;
    const char *action, *subject, *state, *who, *evidence; /* action: a glob or an id */
    filetime at;
    struct attestation *next;
};

struct attest {
    struct rules *rules;
    struct mistakes mistakes;
    struct rules_file file;
    struct arena *arena;
    filetime now, incident;
    struct attestation *first, **tail;
    size_t count;
    sqlite3_stmt *name, *near; /* attest_name.c; NULL where every subject is * */
    int suggested;
};

/* Whether an attestation speaks of an action, by its id or a glob. */
bool attest_means(const struct attestation *a, const struct action *x);

/* attest_name.c: gathers the names that the evidence file knows, when an attestation has one. They are in a temporary table until attest_names_done. */
MUST_USE enum rc attest_names_begin(struct attest *t, struct store *store, struct err *err);
void attest_names_done(struct attest *t, struct store *store);

/* What a subject is called by in the plan: the key of the one that a name or key means for this action. *ret_key is in the arena, "*" for every subject, NULL for
 * one that nothing is known of; *ret_count says how many it could be. */
MUST_USE enum rc attest_key(struct attest *t, const struct attestation *a, const struct action *x,
                            const char **ret_key, int *ret_count, struct err *err);
/* Reports every subject that means none or several. */
MUST_USE enum rc attest_check_names(struct attest *t, struct err *err);

/* attest.c: as reset_attest_load, from bytes in memory, which path only names. */
MUST_USE enum rc attest_take(struct rules *r, const struct rules_file *file, struct store *store,
                             filetime now, FILE *out, struct err *err);

#endif
