/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The task format=policy of kagimori-decode: its artifact is a bundle of policies. */
#ifndef DECODE_POLICY_TASK_H
#define DECODE_POLICY_TASK_H

#include "audit/supervise/worker.h"

/* Parameters: origin (else the target), registry and service (the plan), skip and only (any number each; policy_rows.h). The
 * secret is the key of fingerprints; without one none are made. */
MUST_USE enum rc policy_task(struct worker *w, const struct task *task, struct err *err);

#endif
