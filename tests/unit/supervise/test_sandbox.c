/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker may not do, tried from inside by real processes. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/supervise/sandbox.h"
#include "tests/unit/supervise/support.h"

static int landlock_abi_seen(void)
{
    char text[128];
    const char *abi =
        strstr(sandbox_describe(WORKER_SANDBOX_COLLECTOR, text, sizeof(text)), "ABI ");
    return abi ? (int)strtol(abi + 4, NULL, 10) : 0;
}

/* Runs one trial; the detail says how it ended (static buffer). */
static enum rc try_in(const char *role, const char *what, const char *key, const char *value,
                      const char **ret_detail)
{
    static struct task_end end;
    struct fixture f;
    struct task task;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 1);
    fixture_task(&task, role, "here");
    fixture_add(&task, "try", what);
    if (key) {
        fixture_add(&task, key, value);
    }
    fixture_add(&task, "port", "3890");
    fixture_add(&task, "port", "3891");
    fixture_add(&task, "rdp_port", "33890");
    fixture_add(&task, "other_port", "22");
    fixture_add(&task, "ca_file", BUILD_DIR "/fake_worker");
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    fixture_close(&f);
    *ret_detail = end.detail;
    return end.rc;
}

static void killed(const char *role, const char *what, const char *key, const char *value)
{
    const char *detail = NULL;
    T_EQ_I(try_in(role, what, key, value, &detail), RC_BUG);
    T_HAS(detail, "its sandbox forbids");
}

static void refused(const char *what, const char *key, const char *value, const char *how)
{
    const char *detail = NULL;
    T_EQ_I(try_in("good-collector", what, key, value, &detail), RC_DENIED);
    T_HAS(detail, how);
}

static void decoders_touch_nothing(void)
{
    killed("good-decoder", "read", "path", "/etc/passwd");
    killed("good-decoder", "write", "path", "/tmp/kagimori-sandbox-test");
    killed("good-decoder", "connect", "to", "389");
    killed("good-decoder", "unix", NULL, NULL);
    killed("good-decoder", "exec", NULL, NULL);
    killed("good-decoder", "fork", NULL, NULL);
    killed("good-decoder", "code", NULL, NULL);
}

static void collectors_run_nothing(void)
{
    killed("good-collector", "exec", NULL, NULL);
    refused("fork", NULL, NULL, "fork: Operation not permitted");
    refused("unix", NULL, NULL, "socket: Address family not supported");
}

static void collectors_read_what_they_need(void)
{
    const char *detail = NULL;
    T_EQ_I(try_in("good-collector", "read", "path", "/etc/passwd", &detail), RC_OK);
    T_EQ_I(try_in("good-collector", "read", "path", BUILD_DIR "/fake_worker", &detail), RC_OK);
    refused("write", "path", "/tmp/kagimori-sandbox-test", "open: ");
    T_OK(access("/tmp/kagimori-sandbox-test", F_OK) != 0);
    if (landlock_abi_seen() > 0) {
        refused("read", "path", SOURCE_DIR "/README.md", "open: Permission denied");
    }
}

/* Nothing listens there: an allowed port answers "refused", a forbidden one is not even tried. */
static void collectors_reach_named_ports(void)
{
    const char *detail = NULL;
    static const char *const ports[] = { "389", "3890", "3891", "33890" };
    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        enum rc rc = try_in("good-collector", "connect", "to", ports[i], &detail);
        T_OK(rc == RC_OK || strstr(detail, "Connection refused"));
    }
    if (landlock_abi_seen() >= 4) {
        refused("connect", "to", "22", "connect: Permission denied");
        refused("connect", "to", "636", "connect: Permission denied");
        for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
            T_EQ_I(try_in("good-recluse", "connect", "to", ports[i], &detail), RC_DENIED);
            T_HAS(detail, "connect: Permission denied");
        }
    }
}

/* The list of a sweep comes as a sealed file in memory. */
static void collectors_read_their_artifact(void)
{
    struct fixture f;
    struct task task;
    struct task_end end;
    struct err err = { .rc = RC_OK };
    AUTO_FD int list = memfd_create("list", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    T_OK(list >= 0 && write(list, "host1\n", 6) == 6);
    T_OK(fcntl(list, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
    fixture_open(&f, 1);
    fixture_task(&task, "good-collector", "sweep");
    fixture_add(&task, "artifact", "host1\n");
    task.artifact = list;
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(end.rc, RC_OK);
    fixture_close(&f);
}

static void describes_itself(void)
{
    T_HAS(supervise_describe_sandbox(), "collectors: seccomp");
    T_HAS(supervise_describe_sandbox(), "decoder: seccomp");
}

#define TESTS(X)                      \
    X(decoders_touch_nothing)         \
    X(collectors_run_nothing)         \
    X(collectors_read_what_they_need) \
    X(collectors_reach_named_ports) X(collectors_read_their_artifact) X(describes_itself)
T_MAIN("sandbox", TESTS)
