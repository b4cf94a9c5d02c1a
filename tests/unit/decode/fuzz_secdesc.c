/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes descriptor_read, ace_next, rights_read and sddl_read: bytes, or the text form when they start as one. */
#include <stdlib.h>

#include "audit/decode/rights.h"
#include "audit/decode/sddl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_rights(const struct descriptor *d, struct arena *a)
{
    struct rights rights;
    struct err err;
    if (!d->has_dacl || rights_read(d, NULL, NULL, a, &rights, &err) != RC_OK) {
        return;
    }
    for (size_t i = 0; i < rights.count; i++) {
        char sid[SID_TEXT_MAX];
        struct rd r = rd_from(rights.rows[i].sid, rights.rows[i].sid_size);
        if (!rd_sid(&r, sid) || !sid_text_valid(sid) || !guid_text_valid(rights.rows[i].scope)) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct descriptor d;
    struct err err;
    struct arena *a = arena_new(0);
    struct wr bytes;
    wr_init(&bytes, 1 << 20);
    if (!sddl_looks_like(data, size)) {
        wr_bytes(&bytes, data, size);
    } else if (sddl_read((const char *)data, size, "S-1-5-21-1-2-3", &bytes, &err) == RC_OK &&
               descriptor_read(bytes.data, bytes.size, &d, &err) != RC_OK) {
        abort(); /* what we wrote ourselves must be readable */
    }
    if (a && descriptor_read(bytes.data, bytes.size, &d, &err) == RC_OK) {
        read_rights(&d, a);
    }
    wr_done(&bytes);
    arena_free(a);
    return 0;
}
