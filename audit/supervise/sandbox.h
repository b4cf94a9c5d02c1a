/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker may still do once it has its task: seccomp, Landlock, resource limits, no new privileges. Sanitizer builds
 * have none (sandbox_none.c), because sanitizers and seccomp do not mix; sandbox_describe says so. */
#ifndef SUPERVISE_SANDBOX_H
#define SUPERVISE_SANDBOX_H

#include "audit/supervise/task.h"
#include "audit/supervise/worker.h"

/* For the supervisor and every worker, at its start: no core dumps, no reading of its memory by others. */
void sandbox_harden_process(void);

/* Closes the sandbox for good. A collector keeps read access to /etc, /usr and the files that the task names, and TCP to the
 * ports that its role names; a decoder keeps its open descriptors, and so does a collector. What the kernel lacks
 * is left out and shows in the description; RC_IO when the kernel refuses what it should have. */
MUST_USE enum rc sandbox_enter(const struct worker_role *role, const struct task *task,
                               struct err *err);

/* What sandbox_enter would do on this machine, such as "seccomp+landlock (ABI 7)", in buf. */
const char *sandbox_describe(enum worker_sandbox kind, char *buf, size_t size);

#endif
