/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a source ended on a host, from what became of the ports that serve it. Pure; report.c makes rows of it. */
#ifndef COLLECT_NET_COVERAGE_H
#define COLLECT_NET_COVERAGE_H

#include "audit/collect/net/visit.h"

struct net_outcome {
    const char *state;
    enum rc reason; /* RC_OK = none */
    uint64_t objects;
    char detail[512];
};

/* How the source ended on a host that has these ports. */
void net_outcome_of(enum net_source source, const struct visit_port *ports, size_t count,
                    struct net_outcome *ret);

/* The same for a host without an address; resolved says why. */
void net_outcome_unresolved(enum rc resolved, struct net_outcome *ret);

/* "open"; NULL for a port of which nothing is known. */
const char *port_state_word(enum port_state state);

#endif
