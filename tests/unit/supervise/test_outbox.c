/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files on their way from a collector to the decoder: written by one worker, sealed, read by another. */
#include <sys/mman.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/supervise/outbox.h"
#include "tests/unit/supervise/support.h"

static enum rc fetch(struct fixture *f, const char *how, int fd, struct task_end *end)
{
    struct err err = { .rc = RC_OK };
    struct task task;
    fixture_task(&task, "good-collector", "dc1");
    fixture_add(&task, "outbox", how);
    outbox_attach(&task, fd);
    T_EQ_I(supervisor_run(f->supervisor, &task, 1, end, &err), RC_OK);
    return end->rc;
}

static void what_was_fetched_stays_as_it_is(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task_end end;
    struct task task;
    uint64_t size = 0;
    int fd = -1;
    fixture_open(&f, 1);
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    T_EQ_I(fetch(&f, "7", fd, &end), RC_OK);
    T_EQ_I(outbox_seal(fd, &size, &err), RC_OK);
    T_EQ_I(size, 7);
    T_OK(pwrite(fd, "x", 1, 0) < 0 && ftruncate(fd, 1) < 0 && ftruncate(fd, 99) < 0);
    T_OK(mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    fixture_task(&task, "good-decoder", "dc1"); /* and the next worker gets it */
    fixture_add(&task, "artifact", "fetched");
    task.artifact = fd;
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_S(end.detail, "");
    (void)close(fd);
    fixture_close(&f);
}

/* A task with `count` outboxes on disk. */
static enum rc fetch_into(struct fixture *f, const char *how, const char *room, FILE **files,
                          size_t count, struct task_end *end)
{
    struct err err = { .rc = RC_OK };
    struct task task;
    fixture_task(&task, "good-collector", "dc1");
    fixture_add(&task, "outbox", how);
    fixture_add(&task, "each", "1");
    fixture_add(&task, "outbox_mebibytes", room);
    for (size_t i = 0; i < count; i++) {
        files[i] = tmpfile();
        if (i == 0) {
            outbox_attach(&task, fileno(files[i]));
        } else {
            T_EQ_I(outbox_attach_more(&task, fileno(files[i]), &err), RC_OK);
        }
    }
    if (count == TASK_MAX_OUTBOXES) {
        T_EQ_I(outbox_attach_more(&task, 0, &err), RC_LIMIT);
    }
    T_EQ_I(supervisor_run(f->supervisor, &task, 1, end, &err), RC_OK);
    return end->rc;
}

static void a_task_may_have_several(void)
{
    static const size_t counts[] = { 1, 2, TASK_MAX_OUTBOXES };
    for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
        struct fixture f;
        struct task_end end;
        FILE *files[TASK_MAX_OUTBOXES] = { NULL };
        fixture_open(&f, 1);
        T_EQ_I(fetch_into(&f, "number", "1", files, counts[k], &end), RC_OK);
        T_EQ_S(end.detail, "");
        for (size_t i = 0; i < counts[k]; i++) {
            char text[4] = "";
            T_EQ_I(pread(fileno(files[i]), text, sizeof(text), 0), 1);
            T_EQ_I(text[0], '0' + (int)i);
            (void)fclose(files[i]);
        }
        fixture_close(&f);
    }
}

#ifndef KAGIMORI_NO_SANDBOX
static void a_file_on_disk_has_the_room_that_its_task_says(void)
{
    static const struct {
        const char *room, *want;
    } cases[] = { { "3", "2" }, { "5", "4" }, { "0", "0" } };

    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct fixture f;
        struct task_end end;
        FILE *files[1] = { NULL };
        fixture_open(&f, 1);
        T_EQ_I(fetch_into(&f, "large", cases[k].room, files, 1, &end), RC_LIMIT);
        T_EQ_S(end.detail, cases[k].want);
        (void)fclose(files[0]);
        fixture_close(&f);
    }
}
#endif

static void a_worker_that_seals_is_found_out(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task_end end;
    uint64_t size = 0;
    int fd = -1;
    fixture_open(&f, 1);
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    T_EQ_I(fetch(&f, "seal", fd, &end), RC_OK);
    T_EQ_I(outbox_seal(fd, &size, &err), RC_IO);
    (void)close(fd);
    fixture_close(&f);
}

static void nobody_seals_what_can_be_written(void)
{
    struct err err = { .rc = RC_OK };
    uint64_t size = 0;
    int fd = -1;
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    T_EQ_I(ftruncate(fd, 4096), 0);
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    T_OK(p != MAP_FAILED);
    T_EQ_I(outbox_seal(fd, &size, &err), RC_IO);
    (void)munmap(p, 4096);
    T_EQ_I(outbox_seal(fd, &size, &err), RC_OK);
    T_EQ_I(size, 4096);
    (void)close(fd);
    T_EQ_I(outbox_seal(-1, &size, &err), RC_IO);
}

#ifndef KAGIMORI_NO_SANDBOX
/* The role allows 1 MiB. */
static void an_outbox_has_a_limit(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task_end end;
    uint64_t size = 0;
    int fd = -1;
    fixture_open(&f, 1);
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    T_EQ_I(fetch(&f, "1048576", fd, &end), RC_OK);
    (void)close(fd);
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    T_EQ_I(fetch(&f, "1048577", fd, &end), RC_DENIED);
    T_HAS(end.detail, "File too large");
    T_EQ_I(outbox_seal(fd, &size, &err), RC_OK);
    T_EQ_I(size, 1048576);
    (void)close(fd);
    /* Without one nothing at all is written, into whatever is open. */
    struct task task;
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    fixture_task(&task, "good-recluse", "dc1");
    outbox_attach(&task, fd);
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_OK(end.rc != RC_OK);
    (void)close(fd);
    fixture_close(&f);
}
#endif

/* Fetches for count hosts; what was fetched is decoded by tasks of the same feed, before the next host is asked. */
struct chain {
    struct task_feed feed;
    size_t count, given, fetched, decoded, open, most_open;
    size_t signal_at;
    int ready[64]; /* outboxes that wait for the decoder */
    size_t ready_count;
    char names[64][16];
};

static bool chain_next(struct task_feed *feed, struct task *ret)
{
    struct chain *c = (struct chain *)feed;
    if (c->ready_count > 0) {
        fixture_task(ret, "good-decoder", "decoded");
        fixture_add(ret, "artifact", "fetched");
        ret->artifact = c->ready[--c->ready_count];
        return true;
    }
    if (c->given == c->count) {
        return false;
    }
    struct err err = { .rc = RC_OK };
    int fd = -1;
    T_EQ_I(outbox_new(&fd, &err), RC_OK);
    c->most_open = ++c->open > c->most_open ? c->open : c->most_open;
    char *name = c->names[c->given++ % 64];
    (void)snprintf(name, sizeof(c->names[0]), "host%zu", c->given);
    fixture_task(ret, "good-collector", name);
    fixture_add(ret, "outbox", "7");
    outbox_attach(ret, fd);
    return true;
}

static void chain_ended(struct task_feed *feed, const struct task *task, const struct task_end *end)
{
    struct chain *c = (struct chain *)feed;
    struct err err = { .rc = RC_OK };
    uint64_t size = 0;
    if (task->has_outbox && end->rc == RC_OK && outbox_seal(task->artifact, &size, &err) == RC_OK &&
        size == 7) {
        c->fetched++;
        c->ready[c->ready_count++] = task->artifact;
        if (c->fetched == c->signal_at) {
            (void)raise(SIGTERM);
        }
        return;
    }
    c->decoded += !task->has_outbox && end->rc == RC_OK;
    c->open--;
    (void)close(task->artifact);
}

static void fetching_makes_work_for_the_decoder(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 4);
    struct chain c = { .feed = { .next = chain_next, .ended = chain_ended }, .count = 50 };
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(c.fetched, 50);
    T_EQ_I(c.decoded, 50);
    T_EQ_I(c.open, 0);
    T_OK(c.most_open <= 4);
    fixture_close(&f);
}

static void a_stop_leaves_nothing_open(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 4);
    struct chain c = { .feed = { .next = chain_next, .ended = chain_ended },
                       .count = 60,
                       .signal_at = 3 };
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_LIMIT);
    T_EQ_I(c.given, 60);
    T_EQ_I(c.open, 0);
    T_EQ_I(c.ready_count, 0);
    T_OK(c.decoded < 60);
    fixture_close(&f);
}

#ifdef KAGIMORI_NO_SANDBOX
#define LIMITS(X)
#else
#define LIMITS(X) X(an_outbox_has_a_limit) X(a_file_on_disk_has_the_room_that_its_task_says)
#endif
#define TESTS(X)                           \
    X(what_was_fetched_stays_as_it_is)     \
    X(a_task_may_have_several)             \
    X(a_worker_that_seals_is_found_out)    \
    X(nobody_seals_what_can_be_written)    \
    LIMITS(X)                              \
    X(fetching_makes_work_for_the_decoder) \
    X(a_stop_leaves_nothing_open)
T_MAIN("outbox", TESTS)
