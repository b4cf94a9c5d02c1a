/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon guard: processes that share it, die with it, find it damaged, and never have a third refusal between them. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/supervise/gate.h"
#include "audit/supervise/guard.h"
#include "tests/unit/supervise/support.h"

static char directory[64], path[96];

static void place(void)
{
    (void)snprintf(directory, sizeof(directory), "/tmp/kagimori-guard-XXXXXX");
    T_OK(mkdtemp(directory) != NULL);
    (void)snprintf(path, sizeof(path), "%s/%s", directory, GUARD_NAME);
}

static void displace(void)
{
    (void)unlink(path);
    T_EQ_I(rmdir(directory), 0); /* nothing else was left there */
}

static struct guard *opened(void)
{
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(guard_open(path, &g, &err), RC_OK);
    if (!g) {
        abort(); /* nothing below has a meaning */
    }
    return g;
}

static enum guard_answer enter(struct guard *g, const char *target, unsigned *slot)
{
    const char *why = NULL;
    return guard_enter(g, target, slot, &why);
}

static void says(struct guard *g, const char *target, enum guard_answer want, const char *part)
{
    unsigned slot = GUARD_SLOTS;
    const char *why = NULL;
    T_EQ_I(guard_enter(g, target, &slot, &why), want);
    T_HAS(why, part);
}

/* Lets a function run in a process that is killed when it returns. */
static void killed(void (*run)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        run();
        (void)kill(getpid(), SIGKILL);
    }
    T_OK(pid > 0 && waitpid(pid, NULL, 0) == pid);
}

static void two_at_a_time(void)
{
    unsigned one = 9, two = 9, three = 9;
    place();
    struct guard *a = opened(), *b = opened(), *c = opened();
    T_EQ_I(enter(a, "h1", &one), GUARD_GO);
    T_EQ_I(enter(b, "H1", &two), GUARD_WAIT); /* not the same host twice */
    T_EQ_I(enter(b, "h2", &two), GUARD_GO);
    T_EQ_I(enter(c, "h3", &three), GUARD_WAIT);
    T_EQ_I(enter(a, "h3", &three), GUARD_WAIT);
    guard_leave(b, two, WORKER_GATE_OTHER);
    T_EQ_I(enter(c, "h3", &three), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_OK);
    guard_leave(c, three, WORKER_GATE_OK);
    T_OK(!guard_message(a) && !guard_notice(a));
    guard_close(a);
    guard_close(b);
    T_EQ_I(enter(c, "h1", &one), GUARD_GO);
    T_EQ_I(enter(c, "h2", &two), GUARD_GO);
    guard_close(
        c); /* with both: a process that ends in peace and does not tell counts like one that dies */
    a = opened();
    says(a, "h4", GUARD_STOP, "interrupted at h1 and interrupted at h2");
    guard_close(a);
    displace();
}

static void never_a_third_refusal(void)
{
    unsigned one = 9, two = 9;
    struct stat st;
    place();
    struct guard *a = opened(), *b = opened();
    T_EQ_I(enter(a, "dc1.example", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_REFUSED);
    says(b, "DC1.example", GUARD_NOT, "refused by dc1.example before, in this or another shard");
    T_EQ_I(enter(b, "dc2.example", &two), GUARD_GO);
    T_EQ_I(enter(a, "h3", &one), GUARD_WAIT); /* one at a time now */
    guard_leave(b, two, WORKER_GATE_OK);      /* forgives nothing */
    T_EQ_I(enter(a, "h3", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "was refused by dc1.example and refused by h3 (all shards together)");
    T_HAS(guard_message(a), path);
    T_HAS(guard_message(a), "correct the password, then delete");
    says(b, "h4", GUARD_STOP, "is not used any more");
    T_EQ_S(guard_message(b), guard_message(a));
    guard_close(a);
    guard_close(b);
    a = opened(); /* a later process hears it at once, and a newer password alone changes nothing */
    T_HAS(guard_notice(a), "is not used any more");
    says(a, "h5", GUARD_STOP, "is not used any more");
    guard_close(a);
    T_OK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
    T_EQ_I(unlink(path), 0); /* the operator */
    a = opened();
    T_EQ_I(enter(a, "h5", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_OK);
    guard_close(a);
    displace();
}

static void a_lockout_stops_all(void)
{
    unsigned one = 9, two = 9;
    place();
    struct guard *a = opened(), *b = opened();
    T_EQ_I(enter(a, "h1", &one), GUARD_GO);
    T_EQ_I(enter(b, "h2", &two), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_LOCKED);
    says(a, "h3", GUARD_STOP, "is locked out, h1 says, and no shard uses it any more");
    guard_leave(b, two, WORKER_GATE_OK);
    says(b, "h3", GUARD_STOP, "have it unlocked, correct the password, then delete");
    guard_close(a);
    guard_close(b);
    displace();
}

static void dies_inside(void)
{
    unsigned slot = 9;
    struct guard *g = NULL;
    struct err err;
    if (guard_open(path, &g, &err) != RC_OK || enter(g, "h1", &slot) != GUARD_GO) {
        _exit(1);
    }
}

static void dies_outside(void)
{
    unsigned slot = 9;
    struct guard *g = NULL;
    struct err err;
    if (guard_open(path, &g, &err) != RC_OK || enter(g, "h1", &slot) != GUARD_GO) {
        _exit(1);
    }
    guard_leave(g, slot, WORKER_GATE_OK);
}

static void the_dead_hold_nothing(void)
{
    unsigned slot = 9;
    place();
    killed(dies_outside);
    struct guard *a = opened();
    T_OK(!guard_notice(a));
    T_EQ_I(enter(a, "h1", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    killed(dies_inside); /* nobody knows whether it was refused */
    T_EQ_I(enter(a, "h2", &slot), GUARD_GO);
    T_HAS(guard_notice(a), "was interrupted at h1 on 20");
    says(a, "h1", GUARD_NOT, "interrupted at h1 before");
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "was interrupted at h1 and refused by h2");
    guard_close(a);
    displace();
}

static void patience_ends(void)
{
    unsigned one = 9, two = 9;
    place();
    struct guard *a = opened(), *b = opened();
    T_EQ_I(enter(a, "h1", &one), GUARD_GO);
    T_EQ_I(enter(a, "h2", &two), GUARD_GO);
    guard_patience(b, 60);
    T_EQ_I(enter(b, "h3", &two), GUARD_WAIT);
    (void)usleep(80 * 1000);
    says(b, "h3", GUARD_STOP, "other shards let this one log on nowhere");
    T_HAS(guard_message(b), "at h2): see whether it hangs");
    guard_close(a);
    guard_close(b);
    displace();
}

/* ---- foreign input ---- */

static void put(const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    T_OK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    (void)close(fd);
}

static void refuses(enum rc rc, const char *part)
{
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(guard_open(path, &g, &err), rc);
    T_HAS(err.msg, part);
    T_OK(!g);
}

static struct guard_content example(void)
{
    struct guard_content c = { 0 };
    c.slots[0] = (struct guard_slot){ .kind = GUARD_REFUSED,
                                      .at = "2026-11-26T10:15:30Z",
                                      .machine = "node7",
                                      .process = 4711,
                                      .target = "dc1.hospital.example" };
    c.slots[1] = c.slots[0];
    c.slots[1].kind = GUARD_UNDER_WAY;
    return c;
}

static void damage_means_stop(void)
{
    char good[GUARD_SIZE], bad[2 * GUARD_SIZE];
    struct guard_content c = { 0 };
    place();
    guard_file_write(&c, good);
    memcpy(bad, good, GUARD_SIZE);
    put(good, GUARD_SIZE - 1);
    refuses(RC_USAGE, "is damaged (it has 1151 bytes, not 1152)");
    memcpy(bad + GUARD_SIZE, good, GUARD_SIZE);
    put(bad, sizeof(bad));
    refuses(RC_USAGE, "more than 1152 bytes");
    memset(bad, 0, GUARD_SIZE); /* what a loss of power may leave */
    put(bad, GUARD_SIZE);
    refuses(RC_USAGE, "nobody knows how often");
    memset(bad, ' ', GUARD_SIZE);
    put(bad, GUARD_SIZE);
    refuses(RC_USAGE, "delete that file");
    put("", 0); /* somebody made it and died, or it was emptied: no free start */
    refuses(RC_USAGE, "it has 0 bytes");
    put(good, GUARD_SIZE);
    struct guard *a = opened();
    put(bad, GUARD_SIZE); /* while it is used */
    says(a, "h1", GUARD_STOP, "is damaged");
    put(good, GUARD_SIZE);
    says(a, "h1", GUARD_STOP, "is damaged"); /* stays so */
    guard_close(a);
    displace();
}

static void a_refusal_that_cannot_be_written_counts(void)
{
    unsigned slot = 9;
    char good[GUARD_SIZE];
    place();
    struct guard *a = opened();
    T_EQ_I(enter(a, "h1", &slot), GUARD_GO);
    size_t size = 0;
    uint8_t *kept = t_read_file(path, &size);
    T_OK(kept && size == GUARD_SIZE);
    memset(good, 'x', sizeof(good));
    put(good, sizeof(good));
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "is damaged");
    guard_close(a);
    put(kept, GUARD_SIZE); /* as it was while the logon was under way */
    free(kept);
    a = opened();
    T_EQ_I(enter(a, "h2", &slot), GUARD_GO);
    T_HAS(guard_notice(a), "interrupted at h1");
    guard_leave(a, slot, WORKER_GATE_OK);
    guard_close(a);
    displace();
}

static void only_a_plain_file(void)
{
    char other[128];
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    place();
    (void)snprintf(other, sizeof(other), "%s/other", directory);
    T_EQ_I(symlink(other, path), 0);
    refuses(RC_USAGE, "it is a link");
    T_OK(access(other, F_OK) != 0);
    (void)unlink(path);
    T_EQ_I(mkfifo(path, 0600), 0);
    refuses(RC_USAGE, "is no plain file");
    (void)unlink(path);
    T_EQ_I(mkdir(path, 0700), 0);
    refuses(RC_USAGE, "--logon-guard");
    (void)rmdir(path);
    guard_close(opened());
    T_EQ_I(chmod(path, 0666), 0);
    refuses(RC_USAGE, "everybody may write");
    (void)snprintf(other, sizeof(other), "%s/none/x", directory);
    T_EQ_I(guard_open(other, &g, &err), RC_USAGE);
    T_HAS(err.msg, "--logon-guard");
    T_HAS(err.where, "/none/x");
    displace();
}

static void deleted_while_it_runs(void)
{
    unsigned slot = 9;
    place();
    struct guard *a = opened();
    T_EQ_I(enter(a, "h1", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    T_EQ_I(unlink(path), 0);
    struct guard *b = opened(); /* the next audit */
    T_EQ_I(enter(b, "h1", &slot), GUARD_GO);
    says(a, "h2", GUARD_STOP, "was deleted or replaced");
    guard_leave(b, slot, WORKER_GATE_OK);
    guard_close(a);
    guard_close(b);
    displace();
}

static void names_are_made_safe(void)
{
    unsigned slot = 9;
    size_t size = 0;
    char wild[400];
    place();
    memset(wild, 'a', sizeof(wild));
    memcpy(wild, "x \n\x1b[31m\xe9", 9);
    wild[sizeof(wild) - 1] = '\0';
    struct guard *a = opened();
    T_EQ_I(enter(a, wild, &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    says(a, wild, GUARD_NOT, "refused by x???[31m?aa");
    T_EQ_I(enter(a, "", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    guard_close(a);
    uint8_t *bytes = t_read_file(path, &size);
    T_EQ_I(size, GUARD_SIZE);
    for (size_t i = 0; bytes && i < size; i++) {
        T_OK(bytes[i] == '\n' || (bytes[i] >= ' ' && bytes[i] <= '~'));
    }
    free(bytes);
    displace();
}

static bool reads(const uint8_t *p, size_t n, void *context)
{
    struct guard_content c;
    struct err err;
    char again[GUARD_SIZE];
    int *wrong = context;
    if (guard_file_read((const char *)p, n, &c, &err) != RC_OK) {
        return false;
    }
    guard_file_write(&c, again);
    *wrong += n != GUARD_SIZE || memcmp(again, p, n) != 0;
    return true;
}

/* A cut or a flipped bit is refused, or is another slot that a guard could have written; never fewer refusals. */
static void reads_what_it_writes(void)
{
    struct guard_content c = example(), got;
    struct err err;
    char bytes[GUARD_SIZE];
    size_t accepted = 0, refused = 0;
    int wrong = 0;
    guard_file_write(&c, bytes);
    T_EQ_I(guard_file_read(bytes, sizeof(bytes), &got, &err), RC_OK);
    T_EQ_I(got.slots[0].kind, GUARD_REFUSED);
    T_EQ_S(got.slots[0].target, "dc1.hospital.example");
    T_EQ_I(got.slots[1].kind, GUARD_UNDER_WAY);
    T_EQ_I(got.slots[1].process, 4711);
    t_mutate((const uint8_t *)bytes, sizeof(bytes), 8 * sizeof(bytes), reads, &wrong, &accepted,
             &refused);
    T_EQ_I(wrong, 0);
    T_OK(accepted > 0 && refused > 9 * accepted);
    for (size_t i = 0; i < sizeof(bytes) * 8; i++) { /* every single bit */
        char flipped[GUARD_SIZE];
        memcpy(flipped, bytes, sizeof(bytes));
        flipped[i / 8] = (char)(flipped[i / 8] ^ (1 << i % 8));
        if (guard_file_read(flipped, sizeof(flipped), &got, &err) == RC_OK) {
            T_EQ_I(got.slots[0].kind, GUARD_REFUSED);
            T_EQ_I(got.slots[1].kind, GUARD_UNDER_WAY);
        }
    }
}

/* ---- many processes ---- */

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
    if (guard_open(path, &g, &err) != RC_OK) {
        (void)atomic_fetch_add(&c->failed, 1);
        return;
    }
    for (int i = 0; i < 60 && !guard_message(g);) {
        unsigned slot = GUARD_SLOTS;
        (void)snprintf(target, sizeof(target), "h%d-%d", number, i);
        guard_settle(g);
        if (enter(g, target, &slot) != GUARD_GO) {
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
    place();
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
    displace();
}

/* One that always has more to do does not keep the others out. */
static void each_has_its_turn(void)
{
    unsigned slots[2] = { 9, 9 }, slot = 9;
    int turns = 0;
    place();
    struct guard *busy = opened(), *other = opened();
    for (int i = 0; i < 200; i++) {
        (void)enter(busy, "h1", &slots[0]);
        (void)enter(busy, "h2", &slots[1]);
        if (i % 5 == 0 && enter(other, "h3", &slot) == GUARD_GO) { /* looks every 5 ms only */
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
    T_EQ_I(enter(busy, "h1", &slots[0]), GUARD_GO);
    guard_leave(busy, slots[0], WORKER_GATE_OK);
    T_EQ_I(enter(busy, "h1", &slots[0]), GUARD_GO); /* alone: at once */
    guard_close(busy);
    guard_close(other);
    displace();
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
    if (guard_open(path, &g, &err) != RC_OK) {
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
        place();
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
        displace();
    }
}

/* The gate's own bookkeeping with a guard that others use. */
static void the_gate_waits(void)
{
    static struct gates g;
    static struct gate_seat seats[3];
    const char *why = NULL;
    unsigned one = 9, two = 9;
    place();
    memset(&g, 0, sizeof(g));
    struct guard *other = opened();
    g.guard = opened();
    T_EQ_I(enter(other, "x1", &one), GUARD_GO);
    T_EQ_I(enter(other, "x2", &two), GUARD_GO);
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
    T_HAS(gate_message(&g, WORKER_GATE_LOGON), path);
    T_OK(!gate_question(&g)); /* what others share no operator of one process extends */
    gate_ask(&g, &seats[0], WORKER_GATE_LOGON, "h3");
    T_OK(gate_next(&g, &why) == &seats[0]);
    T_HAS(why, "x1 and refused by h0 (all shards together)");
    guard_close(other);
    guard_close(g.guard);
    displace();
}

/* Whoever gives its place back without a word was not refused, as far as anybody knows; nothing stays behind. */
static void a_worker_that_dies_gives_back(void)
{
    static struct gates g;
    static struct gate_seat seat;
    const char *why = NULL;
    unsigned one = 9, two = 9;
    place();
    memset(&g, 0, sizeof(g));
    g.guard = opened();
    gate_ask(&g, &seat, WORKER_GATE_LOGON, "h0");
    T_OK(gate_next(&g, &why) == &seat && !why);
    gate_drop(&g, &seat);
    struct guard *other = opened();
    T_EQ_I(enter(other, "h0", &one), GUARD_GO);
    T_EQ_I(enter(other, "h1", &two), GUARD_GO);
    guard_leave(other, one, WORKER_GATE_OK);
    guard_leave(other, two, WORKER_GATE_OK);
    T_OK(!guard_notice(other));
    guard_close(other);
    guard_close(g.guard);
    displace();
}

static void ten_thousand_are_quick(void)
{
    struct timespec from, to;
    unsigned slot = 9;
    place();
    struct guard *a = opened();
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < 10000; i++) {
        if (enter(a, "h1", &slot) == GUARD_GO) {
            guard_leave(a, slot, WORKER_GATE_OK);
        }
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    double us = (double)(to.tv_sec - from.tv_sec) * 100 + (double)(to.tv_nsec - from.tv_nsec) / 1e7;
    (void)printf("  a logon with its lock, read, write and the same afterwards: %.1f us\n", us);
    T_OK(us < 1000); /* a hundred times what a quiet machine needs */
    T_OK(!guard_message(a));
    guard_close(a);
    displace();
}

#define TESTS(X)                               \
    X(two_at_a_time)                           \
    X(never_a_third_refusal)                   \
    X(a_lockout_stops_all)                     \
    X(the_dead_hold_nothing)                   \
    X(patience_ends)                           \
    X(damage_means_stop)                       \
    X(a_refusal_that_cannot_be_written_counts) \
    X(only_a_plain_file)                       \
    X(deleted_while_it_runs)                   \
    X(names_are_made_safe)                     \
    X(reads_what_it_writes)                    \
    X(many_processes)                          \
    X(each_has_its_turn)                       \
    X(supervisors_share_it)                    \
    X(the_gate_waits) X(a_worker_that_dies_gives_back) X(ten_thousand_are_quick)

T_MAIN("guard", TESTS)
