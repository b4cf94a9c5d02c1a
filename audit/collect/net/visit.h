/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host while it is looked at: its ports one address at a time, conversations on those that are open, and at the end its
 * host_port rows and one coverage row for every source that the task asks for. The engine tells it what became of connections. */
#ifndef COLLECT_NET_VISIT_H
#define COLLECT_NET_VISIT_H

#include "audit/collect/net/hosts.h"
#include "audit/collect/net/resolve.h"
#include "audit/collect/net/talk.h"

struct engine;
struct conn;

enum port_state {
    PORT_UNTRIED,
    PORT_OPEN,
    PORT_CLOSED,
    PORT_FILTERED,
    PORT_UNREACHABLE,
    PORT_LOCAL /* this machine could not even try */
};

enum port_role {
    ROLE_NONE,
    ROLE_SMB,
    ROLE_RDP,
    ROLE_WINRM,
    ROLE_WINRM_TLS,
    ROLE_DIRECTORY,
    ROLE_DIRECTORY_TLS,
    ROLE_BANNER,
    ROLE_COUNT
};

struct visit_port {
    uint16_t number;
    enum port_role role;
    enum port_state state;
    uint32_t tries;
    int error;            /* errno of PORT_LOCAL */
    struct talk_end *end; /* of its conversation; NULL = it was not spoken to */
};

struct visit {
    const struct host *host;
    struct engine *engine;
    union net_address addresses[RESOLVE_MAX];
    size_t address_count, address_at;
    enum rc resolved; /* RC_OK, or why there is no address */
    struct visit_port *ports;
    size_t port_count, port_next, settled;
    size_t in_flight; /* connections that are open or wait to be opened */
    int64_t due_us;   /* end of all conversations; 0 = none has begun */
    filetime started;
    struct visit_port *best; /* what an earlier address said, when it said more than nothing */
    size_t best_at;
};

/* Begins with a host; it frees itself at its end, which it tells the engine by engine_visited. False when memory is short. */
bool visit_start(struct engine *e, const struct host *host);

/* What the engine tells: the connection stands (the conversation that it begins, NULL = none), or it could not be made (error:
 * errno, ETIMEDOUT for silence). */
struct talk *visit_opened(struct visit *v, struct visit_port *port);
void visit_failed(struct visit *v, struct visit_port *port, int error);

/* The conversation on an open port is over (end is moved in), or there was none (NULL). */
void visit_settled(struct visit *v, struct visit_port *port, struct talk_end *end);

/* Whether a role serves a source: net.tls is served by four of them. */
bool role_serves(enum port_role role, enum net_source source);

/* Puts the host_port and coverage rows of a visit (report.c). */
MUST_USE enum rc visit_report(const struct visit *v, const struct net_options *o, filetime now,
                              struct row_sink *sink, struct err *err);

#endif
