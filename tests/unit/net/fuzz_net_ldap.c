/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the BindResponse and its frame. */
#include "audit/collect/net/ldap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ldapmsg_bind bind;
    struct err err = { 0 };
    size_t frame = ldapmsg_frame(data, size);
    if (frame != 0 && frame != LDAPMSG_FRAME_BAD && frame > size) {
        __builtin_trap();
    }
    if (ldapmsg_bind_parse(rd_from(data, size), &bind, &err) == RC_OK) {
        (void)ldapmsg_requires_signing(&bind);
        (void)ldapmsg_requires_binding(&bind);
        size_t n = rd_left(&bind.credentials);
        (void)rd_bytes(&bind.credentials, n);
    }
    return 0;
}
