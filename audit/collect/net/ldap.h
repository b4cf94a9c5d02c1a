/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LDAP bind messages (RFC 4511 4.2, [MS-ADTS] 5.1.1.1) for the two questions that a domain controller answers to anybody: does it
 * insist on signing, and on channel binding. Names and passwords in them are made up for one run. */
#ifndef COLLECT_NET_LDAP_H
#define COLLECT_NET_LDAP_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define LDAPMSG_FRAME_BAD       SIZE_MAX
#define LDAPMSG_SASL_PROGRESS   14U
#define LDAPMSG_STRONGER        8U
#define LDAPMSG_BAD_CREDENTIALS 49U

struct ldapmsg_bind {
    uint32_t result;
    char diagnostic[512];
    struct rd credentials; /* serverSaslCreds: a view of the message; empty = none */
};

enum ldapmsg_answer { /* three values: a column that stays NULL is not proven */
    LDAPMSG_NO,
    LDAPMSG_YES,
    LDAPMSG_UNTOLD
};

/* Whole size of the message that n bytes of a stream begin with; 0 = more bytes are needed, LDAPMSG_FRAME_BAD = not LDAP, or
 * longer than 64 KiB. */
size_t ldapmsg_frame(const uint8_t *p, size_t n);

void ldapmsg_put_simple(struct wr *w, uint32_t number, const char *name, const char *password);
void ldapmsg_put_sasl(struct wr *w, uint32_t number, const void *token, size_t n); /* GSS-SPNEGO */

/* Reads a BindResponse. RC_UNREACHABLE for a notice of disconnection. */
MUST_USE enum rc ldapmsg_bind_parse(struct rd r, struct ldapmsg_bind *ret, struct err *err);

/* What the result of a simple bind over clear text tells about signing. */
enum ldapmsg_answer ldapmsg_requires_signing(const struct ldapmsg_bind *b);

/* What the end of an NTLM bind inside TLS, without channel binding and with a made-up name, tells about channel binding. */
enum ldapmsg_answer ldapmsg_requires_binding(const struct ldapmsg_bind *b);

#endif
