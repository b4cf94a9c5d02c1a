/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTLM messages ([MS-NLMP] 2.2.1), as far as they tell who a server is. No key is ever computed here: the one AUTHENTICATE that
 * this module can write answers with random bytes for a name that was made up. */
#ifndef COLLECT_NET_NTLM_H
#define COLLECT_NET_NTLM_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"
#include "audit/collect/net/text.h"

struct ntlm_challenge {
    uint32_t flags;
    char netbios_name[TEXT_MAX]; /* empty = not told */
    char netbios_domain[TEXT_MAX];
    char dns_name[TEXT_MAX];
    char dns_domain[TEXT_MAX];
    bool has_version; /* the server says that the next three count */
    uint8_t os_major, os_minor;
    uint16_t os_build;
    struct rd target_info; /* a view of the message's own bytes */
};

/* Reads a CHALLENGE_MESSAGE (2.2.1.2). RC_MALFORMED when a field points outside. */
MUST_USE enum rc ntlm_challenge_parse(struct rd r, struct ntlm_challenge *ret, struct err *err);

/* NEGOTIATE_MESSAGE (2.2.1.1): asks for a challenge and names nobody. */
void ntlm_put_negotiate(struct wr *w);

#define NTLM_RANDOM 48 /* bytes that ntlm_put_authenticate needs */

/* AUTHENTICATE_MESSAGE (2.2.1.3) for user (ASCII) with random bytes in place of an NTLMv2 response, the server's own target
 * information and no channel binding. */
void ntlm_put_authenticate(struct wr *w, const struct ntlm_challenge *challenge, const char *user,
                           const uint8_t random[NTLM_RANDOM]);

#endif
