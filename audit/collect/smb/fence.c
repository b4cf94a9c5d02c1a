/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/fence.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define EXPORTED __attribute__((visibility("default")))

static struct {
    bool is_closed;
    bool was_used;
    int fd; /* of the one connection */
    uint16_t port;
    unsigned refusals;
    char name[256];
    char address[80];
    struct sockaddr_storage to;
} fence = { .fd = -1 };

/* The functions that are hidden behind ours. */
static void *behind(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static int real_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                            struct addrinfo **ret)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;
    *(void **)&next = behind("getaddrinfo");
    return next ? next(node, service, hints, ret) : EAI_SYSTEM;
}

bool fence_close(const char *name, const char *address, uint16_t port)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    if (strlen(name) >= sizeof(fence.name) || strlen(address) >= sizeof(fence.address) ||
        real_getaddrinfo(address, NULL, &hints, &found) != 0) {
        return false;
    }
    memset(&fence, 0, sizeof(fence));
    fence.fd = -1;
    memcpy(&fence.to, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    (void)snprintf(fence.name, sizeof(fence.name), "%s", name);
    (void)snprintf(fence.address, sizeof(fence.address), "%s", address);
    fence.port = port;
    fence.is_closed = true;
    return true;
}

void fence_open(void)
{
    fence.is_closed = false;
    fence.fd = -1;
}

bool fence_is_lost(void)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    /* Samba closes a connection that broke, and nobody opens descriptors here meanwhile. */
    return fence.fd < 0 || getpeername(fence.fd, (struct sockaddr *)&peer, &size) != 0;
}

unsigned fence_refusals(void)
{
    return fence.refusals;
}

static bool is_port_of_smb(uint16_t port)
{
    return port == fence.port || port == 139 || port == 445;
}

static bool is_one(const struct sockaddr *to)
{
    if (to->sa_family != fence.to.ss_family) {
        return false;
    }
    if (to->sa_family == AF_INET) {
        struct sockaddr_in a, b;
        memcpy(&a, to, sizeof(a));
        memcpy(&b, &fence.to, sizeof(b));
        return ntohs(a.sin_port) == fence.port && a.sin_addr.s_addr == b.sin_addr.s_addr;
    }
    struct sockaddr_in6 a, b;
    memcpy(&a, to, sizeof(a));
    memcpy(&b, &fence.to, sizeof(b));
    return ntohs(a.sin6_port) == fence.port &&
           memcmp(&a.sin6_addr, &b.sin6_addr, sizeof(a.sin6_addr)) == 0 &&
           (a.sin6_scope_id == b.sin6_scope_id || a.sin6_scope_id == 0);
}

static uint16_t port_of(const struct sockaddr *to, socklen_t size)
{
    struct sockaddr_in any;
    /* The port is in the same place for both families. */
    bool is_internet =
        to && size >= sizeof(any) && (to->sa_family == AF_INET || to->sa_family == AF_INET6);
    if (!is_internet) {
        return 0;
    }
    memcpy(&any, to, sizeof(any));
    return ntohs(any.sin_port);
}

/* The header declares it with a union that ISO C does not let anyone define a function with. */
EXPORTED int fence_connect(int fd, const struct sockaddr *to, socklen_t size) __asm__("connect");

int fence_connect(int fd, const struct sockaddr *to, socklen_t size)
{
    int (*next)(int, const struct sockaddr *, socklen_t) = NULL;
    *(void **)&next = behind("connect");
    if (!next) {
        errno = ENOSYS;
        return -1;
    }
    uint16_t port = fence.is_closed ? port_of(to, size) : 0;
    if (port == 0 || !is_port_of_smb(port)) {
        return next(fd, to, size);
    }
    bool is_whole = to->sa_family == AF_INET || size >= sizeof(struct sockaddr_in6);
    /* A second call for the same descriptor asks how the first one went. */
    if (!is_whole || !is_one(to) || (fence.was_used && fd != fence.fd)) {
        fence.refusals++;
        errno = ECONNREFUSED;
        return -1;
    }
    fence.was_used = true;
    fence.fd = fd;
    return next(fd, to, size);
}

EXPORTED int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                         struct addrinfo **ret)
{
    if (!fence.is_closed || !node || strcasecmp(node, fence.name) != 0) {
        return real_getaddrinfo(node, service, hints, ret);
    }
    return real_getaddrinfo(fence.address, service, hints, ret);
}
