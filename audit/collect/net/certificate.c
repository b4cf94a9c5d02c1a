/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "audit/collect/net/text.h"

#define NAMES_MAX 256 /* alternative names that are looked at */

static void free_bio(BIO **b)
{
    BIO_free_all(*b);
}

static void free_openssl(unsigned char **p)
{
    OPENSSL_free(*p);
}

static void read_name(const X509_NAME *name, char *out, size_t size)
{
    BIO *b AUTO(free_bio) = BIO_new(BIO_s_mem());
    char *text = NULL;
    out[0] = '\0';
    /* UTF-8 as it is, everything else that RFC 2253 escapes escaped. */
    if (b && X509_NAME_print_ex(b, name, 0,
                                XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
        long n = BIO_get_mem_data(b, &text);
        (void)text_clean(out, size, text, n > 0 ? (size_t)n : 0);
    }
}

static filetime read_time(const ASN1_TIME *t)
{
    struct tm tm;
    if (!t || ASN1_TIME_to_tm(t, &tm) != 1) {
        return -1;
    }
    filetime v = filetime_from_unix((int64_t)timegm(&tm));
    return v >= 0 ? v : -1;
}

static void add_name(char *out, size_t size, const char *kind, const void *bytes, size_t n)
{
    char text[300];
    size_t used = strlen(out);
    if (text_clean(text, sizeof(text), bytes, n) == 0) {
        return;
    }
    if (used + strlen(kind) + strlen(text) + 3 < size) {
        (void)snprintf(out + used, size - used, "%s%s%s", used ? ", " : "", kind, text);
    }
}

static void read_names(X509 *x, char *out, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    for (int i = 0; i < count && i < NAMES_MAX; i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
        if (g->type == GEN_DNS) {
            add_name(out, size, "DNS:", ASN1_STRING_get0_data(g->d.dNSName),
                     (size_t)ASN1_STRING_length(g->d.dNSName));
        } else if (g->type == GEN_IPADD) {
            char text[INET6_ADDRSTRLEN] = "";
            int n = ASN1_STRING_length(g->d.iPAddress);
            if ((n == 4 || n == 16) &&
                inet_ntop(n == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(g->d.iPAddress), text,
                          sizeof(text))) {
                add_name(out, size, "IP:", text, strlen(text));
            }
        }
    }
    GENERAL_NAMES_free(names);
}

static void put_hex(char *out, const unsigned char *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static void read_digests(X509 *x, struct certificate *c)
{
    unsigned char digest[EVP_MAX_MD_SIZE], *der AUTO(free_openssl) = NULL;
    unsigned size = 0;
    if (X509_digest(x, EVP_sha256(), digest, &size) == 1 && size == 32) {
        put_hex(c->sha256, digest, size);
    }
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    if (n > 0 && EVP_Digest(der, (size_t)n, digest, &size, EVP_sha256(), NULL) == 1 && size == 32) {
        put_hex(c->key_sha256, digest, size);
    }
}

static void read_key(X509 *x, struct certificate *c)
{
    EVP_PKEY *key = X509_get0_pubkey(x);
    const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
    (void)snprintf(c->key_type, sizeof(c->key_type), "%s", type ? type : "");
    c->key_bits = key ? EVP_PKEY_get_bits(key) : 0;
    c->is_self_signed = key &&
                        X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0 &&
                        X509_verify(x, key) == 1;
    int nid = X509_get_signature_nid(x);
    const char *signature = nid != NID_undef ? OBJ_nid2sn(nid) : NULL;
    (void)snprintf(c->signature, sizeof(c->signature), "%s", signature ? signature : "");
}

void certificate_read(X509 *x, struct certificate *ret)
{
    struct certificate c = { 0 };
    read_name(X509_get_subject_name(x), c.subject, sizeof(c.subject));
    read_name(X509_get_issuer_name(x), c.issuer, sizeof(c.issuer));
    c.from = read_time(X509_get0_notBefore(x));
    c.until = read_time(X509_get0_notAfter(x));
    read_names(x, c.names, sizeof(c.names));
    read_key(x, &c);
    read_digests(x, &c);
    ERR_clear_error(); /* what OpenSSL could not read is an empty field, not a fault of a later call */
    *ret = c;
}

enum rc certificate_parse(const uint8_t *p, size_t n, struct certificate *ret, struct err *err)
{
    const unsigned char *at = p;
    X509 *x = n <= (1U << 20) ? d2i_X509(NULL, &at, (long)n) : NULL;
    bool is_whole = x && at == p + n;
    if (is_whole) {
        certificate_read(x, ret);
    }
    X509_free(x);
    ERR_clear_error();
    return is_whole ? RC_OK : err_setf(err, RC_MALFORMED, "the bytes are not a certificate");
}
