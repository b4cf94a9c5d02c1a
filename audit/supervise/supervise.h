/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor's side: starts role executables, checks every frame and row, writes evidence, kills what hangs, floods or
 * lies, and goes on. One bad worker costs its own target only. */
#ifndef SUPERVISE_SUPERVISE_H
#define SUPERVISE_SUPERVISE_H

#include "audit/evidence/store.h"
#include "audit/supervise/task.h"
#include "audit/supervise/worker.h"

#define SUPERVISE_PARALLEL_MAX 64U /* workers at a time */

struct supervisor;
struct guard;

struct supervise_options {
    uint32_t parallel; /* workers at a time, at most 64; 0 = 4 */
    bool progress;     /* a progress line on standard error (a terminal) */
    const char *
        role_directory; /* where the role executables are; NULL = beside this executable, else ../libexec/kagimori */
    /* Asked when two targets refused the audit credential, so that it would not be used any more: true goes on, with one
     * more refusal allowed at a time. Blocks the supervisor; the workers' deadlines rest meanwhile, and a signal interrupts
     * its system calls. NULL = no. Not asked after a lockout. */
    bool (*ask_operator)(void *context, const char *message);
    void *ask_context;
    struct guard *
        guard; /* limits that other processes share (guard.h), borrowed; the operator is not asked then. NULL = none */
};

MUST_USE enum rc supervisor_new(struct store *store, const struct supervise_options *options,
                                struct supervisor **ret, struct err *err);
/* RC_IO when the executable of a role is not installed with this one: for a command that without it could only say of every
 * file that it was not understood. */
MUST_USE enum rc supervise_role_installed(const char *role, struct err *err);

void supervisor_free(struct supervisor *s);
void supervisor_freep(struct supervisor **s);

/* How a task ended. */
struct task_end {
    enum rc rc;       /* RC_OK, or why not */
    char detail[480]; /* message for a person */
    uint64_t rows;    /* of evidence: without coverage and malformed_value rows */
};

/* Tasks that are made when there is a place for them, so that memory does not grow with their number. The functions must not
 * call the supervisor. */
struct task_feed {
    /* Fills in the next task, which is zeroed but for artifact -1; false when there is none now: it is asked again whenever a
     * task has ended, which may have made another one (files that were fetched and are to be decoded). What a task borrows must
     * live until ended was called for it. */
    bool (*next)(struct task_feed *f, struct task *ret);
    /* Once for every task that next gave, in any order, when its rows are committed (unless the evidence file failed); also
     * for those that never started because the operator stopped the audit. The task is gone afterwards. May be NULL. */
    void (*ended)(struct task_feed *f, const struct task *task, const struct task_end *end);
    size_t total;      /* how many there will be, for the progress line; 0 = not known */
    uint32_t parallel; /* workers at a time, at most 64; 0 = as many as the supervisor's */
};

/* Runs the tasks of the feed (several at a time) to their end, whatever each does. A worker that crashes, hangs, floods or
 * lies gets a worker_run row, and a coverage row (state partial or failed, with the reason) for every source named in its
 * "source" parameters and every target for which it has sent none. Returns not RC_OK only when the evidence file
 * itself fails (full disk) or on SIGINT/SIGTERM (RC_LIMIT, after workers are ended and rows committed). */
MUST_USE enum rc supervisor_run_feed(struct supervisor *s, struct task_feed *feed, struct err *err);

/* As supervisor_run_feed for tasks that are there already; ends[i] belongs to tasks[i]. */
MUST_USE enum rc supervisor_run(struct supervisor *s, const struct task *tasks, size_t count,
                                struct task_end *ends, struct err *err);

/* Why the use of the audit credential, or of candidate passwords, was stopped; NULL when it was not. As long as the supervisor
 * lives, over all its runs. Borrowed until its next call. */
const char *supervisor_gate_message(const struct supervisor *s, enum worker_gate gate);

/* What confines workers on this machine, in one line, for --version and the report. Static text. */
const char *supervise_describe_sandbox(void);

#endif
