/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a collection that looks at hosts: which, the sweep without a login, and what they tell to the audit credential. */
#ifndef COMMAND_HOST_COLLECT_H
#define COMMAND_HOST_COLLECT_H

#include "audit/command/artifact_keep.h"
#include "audit/command/host_scope.h"
#include "audit/command/shard.h"
#include "audit/supervise/supervise.h"
#include "rules/rules.h"

struct host_collection {
    const struct site *site;
    const char *const *sources; /* that the checks need: net.* and smb.*; others are passed over */
    size_t source_count;
    const char *const *registry; /* "HKLM\\KEY|VALUE" */
    size_t registry_count;
    const char *const *services;
    size_t service_count;
    bool remote_registry;       /* the operator allows it, where the service runs */
    bool test_reuse;            /* the operator asks for the trials of candidate passwords */
    const struct secret *login; /* of the audit credential; NULL with Kerberos or without one */
    const struct secret *
        directory; /* of the directory's, with which domain controllers are asked when the login is of hosts alone */
    bool directory_refused; /* the directory refused its credential: it is not tried again */
    struct secret *const *candidates; /* with test_reuse */
    size_t candidate_count;
    bool policy_cache;          /* the operator asks for the policies that hosts keep */
    const struct secret *key;   /* of the run, for fingerprints of passwords in files */
    struct artifact_keep *keep; /* copies of what is fetched; NULL = none */
    const char
        *event_logs;    /* "controllers" or "all": whose event logs are fetched; NULL = nobody's */
    const char *out;    /* folder of the evidence file, for what is on its way */
    const char *only;   /* host_ask asks this host alone; NULL = all */
    struct shard shard; /* hosts of other shards are named and not asked */
    filetime now;
    struct arena *arena;
    struct store *store;
    struct supervisor *supervisor;
};

/* Collects from every host in scope. What one host does costs that host only; not RC_OK when the evidence file fails or the
 * operator interrupts. *ret_any: at least one host answered. */
MUST_USE enum rc host_collect(struct host_collection *c, bool *ret_any, struct err *err);

/* The sources of hosts that the checks need, and those without which no host can be asked; in the arena. */
MUST_USE enum rc host_sources(struct rules *rules, struct arena *a, const char *const **ret,
                              size_t *ret_count, struct err *err);

/* The sweep alone, over what the site file and the directory name: host_target, host_port and what the network shows. */
MUST_USE enum rc host_find(struct host_collection *c, struct err *err);

/* host_net.c: sweeps the hosts of the list and speaks to what is open; again in halves where the worker did not survive, so that
 * the host that kills it is found and costs itself only. */
MUST_USE enum rc host_sweep(struct host_collection *c, const struct host_entry *entries,
                            size_t count, struct err *err);

/* host_smb.c: asks every host that speaks SMB; the others get coverage that says why not. */
MUST_USE enum rc host_ask(struct host_collection *c, struct err *err);

/* host_cache.c: the policies that hosts keep, from their share of drive C; source smb.cache, then cache.*. After host_ask. */
MUST_USE enum rc host_caches(struct host_collection *c, struct err *err);

/* host_events.c: the event logs of domain controllers, in scope or not, or of all hosts, from their share of drive C; source smb.event_log,
 * then event.*. After host_collect, or without it for domain controllers that only the directory names. */
MUST_USE enum rc host_events(struct host_collection *c, struct err *err);

/* host_smb.c: the parameters of the login for a host. *ret_directory: it is the directory's, with whose password. */
MUST_USE enum rc host_add_login(const struct host_collection *c, bool is_controller, struct task *t,
                                bool *ret_directory, struct err *err);

#endif
