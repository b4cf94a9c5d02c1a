/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The task format=events of kagimori-decode: its artifact is one event log, a regular file of any size that is read where it lies. */
#ifndef DECODE_EVENT_TASK_H
#define DECODE_EVENT_TASK_H

#include "audit/supervise/worker.h"

/* Parameters: form (evtx, samba_json), log (its number, from 1), origin, since (a filetime; not given = all). The target of the task is
 * the path of the log. */
MUST_USE enum rc event_task_run(struct worker *w, const struct task *task, struct err *err);

#endif
