/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one loop: sockets, deadlines, the rate at which connections are begun, and how many may be open. */
#ifndef COLLECT_NET_ENGINE_H
#define COLLECT_NET_ENGINE_H

#include "audit/collect/net/timers.h"
#include "audit/collect/net/visit.h"
#include "audit/supervise/worker.h"

#define ENGINE_HOST_SOCKETS 8 /* of one host at a time */

enum conn_state {
    CONN_QUEUED,
    CONN_CONNECTING,
    CONN_TALKING,
    CONN_DEAD
};

/* One port of a host, over all its connections. */
struct conn {
    struct visit *visit;
    struct visit_port *port;
    struct talk *talk; /* NULL until the port is open and worth a word */
    struct conn *next; /* in the queue or among the dead */
    struct timer timer;
    int64_t queued_us;
    size_t sent; /* bytes of the conversation's `out` that are sent */
    uint32_t events;
    int fd;
    enum conn_state state;
};

struct engine {
    const struct net_options *o;
    struct worker *worker;
    struct row_sink *sink;
    const struct host_list *list;
    struct resolver *resolver;
    int epoll;
    struct timers timers;
    struct conn *head, *tail; /* wait to be connected */
    struct conn *dead;        /* freed after the events in hand */
    size_t open, most;        /* sockets; most shrinks when the machine has no more */
    double tokens;
    int64_t now_us, begun_us, refilled_us;
    size_t next, active, done; /* hosts */
    enum rc rc;                /* of the sink or memory; ends the run */
    struct err *err;
};

/* Looks at all hosts of the list. RC_OK whatever the hosts did; failures are those of the sink, memory or our own input. */
MUST_USE enum rc engine_run(const struct net_options *o, const struct host_list *list,
                            struct resolver *resolver, struct worker *worker, struct err *err);

/* For visits: asks for a connection to the port of the current address; the time; the end of a visit. */
bool engine_connect(struct engine *e, struct visit *v, struct visit_port *port);
filetime engine_now(const struct engine *e);
void engine_visited(struct engine *e, struct visit *v);
void engine_fail(struct engine *e, enum rc rc); /* e->err is set */

/* The conversation of a connection (converse.c): opens, feeds, ends it, and does what its protocol says next. */
void converse_open(struct engine *e, struct conn *c);
void converse_ready(struct engine *e, struct conn *c, uint32_t events);
void converse_lost(struct engine *e, struct conn *c, enum talk_loss loss);

/* For converse.c: the connection's socket is closed, or asked for again, or over for good. */
void engine_close(struct engine *e, struct conn *c);
void engine_again(struct engine *e, struct conn *c);
void engine_finish(struct engine *e, struct conn *c);
void engine_watch(struct engine *e, struct conn *c, uint32_t events);
void engine_deadline(struct engine *e, struct conn *c, uint32_t milliseconds);

#endif
