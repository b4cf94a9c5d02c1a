/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task of kagimori-smb: its sources one after the other over one session, each ending with one coverage row. */
#ifndef COLLECT_SMB_COLLECT_H
#define COLLECT_SMB_COLLECT_H

#include "audit/base/sid.h"
#include "audit/collect/smb/session.h"
#include "audit/supervise/worker.h"

/* What one source came to. */
struct outcome {
    bool done;         /* has been asked */
    bool is_not_asked; /* on purpose: not_collected */
    enum rc rc;
    enum rc why;      /* of what was not asked */
    char detail[480]; /* message for a person; empty when complete */
    filetime started;
    filetime finished;
    uint64_t objects;
};

#define MACHINE_NAME_MAX 256

/* What the host says about itself; read once, whichever source needs it first. */
struct machine {
    bool is_read;
    enum rc rc;     /* of the reading */
    struct err err; /* when it failed */
    struct dom_sid account;
    char sid[SID_TEXT_MAX];        /* of its own account domain; empty: not told */
    char name[MACHINE_NAME_MAX];   /* of its own account domain */
    bool has_domain;               /* the next three were told */
    char domain_sid[SID_TEXT_MAX]; /* empty: it belongs to none */
    char domain[MACHINE_NAME_MAX];
    char dns_domain[MACHINE_NAME_MAX];
    const char *role; /* controller, member, standalone; NULL: not known */
};

struct collect {
    struct pulse pulse; /* first: the sign of life finds its way back */
    const struct smb_options *o;
    const char *target; /* names the host in evidence */
    const struct secret *pack;
    struct worker *worker; /* NULL in a test */
    struct row_sink *sink;
    char address[REACH_TEXT_MAX]; /* that answers; empty: none */
    struct session s;             /* of the audit credential */
    bool is_open;
    struct err gone; /* why there is no session */
    enum smb_source doing;
    bool
        is_nobody; /* no credential: objects are opened with what the host gives, as one right too much is refused */
    struct machine machine;
    struct policy_handle lsa;
    bool has_lsa;
    struct policy_handle sam, account_domain, builtin;
    bool has_sam, has_account_domain, has_builtin;
    struct policy_handle manager; /* service control */
    bool has_manager;
    struct outcome outcome[SOURCE_COUNT];
};

/* Runs the task to its end. Not RC_OK when the host could not be asked at all (each source has its coverage row all the
 * same), or when the sink failed. */
MUST_USE enum rc collect_run(struct collect *c, struct err *err);

/* ---- the sources; objects are added to *ret_objects, also on failure ---- */

MUST_USE enum rc collect_machine(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_policy(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_accounts(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_groups(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_rights(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_services(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_shares(struct collect *c, uint64_t *ret_objects, struct err *err);

/* RC_OK with *ret_not_asked set when the registry was left alone on purpose; err then says why. */
MUST_USE enum rc collect_registry(struct collect *c, uint64_t *ret_objects, bool *ret_not_asked,
                                  struct err *err);

/* These two make connections of their own, and work without the audit session. */
MUST_USE enum rc collect_anonymous(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_trials(struct collect *c, uint64_t *ret_objects, struct err *err);

/* ---- for the files of the sources ---- */

/* What the host says about itself. */
MUST_USE enum rc machine_need(struct collect *c, struct err *err);

/* Service control, opened for asking; the answer is remembered. */
MUST_USE enum rc services_open(struct collect *c, struct err *err);

/* State of one service (SERVICE_STATUS.state), 0 when it does not exist. */
MUST_USE enum rc services_state(struct collect *c, const char *name, uint32_t *ret_state,
                                struct err *err);

/* The progress line, and a sign of life. */
void collect_progress(struct collect *c, uint64_t done);

#endif
