/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor's side: starts role executables, checks every frame and row, writes evidence, kills what hangs, floods or
 * lies, and goes on. One bad worker costs its own target only. */
#ifndef SUPERVISE_SUPERVISE_H
#define SUPERVISE_SUPERVISE_H

#include "audit/evidence/store.h"
#include "audit/supervise/task.h"
#include "audit/supervise/worker.h"

struct supervisor;

struct supervise_options {
    uint32_t parallel; /* workers at a time; 0 = 4 */
    bool progress;     /* a progress line on standard error (a terminal) */
    const char *
        role_directory; /* where the role executables are; NULL = beside this executable, else ../libexec/kagimori */
    /* Asked when two targets refused the audit credential, so that it would not be used any more: true goes on, with one
     * more refusal allowed at a time. Blocks the supervisor; the workers' deadlines rest meanwhile, and a signal interrupts
     * its system calls. NULL = no. Not asked after a lockout. */
    bool (*ask_operator)(void *context, const char *message);
    void *ask_context;
};

MUST_USE enum rc supervisor_new(struct store *store, const struct supervise_options *options,
                                struct supervisor **ret, struct err *err);
void supervisor_free(struct supervisor *s);
void supervisor_freep(struct supervisor **s);

/* How a task ended. */
struct task_end {
    enum rc rc;       /* RC_OK, or why not */
    char detail[480]; /* message for a person */
    uint64_t rows;    /* of evidence: without coverage and malformed_value rows */
};

/* Runs the tasks (several at a time) to their end, whatever each does; ends[i] belongs to tasks[i]. A worker that crashes,
 * hangs, floods or lies gets a worker_run row, and a coverage row (state partial or failed, with the reason) for every source
 * named in its "source" parameters for which it has sent none. Returns not RC_OK only when the evidence file
 * itself fails (full disk) or on SIGINT/SIGTERM (RC_LIMIT, after workers are ended and rows committed). */
MUST_USE enum rc supervisor_run(struct supervisor *s, const struct task *tasks, size_t count,
                                struct task_end *ends, struct err *err);

/* Why the use of the audit credential, or of candidate passwords, was stopped; NULL when it was not. As long as the supervisor
 * lives, over all its runs. Borrowed until its next call. */
const char *supervisor_gate_message(const struct supervisor *s, enum worker_gate gate);

/* What confines workers on this machine, in one line, for --version and the report. Static text. */
const char *supervise_describe_sandbox(void);

#endif
