/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/kerberos.h"

#include <stdio.h>
#include <stdlib.h>

static char client[256] = "the ticket's owner";

const char *kerberos_client(void)
{
    return client;
}

enum rc kerberos_prepare(const struct smb_options *o, struct err *err)
{
    (void)err;
    if (o->auth == AUTH_KERBEROS && o->principal) {
        (void)snprintf(client, sizeof(client), "%s", o->principal);
    }
    return RC_OK;
}

/* "/run/keys/audit.keytab" → "FILE:/run/keys/audit.keytab"; a name with a kind of its own stays. */
static const char *with_kind(TALLOC_CTX *mem, const char *name)
{
    return name[0] == '/' ? talloc_asprintf(mem, "FILE:%s", name) : name;
}

enum rc kerberos_credentials(const struct smb_options *o, struct loadparm_context *lp,
                             struct cli_credentials *c, struct err *err)
{
    const char *why = NULL;
    int rc = 0;
    if (!cli_credentials_set_kerberos_state(c, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED)) {
        return err_setf(err, RC_BUG, "Samba does not take the wish for Kerberos");
    }
    if (o->keytab) {
        if (!cli_credentials_set_principal(c, o->principal, CRED_SPECIFIED)) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        rc = cli_credentials_set_keytab_name(c, lp, with_kind(c, o->keytab), CRED_SPECIFIED);
    } else {
        rc = cli_credentials_set_ccache(c, lp, with_kind(c, o->ccache), CRED_SPECIFIED, &why);
    }
    if (rc != 0) {
        (void)err_setf(
            err, RC_USAGE,
            "the %s cannot be read (%s): check the path, that this user may read it, and "
            "get a ticket with kinit",
            o->keytab ? "keytab" : "ticket cache", why ? why : strerror(rc));
        return err_at(err, "%s", o->keytab ? o->keytab : o->ccache);
    }
    char *name = o->keytab ? NULL : cli_credentials_get_principal(c, c);
    if (name) {
        (void)snprintf(client, sizeof(client), "%s", name);
    }
    return RC_OK;
}
