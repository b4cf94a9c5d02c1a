/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/talk.h"

#include <sys/random.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct talk *talk_new(const struct protocol *protocol, const char *host, uint16_t port,
                      bool is_encrypted, const bool *wants)
{
    struct talk *t = calloc(1, sizeof(*t));
    void *state = calloc(1, protocol->size);
    if (!t || !state) {
        free(t);
        free(state);
        return NULL;
    }
    *t = (struct talk){ .protocol = protocol,
                        .state = state,
                        .host = host,
                        .is_encrypted = is_encrypted,
                        .port = port,
                        .wants = wants };
    wr_init(&t->in, TALK_INPUT_MAX);
    wr_init(&t->out, TALK_INPUT_MAX);
    return t;
}

void talk_free(struct talk *t)
{
    if (t) {
        tls_free(t->tls);
        wr_done(&t->in);
        wr_done(&t->out);
        free(t->state);
        free(t);
    }
}

void talk_reset(struct talk *t)
{
    tls_free(t->tls);
    t->tls = NULL;
    t->is_secure = false;
    t->taken = 0;
    t->patience_ms = 0;
    /* Between connections a conversation may wait long; it keeps no memory for that time. */
    wr_done(&t->in);
    wr_done(&t->out);
    t->in.bad = t->out.bad = false;
}

const uint8_t *talk_bytes(const struct talk *t, size_t *ret_size)
{
    static const uint8_t nothing[1];
    *ret_size = t->in.size - t->taken;
    return t->in.data ? t->in.data + t->taken : nothing;
}

void talk_take(struct talk *t, size_t n)
{
    t->taken += n;
}

void talk_random(void *p, size_t n)
{
    /* Up to 256 bytes come whole once the kernel's generator has started. */
    uint8_t *bytes = p;
    ssize_t got = getrandom(bytes, n, 0);
    for (size_t i = got > 0 ? (size_t)got : 0; i < n; i++) {
        bytes[i] = (uint8_t)(i * 37 + 11);
    }
}

void talk_result(struct talk *t, enum net_source source, enum rc rc, uint64_t objects,
                 const char *fmt, ...)
{
    struct talk_result *r = &t->end.results[source];
    va_list ap;
    *r = (struct talk_result){ .is_told = true, .rc = rc, .objects = objects };
    va_start(ap, fmt);
    (void)vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
    va_end(ap);
}

enum rc talk_put(struct talk *t, struct row_sink *sink, struct err *err)
{
    TRY(t->protocol->put(t, sink, err));
    for (int s = 0; t->is_cut && s < NET_SOURCE_COUNT; s++) {
        struct talk_result *r = &t->end.results[s];
        if (r->is_told && r->rc == RC_OK) {
            r->rc = RC_TIMEOUT;
            (void)snprintf(r->detail, sizeof(r->detail),
                           "the time for this host was over before port %u had told everything",
                           (unsigned)t->port);
        }
    }
    return RC_OK;
}

void talk_keep(struct err *kept, const struct err *err)
{
    if (kept->rc == RC_OK) {
        *kept = *err;
    }
}

void talk_detail(struct talk *t, const char *text)
{
    (void)snprintf(t->end.detail, sizeof(t->end.detail), "%s", text);
}

enum rc talk_lost(const struct talk *t, struct err *err)
{
    unsigned port = t->port;
    switch (t->loss) {
    case LOSS_CLOSED:
        return err_setf(err, RC_UNREACHABLE, "port %u closed the connection instead of answering",
                        port);
    case LOSS_REFUSED:
        return err_setf(err, RC_UNREACHABLE, "port %u took no further connection", port);
    case LOSS_TLS:
        return err_setf(err, RC_MALFORMED, "port %u made no TLS connection with us", port);
    case LOSS_FLOOD:
        return err_setf(err, RC_LIMIT, "port %u sent more than any answer has", port);
    case LOSS_SILENT:
        break;
    }
    return err_setf(err, RC_TIMEOUT, "port %u is open and gave no whole answer in time", port);
}
