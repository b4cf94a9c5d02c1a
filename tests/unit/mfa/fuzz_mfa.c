/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes mfa_import: a whole export to rows, every one of which the supervisor would accept. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/mfa/mfa_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct made m;
    enum rc rc = made_read(&m, data, size, NULL);
    if ((rc != RC_OK && rc != RC_MALFORMED) || m.refused > 0 || (rc == RC_OK) != (m.exports == 1) ||
        (rc != RC_OK && m.accounts > 0)) {
        abort();
    }
    made_done(&m);
    (void)mfa_look(data, size);
    return 0;
}
