/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose event logs are fetched, and what is said of those whose are not. Private to host_events*.c. */
#ifndef COMMAND_HOST_EVENTS_H
#define COMMAND_HOST_EVENTS_H

#include "audit/command/event_spool.h"
#include "audit/command/host_collect.h"

#define EVENTS_SOURCE "smb.event_log"
#define EVENTS_LOGS   5

struct events_host {
    const char *name, *address;
    bool is_controller;
    bool by_directory;       /* the directory's login, whatever the hosts' is */
    bool wants[EVENTS_LOGS]; /* what an earlier run of this audit has not told */
    struct spool_host spool;
    int fds[EVENTS_LOGS];
    bool is_decoded[EVENTS_LOGS]; /* whether evidence came of it or not */
    bool is_fetched;              /* its task has ended */
    bool is_cut;                  /* before all was asked: what is in the spool is gone on with */
};

/* Hosts that are asked, domain controllers first, without those that this audit has read; in the arena of c. */
MUST_USE enum rc events_list_hosts(struct host_collection *c, struct events_host **ret,
                                   size_t *ret_count, struct err *err);

/* Coverage of the fetching for those that are not asked. */
MUST_USE enum rc events_cover_others(struct host_collection *c, struct err *err);

/* Coverage of event.* for those that were, where nothing of a source came. */
MUST_USE enum rc events_cover_sources(struct host_collection *c, struct err *err);

#endif
