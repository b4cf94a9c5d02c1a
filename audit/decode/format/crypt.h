/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ciphers and digests that Windows keeps secrets with, from OpenSSL. MD4, RC4 and DES are in its legacy provider, a file that
 * must be loaded before the sandbox closes. What comes out of these is a secret: the caller wipes it (crypt_wipe). */
#ifndef DECODE_FORMAT_CRYPT_H
#define DECODE_FORMAT_CRYPT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/err.h"

/* Loads the providers and fetches every algorithm, once a process; call it in worker_role.prepare. RC_UNSUPPORTED names what
 * this machine's OpenSSL lacks. */
MUST_USE enum rc crypt_prepare(struct err *err);

/* False when crypt_prepare was not called or OpenSSL refuses; then ret is all zero. */
MUST_USE bool crypt_md4(const void *data, size_t n, uint8_t ret[16]);
MUST_USE bool crypt_md5(const void *data, size_t n, uint8_t ret[16]);
MUST_USE bool crypt_sha256(const void *data, size_t n, uint8_t ret[32]);
MUST_USE bool crypt_hmac_sha256(const uint8_t *key, size_t key_size, const void *data, size_t n,
                                uint8_t ret[32]);
MUST_USE bool crypt_rc4(const uint8_t *key, size_t key_size, const void *data, size_t n,
                        uint8_t *ret);
/* One block, decrypted with a key of 8 bytes whose parity bits do not matter. */
MUST_USE bool crypt_des_block(const uint8_t key[8], const uint8_t data[8], uint8_t ret[8]);
/* Decrypts n bytes (a multiple of 16) without looking at padding; key_size 16 or 32. */
MUST_USE bool crypt_aes_cbc(const uint8_t *key, size_t key_size, const uint8_t iv[16],
                            const void *data, size_t n, uint8_t *ret);
void crypt_wipe(void *p, size_t n);

void crypt_hex(const uint8_t *p, size_t n, char *buf); /* 2 n + 1 characters, lower case */

#endif
