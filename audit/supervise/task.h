/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task: what the supervisor hands to one role executable. Travels in a TASK frame as key/value text. */
#ifndef SUPERVISE_TASK_H
#define SUPERVISE_TASK_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/secret.h"
#include "audit/base/wr.h"

#define TASK_MAX_PARAMETERS 512
#define TASK_MAX_OUTBOXES   8

struct task_parameter {
    const char *key; /* such as "host", "source"; a key may come several times */
    const char *value;
};

struct task {
    const char *role;   /* executable: "kagimori-ldap", "kagimori-decode" */
    const char *target; /* for coverage, progress and messages: host or file */
    /* Where one worker asks many: the targets of its coverage rows and rows about hosts, sorted by strcmp, without doubles;
     * borrowed, not sent to the worker. The target above then is a name for messages ("network sweep") and counts as one
     * only where the list has it. NULL = the target and the "host" parameters. */
    const char *const *targets;
    size_t target_count;
    const bool *optional_targets; /* true = need not be answered for; NULL = all must */
    void *tag;                    /* of whoever made the task */
    struct task_parameter parameters[TASK_MAX_PARAMETERS];
    size_t count;
    const struct secret *secret; /* travels in a frame of its own; borrowed; NULL = none */
    int artifact; /* fd, for a decoder or a sweep read-only, else an outbox; borrowed; -1 = none */
    bool has_outbox; /* the artifact is an outbox (outbox.h): the worker writes files into it */
    int more[TASK_MAX_OUTBOXES -
             1]; /* with an outbox, further ones: one plain file each; borrowed */
    size_t more_count;
    uint32_t deadline_s;      /* whole task; 0 = 1 h */
    uint32_t silence_s;       /* without any frame; 0 = 60 s */
    uint32_t gate_deadline_s; /* inside one gate (worker.h); 0 = 30 s */
    uint64_t max_rows;        /* 0 = 50 million */
    uint64_t max_bytes;       /* 0 = 16 GiB */
};

MUST_USE enum rc task_add(struct task *t, const char *key, const char *value,
                          struct err *err);                                /* borrows both */
const char *task_get(const struct task *t, const char *key);               /* first value or NULL */
const char *task_get_nth(const struct task *t, const char *key, size_t n); /* n-th value or NULL */
uint32_t task_get_u32(const struct task *t, const char *key, uint32_t when_missing);

/* A parameter that is a whole number from low to high; missing when it is not given. RC_USAGE says what is wrong. */
MUST_USE enum rc task_get_number(const struct task *t, const char *key, uint32_t missing,
                                 uint32_t low, uint32_t high, uint32_t *ret, struct err *err);

/* Marks in ret[count] which of the words (such as sources) the values of key name. RC_USAGE for another word. */
MUST_USE enum rc task_get_words(const struct task *t, const char *key, const char *const *words,
                                size_t count, bool *ret, size_t *ret_given, struct err *err);

void task_write(struct wr *w, const struct task *t);
MUST_USE enum rc task_read(struct rd *r, struct arena *a, struct task *ret, struct err *err);

#endif
