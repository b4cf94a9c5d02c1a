/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker's side of a role executable: handshake, one task at a time, rows and log lines as frames, sandbox. A role's
 * main is one call of worker_main. Descriptor 3 is the pipe to the supervisor; standard input is empty, standard output and
 * error are a pipe that the supervisor logs (what libraries print there does no harm); nothing else is open. */
#ifndef SUPERVISE_WORKER_H
#define SUPERVISE_WORKER_H

#include "audit/evidence/row.h"
#include "audit/supervise/task.h"

#define WORKER_PIPE 3

struct worker; /* opaque; holds the sink and the frame writer */

enum worker_sandbox {
    WORKER_SANDBOX_COLLECTOR, /* network and what libldap/SASL/Kerberos need; no exec, no file writes but the replay cache */
    WORKER_SANDBOX_DECODER /* no network, no files, no exec */
};

struct worker_role {
    const char *name;    /* "kagimori-ldap" */
    const char *version; /* with library versions, for --version and worker_run */
    enum worker_sandbox sandbox;
    /* Before the sandbox closes: load libraries, CA files, Kerberos configuration. May be NULL. */
    enum rc (*prepare)(struct worker *w, const struct task *task, struct err *err);
    /* The task itself. Rows go to worker_sink(w); coverage rows are the role's duty, also on failure of one source. Their
     * target is the task's target or one of its "host" parameters; anything else counts as a lie. */
    enum rc (*run)(struct worker *w, const struct task *task, struct err *err);
};

/* Handles --version, then HELLO, TASK, prepare, sandbox, run, DONE or FAILED. Returns the exit code. */
int worker_main(int argc, char **argv, const struct worker_role *role);

struct row_sink *worker_sink(struct worker *w);
const struct secret *worker_secret(const struct worker *w); /* NULL when the task has none */
int worker_artifact(const struct worker *w);                /* fd, or -1 */

/* "users 12000", shown by the supervisor on a terminal; also the sign of life against the silence deadline. */
void worker_progress(struct worker *w, const char *what, uint64_t done);

/* Sends what is buffered. Called by the framework at the end; call it where a source ends, with its coverage row put. */
MUST_USE enum rc worker_flush(struct worker *w, struct err *err);

#endif
