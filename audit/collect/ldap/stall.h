/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A deadline below TLS: Debian's libldap does a TLS handshake without one and would wait for a silent server for ever. */
#ifndef COLLECT_LDAP_STALL_H
#define COLLECT_LDAP_STALL_H

#include <ldap.h>
#include <stdbool.h>

#include "audit/base/err.h"

/* The deadline of one connection; must outlive its handle. */
struct stall {
    int64_t deadline_ms; /* monotonic; 0 = none */
    bool passed;         /* a read was given up because of it */
};

/* Puts the deadline under everything that the handle reads. The socket must have a receive timeout. */
MUST_USE enum rc stall_install(LDAP *ld, struct stall *stall, struct err *err);

void stall_begin(struct stall *stall, uint32_t timeout_s);
void stall_end(struct stall *stall);

#endif
