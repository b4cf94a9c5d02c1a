/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two mechanisms of the sandbox. Nobody but sandbox.c includes this. */
#ifndef SUPERVISE_SANDBOX_INTERNAL_H
#define SUPERVISE_SANDBOX_INTERNAL_H

#include "audit/supervise/sandbox.h"

/* ABI version of Landlock in this kernel; 0 = none. */
int landlock_abi(void);

/* Confines files and TCP ports. RC_UNSUPPORTED when the kernel has no Landlock. */
MUST_USE enum rc landlock_enter(const struct worker_role *role, const struct task *task,
                                struct err *err);

/* Loads the filter of system calls. */
MUST_USE enum rc seccomp_enter(enum worker_sandbox kind, struct err *err);

#endif
