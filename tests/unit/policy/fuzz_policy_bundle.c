/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes policy_rows: a whole bundle to rows, every one of which the supervisor would accept. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "audit/decode/policy/policy_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK) {
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct row_sink sink = { check };
    struct err err;
    if (crypt_prepare(&err) != RC_OK || text_prepare(&err) != RC_OK || xml_prepare(&err) != RC_OK) {
        return 0;
    }
    const struct policy_import import = {
        .bundle = data, .bundle_size = size, .sink = &sink, .target = "f", .origin = "f"
    };
    enum rc rc = policy_rows(&import, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    return 0;
}
