/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP/1.1 response (RFC 9112) read from a growing buffer, within 16 KiB of head and 64 KiB of body, and the schemes of its
 * WWW-Authenticate fields (RFC 9110 11.6.1). */
#ifndef COLLECT_NET_HTTP_H
#define COLLECT_NET_HTTP_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define HTTP_HEAD_MAX 16384U
#define HTTP_BODY_MAX 65536U

struct http_response {
    unsigned status;
    char schemes[256]; /* lower case, sorted, with commas; empty = none */
    char server[256];
    bool is_soap;    /* its type is application/soap+xml */
    bool is_chunked; /* how the body ends: chunks, */
    bool has_length; /* a length, or the end of the connection */
    size_t length;   /* capped at HTTP_BODY_MAX + 1 */
    size_t head;     /* bytes up to the body */
};

enum http_state {
    HTTP_MORE,  /* not complete yet */
    HTTP_WHOLE, /* head and body are there */
    HTTP_LONG   /* the head is there, the body is larger than HTTP_BODY_MAX */
};

/* Reads the head from the n bytes that came so far; *ret_is_whole tells whether it is complete. RC_MALFORMED when it is not HTTP
 * or too long. */
MUST_USE enum rc http_head_parse(const uint8_t *p, size_t n, struct http_response *ret,
                                 bool *ret_is_whole, struct err *err);

/* Takes the body out of its transfer coding and appends it to body. is_closed: nothing more will come. RC_MALFORMED when the
 * chunks are malformed. */
MUST_USE enum rc http_body_parse(const struct http_response *r, const uint8_t *p, size_t n,
                                 bool is_closed, struct wr *body, enum http_state *ret,
                                 struct err *err);

/* Adds the schemes of one WWW-Authenticate value to a sorted list. out: room for size bytes; what does not fit is left out. */
void http_add_schemes(char *out, size_t size, const char *value, size_t n);

/* True when the list that http_add_schemes made holds the word. */
bool http_has_scheme(const char *list, const char *word);

#endif
