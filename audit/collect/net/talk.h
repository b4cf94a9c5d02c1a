/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation with one open port: a state machine of a protocol (smb_talk.c, rdp_talk.c …) that is told what happens and says
 * what comes next, over as many connections as it needs, one after the other. It knows nothing of sockets and clocks. */
#ifndef COLLECT_NET_TALK_H
#define COLLECT_NET_TALK_H

#include "audit/collect/net/options.h"
#include "audit/collect/net/tls.h"
#include "audit/evidence/row.h"

#define TALK_INPUT_MAX 98304U /* bytes of one connection that wait to be understood */

enum talk_event {
    TALK_OPEN,   /* a connection stands */
    TALK_SECURE, /* TLS stands on it */
    TALK_INPUT,  /* more bytes than before wait in `in` */
    TALK_LOST    /* the connection is over; `loss` says why */
};

enum talk_step {
    TALK_WAIT,  /* for an answer; what is in `out` is sent first */
    TALK_TLS,   /* begin TLS on this connection, with `reach` */
    TALK_AGAIN, /* close it and open another to the same port */
    TALK_END    /* all is known that can be */
};

enum talk_loss {
    LOSS_CLOSED,  /* the peer closed or reset it */
    LOSS_REFUSED, /* a further connection could not be opened */
    LOSS_SILENT,  /* no whole answer within its time */
    LOSS_TLS,     /* the TLS handshake failed */
    LOSS_FLOOD    /* more bytes than any answer has */
};

struct talk_result {
    bool is_told; /* false: the protocol came to no end for this source */
    enum rc rc;   /* RC_OK: spoken to the end; RC_ABSENT: the port does not have it */
    uint64_t objects;
    char detail[sizeof(((struct err *)0)->msg)];
};

/* What stays of a conversation. */
struct talk_end {
    const char *word; /* host_port.protocol */
    char banner[840];
    char detail[sizeof(((struct err *)0)->msg)];
    struct talk_result results[NET_SOURCE_COUNT];
};

struct talk;

struct protocol {
    size_t size; /* of the state, which begins as zeros */
    enum talk_step (*on)(struct talk *t, enum talk_event event);
    /* Puts the rows of what was learned and sets the results of end. Called once. */
    enum rc (*put)(struct talk *t, struct row_sink *sink, struct err *err);
};

struct talk {
    const struct protocol *protocol;
    void *state;
    const char *host;  /* name in the evidence */
    bool is_encrypted; /* this port speaks TLS from its first byte */
    uint16_t port;
    const bool *wants; /* the sources of the task */
    filetime now;      /* the time of the event */
    struct wr in, out;
    size_t taken; /* bytes of `in` that were understood */
    struct tls *tls;
    bool is_secure; /* its handshake is done */
    enum tls_reach reach;
    enum talk_loss loss;
    bool is_cut;          /* it wanted another connection when the host's time was over */
    uint32_t patience_ms; /* for the next answer; 0 = the task's */
    struct talk_end end;
};

/* NULL when memory is short. host and wants are borrowed. */
MUST_USE struct talk *talk_new(const struct protocol *protocol, const char *host, uint16_t port,
                               bool is_encrypted, const bool *wants);
void talk_free(struct talk *t);

/* Forgets a connection: buffers and TLS. */
void talk_reset(struct talk *t);

/* The bytes that wait, and taking n of them. */
const uint8_t *talk_bytes(const struct talk *t, size_t *ret_size);
void talk_take(struct talk *t, size_t n);

/* Fills p with n random bytes. */
void talk_random(void *p, size_t n);

/* Sets how a source ended on this port. */
void talk_result(struct talk *t, enum net_source source, enum rc rc, uint64_t objects,
                 const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Puts the rows and results, once. What was cut off is not whole, whatever the protocol thinks of it. */
MUST_USE enum rc talk_put(struct talk *t, struct row_sink *sink, struct err *err);

/* Keeps the first fault of a conversation. */
void talk_keep(struct err *kept, const struct err *err);

/* What host_port.detail says. */
void talk_detail(struct talk *t, const char *text);

/* "port 445 gave no answer", "port 445 closed the connection" … into a failed err, for a conversation that ended before it told
 * anything. */
enum rc talk_lost(const struct talk *t, struct err *err);

extern const struct protocol smb_protocol, rdp_protocol, winrm_protocol, directory_protocol,
    banner_protocol;

#endif
