/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/engine.h"

#include <sys/epoll.h>
#include <sys/resource.h>

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/base/log.h"

#define TICK_MS     1000 /* longest sleep: the supervisor wants a sign of life */
#define NAMES_MAX   64   /* names asked for at a time */
#define SPARE_FILES 24   /* descriptors that are not sockets to hosts */
#define EVENTS      256

static int64_t clock_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

filetime engine_now(const struct engine *e)
{
    return e->o->now + (e->now_us - e->begun_us) * 10;
}

void engine_fail(struct engine *e, enum rc rc)
{
    e->rc = e->rc == RC_OK ? rc : e->rc;
}

static void no_memory(struct engine *e)
{
    engine_fail(e, err_setf(e->err, RC_NOMEM, "no memory for connections"));
}

/* ---- the queue ---- */

static void enqueue(struct engine *e, struct conn *c)
{
    c->state = CONN_QUEUED;
    c->queued_us = e->now_us;
    c->next = NULL;
    if (e->tail) {
        e->tail->next = c;
    } else {
        e->head = c;
    }
    e->tail = c;
}

bool engine_connect(struct engine *e, struct visit *v, struct visit_port *port)
{
    struct conn *c = calloc(1, sizeof(*c));
    if (!c) {
        no_memory(e);
        return false;
    }
    *c = (struct conn){ .visit = v, .port = port, .fd = -1, .timer = { .at = TIMER_NONE } };
    c->timer.owner = c;
    v->in_flight++;
    enqueue(e, c);
    return true;
}

void engine_close(struct engine *e, struct conn *c)
{
    timers_clear(&e->timers, &c->timer);
    if (c->fd >= 0) {
        (void)close(c->fd);
        c->fd = -1;
        e->open--;
    }
    c->events = 0;
    c->sent = 0;
}

void engine_again(struct engine *e, struct conn *c)
{
    engine_close(e, c);
    talk_reset(c->talk);
    enqueue(e, c);
}

/* The connection has no further use; its port is settled with what the conversation left. */
void engine_finish(struct engine *e, struct conn *c)
{
    struct talk_end *end = NULL;
    engine_close(e, c);
    if (c->talk) {
        enum rc rc = talk_put(c->talk, e->sink, e->err);
        if (rc != RC_OK) {
            engine_fail(e, rc);
        }
        end = malloc(sizeof(*end));
        if (end) {
            *end = c->talk->end;
        } else {
            no_memory(e);
        }
        talk_free(c->talk);
        c->talk = NULL;
    }
    c->state = CONN_DEAD;
    c->next = e->dead;
    e->dead = c;
    c->visit->in_flight--;
    visit_settled(c->visit, c->port, end);
}

static void bury(struct engine *e)
{
    while (e->dead) {
        struct conn *c = e->dead;
        e->dead = c->next;
        free(c);
    }
}

void engine_watch(struct engine *e, struct conn *c, uint32_t events)
{
    struct epoll_event ev = { .events = events, .data.ptr = c };
    if (events == c->events) {
        return;
    }
    if (epoll_ctl(e->epoll, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &ev) != 0) {
        no_memory(e);
    }
    c->events = events;
}

void engine_deadline(struct engine *e, struct conn *c, uint32_t milliseconds)
{
    int64_t due = e->now_us + (int64_t)milliseconds * 1000;
    if (c->talk && due > c->visit->due_us) {
        due = c->visit->due_us;
    }
    timers_set(&e->timers, &c->timer, due);
}

/* ---- connecting ---- */

/* What a few sockets less may cure. Over IPv6 "no address" rather means that this machine has none at all. */
static bool is_shortage(int error, bool is_v6)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
           error == EAGAIN || (error == EADDRNOTAVAIL && !is_v6);
}

static void connect_failed(struct engine *e, struct conn *c, int error)
{
    if (c->talk) {
        converse_lost(e, c, error == ETIMEDOUT ? LOSS_SILENT : LOSS_REFUSED);
        return;
    }
    visit_failed(c->visit, c->port, error);
    if (c->port->state == PORT_FILTERED && c->port->tries < e->o->retries) {
        c->port->tries++;
        engine_close(e, c);
        enqueue(e, c);
        return;
    }
    engine_finish(e, c);
}

static void connected(struct engine *e, struct conn *c)
{
    c->state = CONN_TALKING;
    if (!c->talk) {
        c->talk = visit_opened(c->visit, c->port);
        if (!c->talk) {
            engine_finish(e, c);
            return;
        }
        if (c->visit->due_us == 0) {
            c->visit->due_us = e->now_us + (int64_t)e->o->host_deadline_s * 1000000;
        }
    }
    converse_open(e, c);
}

/* Begins the connection. False when the machine has nothing left for it: it stays at the head of the queue. */
static bool launch(struct engine *e, struct conn *c)
{
    const union net_address *a = &c->visit->addresses[c->visit->address_at];
    union net_address to = *a;
    bool is_v6 = a->any.sa_family == AF_INET6;
    int on = 1;
    if (is_v6) {
        to.v6.sin6_port = htons(c->port->number);
    } else {
        to.v4.sin_port = htons(c->port->number);
    }
    c->fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = c->fd < 0 ? errno : 0;
    e->open += c->fd >= 0;
    if (error == 0) {
        (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        error = connect(c->fd, &to.any, is_v6 ? sizeof(to.v6) : sizeof(to.v4)) == 0 ? 0 : errno;
    }
    if (is_shortage(error, is_v6) && e->open > (size_t)(c->fd >= 0)) {
        engine_close(e, c);
        e->most = e->open > 8 ? e->open : 8;
        return false;
    }
    e->head = c->next;
    e->tail = e->head ? e->tail : NULL;
    c->state = CONN_CONNECTING;
    if (error == 0) {
        connected(e, c);
    } else if (error == EINPROGRESS) {
        engine_watch(e, c, EPOLLOUT);
        engine_deadline(e, c, e->o->connect_timeout_ms);
    } else {
        connect_failed(e, c, error);
    }
    return true;
}

static void refill(struct engine *e)
{
    /* A hundredth of a second's worth at once, so that waiting in milliseconds does not slow the rate down. */
    double most = e->o->rate / 100.0 > 1.0 ? e->o->rate / 100.0 : 1.0;
    e->tokens += (double)(e->now_us - e->refilled_us) * e->o->rate / 1e6;
    e->tokens = e->tokens > most ? most : e->tokens;
    e->refilled_us = e->now_us;
}

/* A host that waits for us does not lose its own time by it. */
static void excuse_waiting(struct engine *e, struct conn *c)
{
    if (c->talk) {
        c->visit->due_us += e->now_us - c->queued_us;
    }
}

static void launch_queued(struct engine *e)
{
    refill(e);
    while (e->head && e->open < e->most && (e->o->rate == 0 || e->tokens >= 1.0) &&
           e->rc == RC_OK) {
        struct conn *c = e->head;
        excuse_waiting(e, c);
        c->queued_us = e->now_us;
        if (!launch(e, c)) {
            return;
        }
        e->tokens -= e->o->rate ? 1.0 : 0.0;
    }
}

/* Further hosts come in when nothing of those that are in is waiting. */
static void admit(struct engine *e)
{
    while (e->rc == RC_OK && !e->head && e->next < e->list->count && e->open < e->most &&
           e->active < e->most && resolver_pending(e->resolver) < NAMES_MAX) {
        e->active++;
        if (!visit_start(e, &e->list->hosts[e->next++])) {
            no_memory(e);
        }
    }
}

void engine_visited(struct engine *e, struct visit *v)
{
    enum rc rc = visit_report(v, e->o, engine_now(e), e->sink, e->err);
    if (rc != RC_OK) {
        engine_fail(e, rc);
    }
    e->active--;
    e->done++;
}

/* ---- the loop ---- */

static void expire(struct engine *e)
{
    const struct timer *t = NULL;
    while (e->rc == RC_OK && (t = timers_first(&e->timers)) != NULL && t->due_us <= e->now_us) {
        struct conn *c = t->owner;
        timers_clear(&e->timers, &c->timer);
        if (c->state == CONN_CONNECTING) {
            connect_failed(e, c, ETIMEDOUT);
        } else {
            converse_lost(e, c, LOSS_SILENT);
        }
    }
}

static void on_event(struct engine *e, struct conn *c, uint32_t events)
{
    int error = 0;
    socklen_t size = sizeof(error);
    if (c->state == CONN_TALKING) {
        converse_ready(e, c, events);
    } else if (c->state == CONN_CONNECTING) {
        if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
        timers_clear(&e->timers, &c->timer);
        /* Who resets had accepted before: a port that refuses says ECONNREFUSED. */
        if (error == 0 || error == ECONNRESET || error == EPIPE) {
            connected(e, c);
        } else {
            connect_failed(e, c, error);
        }
    }
}

static int sleep_ms(const struct engine *e)
{
    int64_t ms = resolver_wait_ms(e->resolver, TICK_MS);
    const struct timer *t = timers_first(&e->timers);
    if (t) {
        int64_t left = (t->due_us - e->now_us + 999) / 1000;
        ms = left < ms ? left : ms;
    }
    if (e->head && e->open < e->most && e->o->rate != 0) {
        int64_t left = (int64_t)((1.0 - e->tokens) * 1000.0 / e->o->rate) + 1;
        ms = left < ms ? left : ms;
    }
    return ms > 0 ? (int)ms : 0;
}

static void turn(struct engine *e)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(e->epoll, events, EVENTS, sleep_ms(e));
    e->now_us = clock_us();
    for (int i = 0; i < n && e->rc == RC_OK; i++) {
        if (events[i].data.ptr) {
            on_event(e, events[i].data.ptr, events[i].events);
        }
    }
    expire(e);
    if (resolver_pending(e->resolver) > 0) {
        resolver_process(e->resolver);
    }
    bury(e);
}

static size_t socket_limit(uint32_t wanted)
{
    struct rlimit files;
    size_t most = wanted;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < wanted + SPARE_FILES) {
        most = files.rlim_cur > SPARE_FILES + 1 ? (size_t)files.rlim_cur - SPARE_FILES : 1;
    }
    return most;
}

static enum rc begin(struct engine *e)
{
    struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };
    e->epoll = epoll_create1(EPOLL_CLOEXEC);
    e->most = socket_limit(e->o->concurrency);
    if (e->epoll < 0 || epoll_ctl(e->epoll, EPOLL_CTL_ADD, resolver_fd(e->resolver), &ev) != 0 ||
        !timers_reserve(&e->timers, e->most)) {
        return err_setf(e->err, RC_IO, "cannot begin: %s", strerror(errno));
    }
    e->now_us = e->begun_us = e->refilled_us = clock_us();
    return RC_OK;
}

enum rc engine_run(const struct net_options *o, const struct host_list *list,
                   struct resolver *resolver, struct worker *worker, struct err *err)
{
    struct engine e = { .o = o,
                        .worker = worker,
                        .sink = worker_sink(worker),
                        .list = list,
                        .resolver = resolver,
                        .epoll = -1,
                        .err = err };
    e.rc = begin(&e);
    while (e.rc == RC_OK && (e.next < list->count || e.active > 0)) {
        size_t before = 0;
        do {
            before = e.next;
            admit(&e);
            launch_queued(&e);
        } while (e.next != before && e.rc == RC_OK);
        bury(&e);
        if (e.active > 0) {
            turn(&e);
        }
        worker_progress(worker, "hosts", e.done);
    }
    timers_done(&e.timers);
    auto_fd_close(&e.epoll);
    /* After a failure of the sink the process ends; what connections hold goes with it. */
    return e.rc;
}
