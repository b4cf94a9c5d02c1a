/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Format "host" of kagimori-decode. Parameters: kind (kit, image, hives, cache), origin, host (not given: only whose the files are),
 * part (each that is wanted), registry and service (as plan_new), codepage (of text without a mark, where the kit does not say
 * it). The secret is the key of fingerprints. */
#ifndef DECODE_HOST_TASK_H
#define DECODE_HOST_TASK_H

#include "audit/supervise/worker.h"

MUST_USE enum rc host_task_run(struct worker *w, const struct task *task, struct err *err);

#endif
