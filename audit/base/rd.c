/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/rd.h"

struct rd rd_from(const void *data, size_t size)
{
    static const uint8_t nothing[1];
    const uint8_t *p = data ? data : nothing;
    return (struct rd){ .p = p, .end = p + (data ? size : 0), .beg = p, .bad = !data && size > 0 };
}

size_t rd_left(const struct rd *r)
{
    return r->bad ? 0 : (size_t)(r->end - r->p);
}

size_t rd_offset(const struct rd *r)
{
    return (size_t)(r->p - r->beg);
}

void rd_fail(struct rd *r)
{
    r->bad = true;
}

const uint8_t *rd_bytes(struct rd *r, size_t n)
{
    if (r->bad || n > (size_t)(r->end - r->p)) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->p;
    r->p += n;
    return p;
}

void rd_skip(struct rd *r, size_t n)
{
    (void)rd_bytes(r, n);
}

static uint64_t little(struct rd *r, size_t n)
{
    const uint8_t *p = rd_bytes(r, n);
    uint64_t v = 0;
    for (size_t i = n; p && i > 0; i--) {
        v = v << 8 | p[i - 1];
    }
    return v;
}

static uint64_t big(struct rd *r, size_t n)
{
    const uint8_t *p = rd_bytes(r, n);
    uint64_t v = 0;
    for (size_t i = 0; p && i < n; i++) {
        v = v << 8 | p[i];
    }
    return v;
}

uint8_t rd_u8(struct rd *r)
{
    return (uint8_t)little(r, 1);
}

uint16_t rd_u16le(struct rd *r)
{
    return (uint16_t)little(r, 2);
}

uint32_t rd_u32le(struct rd *r)
{
    return (uint32_t)little(r, 4);
}

uint64_t rd_u64le(struct rd *r)
{
    return little(r, 8);
}

uint16_t rd_u16be(struct rd *r)
{
    return (uint16_t)big(r, 2);
}

uint32_t rd_u32be(struct rd *r)
{
    return (uint32_t)big(r, 4);
}

uint64_t rd_u64be(struct rd *r)
{
    return big(r, 8);
}

struct rd rd_sub(struct rd *r, size_t n)
{
    const uint8_t *p = rd_bytes(r, n);
    struct rd sub = rd_from(p, p ? n : 0);
    sub.bad = p == NULL;
    return sub;
}

struct rd rd_at(const struct rd *r, size_t offset, size_t n)
{
    size_t whole = (size_t)(r->end - r->beg);
    if (r->bad || offset > whole || n > whole - offset) {
        struct rd none = rd_from(NULL, 0);
        none.bad = true;
        return none;
    }
    return rd_from(r->beg + offset, n);
}

bool rd_done(const struct rd *r)
{
    return !r->bad && r->p == r->end;
}
