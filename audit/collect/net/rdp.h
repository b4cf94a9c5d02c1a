/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first exchange of Remote Desktop: X.224 Connection Request and Confirm with the choice of security ([MS-RDPBCGR] 2.2.1.1,
 * 2.2.1.2). Pure functions over bytes; rdp_talk.c converses. */
#ifndef COLLECT_NET_RDP_H
#define COLLECT_NET_RDP_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define RDP_FRAME_BAD SIZE_MAX

/* Bits of requestedProtocols; in an answer one of them, or RDP_ASK_STANDARD. */
#define RDP_ASK_STANDARD 0U
#define RDP_ASK_TLS      1U
#define RDP_ASK_NLA      2U

#define RDP_NEG_NLA_REQUIRED 5U /* HYBRID_REQUIRED_BY_SERVER */

struct rdp_answer {
    bool is_failure;
    bool
        has_negotiation; /* false: a server from before the negotiation, which does standard security only */
    uint8_t flags;  /* of RDP_NEG_RSP */
    uint32_t value; /* the protocol that it chose, or the failure code */
};

/* Whole size of the TPKT that n bytes of a stream begin with; 0 = more bytes are needed, RDP_FRAME_BAD = not a Connection
 * Confirm. */
size_t rdp_frame(const uint8_t *p, size_t n);

void rdp_put_request(struct wr *w, uint32_t protocols);

/* Reads one whole TPKT. */
MUST_USE enum rc rdp_answer_parse(struct rd r, struct rdp_answer *ret, struct err *err);

#endif
