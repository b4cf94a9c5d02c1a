/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes preference files up to their rows; one that breaks the catalogue is a bug. */
#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/xml.h"
#include "tests/unit/decode/xml/policy_double.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc put(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    return row_check(row, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct secret *key;
    struct row_sink sink = { put };
    struct err err = { .rc = RC_OK };
    if (!key && (xml_prepare(&err) != RC_OK || crypt_prepare(&err) != RC_OK)) {
        abort();
    }
    key = key ? key : secret_new("0123456789abcdef0123456789abcdef", 32);
    enum rc rc = double_preferences(data, size, "machine", "x.xml", key, &sink, &err);
    if ((rc != RC_OK && rc != RC_MALFORMED) || double_bad_rows > 0) {
        abort();
    }
    return 0;
}
