/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/coverage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *port_state_word(enum port_state state)
{
    static const char *const words[] = { [PORT_OPEN] = "open",
                                         [PORT_CLOSED] = "closed",
                                         [PORT_FILTERED] = "filtered",
                                         [PORT_UNREACHABLE] = "unreachable",
                                         [PORT_LOCAL] = NULL };
    return words[state];
}

struct counts {
    size_t by_state[PORT_LOCAL + 1];
    size_t whole, absent, broken; /* of the open ones */
    uint64_t objects;
    enum rc fault; /* of the first that broke */
    const char *broken_detail, *absent_detail;
    int error; /* of the first that this machine could not try */
};

static void end(struct net_outcome *ret, const char *state, enum rc reason, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static void end(struct net_outcome *ret, const char *state, enum rc reason, const char *fmt, ...)
{
    va_list ap;
    ret->state = state;
    ret->reason = reason;
    va_start(ap, fmt);
    (void)vsnprintf(ret->detail, sizeof(ret->detail), fmt, ap);
    va_end(ap);
}

/* " 445, 3389": the ports of a source in a state. */
static void list_ports(enum net_source source, const struct visit_port *ports, size_t count,
                       enum port_state state, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && used + 8 < size; i++) {
        if (ports[i].state == state && (source == NET_PORT || role_serves(ports[i].role, source))) {
            used += (size_t)snprintf(out + used, size - used, "%s%u", used ? ", " : "",
                                     (unsigned)ports[i].number);
        }
    }
}

static void count_talk(const struct talk_end *talk, enum net_source source, struct counts *c)
{
    const struct talk_result *r = talk ? &talk->results[source] : NULL;
    if (!r || !r->is_told) {
        c->broken++;
        c->fault = c->fault == RC_OK ? RC_BUG : c->fault;
        return;
    }
    c->objects += r->objects;
    if (r->rc == RC_OK) {
        c->whole++;
    } else if (r->rc == RC_ABSENT) {
        c->absent++;
        c->absent_detail = c->absent_detail ? c->absent_detail : r->detail;
    } else {
        c->broken++;
        c->fault = c->fault == RC_OK ? r->rc : c->fault;
        c->broken_detail = c->broken_detail ? c->broken_detail : r->detail;
    }
}

static struct counts count_ports(enum net_source source, const struct visit_port *ports,
                                 size_t count)
{
    struct counts c = { .fault = RC_OK };
    for (size_t i = 0; i < count; i++) {
        if (source != NET_PORT && !role_serves(ports[i].role, source)) {
            continue;
        }
        c.by_state[ports[i].state]++;
        c.error = c.error ? c.error : ports[i].error;
        if (source != NET_PORT && ports[i].state == PORT_OPEN) {
            count_talk(ports[i].end, source, &c);
        }
    }
    return c;
}

/* A protocol none of whose ports is open. */
static void end_without_open(enum net_source source, const struct visit_port *ports, size_t count,
                             const struct counts *c, struct net_outcome *ret)
{
    char list[128];
    size_t filtered = c->by_state[PORT_FILTERED], unreachable = c->by_state[PORT_UNREACHABLE];
    if (c->by_state[PORT_LOCAL] > 0) {
        list_ports(source, ports, count, PORT_LOCAL, list, sizeof(list));
        end(ret, "failed", RC_IO, "this machine could not try port %s: %s", list,
            strerror(c->error));
    } else if (filtered + unreachable > 0) {
        enum port_state state = filtered > 0 ? PORT_FILTERED : PORT_UNREACHABLE;
        list_ports(source, ports, count, state, list, sizeof(list));
        end(ret, "unreachable", filtered > 0 ? RC_TIMEOUT : RC_UNREACHABLE, "%s port %s",
            filtered > 0 ? "no answer from" : "the network says that it cannot reach", list);
    } else if (c->by_state[PORT_CLOSED] > 0) {
        list_ports(source, ports, count, PORT_CLOSED, list, sizeof(list));
        end(ret, "absent", RC_ABSENT, "refused on port %s", list);
    } else {
        /* Only the directory's ports are not asked of everybody. */
        end(ret, "absent", RC_ABSENT, "not a domain controller");
    }
}

static void end_ports(const struct visit_port *ports, size_t count, const struct counts *c,
                      struct net_outcome *ret)
{
    char list[128];
    size_t definite = c->by_state[PORT_OPEN] + c->by_state[PORT_CLOSED];
    list_ports(NET_PORT, ports, count, PORT_LOCAL, list, sizeof(list));
    ret->objects = count - c->by_state[PORT_LOCAL] - c->by_state[PORT_UNTRIED];
    if (c->by_state[PORT_LOCAL] > 0) {
        end(ret, ret->objects > 0 ? "partial" : "failed", RC_IO,
            "this machine could not try port %s: %s", list, strerror(c->error));
    } else if (definite > 0) {
        end(ret, "complete", RC_OK, "%s", "");
    } else if (c->by_state[PORT_FILTERED] > 0) {
        end(ret, "unreachable", RC_TIMEOUT, "no answer from any port");
    } else {
        end(ret, "unreachable", RC_UNREACHABLE, "the network says that it cannot reach the host");
    }
}

void net_outcome_of(enum net_source source, const struct visit_port *ports, size_t count,
                    struct net_outcome *ret)
{
    struct counts c = count_ports(source, ports, count);
    *ret = (struct net_outcome){ .objects = c.objects };
    if (source == NET_PORT) {
        end_ports(ports, count, &c, ret);
    } else if (c.by_state[PORT_OPEN] == 0) {
        end_without_open(source, ports, count, &c, ret);
    } else if (c.broken > 0) {
        end(ret, c.objects > 0 ? "partial" : "failed", c.fault, "%s",
            c.broken_detail ? c.broken_detail : "");
    } else if (c.whole == 0) {
        end(ret, "absent", RC_ABSENT, "%s", c.absent_detail ? c.absent_detail : "");
    } else {
        char list[128];
        list_ports(source, ports, count, PORT_FILTERED, list, sizeof(list));
        end(ret, "complete", RC_OK, "%s%s", list[0] ? "no answer from port " : "", list);
    }
}

void net_outcome_unresolved(enum rc resolved, struct net_outcome *ret)
{
    *ret = (struct net_outcome){ 0 };
    switch (resolved) {
    case RC_ABSENT:
        /* Not "absent", which is an answer: of this host nothing was seen. */
        end(ret, "unreachable", RC_ABSENT, "its name resolves to no address");
        break;
    case RC_DENIED:
        end(ret, "not_collected", RC_DENIED, "the site file excludes its address");
        break;
    case RC_TIMEOUT:
        end(ret, "unreachable", RC_TIMEOUT, "no DNS server answered for its name");
        break;
    default:
        end(ret, "unreachable", RC_UNREACHABLE, "DNS could not resolve its name");
        break;
    }
}
