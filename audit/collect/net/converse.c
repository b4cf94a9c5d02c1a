/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between a socket and a protocol: bytes through TLS or plain, whole events to the protocol, its next step to the engine. */
#include <sys/epoll.h>
#include <sys/socket.h>

#include <errno.h>

#include "audit/collect/net/engine.h"

#define READS_MAX 4 /* of one connection before others have their turn */

static bool is_over(const struct engine *e, const struct conn *c)
{
    return e->now_us >= c->visit->due_us;
}

/* Sends what is waiting. False when the connection is lost. */
static bool flush(struct engine *e, struct conn *c)
{
    struct wr *out = &c->talk->out;
    while (c->sent < out->size) {
        ssize_t n = send(c->fd, out->data + c->sent, out->size - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            break;
        }
        if (n < 0) {
            return false;
        }
        c->sent += (size_t)n;
    }
    bool is_sent = c->sent == out->size;
    if (is_sent) {
        wr_clear(out);
        c->sent = 0;
    }
    engine_watch(e, c, is_sent ? EPOLLIN : EPOLLIN | EPOLLOUT);
    return true;
}

static enum talk_step tell(struct engine *e, struct conn *c, enum talk_event event)
{
    struct talk *t = c->talk;
    t->now = engine_now(e);
    size_t before = t->out.size;
    enum talk_step step = t->protocol->on(t, event);
    /* What the protocol wrote while TLS stands has to go through it. */
    if (t->tls && step == TALK_WAIT && t->out.size > before) {
        struct wr sealed;
        wr_init(&sealed, t->out.ceiling);
        wr_bytes(&sealed, t->out.data, before);
        bool is_sealed = tls_put(t->tls, t->out.data + before, t->out.size - before, &sealed);
        wr_done(&t->out);
        t->out = sealed;
        t->out.bad = t->out.bad || !is_sealed;
    }
    if (event != TALK_INPUT || t->out.size > before) {
        engine_deadline(e, c, t->patience_ms ? t->patience_ms : e->o->answer_timeout_ms);
    }
    return step;
}

static void follow(struct engine *e, struct conn *c, enum talk_step step);

/* Gives bytes from the peer (none to begin) to TLS, and what comes out of it to the protocol. */
static void through_tls(struct engine *e, struct conn *c, const uint8_t *p, size_t n)
{
    struct talk *t = c->talk;
    bool was_up = t->is_secure;
    size_t before = t->in.size;
    enum tls_state state = tls_feed(t->tls, p, n, &t->in, &t->out);
    if (state == TLS_UP && !was_up) {
        t->is_secure = true;
        enum talk_step step = tell(e, c, TALK_SECURE);
        if (step != TALK_WAIT) {
            follow(e, c, step);
            return;
        }
    }
    if (t->in.bad) {
        converse_lost(e, c, LOSS_FLOOD);
        return;
    }
    if (t->in.size > before) {
        follow(e, c, tell(e, c, TALK_INPUT));
        return;
    }
    if (state == TLS_FAILED) {
        (void)flush(e, c); /* our alert, so that the peer knows */
        converse_lost(e, c, was_up ? LOSS_CLOSED : LOSS_TLS);
        return;
    }
    follow(e, c, TALK_WAIT);
}

static void begin_tls(struct engine *e, struct conn *c)
{
    struct talk *t = c->talk;
    t->tls = tls_new(t->reach, t->host);
    t->is_secure = false;
    if (!t->tls) {
        engine_fail(e, err_setf(e->err, RC_NOMEM, "no memory for TLS"));
        return;
    }
    engine_deadline(e, c, e->o->answer_timeout_ms);
    /* What is left of the plain conversation does not belong to TLS: servers wait for us. */
    wr_clear(&t->in);
    t->taken = 0;
    through_tls(e, c, NULL, 0);
}

static void follow(struct engine *e, struct conn *c, enum talk_step step)
{
    struct talk *t = c->talk;
    if (step == TALK_AGAIN && is_over(e, c)) {
        t->is_cut = true;
        step = TALK_END;
    }
    switch (step) {
    case TALK_WAIT:
        if (t->out.bad || !flush(e, c)) {
            converse_lost(e, c, LOSS_CLOSED);
        }
        break;
    case TALK_TLS:
        begin_tls(e, c);
        break;
    case TALK_AGAIN:
        engine_again(e, c);
        break;
    case TALK_END:
        engine_finish(e, c);
        break;
    }
}

void converse_open(struct engine *e, struct conn *c)
{
    follow(e, c, tell(e, c, TALK_OPEN));
}

void converse_lost(struct engine *e, struct conn *c, enum talk_loss loss)
{
    struct talk *t = c->talk;
    t->loss = loss;
    t->now = engine_now(e);
    enum talk_step step = t->protocol->on(t, TALK_LOST);
    /* A connection that is gone cannot be waited on. */
    follow(e, c, step == TALK_AGAIN ? TALK_AGAIN : TALK_END);
}

static void take_input(struct engine *e, struct conn *c, const uint8_t *p, size_t n)
{
    struct talk *t = c->talk;
    if (t->tls) {
        through_tls(e, c, p, n);
        return;
    }
    wr_bytes(&t->in, p, n);
    if (t->in.bad) {
        converse_lost(e, c, LOSS_FLOOD);
    } else {
        follow(e, c, tell(e, c, TALK_INPUT));
    }
}

void converse_ready(struct engine *e, struct conn *c, uint32_t events)
{
    uint8_t bytes[16384];
    if ((events & EPOLLOUT) != 0 && c->sent < c->talk->out.size && !flush(e, c)) {
        converse_lost(e, c, LOSS_CLOSED);
        return;
    }
    /* A step may close the socket and ask for another: then this is no longer the connection that was ready. */
    int fd = c->fd;
    for (int i = 0; i < READS_MAX && c->state == CONN_TALKING && c->fd == fd && e->rc == RC_OK;
         i++) {
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n > 0) {
            take_input(e, c, bytes, (size_t)n);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            converse_lost(e, c, LOSS_CLOSED);
            return;
        } else {
            return;
        }
    }
}
