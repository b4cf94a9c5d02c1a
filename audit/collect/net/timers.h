/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heap of deadlines: the earliest first, each known to its owner by its place. */
#ifndef COLLECT_NET_TIMERS_H
#define COLLECT_NET_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

#define TIMER_NONE SIZE_MAX

struct timer {
    int64_t due_us;
    size_t at; /* place in the heap, TIMER_NONE when it is not set */
    void *owner;
};

struct timers {
    struct timer **heap;
    size_t count, room;
};

/* Makes room for so many timers set at a time; false when memory is short. */
bool timers_reserve(struct timers *t, size_t room);
void timers_done(struct timers *t);

/* Sets or moves a timer. Needs reserved room. */
void timers_set(struct timers *t, struct timer *timer, int64_t due_us);
void timers_clear(struct timers *t, struct timer *timer);

/* The earliest, or NULL. */
struct timer *timers_first(const struct timers *t);

#endif
