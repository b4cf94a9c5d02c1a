/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop: starts workers while there are tasks and places, waits for news of them, and writes how each ended. */
#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/supervise/child.h"
#include "audit/supervise/guard.h"
#include "audit/supervise/progress.h"
#include "audit/supervise/supervise_internal.h"

#define TICK_MS       200
#define GUARD_MS      5U /* after which other processes' guard is asked again; doubles to the most */
#define GUARD_MOST_MS 25U

/* One call of supervisor_run_feed. */
struct run {
    struct supervisor *s;
    struct task_feed *feed;
    uint32_t parallel;
    struct child *children; /* so many places; task NULL = free */
    struct task *tasks;     /* what each place works at */
    struct progress progress;
    struct progress_now now;
    uint64_t rows;             /* of workers that have ended */
    const sigset_t *open_mask; /* with which signals reach us */
    uint32_t guard_ms;         /* the pause before the guard is asked again */
    int64_t waited_ms;         /* when it last told to wait; 0 = it did not */
    bool is_exhausted;         /* the feed has no more */
    bool is_stopping;
};

static volatile sig_atomic_t stop_signals;

static void on_stop(int number)
{
    (void)number;
    stop_signals++;
}

/* The place is free again; the feed hears how its task ended. */
static void end_task(struct run *r, struct child *c)
{
    struct task_end end = { .rc = c->rc, .rows = c->evidence_rows };
    (void)snprintf(end.detail, sizeof(end.detail), "%s", c->detail);
    r->rows += c->rows;
    if (c->outcome == OUTCOME_DONE) {
        r->now.done++;
    } else {
        r->now.failed++;
    }
    child_close(c);
    if (r->feed->ended) {
        r->feed->ended(r->feed, c->task, &end);
    }
    c->task = NULL;
    c->pid = 0;
    r->is_exhausted = false; /* what came of this task may be work for another one */
}

/* Starts the next task in a free place. One that cannot start has failed, and the audit goes on. */
static enum rc start_next(struct run *r, struct child *c, struct err *err)
{
    char directory[4096];
    struct err fault;
    struct task *task = &r->tasks[c - r->children];
    *task = (struct task){ .artifact = -1 };
    if (!r->feed->next(r->feed, task)) {
        r->is_exhausted = true;
        return RC_OK;
    }
    *c = (struct child){ .task = task,
                         .progress = &r->progress,
                         .gates = &r->s->gates,
                         .seat = { .owner = c, .user = task_get(task, "user") },
                         .number = ++r->s->number,
                         .pidfd = -1,
                         .pipe = -1,
                         .errors = -1,
                         .link = { .state = FRAME_START },
                         .started_at = filetime_now() };
    c->started_ms = c->heard_ms = child_now_ms();
    supervisor_role_directory(r->s, task->role ? task->role : "", directory, sizeof(directory));
    TRY(asked_init(&c->asked, task, err));
    if (child_spawn(c, directory, &fault) == RC_OK) {
        return RC_OK;
    }
    if (c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        (void)waitpid(c->pid, NULL, 0);
        c->pid = 0;
    }
    child_fault(c, OUTCOME_FAILED, fault.rc, "%s", fault.msg);
    TRY(child_record(c, r->s->store, err));
    end_task(r, c);
    return RC_OK;
}

/* Not before the pipe was read to its end: a last word about the gate counts, also of a worker that was stopped. One that crashed
 * or lied inside gives its place back: what ends the logons of all must not be in the hands of one host's worker. */
static void leave_gate(struct run *r, struct child *c)
{
    bool is_cut_off =
        c->kill_at != 0 && (c->outcome == OUTCOME_FAILED || c->outcome == OUTCOME_HUNG);
    if (is_cut_off) {
        gate_interrupt(&r->s->gates, &c->seat);
    } else {
        gate_drop(&r->s->gates, &c->seat);
    }
}

/* Takes the exit status, reads what is left in the pipes, and writes how the task ended. */
static enum rc reap(struct run *r, struct child *c, struct err *err)
{
    siginfo_t info = { .si_pid = 0 };
    /* Whatever it started goes with it; its number cannot be another's before the wait. */
    (void)kill(-c->pid, SIGKILL);
    if (waitid(P_PIDFD, (id_t)c->pidfd, &info, WEXITED) != 0) {
        return err_setf(err, RC_BUG, "cannot wait for a worker");
    }
    c->is_reaped = true;
    c->status = info.si_status;
    c->was_signal = info.si_code != CLD_EXITED;
    uint64_t before = UINT64_MAX;
    while (c->pipe >= 0 && before != c->bytes) {
        before = c->bytes;
        TRY(child_read(c, r->s->store, err));
    }
    before = UINT64_MAX;
    while (c->errors >= 0 && before != c->error_bytes) {
        before = c->error_bytes;
        child_read_errors(c);
    }
    child_settle(c);
    leave_gate(r, c);
    TRY(child_record(c, r->s->store, err));
    end_task(r, c);
    return RC_OK;
}

/* Asks the operator whether to go on, with signals let through. Clocks of the workers rest meanwhile. */
static void ask_operator(struct run *r)
{
    const char *question = gate_question(&r->s->gates);
    if (!question) {
        return;
    }
    int64_t before = child_now_ms();
    bool goes_on = false;
    progress_clear(&r->progress);
    if (r->s->ask_operator && stop_signals == 0) {
        sigset_t blocked;
        (void)sigprocmask(SIG_SETMASK, r->open_mask, &blocked);
        goes_on = r->s->ask_operator(r->s->ask_context, question) && stop_signals == 0;
        (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
    }
    gate_decide(&r->s->gates, goes_on);
    int64_t pause = child_now_ms() - before;
    for (uint32_t i = 0; i < r->parallel; i++) {
        struct child *c = &r->children[i];
        c->started_ms += pause;
        c->heard_ms += pause;
        c->gate_ms += pause;
    }
    if (!goes_on) {
        log_line(LOG_WARN, "%s", question);
    }
}

/* While other processes have the logon, no worker of this one is late that waits for it. */
static void wait_for_guard(struct run *r)
{
    bool is_waiting = r->s->gates.is_waiting;
    int64_t now = child_now_ms();
    for (uint32_t i = 0; i < r->parallel && is_waiting && r->waited_ms; i++) {
        struct child *c = &r->children[i];
        bool is_at_it = c->seat.gate == WORKER_GATE_LOGON && !c->seat.is_held;
        c->started_ms += is_at_it ? now - r->waited_ms : 0;
    }
    uint32_t next = r->guard_ms < GUARD_MS ? GUARD_MS : 2 * r->guard_ms;
    r->guard_ms = !is_waiting ? 0 : next < GUARD_MOST_MS ? next : GUARD_MOST_MS;
    r->waited_ms = is_waiting ? now : 0;
}

/* Answers every worker at a gate that can be answered now. */
static void answer_gates(struct run *r)
{
    struct gate_seat *seat = NULL;
    const char *why_not = NULL;
    ask_operator(r);
    if (r->s->gates.guard) {
        guard_settle(r->s->gates.guard);
    }
    while ((seat = gate_next(&r->s->gates, &why_not)) != NULL) {
        struct child *c = seat->owner;
        if (c->outcome != OUTCOME_NONE || c->pipe < 0) {
            gate_drop(&r->s->gates, seat); /* it is being stopped, and will not hear it */
        } else {
            child_answer(c, why_not);
        }
    }
    wait_for_guard(r);
}

/* Waits for news of any worker, or a tick, or a signal. */
static void wait_for_news(struct run *r, struct pollfd *fds, const sigset_t *open_mask)
{
    const struct timespec tick = { .tv_nsec = (r->guard_ms ? r->guard_ms : TICK_MS) * 1000000L };
    for (uint32_t i = 0; i < r->parallel; i++) {
        const struct child *c = &r->children[i];
        bool is_alive = c->pid > 0;
        fds[3 * i] = (struct pollfd){ .fd = is_alive ? c->pipe : -1, .events = POLLIN };
        fds[3 * i + 1] = (struct pollfd){ .fd = is_alive ? c->errors : -1, .events = POLLIN };
        fds[3 * i + 2] = (struct pollfd){ .fd = is_alive ? c->pidfd : -1, .events = POLLIN };
    }
    if (ppoll(fds, 3 * r->parallel, &tick, open_mask) < 0) {
        for (uint32_t i = 0; i < 3 * r->parallel; i++) {
            fds[i].revents = 0;
        }
        return;
    }
    /* With news at hand it returns without a look at signals: busy workers would keep the operator waiting. */
    sigset_t blocked;
    (void)sigprocmask(SIG_SETMASK, open_mask, &blocked);
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static enum rc serve(struct run *r, struct child *c, const struct pollfd *fds, struct err *err)
{
    if (fds[0].revents != 0 && c->pipe >= 0) {
        TRY(child_read(c, r->s->store, err));
    }
    if (fds[1].revents != 0 && c->errors >= 0) {
        child_read_errors(c);
    }
    if (fds[2].revents != 0) {
        return reap(r, c, err);
    }
    child_check_time(c);
    return RC_OK;
}

static void draw(struct run *r)
{
    r->now.rows = r->rows;
    r->now.target = r->now.doing = NULL;
    for (uint32_t i = 0; i < r->parallel; i++) {
        const struct child *c = &r->children[i];
        if (c->pid > 0) {
            r->now.rows += c->rows;
            r->now.target = c->task->target;
            r->now.doing = c->doing;
            r->now.doing_count = c->done;
        }
    }
    progress_draw(&r->progress, &r->now);
}

/* The operator wants to stop: running workers are ended, waiting tasks are written down as not collected. */
static enum rc stop_all(struct run *r, struct err *err)
{
    for (uint32_t i = 0; i < r->parallel; i++) {
        struct child *c = &r->children[i];
        if (c->pid > 0) {
            child_fault(c, OUTCOME_FAILED, RC_LIMIT,
                        "the audit was stopped while %s was read: go on with --resume",
                        c->task->target);
            child_stop(c, stop_signals > 1);
        }
    }
    bool is_news = !r->is_stopping || !r->is_exhausted;
    if (!is_news) {
        return RC_OK;
    }
    r->is_stopping = true;
    static const struct task_end end = {
        .rc = RC_LIMIT,
        .detail = "the audit was stopped before it came to this target: go on with --resume"
    };
    struct task task = { .artifact = -1 };
    while (!r->is_exhausted && r->feed->next(r->feed, &task)) {
        TRY(child_record_untouched(&task, end.detail, r->s->store, err));
        if (r->feed->ended) {
            r->feed->ended(r->feed, &task, &end);
        }
        task = (struct task){ .artifact = -1 };
    }
    r->is_exhausted = true;
    return store_commit(r->s->store, err);
}

/* A source has ended: it stays, whatever happens from here on. */
static enum rc commit_sources(struct run *r, struct err *err)
{
    bool is_due = false;
    for (uint32_t i = 0; i < r->parallel; i++) {
        is_due = is_due || r->children[i].has_covered;
        r->children[i].has_covered = false;
    }
    return is_due ? store_commit(r->s->store, err) : RC_OK;
}

static enum rc run_loop(struct run *r, struct pollfd *fds, const sigset_t *open_mask,
                        struct err *err)
{
    for (;;) {
        uint32_t alive = 0;
        for (uint32_t i = 0; i < r->parallel; i++) {
            struct child *c = &r->children[i];
            while (c->pid == 0 && !r->is_exhausted && stop_signals == 0) {
                TRY(start_next(r, c, err));
            }
            alive += c->pid > 0;
        }
        if (stop_signals > 0) {
            TRY(stop_all(r, err));
        }
        if (alive == 0) {
            return RC_OK;
        }
        wait_for_news(r, fds, open_mask);
        for (uint32_t i = 0; i < r->parallel; i++) {
            if (r->children[i].pid > 0) {
                TRY(serve(r, &r->children[i], &fds[3 * i], err));
            }
        }
        TRY(commit_sources(r, err));
        answer_gates(r);
        draw(r);
    }
}

/* The evidence file failed: nothing that a worker sends could be kept. */
static void kill_all(struct run *r)
{
    for (uint32_t i = 0; i < r->parallel; i++) {
        struct child *c = &r->children[i];
        if (c->pid > 0 && !c->is_reaped) {
            (void)kill(-c->pid, SIGKILL);
            (void)kill(c->pid, SIGKILL);
            (void)waitpid(c->pid, NULL, 0);
        }
        if (c->task) {
            c->kill_at = 1; /* an end that we made */
            child_last_word(c);
            leave_gate(r, c);
            c->outcome = OUTCOME_FAILED;
            c->rc = RC_IO;
            (void)snprintf(c->detail, sizeof(c->detail), "%s",
                           "the evidence file failed while this target was read");
            end_task(r, c);
        }
    }
    store_rollback(r->s->store);
}

/* Runs the loop with SIGINT, SIGTERM and SIGHUP open only while it waits. */
static enum rc run_with_signals(struct run *r, struct pollfd *fds, struct err *err)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction ours = { .sa_handler = on_stop }, before[ARRAY_LEN(numbers)];
    sigset_t block, old_mask;
    (void)sigemptyset(&block);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        (void)sigaddset(&block, numbers[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &block, &old_mask);
    stop_signals = 0;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        /* nohup and background jobs ignore some of these on purpose. */
        (void)sigaction(numbers[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &ours, NULL);
        }
    }
    sigset_t open_mask = old_mask;
    (void)sigdelset(&open_mask, SIGINT);
    (void)sigdelset(&open_mask, SIGTERM);
    (void)sigdelset(&open_mask, SIGHUP);
    r->open_mask = &open_mask;
    enum rc rc = run_loop(r, fds, &open_mask, err);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        (void)sigaction(numbers[i], &before[i], NULL);
    }
    (void)sigprocmask(SIG_SETMASK, &old_mask, NULL);
    return rc;
}

enum rc supervisor_run_feed(struct supervisor *s, struct task_feed *feed, struct err *err)
{
    struct run r = { .s = s, .feed = feed, .now = { .total = feed->total } };
    r.parallel = feed->parallel ? feed->parallel : s->parallel;
    r.parallel = r.parallel < SUPERVISE_PARALLEL_MAX ? r.parallel : SUPERVISE_PARALLEL_MAX;
    struct pollfd *fds = calloc(r.parallel, 3 * sizeof(*fds));
    r.children = calloc(r.parallel, sizeof(*r.children));
    r.tasks = calloc(r.parallel, sizeof(*r.tasks));
    enum rc rc = RC_OK;
    if (!fds || !r.children || !r.tasks) {
        rc = err_setf(err, RC_NOMEM, "no memory for workers");
    } else {
        progress_start(&r.progress, s->is_progress_wanted);
        rc = run_with_signals(&r, fds, err);
        progress_clear(&r.progress);
        if (rc != RC_OK) {
            kill_all(&r);
        } else if (r.is_stopping) {
            rc = err_setf(err, RC_LIMIT,
                          "stopped by the operator; what was read is kept: go on with --resume");
        }
    }
    free(fds);
    free(r.children);
    free(r.tasks);
    return rc;
}
