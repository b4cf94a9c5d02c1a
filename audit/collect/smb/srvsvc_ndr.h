/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NetrShareEnum at level 1 ([MS-SRVS] 3.1.4.8): question and answer as bytes. */
#ifndef COLLECT_SMB_SRVSVC_NDR_H
#define COLLECT_SMB_SRVSVC_NDR_H

#include "audit/base/arena.h"
#include "audit/collect/smb/ndr.h"

#define SRVSVC_SHARE_ENUM 15

struct srvsvc_share {
    const uint8_t *name; /* UTF-16LE, borrowed from the answer; NULL: none */
    size_t name_size;
    uint32_t type;
    const uint8_t *remark;
    size_t remark_size;
};

struct srvsvc_shares {
    struct srvsvc_share *share; /* owned by the arena */
    size_t count;
    uint32_t resume; /* to go on with */
    uint32_t code;   /* Win32: 0, 234 for more, or a refusal */
};

void srvsvc_put_share_enum(struct wr *w, const char *server, uint32_t resume);

/* False when the bytes break the format, or the arena is full. */
bool srvsvc_get_share_enum(struct rd *r, struct arena *a, struct srvsvc_shares *ret);

#endif
