/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encrypts a test's password as a preference holds it. */
#ifndef TESTS_UNIT_DECODE_XML_ENCRYPT_H
#define TESTS_UNIT_DECODE_XML_ENCRYPT_H

#define ENCRYPT_MAX 2048

enum encrypt_how {
    ENCRYPT_AS_WINDOWS,  /* base64 without its padding */
    ENCRYPT_PADDED_TEXT, /* with it */
    ENCRYPT_WITH_NUL,
    ENCRYPT_OTHER_KEY
};

void encrypt_password(const char *utf8, enum encrypt_how how, char ret[ENCRYPT_MAX]);

#endif
