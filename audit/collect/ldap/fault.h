/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LDAP results to an enum rc and a message that says what happened, where, and what to do next. Pure: no
 * connection is touched. Result codes: RFC 4511 4.1.9; the sub-codes that Active Directory and Samba
 * put behind "data": the Win32 and SSPI errors of [MS-ERREF] 2.2. */
#ifndef COLLECT_LDAP_FAULT_H
#define COLLECT_LDAP_FAULT_H

#include "audit/collect/ldap/options.h"
#include "audit/supervise/worker.h"

/* The number behind "data " in a diagnostic message such as "80090308: LdapErr: DSID-0C090446, comment:
 * AcceptSecurityContext error, data 52e, v4563"; 0 when there is none. diagnostic may be NULL. */
uint32_t fault_data(const char *diagnostic);

/* Sets err for a bind that did not succeed. who is the account as the operator named it. */
enum rc fault_bind(const struct ldap_options *o, const char *who, int result,
                   const char *diagnostic, struct err *err);

/* What a bind with a password means for a lockout policy: REFUSED when it counts, or when nobody can say. */
enum worker_gate_result fault_gate(int result, const char *diagnostic);

/* Sets err for a search, or for a connection that broke under it; what is the source or the base. */
enum rc fault_search(const struct ldap_options *o, const char *what, int result,
                     const char *diagnostic, struct err *err);

/* Sets err for a StartTLS request that the server refused. */
enum rc fault_starttls(const struct ldap_options *o, int result, const char *diagnostic,
                       struct err *err);

/* Sets err for a Kerberos failure: krb5 error code and its text, while doing what ("getting a ticket for ldap/dc1"). */
enum rc fault_kerberos(const struct ldap_options *o, const char *what, int32_t code,
                       const char *text, struct err *err);

/* What is known about the certificate of a refused TLS handshake; see certificate.h. */
struct fault_certificate {
    bool seen;           /* the server presented one */
    bool expired;        /* notAfter has passed */
    bool not_yet_valid;  /* notBefore is to come */
    bool other_name;     /* it is not for the host */
    bool self_signed;    /* issuer equals subject */
    char names[256];     /* the names that it is for */
    char issuer[256];    /* readable issuer */
    char not_before[24]; /* ISO time */
    char not_after[24];  /* ISO time */
};

/* Sets err for a TLS handshake that failed. result and diagnostic are libldap's. */
enum rc fault_tls(const struct ldap_options *o, int result, const char *diagnostic,
                  const struct fault_certificate *certificate, struct err *err);

#endif
