/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/common/tcp.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "audit/base/macros.h"

static int64_t clock_ms(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int tcp_await(int fd, short events, uint32_t timeout_ms)
{
    int64_t deadline = clock_ms() + timeout_ms;
    struct pollfd p = { .fd = fd, .events = events };
    for (;;) {
        int64_t left = deadline - clock_ms();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);
        int error = 0;
        socklen_t size = sizeof(error);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n == 0 ? ETIMEDOUT : errno;
        }
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
    }
}

int tcp_connect(const struct addrinfo *a, uint16_t port, uint32_t timeout_ms, int *ret_fd)
{
    struct sockaddr_storage at = { 0 };
    memcpy(&at, a->ai_addr, a->ai_addrlen);
    if (a->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)&at)->sin6_port = htons(port);
    } else if (a->ai_family == AF_INET) {
        ((struct sockaddr_in *)&at)->sin_port = htons(port);
    } else {
        return EAFNOSUPPORT;
    }
    AUTO_FD int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return errno;
    }
    if (connect(fd, (struct sockaddr *)&at, a->ai_addrlen) != 0) {
        int error = errno == EINPROGRESS ? tcp_await(fd, POLLOUT, timeout_ms) : errno;
        if (error != 0) {
            return error;
        }
    }
    *ret_fd = fd;
    fd = -1;
    return 0;
}
