/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/cpassword.h"

#include <string.h>

#include "audit/decode/format/crypt.h"

#define BLOCK     16U
#define BYTES_MAX 1024U /* of the encrypted password; Windows takes 256 characters at most */

/* The key that the specification publishes. */
static const uint8_t published[32] = {
    0x4e, 0x99, 0x06, 0xe8, 0xfc, 0xb6, 0x6c, 0xc9, 0xfa, 0xf4, 0x93, 0x10, 0x62, 0x0f, 0xfe, 0xe8,
    0xf4, 0x96, 0xe8, 0x06, 0xcc, 0x05, 0x79, 0x90, 0x20, 0x9b, 0x09, 0xa4, 0x33, 0xb6, 0x6c, 0x1b,
};

static int value_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Bytes in ret; 0 = no base64, or more than there is room for. Windows leaves the padding out. */
static size_t from_base64(const char *text, size_t n, uint8_t ret[BYTES_MAX])
{
    size_t size = 0;
    uint32_t bits = 0, count = 0;
    for (int i = 0; i < 2 && n > 0 && text[n - 1] == '='; i++) {
        n--;
    }
    if (n % 4 == 1 || n > BYTES_MAX / 3 * 4) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        int v = value_of(text[i]);
        if (v < 0) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)v;
        count += 6;
        if (count >= 8) {
            count -= 8;
            ret[size++] = (uint8_t)(bits >> count);
        }
    }
    return size;
}

/* The size without padding (PKCS #7); SIZE_MAX when that is broken, which is what a wrong key or other bytes look like. */
static size_t unpadded(const uint8_t *p, size_t n)
{
    uint8_t pad = p[n - 1];
    if (pad == 0 || pad > BLOCK) {
        return SIZE_MAX;
    }
    for (size_t i = n - pad; i < n; i++) {
        if (p[i] != pad) {
            return SIZE_MAX;
        }
    }
    return n - pad;
}

static bool is_utf16(const uint8_t *p, size_t n)
{
    bool wants_low = false;
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint8_t kind = p[i + 1] & 0xfcU;
        if ((kind == 0xdc) != wants_low || (p[i] == 0 && p[i + 1] == 0)) {
            return false;
        }
        wants_low = kind == 0xd8;
    }
    return n % 2 == 0 && !wants_low;
}

static void judge(const uint8_t *plain, size_t size, const struct secret *key,
                  struct cpassword *ret)
{
    size_t n = unpadded(plain, size);
    /* Some tools encrypt the terminating NUL too. */
    while (n != SIZE_MAX && n >= 2 && n % 2 == 0 && plain[n - 1] == 0 && plain[n - 2] == 0) {
        n -= 2;
    }
    if (n == SIZE_MAX || !is_utf16(plain, n)) {
        return;
    }
    ret->state = n > 0 ? CPASSWORD_SET : CPASSWORD_EMPTY;
    ret->length = (uint32_t)(n / 2);
    if (n > 0 && !fingerprint_password(key, plain, n, ret->fingerprint)) {
        ret->fingerprint[0] = '\0';
    }
}

void cpassword_read(const char *text, size_t n, const struct secret *key, struct cpassword *ret)
{
    static const uint8_t zero[BLOCK];
    uint8_t cipher[BYTES_MAX], plain[BYTES_MAX];
    *ret = (struct cpassword){ .state = n == 0 ? CPASSWORD_EMPTY : CPASSWORD_UNREADABLE };
    size_t size = n > 0 ? from_base64(text, n, cipher) : 0;
    if (size > 0 && size % BLOCK == 0 &&
        crypt_aes_cbc(published, sizeof(published), zero, cipher, size, plain)) {
        judge(plain, size, key, ret);
    }
    crypt_wipe(plain, sizeof(plain));
    crypt_wipe(cipher, sizeof(cipher));
}
