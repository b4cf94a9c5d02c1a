/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reset plan in the evidence file: made from the playbook, the evidence, and what people decided. Never runs a command of it. */
#ifndef RULES_RESET_RESET_H
#define RULES_RESET_RESET_H

#include <stdio.h>

#include "audit/base/filetime.h"
#include "rules/rules.h"

/* What the operator says about a plan. NULL and 0 leave what the evidence file already holds (audit_info reset_scope, reset_batches, reset_people,
 * reset_start), else the default. */
struct reset_options {
    const char *kind; /* plan, verify, audit: how this point is called in the progress */
    const char *
        scope; /* "forest" (default), or a list such as "host:PC01,host:PC02,account:m.tanaka" (names or SIDs) */
    const char *batches; /* "user:200,computer:500" */
    int people;          /* who work at the same time, 1 to 100; default 1 */
    filetime start;      /* when work begins; default: the clock of the evidence */
};

struct reset_totals {
    uint64_t items;    /* without those that are not needed */
    uint64_t finished; /* done or attested */
    uint64_t suspect;
    uint64_t unseen;      /* open, and this evidence could not prove them */
    uint64_t regressions; /* were finished in the plan before, and are not now */
    filetime finish_at;   /* earliest end by the schedule; 0 = nothing is open */
};

/* False for a folder of checks that comes without reset/playbook.yaml. */
bool reset_has_playbook(const struct rules *r);

/* Makes the plan from the evidence file at path and writes it through store (the same file) in one transaction, in place of the one before;
 * adds a point to the progress. The time of the incident is audit_info incident_at; without one all of it is open. RC_USAGE with a sentence for the operator
 * where the scope names nothing or something ambiguous, or a batch names no action. */
MUST_USE enum rc reset_plan_make(struct rules *r, const char *path, struct store *store,
                                 const struct reset_options *options, struct reset_totals *ret,
                                 struct err *err);

/* Reads a file of decisions (rules/reset/README.md, "Attestations") and puts them into the store, in place of what was said of the same action and subject; does not commit. Every
 * mistake is listed on out (file:line:column), then RC_USAGE, and none of them is taken. now is this computer's clock: what is to come cannot be attested. store NULL: only looks for
 * the mistakes that the file alone shows. */
MUST_USE enum rc reset_attest_load(struct rules *r, const char *path, struct store *store,
                                   filetime now, FILE *out, struct err *err);

/* Only what proof needs: leaves the checks out of what is read from the directory and from hosts (rules_sources, rules_registry, rules_services). */
MUST_USE enum rc rules_select_reset_only(struct rules *r, struct err *err);

#endif
