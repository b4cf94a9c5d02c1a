/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: srvsvc_get_share_enum. Every text that comes out must be readable to its end. */
#include <stdlib.h>

#include "audit/collect/smb/srvsvc_ndr.h"
#include "audit/collect/smb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct rd r = rd_from(data, size);
    struct srvsvc_shares s;
    if (a && srvsvc_get_share_enum(&r, a, &s)) {
        for (size_t i = 0; i < s.count; i++) {
            const char *name = value_utf16(a, s.share[i].name, s.share[i].name_size);
            const char *remark = value_utf16(a, s.share[i].remark, s.share[i].remark_size);
            if (name && remark && strlen(name) + strlen(remark) > 3 * size) {
                abort();
            }
        }
    }
    arena_free(a);
    return 0;
}
