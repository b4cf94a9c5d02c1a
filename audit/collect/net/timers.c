/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/timers.h"

#include <stdlib.h>

bool timers_reserve(struct timers *t, size_t room)
{
    struct timer **heap =
        room > t->room ? realloc(t->heap, room * sizeof(struct timer *)) : t->heap;
    if (!heap) {
        return room == 0;
    }
    t->heap = heap;
    t->room = room > t->room ? room : t->room;
    return true;
}

void timers_done(struct timers *t)
{
    free(t->heap);
    *t = (struct timers){ 0 };
}

static void place(struct timers *t, struct timer *timer, size_t at)
{
    t->heap[at] = timer;
    timer->at = at;
}

static void rise(struct timers *t, struct timer *timer)
{
    size_t at = timer->at;
    while (at > 0 && t->heap[(at - 1) / 2]->due_us > timer->due_us) {
        place(t, t->heap[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    place(t, timer, at);
}

static void sink(struct timers *t, struct timer *timer)
{
    size_t at = timer->at;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < t->count && t->heap[child + 1]->due_us < t->heap[child]->due_us) {
            child++;
        }
        if (child >= t->count || t->heap[child]->due_us >= timer->due_us) {
            break;
        }
        place(t, t->heap[child], at);
        at = child;
    }
    place(t, timer, at);
}

void timers_set(struct timers *t, struct timer *timer, int64_t due_us)
{
    timer->due_us = due_us;
    if (timer->at == TIMER_NONE) {
        if (t->count == t->room) {
            return; /* the owner reserved too little; without a timer it would wait for the peer */
        }
        place(t, timer, t->count++);
    }
    rise(t, timer);
    sink(t, timer);
}

void timers_clear(struct timers *t, struct timer *timer)
{
    size_t at = timer->at;
    if (at == TIMER_NONE) {
        return;
    }
    timer->at = TIMER_NONE;
    struct timer *last = t->heap[--t->count];
    if (last != timer) {
        place(t, last, at);
        rise(t, last);
        sink(t, last);
    }
}

struct timer *timers_first(const struct timers *t)
{
    return t->count > 0 ? t->heap[0] : NULL;
}
