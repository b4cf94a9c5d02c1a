/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/fingerprint.h"

#include <string.h>

#include "audit/decode/format/crypt.h"

bool fingerprint_has_key(const struct secret *key)
{
    return key && secret_size(key) == FINGERPRINT_KEY_SIZE;
}

bool fingerprint_nt(const struct secret *key, const uint8_t nt_hash[16],
                    char buf[FINGERPRINT_TEXT_MAX])
{
    static const char run[] = "kagimori run";
    uint8_t sign[32], mark[32];
    buf[0] = '\0';
    if (!fingerprint_has_key(key)) {
        return false;
    }
    const uint8_t *k = (const uint8_t *)secret_bytes(key);
    bool good = crypt_hmac_sha256(k, FINGERPRINT_KEY_SIZE, run, sizeof(run), mark) &&
                crypt_hmac_sha256(k, FINGERPRINT_KEY_SIZE, nt_hash, 16, sign);
    if (good) {
        crypt_hex(mark, FINGERPRINT_RUN_SIZE / 2, buf);
        buf[FINGERPRINT_RUN_SIZE] = '-';
        crypt_hex(sign, 16, buf + FINGERPRINT_RUN_SIZE + 1);
    }
    crypt_wipe(sign, sizeof(sign));
    return good;
}

bool fingerprint_password(const struct secret *key, const uint8_t *utf16, size_t n,
                          char buf[FINGERPRINT_TEXT_MAX])
{
    uint8_t nt[16];
    buf[0] = '\0';
    bool good = crypt_md4(utf16, n, nt) && fingerprint_nt(key, nt, buf);
    crypt_wipe(nt, sizeof(nt));
    return good;
}

bool fingerprint_is_blank(const uint8_t nt_hash[16])
{
    uint8_t blank[16];
    return crypt_md4("", 0, blank) && memcmp(blank, nt_hash, 16) == 0;
}
