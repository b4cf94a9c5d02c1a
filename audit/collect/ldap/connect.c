/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/connect.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/collect/common/tcp.h"
#include "audit/collect/ldap/certificate.h"
#include "audit/collect/ldap/stall.h"

/* A message of the directory never needs more: bigger ones are refused before memory is taken. */
#define MESSAGE_MAX (UINT32_C(64) * 1024 * 1024)

/* A read of libldap never blocks longer than this, so that every deadline is kept even when the server stops
 * inside a message or inside a TLS record. */
#define STALL_S 2

/* Read from the socket at once: libldap alone asks the kernel three times for every message. */
#define READ_AHEAD (64 * 1024)

static struct addrinfo *addresses;

/* Where distributions keep the system's authorities. */
static const char *system_authorities(void)
{
    static const char *const files[] = { "/etc/ssl/certs/ca-certificates.crt",
                                         "/etc/pki/tls/certs/ca-bundle.crt",
                                         "/etc/ssl/ca-bundle.pem" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (access(files[i], R_OK) == 0) {
            return files[i];
        }
    }
    return NULL;
}

static enum rc load_authorities(const struct ldap_options *o, struct err *err)
{
    const char *file = o->ca_file ? o->ca_file : system_authorities();
    int demand = LDAP_OPT_X_TLS_DEMAND;
    int client = 0;
    if (o->ca_file) {
        TRY(certificate_check_authorities(o->ca_file, err));
    }
    if (ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
        ldap_set_option(NULL, LDAP_OPT_X_TLS_PROTOCOL_MIN, &o->tls_min) != LDAP_OPT_SUCCESS ||
        (file && ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, file) != LDAP_OPT_SUCCESS)) {
        return err_setf(err, RC_UNSUPPORTED, "this machine's libldap has no TLS options");
    }
    if (ldap_set_option(NULL, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS) {
        (void)err_setf(err, RC_USAGE, "libldap cannot load the authorities from it");
        return err_at(err, "%s", file ? file : "system authorities");
    }
    return RC_OK;
}

static enum rc resolve(const struct ldap_options *o, struct err *err)
{
    const char *name = o->address ? o->address : o->host;
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_ADDRCONFIG };
    int rc = getaddrinfo(name, NULL, &hints, &addresses);
    if (rc == 0) {
        return RC_OK;
    }
    (void)err_setf(err, RC_UNREACHABLE,
                   "the name %s does not resolve (%s): check its spelling in the site file and the "
                   "DNS servers of this machine, or give an address",
                   name, gai_strerror(rc));
    return err_at(err, "%s", o->host);
}

enum rc connect_prepare(const struct ldap_options *o, struct err *err)
{
    /* No ldap.conf, .ldaprc or LDAP… variable may loosen what is decided here. */
    (void)setenv("LDAPNOINIT", "1", 1);
    if (o->transport != TRANSPORT_GSSAPI) {
        TRY(load_authorities(o, err));
    }
    return resolve(o, err);
}

static int try_address(const struct addrinfo *a, uint16_t port, uint32_t timeout_ms, int *ret_fd)
{
    AUTO_FD int fd = -1;
    int error = tcp_connect(a, port, timeout_ms, &fd);
    if (error != 0) {
        return error;
    }
    int on = 1;
    struct timeval stall = { .tv_sec = STALL_S };
    int flags = fcntl(fd, F_GETFL);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall)) != 0) {
        return errno;
    }
    *ret_fd = fd;
    fd = -1;
    return 0;
}

static enum rc open_socket(const struct ldap_options *o, int *ret_fd, struct err *err)
{
    int error = EADDRNOTAVAIL;
    for (const struct addrinfo *a = addresses; a; a = a->ai_next) {
        error = try_address(a, o->port, o->network_timeout_s * 1000, ret_fd);
        if (error == 0) {
            return RC_OK;
        }
    }
    if (error == ETIMEDOUT) {
        (void)err_setf(err, RC_TIMEOUT,
                       "no answer on port %u within %u s: check that the server runs and that no "
                       "firewall between drops the connection",
                       (unsigned)o->port, o->network_timeout_s);
    } else if (error == ECONNREFUSED) {
        (void)err_setf(err, RC_UNREACHABLE,
                       "nothing listens on port %u: check the port and the transport (ldaps 636, "
                       "starttls and gssapi 389)",
                       (unsigned)o->port);
    } else {
        (void)err_setf(err, RC_UNREACHABLE,
                       "port %u cannot be reached (%s): check the address and the network",
                       (unsigned)o->port, strerror(error));
    }
    return err_at(err, "%s", o->host);
}

static bool set_options(const struct ldap_options *o, LDAP *ld)
{
    int version = LDAP_VERSION3;
    int never = LDAP_DEREF_NEVER;
    int binding = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;
    struct timeval network = { .tv_sec = (time_t)o->network_timeout_s };
    ber_len_t most = MESSAGE_MAX;
    int ahead = READ_AHEAD;
    Sockbuf *sb = NULL;
    if (o->bind == BIND_GSSAPI && o->transport != TRANSPORT_GSSAPI &&
        ldap_set_option(ld, LDAP_OPT_X_SASL_CBINDING, &binding) != LDAP_OPT_SUCCESS) {
        return false;
    }
    return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_DEREF, &never) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &network) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_TIMEOUT, &network) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) == LDAP_OPT_SUCCESS &&
           ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == LDAP_OPT_SUCCESS && sb &&
           ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &most) == 1 &&
           ber_sockbuf_add_io(sb, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER, &ahead) ==
               0;
}

static void close_handle(LDAP **ld)
{
    if (*ld) {
        (void)ldap_unbind_ext(*ld, NULL, NULL);
        *ld = NULL;
    }
}

/* A connected handle without TLS. */
static enum rc open_plain(const struct ldap_options *o, LDAP **ret, struct err *err)
{
    char uri[320];
    AUTO_FD int fd = -1;
    LDAP *ld AUTO(close_handle) = NULL;
    if (!options_uri(o, uri, sizeof(uri))) {
        return err_setf(err, RC_BUG, "host name too long");
    }
    TRY(open_socket(o, &fd, err));
    if (ldap_init_fd(fd, LDAP_PROTO_TCP, uri, &ld) != LDAP_SUCCESS) {
        return err_setf(err, RC_NOMEM, "libldap did not take the connection");
    }
    fd = -1;
    if (!set_options(o, ld)) {
        return err_setf(err, RC_UNSUPPORTED, "this machine's libldap lacks an option we need");
    }
    *ret = ld;
    ld = NULL;
    return RC_OK;
}

static char *take_diagnostic(LDAP *ld)
{
    char *text = NULL;
    (void)ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    return text;
}

static void free_text(char **text)
{
    ldap_memfree(*text);
}

/* The handshake, with a deadline of its own. */
static int handshake(const struct ldap_options *o, LDAP *ld)
{
    static struct stall stall; /* outlives every handle of this process */
    struct err ignored = { 0 };
    if (stall_install(ld, &stall, &ignored) != RC_OK) {
        return LDAP_NO_MEMORY;
    }
    stall_begin(&stall, o->network_timeout_s);
    int result = ldap_install_tls(ld);
    stall_end(&stall);
    return stall.passed ? LDAP_TIMEOUT : result;
}

static enum rc start_tls(struct session *s, LDAP *ld, struct err *err)
{
    const struct ldap_options *o = s->o;
    int msgid = 0, code = 0, result = ldap_start_tls(ld, NULL, NULL, &msgid);
    char *text AUTO(free_text) = NULL;
    if (result == LDAP_SUCCESS) {
        LDAPMessage *answer = NULL;
        s->ld = ld;
        int type = session_wait(s, msgid, LDAP_MSG_ALL, o->network_timeout_s, &answer, &result);
        s->ld = NULL;
        if (type != 0) {
            result = ldap_parse_result(ld, answer, &code, NULL, &text, NULL, NULL, 1);
            result = result == LDAP_SUCCESS ? code : result;
        }
    }
    return result == LDAP_SUCCESS ? RC_OK : fault_starttls(o, result, text, err);
}

/* The protocol minimum: GnuTLS builds of libldap take the option and ignore it, so what was negotiated is looked at before
 * anything is said. */
static enum rc check_version(struct session *s, LDAP *ld, struct err *err)
{
    static const char *const names[] = { "1.0", "1.1", "1.2", "1.3" };
    char *text AUTO(free_text) = NULL;
    (void)ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &text);
    const char *number = text ? strpbrk(text, "0123456789") : NULL;
    for (int i = 0; number && i < (int)ARRAY_LEN(names); i++) {
        if (strcmp(number, names[i]) == 0 && LDAP_OPT_X_TLS_PROTOCOL_TLS1_0 + i >= s->o->tls_min) {
            (void)snprintf(s->tls, sizeof(s->tls), "TLSv%s", number);
            return RC_OK;
        }
    }
    (void)err_setf(
        err, RC_UNTRUSTED,
        "the server offers no better than %.16s, below tls_min: update the server, or lower "
        "tls_min",
        text ? text : "an unknown protocol");
    return err_at(err, "%s", s->o->host);
}

enum rc connect_open(struct session *s, LDAP **ret, struct err *err)
{
    const struct ldap_options *o = s->o;
    LDAP *ld AUTO(close_handle) = NULL;
    TRY(open_plain(o, &ld, err));
    if (o->transport == TRANSPORT_STARTTLS) {
        TRY(start_tls(s, ld, err));
    }
    if (o->transport != TRANSPORT_GSSAPI) {
        int result = handshake(o, ld);
        if (result != LDAP_SUCCESS) {
            struct fault_certificate certificate = { 0 };
            char *text AUTO(free_text) = take_diagnostic(ld);
            close_handle(&ld);
            if (result != LDAP_TIMEOUT) {
                connect_describe(s, &certificate);
            }
            return fault_tls(o, result, text, &certificate, err);
        }
        TRY(check_version(s, ld, err));
    }
    *ret = ld;
    ld = NULL;
    return RC_OK;
}

void connect_describe(struct session *s, struct fault_certificate *ret)
{
    struct err ignored = { 0 };
    int never = LDAP_OPT_X_TLS_NEVER;
    int client = 0;
    LDAP *ld AUTO(close_handle) = NULL;
    struct berval der = { 0 };
    if (open_plain(s->o, &ld, &ignored) != RC_OK ||
        (s->o->transport == TRANSPORT_STARTTLS && start_tls(s, ld, &ignored) != RC_OK)) {
        return;
    }
    /* No file is read for this context: there is nothing to check against. */
    if (ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, NULL) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &never) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS ||
        handshake(s->o, ld) != LDAP_SUCCESS ||
        ldap_get_option(ld, LDAP_OPT_X_TLS_PEERCERT, &der) != LDAP_OPT_SUCCESS) {
        return;
    }
    certificate_describe(der.bv_val, der.bv_len, s->o->host, s->o->now, ret);
    ldap_memfree(der.bv_val);
}
