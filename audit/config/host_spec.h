/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an operator names hosts: a DNS name, an address, a range of addresses. */
#ifndef CONFIG_HOST_SPEC_H
#define CONFIG_HOST_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/err.h"
#include "audit/base/ip.h"

#define HOST_RANGE_MOST 65536U /* addresses of one range */

enum host_spec_kind {
    HOST_SPEC_NAME,
    HOST_SPEC_ADDRESS,
    HOST_SPEC_RANGE
};

struct host_spec {
    enum host_spec_kind kind;
    const char *text;              /* as written; borrowed */
    struct ip_address first, last; /* of addresses and ranges, both inclusive */
};

/* Parses "srv1.example", "192.0.2.10", "2001:db8::1", "192.0.2.0/24", "192.0.2.10-192.0.2.40", "192.0.2.10-40". A network of IPv4
 * leaves its own address and its broadcast address out. text is borrowed. RC_USAGE says what is wrong, such as a range of more
 * than HOST_RANGE_MOST addresses. */
MUST_USE enum rc host_spec_parse(const char *text, struct host_spec *ret, struct err *err);

/* True when the spec names this host: its name (without case) or its address. Either may be NULL. */
bool host_spec_covers(const struct host_spec *spec, const char *name,
                      const struct ip_address *address);

#endif
