/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/ldap.h"

#include <string.h>

#include "audit/collect/net/der.h"
#include "audit/collect/net/text.h"

#define MESSAGE_MAX   65536U
#define BIND_REQUEST  DER_APPLIED(0)
#define BIND_RESPONSE DER_APPLIED(1)
#define EXTENDED      0x78 /* [APPLICATION 24]: a notice of disconnection */

size_t ldapmsg_frame(const uint8_t *p, size_t n)
{
    return der_frame(p, n, DER_SEQUENCE, MESSAGE_MAX);
}

static void put_bind(struct wr *w, uint32_t number, const char *name, const struct wr *credentials)
{
    struct wr op AUTO(wr_done), message AUTO(wr_done);
    wr_init(&op, MESSAGE_MAX);
    wr_init(&message, MESSAGE_MAX);
    der_put_number(&op, DER_INTEGER, 3);
    der_put(&op, DER_OCTETS, name, strlen(name));
    wr_bytes(&op, credentials->data, credentials->size);
    der_wrap(&op, BIND_REQUEST);
    der_put_number(&message, DER_INTEGER, number);
    wr_bytes(&message, op.data, op.size);
    der_wrap(&message, DER_SEQUENCE);
    wr_bytes(w, message.data, message.size);
    w->bad = w->bad || op.bad || message.bad || credentials->bad;
}

void ldapmsg_put_simple(struct wr *w, uint32_t number, const char *name, const char *password)
{
    struct wr credentials AUTO(wr_done);
    wr_init(&credentials, MESSAGE_MAX);
    der_put(&credentials, 0x80, password, strlen(password));
    put_bind(w, number, name, &credentials);
}

void ldapmsg_put_sasl(struct wr *w, uint32_t number, const void *token, size_t n)
{
    static const char mechanism[] = "GSS-SPNEGO";
    struct wr credentials AUTO(wr_done);
    wr_init(&credentials, MESSAGE_MAX);
    der_put(&credentials, DER_OCTETS, mechanism, strlen(mechanism));
    der_put(&credentials, DER_OCTETS, token, n);
    der_wrap(&credentials, DER_CONTEXT(3));
    put_bind(w, number, "", &credentials);
}

enum rc ldapmsg_bind_parse(struct rd r, struct ldapmsg_bind *ret, struct err *err)
{
    struct ldapmsg_bind b = { 0 };
    struct rd message = der_enter(&r, DER_SEQUENCE);
    (void)der_number(&message, DER_INTEGER);
    if (der_at(&message, EXTENDED)) {
        return err_setf(err, RC_UNREACHABLE, "the directory server ended the connection");
    }
    struct rd op = der_enter(&message, BIND_RESPONSE);
    b.result = der_number(&op, DER_ENUMERATED);
    (void)der_enter(&op, DER_OCTETS); /* matchedDN */
    struct rd text = der_enter(&op, DER_OCTETS);
    size_t n = rd_left(&text);
    if (op.bad || message.bad || text.bad) {
        return err_setf(err, RC_MALFORMED, "the answer is not an LDAP BindResponse");
    }
    (void)text_clean(b.diagnostic, sizeof(b.diagnostic), rd_bytes(&text, n), n);
    b.credentials = rd_from(NULL, 0);
    for (int i = 0; i < 4 && !op.bad && rd_left(&op) > 0; i++) {
        if (der_at(&op, 0x87)) {
            b.credentials = der_enter(&op, 0x87);
        } else {
            der_skip(&op); /* referrals */
        }
    }
    if (op.bad) {
        return err_setf(err, RC_MALFORMED, "the answer is not an LDAP BindResponse");
    }
    *ret = b;
    return RC_OK;
}

enum ldapmsg_answer ldapmsg_requires_signing(const struct ldapmsg_bind *b)
{
    switch (b->result) {
    case LDAPMSG_STRONGER:
        return LDAPMSG_YES;
    /* These judge the name or the password, so the connection was good enough to get that far: noSuchObject, invalidDNSyntax,
     * inappropriateAuthentication, invalidCredentials. */
    case 32:
    case 34:
    case 48:
    case LDAPMSG_BAD_CREDENTIALS:
        return LDAPMSG_NO;
    default:
        return LDAPMSG_UNTOLD;
    }
}

/* "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e, v4563" */
static bool has_data(const char *diagnostic, const char *code)
{
    static const char word[] = "data ";
    for (const char *p = strstr(diagnostic, word); p; p = strstr(p + 1, word)) {
        const char *at = p + strlen(word);
        if (strncmp(at, code, strlen(code)) == 0 &&
            strspn(at, "0123456789abcdefABCDEF") == strlen(code)) {
            return true;
        }
    }
    return false;
}

enum ldapmsg_answer ldapmsg_requires_binding(const struct ldapmsg_bind *b)
{
    if (b->result == LDAPMSG_BAD_CREDENTIALS) {
        if (has_data(b->diagnostic, "80090346")) { /* SEC_E_BAD_BINDINGS */
            return LDAPMSG_YES;
        }
        /* The binding is looked at before the name; a server that judges the name or the password has let it pass. Codes other
         * than "wrong password" and "no such user" may come from before that. */
        return has_data(b->diagnostic, "52e") || has_data(b->diagnostic, "525") ? LDAPMSG_NO
                                                                                : LDAPMSG_UNTOLD;
    }
    return LDAPMSG_UNTOLD;
}
