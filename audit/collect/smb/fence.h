/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this process may connect to, when libsmbclient is at work: it resolves names, follows DFS referrals to other hosts and makes
 * lost connections again by itself, each time with the credential. So the C library's connect() and getaddrinfo() are replaced in
 * this executable by functions that let one connection to one address through, and no other one to an SMB port. */
#ifndef COLLECT_SMB_FENCE_H
#define COLLECT_SMB_FENCE_H

#include <stdbool.h>
#include <stdint.h>

/* From now on name means address (text, IPv4 or IPv6, also with a scope), and SMB ports (port, 139, 445) are shut but for one
 * connection to address and port. name and address are copied. Other ports, such as the KDC's, are not touched. False when
 * address is none. */
bool fence_close(const char *name, const char *address, uint16_t port);

/* As before fence_close. For tests. */
void fence_open(void);

/* True when the one connection was made and is gone, or was never made. */
bool fence_is_lost(void);

/* Connections that were refused by the fence. */
unsigned fence_refusals(void);

#endif
