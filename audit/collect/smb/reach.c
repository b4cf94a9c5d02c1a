/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/reach.h"

#include <sys/socket.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>

#include "audit/collect/common/tcp.h"
#include "audit/collect/smb/fault.h"

/* A name with more addresses than this is not worth the time. */
#define MOST_ADDRESSES 4

static struct addrinfo *addresses;
static struct err prepared;

void reach_prepare(const struct smb_options *o)
{
    const char *name = o->address ? o->address : o->host;
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    int rc = getaddrinfo(name, NULL, &hints, &addresses);
    if (rc != 0) {
        addresses = NULL;
        (void)err_setf(&prepared, RC_UNREACHABLE,
                       "the name %s does not resolve (%s): check its spelling and the DNS servers "
                       "of this machine, or give an address",
                       name, gai_strerror(rc));
        (void)err_at(&prepared, "%s", o->host);
    }
}

enum rc reach_find(const struct smb_options *o, char *buf, struct err *err)
{
    int error = EADDRNOTAVAIL;
    int left = MOST_ADDRESSES;
    if (!addresses) {
        *err = prepared;
        return err->rc != RC_OK ? err->rc : err_setf(err, RC_BUG, "no address was looked up");
    }
    for (const struct addrinfo *a = addresses; a && left > 0; a = a->ai_next, left--) {
        AUTO_FD int fd = -1;
        error = tcp_connect(a, o->port, o->connect_timeout_ms, &fd);
        if (error == 0 && getnameinfo(a->ai_addr, a->ai_addrlen, buf, REACH_TEXT_MAX, NULL, 0,
                                      NI_NUMERICHOST) == 0) {
            return RC_OK;
        }
    }
    return fault_connect(o, error == 0 ? EADDRNOTAVAIL : error, err);
}

bool reach_speaks_smb1(const struct smb_options *o, const char *address)
{
    /* NetBIOS length, header with the command 0x72, no words, one dialect ([MS-CIFS] 2.2.4.52). */
    static const uint8_t question[] = { 0,   0,   0,    47,   0xff, 'S', 'M',  'B',  0x72, 0,   0,
                                        0,   0,   0x18, 0x01, 0xc8, 0,   0,    0,    0,    0,   0,
                                        0,   0,   0,    0,    0,    0,   0xff, 0xff, 0,    0,   0,
                                        0,   0,   0,    0,    12,   0,   0x02, 'N',  'T',  ' ', 'L',
                                        'M', ' ', '0',  '.',  '1',  '2', 0 };
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
    struct addrinfo *a = NULL;
    uint8_t answer[8] = { 0 };
    AUTO_FD int fd = -1;
    if (getaddrinfo(address, NULL, &hints, &a) != 0) {
        return false;
    }
    bool ok = tcp_connect(a, o->port, o->connect_timeout_ms, &fd) == 0 &&
              write(fd, question, sizeof(question)) == (ssize_t)sizeof(question) &&
              tcp_await(fd, POLLIN, 2000) == 0 &&
              read(fd, answer, sizeof(answer)) == sizeof(answer) &&
              memcmp(answer + 4, "\xffSMB", 4) == 0;
    freeaddrinfo(a);
    return ok;
}
