/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 of logs while decoders read them: on another core, and out of the same pages of the cache. The thread touches nothing but the files
 * and the room for their sums; the supervisor starts workers by posix_spawn, which a second thread does not disturb. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "audit/command/artifact_keep.h"
#include "audit/command/event_logs_parts.h"

static void take(struct event_digests *d, struct event_log_item *item)
{
    struct err why;
    if (artifact_sha256(item->fd, item->size, &d->is_stopped, item->sum, &why) != RC_OK) {
        item->sum[0] = '\0';
    }
}

static void *run(void *context)
{
    struct event_digests *d = context;
    for (size_t i = 0; i < d->count && !atomic_load(&d->is_stopped); i++) {
        struct event_log_item *item = &d->items[d->order[i].item];
        if (item->fd >= 0 && item->sum) {
            take(d, item);
        }
    }
    return NULL;
}

void event_digests_start(struct event_digests *d)
{
    sigset_t all, before;
    for (size_t i = 0; i < d->count; i++) {
        d->has_work = d->has_work || (d->items[i].fd >= 0 && d->items[i].sum);
        if (d->items[i].sum) {
            d->items[i].sum[0] = '\0';
        }
    }
    if (!d->has_work) {
        return;
    }
    /* Signals are for the supervisor, which waits for them. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    d->is_running = pthread_create(&d->thread, NULL, run, d) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void event_digests_end(struct event_digests *d, bool stops)
{
    atomic_store(&d->is_stopped, stops);
    if (d->is_running) {
        (void)pthread_join(d->thread, NULL);
    } else if (d->has_work) {
        (void)run(d); /* there was no thread to be had */
    }
    d->is_running = d->has_work = false;
    for (size_t i = 0; i < d->count; i++) {
        struct event_log_item *item = &d->items[i];
        if (item->fd < 0 || !item->sum) {
            continue;
        }
        item->sha256 = item->sum;
        if (!item->sum[0] && !stops) {
            item->detail = "it could not be read to its end";
        }
    }
}
