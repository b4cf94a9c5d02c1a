/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task of kagimori-ldap: its sources one after the other over one connection, each ending with one coverage row. */
#ifndef COLLECT_LDAP_COLLECT_H
#define COLLECT_LDAP_COLLECT_H

#include "audit/base/sid.h"
#include "audit/collect/ldap/session.h"
#include "audit/decode/entry.h"
#include "audit/supervise/worker.h"

/* What one source came to. */
struct outcome {
    bool done;         /* has been asked */
    bool is_not_asked; /* the logon gate let nobody in: nothing is known about the server */
    enum rc rc;
    char detail[480]; /* message for a person; empty when complete */
    filetime started;
    filetime finished;
    uint64_t objects;
};

struct collect {
    struct pulse pulse; /* first: the sign of life finds its way back */
    const struct ldap_options *o;
    const char *target; /* names the server in evidence */
    const struct secret *secret;
    struct worker *worker; /* NULL in a test */
    struct row_sink *sink;
    struct entry_context *entries;
    struct session s;
    bool connected;
    bool reconnected; /* the one new connection has been used */
    struct err gone;  /* why there is no connection */
    enum ldap_source doing;
    bool sees_foreign_token;       /* of FreeIPA: one that is not ours */
    char domain_sid[SID_TEXT_MAX]; /* empty until the domain head was read */
    struct outcome outcome[SOURCE_COUNT];
};

/* Runs the task to its end. Not RC_OK when the server could not be asked at all (each source has its coverage row all the
 * same), or when the sink failed. */
MUST_USE enum rc collect_run(struct collect *c, struct err *err);

/* ---- for the files of the sources ---- */

/* A search whose entries become rows of one class. */
struct fetch {
    enum entry_class class;
    const char *base; /* NULL or empty: nothing to ask, RC_ABSENT */
    int scope;
    const char *filter;
    const char *const *attributes; /* NULL: those of the class */
    bool descriptors;
    /* Sees every entry before it is mapped; may be NULL. */
    void (*look)(struct collect *c, const struct entry *entry);
};

/* Runs it for the source in c->doing; objects are added to *ret_objects, also on failure. */
MUST_USE enum rc collect_fetch(struct collect *c, const struct fetch *f, uint64_t *ret_objects,
                               struct err *err);

/* "CN=Policies,CN=System," + base in the session's arena; NULL when base is NULL or memory is short. */
const char *collect_below(struct collect *c, const char *relative, const char *base);

/* Sets err to "denied" with a message made of what was not visible and what would change that. */
enum rc collect_hidden(const struct collect *c, struct err *err, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* The sources that need more than a line of the plan. */
MUST_USE enum rc collect_rootdse(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_psos(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_kds(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_security(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_ppolicy(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_password_policies(struct collect *c, uint64_t *ret_objects,
                                           struct err *err);
MUST_USE enum rc collect_otp(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_ldap_groups(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_ipa(struct collect *c, uint64_t *ret_objects, struct err *err);
MUST_USE enum rc collect_accesslog(struct collect *c, uint64_t *ret_objects, struct err *err);

/* Users, computers, service accounts and, with them, logons and metadata: one search, several outcomes. */
MUST_USE enum rc collect_accounts(struct collect *c, struct err *err);
bool collect_is_account_source(enum ldap_source source);

#endif
