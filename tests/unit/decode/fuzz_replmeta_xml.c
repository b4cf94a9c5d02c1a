/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes metadata_read_xml. */
#include <stdlib.h>

#include "audit/decode/replmeta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct metadata m = { 0 };
    struct err err;
    bool ok = metadata_read_xml(data, size, &m, &err) == RC_OK;
    for (size_t i = 0; i < METADATA_SLOTS; i++) {
        if (m.slots[i].at < 0 || m.slots[i].usn < 0 || (!ok && m.slots[i].version > 0)) {
            abort();
        }
    }
    return 0;
}
