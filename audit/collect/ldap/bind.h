/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authentication: exactly one attempt a call, never over clear text. */
#ifndef COLLECT_LDAP_BIND_H
#define COLLECT_LDAP_BIND_H

#include "audit/collect/ldap/session.h"

/* Loads SASL plug-ins, Kerberos configuration and credentials; see session_prepare. */
MUST_USE enum rc bind_prepare(const struct ldap_options *o, struct err *err);

/* Binds s->ld, when the supervisor's logon gate lets it: RC_LIMIT and s->is_turned_away when not. A password that is empty is refused here: a server would take it as an anonymous bind (RFC 4513 5.1.2). */
MUST_USE enum rc bind_session(struct session *s, const struct secret *secret, struct err *err);

#endif
