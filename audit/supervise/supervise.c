/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/supervise.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/supervise/child.h"
#include "audit/supervise/progress.h"
#include "audit/supervise/sandbox.h"

#define TICK_MS            200
#define GRACE_MS           2000 /* between SIGTERM and SIGKILL */
#define LINGER_MS          5000 /* from a worker's last word to its exit */
#define DEFAULT_DEADLINE_S 3600
#define DEFAULT_SILENCE_S  60
#define DEFAULT_GATE_S     30
#define PARALLEL_MAX       64
#define NEVER              INT64_MAX

struct supervisor {
    struct store *store;
    uint32_t parallel;
    bool is_progress_wanted;
    char directory[4096]; /* empty: beside this executable */
    int64_t number;       /* of the last task */
    struct gates gates;
    bool (*ask_operator)(void *context, const char *message);
    void *ask_context;
};

/* One call of supervisor_run. */
struct run {
    struct supervisor *s;
    const struct task *tasks;
    struct task_end *ends;
    size_t count, next;
    struct child *children; /* s->parallel slots; pid 0 = free */
    struct progress progress;
    struct progress_now now;
    uint64_t rows;             /* of workers that have ended */
    const sigset_t *open_mask; /* with which signals reach us */
    bool is_stopping;
};

static volatile sig_atomic_t stop_signals;

static void on_stop(int number)
{
    (void)number;
    stop_signals++;
}

/* So that no pipe of ours ever gets the number of a standard stream. */
static void open_standard_streams(void)
{
    int fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = open("/dev/null", O_RDWR);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

enum rc supervisor_new(struct store *store, const struct supervise_options *options,
                       struct supervisor **ret, struct err *err)
{
    struct supervisor *s = calloc(1, sizeof(*s));
    if (!s) {
        return err_setf(err, RC_NOMEM, "no memory for the supervisor");
    }
    sandbox_harden_process();
    open_standard_streams();
    s->store = store;
    s->parallel = options->parallel ? options->parallel : 4;
    if (s->parallel > PARALLEL_MAX) {
        s->parallel = PARALLEL_MAX;
    }
    s->is_progress_wanted = options->progress;
    s->ask_operator = options->ask_operator;
    s->ask_context = options->ask_context;
    (void)snprintf(s->directory, sizeof(s->directory), "%s",
                   options->role_directory ? options->role_directory : "");
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(store_handle(store), "SELECT max(task) FROM worker_run", -1, &q, NULL) ==
            SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        s->number = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    *ret = s;
    return RC_OK;
}

void supervisor_free(struct supervisor *s)
{
    free(s);
}

const char *supervisor_gate_message(const struct supervisor *s, enum worker_gate gate)
{
    return gate_message(&s->gates, gate);
}

void supervisor_freep(struct supervisor **s)
{
    supervisor_free(*s);
}

const char *supervise_describe_sandbox(void)
{
    static char text[300];
    char collector[128], decoder[128];
    (void)snprintf(text, sizeof(text), "collectors: %s; decoder: %s",
                   sandbox_describe(WORKER_SANDBOX_COLLECTOR, collector, sizeof(collector)),
                   sandbox_describe(WORKER_SANDBOX_DECODER, decoder, sizeof(decoder)));
    return text;
}

/* Where the executable of a role is: the named directory, beside this executable, or ../libexec/kagimori. */
static void role_directory(const struct supervisor *s, const char *role, char *buf, size_t size)
{
    char self[2048], path[4096];
    (void)snprintf(buf, size, "%s", s->directory);
    ssize_t n = s->directory[0] ? -1 : readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n <= 0) {
        return;
    }
    self[n] = 0;
    char *slash = strrchr(self, '/');
    if (slash) {
        *slash = 0;
    }
    (void)snprintf(buf, size, "%s", self);
    (void)snprintf(path, sizeof(path), "%s/%s", self, role);
    if (access(path, X_OK) != 0) {
        (void)snprintf(buf, size, "%s/../libexec/kagimori", self);
    }
}

static void say_end(struct run *r, const struct child *c)
{
    struct task_end *end = &r->ends[c->index];
    end->rc = c->rc;
    end->rows = c->evidence_rows;
    (void)snprintf(end->detail, sizeof(end->detail), "%s", c->detail);
    r->rows += c->rows;
    if (c->outcome == OUTCOME_DONE) {
        r->now.done++;
    } else {
        r->now.failed++;
    }
}

/* Starts the next task in a free slot. One that cannot start has failed, and the audit goes on. */
static enum rc start_next(struct run *r, struct child *c, struct err *err)
{
    char directory[4096];
    struct err fault;
    size_t index = r->next++;
    *c = (struct child){ .task = &r->tasks[index],
                         .progress = &r->progress,
                         .index = index,
                         .gates = &r->s->gates,
                         .seat = { .owner = c },
                         .number = ++r->s->number,
                         .pidfd = -1,
                         .pipe = -1,
                         .errors = -1,
                         .link = { .state = FRAME_START },
                         .started_at = filetime_now() };
    c->started_ms = c->heard_ms = child_now_ms();
    role_directory(r->s, c->task->role ? c->task->role : "", directory, sizeof(directory));
    if (child_spawn(c, directory, &fault) == RC_OK) {
        return RC_OK;
    }
    if (c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        (void)waitpid(c->pid, NULL, 0);
        c->pid = 0;
    }
    child_fault(c, OUTCOME_FAILED, fault.rc, "%s", fault.msg);
    child_close(c);
    say_end(r, c);
    return child_record(c, r->s->store, err);
}

/* Asks the worker to end; SIGKILL follows after the grace. One that lied may be in other hands, and gets none. */
static void stop(struct child *c)
{
    if (c->kill_at == 0 && c->outcome == OUTCOME_LIED) {
        (void)kill(-c->pid, SIGKILL);
        c->kill_at = NEVER;
    } else if (c->kill_at == 0) {
        (void)kill(c->pid, SIGTERM);
        c->kill_at = child_now_ms() + GRACE_MS;
    }
}

/* Whoever hangs inside a gate keeps others from it. */
static void check_gate(struct child *c, int64_t now)
{
    int64_t most =
        (c->task->gate_deadline_s ? c->task->gate_deadline_s : DEFAULT_GATE_S) * INT64_C(1000);
    if (c->seat.gate != WORKER_GATE_NONE && !c->seat.is_held) {
        c->heard_ms = now; /* it waits for us */
    } else if (c->seat.is_held && now - c->gate_ms > most) {
        child_fault(
            c, OUTCOME_HUNG, RC_TIMEOUT,
            "%s got no answer to its logon within %lld s and was stopped: see why %s is slow",
            c->task->role, (long long)(most / 1000), c->task->target);
    }
}

static bool has_input(const struct child *c)
{
    struct pollfd p = { .fd = c->pipe, .events = POLLIN };
    return c->pipe >= 0 && poll(&p, 1, 0) > 0;
}

/* A worker with an outcome is stopped, but one that said FAILED may leave by itself. */
static void check_time(struct child *c)
{
    int64_t now = child_now_ms();
    int64_t deadline =
        (c->task->deadline_s ? c->task->deadline_s : DEFAULT_DEADLINE_S) * INT64_C(1000);
    int64_t silence = (c->task->silence_s ? c->task->silence_s : DEFAULT_SILENCE_S) * INT64_C(1000);
    bool has_ended = c->link.state == FRAME_ENDED || c->pipe < 0;
    if (c->kill_at != 0) {
        if (now >= c->kill_at) {
            (void)kill(-c->pid, SIGKILL);
            c->kill_at = NEVER;
        }
        return;
    }
    check_gate(c, now);
    if (has_ended && now - c->heard_ms > LINGER_MS) {
        child_fault(c, OUTCOME_HUNG, RC_TIMEOUT, "%s did not end after its work and was stopped",
                    c->task->role);
    } else if (now - c->started_ms > deadline) {
        child_fault(
            c, OUTCOME_HUNG, RC_TIMEOUT,
            "%s did not finish within %lld s and was stopped: raise the deadline, or see why %s is slow",
            c->task->role, (long long)(deadline / 1000), c->task->target);
    } else if (!has_ended && now - c->heard_ms > silence && !has_input(c)) {
        child_fault(c, OUTCOME_HUNG, RC_TIMEOUT,
                    "%s gave no sign of life for %lld s and was stopped: see whether %s answers",
                    c->task->role, (long long)(silence / 1000), c->task->target);
    }
    bool may_leave = c->outcome == OUTCOME_NONE ||
                     (c->outcome == OUTCOME_FAILED && now - c->heard_ms <= LINGER_MS);
    if (!may_leave) {
        stop(c);
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
    gate_drop(&r->s->gates,
              &c->seat); /* a last word about it counts, so not before the pipe was read */
    say_end(r, c);
    child_close(c);
    c->pid = 0;
    return child_record(c, r->s->store, err);
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
    for (uint32_t i = 0; i < r->s->parallel; i++) {
        struct child *c = &r->children[i];
        c->started_ms += pause;
        c->heard_ms += pause;
        c->gate_ms += pause;
    }
    if (!goes_on) {
        log_line(LOG_WARN, "%s", question);
    }
}

/* Answers every worker at a gate that can be answered now. */
static void answer_gates(struct run *r)
{
    struct gate_seat *seat = NULL;
    const char *why_not = NULL;
    ask_operator(r);
    while ((seat = gate_next(&r->s->gates, &why_not)) != NULL) {
        struct child *c = seat->owner;
        if (c->outcome != OUTCOME_NONE || c->pipe < 0) {
            gate_drop(&r->s->gates, seat); /* it is being stopped, and will not hear it */
        } else {
            child_answer(c, why_not);
        }
    }
}

/* Waits for news of any worker, or a tick, or a signal. */
static void wait_for_news(struct run *r, struct pollfd *fds, const sigset_t *open_mask)
{
    const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
    for (uint32_t i = 0; i < r->s->parallel; i++) {
        const struct child *c = &r->children[i];
        bool is_alive = c->pid > 0;
        fds[3 * i] = (struct pollfd){ .fd = is_alive ? c->pipe : -1, .events = POLLIN };
        fds[3 * i + 1] = (struct pollfd){ .fd = is_alive ? c->errors : -1, .events = POLLIN };
        fds[3 * i + 2] = (struct pollfd){ .fd = is_alive ? c->pidfd : -1, .events = POLLIN };
    }
    if (ppoll(fds, 3 * r->s->parallel, &tick, open_mask) < 0) {
        for (uint32_t i = 0; i < 3 * r->s->parallel; i++) {
            fds[i].revents = 0;
        }
    }
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
    check_time(c);
    return RC_OK;
}

static void draw(struct run *r)
{
    r->now.rows = r->rows;
    r->now.target = r->now.doing = NULL;
    for (uint32_t i = 0; i < r->s->parallel; i++) {
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
    bool is_impatient = stop_signals > 1;
    for (uint32_t i = 0; i < r->s->parallel; i++) {
        struct child *c = &r->children[i];
        if (c->pid > 0) {
            child_fault(c, OUTCOME_FAILED, RC_LIMIT,
                        "the audit was stopped while %s was read: go on with --resume",
                        c->task->target);
            stop(c);
            c->kill_at = is_impatient && c->kill_at != NEVER ? 1 : c->kill_at;
        }
    }
    for (; r->next < r->count; r->next++) {
        struct task_end *end = &r->ends[r->next];
        end->rc = RC_LIMIT;
        (void)snprintf(end->detail, sizeof(end->detail), "%s",
                       "the audit was stopped before it came to this target: go on with --resume");
        TRY(child_record_untouched(&r->tasks[r->next], r->s->store, err));
    }
    return RC_OK;
}

static enum rc run_loop(struct run *r, struct pollfd *fds, const sigset_t *open_mask,
                        struct err *err)
{
    for (;;) {
        uint32_t alive = 0;
        for (uint32_t i = 0; i < r->s->parallel; i++) {
            struct child *c = &r->children[i];
            while (c->pid == 0 && r->next < r->count && stop_signals == 0) {
                TRY(start_next(r, c, err));
            }
            alive += c->pid > 0;
        }
        if (stop_signals > 0) {
            TRY(stop_all(r, err));
            r->is_stopping = true;
        }
        if (alive == 0) {
            return RC_OK;
        }
        wait_for_news(r, fds, open_mask);
        for (uint32_t i = 0; i < r->s->parallel; i++) {
            if (r->children[i].pid > 0) {
                TRY(serve(r, &r->children[i], &fds[3 * i], err));
            }
        }
        answer_gates(r);
        draw(r);
    }
}

/* The evidence file failed: nothing that a worker sends could be kept. */
static void kill_all(struct run *r)
{
    for (uint32_t i = 0; i < r->s->parallel; i++) {
        struct child *c = &r->children[i];
        if (c->pid > 0 && !c->is_reaped) {
            (void)kill(-c->pid, SIGKILL);
            (void)kill(c->pid, SIGKILL);
            (void)waitpid(c->pid, NULL, 0);
        }
        gate_drop(&r->s->gates, &c->seat);
        if (c->pid > 0) {
            (void)snprintf(r->ends[c->index].detail, sizeof(r->ends[c->index].detail), "%s",
                           "the evidence file failed while this target was read");
        }
        if (c->task) {
            child_close(c);
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

enum rc supervisor_run(struct supervisor *s, const struct task *tasks, size_t count,
                       struct task_end *ends, struct err *err)
{
    struct run r = {
        .s = s, .tasks = tasks, .ends = ends, .count = count, .now = { .total = count }
    };
    struct pollfd *fds = calloc(s->parallel, 3 * sizeof(*fds));
    r.children = calloc(s->parallel, sizeof(*r.children));
    enum rc rc = RC_OK;
    if (!fds || !r.children) {
        rc = err_setf(err, RC_NOMEM, "no memory for workers");
    } else {
        for (size_t i = 0; i < count; i++) {
            ends[i] = (struct task_end){ .rc = RC_LIMIT, .detail = "not started" };
        }
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
    return rc;
}
