/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which hosts an audit looks at: names first, then the addresses and ranges that no name stands for. */
#ifndef COMMAND_HOST_SCOPE_H
#define COMMAND_HOST_SCOPE_H

#include "audit/config/site.h"
#include "audit/evidence/store.h"

struct host_entry {
    const char *name;         /* what everything about it is kept under */
    const char *address;      /* NULL = its name is resolved */
    const char *origin;       /* directory, site, file, range */
    const char *account_guid; /* its computer account; NULL = none */
    int is_controller;        /* 1, 0, -1 = not known */
    const char *rdp_ports;    /* further ports of Remote Desktop, "3390,3391"; NULL = none */
};

/* Sorted by name, without doubles; all in the arena. */
struct host_scope {
    struct host_entry *entries;
    size_t count, room;
};

/* Hosts with a name: of the directory (enabled, used lately), the site file and its hosts file, less the excluded ones. *ret_problem
 * says why the list is not whole (the directory was not read), NULL when it is. RC_LIMIT when there are more than 65,536. */
MUST_USE enum rc host_scope_names(const struct site *site, struct store *store, filetime now,
                                  struct arena *a, struct host_scope *ret, const char **ret_problem,
                                  struct err *err);

/* Addresses and ranges of the site file and its hosts file, less the excluded ones and those at which a named host was found
 * (host_port). An address is a host of its own name; of a range only what answers is one. */
MUST_USE enum rc host_scope_addresses(const struct site *site, struct store *store, struct arena *a,
                                      struct host_scope *ret, struct err *err);

/* The entry of that name, or NULL. */
const struct host_entry *host_scope_find(const struct host_scope *s, const char *name);

#endif
