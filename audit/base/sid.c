/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/sid.h"

#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"

#define SID_MAX_PARTS 15

/* Decimal text of v at p; returns the end. Faster than snprintf, and a directory has many SIDs. */
static char *put_decimal(char *p, uint64_t v)
{
    char tmp[20];
    size_t n = 0;
    do {
        tmp[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    while (n > 0) {
        *p++ = tmp[--n];
    }
    return p;
}

bool rd_sid(struct rd *r, char *buf)
{
    uint8_t revision = rd_u8(r);
    uint8_t parts = rd_u8(r);
    uint64_t authority = (uint64_t)rd_u16be(r) << 32;
    authority |= rd_u32be(r);
    buf[0] = '\0';
    if (r->bad || revision != 1 || parts > SID_MAX_PARTS) {
        rd_fail(r);
        return false;
    }
    char *p = buf;
    memcpy(p, "S-1-", 4);
    p = put_decimal(p + 4, authority);
    for (unsigned i = 0; i < parts; i++) {
        *p++ = '-';
        p = put_decimal(p, rd_u32le(r));
    }
    *p = '\0';
    if (r->bad) {
        buf[0] = '\0';
        return false;
    }
    return true;
}

bool rd_guid(struct rd *r, char *buf)
{
    static const char hex[] = "0123456789abcdef";
    /* The first three fields are little endian; -1 stands for a hyphen. */
    static const int8_t order[] = { 3,  2, 1, 0,  -1, 5,  4,  -1, 7,  6,
                                    -1, 8, 9, -1, 10, 11, 12, 13, 14, 15 };
    const uint8_t *b = rd_bytes(r, 16);
    char *p = buf;
    for (size_t i = 0; b && i < ARRAY_LEN(order); i++) {
        if (order[i] < 0) {
            *p++ = '-';
        } else {
            *p++ = hex[b[order[i]] >> 4];
            *p++ = hex[b[order[i]] & 15];
        }
    }
    *p = '\0';
    return b != NULL;
}

bool sid_text_valid(const char *s)
{
    size_t n = strlen(s);
    if (n < 5 || n >= SID_TEXT_MAX || strncmp(s, "S-1-", 4) != 0) {
        return false;
    }
    const char *p = s + 4;
    for (int part = 0; part <= SID_MAX_PARTS; part++) {
        size_t len = strcspn(p, "-");
        uint64_t v = 0;
        if (!num_u64(p, len, &v) || v > (part == 0 ? UINT64_C(0xffffffffffff) : UINT32_MAX)) {
            return false;
        }
        if (p[len] == '\0') {
            return true;
        }
        p += len + 1;
    }
    return false;
}

bool guid_text_valid(const char *s)
{
    for (size_t i = 0; i < GUID_TEXT_MAX - 1; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');
        if (hyphen ? s[i] != '-' : !hex) {
            return false;
        }
    }
    return s[GUID_TEXT_MAX - 1] == '\0';
}

bool sid_rid(const char *sid, uint32_t *ret_rid)
{
    const char *last = strrchr(sid, '-');
    /* "S-1-5" ends with its authority: a RID needs a sub-authority. */
    if (!last || strncmp(sid, "S-1-", 4) != 0 || last == sid + 3) {
        return false;
    }
    return num_u32(last + 1, strlen(last + 1), ret_rid);
}

bool sid_domain(const char *sid, char *buf)
{
    uint32_t rid = 0;
    const char *last = strrchr(sid, '-');
    size_t n = last ? (size_t)(last - sid) : 0;
    if (!sid_rid(sid, &rid) || n >= SID_TEXT_MAX) {
        return false;
    }
    memcpy(buf, sid, n);
    buf[n] = '\0';
    return true;
}
