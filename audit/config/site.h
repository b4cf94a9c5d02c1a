/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site file: what the operator says of the organisation, its directory servers, how to bind and how hard to knock.
 * Every key is in site.example.yaml with its meaning; an unknown one is refused with its position and a suggestion. */
#ifndef CONFIG_SITE_H
#define CONFIG_SITE_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/secret.h"
#include "audit/config/host_spec.h"

#define SITE_MAX_SERVERS   64
#define SITE_MAX_RDP_PORTS 16
#define SITE_MAX_LOG_MIB   16384
#define SITE_MAX_NAMED     256

enum site_transport {
    SITE_LDAPS,    /* TLS from the first byte, port 636 */
    SITE_STARTTLS, /* port 389, TLS before anything else is said */
    SITE_GSSAPI    /* port 389, Kerberos with a sealed connection; no certificate */
};

enum site_bind {
    SITE_SIMPLE,
    SITE_KERBEROS
};

struct site_server {
    const char *host;    /* DNS name, the one in the certificate */
    const char *address; /* connect here instead of resolving host; NULL = resolve */
    uint32_t port;       /* 0 = the transport's */
};

/* How to log on to hosts, by reference. */
struct site_login {
    bool is_kerberos;
    const char
        *user; /* DOMAIN\\user, user@realm, or .\\user for an account of the hosts themselves */
    const char *password_file; /* one of these three, for NTLM */
    int password_fd;           /* -1 = none */
    bool prompt;
    const char *principal; /* Kerberos; NULL = what the cache or keytab holds */
    const char *ccache;
    const char *keytab;
};

/* Which hosts are looked at, and how. */
struct site_hosts {
    bool is_wanted;            /* the site file has the key "hosts" */
    bool from_directory;       /* every enabled computer of the directory */
    uint32_t inactive_days;    /* but those without logon for so long */
    struct host_spec *include; /* named in the site file */
    size_t include_count;
    struct host_spec *listed; /* in the file that it names */
    size_t listed_count;
    struct host_spec *exclude; /* never touched */
    size_t exclude_count;
    bool has_login;
    struct site_login login;
    const char
        *candidates_file; /* candidate passwords for the trials, one a line; one of these three */
    int candidates_fd;    /* -1 = none */
    bool candidates_prompt;
    bool blank;                             /* the blank password is a candidate too */
    uint32_t trials;                        /* on one host in one audit */
    uint32_t rdp_ports[SITE_MAX_RDP_PORTS]; /* besides 3389 */
    size_t rdp_port_count;
    uint32_t parallel;   /* hosts at the same time */
    uint32_t deadline_s; /* for all that one host tells */
    uint32_t connect_timeout_ms;
    uint32_t connects_per_second;
};

/* A group or account that the organisation names for a purpose (evidence table named_account). */
struct site_named {
    const char *purpose; /* remote_access, vendor, privileged, break_glass, honey */
    const char *entry;   /* SID, distinguished name, user principal name, or name */
    const char *note;    /* of break_glass: how its use raises an alarm; NULL = not told */
    bool is_group;
};

struct site {
    const char *path;
    const char *organisation_en;
    const char *organisation_ja;
    const char *time_zone; /* NULL = that of the machine that writes the report */
    bool is_directory;     /* it names an Active Directory */
    struct site_server servers[SITE_MAX_SERVERS];
    size_t server_count;
    bool discover; /* ask the other domain controllers that the directory names too */
    enum site_transport transport;
    const char *ca_file; /* absolute or relative to the working directory; NULL = the system's */
    enum site_bind bind;
    const char *user;          /* DN or user principal name, simple bind */
    const char *password_file; /* one of these four */
    int password_fd;           /* -1 = none */
    bool prompt;
    const char *principal; /* Kerberos; NULL = what the cache or keytab holds */
    const char *ccache;
    const char *keytab;
    uint32_t parallel;
    uint32_t page_size;
    uint32_t network_timeout_s;
    uint32_t operation_timeout_s;
    uint32_t task_deadline_s;
    const char *waivers; /* file, or NULL */
    const char *answers; /* to the questionnaire: file, or NULL */
    uint32_t log_mib;    /* most of one event log, in MiB: its newest part */
    uint32_t log_days;   /* older events are left out */
    struct site_hosts hosts;
    struct site_named *named; /* NULL when it names nobody */
    size_t named_count;
    struct site
        *openldap; /* servers, transport, login and limits of OpenLDAP; NULL = none is named */
    struct site *freeipa; /* likewise of FreeIPA */
    const char *base; /* of OpenLDAP and FreeIPA: where the accounts are; NULL = every database */
    const char *accesslog; /* of OpenLDAP: suffix of the access log; NULL = as the server tells */
};

/* Reads and checks a site file. Everything belongs to the arena; paths in it are made relative to the site file's folder.
 * Collects all mistakes: mistakes is a newline-separated text (owned by the arena, NULL when there is none), and the result
 * then is RC_USAGE. */
MUST_USE enum rc site_load(const char *path, struct arena *a, struct site *ret,
                           const char **ret_mistakes, struct err *err);

/* The password that the site file refers to; *ret is NULL for Kerberos. */
MUST_USE enum rc site_secret(const struct site *site, struct secret **ret, struct err *err);

/* The password of the host login; *ret is NULL for Kerberos and when there is no login. */
MUST_USE enum rc site_host_secret(const struct site *site, struct secret **ret, struct err *err);

/* True when the directory's login is one to log on to a server with, not only to bind to its directory: a simple bind may name its
 * account by a distinguished name. Good for site.user as user@domain and DOMAIN\\user; [MS-ADTS] 5.1.1.1.1. */
bool site_can_log_on(const struct site *site);

uint32_t site_port(const struct site *site, const struct site_server *server);
const char *site_transport_word(enum site_transport t); /* as the task parameter spells it */

#endif
