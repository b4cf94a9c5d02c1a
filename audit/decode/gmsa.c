/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/gmsa.h"

#define KEY_VERSION 1
#define KEY_MAGIC   0x4b53444bU /* "KDSK" */

enum rc gmsa_root_key(const void *data, size_t n, char *buf, struct err *err)
{
    struct rd r = rd_from(data, n);
    uint32_t version = rd_u32le(&r);
    uint32_t magic = rd_u32le(&r);
    rd_skip(&r, 4);     /* flags */
    rd_skip(&r, 3 * 4); /* L0, L1, L2: which interval */
    if (!rd_guid(&r, buf)) {
        return err_setf(err, RC_MALFORMED, "key identifier of %zu bytes is too short", n);
    }
    if (version != KEY_VERSION || magic != KEY_MAGIC) {
        return err_setf(err, RC_MALFORMED, "key identifier has version %u and magic 0x%x", version,
                        magic);
    }
    return RC_OK;
}
