/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "audit/supervise/sandbox_internal.h"

void sandbox_harden_process(void)
{
    const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static enum rc limit(int what, rlim_t most, const char *name, struct err *err)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)what, &now) != 0) {
        return err_setf(err, RC_IO, "cannot read the limit %s: %s", name, strerror(errno));
    }
    rlim_t value = now.rlim_max < most ? now.rlim_max : most;
    const struct rlimit set = { value, value };
    if (setrlimit((__rlimit_resource_t)what, &set) != 0) {
        return err_setf(err, RC_IO, "cannot set the limit %s: %s", name, strerror(errno));
    }
    return RC_OK;
}

/* Most bytes of a file that the task writes. */
static rlim_t outbox_most(const struct worker_role *role, const struct task *task)
{
    uint32_t mebibytes = role->outbox_parameter ? task_get_u32(task, role->outbox_parameter, 0) : 0;
    if (!task->has_outbox) {
        return 0;
    }
    return mebibytes > 0 ? (rlim_t)mebibytes << 20 : (rlim_t)role->outbox_max;
}

static enum rc limits(const struct worker_role *role, const struct task *task, struct err *err)
{
    bool is_decoder = role->sandbox == WORKER_SANDBOX_DECODER;
    rlim_t files = is_decoder ? 32 : 256;
    files = role->open_files ? role->open_files : files;
    /* A library that writes a file gets an error, not a signal. */
    (void)signal(SIGXFSZ, SIG_IGN);
    TRY(limit(RLIMIT_CORE, 0, "CORE", err));
    /* Nothing is written but into an outbox, which is open already. */
    TRY(limit(RLIMIT_FSIZE, outbox_most(role, task), "FSIZE", err));
    TRY(limit(RLIMIT_NOFILE, files, "NOFILE", err));
    TRY(limit(RLIMIT_MEMLOCK, 1024 * 1024, "MEMLOCK", err));
    return limit(RLIMIT_AS, (rlim_t)(is_decoder ? 1 : 2) << 30, "AS", err);
}

/* Run as root, a worker keeps none of root's powers but, for a collector, reading the ticket or keytab of another user. */
static enum rc drop_capabilities(enum worker_sandbox kind, struct err *err)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { { 0 }, { 0 } };
    if (syscall(SYS_capget, &head, data) != 0) {
        return err_setf(err, RC_IO, "cannot read capabilities: %s", strerror(errno));
    }
    uint32_t keep = kind == WORKER_SANDBOX_COLLECTOR ? 1U << CAP_DAC_READ_SEARCH : 0;
    for (size_t i = 0; i < 2; i++) {
        uint32_t mask = i == 0 ? keep : 0;
        data[i].effective &= mask;
        data[i].permitted &= mask;
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &head, data) != 0) {
        return err_setf(err, RC_IO, "cannot drop capabilities: %s", strerror(errno));
    }
    return RC_OK;
}

enum rc sandbox_enter(const struct worker_role *role, const struct task *task, struct err *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return err_setf(err, RC_IO, "cannot give up new privileges: %s", strerror(errno));
    }
    TRY(limits(role, task, err));
    TRY(drop_capabilities(role->sandbox, err));
    /* Dropping capabilities makes the kernel forget the next two. */
    sandbox_harden_process();
    enum rc rc = landlock_enter(role, task, err);
    if (rc != RC_OK && rc != RC_UNSUPPORTED) {
        return rc;
    }
    return seccomp_enter(role->sandbox, err);
}

const char *sandbox_describe(enum worker_sandbox kind, char *buf, size_t size)
{
    int abi = landlock_abi();
    if (abi == 0) {
        (void)snprintf(buf, size, "seccomp (the kernel has no Landlock)");
    } else if (kind == WORKER_SANDBOX_COLLECTOR && abi < 4) {
        (void)snprintf(buf, size, "seccomp+landlock (ABI %d: files, not ports)", abi);
    } else {
        (void)snprintf(buf, size, "seccomp+landlock (ABI %d)", abi);
    }
    return buf;
}
