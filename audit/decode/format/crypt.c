/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/crypt.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>
#include <string.h>

static struct {
    OSSL_LIB_CTX *library;
    OSSL_PROVIDER *standard, *legacy;
    EVP_MD *md4, *md5, *sha256;
    EVP_CIPHER *rc4, *des, *aes128, *aes256;
    EVP_MAC *hmac;
} ssl;

static enum rc lacks(const char *what, struct err *err)
{
    return err_setf(err, RC_UNSUPPORTED,
                    "OpenSSL of this machine has no %s (its legacy provider is missing?)", what);
}

enum rc crypt_prepare(struct err *err)
{
    if (ssl.hmac) {
        return RC_OK;
    }
    /* The first use of a digest would read openssl.cnf, which the sandbox forbids; nothing of it concerns us. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
        return lacks("way to start without its configuration", err);
    }
    ssl.library = OSSL_LIB_CTX_new();
    ssl.standard = ssl.library ? OSSL_PROVIDER_load(ssl.library, "default") : NULL;
    ssl.legacy = ssl.library ? OSSL_PROVIDER_load(ssl.library, "legacy") : NULL;
    if (!ssl.standard || !ssl.legacy) {
        return lacks(ssl.standard ? "legacy provider" : "default provider", err);
    }
    ssl.md4 = EVP_MD_fetch(ssl.library, "MD4", NULL);
    ssl.md5 = EVP_MD_fetch(ssl.library, "MD5", NULL);
    ssl.sha256 = EVP_MD_fetch(ssl.library, "SHA256", NULL);
    ssl.rc4 = EVP_CIPHER_fetch(ssl.library, "RC4", NULL);
    ssl.des = EVP_CIPHER_fetch(ssl.library, "DES-ECB", NULL);
    ssl.aes128 = EVP_CIPHER_fetch(ssl.library, "AES-128-CBC", NULL);
    ssl.aes256 = EVP_CIPHER_fetch(ssl.library, "AES-256-CBC", NULL);
    if (!ssl.md4 || !ssl.md5 || !ssl.sha256) {
        return lacks("MD4, MD5 or SHA-256", err);
    }
    if (!ssl.rc4 || !ssl.des || !ssl.aes128 || !ssl.aes256) {
        return lacks("RC4, DES or AES", err);
    }
    ssl.hmac = EVP_MAC_fetch(ssl.library, "HMAC", NULL);
    return ssl.hmac ? RC_OK : lacks("HMAC", err);
}

static bool digest(const EVP_MD *how, const void *data, size_t n, uint8_t *ret, unsigned size)
{
    unsigned got = 0;
    memset(ret, 0, size);
    return how && EVP_Digest(data, n, ret, &got, how, NULL) == 1 && got == size;
}

bool crypt_md4(const void *data, size_t n, uint8_t ret[16])
{
    return digest(ssl.md4, data, n, ret, 16);
}

bool crypt_md5(const void *data, size_t n, uint8_t ret[16])
{
    return digest(ssl.md5, data, n, ret, 16);
}

bool crypt_sha256(const void *data, size_t n, uint8_t ret[32])
{
    return digest(ssl.sha256, data, n, ret, 32);
}

bool crypt_hmac_sha256(const uint8_t *key, size_t key_size, const void *data, size_t n,
                       uint8_t ret[32])
{
    char name[] = "SHA256";
    const OSSL_PARAM how[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                               OSSL_PARAM_construct_end() };
    size_t got = 0;
    memset(ret, 0, 32);
    EVP_MAC_CTX *c = ssl.hmac ? EVP_MAC_CTX_new(ssl.hmac) : NULL;
    bool good = c && EVP_MAC_init(c, key, key_size, how) == 1 && EVP_MAC_update(c, data, n) == 1 &&
                EVP_MAC_final(c, ret, &got, 32) == 1 && got == 32;
    EVP_MAC_CTX_free(c);
    return good;
}

static bool decrypt(const EVP_CIPHER *how, const uint8_t *key, size_t key_size, const uint8_t *iv,
                    const void *data, size_t n, uint8_t *ret)
{
    int got = 0;
    memset(ret, 0, n);
    EVP_CIPHER_CTX *c = how && n <= INT32_MAX ? EVP_CIPHER_CTX_new() : NULL;
    bool good = c && EVP_DecryptInit_ex2(c, how, NULL, NULL, NULL) == 1 &&
                EVP_CIPHER_CTX_set_key_length(c, (int)key_size) == 1 &&
                EVP_DecryptInit_ex2(c, NULL, key, iv, NULL) == 1 &&
                EVP_CIPHER_CTX_set_padding(c, 0) == 1 &&
                EVP_DecryptUpdate(c, ret, &got, data, (int)n) == 1 && (size_t)got == n;
    EVP_CIPHER_CTX_free(c);
    return good;
}

bool crypt_rc4(const uint8_t *key, size_t key_size, const void *data, size_t n, uint8_t *ret)
{
    return decrypt(ssl.rc4, key, key_size, NULL, data, n, ret);
}

bool crypt_des_block(const uint8_t key[8], const uint8_t data[8], uint8_t ret[8])
{
    return decrypt(ssl.des, key, 8, NULL, data, 8, ret);
}

bool crypt_aes_cbc(const uint8_t *key, size_t key_size, const uint8_t iv[16], const void *data,
                   size_t n, uint8_t *ret)
{
    if (n % 16 != 0 || (key_size != 16 && key_size != 32)) {
        memset(ret, 0, n);
        return false;
    }
    return decrypt(key_size == 16 ? ssl.aes128 : ssl.aes256, key, key_size, iv, data, n, ret);
}

void crypt_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

void crypt_hex(const uint8_t *p, size_t n, char *buf)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        buf[2 * i] = digits[p[i] >> 4];
        buf[2 * i + 1] = digits[p[i] & 15];
    }
    buf[2 * n] = '\0';
}
