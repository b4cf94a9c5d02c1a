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

/* user@REALM taken apart: Samba's mechanism wants the realm by itself, and does not live without a user name. */
static bool set_principal(struct cli_credentials *c, const char *principal)
{
    const char *realm = strchr(principal, '@');
    char *user = realm ? talloc_strndup(c, principal, (size_t)(realm - principal)) : NULL;
    return user && cli_credentials_set_username(c, user, CRED_SPECIFIED) &&
           cli_credentials_set_realm(c, realm + 1, CRED_SPECIFIED) &&
           cli_credentials_set_principal(c, principal, CRED_SPECIFIED);
}

enum rc kerberos_credentials(const struct smb_options *o, struct loadparm_context *lp,
                             struct cli_credentials *c, struct err *err)
{
    const char *why = NULL;
    int rc = 0;
    if (!cli_credentials_set_kerberos_state(c, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED) ||
        (o->keytab && !set_principal(c, o->principal))) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (o->keytab) {
        rc = cli_credentials_set_keytab_name(c, lp, with_kind(c, o->keytab), CRED_SPECIFIED);
    } else {
        rc = cli_credentials_set_ccache(c, lp, with_kind(c, o->ccache), CRED_SPECIFIED, &why);
    }
    /* A cache that is not there, or empty, is no failure to Samba. */
    const char *user = rc == 0 ? cli_credentials_get_username(c) : NULL;
    if (!user || !*user) {
        (void)err_setf(err, RC_USAGE,
                       "the %s holds no ticket or key that can be used (%s): check the path, that "
                       "this user may read it, and get a ticket with kinit",
                       o->keytab ? "keytab" : "ticket cache",
                       why       ? why
                       : rc != 0 ? strerror(rc)
                                 : "not there, or empty");
        return err_at(err, "%s", o->keytab ? o->keytab : o->ccache);
    }
    char *name = o->keytab ? NULL : cli_credentials_get_principal(c, c);
    if (name) {
        (void)snprintf(client, sizeof(client), "%s", name);
    }
    return RC_OK;
}
