/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of hosts that comes with a task: lines of "name TAB address or - TAB flags TAB further RDP ports or -". It is our own
 * supervisor's writing, so that a malformed line is a fault of ours (RC_USAGE) and ends the task; the names in it come from the
 * directory and may be anything that is UTF-8 without control characters. */
#ifndef COLLECT_NET_HOSTS_H
#define COLLECT_NET_HOSTS_H

#include <sys/socket.h>

#include <netinet/in.h>
#include <stdbool.h>

#include "audit/base/err.h"

#define HOSTS_MAX           65536U
#define HOST_RDP_MAX        8
#define HOST_NAME_MAX_BYTES 255

union net_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct host {
    const char *name; /* borrowed from the list */
    bool has_address; /* else its name is to be resolved */
    union net_address address;
    bool is_controller; /* flag c: the directory ports too */
    bool is_range;      /* flag r: not worth a word unless a port is open */
    uint16_t rdp_ports[HOST_RDP_MAX];
    size_t rdp_port_count;
};

struct host_list {
    struct host *hosts;
    size_t count;
    char *text; /* the names' memory */
};

/* Reads all of fd from its beginning. hosts_done frees. */
MUST_USE enum rc hosts_read(int fd, struct host_list *ret, struct err *err);

/* The same from memory; text is moved in (heap) and changed. On failure it is freed. */
MUST_USE enum rc hosts_parse(char *text, size_t size, struct host_list *ret, struct err *err);

void hosts_done(struct host_list *list);

#endif
