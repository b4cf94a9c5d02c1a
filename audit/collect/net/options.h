/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one task asks of kagimori-net: its parameters, checked once. README.md lists them. */
#ifndef COLLECT_NET_OPTIONS_H
#define COLLECT_NET_OPTIONS_H

#include "audit/base/filetime.h"
#include "audit/base/ip.h"
#include "audit/supervise/task.h"

#define NET_SOURCES(X)    \
    X(PORT, "net.port")   \
    X(SMB, "net.smb")     \
    X(RDP, "net.rdp")     \
    X(WINRM, "net.winrm") \
    X(TLS, "net.tls")     \
    X(LDAP, "net.ldap")

enum net_source {
#define NET_SOURCE_ENUM(name, word) NET_##name,
    NET_SOURCES(NET_SOURCE_ENUM)
#undef NET_SOURCE_ENUM
    NET_SOURCE_COUNT
};

/* "net.port" */
const char *net_source_name(enum net_source source);

#define NET_PORTS_MAX   64
#define NET_EXCLUDE_MAX 256

struct net_options {
    bool wants[NET_SOURCE_COUNT];
    uint16_t ports[NET_PORTS_MAX]; /* on every host, without what the sources add */
    size_t port_count;
    uint16_t rdp_ports[NET_PORTS_MAX];
    size_t rdp_port_count;
    struct ip_range
        excluded[NET_EXCLUDE_MAX]; /* addresses that are never touched, whatever a name leads to */
    size_t excluded_count;
    uint32_t connect_timeout_ms;
    uint32_t answer_timeout_ms; /* one answer, from the question to its last byte */
    uint32_t host_deadline_s;   /* the whole conversation with a host, from its first open port */
    uint32_t rate;              /* connections begun a second; 0 = unlimited */
    uint32_t concurrency;       /* sockets open at a time */
    uint32_t retries;           /* of a connection that found no answer */
    filetime now;
};

/* Checks every parameter; RC_USAGE names the one that is wrong. */
MUST_USE enum rc net_options_from_task(const struct task *task, struct net_options *ret,
                                       struct err *err);

#endif
