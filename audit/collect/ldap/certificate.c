/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/certificate.h"

#include <errno.h>
#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static void free_certificate(X509 **x)
{
    X509_free(*x);
}

static void free_names(GENERAL_NAMES **names)
{
    GENERAL_NAMES_free(*names);
}

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

static bool read_time(const ASN1_TIME *t, filetime *ret, char *text, size_t size)
{
    struct tm tm = { 0 };
    if (!t || ASN1_TIME_to_tm(t, &tm) != 1) {
        return false;
    }
    *ret = filetime_from_unix((int64_t)timegm(&tm));
    (void)filetime_iso(*ret, text, size);
    return true;
}

static void append(char *dst, size_t size, const char *text, int n)
{
    size_t used = strlen(dst);
    if (n > 0 && used + 4 < size) {
        (void)snprintf(dst + used, size - used, "%s%.*s", used > 0 ? ", " : "", n, text);
    }
}

/* The DNS names of the subject alternative name, which is all that a client may look at (RFC 6125 6.4). */
static void read_names(X509 *x, char *dst, size_t size)
{
    GENERAL_NAMES *names AUTO(free_names) = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS) {
            append(dst, size, (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                   ASN1_STRING_length(name->d.dNSName));
        }
    }
    if (!*dst) {
        char cn[128] = "";
        int n = X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, cn,
                                          (int)sizeof(cn));
        append(dst, size, cn, n);
    }
}

static void read_issuer(X509 *x, char *dst, size_t size)
{
    BIO *bio AUTO(free_bio) = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (!bio || X509_NAME_print_ex(bio, X509_get_issuer_name(x), 0,
                                   XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0) {
        return;
    }
    long n = BIO_get_mem_data(bio, &text);
    append(dst, size, text, n > INT_MAX ? INT_MAX : (int)n);
}

void certificate_describe(const void *der, size_t size, const char *host, filetime now,
                          struct fault_certificate *ret)
{
    const unsigned char *p = der;
    filetime from = 0, to = 0;
    X509 *x AUTO(free_certificate) = size <= LONG_MAX ? d2i_X509(NULL, &p, (long)size) : NULL;
    if (!x) {
        return;
    }
    ret->seen = true;
    ret->not_yet_valid =
        read_time(X509_get0_notBefore(x), &from, ret->not_before, sizeof(ret->not_before)) &&
        now < from;
    ret->expired =
        read_time(X509_get0_notAfter(x), &to, ret->not_after, sizeof(ret->not_after)) && now > to;
    ret->self_signed = X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(x)) == 0;
    ret->other_name =
        X509_check_host(x, host, 0, 0, NULL) != 1 && X509_check_ip_asc(x, host, 0) != 1;
    read_names(x, ret->names, sizeof(ret->names));
    read_issuer(x, ret->issuer, sizeof(ret->issuer));
}

enum rc certificate_check_authorities(const char *path, struct err *err)
{
    errno = 0;
    BIO *bio AUTO(free_bio) = BIO_new_file(path, "r");
    if (!bio) {
        (void)err_setf(err, RC_USAGE, "ca_file cannot be read: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    X509 *x AUTO(free_certificate) = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    if (!x) {
        (void)err_setf(
            err, RC_USAGE,
            "ca_file holds no certificate: it must be PEM (-----BEGIN CERTIFICATE-----); a "
            ".cer file of Windows is turned into it by openssl x509 -inform der");
        return err_at(err, "%s", path);
    }
    return RC_OK;
}
