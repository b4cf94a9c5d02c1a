/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPNEGO tokens (RFC 4178, [MS-SPNG]), as SMB2 and LDAP carry them. */
#ifndef COLLECT_NET_SPNEGO_H
#define COLLECT_NET_SPNEGO_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

/* NegTokenInit that offers NTLM alone, with its first message. */
void spnego_put_init(struct wr *w, const void *ntlm, size_t n);

/* NegTokenResp with a further message. */
void spnego_put_response(struct wr *w, const void *ntlm, size_t n);

/* The names of the mechanisms that a server's NegTokenInit offers, in its order, joined by commas: kerberos, ntlm, negoex,
 * iakerb, pku2u, other. Empty when there are none. out: at least 64 bytes. */
MUST_USE enum rc spnego_mechanisms(struct rd r, char *out, size_t size, struct err *err);

/* The mechanism's message inside a NegTokenResp; a bare NTLM message is taken as it is. *ret is a view of r's bytes. */
MUST_USE enum rc spnego_token(struct rd r, struct rd *ret, struct err *err);

#endif
