/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/bind.h"

#include <gssapi/gssapi.h>
#include <sasl/sasl.h>
#include <string.h>

#include "audit/collect/ldap/fault.h"
#include "audit/collect/ldap/kerberos.h"

/* A sealed connection: anything below is signing only or nothing. */
#define SSF_SEALED 56

enum rc bind_prepare(const struct ldap_options *o, struct err *err)
{
    LDAP *ld = NULL;
    OM_uint32 minor = 0;
    gss_OID_set mechanisms = GSS_C_NO_OID_SET;
    if (o->bind != BIND_GSSAPI) {
        return RC_OK;
    }
    TRY(kerberos_prepare(o, err));
    /* The first handle makes libldap load the SASL plug-ins; asking for mechanisms makes GSSAPI load its own. */
    if (ldap_create(&ld) == LDAP_SUCCESS) {
        (void)ldap_unbind_ext(ld, NULL, NULL);
    }
    (void)gss_indicate_mechs(&minor, &mechanisms);
    (void)gss_release_oid_set(&minor, &mechanisms);
    return RC_OK;
}

static enum rc bind_simple(struct session *s, const struct secret *secret, struct err *err)
{
    struct berval password = { 0 };
    LDAPMessage *answer = NULL;
    int msgid = 0, code = 0;
    char *text = NULL;
    if (!secret || secret_size(secret) == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the password of %s is empty: a server would take that as an anonymous "
                       "bind; put the password into the credential file",
                       s->o->bind_dn);
        return err_at(err, "%s", s->o->host);
    }
    password.bv_len = secret_size(secret);
    memcpy(&password.bv_val, &(const char *){ secret_bytes(secret) }, sizeof(char *));
    int result =
        ldap_sasl_bind(s->ld, s->o->bind_dn, LDAP_SASL_SIMPLE, &password, NULL, NULL, &msgid);
    if (result == LDAP_SUCCESS &&
        session_wait(s, msgid, LDAP_MSG_ALL, s->o->network_timeout_s, &answer, &result) != 0) {
        result = ldap_parse_result(s->ld, answer, &code, NULL, &text, NULL, NULL, 1);
        result = result == LDAP_SUCCESS ? code : result;
    }
    enum rc rc =
        result == LDAP_SUCCESS ? RC_OK : fault_bind(s->o, s->o->bind_dn, result, text, err);
    s->refusal = fault_gate(result, text);
    ldap_memfree(text);
    return rc;
}

/* Nothing is asked of the operator: Kerberos has all it needs. */
static int no_questions(LDAP *ld, unsigned flags, void *defaults, void *interact)
{
    (void)ld;
    (void)flags;
    (void)defaults;
    for (sasl_interact_t *i = interact; i && i->id != SASL_CB_LIST_END; i++) {
        i->result = "";
        i->len = 0;
    }
    return LDAP_SUCCESS;
}

/* The rounds of a SASL bind; the last libldap result. */
static int rounds(struct session *s)
{
    LDAPMessage *answer = NULL;
    const char *mechanism = NULL;
    int result = LDAP_SASL_BIND_IN_PROGRESS;
    for (int i = 0; i < 16 && result == LDAP_SASL_BIND_IN_PROGRESS; i++) {
        int msgid = 0;
        result = ldap_sasl_interactive_bind(s->ld, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET,
                                            no_questions, NULL, answer, &mechanism, &msgid);
        ldap_msgfree(answer);
        answer = NULL;
        int failure = 0;
        if (result == LDAP_SASL_BIND_IN_PROGRESS &&
            session_wait(s, msgid, LDAP_MSG_ALL, s->o->network_timeout_s, &answer, &failure) == 0) {
            return failure;
        }
    }
    ldap_msgfree(answer);
    return result;
}

static enum rc bind_gssapi(struct session *s, struct err *err)
{
    bool sealed = s->o->transport == TRANSPORT_GSSAPI;
    const char *properties =
        sealed ? "noanonymous,noplain,minssf=56" : "noanonymous,noplain,maxssf=0";
    char *text = NULL;
    ber_len_t ssf = 0;
    enum rc rc = kerberos_tickets(s->o, err);
    if (rc != RC_OK) {
        /* A ticket of a cache was given before: no key is tried. */
        s->refusal = rc == RC_DENIED && s->o->keytab ? WORKER_GATE_REFUSED : WORKER_GATE_OTHER;
        return rc;
    }
    if (ldap_set_option(s->ld, LDAP_OPT_X_SASL_SECPROPS, properties) != LDAP_OPT_SUCCESS) {
        return err_setf(err, RC_UNSUPPORTED, "this machine's libldap has no SASL support");
    }
    int result = rounds(s);
    if (result != LDAP_SUCCESS) {
        (void)ldap_get_option(s->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
        rc = fault_bind(s->o, kerberos_client(), result, text, err);
        ldap_memfree(text);
        return rc;
    }
    (void)ldap_get_option(s->ld, LDAP_OPT_X_SASL_SSF, &ssf);
    s->ssf = (unsigned)ssf;
    if (sealed && ssf < SSF_SEALED) {
        (void)err_setf(
            err, RC_UNTRUSTED,
            "the server did not agree to encrypt (SASL strength %u): use transport ldaps", s->ssf);
        return err_at(err, "%s", s->o->host);
    }
    return RC_OK;
}

static enum rc bind_once(struct session *s, const struct secret *secret, struct err *err)
{
    return s->o->bind == BIND_SIMPLE ? bind_simple(s, secret, err) : bind_gssapi(s, err);
}

enum rc bind_session(struct session *s, const struct secret *secret, struct err *err)
{
    struct err gate = { .rc = RC_OK };
    if (!s->worker || s->o->has_own_account) {
        return bind_once(s, secret, err);
    }
    enum rc rc = worker_gate_enter(s->worker, WORKER_GATE_LOGON, err);
    if (rc != RC_OK) {
        s->is_turned_away = rc == RC_LIMIT;
        return rc;
    }
    s->refusal = WORKER_GATE_OTHER;
    rc = bind_once(s, secret, err);
    if (worker_gate_leave(s->worker, WORKER_GATE_LOGON, rc == RC_OK ? WORKER_GATE_OK : s->refusal,
                          &gate) != RC_OK) {
        *err = gate;
        return gate.rc;
    }
    return rc;
}
