/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/gate.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/supervise/guard.h"

static struct gate *gate_of(struct gates *g, enum worker_gate gate)
{
    return gate == WORKER_GATE_LOGON ? &g->logon : &g->trial;
}

void gate_ask(struct gates *g, struct gate_seat *seat, enum worker_gate gate, const char *target)
{
    struct gate *at = gate_of(g, gate);
    *seat = (struct gate_seat){
        .gate = gate, .target = target, .owner = seat->owner, .user = seat->user
    };
    if (at->last) {
        at->last->next = seat;
    } else {
        at->first = seat;
    }
    at->last = seat;
}

/* Takes a waiting seat out of the queue, wherever it stands. */
static void unqueue(struct gate *at, struct gate_seat *seat)
{
    struct gate_seat **link = &at->first;
    struct gate_seat *before = NULL;
    while (*link && *link != seat) {
        before = *link;
        link = &before->next;
    }
    if (*link) {
        *link = seat->next;
        at->last = at->last == seat ? before : at->last;
        seat->next = NULL;
    }
}

static const char *how(const struct gates *g, uint32_t i)
{
    return g->is_interrupted[i] ? "interrupted at" : "refused by";
}

/* Why a target is not asked: a second try where the first was refused is a failed logon more, and tells nothing new. */
static void heed_refusers(struct gates *g, const char *target)
{
    char name[GATE_NAME_MAX];
    (void)snprintf(name, sizeof(name), "%s", target);
    for (uint32_t i = 0; i < g->refuser_count; i++) {
        if (strcasecmp(g->refusers[i], name) == 0) {
            (void)snprintf(g->why, sizeof(g->why),
                           "the audit credential was %s %.200s before and is not tried there again",
                           how(g, i), target);
            return;
        }
    }
}

/* A place in held, or NULL. Two attempts at one target are never under way together: their two refusals would count as one. */
static struct gate_seat **place_for(struct gate *at, size_t places, const char *target)
{
    struct gate_seat **place = NULL;
    size_t taken = 0;
    for (size_t i = 0; i < ARRAY_LEN(at->held); i++) {
        if (!at->held[i]) {
            place = &at->held[i];
        } else if (strcasecmp(at->held[i]->target, target) == 0) {
            return NULL;
        } else {
            taken++;
        }
    }
    return taken < places ? place : NULL;
}

/* The oldest of one gate: granted when there is a place, refused when the gate is stopped or why is not empty. */
static struct gate_seat *answer_first(struct gate *at, size_t places, const char *why,
                                      const char **ret_why_not)
{
    struct gate_seat *seat = at->first;
    if (!seat) {
        return NULL;
    }
    if (at->message[0] || why[0]) {
        unqueue(at, seat);
        seat->gate = WORKER_GATE_NONE;
        *ret_why_not = at->message[0] ? at->message : why;
        return seat;
    }
    struct gate_seat **place = place_for(at, places, seat->target);
    if (!place) {
        return NULL;
    }
    unqueue(at, seat);
    *place = seat;
    seat->is_held = true;
    *ret_why_not = NULL;
    return seat;
}

/* What the guard says ends the logons of all processes, also of this one. */
static void heed_guard(struct gates *g)
{
    const char *message = g->guard ? guard_message(g->guard) : NULL;
    if (message && !g->logon.message[0]) {
        (void)snprintf(g->logon.message, sizeof(g->logon.message), "%s", message);
    }
}

/* False when the oldest at the logon gate has to wait for other processes; else it may go in (with the slot), or message or why
 * say why not. Not asked for who would not be let in here. */
static bool pass_guard(struct gates *g, size_t places, unsigned *ret_slot)
{
    const char *why = NULL;
    bool is_settled = !g->guard || g->logon.message[0] || g->why[0];
    if (is_settled || (places > 0 && !place_for(&g->logon, places, g->logon.first->target))) {
        return true;
    }
    enum guard_answer answer = guard_enter(g->guard, g->logon.first->target, ret_slot, &why);
    g->is_waiting = answer == GUARD_WAIT;
    heed_guard(g);
    if (answer == GUARD_NOT) {
        (void)snprintf(g->why, sizeof(g->why), "%s", why);
    }
    return answer != GUARD_WAIT;
}

struct gate_seat *gate_next(struct gates *g, const char **ret_why_not)
{
    struct gate_seat *seat = NULL;
    unsigned slot = GUARD_SLOTS;
    g->why[0] = 0;
    g->is_waiting = false;
    heed_guard(g);
    if (g->guard && !g->logon.first) {
        guard_idle(g->guard);
    }
    if (g->logon.first && !g->is_question) {
        if (!g->guard) {
            heed_refusers(g, g->logon.first->target);
        }
        size_t places = g->refusals < GATE_REFUSALS_MAX ? GATE_REFUSALS_MAX - g->refusals : 0;
        if (pass_guard(g, places, &slot)) {
            seat = answer_first(&g->logon, places, g->why, ret_why_not);
        }
        if (seat) {
            seat->slot = slot;
        } else if (slot < GUARD_SLOTS) {
            guard_leave(g->guard, slot, WORKER_GATE_OTHER);
        }
    }
    return !seat ? answer_first(&g->trial, 1, "", ret_why_not) : seat;
}

/* Counts a refusal; at the last one that is allowed the gate stops. */
static void refuse(struct gates *g, const char *target, bool is_interrupted)
{
    if (g->refuser_count == GATE_REFUSERS_MAX) {
        return; /* stopped for good before it could come to this */
    }
    uint32_t last = g->refuser_count++;
    (void)snprintf(g->refusers[last], GATE_NAME_MAX, "%s", target);
    g->is_interrupted[last] = is_interrupted;
    g->refusals++;
    if (g->refusals >= GATE_REFUSALS_MAX && !g->logon.message[0] && !g->guard) {
        bool is_same = g->is_interrupted[last] == g->is_interrupted[last - 1];
        (void)snprintf(
            g->logon.message, sizeof(g->logon.message),
            "the audit credential was %s %.160s and %s%s%.160s and is not used any more, so that it is not locked out",
            how(g, last - 1), g->refusers[last - 1], is_same ? "" : how(g, last),
            is_same ? "" : " ", g->refusers[last]);
        g->is_question = g->refuser_count < GATE_REFUSERS_MAX;
    }
}

static void lock_out(struct gates *g, enum worker_gate gate, const char *target)
{
    if (gate == WORKER_GATE_LOGON && !g->guard) {
        (void)snprintf(
            g->logon.message, sizeof(g->logon.message),
            "the account of the audit credential is locked out, %.200s says: it is not used any more",
            target);
        g->is_question = false;
    } else if (gate == WORKER_GATE_TRIAL) {
        (void)snprintf(g->trial.message, sizeof(g->trial.message),
                       "an account was locked out on %.200s: no further trial is made", target);
    }
}

static bool is_proven(const struct gates *g, const char *user)
{
    char name[GATE_NAME_MAX];
    (void)snprintf(name, sizeof(name), "%s", user ? user : "");
    for (uint32_t i = 0; i < g->proven_count; i++) {
        if (strcasecmp(g->proven[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The directory's login may be right and that of the hosts wrong, so that users count apart. */
static void prove(struct gates *g, const char *user)
{
    if (!is_proven(g, user) && g->proven_count < GATE_PROVEN_MAX) {
        (void)snprintf(g->proven[g->proven_count++], GATE_NAME_MAX, "%s", user ? user : "");
    }
}

static void vacate(struct gate *at, struct gate_seat *seat)
{
    for (size_t i = 0; i < ARRAY_LEN(at->held); i++) {
        if (at->held[i] == seat) {
            at->held[i] = NULL;
        }
    }
}

static void leave_guard(struct gates *g, const struct gate_seat *seat,
                        enum worker_gate_result result)
{
    if (g->guard && seat->is_held && seat->gate == WORKER_GATE_LOGON) {
        guard_leave(g->guard, seat->slot, result);
        heed_guard(g);
    }
}

void gate_leave(struct gates *g, struct gate_seat *seat, enum worker_gate_result result)
{
    enum worker_gate gate = seat->gate;
    const char *target = seat->target;
    if (!seat->is_held) {
        return;
    }
    if (result == WORKER_GATE_LOCKED) {
        lock_out(g, gate, target);
    } else if (result == WORKER_GATE_REFUSED && gate == WORKER_GATE_LOGON) {
        refuse(g, target, false);
    } else if (result == WORKER_GATE_OK && gate == WORKER_GATE_LOGON) {
        prove(g, seat->user);
    }
    leave_guard(g, seat, result);
    gate_drop(g, seat);
}

void gate_drop(struct gates *g, struct gate_seat *seat)
{
    if (seat->gate != WORKER_GATE_NONE) {
        struct gate *at = gate_of(g, seat->gate);
        leave_guard(g, seat, WORKER_GATE_OTHER); /* nothing more where it has left */
        unqueue(at, seat);
        vacate(at, seat);
        *seat = (struct gate_seat){ .owner = seat->owner, .user = seat->user };
    }
}

void gate_interrupt(struct gates *g, struct gate_seat *seat)
{
    if (seat->is_held && seat->gate == WORKER_GATE_LOGON && !is_proven(g, seat->user)) {
        refuse(g, seat->target, true);
        if (g->guard) {
            guard_interrupt(g->guard, seat->slot);
            heed_guard(g);
        }
    }
    gate_drop(g, seat);
}

const char *gate_question(const struct gates *g)
{
    return g->is_question ? g->logon.message : NULL;
}

void gate_decide(struct gates *g, bool goes_on)
{
    if (g->is_question && goes_on) {
        g->refusals = GATE_REFUSALS_MAX - 1;
        g->logon.message[0] = 0;
    }
    g->is_question = false;
}

const char *gate_message(const struct gates *g, enum worker_gate gate)
{
    const struct gate *at = gate == WORKER_GATE_LOGON ? &g->logon : &g->trial;
    return at->message[0] ? at->message : NULL;
}
