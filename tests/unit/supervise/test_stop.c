/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A supervisor that is killed or interrupted: what was committed stays, and no worker outlives it. The supervisor runs in a
 * process of its own; the test looks at the evidence file from outside. */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/supervise/support.h"

/* Runs two tasks, one at a time, in a child process; the first gives ldap.user and then hangs. */
static pid_t start_supervisor(struct fixture *f)
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    static struct task tasks[2];
    struct task_end ends[2];
    struct err err;
    fixture_start(f, STORE_CREATE, 1);
    fixture_task(&tasks[0], "good-collector", "dc1");
    fixture_add(&tasks[0], "source", "ldap.group");
    fixture_add(&tasks[0], "silent", "ldap.group");
    fixture_add(&tasks[0], "after", "hang");
    fixture_task(&tasks[1], "good-collector", "dc2");
    enum rc rc = supervisor_run(f->supervisor, tasks, 2, ends, &err);
    fixture_stop(f);
    _exit(rc == RC_LIMIT && ends[0].rc == RC_LIMIT && ends[1].rc == RC_LIMIT ? 0 : 1);
}

/* The worker's process id, from its coverage row, once that is committed; 0 when it does not come within a minute. */
static pid_t wait_for_worker(const struct fixture *f)
{
    for (int i = 0; i < 600; i++) {
        sqlite3 *db = NULL;
        sqlite3_stmt *q = NULL;
        struct err err;
        pid_t pid = 0;
        if (store_open_reader(f->path, &db, &err) == RC_OK &&
            sqlite3_prepare_v2(db, "SELECT objects FROM coverage WHERE source = 'ldap.user'", -1,
                               &q, NULL) == SQLITE_OK &&
            sqlite3_step(q) == SQLITE_ROW) {
            pid = (pid_t)sqlite3_column_int(q, 0);
        }
        (void)sqlite3_finalize(q);
        (void)sqlite3_close(db);
        if (pid > 0) {
            return pid;
        }
        (void)usleep(100000);
    }
    return 0;
}

/* Gone, or a zombie that nobody has collected. */
static bool is_dead(pid_t pid)
{
    char path[64], text[512] = "";
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f) {
        return true;
    }
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    (void)fclose(f);
    text[n] = 0;
    const char *state = strrchr(text, ')');
    return !state || state[2] == 'Z' || state[2] == 'X';
}

static bool dies(pid_t pid)
{
    for (int i = 0; i < 600 && !is_dead(pid); i++) {
        (void)usleep(100000);
    }
    return is_dead(pid);
}

static void keeps_sources_when_killed(void)
{
    struct fixture f;
    int status = 0;
    fixture_make(&f);
    pid_t pid = start_supervisor(&f);
    T_OK(pid > 0);
    pid_t worker = wait_for_worker(&f);
    T_OK(worker > 0);
    T_EQ_I(kill(pid, SIGKILL), 0);
    T_EQ_I(waitpid(pid, &status, 0), pid);
    T_OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    T_OK(worker > 0 && dies(worker));
    fixture_start(&f, STORE_RESUME, 1);
    T_OK(store_is_complete(f.store, "ldap.user", "dc1"));
    T_OK(!store_is_complete(f.store, "ldap.group", "dc1"));
    T_EQ_I(
        fixture_number(
            &f,
            "SELECT count(*) FROM sid_history WHERE guid <= '31b2f340-016d-11d2-945f-000000000009'",
            NULL),
        10);
    struct task task;
    struct task_end end;
    struct err err = { .rc = RC_OK };
    fixture_task(&task, "good-collector", "dc2");
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_OK);
    T_OK(store_is_complete(f.store, "ldap.user", "dc2"));
    fixture_close(&f);
}

static void stops_in_order_when_interrupted(void)
{
    struct fixture f;
    int status = 0;
    fixture_make(&f);
    pid_t pid = start_supervisor(&f);
    T_OK(pid > 0);
    pid_t worker = wait_for_worker(&f);
    T_OK(worker > 0);
    T_EQ_I(kill(pid, SIGTERM), 0);
    T_EQ_I(waitpid(pid, &status, 0), pid);
    T_OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    T_OK(worker > 0 && is_dead(worker));
    fixture_start(&f, STORE_RESUME, 1);
    T_OK(store_is_complete(f.store, "ldap.user", "dc1"));
    T_EQ_S(fixture_text(&f, "SELECT state FROM coverage WHERE source = 'ldap.group' AND target = ?",
                        "dc1"),
           "partial");
    T_HAS(fixture_text(&f, "SELECT detail FROM coverage WHERE source = 'ldap.group' AND target = ?",
                       "dc1"),
          "--resume");
    T_EQ_S(fixture_text(&f, "SELECT state || ' ' || reason FROM coverage WHERE target = ?", "dc2"),
           "not_collected stopped");
    T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run WHERE target = ?", "dc1"), "failed");
    fixture_close(&f);
}

#define TESTS(X) X(keeps_sources_when_killed) X(stops_in_order_when_interrupted)
T_MAIN("stop", TESTS)
