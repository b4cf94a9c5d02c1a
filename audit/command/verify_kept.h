/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence files of earlier verifications in the folder of a new one. */
#ifndef COMMAND_VERIFY_KEPT_H
#define COMMAND_VERIFY_KEPT_H

#include "audit/base/arena.h"
#include "audit/base/err.h"

/* Puts DIR/evidence.db, where there is one, aside under its time (evidence-20261126T084102Z.db); *ret_kept = that path, NULL without one. When
 * *baseline is that file, it becomes the new path. RC_USAGE while another Kagimori writes to it or something is in the way. In the arena. */
MUST_USE enum rc verify_keep(struct arena *a, const char *dir, const char **baseline,
                             const char **ret_kept, struct err *err);

/* The files that a verification goes on from, oldest first: the baseline and, of those that were put aside in DIR, the newest one with a plan and all that came after
 * it (each plan holds what those before it knew). In the arena. */
MUST_USE enum rc verify_earlier(struct arena *a, const char *dir, const char *baseline,
                                const char *const **ret, size_t *ret_count, struct err *err);

#endif
