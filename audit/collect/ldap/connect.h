/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a name to an encrypted connection whose server has proven who it is. No credential is sent here. */
#ifndef COLLECT_LDAP_CONNECT_H
#define COLLECT_LDAP_CONNECT_H

#include "audit/collect/ldap/fault.h"
#include "audit/collect/ldap/session.h"

/* Loads the authorities and resolves the name; see session_prepare. */
MUST_USE enum rc connect_prepare(const struct ldap_options *o, struct err *err);

/* A handle with TLS done (ldaps, starttls) or plain (gssapi, sealed by the bind). *ret stays NULL on failure. */
MUST_USE enum rc connect_open(struct session *s, LDAP **ret, struct err *err);

/* After a refused handshake: once more without checking, only to describe the certificate; sends nothing else. */
void connect_describe(struct session *s, struct fault_certificate *ret);

#endif
