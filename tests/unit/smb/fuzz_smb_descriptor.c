/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: descriptor_from_text. What it writes must be a descriptor to the reader of the decoder. */
#include <stdlib.h>
#include <string.h>

#include "audit/collect/smb/descriptor.h"
#include "audit/decode/secdesc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr w AUTO(wr_done);
    struct descriptor d;
    struct ace ace;
    struct err err = { .rc = RC_OK };
    char *text = malloc(size + 1);
    wr_init(&w, 65536);
    if (text) {
        memcpy(text, data, size);
        text[size] = '\0';
    }
    if (text && descriptor_from_text(text, &w)) {
        if (descriptor_read(w.data, w.size, &d, &err) != RC_OK || !d.has_dacl) {
            abort();
        }
        struct ace_cursor c = ace_first(&d.dacl);
        enum rc rc = RC_OK;
        while ((rc = ace_next(&c, &ace, &err)) == RC_OK) {
        }
        if (rc != RC_ABSENT) {
            abort();
        }
    }
    free(text);
    return 0;
}
