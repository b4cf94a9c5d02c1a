/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/resolve.h"

#include <sys/epoll.h>
#include <sys/time.h>

#include <ares.h>
#include <stdlib.h>
#include <string.h>

#define SERVER_TIMEOUT_MS \
    2000 /* of one try with one DNS server; c-ares doubles it for the second */
#define SERVER_TRIES 2

struct resolver {
    ares_channel channel;
    int epoll; /* its sockets, inside the caller's epoll */
    size_t pending;
    bool is_ending;
};

struct question {
    struct resolver *resolver;
    resolve_done *done;
    void *context;
};

static void on_socket(void *data, ares_socket_t fd, int readable, int writable)
{
    struct resolver *r = data;
    struct epoll_event e = { .events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U),
                             .data.fd = fd };
    if (!readable && !writable) {
        (void)epoll_ctl(r->epoll, EPOLL_CTL_DEL, fd, NULL);
    } else if (epoll_ctl(r->epoll, EPOLL_CTL_MOD, fd, &e) != 0) {
        (void)epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

enum rc resolver_new(struct resolver **ret, struct err *err)
{
    struct resolver *r = calloc(1, sizeof(*r));
    if (!r) {
        return err_setf(err, RC_NOMEM, "no memory for the resolver");
    }
    struct ares_options o = { .timeout = SERVER_TIMEOUT_MS,
                              .tries = SERVER_TRIES,
                              .sock_state_cb = on_socket,
                              .sock_state_cb_data = r };
    r->epoll = epoll_create1(EPOLL_CLOEXEC);
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status == ARES_SUCCESS) {
        status = ares_init_options(&r->channel, &o,
                                   ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    }
    if (r->epoll < 0 || status != ARES_SUCCESS) {
        auto_fd_close(&r->epoll);
        free(r);
        return err_setf(err, RC_IO, "the resolver cannot be started: %s", ares_strerror(status));
    }
    *ret = r;
    return RC_OK;
}

void resolver_free(struct resolver *r)
{
    if (r) {
        r->is_ending = true;
        ares_destroy(r->channel);
        auto_fd_close(&r->epoll);
        free(r);
    }
}

static enum rc answer_code(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return RC_OK;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ENONAME:
    case ARES_EBADNAME:
        return RC_ABSENT;
    case ARES_ENOMEM:
        return RC_NOMEM;
    case ARES_ETIMEOUT:
        return RC_TIMEOUT;
    default:
        return RC_UNREACHABLE;
    }
}

static void on_answer(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
    struct question *q = data;
    union net_address found[RESOLVE_MAX];
    size_t count = 0;
    enum rc rc = answer_code(status);
    (void)timeouts;
    for (const struct ares_addrinfo_node *n = info ? info->nodes : NULL; n && count < RESOLVE_MAX;
         n = n->ai_next) {
        size_t size = n->ai_family == AF_INET    ? sizeof(found[0].v4)
                      : n->ai_family == AF_INET6 ? sizeof(found[0].v6)
                                                 : 0;
        if (size > 0 && (size_t)n->ai_addrlen >= size) {
            memset(&found[count], 0, sizeof(found[count]));
            memcpy(&found[count++], n->ai_addr, size);
        }
    }
    ares_freeaddrinfo(info);
    q->resolver->pending--;
    if (!q->resolver->is_ending) {
        q->done(q->context, rc == RC_OK && count == 0 ? RC_ABSENT : rc, found, count);
    }
    free(q);
}

/* Letters, digits, hyphens, dots and, because Windows allows them, underscores. */
static bool name_askable(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t n = strlen(name);
    return n > 0 && n <= 253 && strspn(name, allowed) == n && name[0] != '-' && name[0] != '.' &&
           !strstr(name, "..");
}

void resolver_ask(struct resolver *r, const char *name, resolve_done *done, void *context)
{
    const struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    if (!name_askable(name)) {
        done(context, RC_ABSENT, NULL, 0);
        return;
    }
    struct question *q = malloc(sizeof(*q));
    if (!q) {
        done(context, RC_NOMEM, NULL, 0);
        return;
    }
    *q = (struct question){ r, done, context };
    r->pending++;
    ares_getaddrinfo(r->channel, name, NULL, &hints, on_answer, q);
}

int resolver_fd(const struct resolver *r)
{
    return r->epoll;
}

size_t resolver_pending(const struct resolver *r)
{
    return r->pending;
}

void resolver_process(struct resolver *r)
{
    struct epoll_event events[16];
    int n = epoll_wait(r->epoll, events, ARRAY_LEN(events), 0);
    for (int i = 0; i < n; i++) {
        bool is_in = (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
        bool is_out = (events[i].events & EPOLLOUT) != 0;
        ares_process_fd(r->channel, is_in ? events[i].data.fd : ARES_SOCKET_BAD,
                        is_out ? events[i].data.fd : ARES_SOCKET_BAD);
    }
    if (n <= 0) {
        ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* deadlines */
    }
}

int resolver_wait_ms(const struct resolver *r, int most)
{
    struct timeval limit = { most / 1000, (most % 1000) * 1000 }, value;
    if (r->pending == 0) {
        return most;
    }
    const struct timeval *t = ares_timeout(r->channel, &limit, &value);
    return t ? (int)(t->tv_sec * 1000 + (t->tv_usec + 999) / 1000) : most;
}
