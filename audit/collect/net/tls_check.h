/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of every port with TLS, whatever is below and above it: its facts, and whether it still takes TLS 1.0 or 1.1. The
 * second question costs a connection; a port that just hangs up at it is asked once more what it takes anyway, because only
 * then the hanging up was an answer. */
#ifndef COLLECT_NET_TLS_CHECK_H
#define COLLECT_NET_TLS_CHECK_H

#include "audit/collect/net/talk.h"

enum tls_phase {
    TLS_PHASE_FIRST,
    TLS_PHASE_OLD,
    TLS_PHASE_CONFIRM,
    TLS_PHASE_DONE
};

enum tls_old {
    TLS_OLD_UNKNOWN,
    TLS_OLD_TAKEN,
    TLS_OLD_REFUSED
};

struct tls_check {
    enum tls_phase phase;
    bool has_facts;
    struct tls_facts facts;
    enum tls_old old;
    struct err fault; /* the first, if any */
};

/* What TLS the next connection of the check should try. */
enum tls_reach tls_check_reach(const struct tls_check *c);

/* At TALK_SECURE and at TALK_LOST during or before TLS of a connection of the check; moves to the next phase. */
void tls_check_secure(struct tls_check *c, const struct talk *t);
void tls_check_lost(struct tls_check *c, const struct talk *t);

/* Puts the host_tls row when there are facts, and sets the result of net.tls. why_absent: when the port has no TLS at all, else
 * NULL. */
MUST_USE enum rc tls_check_put(const struct tls_check *c, struct talk *t, const char *why_absent,
                               struct row_sink *sink, struct err *err);

#endif
