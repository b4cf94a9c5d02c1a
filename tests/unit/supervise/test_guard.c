/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon guard: what its slots say to whom, who died with it, what is no guard. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/supervise/guard_support.h"

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
    guard_place();
    struct guard *a = guard_opened(), *b = guard_opened(), *c = guard_opened();
    T_EQ_I(guard_try(a, "h1", &one), GUARD_GO);
    T_EQ_I(guard_try(b, "H1", &two), GUARD_WAIT); /* not the same host twice */
    T_EQ_I(guard_try(b, "h2", &two), GUARD_GO);
    T_EQ_I(guard_try(c, "h3", &three), GUARD_WAIT);
    T_EQ_I(guard_try(a, "h3", &three), GUARD_WAIT);
    guard_leave(b, two, WORKER_GATE_OTHER);
    T_EQ_I(guard_try(c, "h3", &three), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_OK);
    guard_leave(c, three, WORKER_GATE_OK);
    T_OK(!guard_message(a) && !guard_notice(a));
    guard_close(a);
    guard_close(b);
    T_EQ_I(guard_try(c, "h1", &one), GUARD_GO);
    T_EQ_I(guard_try(c, "h2", &two), GUARD_GO);
    guard_close(
        c); /* with both: a process that ends in peace and does not tell counts like one that dies */
    a = guard_opened();
    says(a, "h4", GUARD_STOP, "interrupted at h1 and interrupted at h2");
    guard_close(a);
    guard_displace();
}

static void never_a_third_refusal(void)
{
    unsigned one = 9, two = 9;
    struct stat st;
    guard_place();
    struct guard *a = guard_opened(), *b = guard_opened();
    T_EQ_I(guard_try(a, "dc1.example", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_REFUSED);
    says(b, "DC1.example", GUARD_NOT, "refused by dc1.example before, in this or another shard");
    T_EQ_I(guard_try(b, "dc2.example", &two), GUARD_GO);
    T_EQ_I(guard_try(a, "h3", &one), GUARD_WAIT); /* one at a time now */
    guard_leave(b, two, WORKER_GATE_OK);          /* forgives nothing */
    T_EQ_I(guard_try(a, "h3", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "was refused by dc1.example and refused by h3 (all shards together)");
    T_HAS(guard_message(a), guard_path);
    T_HAS(guard_message(a), "correct the password, then delete");
    says(b, "h4", GUARD_STOP, "is not used any more");
    T_EQ_S(guard_message(b), guard_message(a));
    guard_close(a);
    guard_close(b);
    a = guard_opened(); /* a later process hears it at once, and a newer password alone changes nothing */
    T_HAS(guard_notice(a), "is not used any more");
    says(a, "h5", GUARD_STOP, "is not used any more");
    guard_close(a);
    T_OK(stat(guard_path, &st) == 0 && (st.st_mode & 07777) == 0600);
    T_EQ_I(unlink(guard_path), 0); /* the operator */
    a = guard_opened();
    T_EQ_I(guard_try(a, "h5", &one), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_OK);
    guard_close(a);
    guard_displace();
}

static void a_lockout_stops_all(void)
{
    unsigned one = 9, two = 9;
    guard_place();
    struct guard *a = guard_opened(), *b = guard_opened();
    T_EQ_I(guard_try(a, "h1", &one), GUARD_GO);
    T_EQ_I(guard_try(b, "h2", &two), GUARD_GO);
    guard_leave(a, one, WORKER_GATE_LOCKED);
    says(a, "h3", GUARD_STOP, "is locked out, h1 says, and no shard uses it any more");
    guard_leave(b, two, WORKER_GATE_OK);
    says(b, "h3", GUARD_STOP, "have it unlocked, correct the password, then delete");
    guard_close(a);
    guard_close(b);
    guard_displace();
}

static void dies_inside(void)
{
    unsigned slot = 9;
    struct guard *g = NULL;
    struct err err;
    if (guard_open(guard_path, &g, &err) != RC_OK || guard_try(g, "h1", &slot) != GUARD_GO) {
        _exit(1);
    }
}

static void dies_outside(void)
{
    unsigned slot = 9;
    struct guard *g = NULL;
    struct err err;
    if (guard_open(guard_path, &g, &err) != RC_OK || guard_try(g, "h1", &slot) != GUARD_GO) {
        _exit(1);
    }
    guard_leave(g, slot, WORKER_GATE_OK);
}

static void the_dead_hold_nothing(void)
{
    unsigned slot = 9;
    guard_place();
    killed(dies_outside);
    struct guard *a = guard_opened();
    T_OK(!guard_notice(a));
    T_EQ_I(guard_try(a, "h1", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    killed(dies_inside); /* nobody knows whether it was refused */
    T_EQ_I(guard_try(a, "h2", &slot), GUARD_GO);
    T_HAS(guard_notice(a), "was interrupted at h1 on 20");
    says(a, "h1", GUARD_NOT, "interrupted at h1 before");
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "was interrupted at h1 and refused by h2");
    guard_close(a);
    guard_displace();
}

static void patience_ends(void)
{
    unsigned one = 9, two = 9;
    guard_place();
    struct guard *a = guard_opened(), *b = guard_opened();
    T_EQ_I(guard_try(a, "h1", &one), GUARD_GO);
    T_EQ_I(guard_try(a, "h2", &two), GUARD_GO);
    guard_patience(b, 60);
    T_EQ_I(guard_try(b, "h3", &two), GUARD_WAIT);
    (void)usleep(80 * 1000);
    says(b, "h3", GUARD_STOP, "other shards let this one log on nowhere");
    T_HAS(guard_message(b), "at h2): see whether it hangs");
    guard_close(a);
    guard_close(b);
    guard_displace();
}

/* A wait of any length is none in vain where others go in and out. */
static void patience_is_for_what_stands_still(void)
{
    unsigned one = 9, two = 9;
    guard_place();
    struct guard *a = guard_opened(), *b = guard_opened();
    T_EQ_I(guard_try(a, "h1", &one), GUARD_GO);
    T_EQ_I(guard_try(a, "h2", &two), GUARD_GO);
    guard_patience(b, 100);
    T_EQ_I(guard_try(b, "h9", &one), GUARD_WAIT);
    for (int i = 0; i < 3; i++) {
        (void)usleep(70 * 1000);
        guard_leave(a, two, WORKER_GATE_OTHER);
        T_EQ_I(guard_try(a, i % 2 ? "h2" : "h3", &two), GUARD_GO);
        (void)usleep(70 * 1000);
        T_EQ_I(guard_try(b, "h9", &one), GUARD_WAIT);
    }
    (void)usleep(120 * 1000);
    says(b, "h9", GUARD_STOP, "at h3): see whether it hangs");
    guard_close(a);
    guard_close(b);
    guard_displace();
}

/* A full disk while it is made leaves no empty file, which would be damage for ever. */
static void what_cannot_be_filled_does_not_stay(void)
{
    int status = 0;
    guard_place();
    pid_t pid = fork();
    if (pid == 0) {
        struct guard *g = NULL;
        struct err err = { .rc = RC_OK };
        const struct rlimit none = { 0, 0 };
        (void)signal(SIGXFSZ, SIG_IGN);
        bool ok = setrlimit(RLIMIT_FSIZE, &none) == 0 &&
                  guard_open(guard_path, &g, &err) == RC_IO &&
                  strstr(err.msg, "cannot be written") != NULL;
        _exit(ok ? 0 : 1);
    }
    T_OK(pid > 0 && waitpid(pid, &status, 0) == pid);
    T_OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    T_OK(access(guard_path, F_OK) != 0);
    guard_close(guard_opened());
    guard_displace();
}

/* ---- foreign input ---- */

static void put(const void *bytes, size_t size)
{
    int fd = open(guard_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    T_OK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    (void)close(fd);
}

static void refuses(enum rc rc, const char *part)
{
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(guard_open(guard_path, &g, &err), rc);
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
    guard_place();
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
    struct guard *a = guard_opened();
    put(bad, GUARD_SIZE); /* while it is used */
    says(a, "h1", GUARD_STOP, "is damaged");
    put(good, GUARD_SIZE);
    says(a, "h1", GUARD_STOP, "is damaged"); /* stays so */
    guard_close(a);
    guard_displace();
}

static void a_refusal_that_cannot_be_written_counts(void)
{
    unsigned slot = 9;
    char good[GUARD_SIZE];
    guard_place();
    struct guard *a = guard_opened();
    T_EQ_I(guard_try(a, "h1", &slot), GUARD_GO);
    size_t size = 0;
    uint8_t *kept = t_read_file(guard_path, &size);
    T_OK(kept && size == GUARD_SIZE);
    memset(good, 'x', sizeof(good));
    put(good, sizeof(good));
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    T_HAS(guard_message(a), "is damaged");
    guard_close(a);
    put(kept, GUARD_SIZE); /* as it was while the logon was under way */
    free(kept);
    a = guard_opened();
    T_EQ_I(guard_try(a, "h2", &slot), GUARD_GO);
    T_HAS(guard_notice(a), "interrupted at h1");
    guard_leave(a, slot, WORKER_GATE_OK);
    guard_close(a);
    guard_displace();
}

/* Locks that do not hold between machines: what another machine wrote into our slot is not wiped away by a success. */
static void takes_nothing_back(void)
{
    unsigned slot = 9;
    char bytes[GUARD_SIZE];
    struct guard_content c = example();
    guard_place();
    struct guard *a = guard_opened();
    T_EQ_I(guard_try(a, "h1", &slot), GUARD_GO);
    c.slots[0].kind = GUARD_INTERRUPTED;
    c.slots[1].kind = GUARD_FREE;
    guard_file_write(&c, bytes);
    put(bytes, sizeof(bytes));
    guard_leave(a, slot, WORKER_GATE_OK);
    T_HAS(guard_notice(a), "interrupted at dc1.hospital.example");
    guard_close(a);
    guard_displace();
}

static void only_a_plain_file(void)
{
    char other[128];
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    guard_place();
    (void)snprintf(other, sizeof(other), "%s/other", guard_directory);
    T_EQ_I(symlink(other, guard_path), 0);
    refuses(RC_USAGE, "it is a link");
    T_OK(access(other, F_OK) != 0);
    (void)unlink(guard_path);
    T_EQ_I(mkfifo(guard_path, 0600), 0);
    refuses(RC_USAGE, "is no plain file");
    (void)unlink(guard_path);
    T_EQ_I(mkdir(guard_path, 0700), 0);
    refuses(RC_USAGE, "--logon-guard");
    (void)rmdir(guard_path);
    guard_close(guard_opened());
    T_EQ_I(chmod(guard_path, 0666), 0);
    refuses(RC_USAGE, "everybody may write");
    (void)snprintf(other, sizeof(other), "%s/none/x", guard_directory);
    T_EQ_I(guard_open(other, &g, &err), RC_USAGE);
    T_HAS(err.msg, "--logon-guard");
    T_HAS(err.where, "/none/x");
    guard_displace();
}

static void deleted_while_it_runs(void)
{
    unsigned slot = 9;
    guard_place();
    struct guard *a = guard_opened();
    T_EQ_I(guard_try(a, "h1", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    T_EQ_I(unlink(guard_path), 0);
    struct guard *b = guard_opened(); /* the next audit */
    T_EQ_I(guard_try(b, "h1", &slot), GUARD_GO);
    says(a, "h2", GUARD_STOP, "was deleted or replaced");
    guard_leave(b, slot, WORKER_GATE_OK);
    guard_close(a);
    guard_close(b);
    guard_displace();
}

static void names_are_made_safe(void)
{
    unsigned slot = 9;
    size_t size = 0;
    char wild[400];
    guard_place();
    memset(wild, 'a', sizeof(wild));
    memcpy(wild, "x \n\x1b[31m\xe9", 9);
    wild[sizeof(wild) - 1] = '\0';
    struct guard *a = guard_opened();
    T_EQ_I(guard_try(a, wild, &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_REFUSED);
    says(a, wild, GUARD_NOT, "refused by x???[31m?aa");
    T_EQ_I(guard_try(a, "", &slot), GUARD_GO);
    guard_leave(a, slot, WORKER_GATE_OK);
    guard_close(a);
    uint8_t *bytes = t_read_file(guard_path, &size);
    T_EQ_I(size, GUARD_SIZE);
    for (size_t i = 0; bytes && i < size; i++) {
        T_OK(bytes[i] == '\n' || (bytes[i] >= ' ' && bytes[i] <= '~'));
    }
    free(bytes);
    guard_displace();
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

#define TESTS(X)                               \
    X(two_at_a_time)                           \
    X(never_a_third_refusal)                   \
    X(a_lockout_stops_all)                     \
    X(the_dead_hold_nothing)                   \
    X(patience_ends)                           \
    X(patience_is_for_what_stands_still)       \
    X(what_cannot_be_filled_does_not_stay)     \
    X(damage_means_stop)                       \
    X(a_refusal_that_cannot_be_written_counts) \
    X(takes_nothing_back)                      \
    X(only_a_plain_file)                       \
    X(deleted_while_it_runs)                   \
    X(names_are_made_safe)                     \
    X(reads_what_it_writes)

T_MAIN("guard", TESTS)
