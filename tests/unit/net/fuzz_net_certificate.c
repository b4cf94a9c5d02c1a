/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the reading of a certificate: its texts are text whatever OpenSSL took. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/collect/net/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct certificate c;
    struct err err = { 0 };
    if (certificate_parse(data, size, &c, &err) == RC_OK &&
        (!utf8_valid(c.subject, strlen(c.subject)) || !utf8_valid(c.names, strlen(c.names)) ||
         !utf8_valid(c.issuer, strlen(c.issuer)))) {
        __builtin_trap();
    }
    return 0;
}
