/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan goes on from the one that an earlier evidence file holds: what was known of the secrets, how far it was, what people decided. */
#ifndef COMMAND_PLAN_CARRY_H
#define COMMAND_PLAN_CARRY_H

#include "audit/base/filetime.h"
#include "audit/evidence/store.h"

struct carried {
    uint64_t secrets;   /* versions of secrets that were known */
    uint64_t items;     /* subjects of actions with their states */
    uint64_t decisions; /* of people */
    uint64_t points;    /* earlier points of the progress */
    filetime at;        /* clock of the earlier file */
};

/* Copies from the evidence file at path into the store (the file at evidence) what its plan knew: versions of secrets, states of subjects (in place of those that were copied
 * before), decisions, points, and the time of the incident, where the store has none. What is said of the plan (scope, batches, people) is
 * taken over. Subjects are keys (SID, GUID), so that who was renamed or moved is found again. Does not commit. RC_USAGE with a sentence for a file of another
 * domain, a newer one, or the same one. */
MUST_USE enum rc plan_carry(struct store *store, const char *evidence, const char *path,
                            struct carried *ret, struct err *err);

/* RC_USAGE with a sentence when two evidence files are of different domains, by their SIDs; a file that knows no domain says nothing against it. */
MUST_USE enum rc plan_check_domain(const char *evidence, const char *earlier, struct err *err);

/* A time of audit_info, such as incident_at; 0 when it is not there. */
filetime plan_info_time(sqlite3 *db, const char *name);

/* The clock of an evidence file (audit_info now); 0 when it tells none. */
filetime plan_clock(sqlite3 *db);

#endif
