/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes metadata_read_binary. */
#include <stdlib.h>

#include "audit/decode/replmeta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct metadata_ids ids = { { 0x9dda71b0 }, 1 };
    struct metadata m;
    struct err err;
    if (metadata_read_binary(data, size, &ids, &m, &err) == RC_OK) {
        for (size_t i = 0; i < METADATA_SLOTS; i++) {
            if (m.slots[i].at < 0 ||
                (m.slots[i].version > 0 && !guid_text_valid(m.slots[i].origin))) {
                abort();
            }
        }
    }
    return 0;
}
