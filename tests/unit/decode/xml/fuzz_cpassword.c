/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes cpassword_read. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/cpassword.h"
#include "audit/decode/format/crypt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct secret *key;
    struct cpassword c;
    struct err err = { .rc = RC_OK };
    if (!key && crypt_prepare(&err) != RC_OK) {
        abort();
    }
    key = key ? key : secret_new("0123456789abcdef0123456789abcdef", FINGERPRINT_KEY_SIZE);
    cpassword_read((const char *)data, size, key, &c);
    bool is_set = c.state == CPASSWORD_SET;
    if (is_set != (c.length > 0) || is_set != (strlen(c.fingerprint) == FINGERPRINT_TEXT_MAX - 1)) {
        abort();
    }
    return 0;
}
