/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/kerberos.h"

#include <sys/mman.h>

#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/collect/ldap/fault.h"

#define MEMORY_CCACHE "MEMORY:kagimori"
#define MEMORY_KEYTAB "MEMORY:kagimori"

static struct {
    krb5_context context;
    krb5_principal client;
    krb5_ccache ccache;
    krb5_keytab keytab;
    char name[256];
    bool have_ticket;
} krb;

const char *kerberos_client(void)
{
    return krb.name;
}

static enum rc fail(const struct ldap_options *o, const char *what, krb5_error_code code,
                    struct err *err)
{
    const char *text = krb.context ? krb5_get_error_message(krb.context, code) : NULL;
    enum rc rc = fault_kerberos(o, what, (int32_t)code, text, err);
    if (text) {
        krb5_free_error_message(krb.context, text);
    }
    return rc;
}

/* The domain controller that is asked is a KDC of its domain too, so Kerberos works on a machine without krb5.conf: the
 * operator's configuration comes first, ours fills what it leaves open. No reverse DNS: it is not trustworthy. */
static void add_configuration(const struct ldap_options *o)
{
    const char *realm = o->principal ? strrchr(o->principal, '@') : NULL;
    const char *before = getenv("KRB5_CONFIG");
    char text[1024], path[1024];
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    int n = snprintf(text, sizeof(text),
                     "[libdefaults]\n rdns = false\n dns_canonicalize_hostname = false\n"
                     " udp_preference_limit = 1\n");
    if (realm && realm[1] && strspn(realm + 1, allowed) == strlen(realm + 1) && n > 0) {
        const char *kdc = o->address ? o->address : o->host;
        bool v6 = strchr(kdc, ':') != NULL;
        n += snprintf(text + n, sizeof(text) - (size_t)n,
                      " default_realm = %s\n[realms]\n %s = {\n  kdc = %s%s%s\n }\n", realm + 1,
                      realm + 1, v6 ? "[" : "", kdc, v6 ? "]" : "");
    }
    if (n <= 0 || (size_t)n >= sizeof(text)) {
        return;
    }
    int fd = memfd_create("krb5.conf", 0);
    if (fd < 0 || write(fd, text, (size_t)n) != n) {
        return; /* the operator's configuration alone */
    }
    n = snprintf(path, sizeof(path), "%s:/proc/self/fd/%d",
                 before && *before ? before : "/etc/krb5.conf", fd);
    if (n > 0 && (size_t)n < sizeof(path)) {
        (void)setenv("KRB5_CONFIG", path, 1);
    }
}

/* Copies one key table into memory. */
static enum rc load_keytab(const struct ldap_options *o, struct err *err)
{
    krb5_keytab file = NULL;
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    krb5_error_code code = krb5_parse_name(krb.context, o->principal, &krb.client);
    if (code != 0) {
        (void)fail(o, "reading the principal", code, err);
        return err->rc = RC_USAGE;
    }
    code = krb5_kt_resolve(krb.context, o->keytab, &file);
    if (code == 0) {
        code = krb5_kt_resolve(krb.context, MEMORY_KEYTAB, &krb.keytab);
    }
    if (code == 0) {
        code = krb5_kt_start_seq_get(krb.context, file, &cursor);
    }
    if (code == 0) {
        while ((code = krb5_kt_next_entry(krb.context, file, &entry, &cursor)) == 0) {
            (void)krb5_kt_add_entry(krb.context, krb.keytab, &entry);
            (void)krb5_free_keytab_entry_contents(krb.context, &entry);
        }
        code = code == KRB5_KT_END ? 0 : code;
        (void)krb5_kt_end_seq_get(krb.context, file, &cursor);
    }
    if (file) {
        (void)krb5_kt_close(krb.context, file);
    }
    if (code == 0) {
        code = krb5_kt_get_entry(krb.context, krb.keytab, krb.client, 0, 0, &entry);
        if (code == 0) {
            (void)krb5_free_keytab_entry_contents(krb.context, &entry);
        }
    }
    if (code == 0) {
        code = krb5_cc_initialize(krb.context, krb.ccache, krb.client);
    }
    if (code != 0) {
        (void)fail(o, "reading the keytab", code, err);
        err->rc = RC_USAGE; /* no server has been asked yet */
        return err_at(err, "%s", o->keytab);
    }
    return RC_OK;
}

/* Copies one credential cache into memory. */
static enum rc load_ccache(const struct ldap_options *o, struct err *err)
{
    krb5_ccache file = NULL;
    krb5_error_code code = krb5_cc_resolve(krb.context, o->ccache, &file);
    if (code == 0) {
        code = krb5_cc_get_principal(krb.context, file, &krb.client);
    }
    if (code == 0) {
        code = krb5_cc_initialize(krb.context, krb.ccache, krb.client);
    }
    if (code == 0) {
        code = krb5_cc_copy_creds(krb.context, file, krb.ccache);
    }
    if (file) {
        (void)krb5_cc_close(krb.context, file);
    }
    if (code != 0) {
        (void)fail(o, "reading the ticket cache", code, err);
        err->rc = RC_USAGE;
        return err_at(err, "%s", o->ccache);
    }
    return RC_OK;
}

enum rc kerberos_prepare(const struct ldap_options *o, struct err *err)
{
    char *name = NULL;
    add_configuration(o);
    (void)setenv("KRB5CCNAME", MEMORY_CCACHE, 1);
    krb5_error_code code = krb5_init_context(&krb.context);
    if (code != 0) {
        krb.context = NULL;
        return err_setf(err, RC_USAGE,
                        "Kerberos does not start (error %d): check krb5.conf on this machine",
                        (int)code);
    }
    code = krb5_cc_resolve(krb.context, MEMORY_CCACHE, &krb.ccache);
    if (code != 0) {
        return fail(o, "starting Kerberos", code, err);
    }
    TRY(o->keytab ? load_keytab(o, err) : load_ccache(o, err));
    if (krb5_unparse_name(krb.context, krb.client, &name) == 0) {
        (void)snprintf(krb.name, sizeof(krb.name), "%s", name);
        krb5_free_unparsed_name(krb.context, name);
    }
    return RC_OK;
}

static krb5_error_code initial_ticket(void)
{
    krb5_creds creds = { 0 };
    krb5_error_code code =
        krb5_get_init_creds_keytab(krb.context, &creds, krb.client, krb.keytab, 0, NULL, NULL);
    if (code == 0) {
        code = krb5_cc_store_cred(krb.context, krb.ccache, &creds);
        krb5_free_cred_contents(krb.context, &creds);
    }
    return code;
}

static krb5_error_code service_ticket(const char *host)
{
    krb5_creds wanted = { 0 }, *got = NULL;
    krb5_error_code code =
        krb5_sname_to_principal(krb.context, host, "ldap", KRB5_NT_SRV_HST, &wanted.server);
    if (code == 0) {
        wanted.client = krb.client;
        code = krb5_get_credentials(krb.context, 0, krb.ccache, &wanted, &got);
        krb5_free_principal(krb.context, wanted.server);
    }
    if (code == 0) {
        krb5_free_creds(krb.context, got);
    }
    return code;
}

enum rc kerberos_tickets(const struct ldap_options *o, struct err *err)
{
    krb5_error_code code = 0;
    char what[400];
    if (o->keytab && !krb.have_ticket) {
        code = initial_ticket();
        if (code != 0) {
            (void)snprintf(what, sizeof(what), "logging on as %s", krb.name);
            return fail(o, what, code, err);
        }
        krb.have_ticket = true;
    }
    code = service_ticket(o->host);
    if (code != 0) {
        (void)snprintf(what, sizeof(what), "getting a ticket for ldap/%s", o->host);
        return fail(o, what, code, err);
    }
    return RC_OK;
}
