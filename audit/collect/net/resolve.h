/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names to addresses by c-ares: /etc/hosts and DNS, both families, many at a time, driven by the caller's epoll loop. */
#ifndef COLLECT_NET_RESOLVE_H
#define COLLECT_NET_RESOLVE_H

#include "audit/collect/net/hosts.h"

#define RESOLVE_MAX 8 /* addresses of one name that are of interest */

struct resolver; /* opaque */

/* rc: RC_OK with at least one address; RC_ABSENT when the name has none; RC_UNREACHABLE or RC_TIMEOUT when no server told. */
typedef void resolve_done(void *context, enum rc rc, const union net_address *addresses,
                          size_t count);

MUST_USE enum rc resolver_new(struct resolver **ret, struct err *err);
void resolver_free(struct resolver *r); /* done is not called any more */

/* Asks for a name; done is called once, perhaps before this returns. A name that cannot be one is RC_ABSENT. */
void resolver_ask(struct resolver *r, const char *name, resolve_done *done, void *context);

int resolver_fd(const struct resolver *r); /* readable when resolver_process has work */
void resolver_process(struct resolver *r); /* also when its time is over */
size_t resolver_pending(const struct resolver *r);

/* Milliseconds until resolver_process must be called; most when nothing is pending. */
int resolver_wait_ms(const struct resolver *r, int most);

#endif
