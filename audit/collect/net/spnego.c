/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/spnego.h"

#include <stdio.h>
#include <string.h>

#include "audit/collect/net/der.h"

#define TOKEN_MAX      8192U
#define MECHANISMS_MAX 32

static const uint8_t oid_spnego[] = { 0x2b, 6, 1, 5, 5, 2 };
static const uint8_t oid_ntlm[] = { 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10 };
static const uint8_t oid_krb5[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2 };
static const uint8_t oid_ms_krb5[] = { 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2 };
static const uint8_t oid_negoex[] = { 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30 };
static const uint8_t oid_iakerb[] = { 0x2b, 6, 1, 5, 2, 5 };
static const uint8_t oid_pku2u[] = { 0x2b, 6, 1, 5, 2, 7 };

static const struct {
    const uint8_t *oid;
    size_t size;
    const char *name;
} mechanisms[] = {
    { oid_krb5, sizeof(oid_krb5), "kerberos" },   { oid_ms_krb5, sizeof(oid_ms_krb5), "kerberos" },
    { oid_ntlm, sizeof(oid_ntlm), "ntlm" },       { oid_negoex, sizeof(oid_negoex), "negoex" },
    { oid_iakerb, sizeof(oid_iakerb), "iakerb" }, { oid_pku2u, sizeof(oid_pku2u), "pku2u" },
};

static const char *mechanism_name(const uint8_t *oid, size_t size)
{
    for (size_t i = 0; oid && i < ARRAY_LEN(mechanisms); i++) {
        if (size == mechanisms[i].size && memcmp(oid, mechanisms[i].oid, size) == 0) {
            return mechanisms[i].name;
        }
    }
    return "other";
}

void spnego_put_init(struct wr *w, const void *ntlm, size_t n)
{
    struct wr list AUTO(wr_done), token AUTO(wr_done), all AUTO(wr_done);
    wr_init(&list, TOKEN_MAX);
    wr_init(&token, TOKEN_MAX);
    wr_init(&all, TOKEN_MAX);
    der_put(&list, DER_OID, oid_ntlm, sizeof(oid_ntlm));
    der_wrap(&list, DER_SEQUENCE);
    der_wrap(&list, DER_CONTEXT(0));
    der_put(&token, DER_OCTETS, ntlm, n);
    der_wrap(&token, DER_CONTEXT(2));
    wr_bytes(&list, token.data, token.size);
    der_wrap(&list, DER_SEQUENCE);
    der_wrap(&list, DER_CONTEXT(0));
    der_put(&all, DER_OID, oid_spnego, sizeof(oid_spnego));
    wr_bytes(&all, list.data, list.size);
    der_wrap(&all, DER_APPLIED(0));
    wr_bytes(w, all.data, all.size);
    w->bad = w->bad || list.bad || token.bad || all.bad;
}

void spnego_put_response(struct wr *w, const void *ntlm, size_t n)
{
    struct wr token AUTO(wr_done);
    wr_init(&token, UINT16_MAX);
    der_put(&token, DER_OCTETS, ntlm, n);
    der_wrap(&token, DER_CONTEXT(2));
    der_wrap(&token, DER_SEQUENCE);
    der_wrap(&token, DER_CONTEXT(1));
    wr_bytes(w, token.data, token.size);
    w->bad = w->bad || token.bad;
}

enum rc spnego_mechanisms(struct rd r, char *out, size_t size, struct err *err)
{
    bool is_seen[ARRAY_LEN(mechanisms) + 1] = { false };
    struct rd outer = der_enter(&r, DER_APPLIED(0));
    struct rd oid = der_enter(&outer, DER_OID);
    struct rd choice = der_enter(&outer, DER_CONTEXT(0));
    struct rd init = der_enter(&choice, DER_SEQUENCE);
    struct rd field = der_enter(&init, DER_CONTEXT(0));
    struct rd list = der_enter(&field, DER_SEQUENCE);
    size_t n = rd_left(&oid), used = 0;
    const uint8_t *name = rd_bytes(&oid, n);
    bool is_spnego = name && n == sizeof(oid_spnego) && memcmp(name, oid_spnego, n) == 0;
    for (size_t i = 0; is_spnego && i < MECHANISMS_MAX && rd_left(&list) > 0; i++) {
        struct rd entry = der_enter(&list, DER_OID);
        size_t length = rd_left(&entry);
        const char *word = mechanism_name(rd_bytes(&entry, length), length);
        size_t k = 0;
        while (k < ARRAY_LEN(mechanisms) && strcmp(mechanisms[k].name, word) != 0) {
            k++;
        }
        if (!is_seen[k] && !list.bad && used + strlen(word) + 2 < size) {
            is_seen[k] = true;
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "", word);
        }
    }
    out[used] = '\0';
    if (!is_spnego || outer.bad || list.bad || field.bad || init.bad) {
        out[0] = '\0';
        return err_setf(err, RC_MALFORMED, "its list of authentication mechanisms is not SPNEGO");
    }
    return RC_OK;
}

enum rc spnego_token(struct rd r, struct rd *ret, struct err *err)
{
    struct rd look = r;
    const uint8_t *head = rd_bytes(&look, 8);
    if (head && memcmp(head, "NTLMSSP", 8) == 0) {
        *ret = r;
        return RC_OK;
    }
    struct rd choice = der_enter(&r, DER_CONTEXT(1));
    struct rd sequence = der_enter(&choice, DER_SEQUENCE);
    for (int i = 0; i < 4 && !sequence.bad && rd_left(&sequence) > 0; i++) {
        if (der_at(&sequence, DER_CONTEXT(2))) {
            struct rd field = der_enter(&sequence, DER_CONTEXT(2));
            struct rd token = der_enter(&field, DER_OCTETS);
            if (!token.bad && !field.bad && !sequence.bad) {
                /* A view of its own: offsets inside NTLM count from its first byte. */
                size_t n = rd_left(&token);
                *ret = rd_from(rd_bytes(&token, n), n);
                return RC_OK;
            }
            break;
        }
        der_skip(&sequence);
    }
    return err_setf(err, RC_MALFORMED, "the answer holds no SPNEGO token");
}
