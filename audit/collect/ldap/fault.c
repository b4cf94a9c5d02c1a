/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/fault.h"

#include <krb5.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

/* SEC_E_BAD_BINDINGS: the server wants a channel binding that was not sent. */
#define DATA_BAD_BINDINGS 0x80090346U

uint32_t fault_data(const char *diagnostic)
{
    const char *p = diagnostic ? strstr(diagnostic, "data ") : NULL;
    if (!p) {
        return 0;
    }
    uint64_t value = 0;
    size_t digits = 0;
    for (p += 5; digits < 8; p++, digits++) {
        int c = *p;
        if (c >= '0' && c <= '9') {
            value = value * 16 + (uint64_t)(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value = value * 16 + (uint64_t)((c | 0x20) - 'a' + 10);
        } else {
            break;
        }
    }
    return (uint32_t)value;
}

#define DATA_LOCKED_OUT 0x775U

/* What stands before and after the account's name in the message. */
struct refusal {
    uint32_t data;
    const char *before;
    const char *after;
};

#define ASK_ADMIN "ask the directory's administrator to "

static const struct refusal refusals[] = {
    { 0x525, "the account ", " does not exist: check bind_dn (user@domain or a DN)" },
    { 0x52e, "the password or the name of ",
      " is wrong: check both; nothing is tried again, so that the account is not "
      "locked" },
    { 0x52f, "an account restriction stops ",
      " (such as an empty password): " ASK_ADMIN "look at the account" },
    { 0x530, "logon hours stop ", ": " ASK_ADMIN "change them, or run the audit later" },
    { 0x531, "a list of machines stops ",
      " from logging on here: " ASK_ADMIN "change its \"log on to\" list" },
    { 0x532, "the password of ",
      " has expired: set a new one and put it into the credential file" },
    { 0x533, "the account ", " is disabled: " ASK_ADMIN "enable it" },
    { 0x568, "too many groups stop ", " from logging on: use another account" },
    { 0x569, "no right to log on over the network for ", ": " ASK_ADMIN "grant it" },
    { 0x701, "the account ", " has expired: " ASK_ADMIN "set a later expiry date" },
    { 0x773, "the account ",
      " must change its password before it can log on: set a new one and put it into the "
      "credential file" },
    { DATA_LOCKED_OUT, "the account ",
      " is locked out: wait for the lockout duration or " ASK_ADMIN
      "unlock it, and find out who tried wrong passwords" },
    { DATA_BAD_BINDINGS, "the server refused the channel binding of ",
      ": use transport gssapi, or bind simple over ldaps" },
};

static const char *text_or(const char *text, const char *otherwise)
{
    return text && *text ? text : otherwise;
}

/* Both texts of a result, for messages about results that need no words of their own. */
static enum rc other(enum rc rc, const struct ldap_options *o, const char *what, int result,
                     const char *diagnostic, struct err *err)
{
    (void)err_setf(err, rc, "%s: the server answered \"%s\" (result %d)%s%.200s", what,
                   ldap_err2string(result), result, diagnostic && *diagnostic ? ": " : "",
                   text_or(diagnostic, ""));
    return err_at(err, "%s", o->host);
}

/* Results that mean the same whatever was asked; RC_OK when result is none of them. */
static enum rc common(const struct ldap_options *o, const char *what, int result, struct err *err)
{
    switch (result) {
    case LDAP_SERVER_DOWN:
    case LDAP_CONNECT_ERROR:
        (void)err_setf(err, RC_UNREACHABLE,
                       "%s: the connection broke; what was read until then is kept: look at the "
                       "server's event log and at firewalls between, then run again with --resume",
                       what);
        return err_at(err, "%s", o->host);
    case LDAP_TIMEOUT:
        (void)err_setf(err, RC_TIMEOUT,
                       "%s: no answer for %u s; what was read until then is kept: run again when "
                       "the server is less busy, or raise the operation timeout",
                       what, o->operation_timeout_s);
        return err_at(err, "%s", o->host);
    case LDAP_DECODING_ERROR:
        (void)err_setf(err, RC_MALFORMED,
                       "%s: the server sent bytes that are not LDAP: check that port %u is a "
                       "directory server's",
                       what, (unsigned)o->port);
        return err_at(err, "%s", o->host);
    case LDAP_NO_MEMORY:
        return err_setf(err, RC_NOMEM, "%s: out of memory", what);
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
        (void)err_setf(err, RC_UNREACHABLE,
                       "%s: the server is too busy or shutting down: run again with --resume",
                       what);
        return err_at(err, "%s", o->host);
    default:
        return RC_OK;
    }
}

static enum rc stronger_auth(const struct ldap_options *o, const char *diagnostic, struct err *err)
{
    if (fault_data(diagnostic) == DATA_BAD_BINDINGS) {
        (void)err_setf(err, RC_DENIED,
                       "the server requires channel binding (LdapEnforceChannelBinding): use "
                       "transport gssapi, or bind simple over ldaps");
    } else if (o->bind == BIND_GSSAPI && o->transport != TRANSPORT_GSSAPI) {
        (void)err_setf(err, RC_DENIED,
                       "the server does not take a Kerberos bind inside TLS: use transport gssapi "
                       "(port 389, sealed by Kerberos)");
    } else {
        (void)err_setf(err, RC_DENIED,
                       "the server requires a stronger bind (signing, sealing or TLS): use "
                       "transport ldaps, or transport gssapi%s%.120s",
                       diagnostic && *diagnostic ? "; it says: " : "", text_or(diagnostic, ""));
    }
    return err_at(err, "%s", o->host);
}

enum rc fault_bind(const struct ldap_options *o, const char *who, int result,
                   const char *diagnostic, struct err *err)
{
    TRY(common(o, "binding", result, err));
    if (result == LDAP_STRONG_AUTH_REQUIRED || result == LDAP_CONFIDENTIALITY_REQUIRED) {
        return stronger_auth(o, diagnostic, err);
    }
    if (result == LDAP_INVALID_CREDENTIALS) {
        uint32_t data = fault_data(diagnostic);
        for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
            if (refusals[i].data == data) {
                (void)err_setf(err, RC_DENIED, "%s%.160s%s", refusals[i].before, who,
                               refusals[i].after);
                return err_at(err, "%s", o->host);
            }
        }
        (void)err_setf(err, RC_DENIED,
                       "the password or the name of %s was not accepted%s%.160s; nothing is tried "
                       "again, so that the account is not locked",
                       who, diagnostic && *diagnostic ? ": " : "", text_or(diagnostic, ""));
        return err_at(err, "%s", o->host);
    }
    if (result == LDAP_AUTH_METHOD_NOT_SUPPORTED || result == LDAP_AUTH_UNKNOWN) {
        (void)err_setf(
            err, RC_UNSUPPORTED, "the %s bind is not offered here: %s",
            o->bind == BIND_GSSAPI ? "Kerberos (GSSAPI)" : "simple",
            o->bind == BIND_GSSAPI
                ? "install libsasl2-modules-gssapi-mit on this machine, or use bind simple over ldaps"
                : "use bind gssapi");
        return err_at(err, "%s", o->host);
    }
    if (result == LDAP_INVALID_DN_SYNTAX) {
        (void)err_setf(err, RC_USAGE,
                       "\"%s\" is not a name that the server takes: give user@domain or a DN", who);
        return err_at(err, "%s", o->host);
    }
    return other(RC_DENIED, o, "binding", result, diagnostic, err);
}

/* Of these Active Directory says that the account or the channel is not right, whatever the password. */
static bool is_no_guess(uint32_t data)
{
    static const uint32_t list[] = { 0x52f, 0x530, 0x531, 0x532, 0x533,
                                     0x568, 0x569, 0x701, 0x773, DATA_BAD_BINDINGS };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        if (list[i] == data) {
            return true;
        }
    }
    return false;
}

enum worker_gate_result fault_gate(int result, const char *diagnostic)
{
    switch (result) {
    case LDAP_SUCCESS:
        return WORKER_GATE_OK;
    case LDAP_SERVER_DOWN: /* no answer came, or the password was not looked at */
    case LDAP_CONNECT_ERROR:
    case LDAP_TIMEOUT:
    case LDAP_DECODING_ERROR:
    case LDAP_NO_MEMORY:
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
    case LDAP_AUTH_METHOD_NOT_SUPPORTED:
    case LDAP_AUTH_UNKNOWN:
    case LDAP_INVALID_DN_SYNTAX:
        return WORKER_GATE_OTHER;
    default:
        break;
    }
    uint32_t data = result == LDAP_INVALID_CREDENTIALS ? fault_data(diagnostic) : 0;
    return data == DATA_LOCKED_OUT     ? WORKER_GATE_LOCKED
           : data && is_no_guess(data) ? WORKER_GATE_OTHER
                                       : WORKER_GATE_REFUSED;
}

enum rc fault_search(const struct ldap_options *o, const char *what, int result,
                     const char *diagnostic, struct err *err)
{
    TRY(common(o, what, result, err));
    switch (result) {
    case LDAP_SUCCESS:
        return RC_OK;
    case LDAP_NO_SUCH_OBJECT:
        (void)err_setf(err, RC_ABSENT,
                       "%s: there is no such object, or this account may not see it", what);
        break;
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_OPERATIONS_ERROR: /* what a DC answers to a search before a bind */
        (void)err_setf(err, RC_DENIED, "%s: this account may not read it%s%.160s", what,
                       diagnostic && *diagnostic ? ": " : "", text_or(diagnostic, ""));
        break;
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
        return stronger_auth(o, diagnostic, err);
    case LDAP_SIZELIMIT_EXCEEDED:
    case LDAP_ADMINLIMIT_EXCEEDED:
        (void)err_setf(err, RC_LIMIT,
                       "%s: the server's own limit ended the search; what it sent is kept: raise "
                       "its limit for the audit account, or lower page_size",
                       what);
        break;
    case LDAP_TIMELIMIT_EXCEEDED:
        (void)err_setf(err, RC_TIMEOUT,
                       "%s: the server's own time limit ended the search; what it sent is kept",
                       what);
        break;
    case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
        (void)err_setf(err, RC_UNSUPPORTED, "%s: the server lacks a control that this needs", what);
        break;
    case LDAP_UNDEFINED_TYPE:
    case LDAP_NO_SUCH_ATTRIBUTE:
    case LDAP_INAPPROPRIATE_MATCHING:
        (void)err_setf(err, RC_UNSUPPORTED, "%s: the server's schema does not know it", what);
        break;
    default:
        return other(RC_UNREACHABLE, o, what, result, diagnostic, err);
    }
    return err_at(err, "%s", o->host);
}

enum rc fault_starttls(const struct ldap_options *o, int result, const char *diagnostic,
                       struct err *err)
{
    if (result != LDAP_UNAVAILABLE) { /* here it means: not set up (RFC 4511 4.14.2) */
        TRY(common(o, "StartTLS", result, err));
    }
    (void)err_setf(err, RC_UNSUPPORTED,
                   "the server refused StartTLS%s%.160s: check that it has a certificate, or use "
                   "transport ldaps or gssapi",
                   diagnostic && *diagnostic ? ": " : "", text_or(diagnostic, ""));
    return err_at(err, "%s", o->host);
}

struct kerberos_fault {
    int32_t code;
    enum rc rc;
    const char *advice;
};

static const struct kerberos_fault kerberos_faults[] = {
    { KRB5KRB_AP_ERR_SKEW, RC_DENIED,
      "this machine's clock and the domain controller's differ by more than 5 minutes: set the clock (NTP)" },
    { KRB5_KDCREP_SKEW, RC_DENIED,
      "this machine's clock and the domain controller's differ by more than 5 minutes: set the clock (NTP)" },
    { KRB5KDC_ERR_PREAUTH_FAILED, RC_DENIED,
      "the key in the keytab is not the account's: make a new keytab (its password was changed?)" },
    { KRB5_PREAUTH_FAILED, RC_DENIED,
      "the key in the keytab is not the account's: make a new keytab (its password was changed?)" },
    { KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, RC_DENIED,
      "the domain does not know this principal: check its spelling and realm" },
    { KRB5KDC_ERR_CLIENT_REVOKED, RC_DENIED,
      "the account is disabled, locked out or expired: " ASK_ADMIN "look at it" },
    { KRB5KDC_ERR_NAME_EXP, RC_DENIED,
      "the account has expired: " ASK_ADMIN "set a later expiry date" },
    { KRB5KDC_ERR_KEY_EXP, RC_DENIED,
      "the account's password has expired or must be changed: set a new one" },
    { KRB5KDC_ERR_CLIENT_NOTYET, RC_DENIED, "the account is not valid yet" },
    { KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, RC_UNTRUSTED,
      "the domain has no such service: host must be the domain controller's full name, not an address or an alias" },
    { KRB5KDC_ERR_ETYPE_NOSUPP, RC_UNSUPPORTED,
      "no encryption type in common: the keytab holds RC4 only, or the account has no AES key" },
    { KRB5_PROG_ETYPE_NOSUPP, RC_UNSUPPORTED,
      "no encryption type in common: the keytab holds RC4 or DES only" },
    { KRB5_CONFIG_ETYPE_NOSUPP, RC_UNSUPPORTED,
      "no encryption type in common: krb5.conf allows none that is usable" },
    { KRB5KRB_AP_ERR_TKT_EXPIRED, RC_DENIED, "the ticket has expired: get a new one with kinit" },
    { KRB5_KDC_UNREACH, RC_UNREACHABLE,
      "no domain controller of the realm answers on port 88: check names and firewalls" },
    { KRB5_REALM_UNKNOWN, RC_UNREACHABLE,
      "no domain controller of the realm is known: check the realm, DNS and krb5.conf" },
    { KRB5_ERR_HOST_REALM_UNKNOWN, RC_USAGE,
      "the realm of the host is not known: check krb5.conf" },
    { KRB5_FCC_NOFILE, RC_USAGE, "the ticket cache is not there: run kinit, and check the path" },
    { KRB5_CC_NOTFOUND, RC_DENIED, "the ticket cache holds no usable ticket: run kinit" },
    { KRB5_KT_NOTFOUND, RC_USAGE, "the keytab has no key of this principal: check both" },
};

enum rc fault_kerberos(const struct ldap_options *o, const char *what, int32_t code,
                       const char *text, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(kerberos_faults); i++) {
        if (kerberos_faults[i].code == code) {
            (void)err_setf(err, kerberos_faults[i].rc, "%s: %s", what, kerberos_faults[i].advice);
            return err_at(err, "%s", o->host);
        }
    }
    (void)err_setf(err, RC_DENIED, "%s: Kerberos says \"%.200s\" (%d)", what,
                   text_or(text, "nothing"), code);
    return err_at(err, "%s", o->host);
}

enum rc fault_tls(const struct ldap_options *o, int result, const char *diagnostic,
                  const struct fault_certificate *c, struct err *err)
{
    if (result == LDAP_TIMEOUT) {
        (void)err_setf(err, RC_TIMEOUT,
                       "no TLS answer within %u s on port %u: check that LDAPS is on there",
                       o->network_timeout_s, (unsigned)o->port);
    } else if (!c->seen) {
        (void)err_setf(err, RC_UNREACHABLE,
                       "TLS failed on port %u before a certificate was seen%s%.120s: check that "
                       "LDAPS is on (the server needs a certificate) and tls_min",
                       (unsigned)o->port, diagnostic && *diagnostic ? ": " : "",
                       text_or(diagnostic, ""));
    } else if (c->other_name) {
        (void)err_setf(err, RC_UNTRUSTED,
                       "the certificate is for %.200s, not for %s: use the name in the certificate "
                       "as host, or give the server a certificate with its name",
                       *c->names ? c->names : "other names", o->host);
    } else if (c->expired) {
        (void)err_setf(err, RC_UNTRUSTED,
                       "the certificate expired on %s: renew it on the server (or set this "
                       "machine's clock, if that is wrong)",
                       c->not_after);
    } else if (c->not_yet_valid) {
        (void)err_setf(err, RC_UNTRUSTED,
                       "the certificate is valid from %s only: set this machine's clock",
                       c->not_before);
    } else {
        (void)err_setf(err, RC_UNTRUSTED,
                       "the certificate is %s: %s does not vouch for it (issuer: %.160s); put "
                       "the issuing authority's certificate (PEM) into ca_file",
                       c->self_signed ? "self-signed" : "from an unknown authority",
                       o->ca_file ? "ca_file" : "this machine's list of authorities",
                       *c->issuer ? c->issuer : "?");
    }
    return err_at(err, "%s", o->host);
}
