/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/der.h"

#include <string.h>

static size_t read_length(struct rd *r)
{
    uint8_t first = rd_u8(r);
    if (first < 0x80) {
        return first;
    }
    size_t n = first & 0x7fU, length = 0;
    if (n == 0 || n > 4) { /* indefinite, or longer than any message of ours */
        rd_fail(r);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        length = length << 8 | rd_u8(r);
    }
    return length;
}

struct rd der_enter(struct rd *r, uint8_t tag)
{
    if (rd_u8(r) != tag) {
        rd_fail(r);
    }
    return rd_sub(r, read_length(r));
}

bool der_at(const struct rd *r, uint8_t tag)
{
    struct rd look = *r;
    return rd_u8(&look) == tag && !look.bad;
}

void der_skip(struct rd *r)
{
    struct rd look = *r;
    (void)der_enter(r, rd_u8(&look));
}

uint32_t der_number(struct rd *r, uint8_t tag)
{
    struct rd in = der_enter(r, tag);
    size_t n = rd_left(&in);
    uint32_t v = 0;
    if (n == 0 || n > 4) {
        rd_fail(r);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        v = v << 8 | rd_u8(&in);
    }
    if (v > INT32_MAX) {
        rd_fail(r);
        return 0;
    }
    return v;
}

size_t der_frame(const uint8_t *p, size_t n, uint8_t tag, size_t most)
{
    struct rd r = rd_from(p, n);
    if (n == 0) {
        return 0;
    }
    if (p[0] != tag || (n > 1 && (p[1] == 0x80 || p[1] > 0x84))) {
        return DER_FRAME_BAD;
    }
    (void)rd_u8(&r);
    size_t length = read_length(&r);
    if (r.bad) {
        return 0; /* the length itself is not complete */
    }
    size_t whole = rd_offset(&r) + length;
    if (length > most || whole > most) {
        return DER_FRAME_BAD;
    }
    return whole <= n ? whole : 0;
}

static void put_head(struct wr *w, uint8_t tag, size_t n)
{
    wr_u8(w, tag);
    if (n < 0x80) {
        wr_u8(w, (uint8_t)n);
    } else if (n < 0x100) {
        wr_u8(w, 0x81);
        wr_u8(w, (uint8_t)n);
    } else {
        wr_u8(w, 0x82);
        wr_u16be(w, (uint16_t)n); /* what we write has a ceiling far below 64 KiB */
        w->bad = w->bad || n > UINT16_MAX;
    }
}

void der_put(struct wr *w, uint8_t tag, const void *contents, size_t n)
{
    put_head(w, tag, n);
    wr_bytes(w, contents, n);
}

void der_put_number(struct wr *w, uint8_t tag, uint32_t v)
{
    uint8_t bytes[5] = { 0, (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
    size_t skip = 1;
    while (skip < 4 && bytes[skip] == 0) {
        skip++;
    }
    /* A leading zero where the first bit would read as a sign. */
    skip -= (bytes[skip] & 0x80) != 0;
    der_put(w, tag, bytes + skip, sizeof(bytes) - skip);
}

void der_wrap(struct wr *w, uint8_t tag)
{
    struct wr inner = *w;
    wr_init(w, inner.ceiling);
    der_put(w, tag, inner.data, inner.size);
    w->bad = w->bad || inner.bad;
    wr_done(&inner);
}
