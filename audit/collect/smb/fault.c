/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/fault.h"

#include <errno.h>

#include "audit/collect/smb/samba.h"

/* What stands before and after the account's name in the message. */
struct refusal {
    uint32_t status;
    enum rc rc;
    enum worker_gate_result gate;
    const char *before;
    const char *after;
};

#define ASK_ADMIN "ask the administrator to "
#define NO_RETRY  "; nothing is tried again, so that the account is not locked"

static const struct refusal refusals[] = {
    { NTS_LOGON_FAILURE, RC_DENIED, WORKER_GATE_REFUSED, "the name or the password of ",
      " is wrong on this host: check both" NO_RETRY },
    { NTS_WRONG_PASSWORD, RC_DENIED, WORKER_GATE_REFUSED, "the password of ",
      " is wrong on this host: check it" NO_RETRY },
    { 0xc0000225U, RC_DENIED, WORKER_GATE_REFUSED, "the name or the password of ",
      " is wrong on this host (so a Samba server answers to user@realm): check both" NO_RETRY },
    { NTS_NO_SUCH_USER, RC_DENIED, WORKER_GATE_REFUSED, "the account ",
      " does not exist for this host: check the name (DOMAIN\\user, user@realm, .\\user)" },
    /* The password was right: these count against no lockout. */
    { NTS_PASSWORD_EXPIRED, RC_DENIED, WORKER_GATE_OTHER, "the password of ",
      " has expired: set a new one and put it into the credential file" },
    { NTS_PASSWORD_MUST_CHANGE, RC_DENIED, WORKER_GATE_OTHER, "the account ",
      " must change its password before it can log on: set a new one and put it into the "
      "credential file" },
    { NTS_ACCOUNT_LOCKED_OUT, RC_DENIED, WORKER_GATE_LOCKED, "the account ",
      " is locked out: wait for the lockout duration or " ASK_ADMIN
      "unlock it, and find out who tried wrong passwords" },
    { NTS_ACCOUNT_RESTRICTION, RC_DENIED, WORKER_GATE_OTHER, "an account restriction stops ",
      " (an empty password, a protected account that may use Kerberos only): " ASK_ADMIN
      "look at the account" },
    { NTS_INVALID_LOGON_HOURS, RC_DENIED, WORKER_GATE_OTHER, "logon hours stop ",
      ": " ASK_ADMIN "change them, or run the audit later" },
    { NTS_INVALID_WORKSTATION, RC_DENIED, WORKER_GATE_OTHER, "a list of machines stops ",
      " from logging on from here: " ASK_ADMIN "change its \"log on to\" list" },
    { NTS_ACCOUNT_DISABLED, RC_DENIED, WORKER_GATE_OTHER, "the account ",
      " is disabled: " ASK_ADMIN "enable it" },
    { NTS_ACCOUNT_EXPIRED, RC_DENIED, WORKER_GATE_OTHER, "the account ",
      " has expired: " ASK_ADMIN "set a later expiry date" },
    { NTS_LOGON_TYPE_NOT_GRANTED, RC_DENIED, WORKER_GATE_OTHER,
      "no right to log on over the network for ",
      ": " ASK_ADMIN "grant \"Access this computer from the network\", and look for a deny rule" },
    { 0xc0000155U, RC_DENIED, WORKER_GATE_OTHER, "no right to log on here for ",
      ": " ASK_ADMIN "grant it" },
    { 0xc000005eU, RC_UNREACHABLE, WORKER_GATE_OTHER, "no domain controller could check ",
      ": the host's (or, with Kerberos, this machine's) way to the domain is broken; check DNS "
      "and firewalls, or use an account of the host (.\\user)" },
    { 0xc000018dU, RC_DENIED, WORKER_GATE_OTHER, "the host's trust with the domain is broken, so ",
      " cannot be checked there: repair its machine account, or use an account of the host "
      "(.\\user)" },
    { 0xc000018cU, RC_DENIED, WORKER_GATE_OTHER, "the trust between domains is broken for ",
      ": use an account of the host's domain" },
    { 0xc00000dfU, RC_DENIED, WORKER_GATE_OTHER, "the host does not know the domain of ",
      ": check its spelling" },
    { 0xc0000413U, RC_DENIED, WORKER_GATE_OTHER, "selective authentication of the trust stops ",
      ": " ASK_ADMIN "allow it on this host" },
    { 0xc0000418U, RC_DENIED, WORKER_GATE_OTHER, "NTLM is blocked for ",
      ": use auth kerberos with the host's full name" },
    { 0xc0000133U, RC_DENIED, WORKER_GATE_OTHER,
      "clocks differ too much for Kerberos, so the host refuses ", ": set the clocks (NTP)" },
    { 0xc0000192U, RC_DENIED, WORKER_GATE_OTHER,
      "the host's NetLogon service does not run, so it cannot check ",
      ": " ASK_ADMIN "look at the host" },
    { 0xc00000d0U, RC_UNREACHABLE, WORKER_GATE_OTHER,
      "the host accepts no more connections, so it refuses ", ": run again later with --resume" },
    { NTS_ACCESS_DENIED, RC_DENIED, WORKER_GATE_OTHER, "the host denies access to ",
      ": it may know it as a guest only, or refuse IPC$; " ASK_ADMIN
      "check the account and the host's guest access" },
};

/* Connection gone, or its bytes are no longer understood. */
static const struct {
    uint32_t status;
    enum rc rc;
    const char *text;
} losses[] = {
    { NTS_IO_TIMEOUT, RC_TIMEOUT, NULL },
    { 0xc000020dU, RC_UNREACHABLE, "the connection was reset" },
    { 0xc000020cU, RC_UNREACHABLE, "the connection was closed" },
    { 0xc0000236U, RC_UNREACHABLE, "the connection was refused" },
    { 0xc0000011U, RC_UNREACHABLE, "the connection was closed" },
    { 0xc00000c4U, RC_UNREACHABLE, "the connection broke" },
    { 0xc00000c9U, RC_UNREACHABLE, "the connection was closed by the server" },
    { 0xc0000203U, RC_UNREACHABLE, "the server ended the session" },
    { 0xc000035cU, RC_UNREACHABLE, "the server ended the session" },
    { 0xc000013bU, RC_UNREACHABLE, "the connection was closed" },
    { 0xc000013cU, RC_UNREACHABLE, "the connection was closed" },
    { 0xc0000140U, RC_UNREACHABLE, "the connection was closed" },
    { 0xc00000b0U, RC_UNREACHABLE, "the server closed the pipe" },
    { 0xc00000b1U, RC_UNREACHABLE, "the server closed the pipe" },
    { 0xc000014bU, RC_UNREACHABLE, "the server closed the pipe" },
    { 0xc00000c3U, RC_MALFORMED, "the server sent bytes that are not SMB" },
};

/* Answers of a server to a pipe or a call. */
static const struct {
    uint32_t status;
    enum rc rc;
    const char *text;
} answers[] = {
    { NTS_ACCESS_DENIED, RC_DENIED,
      "this account may not: it must be an administrator of the host (a local account other than "
      "Administrator is filtered by UAC unless LocalAccountTokenFilterPolicy is set)" },
    { 0xc0000061U, RC_DENIED, "this account lacks a privilege for it" },
    { NTS_OBJECT_NAME_NOT_FOUND, RC_UNSUPPORTED,
      "the host does not offer it (the service behind it does not run)" },
    { 0xc00000acU, RC_UNSUPPORTED,
      "the host does not offer it (the service behind it does not run)" },
    { 0xc00000aeU, RC_UNREACHABLE, "the host is too busy: run again later with --resume" },
    { NTS_PROCNUM_OUT_OF_RANGE, RC_UNSUPPORTED, "the host does not know this call" },
    { 0xc0020012U, RC_UNSUPPORTED, "the host does not know this interface" },
    { NTS_NOT_SUPPORTED, RC_UNSUPPORTED, "the host does not support it" },
    { 0xc0000002U, RC_UNSUPPORTED, "the host does not support it" },
    { 0xc0000017U, RC_LIMIT, "its answer does not fit into the memory that we give it" },
    { 0xc000009aU, RC_UNREACHABLE, "the host is out of resources: run again later" },
    { 0xc002001dU, RC_MALFORMED, "the answer breaks the RPC protocol" },
    { 0xc003000cU, RC_MALFORMED, "the answer breaks its format" },
    { 0xc0000023U, RC_MALFORMED, "the answer is cut off" },
    { 0xc000008cU, RC_MALFORMED, "the answer breaks its format" },
    { 0xc0000225U, RC_MALFORMED, "the answer breaks its format" },
    { 0xc000000dU, RC_MALFORMED, "the answer, or the question to this host, is out of order" },
};

const char *fault_name(uint32_t status)
{
    return nt_errstr(NT_STATUS(status));
}

enum worker_gate_result fault_gate(const struct smb_options *o, uint32_t status)
{
    enum worker_gate_result result = status == NTS_OK ? WORKER_GATE_OK : WORKER_GATE_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (refusals[i].status == status) {
            result = refusals[i].gate;
        }
    }
    return result == WORKER_GATE_LOCKED && o->form == USER_OF_HOST ? WORKER_GATE_REFUSED : result;
}

uint32_t fault_from_text(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        NTSTATUS status = NT_STATUS(refusals[i].status);
        const char *words = get_friendly_nt_error_msg(status);
        if (strstr(text, nt_errstr(status)) || (words && *words && strstr(text, words))) {
            return refusals[i].status;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        if (strstr(text, nt_errstr(NT_STATUS(losses[i].status)))) {
            return losses[i].status;
        }
    }
    return NTS_OK;
}

bool fault_is_loss(uint32_t status)
{
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        if (losses[i].status == status) {
            return true;
        }
    }
    return false;
}

static enum rc lost(const struct smb_options *o, const char *what, size_t i, struct err *err)
{
    if (losses[i].rc == RC_TIMEOUT) {
        (void)err_setf(err, RC_TIMEOUT,
                       "%s: no answer for %u s: run again when the host is less busy, or raise the "
                       "operation timeout",
                       what, o->operation_timeout_s);
    } else {
        (void)err_setf(err, losses[i].rc, "%s: %s (%s): look at the host and at firewalls between",
                       what, losses[i].text, fault_name(losses[i].status));
    }
    return err_at(err, "%s", o->host);
}

enum rc fault_logon(const struct smb_options *o, const char *who, uint32_t status, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (refusals[i].status == status) {
            (void)err_setf(err, refusals[i].rc, "%s%.160s%s", refusals[i].before, who,
                           refusals[i].after);
            return err_at(err, "%s", o->host);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        if (losses[i].status == status) {
            return lost(o, "logging on", i, err);
        }
    }
    if (status == NTS_NOT_SUPPORTED) {
        (void)err_setf(err, RC_UNSUPPORTED, "no SMB dialect in common: the host speaks SMB1 only%s",
                       o->smb1 ? ", and not the one that we do"
                               : ", which is not used unless smb1 is set");
        return err_at(err, "%s", o->host);
    }
    (void)err_setf(
        err, RC_DENIED, "logging on as %.160s failed: %s%s", who, fault_name(status),
        o->auth == AUTH_KERBEROS
            ? ": check the ticket (kinit), that host is its full name in the domain, and "
              "that this machine finds the domain's KDC"
            : "");
    return err_at(err, "%s", o->host);
}

enum rc fault_call(const struct smb_options *o, const char *what, uint32_t status, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
        if (losses[i].status == status) {
            return lost(o, what, i, err);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        if (answers[i].status == status) {
            (void)err_setf(err, answers[i].rc, "%s: %s", what, answers[i].text);
            return err_at(err, "%s", o->host);
        }
    }
    (void)err_setf(err, RC_UNSUPPORTED, "%s: the host answered %s", what, fault_name(status));
    return err_at(err, "%s", o->host);
}

enum rc fault_win32(const struct smb_options *o, const char *what, uint32_t code, struct err *err)
{
    switch (code) {
    case WIN32_OK:
        return RC_OK;
    case WIN32_ACCESS_DENIED:
        return fault_call(o, what, NTS_ACCESS_DENIED, err);
    case WIN32_FILE_NOT_FOUND:
    case WIN32_SERVICE_DOES_NOT_EXIST:
        (void)err_setf(err, RC_ABSENT, "%s: there is no such thing on the host", what);
        break;
    default:
        (void)err_setf(err, RC_UNSUPPORTED, "%s: the host answered error %u (%s)", what, code,
                       win_errstr(W_ERROR(code)));
        break;
    }
    return err_at(err, "%s", o->host);
}

enum rc fault_connect(const struct smb_options *o, int error, struct err *err)
{
    if (error == ETIMEDOUT) {
        (void)err_setf(err, RC_TIMEOUT,
                       "no answer on port %u within %u ms: the host is off, or a firewall between "
                       "drops the connection",
                       (unsigned)o->port, o->connect_timeout_ms);
    } else if (error == ECONNREFUSED) {
        (void)err_setf(err, RC_UNREACHABLE,
                       "nothing listens on port %u: file and printer sharing is off there, or "
                       "blocked",
                       (unsigned)o->port);
    } else {
        (void)err_setf(err, RC_UNREACHABLE,
                       "port %u cannot be reached (%s): check the address and the network",
                       (unsigned)o->port, strerror(error));
    }
    return err_at(err, "%s", o->host);
}
