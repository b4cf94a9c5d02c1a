/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier audit saw, where this one has to tell what is new. */
#ifndef COMMAND_BASELINE_H
#define COMMAND_BASELINE_H

#include <stdio.h>

#include "audit/base/filetime.h"
#include "audit/evidence/store.h"

/* Copies the autostart entries and the replication metadata of secrets from the evidence file at path, which was evaluated before, into
 * the store in place of what was copied earlier. *ret_hosts = hosts that told what they start, *ret_secrets = copies of secrets' dates. RC_ABSENT, RC_UNSUPPORTED for a file that cannot be compared with. */
MUST_USE enum rc baseline_take(struct store *store, const char *path, uint64_t *ret_hosts,
                               uint64_t *ret_secrets, struct err *err);

/* What the operator says about the evidence before it is judged. */
struct evaluate_inputs {
    const char *
        baseline; /* evidence file of an earlier audit; NULL = none, what was copied earlier stays */
    const char *incident; /* as it was given; NULL = none, what was said earlier stays */
    filetime incident_at; /* set by incident_read */
};

/* Reads --incident-time: "2026-11-22T10:15+09:00" (seconds may stand there, Z is UTC), or without an offset the local time of this computer; a
 * date alone is its first moment. inputs->incident NULL is fine. RC_USAGE with a sentence for the operator. */
MUST_USE enum rc incident_read(struct evaluate_inputs *inputs, struct err *err);

/* Puts both into the evidence file, and says to out (may be NULL) what was taken. */
MUST_USE enum rc evaluate_prepare(const char *evidence, const struct evaluate_inputs *inputs,
                                  FILE *out, struct err *err);

#endif
