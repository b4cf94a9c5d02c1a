/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS over memory: bytes in, bytes out, no socket. It verifies nothing and takes the oldest and weakest that OpenSSL still knows,
 * because it is here to see what a server offers, and sends nothing that is secret. */
#ifndef COLLECT_NET_TLS_H
#define COLLECT_NET_TLS_H

#include "audit/base/err.h"
#include "audit/base/wr.h"
#include "audit/collect/net/certificate.h"

enum tls_reach {
    TLS_REACH_ANY, /* from TLS 1.0 to the newest */
    TLS_REACH_OLD  /* TLS 1.0 and 1.1 only */
};

enum tls_state {
    TLS_SHAKING,
    TLS_UP,
    TLS_FAILED /* an alert, or bytes that are not TLS */
};

struct tls; /* opaque; one connection */

struct tls_facts {
    char version[16];
    char cipher[64];
    bool has_certificate;
    struct certificate certificate;
};

/* Once, before the sandbox closes: contexts for both reaches. RC_UNSUPPORTED when OpenSSL is missing TLS altogether. */
MUST_USE enum rc tls_prepare(struct err *err);

/* False when this OpenSSL cannot speak TLS 1.0 and 1.1 any more. */
bool tls_can_be_old(void);

/* name: for SNI; an address or NULL leaves it out. NULL when memory is short. */
MUST_USE struct tls *tls_new(enum tls_reach reach, const char *name);
void tls_free(struct tls *t);

/* Takes n bytes from the peer (0 to begin); what is to be sent goes to out, what was decrypted to in. */
enum tls_state tls_feed(struct tls *t, const uint8_t *p, size_t n, struct wr *in, struct wr *out);

/* Encrypts n bytes into out; false when that fails. Only when TLS_UP. */
bool tls_put(struct tls *t, const void *p, size_t n, struct wr *out);

/* The peer's alert that ended the handshake (70 protocol_version, 40 handshake_failure …), or -1. */
int tls_alert(const struct tls *t);

void tls_read_facts(const struct tls *t, struct tls_facts *ret);

#endif
