/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little-endian numbers for a writer: the byte order of SMB2, NTLM and RDP. */
#ifndef COLLECT_NET_LE_H
#define COLLECT_NET_LE_H

#include "audit/base/wr.h"

static inline void le_u16(struct wr *w, uint16_t v)
{
    wr_u8(w, (uint8_t)(v & 0xff));
    wr_u8(w, (uint8_t)(v >> 8));
}

static inline void le_u32(struct wr *w, uint32_t v)
{
    le_u16(w, (uint16_t)(v & 0xffff));
    le_u16(w, (uint16_t)(v >> 16));
}

static inline void le_u64(struct wr *w, uint64_t v)
{
    le_u32(w, (uint32_t)(v & UINT32_MAX));
    le_u32(w, (uint32_t)(v >> 32));
}

static inline void le_zeros(struct wr *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wr_u8(w, 0);
    }
}

#endif
