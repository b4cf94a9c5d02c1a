/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a visit's end: ports and coverage. What protocols learned went out when their conversations ended. */
#include <arpa/inet.h>

#include "audit/collect/net/coverage.h"
#include "audit/collect/net/text.h"
#include "audit/collect/net/visit.h"

static const char *address_text(const struct visit *v, char *buf, socklen_t size)
{
    if (v->address_count == 0) {
        return NULL;
    }
    const union net_address *a = &v->addresses[v->address_at];
    return a->any.sa_family == AF_INET6 ? inet_ntop(AF_INET6, &a->v6.sin6_addr, buf, size)
                                        : inet_ntop(AF_INET, &a->v4.sin_addr, buf, size);
}

static enum rc put_port(const struct visit *v, const struct visit_port *port, struct row_sink *sink,
                        struct err *err)
{
    char address[INET6_ADDRSTRLEN];
    const char *state = port_state_word(port->state);
    struct row row;
    if (!state) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_PORT);
    row_text(&row, PORT_HOST, v->host->name);
    row_int(&row, PORT_PORT, port->number);
    row_text(&row, PORT_STATE, state);
    row_text(&row, PORT_ADDRESS, address_text(v, address, sizeof(address)));
    if (port->end) {
        row_text(&row, PORT_PROTOCOL, port->end->word);
        row_text(&row, PORT_BANNER, text_or_null(port->end->banner));
        row_text(&row, PORT_DETAIL, text_or_null(port->end->detail));
    }
    return row_put(sink, &row, err);
}

static enum rc put_coverage(const struct visit *v, enum net_source source, filetime now,
                            struct row_sink *sink, struct err *err)
{
    struct net_outcome outcome;
    struct row row;
    if (v->resolved != RC_OK) {
        net_outcome_unresolved(v->resolved, &outcome);
    } else {
        net_outcome_of(source, v->ports, v->port_count, &outcome);
    }
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, net_source_name(source));
    row_text(&row, COVERAGE_TARGET, v->host->name);
    row_text(&row, COVERAGE_STATE, outcome.state);
    if (outcome.reason != RC_OK) {
        row_text(&row, COVERAGE_REASON, rc_word(outcome.reason));
    }
    row_text(&row, COVERAGE_DETAIL, text_or_null(outcome.detail));
    row_int(&row, COVERAGE_STARTED, v->started);
    row_int(&row, COVERAGE_FINISHED, now);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)outcome.objects);
    return row_put(sink, &row, err);
}

/* Out of a range of addresses, only the ones that are somebody count. */
static bool is_worth_a_word(const struct visit *v)
{
    bool is_open = false;
    for (size_t i = 0; i < v->port_count; i++) {
        is_open = is_open || v->ports[i].state == PORT_OPEN;
    }
    return is_open || !v->host->is_range;
}

enum rc visit_report(const struct visit *v, const struct net_options *o, filetime now,
                     struct row_sink *sink, struct err *err)
{
    if (!is_worth_a_word(v)) {
        return RC_OK;
    }
    for (size_t i = 0; o->wants[NET_PORT] && v->resolved == RC_OK && i < v->port_count; i++) {
        TRY(put_port(v, &v->ports[i], sink, err));
    }
    for (int s = 0; s < NET_SOURCE_COUNT; s++) {
        if (o->wants[s]) {
            TRY(put_coverage(v, (enum net_source)s, now, sink, err));
        }
    }
    return RC_OK;
}
