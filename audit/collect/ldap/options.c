/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/options.h"

#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"

/* Objects of a search that a probe looks at. */
#define PROBE_PAGE 50

static const char *const names[] = {
#define LDAP_SOURCE_NAME(name, word) word,
    LDAP_SOURCES(LDAP_SOURCE_NAME)
#undef LDAP_SOURCE_NAME
};

const char *source_name(enum ldap_source source)
{
    return names[source];
}

bool options_host_valid(const char *host)
{
    size_t n = strlen(host);
    if (n == 0 || n > 253 || host[0] == '-' || host[0] == '.') {
        return false;
    }
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:%";
    return strspn(host, allowed) == n;
}

bool options_uri(const struct ldap_options *o, char *buf, size_t size)
{
    bool v6 = strchr(o->host, ':') != NULL;
    int n =
        snprintf(buf, size, "%s://%s%s%s:%u", o->transport == TRANSPORT_LDAPS ? "ldaps" : "ldap",
                 v6 ? "[" : "", o->host, v6 ? "]" : "", (unsigned)o->port);
    return n > 0 && (size_t)n < size;
}

/* One parameter that is a word of a list; *ret is its position. */
static enum rc word(const struct task *task, const char *key, const char *const *words,
                    size_t count, size_t missing, size_t *ret, struct err *err)
{
    const char *text = task_get(task, key);
    *ret = missing;
    if (!text) {
        return RC_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret = i;
            return RC_OK;
        }
    }
    return err_setf(err, RC_USAGE, "%s is \"%s\": unknown word (the collector's README lists them)",
                    key, text);
}

static enum rc read_where(const struct task *task, struct ldap_options *o, struct err *err)
{
    static const char *const transports[] = { "ldaps", "starttls", "gssapi" };
    static const char *const versions[] = { "1.2", "1.3", "1.0", "1.1" };
    static const int version_numbers[] = { LDAP_OPT_X_TLS_PROTOCOL_TLS1_2,
                                           LDAP_OPT_X_TLS_PROTOCOL_TLS1_3,
                                           LDAP_OPT_X_TLS_PROTOCOL_TLS1_0,
                                           LDAP_OPT_X_TLS_PROTOCOL_TLS1_1 };
    size_t at = 0;
    o->host = task_get(task, "host");
    o->address = task_get(task, "address");
    if (!o->host || !options_host_valid(o->host)) {
        return err_setf(err, RC_USAGE, "host is \"%s\": give the name of a domain controller",
                        o->host ? o->host : "");
    }
    if (strcasecmp(o->host, "localhost") == 0) {
        return err_setf(
            err, RC_USAGE,
            "host is \"localhost\", which libldap takes for this machine's own name: give "
            "the server's full name as host and 127.0.0.1 as address");
    }
    if (o->address && !options_host_valid(o->address)) {
        return err_setf(err, RC_USAGE, "address is \"%s\": give an IP address or a name",
                        o->address);
    }
    TRY(word(task, "transport", transports, ARRAY_LEN(transports), 0, &at, err));
    o->transport = (enum ldap_transport)at;
    TRY(word(task, "tls_min", versions, ARRAY_LEN(versions), 0, &at, err));
    o->tls_min = version_numbers[at];
    uint32_t port = 0;
    TRY(task_get_number(task, "port", o->transport == TRANSPORT_LDAPS ? 636 : 389, 1, 65535, &port,
                        err));
    o->port = (uint16_t)port;
    o->ca_file = task_get(task, "ca_file");
    return RC_OK;
}

static enum rc read_who(const struct task *task, struct ldap_options *o, struct err *err)
{
    static const char *const methods[] = { "simple", "gssapi" }, *const gates[] = { "logon",
                                                                                    "none" };
    size_t at = 0;
    TRY(word(task, "bind", methods, ARRAY_LEN(methods), 0, &at, err));
    o->bind = (enum ldap_bind_method)at;
    o->bind_dn = task_get(task, "bind_dn");
    o->principal = task_get(task, "principal");
    o->ccache = task_get(task, "ccache");
    o->keytab = task_get(task, "keytab");
    TRY(word(task, "gate", gates, ARRAY_LEN(gates), 0, &at, err));
    o->has_own_account = at == 1;
    if (o->bind == BIND_SIMPLE) {
        if (o->transport == TRANSPORT_GSSAPI) {
            return err_setf(err, RC_USAGE,
                            "a simple bind would send the password in clear text: use transport "
                            "ldaps or starttls, or bind gssapi");
        }
        if (!o->bind_dn || !*o->bind_dn) {
            return err_setf(err, RC_USAGE, "bind_dn is missing: give user@domain or a DN");
        }
        return RC_OK;
    }
    if ((o->ccache != NULL) == (o->keytab != NULL)) {
        return err_setf(err, RC_USAGE, "bind gssapi needs either a ccache or a keytab");
    }
    if (o->keytab && !o->principal) {
        return err_setf(err, RC_USAGE, "a keytab needs the principal whose key is to be used");
    }
    return RC_OK;
}

static enum rc read_sources(const struct task *task, struct ldap_options *o, struct err *err)
{
    size_t given = 0;
    TRY(task_get_words(task, "source", names, SOURCE_COUNT, o->wants, &given, err));
    if (given == 0 && !o->probe) {
        return err_setf(err, RC_USAGE, "no source is asked for");
    }
    for (size_t s = 0; s < SOURCE_COUNT && given == 0; s++) {
        /* A probe looks at all that Active Directory has. */
        o->wants[s] = s < SOURCE_ACCESSLOG; /* what only others have comes last */
    }
    return RC_OK;
}

static enum rc read_openldap(const struct task *task, struct ldap_options *o, struct err *err)
{
    uint32_t log = 0;
    o->base = task_get(task, "base");
    o->accesslog = task_get(task, "accesslog");
    o->origin = task_get(task, "origin");
    TRY(task_get_number(task, "log", 0, 1, UINT32_MAX, &log, err));
    o->log = log;
    if (o->wants[SOURCE_ACCESSLOG] && !o->probe && (o->log == 0 || !o->origin)) {
        return err_setf(err, RC_USAGE,
                        "the source ldap.accesslog needs log and origin: the number and the place "
                        "that its log has in the evidence");
    }
    return RC_OK;
}

enum rc options_from_task(const struct task *task, struct ldap_options *ret, struct err *err)
{
    static const char *const no_yes[] = { "0", "1" };
    struct ldap_options o = { 0 };
    size_t at = 0;
    uint32_t max_objects = 0;
    TRY(read_where(task, &o, err));
    TRY(read_who(task, &o, err));
    TRY(word(task, "probe", no_yes, ARRAY_LEN(no_yes), 0, &at, err));
    o.probe = at == 1;
    TRY(read_sources(task, &o, err));
    TRY(read_openldap(task, &o, err));
    TRY(task_get_number(task, "page_size", o.probe ? PROBE_PAGE : 1000, 1, 5000, &o.page_size,
                        err));
    TRY(task_get_number(task, "network_timeout_s", 10, 1, 600, &o.network_timeout_s, err));
    TRY(task_get_number(task, "operation_timeout_s", 60, 1, 3600, &o.operation_timeout_s, err));
    TRY(task_get_number(task, "retries", 2, 0, 10, &o.retries, err));
    TRY(task_get_number(task, "max_objects", 5000000, 1, UINT32_MAX, &max_objects, err));
    o.max_objects = max_objects;
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
