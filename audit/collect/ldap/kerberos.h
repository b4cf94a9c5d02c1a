/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tickets for the GSSAPI bind. Credentials are read once, before the sandbox closes, into caches in memory: no
 * ticket is ever written to a file, and the operator's cache is not changed. */
#ifndef COLLECT_LDAP_KERBEROS_H
#define COLLECT_LDAP_KERBEROS_H

#include "audit/collect/ldap/options.h"

/* Reads configuration and the ccache or keytab. One call a process. */
MUST_USE enum rc kerberos_prepare(const struct ldap_options *o, struct err *err);

/* Gets the ticket-granting ticket (keytab) and the ticket for ldap/host, so that the bind needs no more than memory
 * and a failure has an exact code. Once a process: never repeated after a refusal. */
MUST_USE enum rc kerberos_tickets(const struct ldap_options *o, struct err *err);

/* The client principal ("user@REALM") for messages; empty before kerberos_prepare. */
const char *kerberos_client(void);

#endif
