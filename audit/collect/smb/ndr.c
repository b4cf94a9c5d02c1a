/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/ndr.h"

#include <string.h>

#include "audit/base/utf.h"

static void put_align(struct wr *w, size_t n)
{
    while (w->size % n != 0 && !w->bad) {
        wr_u8(w, 0);
    }
}

void ndr_put_u16(struct wr *w, uint16_t v)
{
    put_align(w, 2);
    wr_u8(w, (uint8_t)v);
    wr_u8(w, (uint8_t)(v >> 8));
}

void ndr_put_u32(struct wr *w, uint32_t v)
{
    put_align(w, 4);
    ndr_put_u16(w, (uint16_t)v);
    ndr_put_u16(w, (uint16_t)(v >> 16));
}

void ndr_put_pointer(struct wr *w)
{
    put_align(w, 4);
    ndr_put_u32(w, 0x00020000U + (uint32_t)w->size);
}

size_t ndr_units(const char *text)
{
    size_t n = strlen(text), units = 0;
    while (n > 0) {
        uint32_t cp = 0;
        size_t step = utf8_next(text, n, &cp);
        if (step == 0) {
            break;
        }
        units += cp > 0xffff ? 2 : 1;
        text += step;
        n -= step;
    }
    return units;
}

void ndr_put_string(struct wr *w, const char *text)
{
    size_t n = strlen(text);
    uint32_t count = (uint32_t)ndr_units(text) + 1;
    ndr_put_u32(w, count);
    ndr_put_u32(w, 0);
    ndr_put_u32(w, count);
    while (n > 0) {
        uint32_t cp = 0;
        size_t step = utf8_next(text, n, &cp);
        if (step == 0) {
            break;
        }
        if (cp > 0xffff) {
            ndr_put_u16(w, (uint16_t)(0xd800U + ((cp - 0x10000U) >> 10)));
            cp = 0xdc00U + ((cp - 0x10000U) & 0x3ffU);
        }
        ndr_put_u16(w, (uint16_t)cp);
        text += step;
        n -= step;
    }
    ndr_put_u16(w, 0);
}

static void align(struct rd *r, size_t n)
{
    size_t over = rd_offset(r) % n;
    if (over != 0) {
        rd_skip(r, n - over);
    }
}

uint16_t ndr_u16(struct rd *r)
{
    align(r, 2);
    return rd_u16le(r);
}

uint32_t ndr_u32(struct rd *r)
{
    align(r, 4);
    return rd_u32le(r);
}

bool ndr_pointer(struct rd *r)
{
    return ndr_u32(r) != 0;
}

const uint8_t *ndr_array(struct rd *r, size_t element, size_t *ret_size)
{
    uint32_t most = ndr_u32(r);
    uint32_t offset = ndr_u32(r);
    uint32_t actual = ndr_u32(r);
    *ret_size = 0;
    if (r->bad || offset != 0 || actual > most || actual > rd_left(r) / element) {
        rd_fail(r);
        return NULL;
    }
    if (actual == 0) {
        return NULL;
    }
    *ret_size = actual * element;
    return rd_bytes(r, *ret_size);
}

const uint8_t *ndr_string(struct rd *r, size_t *ret_size)
{
    size_t size = 0;
    const uint8_t *p = ndr_array(r, 2, &size);
    *ret_size = 0;
    while (p && *ret_size + 2 <= size && (p[*ret_size] != 0 || p[*ret_size + 1] != 0)) {
        *ret_size += 2;
    }
    return p;
}
