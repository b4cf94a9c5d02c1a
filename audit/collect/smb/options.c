/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/options.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

/* Longest key below HKLM, and longest name of a value, that is asked for ([MS-RRP]: 255 a component, 16383 a value). */
#define PATH_MAX_BYTES  1024
#define VALUE_MAX_BYTES 512

/* What the supervisor gives a worker at a gate when the task does not say, and our part of it. */
#define GATE_S 30U

static const char *const names[] = {
#define SMB_SOURCE_NAME(name, word) word,
    SMB_SOURCES(SMB_SOURCE_NAME)
#undef SMB_SOURCE_NAME
};

/* Who may log on how, and the privileges that make an administrator ([MS-LSAD] 3.1.1.2). */
static const char *const default_rights[] = {
    "SeRemoteInteractiveLogonRight",
    "SeDenyRemoteInteractiveLogonRight",
    "SeNetworkLogonRight",
    "SeDenyNetworkLogonRight",
    "SeDebugPrivilege",
    "SeBackupPrivilege",
    "SeRestorePrivilege",
    "SeTakeOwnershipPrivilege",
    "SeLoadDriverPrivilege",
    "SeTcbPrivilege",
    "SeImpersonatePrivilege",
    "SeInteractiveLogonRight",
};

const char *source_name(enum smb_source source)
{
    return names[source];
}

const char *options_right(const struct smb_options *o, size_t n)
{
    if (task_get(o->task, "right")) {
        return task_get_nth(o->task, "right", n);
    }
    return n < ARRAY_LEN(default_rights) ? default_rights[n] : NULL;
}

static bool host_valid(const char *host)
{
    size_t n = strlen(host);
    if (n == 0 || n > 253 || host[0] == '-' || host[0] == '.') {
        return false;
    }
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:%";
    return strspn(host, allowed) == n;
}

void options_computer_name(const char *host, char *buf)
{
    unsigned char address[16];
    size_t n = strcspn(host, ".");
    n = n > 15 ? 15 : n;
    if (inet_pton(AF_INET, host, address) == 1 || strchr(host, ':')) {
        host = ".";
        n = 1;
    }
    for (size_t i = 0; i < n; i++) {
        buf[i] = (char)toupper((unsigned char)host[i]);
    }
    buf[n] = '\0';
}

static enum rc flag(const struct task *task, const char *key, bool *ret, struct err *err)
{
    uint32_t value = 0;
    TRY(task_get_number(task, key, 0, 0, 1, &value, err));
    *ret = value == 1;
    return RC_OK;
}

static enum rc read_where(const struct task *task, struct smb_options *o, struct err *err)
{
    uint32_t port = 0;
    o->host = task_get(task, "host");
    o->address = task_get(task, "address");
    o->computer = task_get(task, "computer");
    if (!o->host || !host_valid(o->host)) {
        return err_setf(err, RC_USAGE, "host is \"%s\": give the name or the address of a host",
                        o->host ? o->host : "");
    }
    if (o->address && !host_valid(o->address)) {
        return err_setf(err, RC_USAGE, "address is \"%s\": give an IP address or a name",
                        o->address);
    }
    if (o->computer && (!host_valid(o->computer) || strlen(o->computer) > 15)) {
        return err_setf(err, RC_USAGE, "computer is \"%s\": give a NetBIOS name", o->computer);
    }
    TRY(task_get_number(task, "port", 445, 1, 65535, &port, err));
    o->port = (uint16_t)port;
    return RC_OK;
}

/* DOMAIN\user, user@realm or .\user. */
static enum rc read_user(struct smb_options *o, struct err *err)
{
    const char *slash = o->user ? strchr(o->user, '\\') : NULL;
    const char *at = o->user ? strchr(o->user, '@') : NULL;
    if (!o->user || strlen(o->user) > 255 || (!slash && !at) || (slash && !slash[1]) ||
        slash == o->user || (!slash && (at == o->user || !at[1]))) {
        return err_setf(err, RC_USAGE,
                        "user is \"%s\": give DOMAIN\\user, user@realm, or .\\user for an account "
                        "of the host itself",
                        o->user ? o->user : "");
    }
    if (!slash) {
        o->form = USER_PRINCIPAL;
        o->name = o->user;
        return RC_OK;
    }
    o->name = slash + 1;
    if (slash == o->user + 1 && o->user[0] == '.') {
        o->form = USER_OF_HOST;
        if (o->computer) {
            (void)snprintf(o->domain, sizeof(o->domain), "%s", o->computer);
        } else {
            options_computer_name(o->host, o->domain);
        }
        return RC_OK;
    }
    o->form = USER_DOWN_LEVEL;
    (void)snprintf(o->domain, sizeof(o->domain), "%.*s", (int)(slash - o->user), o->user);
    return RC_OK;
}

static enum rc read_who(const struct task *task, struct smb_options *o, struct err *err)
{
    const char *auth = task_get(task, "auth");
    o->user = task_get(task, "user");
    o->principal = task_get(task, "principal");
    o->ccache = task_get(task, "ccache");
    o->keytab = task_get(task, "keytab");
    if (!auth || strcmp(auth, "ntlm") == 0) {
        o->auth = AUTH_NTLM;
        return read_user(o, err);
    }
    if (strcmp(auth, "kerberos") != 0) {
        return err_setf(err, RC_USAGE, "auth is \"%s\": give ntlm or kerberos", auth);
    }
    o->auth = AUTH_KERBEROS;
    if ((o->ccache != NULL) == (o->keytab != NULL)) {
        return err_setf(err, RC_USAGE, "auth kerberos needs either a ccache or a keytab");
    }
    if (o->keytab && (!o->principal || !strchr(o->principal, '@'))) {
        return err_setf(err, RC_USAGE,
                        "a keytab needs the principal (user@REALM) whose key is to be used");
    }
    return RC_OK;
}

static enum rc read_sources(const struct task *task, struct smb_options *o, struct err *err)
{
    size_t given = 0;
    TRY(task_get_words(task, "source", names, SOURCE_COUNT, o->wants, &given, err));
    return given > 0 ? RC_OK : err_setf(err, RC_USAGE, "no source is asked for");
}

bool options_registry_wish(const char *text, struct smb_registry_wish *ret)
{
    static const char hive[] = "HKLM\\";
    const char *bar = strrchr(text, '|');
    if (!bar || !utf8_valid(text, strlen(text)) || strncasecmp(text, hive, strlen(hive)) != 0 ||
        strlen(bar + 1) > VALUE_MAX_BYTES) {
        return false;
    }
    struct smb_registry_wish w = { .spelled = text,
                                   .spelled_size = (size_t)(bar - text),
                                   .value = bar + 1 };
    if (w.spelled_size >= 2 && memcmp(bar - 2, "\\*", 2) == 0) {
        w.each_subkey = true;
        w.spelled_size -= 2;
    }
    if (w.spelled_size <= strlen(hive) || w.spelled_size > PATH_MAX_BYTES ||
        text[w.spelled_size - 1] == '\\') {
        return false;
    }
    w.path = text + strlen(hive);
    w.path_size = w.spelled_size - strlen(hive);
    *ret = w;
    return true;
}

static enum rc read_wishes(const struct task *task, struct err *err)
{
    const char *text = NULL;
    struct smb_registry_wish wish;
    for (size_t i = 0; (text = task_get_nth(task, "registry", i)) != NULL; i++) {
        if (!options_registry_wish(text, &wish)) {
            return err_setf(err, RC_USAGE, "registry is \"%s\": give HKLM\\…\\Key|Value", text);
        }
    }
    for (size_t i = 0; (text = task_get_nth(task, "service", i)) != NULL; i++) {
        if (strlen(text) == 0 || strlen(text) > 256) {
            return err_setf(err, RC_USAGE, "service is \"%s\": give the key name of a service",
                            text);
        }
    }
    for (size_t i = 0; (text = task_get_nth(task, "right", i)) != NULL; i++) {
        if (strncmp(text, "Se", 2) != 0 || strlen(text) > 64) {
            return err_setf(err, RC_USAGE, "right is \"%s\": give a name such as SeDebugPrivilege",
                            text);
        }
    }
    return RC_OK;
}

static enum rc read_trials(const struct task *task, struct smb_options *o, struct err *err)
{
    const char *text = NULL;
    TRY(task_get_number(task, "trials", 1, 0, 100, &o->trials, err));
    TRY(flag(task, "blank", &o->blank, err));
    for (size_t i = 0; (text = task_get_nth(task, "candidate", i)) != NULL; i++) {
        uint32_t value = 0;
        if (!num_u32(text, strlen(text), &value) || value == 0) {
            return err_setf(err, RC_USAGE, "candidate is \"%s\": give a number from 1", text);
        }
        if (o->candidate_count == SMB_MAX_CANDIDATES) {
            return err_setf(err, RC_USAGE, "more than %d candidates", SMB_MAX_CANDIDATES);
        }
        o->candidates[o->candidate_count++] = value;
    }
    if (o->wants[SOURCE_REUSE] && o->candidate_count == 0 && !o->blank) {
        return err_setf(err, RC_USAGE, "smb.reuse needs candidates, or blank");
    }
    return RC_OK;
}

bool options_fetches(const struct smb_options *o)
{
    return o->wants[SOURCE_SYSVOL] || o->wants[SOURCE_CACHE] || o->wants[SOURCE_EVENTLOG];
}

/* The logs that checks speak of ("%4" stands for the slash in a channel's name). */
static const char *const logs[] = {
    "Security.evtx",
    "System.evtx",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx",
    "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
    "ForwardedEvents.evtx",
};

const char *options_log(const struct smb_options *o, size_t n)
{
    return n < o->log_count ? task_get_nth(o->task, "file", n) : NULL;
}

static enum rc read_logs(const struct task *task, struct smb_options *o, struct err *err)
{
    bool is_wanted[ARRAY_LEN(logs)] = { false };
    const char *since = task_get(task, "since");
    uint32_t mebibytes = 0, room = 0;
    if (!o->wants[SOURCE_EVENTLOG]) {
        return RC_OK;
    }
    TRY(task_get_words(task, "file", logs, ARRAY_LEN(logs), is_wanted, &o->log_count, err));
    if (o->log_count == 0 || o->log_count > TASK_MAX_OUTBOXES) {
        return err_setf(err, RC_USAGE, "smb.event_log needs from 1 to %d parameters \"file\"",
                        TASK_MAX_OUTBOXES);
    }
    o->origin = task_get(task, "origin");
    if (!o->origin) {
        return err_setf(err, RC_USAGE, "smb.event_log needs an origin");
    }
    if (since && (!num_i64(since, strlen(since), &o->since) || o->since < 0)) {
        return err_setf(err, RC_USAGE, "since is \"%s\": give a filetime", since);
    }
    TRY(task_get_number(task, "log_mebibytes", 512, 1, EVENTLOG_MAX_MIB, &mebibytes, err));
    TRY(task_get_number(task, EVENTLOG_PARAMETER, 0, 0, 2 * EVENTLOG_MAX_MIB, &room, err));
    o->log_chunks = mebibytes * 16;
    return RC_OK;
}

static enum rc read_fetching(const struct task *task, struct smb_options *o, struct err *err)
{
    uint32_t megabytes = 0;
    size_t wanted = 0;
    o->domain_dns = task_get(task, "domain");
    for (int i = 0; i < SOURCE_COUNT; i++) {
        wanted += o->wants[i];
    }
    if (options_fetches(o) && wanted > 1) {
        return err_setf(err, RC_USAGE,
                        "policy.file, smb.cache and smb.event_log each need a task of their own");
    }
    if (o->wants[SOURCE_SYSVOL] &&
        (!o->domain_dns || !host_valid(o->domain_dns) || strpbrk(o->domain_dns, ":%") != NULL)) {
        return err_setf(err, RC_USAGE, "domain is \"%s\": give the DNS name of the domain",
                        o->domain_dns ? o->domain_dns : "");
    }
    if (options_fetches(o) && o->form == USER_OF_HOST && o->wants[SOURCE_SYSVOL]) {
        return err_setf(err, RC_USAGE, "SYSVOL is opened with an account of the domain");
    }
    TRY(flag(task, "probe", &o->probe, err));
    TRY(task_get_number(task, "max_files", 100000, 1, 1000000, &o->max_files, err));
    TRY(task_get_number(task, "max_mebibytes", FETCH_MAX_MIB, 1, FETCH_MAX_MIB, &megabytes, err));
    o->max_bytes = (uint64_t)megabytes << 20;
    return RC_OK;
}

enum rc options_from_task(const struct task *task, struct smb_options *ret, struct err *err)
{
    struct smb_options o = { .task = task };
    TRY(read_where(task, &o, err));
    TRY(read_who(task, &o, err));
    TRY(read_sources(task, &o, err));
    TRY(read_wishes(task, err));
    TRY(read_trials(task, &o, err));
    TRY(read_fetching(task, &o, err));
    TRY(read_logs(task, &o, err));
    TRY(flag(task, "is_controller", &o.is_controller, err));
    TRY(flag(task, "remote_registry", &o.remote_registry, err));
    TRY(flag(task, "smb1", &o.smb1, err));
    TRY(task_get_number(task, "connect_timeout_ms", 3000, 10, 600000, &o.connect_timeout_ms, err));
    TRY(task_get_number(task, "operation_timeout_s", 30, 1, 3600, &o.operation_timeout_s, err));
    uint32_t gate_s = task->gate_deadline_s ? task->gate_deadline_s : GATE_S;
    uint32_t most = gate_s * 2 / 3 > 0 ? gate_s * 2 / 3 : 1;
    o.logon_timeout_s = o.operation_timeout_s < most ? o.operation_timeout_s : most;
    TRY(task_get_number(task, "max_accounts", 20000, 1, 1000000, &o.max_accounts, err));
    const char *now = task_get(task, "now");
    if (now && !num_i64(now, strlen(now), &o.now)) {
        return err_setf(err, RC_USAGE, "now is \"%s\": give a filetime", now);
    }
    if (!now) {
        o.now = filetime_now();
    }
    *ret = o;
    return RC_OK;
}
