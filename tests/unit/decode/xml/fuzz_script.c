/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes script_look. */
#include <stdlib.h>

#include "audit/decode/format/script.h"
#include "audit/decode/format/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script_finding f;
    struct err err = { .rc = RC_OK };
    if (text_prepare(&err) != RC_OK) {
        abort();
    }
    script_look(data, size, &f);
    if ((f.word != NULL) != (f.lines > 0)) {
        abort();
    }
    return 0;
}
