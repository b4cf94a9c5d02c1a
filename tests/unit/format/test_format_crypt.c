/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests and ciphers by published vectors; fingerprints: equal, different, of two runs. */
#include "tests/support/t.h"

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/fingerprint.h"

static const char *hex(const uint8_t *p, size_t n)
{
    static char text[129];
    crypt_hex(p, n, text);
    return text;
}

/* [RFC 1320] A.5, [RFC 1321] A.5, [FIPS 180-4] examples, [RFC 4231] case 1. */
static void digests(void)
{
    uint8_t d[32], key[20];
    memset(key, 0x0b, sizeof(key));
    T_OK(crypt_md4("abc", 3, d));
    T_EQ_S(hex(d, 16), "a448017aaf21d8525fc10ae87aa6729d");
    T_OK(crypt_md5("abc", 3, d));
    T_EQ_S(hex(d, 16), "900150983cd24fb0d6963f7d28e17f72");
    T_OK(crypt_sha256("abc", 3, d));
    T_EQ_S(hex(d, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    T_OK(crypt_hmac_sha256(key, sizeof(key), "Hi There", 8, d));
    T_EQ_S(hex(d, 32), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

/* [RFC 6229] 40-bit key, first bytes; [FIPS 81] ECB; [NIST SP 800-38A] F.2.2. */
static void ciphers(void)
{
    static const uint8_t rc4_key[] = { 1, 2, 3, 4, 5 }, zeros[16] = { 0 };
    static const uint8_t des_key[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    static const uint8_t des_text[] = { 0x3f, 0xa4, 0x0e, 0x8a, 0x98, 0x4d, 0x48, 0x15 };
    static const uint8_t aes_key[] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                       0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
    static const uint8_t iv[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    static const uint8_t aes_text[] = { 0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46,
                                        0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d };
    uint8_t out[16];
    T_OK(crypt_rc4(rc4_key, sizeof(rc4_key), zeros, 16, out));
    T_EQ_S(hex(out, 16), "b2396305f03dc027ccc3524a0a1118a8");
    T_OK(crypt_des_block(des_key, des_text, out));
    T_EQ_S(hex(out, 8), "4e6f772069732074");
    T_OK(crypt_aes_cbc(aes_key, 16, iv, aes_text, 16, out));
    T_EQ_S(hex(out, 16), "6bc1bee22e409f96e93d7e117393172a");
    T_OK(!crypt_aes_cbc(aes_key, 16, iv, aes_text, 15, out));
    T_OK(!crypt_aes_cbc(aes_key, 15, iv, aes_text, 16, out));
}

static void fingerprints(void)
{
    uint8_t one[FINGERPRINT_KEY_SIZE], two[FINGERPRINT_KEY_SIZE], nt[16];
    char a[FINGERPRINT_TEXT_MAX], b[FINGERPRINT_TEXT_MAX], c[FINGERPRINT_TEXT_MAX];
    memset(one, 1, sizeof(one));
    memset(two, 2, sizeof(two));
    struct secret *k1 = secret_new(one, sizeof(one)), *k2 = secret_new(two, sizeof(two)),
                  *small = secret_new(one, 16);
    static const uint8_t word[] = { 'l', 0, 'a', 0, 'b', 0 }, other[] = { 'L', 0, 'a', 0, 'b', 0 };
    T_OK(fingerprint_password(k1, word, sizeof(word), a));
    T_OK(crypt_md4(word, sizeof(word), nt) && fingerprint_nt(k1, nt, b));
    T_EQ_S(a, b);
    T_EQ_I(strlen(a), FINGERPRINT_TEXT_MAX - 1);
    T_OK(a[FINGERPRINT_RUN_SIZE] == '-');
    T_OK(fingerprint_password(k1, other, sizeof(other), b));
    T_OK(strcmp(a, b) != 0 && strncmp(a, b, FINGERPRINT_RUN_SIZE) == 0);
    T_OK(fingerprint_password(k2, word, sizeof(word), c));
    T_OK(strncmp(a, c, FINGERPRINT_RUN_SIZE) != 0 && strcmp(a + 9, c + 9) != 0);
    T_OK(!strstr(a, hex(nt, 16)) && !strstr(a, hex(nt, 8)));
    T_OK(!fingerprint_password(NULL, word, sizeof(word), a) && !a[0]);
    T_OK(!fingerprint_password(small, word, sizeof(word), a) && !a[0]);
    T_OK(crypt_md4("", 0, nt) && fingerprint_is_blank(nt));
    nt[0] ^= 1U;
    T_OK(!fingerprint_is_blank(nt));
    secret_free(k1);
    secret_free(k2);
    secret_free(small);
}

static void prepares(void)
{
    struct err err = { 0 };
    uint8_t d[16];
    T_OK(!crypt_md4("abc", 3, d));
    T_EQ_I(crypt_prepare(&err), RC_OK);
    T_EQ_I(crypt_prepare(&err), RC_OK);
}

#define TESTS(X) X(prepares) X(digests) X(ciphers) X(fingerprints)
T_MAIN("format crypt", TESTS)
