/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords in preferences ([MS-GPPREF] 2.2.1.1.4): encrypted with a key that is published there, so that whoever reads SYSVOL has
 * them (MS14-025). Decrypted here only to tell empty, equal and how long; neither the password nor its encrypted form comes out. */
#ifndef DECODE_FORMAT_CPASSWORD_H
#define DECODE_FORMAT_CPASSWORD_H

#include <stddef.h>

#include "audit/decode/format/fingerprint.h"

enum cpassword_state {
    CPASSWORD_SET,
    CPASSWORD_EMPTY, /* the attribute is empty, or holds the empty password */
    CPASSWORD_UNREADABLE /* no base64, wrong size or padding, no UTF-16: it is there, and cannot be told */
};

struct cpassword {
    enum cpassword_state state;
    uint32_t length; /* UTF-16 units, as Windows counts characters; 0 unless set */
    char fingerprint[FINGERPRINT_TEXT_MAX]; /* "" without a key, and unless set */
};

/* Reads the attribute's text (n bytes, base64 with or without padding). crypt_prepare must have been called, else all is unreadable.
 * key NULL = no fingerprint. */
void cpassword_read(const char *text, size_t n, const struct secret *key, struct cpassword *ret);

#endif
