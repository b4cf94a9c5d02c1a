/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first line of a service that speaks first: SSH (RFC 4253 4.2) and Telnet (RFC 854), whose commands are left out. */
#ifndef COLLECT_NET_BANNER_H
#define COLLECT_NET_BANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

#define BANNER_MAX 200 /* characters; the text has room for four times as many bytes */

struct banner {
    char line[BANNER_MAX * 4 + 1]; /* empty = nothing to read */
    bool is_whole;                 /* a line feed ended it, or it is as long as we keep */
    bool is_ssh;                   /* "SSH-…" */
    bool is_telnet;                /* it negotiates options (IAC) */
};

/* Reads what has come so far: the first line that is not empty; for SSH the first that begins with "SSH-", since others may
 * come before it. Every input is acceptable. */
void banner_parse(const uint8_t *p, size_t n, struct banner *ret);

#endif
