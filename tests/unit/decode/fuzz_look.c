/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first bytes of any file: a word, or none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/look.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *kind = look_kind(data, size);
    if (kind && strlen(kind) > 32) {
        abort();
    }
    return 0;
}
