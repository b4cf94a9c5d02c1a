/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/descriptor.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"

#define HEADER        20U
#define SELF_RELATIVE 0x8000U
#define DACL_PRESENT  0x0004U
#define ACL_MOST      65535U

/* Types of entries that hold object GUIDs ([MS-DTYP] 2.4.4.1). */
static bool has_object(uint32_t type)
{
    return (type >= 5 && type <= 8) || type == 11 || type == 12 || type == 15 || type == 16;
}

static void put_u16(struct wr *w, uint32_t v)
{
    wr_u8(w, (uint8_t)v);
    wr_u8(w, (uint8_t)(v >> 8));
}

static void put_u32(struct wr *w, uint32_t v)
{
    put_u16(w, v & 0xffffU);
    put_u16(w, v >> 16);
}

static void poke(struct wr *w, size_t at, size_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes && at + i < w->size; i++) {
        w->data[at + i] = (uint8_t)(v >> (8 * i));
    }
}

static bool number(const char *p, size_t n, int base, uint64_t most, uint64_t *ret)
{
    uint64_t v = 0;
    if (n == 0 || n > 20) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int digit = p[i] >= '0' && p[i] <= '9'   ? p[i] - '0'
                    : p[i] >= 'a' && p[i] <= 'f' ? p[i] - 'a' + 10
                                                 : 99;
        if (digit >= base || v > (most - (uint64_t)digit) / (uint64_t)base) {
            return false;
        }
        v = v * (uint64_t)base + (uint64_t)digit;
    }
    *ret = v;
    return true;
}

/* "S-1-5-32-544" as [MS-DTYP] 2.4.2.2; *ret_size is what it takes. */
static bool put_sid(struct wr *w, const char *p, size_t n)
{
    char text[SID_TEXT_MAX];
    uint64_t authority = 0;
    if (n >= sizeof(text)) {
        return false;
    }
    memcpy(text, p, n);
    text[n] = '\0';
    if (!sid_text_valid(text)) {
        return false;
    }
    const char *at = text + 4; /* behind "S-1-" */
    size_t size = strcspn(at, "-");
    bool is_hex = strncmp(at, "0x", 2) == 0;
    if (!number(is_hex ? at + 2 : at, is_hex ? size - 2 : size, is_hex ? 16 : 10, 0xffffffffffffU,
                &authority)) {
        return false;
    }
    wr_u8(w, 1);
    size_t count = w->size;
    wr_u8(w, 0);
    for (int i = 5; i >= 0; i--) {
        wr_u8(w, (uint8_t)(authority >> (8 * i)));
    }
    size_t parts = 0;
    for (at += size; *at == '-'; at += size) {
        uint64_t v = 0;
        size = strcspn(++at, "-");
        if (!number(at, size, 10, UINT32_MAX, &v) || ++parts > 15) {
            return false;
        }
        put_u32(w, (uint32_t)v);
    }
    poke(w, count, parts, 1);
    return *at == '\0';
}

/* "S-1-5-18:0/3/0x001f01ff" as an entry of the DACL ([MS-DTYP] 2.4.4). */
static bool put_entry(struct wr *w, const char *p, size_t n, bool *has_objects)
{
    const char *colon = memchr(p, ':', n);
    const char *end = p + n;
    const char *first = colon ? memchr(colon, '/', (size_t)(end - colon)) : NULL;
    const char *second = first ? memchr(first + 1, '/', (size_t)(end - first - 1)) : NULL;
    uint64_t type = 0, flags = 0, mask = 0;
    if (!second || end - second < 4 || memcmp(second, "/0x", 3) != 0 ||
        !number(colon + 1, (size_t)(first - colon - 1), 10, UINT8_MAX, &type) ||
        !number(first + 1, (size_t)(second - first - 1), 10, UINT8_MAX, &flags) ||
        !number(second + 3, (size_t)(end - second - 3), 16, UINT32_MAX, &mask)) {
        return false;
    }
    size_t start = w->size;
    wr_u8(w, (uint8_t)type);
    wr_u8(w, (uint8_t)flags);
    put_u16(w, 0);
    put_u32(w, (uint32_t)mask);
    if (has_object((uint32_t)type)) {
        *has_objects = true;
        put_u32(w, 0);
    }
    bool ok = put_sid(w, p, (size_t)(colon - p));
    poke(w, start + 2, w->size - start, 2);
    return ok;
}

/* The next part of the text, up to a comma; false at the end. */
static bool next_part(const char **text, const char **ret, size_t *ret_size)
{
    if (!**text) {
        return false;
    }
    size_t n = strcspn(*text, ",");
    *ret = *text;
    *ret_size = n;
    *text += n + ((*text)[n] == ',');
    return true;
}

static bool begins(const char *p, size_t n, const char *word)
{
    size_t m = strlen(word);
    return n >= m && memcmp(p, word, m) == 0;
}

static bool put_parts(const char *text, struct wr *w, size_t start)
{
    const char *p = NULL;
    size_t n = 0, entries = 0, acl = 0;
    bool ok = true, has_objects = false;
    while (ok && next_part(&text, &p, &n)) {
        if (begins(p, n, "OWNER:") && n > 6) {
            poke(w, start + 4, w->size - start, 4);
            ok = acl == 0 && put_sid(w, p + 6, n - 6);
        } else if (begins(p, n, "GROUP:") && n > 6) {
            poke(w, start + 8, w->size - start, 4);
            ok = acl == 0 && put_sid(w, p + 6, n - 6);
        } else if (begins(p, n, "ACL:")) {
            if (acl == 0) {
                acl = w->size;
                put_u32(w, 0);
                put_u32(w, 0);
            }
            ok = put_entry(w, p + 4, n - 4, &has_objects);
            entries++;
        } else {
            ok = begins(p, n, "REVISION:") || (n == 6 && p[5] == ':');
        }
        ok = ok && !w->bad && (acl == 0 || w->size - acl <= ACL_MOST);
    }
    if (!ok || entries == 0) {
        return false;
    }
    poke(w, start + 16, acl - start, 4);
    poke(w, acl, has_objects ? 4 : 2, 1);
    poke(w, acl + 2, w->size - acl, 2);
    poke(w, acl + 4, entries, 2);
    return true;
}

bool descriptor_from_text(const char *text, struct wr *w)
{
    size_t start = w->size;
    wr_u8(w, 1);
    wr_u8(w, 0);
    put_u16(w, SELF_RELATIVE | DACL_PRESENT);
    for (size_t i = 4; i < HEADER; i += 4) {
        put_u32(w, 0);
    }
    return !w->bad && put_parts(text, w, start) && !w->bad;
}
