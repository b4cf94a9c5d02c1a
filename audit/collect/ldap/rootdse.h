/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rootDSE (RFC 4512 5.1, [MS-ADTS] 3.1.1.3.2): what the server is and can do, and who we are to it. */
#ifndef COLLECT_LDAP_ROOTDSE_H
#define COLLECT_LDAP_ROOTDSE_H

#include "audit/collect/ldap/session.h"
#include "audit/decode/entry.h"

/* Fills s->dir. Every attribute is asked for by name; one that is not there stays NULL. */
MUST_USE enum rc rootdse_read(struct session *s, struct err *err);

/* Takes what came as the rootDSE into the session's dir: the `take` of its search, here for what no honest server sends. context is
 * the session. RC_NOMEM. */
MUST_USE enum rc rootdse_take(void *context, const struct entry *e, struct err *err);

/* The directory_server row. target names the server in evidence; now is our clock at the time of reading. */
MUST_USE enum rc rootdse_put(const struct session *s, const char *target, struct row_sink *sink,
                             struct err *err);

/* Seconds by which the server's clock is ahead of ours; false when it did not tell a time. */
bool rootdse_skew(const struct session *s, int64_t *ret_seconds);

/* Who the server takes us for (RFC 4532), such as "u:KAGIMORI\\audit"; owned by the session's arena, NULL when it does
 * not say. */
const char *rootdse_whoami(struct session *s);

/* True when the bound account's token holds this SID. */
bool rootdse_token_has(const struct session *s, const char *sid);

/* "Microsoft", "Samba", "OpenLDAP", "389 Directory Server" or NULL. */
const char *rootdse_vendor(const struct session *s);

#endif
