/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/directory_task.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static enum rc add_number(struct task *t, const char *key, int64_t value, struct arena *a,
                          struct err *err)
{
    const char *text = arena_printf(a, "%" PRId64, value);
    return text ? task_add(t, key, text, err) : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc add_text(struct task *t, const char *key, const char *value, struct err *err)
{
    return value ? task_add(t, key, value, err) : RC_OK;
}

enum rc directory_task(const struct site *site, const struct site_server *server,
                       const struct secret *secret, filetime now, struct arena *a, struct task *ret,
                       struct err *err)
{
    *ret = (struct task){
        .role = "kagimori-ldap",
        .target = server->host,
        .secret = secret,
        .artifact = -1,
        .deadline_s = site->task_deadline_s,
        /* The bind alone, but with Kerberos several answers. */
        .gate_deadline_s = site->network_timeout_s * 3 + 15,
        /* One page may take its whole time twice (a retry of a read) before silence means death. */
        .silence_s = site->operation_timeout_s * 2 + site->network_timeout_s + 5
    };
    TRY(add_text(ret, "host", server->host, err));
    TRY(add_text(ret, "address", server->address, err));
    TRY(add_number(ret, "port", site_port(site, server), a, err));
    TRY(add_text(ret, "transport", site_transport_word(site->transport), err));
    TRY(add_text(ret, "ca_file", site->ca_file, err));
    TRY(add_text(ret, "bind", site->bind == SITE_SIMPLE ? "simple" : "gssapi", err));
    TRY(add_text(ret, "bind_dn", site->user, err));
    TRY(add_text(ret, "principal", site->principal, err));
    TRY(add_text(ret, "ccache", site->ccache, err));
    TRY(add_text(ret, "keytab", site->keytab, err));
    TRY(add_number(ret, "page_size", site->page_size, a, err));
    TRY(add_number(ret, "network_timeout_s", site->network_timeout_s, a, err));
    TRY(add_number(ret, "operation_timeout_s", site->operation_timeout_s, a, err));
    return add_number(ret, "now", now, a, err);
}

enum rc directory_task_source(struct task *t, const char *source, struct err *err)
{
    return task_add(t, "source", source, err);
}

/* The ticket cache that kinit writes to when nothing else is said, which the directory's login uses by itself. */
static const char *default_cache(struct arena *a)
{
    const char *named = getenv("KRB5CCNAME");
    return named && *named ? named : arena_printf(a, "/tmp/krb5cc_%u", (unsigned)getuid());
}

enum rc directory_task_logon(struct task *t, const struct site *site, struct arena *a,
                             struct err *err)
{
    bool is_kerberos = site->bind == SITE_KERBEROS;
    const char *ccache = site->ccache || site->keytab ? site->ccache : default_cache(a);
    TRY(task_add(t, "auth", is_kerberos ? "kerberos" : "ntlm", err));
    if (!is_kerberos) {
        return add_text(t, "user", site->user, err);
    }
    TRY(add_text(t, "principal", site->principal, err));
    TRY(add_text(t, "keytab", site->keytab, err));
    return add_text(t, "ccache", ccache, err);
}
