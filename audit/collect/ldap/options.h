/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one task asks of kagimori-ldap: its parameters, checked once. README.md lists them. */
#ifndef COLLECT_LDAP_OPTIONS_H
#define COLLECT_LDAP_OPTIONS_H

#include "audit/base/filetime.h"
#include "audit/supervise/task.h"

enum ldap_transport {
    TRANSPORT_LDAPS,    /* TLS from the first byte */
    TRANSPORT_STARTTLS, /* TLS before anything else is said */
    TRANSPORT_GSSAPI    /* SASL GSSAPI with confidentiality on a plain connection */
};

enum ldap_bind_method {
    BIND_SIMPLE,
    BIND_GSSAPI
};

/* The sources in the order in which they are read: what later ones need comes first; of OpenLDAP the records before the dates, because
 * what is on record has happened to what is read after it. */
#define LDAP_SOURCES(X)                        \
    X(ROOTDSE, "ldap.rootdse")                 \
    X(SCHEMA, "ldap.schema")                   \
    X(FOREST, "ldap.forest")                   \
    X(DOMAIN, "ldap.domain")                   \
    X(TRUST, "ldap.trust")                     \
    X(SITE, "ldap.site")                       \
    X(OU, "ldap.ou")                           \
    X(GPO, "ldap.gpo")                         \
    X(PSO, "ldap.pso")                         \
    X(SILO, "ldap.silo")                       \
    X(GROUP, "ldap.group")                     \
    X(FOREIGN, "ldap.foreign")                 \
    X(USER, "ldap.user")                       \
    X(COMPUTER, "ldap.computer")               \
    X(SERVICE, "ldap.service_account")         \
    X(LOGON, "ldap.logon")                     \
    X(METADATA, "ldap.metadata")               \
    X(PKI, "ldap.pki")                         \
    X(KDS, "ldap.kds")                         \
    X(SECURITY, "ldap.security")               \
    X(ACCESSLOG, "ldap.accesslog")             \
    X(PPOLICY, "ldap.ppolicy")                 \
    X(PASSWORD_POLICY, "ldap.password_policy") \
    X(OTP, "ldap.otp")                         \
    X(IPA, "ldap.ipa")                         \
    X(DIRECTORY_GROUP, "ldap.directory_group")

enum ldap_source {
#define LDAP_SOURCE_ENUM(name, word) SOURCE_##name,
    LDAP_SOURCES(LDAP_SOURCE_ENUM)
#undef LDAP_SOURCE_ENUM
    SOURCE_COUNT
};

/* "ldap.user" */
const char *source_name(enum ldap_source source);

struct ldap_options {
    const char *host;    /* name to verify, to name in evidence and to ask a ticket for */
    const char *address; /* where to connect when it is not what host resolves to; may be NULL */
    uint16_t port;
    enum ldap_transport transport;
    const char *ca_file; /* NULL: the system's authorities */
    int tls_min;         /* LDAP_OPT_X_TLS_PROTOCOL_TLS1_… */
    enum ldap_bind_method bind;
    const char *bind_dn;   /* DN or user@domain for a simple bind */
    const char *principal; /* Kerberos client name; NULL: the one of the ccache */
    const char *ccache;    /* one of these two for gssapi */
    const char *keytab;
    bool has_own_account; /* whose refusals no other task's add to: no logon gate */
    bool wants[SOURCE_COUNT];
    bool probe; /* take the first page of each search only: what can this account read? */
    uint32_t page_size;
    uint32_t network_timeout_s;   /* connecting, TLS, Kerberos, bind: each */
    uint32_t operation_timeout_s; /* one page or one answer */
    uint32_t retries;             /* of a read that the server is too busy for */
    uint64_t max_objects;         /* ceiling for one search */
    filetime now;
    /* Of OpenLDAP. */
    const char *base;      /* where the accounts are; NULL: every database */
    const char *accesslog; /* suffix of the log; NULL: as the server tells */
    const char *origin;    /* of the log, in evidence */
    int64_t log;           /* its number; 0 = none was given */
};

/* Checks every parameter; RC_USAGE names the one that is wrong. Text is borrowed from the task. */
MUST_USE enum rc options_from_task(const struct task *task, struct ldap_options *ret,
                                   struct err *err);

/* A name or address fit to be put into a URI and a message: letters, digits, '-', '_', '.' and, for an
 * IPv6 address, ':' and '%'; at most 253 bytes. */
bool options_host_valid(const char *host);

/* "ldaps://host:636" or "ldap://[::1]:389". False when it does not fit. */
bool options_uri(const struct ldap_options *o, char *buf, size_t size);

#endif
