/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/finding.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum {
    ID_BYTES = 6
};

enum rc finding_hash_begin(struct finding_hash *h, struct err *err)
{
    h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    h->context = EVP_MD_CTX_new();
    return h->md && h->context
               ? RC_OK
               : err_setf(err, RC_IO, "libcrypto has no SHA-256, which ids of findings need");
}

void finding_hash_done(struct finding_hash *h)
{
    EVP_MD_CTX_free(h->context);
    EVP_MD_free(h->md);
    *h = (struct finding_hash){ NULL, NULL };
}

void finding_id(const struct finding_hash *h, const char *check, const char *subject,
                const char *item, char ret[FINDING_ID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    item = item ? item : "";
    ret[0] = '\0';
    if (EVP_DigestInit_ex2(h->context, h->md, NULL) != 1 ||
        EVP_DigestUpdate(h->context, check, strlen(check)) != 1 ||
        EVP_DigestUpdate(h->context, "\x1f", 1) != 1 ||
        EVP_DigestUpdate(h->context, subject, strlen(subject)) != 1 ||
        EVP_DigestUpdate(h->context, "\x1f", 1) != 1 ||
        EVP_DigestUpdate(h->context, item, strlen(item)) != 1 ||
        EVP_DigestFinal_ex(h->context, digest, NULL) != 1) {
        return;
    }
    ret[0] = 'F';
    ret[1] = '-';
    for (int i = 0; i < ID_BYTES; i++) {
        ret[2 + 2 * i] = hex[digest[i] >> 4];
        ret[3 + 2 * i] = hex[digest[i] & 15];
    }
    ret[FINDING_ID_SIZE - 1] = '\0';
}

bool finding_is_id(const char *s)
{
    return strlen(s) == FINDING_ID_SIZE - 1 && (s[0] == 'F' || s[0] == 'f') && s[1] == '-' &&
           strspn(s + 2, "0123456789abcdefABCDEF") == FINDING_ID_SIZE - 3;
}
