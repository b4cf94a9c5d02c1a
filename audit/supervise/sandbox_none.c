/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sandbox of sanitizer builds: core dumps are off, and that is all. */
#include <sys/resource.h>

#include <stdio.h>

#include "audit/supervise/sandbox.h"

void sandbox_harden_process(void)
{
    const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
}

enum rc sandbox_enter(const struct worker_role *role, const struct task *task, struct err *err)
{
    (void)role;
    (void)task;
    (void)err;
    return RC_OK;
}

const char *sandbox_describe(enum worker_sandbox kind, char *buf, size_t size)
{
    (void)kind;
    (void)snprintf(buf, size, "none (sanitizer build)");
    return buf;
}
