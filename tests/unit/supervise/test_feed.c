/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that are made when there is a place for them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/supervise/progress.h"
#include "tests/unit/supervise/support.h"

/* Gives count tasks; what a task borrows is made by next and freed by ended. */
struct counting_feed {
    struct task_feed feed;
    struct err err;
    size_t count, given, ended, failed, live, most_live;
    size_t signal_at; /* raises SIGTERM when so many have ended; 0 = never */
    size_t rss_64;    /* KiB when 64 had ended */
    const char *role;
};

static size_t resident_kib(void)
{
    char line[256];
    unsigned long size = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            size = strtoul(line + 6, NULL, 10);
        }
    }
    if (f) {
        (void)fclose(f);
    }
    return size;
}

static bool next(struct task_feed *f, struct task *ret)
{
    struct counting_feed *c = (struct counting_feed *)f;
    if (c->given == c->count) {
        return false;
    }
    T_OK(ret->artifact == -1 && ret->count == 0 && !ret->role);
    char *name = malloc(32);
    if (!name) {
        abort();
    }
    (void)snprintf(name, 32, "host%04zu", c->given++);
    fixture_task(ret, c->role, name);
    fixture_add(ret, "first", name + 4); /* the same rows again and again are fine */
    ret->tag = name;
    c->live++;
    c->most_live = c->live > c->most_live ? c->live : c->most_live;
    return true;
}

static void ended(struct task_feed *f, const struct task *task, const struct task_end *end)
{
    struct counting_feed *c = (struct counting_feed *)f;
    T_OK(task->tag == task->target);
    free(task->tag);
    c->ended++;
    c->failed += end->rc != RC_OK;
    c->live--;
    if (c->ended == 64) {
        c->rss_64 = resident_kib();
    }
    if (c->ended == c->signal_at) {
        (void)raise(SIGTERM); /* blocked until the loop waits */
    }
}

static struct counting_feed feed_of(size_t count, uint32_t parallel)
{
    return (struct counting_feed){
        .feed = { .next = next, .ended = ended, .total = count, .parallel = parallel },
        .role = "good-collector",
        .count = count
    };
}

static void tasks_are_made_when_needed(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 6);
    struct counting_feed c = feed_of(40, 0);
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(c.ended, 40);
    T_EQ_I(c.failed, 0);
    T_EQ_I(c.most_live, 6);
    c = feed_of(10, 2); /* a limit of its own, and no total */
    c.feed.total = 0;
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(c.ended, 10);
    T_EQ_I(c.most_live, 2);
    c = feed_of(12, 12); /* more than the supervisor's own */
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(c.most_live, 12);
    c = feed_of(0, 0);
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(fixture_number(&f, "SELECT count(DISTINCT task) FROM worker_run", NULL), 62);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE state = 'complete'", NULL), 40);
    fixture_close(&f);
}

static void tasks_that_cannot_start_end_too(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 2);
    struct counting_feed c = feed_of(20, 0);
    c.role = "good-missing";
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    T_EQ_I(c.ended, 20);
    T_EQ_I(c.failed, 20);
    T_EQ_I(c.live, 0);
    fixture_close(&f);
}

/* What was not begun when the operator stops is taken from the feed all the same, and written down. */
static void a_stop_drains_the_feed(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 2);
    struct counting_feed c = feed_of(30, 0);
    c.signal_at = 5;
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_LIMIT);
    T_EQ_I(c.given, 30);
    T_EQ_I(c.ended, 30);
    T_EQ_I(c.live, 0);
    T_OK(c.failed >= 20);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage", NULL), 30);
    T_OK(fixture_number(&f, "SELECT count(*) FROM coverage WHERE state = 'not_collected'", NULL) >=
         20);
    fixture_close(&f);
}

static void a_full_disk_ends_what_runs(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 4);
    T_EQ_I(store_exec(store_handle(f.store), "PRAGMA max_page_count=1", &err), RC_OK);
    struct counting_feed c = feed_of(500, 0);
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_IO);
    T_EQ_I(c.live, 0);
    T_EQ_I(c.ended, c.given);
    T_OK(c.given < 500 && c.failed > 0);
    fixture_close(&f);
}

/* Sanitizers keep what is freed for a while. */
#ifdef KAGIMORI_NO_SANDBOX
#define CROWD       128
#define ALLOWED_KIB (1U << 20)
#else
#define CROWD       1024
#define ALLOWED_KIB 2048
#endif

static void memory_stays_flat(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 16);
    struct counting_feed c = feed_of(CROWD, 0);
    T_EQ_I(supervisor_run_feed(f.supervisor, &c.feed, &err), RC_OK);
    size_t rss = resident_kib();
    T_EQ_I(c.ended, CROWD);
    T_OK(rss <= c.rss_64 + ALLOWED_KIB);
    (void)printf("resident: %zu KiB after 64 tasks, %zu KiB after %d; a task has %zu bytes\n",
                 c.rss_64, rss, CROWD, sizeof(struct task));
    fixture_close(&f);
}

static void parameters_up_to_the_limit_travel(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    static struct task task;
    static char value[200];
    struct task_end end;
    memset(value, 'v', sizeof(value) - 1);
    fixture_open(&f, 1);
    fixture_task(&task, "good-collector", "dc1");
    while (task.count < TASK_MAX_PARAMETERS - 1) {
        fixture_add(&task, "registry", value);
    }
    fixture_add(&task, "source", "ldap.group");
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE state = 'complete'", NULL), 2);
    fixture_close(&f);
}

static void shows_what_is_known(void)
{
    char line[256];
    struct progress p = { .is_on = true, .started_ms = 1000 };
    struct progress_now now = { .done = 7, .failed = 2, .target = "h1" };
    progress_line(&p, &now, 31000, 80, line, sizeof(line));
    T_EQ_S(line, "7 done, 2 failed | h1");
    now.total = 12;
    progress_line(&p, &now, 31000, 80, line, sizeof(line));
    T_EQ_S(line, "7 of 12 done, 2 failed, 3 left, about 10 s left | h1");
}

#define TESTS(X)                       \
    X(tasks_are_made_when_needed)      \
    X(tasks_that_cannot_start_end_too) \
    X(a_stop_drains_the_feed)          \
    X(a_full_disk_ends_what_runs)      \
    X(memory_stays_flat) X(parameters_up_to_the_limit_travel) X(shows_what_is_known)
T_MAIN("feed", TESTS)
