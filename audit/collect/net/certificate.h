/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server's certificate (RFC 5280) says, read with OpenSSL. Nothing is verified: who signed it is a fact for the checks,
 * not a condition for looking. */
#ifndef COLLECT_NET_CERTIFICATE_H
#define COLLECT_NET_CERTIFICATE_H

#include <openssl/x509.h>

#include "audit/base/err.h"
#include "audit/base/filetime.h"

struct certificate {
    char subject[1024]; /* RFC 2253, empty for an empty name */
    char issuer[1024];
    filetime from;  /* -1 = not readable */
    filetime until; /* -1 = not readable */
    bool is_self_signed;
    char names
        [1024]; /* subject alternative names, "DNS:a, IP:10.0.0.1"; what does not fit is left out */
    char key_type[32];
    int key_bits; /* 0 = unknown */
    char signature[64];
    char sha256[65];
    char key_sha256[65];
};

/* Reads a certificate that OpenSSL has parsed. */
void certificate_read(X509 *x, struct certificate *ret);

/* Reads n bytes of DER. RC_MALFORMED when they are not one certificate. */
MUST_USE enum rc certificate_parse(const uint8_t *p, size_t n, struct certificate *ret,
                                   struct err *err);

#endif
