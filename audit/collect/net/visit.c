/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/collect/net/engine.h"

bool role_serves(enum port_role role, enum net_source source)
{
    switch (role) {
    case ROLE_SMB:
        return source == NET_SMB;
    case ROLE_RDP:
        return source == NET_RDP || source == NET_TLS;
    case ROLE_WINRM:
        return source == NET_WINRM;
    case ROLE_WINRM_TLS:
        return source == NET_WINRM || source == NET_TLS;
    case ROLE_DIRECTORY:
        return source == NET_LDAP;
    case ROLE_DIRECTORY_TLS:
        return source == NET_LDAP || source == NET_TLS;
    case ROLE_BANNER:
        return source == NET_PORT;
    case ROLE_NONE:
    case ROLE_COUNT:
        break;
    }
    return false;
}

static const struct protocol *protocol_of(enum port_role role)
{
    static const struct protocol *const protocols[ROLE_COUNT] = {
        [ROLE_SMB] = &smb_protocol,
        [ROLE_RDP] = &rdp_protocol,
        [ROLE_WINRM] = &winrm_protocol,
        [ROLE_WINRM_TLS] = &winrm_protocol,
        [ROLE_DIRECTORY] = &directory_protocol,
        [ROLE_DIRECTORY_TLS] = &directory_protocol,
        [ROLE_BANNER] = &banner_protocol
    };

    return protocols[role];
}

/* ---- which ports ---- */

static bool is_wanted(const struct net_options *o, enum port_role role)
{
    for (int s = 0; s < NET_SOURCE_COUNT; s++) {
        if (o->wants[s] && role_serves(role, (enum net_source)s)) {
            return true;
        }
    }
    return false;
}

/* Adds a port; a later role wins over an earlier one, so that "3390 speaks Remote Desktop" counts for a swept port. */
static void add_port(struct visit *v, const struct net_options *o, uint16_t number,
                     enum port_role role)
{
    size_t i = 0;
    while (i < v->port_count && v->ports[i].number != number) {
        i++;
    }
    v->port_count += i == v->port_count;
    v->ports[i].number = number;
    if (is_wanted(o, role)) {
        v->ports[i].role = role;
    }
}

/* The ports that a source cannot do without, where it is asked for. */
static void add_source_ports(struct visit *v, const struct net_options *o)
{
    static const struct {
        uint16_t number;
        enum port_role role;
        bool is_directory;
    } known[] = { { 445, ROLE_SMB, false },      { 3389, ROLE_RDP, false },
                  { 5985, ROLE_WINRM, false },   { 5986, ROLE_WINRM_TLS, false },
                  { 389, ROLE_DIRECTORY, true }, { 636, ROLE_DIRECTORY_TLS, true },
                  { 3268, ROLE_DIRECTORY, true } };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        bool is_here = !known[i].is_directory || v->host->is_controller;
        bool is_swept = known[i].is_directory && o->wants[NET_PORT];
        if (is_here && (is_swept || is_wanted(o, known[i].role))) {
            add_port(v, o, known[i].number, known[i].role);
        }
    }
}

static bool make_ports(struct visit *v, const struct net_options *o)
{
    v->ports = calloc(o->port_count + o->rdp_port_count + HOST_RDP_MAX + 7, sizeof(*v->ports));
    if (!v->ports) {
        return false;
    }
    for (size_t i = 0; i < o->port_count; i++) {
        bool is_banner = o->ports[i] == 22 || o->ports[i] == 23;
        add_port(v, o, o->ports[i], is_banner ? ROLE_BANNER : ROLE_NONE);
    }
    add_source_ports(v, o);
    for (size_t i = 0; i < o->rdp_port_count; i++) {
        add_port(v, o, o->rdp_ports[i], ROLE_RDP);
    }
    for (size_t i = 0; i < v->host->rdp_port_count; i++) {
        add_port(v, o, v->host->rdp_ports[i], ROLE_RDP);
    }
    return true;
}

/* ---- one address after the other ---- */

static void free_ports(struct visit_port *ports, size_t count)
{
    for (size_t i = 0; ports && i < count; i++) {
        free(ports[i].end);
    }
    free(ports);
}

static void finish(struct visit *v)
{
    engine_visited(v->engine, v);
    free_ports(v->ports, v->port_count);
    free_ports(v->best, v->port_count);
    free(v);
}

static void pump(struct visit *v)
{
    while (v->in_flight < ENGINE_HOST_SOCKETS && v->port_next < v->port_count &&
           engine_connect(v->engine, v, &v->ports[v->port_next])) {
        v->port_next++;
    }
}

static size_t count_state(const struct visit_port *ports, size_t count, enum port_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        n += ports[i].state == state;
    }
    return n;
}

/* Keeps what this address said if no earlier one said more, and makes the ports new. False when memory is short. */
static bool turn_page(struct visit *v)
{
    struct visit_port *fresh = calloc(v->port_count, sizeof(*fresh));
    if (!fresh) {
        return false;
    }
    for (size_t i = 0; i < v->port_count; i++) {
        fresh[i].number = v->ports[i].number;
        fresh[i].role = v->ports[i].role;
    }
    bool is_better = !v->best || count_state(v->ports, v->port_count, PORT_CLOSED) >
                                     count_state(v->best, v->port_count, PORT_CLOSED);
    free_ports(is_better ? v->best : v->ports, v->port_count);
    v->best_at = is_better ? v->address_at : v->best_at;
    v->best = is_better ? v->ports : v->best;
    v->ports = fresh;
    return true;
}

static void take_best(struct visit *v)
{
    if (v->best && count_state(v->best, v->port_count, PORT_CLOSED) >=
                       count_state(v->ports, v->port_count, PORT_CLOSED)) {
        struct visit_port *ports = v->ports;
        v->ports = v->best;
        v->best = ports;
        v->address_at = v->best_at;
    }
}

static void address_done(struct visit *v)
{
    bool is_any_open = count_state(v->ports, v->port_count, PORT_OPEN) > 0;
    if (!is_any_open && v->address_at + 1 < v->address_count && turn_page(v)) {
        v->address_at++;
        v->port_next = v->settled = 0;
        pump(v);
        return;
    }
    if (!is_any_open) {
        take_best(v);
    }
    finish(v);
}

static bool is_excluded(const struct net_options *o, const union net_address *address)
{
    struct ip_address a = { .size = 4 };
    if (address->any.sa_family == AF_INET6) {
        a.size = 16;
        memcpy(a.bytes, &address->v6.sin6_addr, 16);
    } else {
        memcpy(a.bytes, &address->v4.sin_addr, 4);
    }
    for (size_t i = 0; i < o->excluded_count; i++) {
        if (ip_range_has(&o->excluded[i], &a)) {
            return true;
        }
    }
    return false;
}

static void on_resolved(void *context, enum rc rc, const union net_address *addresses, size_t count)
{
    struct visit *v = context;
    v->resolved = rc;
    if (rc != RC_OK) {
        finish(v);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_excluded(v->engine->o, &addresses[i])) {
            v->addresses[v->address_count++] = addresses[i];
        }
    }
    if (v->address_count == 0) {
        v->resolved = RC_DENIED;
        finish(v);
        return;
    }
    pump(v);
}

bool visit_start(struct engine *e, const struct host *host)
{
    struct visit *v = calloc(1, sizeof(*v));
    if (!v) {
        return false;
    }
    *v = (struct visit){ .host = host, .engine = e, .started = engine_now(e) };
    if (!make_ports(v, e->o)) {
        free(v);
        return false;
    }
    if (host->has_address) {
        on_resolved(v, RC_OK, &host->address, 1);
    } else {
        resolver_ask(e->resolver, host->name, on_resolved, v);
    }
    return true;
}

/* ---- what the engine tells ---- */

struct talk *visit_opened(struct visit *v, struct visit_port *port)
{
    const struct protocol *protocol = protocol_of(port->role);
    port->state = PORT_OPEN;
    if (!protocol) {
        return NULL;
    }
    bool is_encrypted = port->role == ROLE_WINRM_TLS || port->role == ROLE_DIRECTORY_TLS;
    struct talk *t =
        talk_new(protocol, v->host->name, port->number, is_encrypted, v->engine->o->wants);
    if (!t) {
        engine_fail(v->engine, err_setf(v->engine->err, RC_NOMEM, "no memory for a conversation"));
    }
    return t;
}

void visit_failed(struct visit *v, struct visit_port *port, int error)
{
    (void)v;
    switch (error) {
    case ECONNREFUSED:
        port->state = PORT_CLOSED;
        break;
    case ETIMEDOUT:
        port->state = PORT_FILTERED;
        break;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case ENOPROTOOPT: /* "protocol unreachable" */
        port->state = PORT_UNREACHABLE;
        break;
    default:
        port->state = PORT_LOCAL;
        port->error = error;
        break;
    }
}

void visit_settled(struct visit *v, struct visit_port *port, struct talk_end *end)
{
    port->end = end;
    v->settled++;
    pump(v);
    if (v->settled == v->port_count) {
        address_done(v);
    }
}
