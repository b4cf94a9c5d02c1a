/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of event_logs.h. Private to it. */
#ifndef COMMAND_EVENT_LOGS_PARTS_H
#define COMMAND_EVENT_LOGS_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "audit/command/event_logs.h"

#define EVENT_RDP_CONNECTIONS \
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"
#define EVENT_RDP_SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"
#define EVENT_ROWS_MOST    20000000 /* as event_import.most_rows: with so many rows the log was cut */

/* event_logs_forget.c: removes every row that came from the log. Does not commit. */
MUST_USE enum rc event_logs_drop(struct store *store, int64_t log, struct err *err);

/* event_logs_whose.c: fills in of ret what the log says of itself, whose it is, why nobody's. Writes host, reason and channel. */
MUST_USE enum rc event_logs_whose(struct store *store, const struct event_log_item *item,
                                  struct event_log_outcome *ret, struct arena *a, struct err *err);

/* event_logs_samba.c: the DNS name of the host whose log of Samba it is, by what the evidence knows already; NULL = cannot be told. *ret_detail says
 * where two things speak for two hosts, else NULL. */
MUST_USE enum rc event_logs_samba(struct store *store, const struct event_log_item *item,
                                  int64_t log, struct arena *a, const char **ret_name,
                                  const char **ret_detail, struct err *err);

/* In which order logs are read. */
struct event_turn {
    uint64_t size;
    size_t item;
};

/* event_logs_digest.c: SHA-256 of the items that have a place for it. */
struct event_digests {
    struct event_log_item *items; /* those and what follows are borrowed */
    const struct event_turn *order;
    size_t count;
    pthread_t thread;
    atomic_bool is_stopped;
    bool is_running, has_work;
};

/* Starts to take them, in a thread of its own. Nobody may touch sum, sha256 and detail of the items before event_digests_end. */
void event_digests_start(struct event_digests *d);
/* Waits for them, and sets sha256, and detail of what could not be read; `stops` does not wait, and leaves empty what is not done. */
void event_digests_end(struct event_digests *d, bool stops);

/* event_logs_twice.c: event_log.reason "twice", over the logs of hosts that were touched. */
MUST_USE enum rc event_logs_twice(struct store *store, struct err *err);

/* event_logs_forget.c: the host's logs came or went, so that event_logs_settle looks at them. */
MUST_USE enum rc event_logs_touch(struct store *store, const char *host, struct err *err);

/* event_logs_cover.c: the artifact row of a log; ret->detail when it was not read whole. */
MUST_USE enum rc event_logs_artifact(struct store *store, const struct event_log_item *item,
                                     struct event_log_outcome *ret, struct arena *a,
                                     struct err *err);
/* Coverage of the hosts that were touched. */
MUST_USE enum rc event_logs_cover(struct store *store, struct err *err);

#endif
