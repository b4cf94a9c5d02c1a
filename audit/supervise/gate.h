/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates: who may use the audit credential, and who may try a candidate password, now. A wrong password that hundreds of hosts
 * hand to one domain would lock its account; here the use of the credential ends after two refusals, and no third attempt is
 * ever under way; with a guard (guard.h) in all processes that share it. Bookkeeping only: no processes, no messages on the
 * wire. Private to supervise/. */
#ifndef SUPERVISE_GATE_H
#define SUPERVISE_GATE_H

#include <stdbool.h>

#include "audit/supervise/worker.h"

#define GATE_REFUSALS_MAX 2U  /* after so many the credential is not used any more */
#define GATE_REFUSERS_MAX 32U /* targets that refused, over all times that the operator went on */
#define GATE_NAME_MAX     256U
#define GATE_PROVEN_MAX   8U /* users whose password is known to be right; of more it is not known */

/* The place of one worker, zeroed before its first use. At one gate at a time. */
struct gate_seat {
    enum worker_gate gate; /* NONE = at none */
    bool is_held;          /* it may; else it waits */
    unsigned slot;         /* of the guard, while it is held */
    const char *target;    /* borrowed until the seat is left */
    const char *user;      /* as whom it logs on; NULL = not told. Borrowed like target */
    void *owner;           /* the caller's */
    struct gate_seat *next;
};

struct gate {
    struct gate_seat *first, *last; /* who waits, oldest first */
    struct gate_seat *held[GATE_REFUSALS_MAX];
    char message[480]; /* why it was stopped; empty = open */
};

struct guard; /* guard.h */

/* Zero it. */
struct gates {
    struct gate logon, trial;
    /* What other processes share with this one, borrowed; NULL = nothing. It is asked after our own count, before each logon.
     * With it the operator is not asked: the limit is not this process's alone. */
    struct guard *guard;
    bool
        is_waiting; /* the oldest at the logon gate waits for other processes: call gate_next again soon */
    uint32_t refusals; /* that count now */
    uint32_t refuser_count;
    char refusers[GATE_REFUSERS_MAX][GATE_NAME_MAX];
    bool is_interrupted[GATE_REFUSERS_MAX];      /* that one did not tell: it was cut off inside */
    char proven[GATE_PROVEN_MAX][GATE_NAME_MAX]; /* users whom some target let in */
    uint32_t proven_count;
    bool
        is_question; /* the operator is to be asked: meanwhile nobody is answered at the logon gate */
    char why[480];
};

/* The seat joins the queue of a gate. */
void gate_ask(struct gates *g, struct gate_seat *seat, enum worker_gate gate, const char *target);

/* Takes the oldest seat that can be answered now from its queue; NULL when all must wait. It may when *ret_why_not is NULL,
 * and holds the gate from then on; else that says why it may not (borrowed until the next call). Call it until NULL after
 * every other call. */
struct gate_seat *gate_next(struct gates *g, const char **ret_why_not);

/* How the use of a held gate ended. */
void gate_leave(struct gates *g, struct gate_seat *seat, enum worker_gate_result result);

/* Its worker is gone, whether it waits, holds or neither. Not before the process has ended: it may still be sending. */
void gate_drop(struct gates *g, struct gate_seat *seat);

/* As gate_drop for a worker that we killed while it may have been inside, at its deadline or because the audit was stopped: what the
 * target would have said nobody knows. Before the first success of its user that counts as a refusal, here as in the
 * guard, where it stays as after kill -9 of the whole process; later it is a host that hangs. */
void gate_interrupt(struct gates *g, struct gate_seat *seat);

/* What the operator is to be asked, once after a second refusal, or NULL; gate_decide takes the answer: with true one more
 * refusal is allowed at a time. A lockout is not asked about. */
const char *gate_question(const struct gates *g);
void gate_decide(struct gates *g, bool goes_on);

/* Why a gate was stopped, or NULL. */
const char *gate_message(const struct gates *g, enum worker_gate gate);

#endif
