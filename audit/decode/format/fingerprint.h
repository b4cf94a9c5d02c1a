/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sign of a password that tells equal from different and nothing else: HMAC-SHA-256 of its NT hash, under a key that the
 * supervisor makes at random for one run, hands to its decoders and forgets. Without that key nobody can try passwords against
 * the sign, and signs of two runs say nothing about each other: each begins with a mark of its run, so that nobody takes them for
 * different passwords. */
#ifndef DECODE_FORMAT_FINGERPRINT_H
#define DECODE_FORMAT_FINGERPRINT_H

#include <stdbool.h>

#include "audit/base/secret.h"

#define FINGERPRINT_KEY_SIZE 32U
#define FINGERPRINT_RUN_SIZE \
    8U /* characters that name the run: equal for all fingerprints of one key */
#define FINGERPRINT_TEXT_MAX 42U /* run, hyphen, 16 bytes in hex, NUL */

/* True when the key may be used: FINGERPRINT_KEY_SIZE bytes. NULL is no key. */
bool fingerprint_has_key(const struct secret *key);

/* Writes the sign of an NT hash to buf. False without a key or when OpenSSL refuses; buf is empty then. */
MUST_USE bool fingerprint_nt(const struct secret *key, const uint8_t nt_hash[16],
                             char buf[FINGERPRINT_TEXT_MAX]);

/* The same of a password in UTF-16LE: its NT hash is made on the way, and wiped. */
MUST_USE bool fingerprint_password(const struct secret *key, const uint8_t *utf16, size_t n,
                                   char buf[FINGERPRINT_TEXT_MAX]);

/* True for the NT hash of the empty password. */
bool fingerprint_is_blank(const uint8_t nt_hash[16]);

#endif
