/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's credentials can log on from a password or a ticket cache, not from a key table. Its Kerberos (Heimdal) can, but has no
 * public header, and its symbols carry the version of the package: they are found by name. The functions are those of the common
 * Kerberos API; every type of it is a pointer here, but for the ticket, which gets more room than it takes. */
#include "audit/collect/smb/keytab.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "audit/collect/smb/samba.h"

#define TICKET_ROOM 4096

struct kerberos {
    int (*init_context)(void **context);
    void (*free_context)(void *context);
    int (*parse_name)(void *context, const char *name, void **principal);
    int (*kt_resolve)(void *context, const char *name, void **keytab);
    int (*get_init_creds_keytab)(void *context, void *ticket, void *client, void *keytab,
                                 long start, const char *service, void *options);
    int (*cc_resolve)(void *context, const char *name, void **cache);
    int (*cc_initialize)(void *context, void *cache, void *principal);
    int (*cc_store_cred)(void *context, void *cache, void *ticket);
};

static bool find(void *slot, const char *name)
{
    void *symbol = dlsym(RTLD_DEFAULT, name);
    memcpy(slot, &symbol, sizeof(symbol));
    return symbol != NULL;
}

static bool find_all(struct kerberos *k)
{
    return find(&k->init_context, "krb5_init_context") &&
           find(&k->free_context, "krb5_free_context") && find(&k->parse_name, "krb5_parse_name") &&
           find(&k->kt_resolve, "krb5_kt_resolve") &&
           find(&k->get_init_creds_keytab, "krb5_get_init_creds_keytab") &&
           find(&k->cc_resolve, "krb5_cc_resolve") &&
           find(&k->cc_initialize, "krb5_cc_initialize") &&
           find(&k->cc_store_cred, "krb5_cc_store_cred");
}

/* Error codes of the Kerberos table (RFC 4120 7.5.9 from -1765328384 on), what they mean to a host, and to the operator. */
static const struct {
    int code;
    uint32_t status;
    enum rc rc;
    const char *advice;
} faults[] = {
    { -1765328360, NTS_WRONG_PASSWORD, RC_DENIED,
      "the key in the keytab is not the account's: make a new keytab (its password was changed?)" },
    { -1765328378, NTS_NO_SUCH_USER, RC_DENIED,
      "the domain does not know this principal: check its spelling and realm" },
    { -1765328366, NTS_ACCOUNT_LOCKED_OUT, RC_DENIED,
      "the account is disabled, locked out or expired: ask the administrator to look at it" },
    { -1765328361, NTS_PASSWORD_EXPIRED, RC_DENIED,
      "the account's password has expired or must be changed: set a new one" },
    { -1765328347, 0xc0000133U, RC_DENIED,
      "this machine's clock and the domain controller's differ by more than 5 minutes: set the "
      "clock (NTP)" },
    { -1765328228, 0xc000005eU, RC_UNREACHABLE,
      "no domain controller of the realm answers on port 88: check krb5.conf, DNS and firewalls" },
    { -1765328230, 0xc000005eU, RC_UNREACHABLE,
      "no domain controller of the realm is known: check the realm, DNS and krb5.conf" },
    { -1765328203, 0xc0000001U, RC_USAGE, "the keytab has no key of this principal: check both" },
};

static enum rc fail(const struct smb_options *o, int code, uint32_t *ret_status, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (faults[i].code == code) {
            *ret_status = faults[i].status;
            (void)err_setf(err, faults[i].rc, "logging on as %.160s: %s", o->principal,
                           faults[i].advice);
            return err_at(err, "%s", o->host);
        }
    }
    (void)err_setf(err, code > 0 ? RC_USAGE : RC_DENIED,
                   "logging on as %.160s with the keytab failed (%s %d): check the path, the "
                   "principal and krb5.conf",
                   o->principal, code > 0 ? strerror(code) : "Kerberos error", code);
    return err_at(err, "%s", o->host);
}

enum rc keytab_ticket(const struct smb_options *o, uint32_t *ret_status, struct err *err)
{
    struct kerberos k;
    void *context = NULL, *client = NULL, *keytab = NULL, *cache = NULL;
    static _Alignas(16) unsigned char ticket[TICKET_ROOM];
    char name[1024];
    if (!find_all(&k)) {
        return err_setf(err, RC_UNSUPPORTED,
                        "this Samba library cannot use a keytab: make a ticket first (kinit -k -t) "
                        "and give its ccache");
    }
    (void)snprintf(name, sizeof(name), "%s%s", o->keytab[0] == '/' ? "FILE:" : "", o->keytab);
    int code = k.init_context(&context);
    if (code != 0) {
        return fail(o, code, ret_status, err);
    }
    code = k.parse_name(context, o->principal, &client);
    code = code != 0 ? code : k.kt_resolve(context, name, &keytab);
    code =
        code != 0 ? code : k.get_init_creds_keytab(context, ticket, client, keytab, 0, NULL, NULL);
    code = code != 0 ? code : k.cc_resolve(context, KEYTAB_CCACHE, &cache);
    code = code != 0 ? code : k.cc_initialize(context, cache, client);
    code = code != 0 ? code : k.cc_store_cred(context, cache, ticket);
    explicit_bzero(ticket, sizeof(ticket));
    /* The cache lives as long as something of it is open: the process is short, the context stays. */
    return code == 0 ? RC_OK : fail(o, code, ret_status, err);
}
