/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One worker as the supervisor sees it: its process, its pipe, what it sent and how it ended. Private to supervise/. */
#ifndef SUPERVISE_CHILD_H
#define SUPERVISE_CHILD_H

#include <sys/types.h>

#include "audit/evidence/store.h"
#include "audit/supervise/asked.h"
#include "audit/supervise/frame.h"
#include "audit/supervise/gate.h"
#include "audit/supervise/progress.h"
#include "audit/supervise/task.h"

#define CHILD_ERROR_TEXT_MAX \
    (16U << 20)                  /* bytes on standard error before a worker counts as flooding */
#define CHILD_ERROR_LINES 50U    /* of these are logged */
#define CHILD_LOG_FRAMES  10000U /* LOG frames before a worker counts as flooding */
#define CHILD_LOG_LINES   500U   /* of these are logged */

enum outcome {
    OUTCOME_NONE,
    OUTCOME_DONE,
    OUTCOME_FAILED,
    OUTCOME_CRASHED,
    OUTCOME_HUNG,
    OUTCOME_FLOODED,
    OUTCOME_LIED
};

/* Word of an outcome in worker_run ("hung"). */
const char *outcome_word(enum outcome outcome);

struct child {
    const struct task *task; /* borrowed; NULL = free */
    struct asked asked;
    struct progress *progress; /* taken away before a message; borrowed */
    int64_t number;            /* of the task in this audit */
    pid_t pid;                 /* 0 when there is no process */
    int pidfd, pipe, errors;   /* -1 when closed */
    bool is_reaped;
    int status; /* waitid's si_status */
    bool was_signal;

    struct gates *gates; /* borrowed */
    struct gate_seat seat;
    int64_t gate_ms; /* since when it holds its gate */

    struct frame_link link;
    uint8_t *in; /* bytes read and not yet taken */
    size_t in_size;
    bool is_deaf; /* what came after its outcome was no frame: nothing that follows is one */

    enum outcome outcome;
    enum rc rc; /* why not, with detail */
    char detail[480];
    int64_t kill_at; /* ms; 0 = not asked to end yet */
    int64_t started_ms, heard_ms;
    filetime started_at;
    uint64_t bytes, rows, evidence_rows; /* evidence_rows: without coverage and malformed_value */
    bool has_covered;                    /* a coverage row came since the last commit */
    uint32_t log_frames, error_lines;
    uint64_t error_bytes;
    char line[1024]; /* of standard error, without its end yet */
    size_t line_size;
    char version[256], sandbox[128];
    char doing[128]; /* from PROGRESS */
    uint64_t done;
};

/* Makes the process of a task (executable directory/role) and its pipes. On failure the outcome and detail are set and
 * RC_OK is not returned. */
MUST_USE enum rc child_spawn(struct child *c, const char *directory, struct err *err);
void child_close(struct child *c); /* descriptors, buffers, what was asked; not the process */

/* Checks a row against the catalogue and the task, and notes what it says of coverage. RC_MALFORMED is a lie. */
MUST_USE enum rc child_check_row(struct child *c, const struct row *row, struct err *err);

/* Reads what is there from the pipe: frames are checked, rows stored, the task sent after the hello. A violation, a full
 * quota or a broken pipe ends up in c->outcome. Not RC_OK only when the evidence file fails. */
MUST_USE enum rc child_read(struct child *c, struct store *store, struct err *err);

/* Reads what is there from standard error, and logs whole lines. */
void child_read_errors(struct child *c);

/* Answers a worker that waits at a gate: it may when why_not is NULL. */
void child_answer(struct child *c, const char *why_not);

/* A worker that has had its time gets its outcome; one with an outcome is stopped, but one that said FAILED may leave by
 * itself. */
void child_check_time(struct child *c);

/* Asks the worker to end; SIGKILL follows after the grace, or soon. One that lied may be in other hands, and gets none. */
void child_stop(struct child *c, bool is_impatient);

/* Takes what a worker that was killed had said of its gate before; nothing else of it counts any more. */
void child_last_word(struct child *c);

/* Settles the outcome of a process that has been reaped and whose pipe has been read to its end. */
void child_settle(struct child *c);

/* Sets the outcome once; the first reason counts. */
void child_fault(struct child *c, enum outcome outcome, enum rc rc, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Writes the worker_run row, and coverage rows for sources without one, and commits. */
MUST_USE enum rc child_record(const struct child *c, struct store *store, struct err *err);

/* As child_record for a task that was never started: coverage not_collected where there is no coverage row yet. Does not
 * commit. */
MUST_USE enum rc child_record_untouched(const struct task *task, const char *detail,
                                        struct store *store, struct err *err);

int64_t child_now_ms(void);

#endif
