/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs on their way from a collector to the decoder: OUT/spool/<host>/<log>, one plain file a log, which only the operator can read.
 * They are too large for memory, and an audit that was interrupted goes on with what is there. */
#ifndef COMMAND_EVENT_SPOOL_H
#define COMMAND_EVENT_SPOOL_H

#include "audit/base/arena.h"
#include "audit/base/err.h"

struct event_spool {
    int fd; /* of OUT/spool; -1 = not open */
    const char *out;
};

/* A host's part. */
struct spool_host {
    int fd; /* of its folder; -1 = none */
    char name[300];
};

/* Makes OUT/spool, mode 0700. RC_IO where it is not the operator's own folder, or others may look into it. */
MUST_USE enum rc event_spool_open(const char *out, struct event_spool *ret, struct err *err);

/* Closes it, and removes it when it is empty. */
void event_spool_close(struct event_spool *s);

/* Bytes that may still be written there, without what is left for the evidence itself. */
uint64_t event_spool_room(const struct event_spool *s);

/* Opens or makes the folder of a host. `asked` is what is asked of it, one text: where another one stood there before, what was fetched
 * for that is dropped. Closed by spool_host_close. */
MUST_USE enum rc spool_host_open(const struct event_spool *s, const char *host, const char *asked,
                                 struct spool_host *ret, struct err *err);
void spool_host_close(struct spool_host *h);

/* Opens or makes the file of a log (a name without slashes) for the collector: reading and writing. The caller closes it. */
MUST_USE enum rc spool_host_file(const struct spool_host *h, const char *log, int *ret_fd,
                                 struct err *err);

/* Ends the file of a log after `size` bytes and opens it for reading. RC_MALFORMED when it has fewer: the collector lied. */
MUST_USE enum rc spool_host_read(const struct spool_host *h, const char *log, uint64_t size,
                                 int *ret_fd, struct err *err);

/* Removes the file of a log. */
void spool_host_remove(const struct spool_host *h, const char *log);

/* True when nothing was fetched yet. */
bool spool_host_is_empty(const struct spool_host *h);

/* Removes all that is there of the host, and closes it. */
void spool_host_drop(const struct event_spool *s, struct spool_host *h);

#endif
