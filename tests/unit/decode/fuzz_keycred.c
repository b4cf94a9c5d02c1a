/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes keycred_read. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/keycred.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct key_credential k;
    struct err err;
    if (a && keycred_read(data, size, a, &k, &err) == RC_OK &&
        (strlen(k.key_id) != 32 || (k.has_created && k.created < 0))) {
        abort();
    }
    arena_free(a);
    return 0;
}
