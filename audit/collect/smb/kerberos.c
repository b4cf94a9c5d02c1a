/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/kerberos.h"

#include <stdio.h>
#include <string.h>

#include "audit/collect/smb/keytab.h"

static char client[256] = "the ticket's owner";

const char *kerberos_client(void)
{
    return client;
}

/* "/tmp/krb5cc_0" → "FILE:/tmp/krb5cc_0"; a name with a kind of its own stays. */
static const char *with_kind(TALLOC_CTX *mem, const char *name)
{
    return name[0] == '/' ? talloc_asprintf(mem, "FILE:%s", name) : name;
}

enum rc kerberos_credentials(const struct smb_options *o, struct loadparm_context *lp,
                             struct cli_credentials *c, uint32_t *ret_status, struct err *err)
{
    const char *why = NULL;
    if (o->keytab) {
        (void)snprintf(client, sizeof(client), "%s", o->principal);
        TRY(keytab_ticket(o, ret_status, err));
    }
    const char *cache = o->keytab ? KEYTAB_CCACHE : with_kind(c, o->ccache);
    if (!cache ||
        !cli_credentials_set_kerberos_state(c, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    int rc = cli_credentials_set_ccache(c, lp, cache, CRED_SPECIFIED, &why);
    /* A cache that is not there, or empty, is no failure to Samba, which then dies of the missing name. */
    const char *name = rc == 0 ? cli_credentials_get_principal(c, c) : NULL;
    if (!name || !strchr(name, '@') || name[0] == '@') {
        (void)err_setf(
            err, RC_USAGE,
            "the ticket cache holds no ticket that can be used (%s): check the path, that "
            "this user may read it, and get a ticket with kinit",
            why       ? why
            : rc != 0 ? strerror(rc)
                      : "not there, or empty");
        return err_at(err, "%s", cache);
    }
    (void)snprintf(client, sizeof(client), "%s", name);
    return RC_OK;
}
