/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The task format=mfa of kagimori-decode: its artifact is one export, a regular file of any size that is read where it lies. */
#ifndef DECODE_MFA_TASK_H
#define DECODE_MFA_TASK_H

#include "audit/supervise/worker.h"

/* Parameters: origin, changed_at (a filetime; not given = not known), column ("account=HEADER", any number). The target of the task is the
 * path of the file. */
MUST_USE enum rc mfa_task_run(struct worker *w, const struct task *task, struct err *err);

#endif
