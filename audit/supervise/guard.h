/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon guard: one small file that the processes of a divided audit share, on one machine or on many, so that all of them
 * together have at most two logons under way that could be refused, and at most two refusals. A slot of the file is one
 * logon; a refusal uses its slot up for as long as the file lives. No time, no success and no newer password file gives it back:
 * clocks of machines differ, a guest logon succeeds with any password, and a container sees a new file at each start. The
 * operator does, who corrects the password and deletes the file. The file never holds a password or what is made of one.
 *
 * Four single bytes far behind the content are locked (open file description locks, fcntl(2), which NFS passes on): one while
 * the content is read and written, for microseconds, one a slot while its logon is under way, and one that those share who wait. A process that dies leaves
 * no lock, but a slot that is written "under-way": whoever finds it so takes it for a refusal, because nobody knows. */
#ifndef SUPERVISE_GUARD_H
#define SUPERVISE_GUARD_H

#include <stdbool.h>

#include "audit/supervise/guard_file.h"
#include "audit/supervise/worker.h"

#define GUARD_NAME "kagimori-logon.guard"

struct guard; /* opaque */

enum guard_answer {
    GUARD_GO,   /* the slot is ours until guard_leave */
    GUARD_WAIT, /* others hold it: ask again soon */
    GUARD_NOT,  /* not this target: it refused before */
    GUARD_STOP  /* no logon any more, from here on always */
};

/* Opens the guard, or makes it (mode 0600; not through a link, nothing but a file), proves that the file system locks it,
 * and reads it. RC_USAGE or RC_IO say what to do, before anything was sent; waits 5 s at most. */
MUST_USE enum rc guard_open(const char *path, struct guard **ret, struct err *err);

/* Frees it. Writes down what guard_leave could not yet, for 5 s at most. */
void guard_close(struct guard *g);
void guard_closep(struct guard **g);

/* Asks for one logon at a target; does not wait (2 ms at most). *ret_why (borrowed until the next call) belongs to NOT and STOP.
 * Who is told to WAIT for ten minutes in which no slot changes is told to STOP. */
enum guard_answer guard_enter(struct guard *g, const char *target, unsigned *ret_slot,
                              const char **ret_why);

/* Nobody here waits any more. */
void guard_idle(struct guard *g);

/* The logon was cut off: nobody knows whether it was refused, and it counts. Written down like guard_leave does. */
void guard_interrupt(struct guard *g, unsigned slot);

/* How it ended. When others have the lock it is written down later: call guard_settle now and then. */
void guard_leave(struct guard *g, unsigned slot, enum worker_gate_result result);
void guard_settle(struct guard *g);

/* How long it tells to WAIT, in ms, where ten minutes are too long: in a test. */
void guard_patience(struct guard *g, int64_t ms);

/* Why no logon is made any more, or NULL. */
const char *guard_message(const struct guard *g);

/* What the operator should know of the refusals that were on file when it was last read, or NULL. Borrowed until the next call. */
const char *guard_notice(struct guard *g);

#endif
