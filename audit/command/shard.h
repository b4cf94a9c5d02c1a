/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One part of an audit that a batch system spreads over processes or machines (--shard i/n): whose hosts are its own, and what it leaves
 * to the others. `kagimori merge` puts the parts together. */
#ifndef COMMAND_SHARD_H
#define COMMAND_SHARD_H

#include "audit/command/host_scope.h"
#include "audit/evidence/store.h"
#include "audit/supervise/guard.h"

#define SHARD_MOST   1024U
#define SHARD_REASON "left" /* coverage.reason of what another shard reads */
#define SHARD_GUARD_REASON \
    "guard" /* of what was not asked because the logon guard lets nobody log on */

/* Zeroed = an audit that is not divided, which also "1/1" is. */
struct shard {
    uint32_t number; /* from 1 */
    uint32_t count;
};

/* Takes "2/4", NULL for a whole audit. RC_USAGE for anything else. */
MUST_USE enum rc shard_parse(const char *text, struct shard *ret, struct err *err);

/* The shard of a host, from 1 to s->count; always 1 of a whole audit. By a hash (FNV-1a) of its key, the name in lower case or its address, so
 * that it depends on no order and on no other host. Domain controllers are the first shard's, which reads the directory and their logs. */
uint32_t shard_of(const struct shard *s, const char *host, bool is_controller);
bool shard_owns(const struct shard *s, const char *host, bool is_controller);

/* True for every shard but the first: the directory and its files are not its own. */
bool shard_is_follower(const struct shard *s);

/* Coverage of what the shard `owner` reads. Not committed. */
MUST_USE enum rc shard_leave(const struct shard *s, struct store *store, const char *source,
                             const char *target, uint32_t owner, struct err *err);

/* Tells the evidence which shard it is, and of which set: a hash of what the site file says of the scope, of the options and of the number of
 * shards, which all shards of one audit have in common. A resumed file that is of another shard or set is RC_USAGE. wanted: the sources
 * that are read, count of them; options: what else decides on what is read. Nothing for a whole audit. */
struct collect_options;
MUST_USE enum rc shard_tell(const struct shard *s, const struct site *site,
                            const struct collect_options *options, const char *const *wanted,
                            size_t count, struct store *store, struct err *err);

/* Opens the logon guard: --logon-guard, or beside the output folder of a shard (which is made); *ret stays NULL for an audit that
 * has neither. Says where it is, and what counts already. */
MUST_USE enum rc shard_guard(const struct shard *s, const struct collect_options *options,
                             struct arena *a, struct guard **ret, struct err *err);

/* At the end: coverage of what was not asked because of the guard (NULL: nothing) gets SHARD_GUARD_REASON, and the operator a line. */
MUST_USE enum rc shard_guard_close(struct guard *guard, struct store *store, struct err *err);

/* Moves the entries that are this shard's to the front, in their order; *ret_own = how many. Of the others those with a name get coverage that
 * says whose they are. */
MUST_USE enum rc shard_divide(const struct shard *s, struct host_scope *scope, struct store *store,
                              struct arena *a, struct host_scope *ret_own, struct err *err);

#endif
