/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The little of BER/DER ([X.690] 8.1) that SPNEGO and LDAP binds need: one-byte tags, definite lengths of up to four bytes.
 * Anything else faults the reader. */
#ifndef COLLECT_NET_DER_H
#define COLLECT_NET_DER_H

#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define DER_INTEGER    0x02
#define DER_OCTETS     0x04
#define DER_OID        0x06
#define DER_ENUMERATED 0x0a
#define DER_SEQUENCE   0x30
#define DER_CONTEXT(n) ((uint8_t)(0xa0 + (n)))
#define DER_APPLIED(n) ((uint8_t)(0x60 + (n)))
#define DER_FRAME_BAD  SIZE_MAX

/* A view of the contents of the next element, consumed here; r faults when its tag is another. */
struct rd der_enter(struct rd *r, uint8_t tag);

/* True when the next element has this tag; r does not move. */
bool der_at(const struct rd *r, uint8_t tag);

void der_skip(struct rd *r);

/* An INTEGER or ENUMERATED from 0 to 2^31-1. */
uint32_t der_number(struct rd *r, uint8_t tag);

/* Size of the element that n bytes of a stream begin with: 0 when more bytes are needed to tell or to complete it,
 * DER_FRAME_BAD when it is longer than most or not what der_enter(tag) would read. */
size_t der_frame(const uint8_t *p, size_t n, uint8_t tag, size_t most);

void der_put(struct wr *w, uint8_t tag, const void *contents, size_t n);
void der_put_number(struct wr *w, uint8_t tag, uint32_t v);

/* Turns all that w holds into the contents of one element. */
void der_wrap(struct wr *w, uint8_t tag);

#endif
