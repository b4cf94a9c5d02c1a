/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One bound connection to one directory server, and what its rootDSE says about it. */
#ifndef COLLECT_LDAP_SESSION_H
#define COLLECT_LDAP_SESSION_H

#include <ldap.h>
#include <stdbool.h>

#include "audit/base/arena.h"
#include "audit/base/secret.h"
#include "audit/collect/ldap/options.h"
#include "audit/supervise/worker.h"

/* Called while waiting for the network, at least every five seconds: the sign of life. */
struct pulse {
    void (*beat)(struct pulse *p);
};

enum directory_vendor {
    VENDOR_UNKNOWN,
    VENDOR_MICROSOFT,
    VENDOR_SAMBA,
    VENDOR_OPENLDAP,
    VENDOR_389
};

#define TOKEN_MAX    1024
#define CONTEXTS_MAX 64

/* From the rootDSE; strings owned by the session's arena, NULL when not told. */
struct directory {
    enum directory_vendor vendor;
    bool is_ad; /* speaks Active Directory: has naming contexts and controls of its own */
    const char *dns_name;
    const char *dsa_dn;
    const char *domain_dn; /* defaultNamingContext, or the first naming context of a plain server */
    const char *root_dn;
    const char *configuration_dn;
    const char *schema_dn;
    const char *domain_level;
    const char *forest_level;
    const char *dc_level;
    const char *clock;
    const char *global_catalog;
    const char **contexts; /* namingContexts, at most CONTEXTS_MAX */
    size_t context_count;
    bool can_ppolicy;   /* 1.3.6.1.4.1.42.2.27.8.5.1 */
    bool can_page;      /* 1.2.840.113556.1.4.319 */
    bool can_sd_flags;  /* .801 */
    bool can_extend_dn; /* .529 */
    bool can_narrow;    /* .1339: no continuation references */
    const char **token; /* SIDs of the bound account and its groups (tokenGroups) */
    size_t token_count;
};

struct session {
    const struct ldap_options *o;
    struct arena *arena;
    struct pulse *pulse;             /* may be NULL */
    LDAP *ld;                        /* NULL when not connected */
    struct worker *worker;           /* whose logon gate is asked; NULL in a test */
    bool is_turned_away;             /* the gate let it not in: nothing was sent */
    enum worker_gate_result refusal; /* of a bind that failed */
    bool lost;                       /* the connection broke, or is out of step after a timeout */
    unsigned ssf;                    /* of the SASL layer */
    char tls[16];                    /* "TLSv1.3", empty without TLS */
    filetime answered;               /* our clock when the rootDSE came */
    struct directory dir;
};

/* Before the sandbox closes: loads libldap's TLS context with its authorities, the SASL plug-ins, Kerberos
 * configuration and credentials, and resolves the name. Keeps what went wrong for session_open, so that it ends as
 * coverage. One call a process. */
void session_prepare(const struct ldap_options *o);

/* Connects, proves the server's identity and binds, once, between the worker's gates (NULL: there are none); an authentication
 * is never repeated. On failure the session is empty and can be closed. secret may be NULL for gssapi. */
MUST_USE enum rc session_open(struct session *s, const struct ldap_options *o,
                              const struct secret *secret, struct worker *worker,
                              struct pulse *pulse, struct err *err);
void session_close(struct session *s);

/* Waits for a message of an operation: LDAP_RES_…, or 0 with ret_result set to a libldap code (LDAP_TIMEOUT,
 * LDAP_SERVER_DOWN, LDAP_DECODING_ERROR) and the session marked as lost. Free the message with ldap_msgfree. */
int session_wait(struct session *s, int msgid, int all, uint32_t timeout_s, LDAPMessage **ret,
                 int *ret_result);

/* The next message of a stream of many, with the operation's deadline: when none is there it first lets some gather, because
 * waking up for each costs both sides a switch of process. */
int session_gather(struct session *s, int msgid, LDAPMessage **ret, int *ret_result);

/* Milliseconds of a clock that only goes forward. */
int64_t session_clock_ms(void);

#endif
