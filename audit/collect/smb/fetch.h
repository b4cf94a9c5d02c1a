/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that fetch files (policy.file, smb.cache): one share, one logon, one bundle in the outbox, one coverage row. */
#ifndef COLLECT_SMB_FETCH_H
#define COLLECT_SMB_FETCH_H

#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/walk.h"

#define FETCH_FILE_MOST   (32U << 20) /* of one file, in bytes */
#define FETCH_SCRIPT_MOST (1U << 20)  /* of one script */

/* Runs the task to its end. The coverage row says "partial" also when all was fetched: it is for the decoder to say that it was
 * understood, and an audit that ends in between has to fetch again. Not RC_OK when nothing could be fetched. */
MUST_USE enum rc fetch_run(struct collect *c, struct err *err);

/* What is fetched, and from which share. */
struct fetch_plan {
    const char *share;
    /* The folder in the share that paths begin at; "" = its root. */
    const char *base;
    /* Walks what matters. RC_ABSENT, RC_DENIED … with a message when there is nothing of it. */
    enum rc (*fetch)(struct walk *w, struct err *err);
};

/* sysvol.c: the policies and logon scripts of a domain. */
struct fetch_plan sysvol_plan(const struct smb_options *o);

/* hostcache.c: the policies that a host was last given, from its administrators' share of drive C. */
struct fetch_plan hostcache_plan(void);

/* eventlog.c: runs a task that fetches event logs, one outbox a log. */
MUST_USE enum rc eventlog_run(struct collect *c, struct err *err);

/* The one attempt to log on and to open the share, between the supervisor's gates. *ret_not_asked: the gate let nobody in. */
MUST_USE enum rc fetch_open(struct collect *c, const char *share, bool *ret_not_asked,
                            struct err *err);

/* The coverage row of a task that fetches; cut says what is missing of what is there. */
MUST_USE enum rc fetch_cover(struct collect *c, enum smb_source source, const struct outcome *out,
                             const struct err *cut, struct err *err);

/* How many bytes of a file are read, by its name and where it lies; 0 = its bytes tell nothing about policies. */
uint64_t fetch_wants(const char *path, const struct walk_entry *e);

#endif
