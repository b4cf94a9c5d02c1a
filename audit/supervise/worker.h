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

/* What several workers must not do at once, so that no account is locked out: the supervisor says who may, and when. */
enum worker_gate {
    WORKER_GATE_NONE = 0,
    WORKER_GATE_LOGON = 1, /* one authentication of the audit credential, on whatever protocol */
    WORKER_GATE_TRIAL = 2  /* one trial of a candidate password */
};

enum worker_gate_result {
    WORKER_GATE_OK,
    WORKER_GATE_REFUSED, /* wrong password or name, as NT_STATUS_LOGON_FAILURE: what counts against a lockout threshold */
    WORKER_GATE_LOCKED, /* NT_STATUS_ACCOUNT_LOCKED_OUT of a domain's account: stops the gate for the whole audit */
    WORKER_GATE_OTHER /* not tried, no answer, or refused for another reason */
};

struct worker_role {
    const char *name;    /* "kagimori-ldap" */
    const char *version; /* with library versions, for --version and worker_run */
    enum worker_sandbox sandbox;
    /* A collector may connect to these TCP ports, and to those that the named parameters of its task give; to no others
     * (Landlock ABI 4 and later). Both borrowed; NULL = none. */
    const uint16_t *ports;              /* 0 ends the list */
    const char *const *port_parameters; /* such as "port"; NULL ends the list */
    uint32_t open_files;                /* descriptors; 0 = 256 for a collector, 32 for a decoder */
    uint64_t
        outbox_max; /* most bytes of a file that it writes when its task has an outbox; 0 = it has none */
    /* Parameter of the task that says otherwise, in MiB, for outboxes that lie on a disk; NULL = none. */
    const char *outbox_parameter;
    /* Before the sandbox closes: load libraries, CA files, Kerberos configuration. May be NULL. */
    enum rc (*prepare)(struct worker *w, const struct task *task, struct err *err);
    /* The task itself. Rows go to worker_sink(w); coverage rows are the role's duty, also on failure of one source. Their
     * target is the task's target or one of its "host" parameters, or, in a sweep, one of the list that the supervisor has;
     * anything else counts as a lie. */
    enum rc (*run)(struct worker *w, const struct task *task, struct err *err);
};

/* Handles --version, then HELLO, TASK, prepare, sandbox, run, DONE or FAILED. Returns the exit code. */
int worker_main(int argc, char **argv, const struct worker_role *role);

struct row_sink *worker_sink(struct worker *w);
const struct secret *worker_secret(const struct worker *w); /* NULL when the task has none */
int worker_artifact(const struct worker *w);                /* fd, or -1 */

/* Where the files go that the task is to fetch, as one bundle (base/bundle.h): fd for writing, or -1 when the task has none. */
int worker_outbox(const struct worker *w);

/* The n-th outbox from 0, where the task has several: one plain file each, which may hold what an earlier task left in it. */
int worker_outbox_at(const struct worker *w, size_t n);

/* "users 12000", shown by the supervisor on a terminal; also the sign of life against the silence deadline. */
void worker_progress(struct worker *w, const char *what, uint64_t done);

/* Asks the supervisor and waits for its answer, however long that takes: the silence deadline rests meanwhile, the deadline of
 * the task does not. RC_LIMIT with the reason when the use was stopped, or when this target refused the credential before;
 * then nothing may be tried, and there is nothing to leave. Collectors only; one gate at a time; what is done inside must end
 * within the task's gate_deadline_s, or the worker is killed. */
MUST_USE enum rc worker_gate_enter(struct worker *w, enum worker_gate gate, struct err *err);

/* Tells how it went, at once when it is known. Called by the framework with OTHER where a role returns inside a gate. */
MUST_USE enum rc worker_gate_leave(struct worker *w, enum worker_gate gate,
                                   enum worker_gate_result result, struct err *err);

/* Sends what is buffered. Called by the framework at the end; call it where a source ends, with its coverage row put. */
MUST_USE enum rc worker_flush(struct worker *w, struct err *err);

/* A worker without a supervisor, for unit tests of a role: what it would send goes to these instead. All is
 * borrowed until it is freed. */
struct worker_offline {
    struct row_sink *sink;
    const struct secret *secret; /* NULL = none */
    int artifact;                /* -1 = none */
    bool has_outbox;             /* the next one counts */
    int outbox;
    enum rc (*enter)(void *context, enum worker_gate gate, struct err *err); /* NULL = open */
    enum rc (*leave)(void *context, enum worker_gate gate, enum worker_gate_result result,
                     struct err *err); /* may be NULL */
    void *context;
};

struct worker *worker_offline_new(const struct worker_offline *how); /* NULL when memory is short */
void worker_offline_free(struct worker *w);

#endif
