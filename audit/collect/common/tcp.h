/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TCP connection with a deadline, for the collectors whose libraries have none of their own. */
#ifndef COLLECT_COMMON_TCP_H
#define COLLECT_COMMON_TCP_H

#include <netdb.h>
#include <stdint.h>

/* Connects to the address at the port within timeout_ms. Returns 0 with *ret_fd open and not blocking (the caller closes it), or
 * the errno of the attempt: ETIMEDOUT, ECONNREFUSED, … */
int tcp_connect(const struct addrinfo *a, uint16_t port, uint32_t timeout_ms, int *ret_fd);

/* Waits for the poll events of a socket: 0, its error, or ETIMEDOUT at the deadline. */
int tcp_await(int fd, short events, uint32_t timeout_ms);

#endif
