/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why hosts could not be asked, summed up for the terminal: one line a reason with the first names, not one line a host. */
#ifndef COMMAND_HOST_REASONS_H
#define COMMAND_HOST_REASONS_H

#include <stddef.h>

#include "audit/base/arena.h"

#define HOST_REASONS      20 /* different ones that are told; further hosts are counted */
#define HOST_REASON_NAMES 3

struct host_reason {
    const char *text, *names[HOST_REASON_NAMES];
    size_t count; /* hosts */
};

struct host_reasons {
    struct arena *arena; /* borrowed */
    struct host_reason list[HOST_REASONS];
    size_t count, others; /* reasons; hosts with further ones, or for which memory was short */
};

/* Notes that the host was not asked to the end. Both are copied into the arena. */
void host_reasons_add(struct host_reasons *r, const char *host, const char *reason);

/* "event logs: 15 hosts (a, b, c, …): there are none", of one host "a: event logs: there are none"; in the arena, NULL past its
 * ceiling. what is the thing that was asked for. */
MUST_USE const char *host_reasons_line(const struct host_reasons *r, size_t i, const char *what);

/* Warns of all. */
void host_reasons_tell(const struct host_reasons *r, const char *what);

#endif
