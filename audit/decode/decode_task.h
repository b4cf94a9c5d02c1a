/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks of kagimori-decode whose artifact is a bundle (audit/base/bundle.h): task parameters to the drivers' structs. */
#ifndef DECODE_DECODE_TASK_H
#define DECODE_DECODE_TASK_H

#include "audit/supervise/worker.h"

/* Before the sandbox closes: what OpenSSL keeps in files of its own. An LDIF file or a look needs none of it. */
MUST_USE enum rc decode_prepare(struct worker *w, const struct task *task, struct err *err);

/* format=policy: origin; registry, service (plan); skip (GUIDs), only (beginnings of paths). */
MUST_USE enum rc decode_policy(struct worker *w, const struct task *task, struct err *err);

#endif
