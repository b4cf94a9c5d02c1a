/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon guard between many processes, under real supervisors, and what it costs. */
#include <sys/mman.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/supervise/gate.h"
#include "tests/unit/supervise/guard_support.h"
#include "tests/unit/supervise/support.h"

struct crowd {
    atomic_int under_way, most, refused, third, attempts, stopped, failed;
};

#define PROCESSES 8

/* One process that logs on until it may not, or 60 times; odd ones are refused after a while. */
static void log_on(struct crowd *c, int number)
{
    struct guard *g = NULL;
    struct err err;
    char target[32];
    if (guard_open(guard_path, &g, &err) != RC_OK) {
        (void)atomic_fetch_add(&c->failed, 1);
        return;
    }
    for (int i = 0; i < 60 && !guard_message(g);) {
        unsigned slot = GUARD_SLOTS;
        (void)snprintf(target, sizeof(target), "h%d-%d", number, i);
        guard_settle(g);
        if (guard_try(g, target, &slot) != GUARD_GO) {
            (void)usleep(300);
            continue;
        }
        int now = atomic_fetch_add(&c->under_way, 1) + 1;
        if (now > atomic_load(&c->most)) {
            atomic_store(&c->most, now);
        }
        (void)atomic_fetch_add(&c->third, now + atomic_load(&c->refused) > 2);
        (void)atomic_fetch_add(&c->attempts, 1);
        (void)usleep(200);
        bool is_refused = number % 2 == 1 && atomic_load(&c->attempts) > 150;
        (void)atomic_fetch_add(&c->refused, is_refused);
        (void)atomic_fetch_sub(&c->under_way, 1);
        guard_leave(g, slot, is_refused ? WORKER_GATE_REFUSED : WORKER_GATE_OK);
        i++;
    }
    (void)atomic_fetch_add(&c->stopped, guard_message(g) != NULL);
    guard_close(g);
}

static void many_processes(void)
{
    guard_place();
    struct crowd *c =
        mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    T_OK(c != MAP_FAILED);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            log_on(c, i);
            _exit(0);
        }
        T_OK(pid > 0);
    }
    while (wait(NULL) > 0) {
    }
    T_EQ_I(atomic_load(&c->failed), 0); /* all of them made or found the file at once */
    T_EQ_I(atomic_load(&c->most), 2);
    T_EQ_I(atomic_load(&c->refused), 2);
    T_EQ_I(atomic_load(&c->third), 0);
    T_OK(atomic_load(&c->stopped) >= PROCESSES / 2);
    T_OK(atomic_load(&c->attempts) > 150);
    (void)munmap(c, sizeof(*c));
    guard_displace();
}

/* One that always has more to do does not keep the others out. */
static void each_has_its_turn(void)
{
    unsigned slots[2] = { 9, 9 }, slot = 9;
    int turns = 0;
    guard_place();
    struct guard *busy = guard_opened(), *other = guard_opened();
    for (int i = 0; i < 200; i++) {
        (void)guard_try(busy, "h1", &slots[0]);
        (void)guard_try(busy, "h2", &slots[1]);
        if (i % 5 == 0 && guard_try(other, "h3", &slot) == GUARD_GO) { /* looks every 5 ms only */
            turns++;
            guard_leave(other, slot, WORKER_GATE_OK);
        }
        (void)usleep(1000);
        guard_leave(busy, slots[0], WORKER_GATE_OK);
        guard_leave(busy, slots[1], WORKER_GATE_OK);
        slots[0] = slots[1] = GUARD_SLOTS;
    }
    T_OK(turns > 1);
    guard_idle(other);
    T_EQ_I(guard_try(busy, "h1", &slots[0]), GUARD_GO);
    guard_leave(busy, slots[0], WORKER_GATE_OK);
    T_EQ_I(guard_try(busy, "h1", &slots[0]), GUARD_GO); /* alone: at once */
    guard_close(busy);
    guard_close(other);
    guard_displace();
}

/* Four supervisors with real workers, each with a wrong password: their sum is the limit. */
static int64_t supervise(const char *result, size_t count)
{
    static struct task tasks[16];
    static struct task_end ends[16];
    static char names[16][32];
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct guard *g = NULL;
    fixture_make(&f);
    if (guard_open(guard_path, &g, &err) != RC_OK) {
        return 100;
    }
    f.options.guard = g;
    fixture_start(&f, STORE_CREATE, 4);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "p%d-h%zu", (int)getpid(), i);
        fixture_task(&tasks[i], "good-collector", names[i]);
        fixture_add(&tasks[i], "gate", "1");
        fixture_add(&tasks[i], "result", result);
        fixture_add(&tasks[i], "hold_ms", "5");
        tasks[i].deadline_s = 20;
    }
    bool ok = supervisor_run(f.supervisor, tasks, count, ends, &err) == RC_OK;
    int64_t done =
        fixture_number(&f, "SELECT count(*) FROM coverage WHERE state = 'complete'", NULL);
    int64_t told =
        fixture_number(&f,
                       "SELECT count(*) FROM coverage WHERE state = 'failed' AND reason = 'limit'"
                       " AND detail LIKE '%kagimori-logon.guard%'",
                       NULL);
    fixture_close(&f);
    guard_close(g);
    return ok && done + told == (int64_t)count ? done : 101;
}

static void supervisors_share_it(void)
{
    static const struct {
        const char *result; /* of every logon */
        int sum;
    } cases[] = { { "1", 2 }, { "0", 48 } };

    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        int sum = 0, status = 0;
        guard_place();
        for (int i = 0; i < 4; i++) {
            pid_t pid = fork();
            if (pid == 0) {
                _exit((int)supervise(cases[k].result, 12));
            }
            T_OK(pid > 0);
        }
        while (wait(&status) > 0) {
            sum += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
        }
        T_EQ_I(sum, cases[k].sum);
        guard_displace();
    }
}

/* The gate's own bookkeeping with a guard that others use. */
static void the_gate_waits(void)
{
    static struct gates g;
    static struct gate_seat seats[3];
    const char *why = NULL;
    unsigned one = 9, two = 9;
    guard_place();
    memset(&g, 0, sizeof(g));
    struct guard *other = guard_opened();
    g.guard = guard_opened();
    T_EQ_I(guard_try(other, "x1", &one), GUARD_GO);
    T_EQ_I(guard_try(other, "x2", &two), GUARD_GO);
    gate_ask(&g, &seats[0], WORKER_GATE_LOGON, "h0");
    gate_ask(&g, &seats[1], WORKER_GATE_LOGON, "x1");
    gate_ask(&g, &seats[2], WORKER_GATE_TRIAL, "h2");
    T_OK(gate_next(&g, &why) == &seats[2]); /* trials are of this process alone */
    T_OK(g.is_waiting && gate_next(&g, &why) == NULL);
    guard_leave(other, one, WORKER_GATE_REFUSED);
    T_OK(gate_next(&g, &why) == NULL); /* one at a time */
    guard_leave(other, two, WORKER_GATE_OK);
    T_OK(gate_next(&g, &why) == &seats[0] && !why && seats[0].is_held && !g.is_waiting);
    T_OK(gate_next(&g, &why) == &seats[1]);
    T_HAS(why, "was refused by x1 before, in this or another shard");
    gate_leave(&g, &seats[0], WORKER_GATE_REFUSED);
    T_HAS(gate_message(&g, WORKER_GATE_LOGON), guard_path);
    T_OK(!gate_question(&g)); /* what others share no operator of one process extends */
    gate_ask(&g, &seats[0], WORKER_GATE_LOGON, "h3");
    T_OK(gate_next(&g, &why) == &seats[0]);
    T_HAS(why, "x1 and refused by h0 (all shards together)");
    guard_close(other);
    guard_close(g.guard);
    guard_displace();
}

/* A worker that crashed gives its place back, and nothing stays behind: one host must not end the logons of all by crashing its
 * workers. One that we cut off inside (a stop, a deadline) was perhaps refused, and no shard would know: that stays, as after
 * kill -9 of the shard, unless this process has seen that the credential is right, so that hosts that hang end no honest audit.
 * Until November 2026 it gave its place back as well, and Ctrl-C in the middle of a refused logon hid the refusal. */
static void a_worker_that_dies_gives_back(void)
{
    static struct gates g;
    static struct gate_seat seat;
    const char *why = NULL;
    unsigned one = 9, two = 9;
    guard_place();
    memset(&g, 0, sizeof(g));
    g.guard = guard_opened();
    gate_ask(&g, &seat, WORKER_GATE_LOGON, "h0");
    T_OK(gate_next(&g, &why) == &seat && !why);
    gate_drop(&g, &seat);
    struct guard *other = guard_opened();
    T_EQ_I(guard_try(other, "h0", &one), GUARD_GO);
    T_EQ_I(guard_try(other, "h1", &two), GUARD_GO);
    guard_leave(other, one, WORKER_GATE_OK);
    guard_leave(other, two, WORKER_GATE_OK);
    T_OK(!guard_notice(other));
    static const char *const names[] = { "h2", "h3", "h4" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        gate_ask(&g, &seat, WORKER_GATE_LOGON, names[i]);
        (void)usleep(70 * 1000); /* others have had their turn */
        T_OK(gate_next(&g, &why) == &seat && !why);
        if (i == 1) {
            gate_leave(&g, &seat, WORKER_GATE_OK);
        } else {
            gate_interrupt(&g, &seat);
        }
    }
    T_EQ_I(guard_try(other, "h5", &one), GUARD_GO);
    guard_leave(other, one, WORKER_GATE_OK);
    T_HAS(guard_notice(other), "was interrupted at h2 on 20"); /* and h4 is forgotten */
    guard_close(other);
    guard_close(g.guard);
    guard_displace();
}

/* An audit that the operator ends in the middle of a logon. */
static void stop_inside(const char *role, bool has_success)
{
    pid_t pid = fork();
    if (pid == 0) {
        static struct task tasks[2];
        struct task_end ends[2];
        struct fixture f;
        struct err err = { .rc = RC_OK };
        struct guard *g = NULL;
        fixture_make(&f);
        if (guard_open(guard_path, &g, &err) != RC_OK) {
            _exit(100);
        }
        f.options.guard = g;
        fixture_start(&f, STORE_CREATE, 1);
        fixture_task(&tasks[0], "good-collector", "first");
        fixture_add(&tasks[0], "gate", has_success ? "1" : "2");
        fixture_add(&tasks[0], "result", "0");
        fixture_task(&tasks[1], role, "second");
        fixture_add(&tasks[1], "gate", "1");
        fixture_add(&tasks[1], "inside", "hang");
        enum rc rc = supervisor_run(f.supervisor, tasks, 2, ends, &err);
        fixture_close(&f);
        guard_close(g);
        _exit(rc == RC_LIMIT ? 0 : 101);
    }
    int status = 0;
    bool is_inside = false;
    for (int i = 0; i < 600 && !is_inside; i++) {
        size_t size = 0;
        (void)usleep(50 * 1000);
        char *bytes = access(guard_path, F_OK) == 0 ? (char *)t_read_file(guard_path, &size) : NULL;
        const char *at = bytes ? memmem(bytes, size, " under-way ", 11) : NULL;
        is_inside = at && memmem(at, size - (size_t)(at - bytes), " second ", 8);
        free(bytes);
    }
    T_OK(is_inside);
    (void)usleep(300 * 1000); /* the worker has its GO */
    T_OK(pid > 0 && kill(pid, SIGTERM) == 0 && waitpid(pid, &status, 0) == pid);
    T_OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_stop_hides_no_refusal(void)
{
    static const struct {
        const char *role;
        bool has_success;
        const char *notice;
    } cases[] = {
        { "bad-late-told", true, "was refused by second" },
        { "good-collector", false, "was interrupted at second" },
        { "good-collector", true, NULL },
    };

    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        unsigned slot = GUARD_SLOTS;
        guard_place();
        stop_inside(cases[k].role, cases[k].has_success);
        struct guard *g = guard_opened();
        const char *notice = guard_notice(g);
        if (cases[k].notice) {
            T_HAS(notice, cases[k].notice);
        } else {
            T_OK(!notice);
        }
        T_EQ_I(guard_try(g, "h1", &slot), GUARD_GO); /* --resume goes on, with what is left */
        guard_leave(g, slot, WORKER_GATE_OK);
        guard_close(g);
        guard_displace();
    }
}

static void ten_thousand_go_one_after_another(void)
{
    struct timespec from, to;
    unsigned slot = 9, went = 0;
    guard_place();
    struct guard *a = guard_opened();
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (int i = 0; i < 10000; i++) {
        if (guard_try(a, "h1", &slot) == GUARD_GO) {
            guard_leave(a, slot, WORKER_GATE_OK);
            went++;
        }
    }
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double us = (double)(to.tv_sec - from.tv_sec) * 100 + (double)(to.tv_nsec - from.tv_nsec) / 1e7;
    (void)printf("  a logon with its lock, read, write and the same afterwards: %.1f us\n", us);
    T_EQ_I(went, 10000);
    T_OK(
        us <
        1000); /* of the processor: what others do there is no fault of ours. Thirty times what it takes */
    T_OK(!guard_message(a));
    guard_close(a);
    guard_displace();
}

#define TESTS(X)                     \
    X(many_processes)                \
    X(each_has_its_turn)             \
    X(supervisors_share_it)          \
    X(the_gate_waits)                \
    X(a_worker_that_dies_gives_back) \
    X(a_stop_hides_no_refusal)       \
    X(ten_thousand_go_one_after_another)

T_MAIN("guard between processes", TESTS)
