/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/decode/xml/encrypt.h"

#include <iconv.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void encrypt_password(const char *utf8, enum encrypt_how how, char ret[ENCRYPT_MAX])
{
    static const char published[] =
        "4e9906e8fcb66cc9faf49310620ffee8f496e806cc057990209b09a433b66c1b";
    static const uint8_t iv[16];
    uint8_t key[32], plain[1024], cipher[1100];
    for (size_t i = 0; i < sizeof(key); i++) {
        const char hex[3] = { published[2 * i], published[2 * i + 1], '\0' };
        key[i] = (uint8_t)strtoul(hex, NULL, 16);
    }
    key[0] = (uint8_t)(key[0] + (how == ENCRYPT_OTHER_KEY));
    iconv_t wide = iconv_open("UTF-16LE", "UTF-8");
    char *in = (char *)(uintptr_t)utf8, *out = (char *)plain;
    size_t n = strlen(utf8) + (how == ENCRYPT_WITH_NUL), room = sizeof(plain);
    if (iconv(wide, &in, &n, &out, &room) == (size_t)-1) {
        abort();
    }
    (void)iconv_close(wide);
    int size = 0, more = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    if (EVP_EncryptInit_ex2(c, EVP_aes_256_cbc(), key, iv, NULL) != 1 ||
        EVP_EncryptUpdate(c, cipher, &size, plain, (int)(sizeof(plain) - room)) != 1 ||
        EVP_EncryptFinal_ex(c, cipher + size, &more) != 1) {
        abort();
    }
    EVP_CIPHER_CTX_free(c);
    int length = EVP_EncodeBlock((unsigned char *)ret, cipher, size + more);
    while (how != ENCRYPT_PADDED_TEXT && length > 0 && ret[length - 1] == '=') {
        ret[--length] = '\0';
    }
}
