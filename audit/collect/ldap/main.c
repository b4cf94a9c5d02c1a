/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-ldap: reads a directory server and hands its entries to the decoder's mapping. Nothing but reads: bind, StartTLS,
 * who am I, search, abandon, unbind. */
#include <krb5.h>
#include <ldap.h>
#include <stdio.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/probe.h"
#include "audit/collect/ldap/session.h"

static struct ldap_options options;

static enum rc prepare(struct worker *w, const struct task *task, struct err *err)
{
    (void)w;
    TRY(options_from_task(task, &options, err));
    session_prepare(&options);
    return RC_OK;
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    struct collect c = { .o = &options,
                         .target = task->target && *task->target ? task->target : options.host,
                         .secret = worker_secret(w),
                         .worker = w,
                         .sink = worker_sink(w) };
    c.entries =
        entry_context_new(options.probe ? probe_sink() : c.sink, "ldap", c.target, options.now);
    if (!c.entries) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = collect_run(&c, err);
    entry_context_free(c.entries);
    return rc;
}

int main(int argc, char **argv)
{
    LDAPAPIInfo info = { .ldapai_info_version = LDAP_API_INFO_VERSION };
    char version[128] = KAGIMORI_VERSION;
    if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) == LDAP_OPT_SUCCESS) {
        (void)snprintf(version, sizeof(version), "%s, %s %d, MIT Kerberos", KAGIMORI_VERSION,
                       info.ldapai_vendor_name, info.ldapai_vendor_version);
        ldap_memfree(info.ldapai_vendor_name);
        ber_memvfree((void **)info.ldapai_extensions);
    }
    /* Directory, global catalogue, Kerberos, DNS, Kerberos password change (for expired passwords). */
    static const uint16_t ports[] = { 389, 636, 3268, 3269, 88, 53, 464, 0 };
    static const char *const port_parameters[] = { "port", NULL };
    const struct worker_role role = { .name = "kagimori-ldap",
                                      .version = version,
                                      .sandbox = WORKER_SANDBOX_COLLECTOR,
                                      .ports = ports,
                                      .port_parameters = port_parameters,
                                      .prepare = prepare,
                                      .run = run };
    return worker_main(argc, argv, &role);
}
