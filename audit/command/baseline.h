/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier audit saw, where this one has to tell what is new. */
#ifndef COMMAND_BASELINE_H
#define COMMAND_BASELINE_H

#include "audit/evidence/store.h"

/* Copies the autostart entries of the evidence file at path, which was evaluated before, into the store in place of what was
 * copied earlier. *ret_hosts = hosts that told what they start. RC_ABSENT, RC_UNSUPPORTED for a file that cannot be compared with. */
MUST_USE enum rc baseline_take(struct store *store, const char *path, uint64_t *ret_hosts,
                               struct err *err);

#endif
