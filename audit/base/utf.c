/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/utf.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define SYMBOL_NUL  "\xe2\x90\x80" /* U+2400 */

size_t utf8_next(const char *s, size_t n, uint32_t *ret_cp)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (n == 0) {
        return 0;
    }
    const uint8_t *p = (const uint8_t *)s;
    if (p[0] < 0x80) {
        *ret_cp = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
    if (len == 0 || len > n || p[0] > 0xf4) {
        return 0;
    }
    uint32_t cp = p[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
        cp = cp << 6 | (p[i] & 0x3fU);
    }
    if (cp < smallest[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        return 0;
    }
    *ret_cp = cp;
    return len;
}

/* How many bytes from s are ASCII without NUL, looked at eight at a time: directory text mostly is. */
static size_t ascii_run(const char *s, size_t n)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        uint64_t v;
        memcpy(&v, s + i, 8);
        if ((v & UINT64_C(0x8080808080808080)) != 0 ||
            ((v - UINT64_C(0x0101010101010101)) & ~v & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    while (i < n && (uint8_t)s[i] < 0x80 && s[i] != '\0') {
        i++;
    }
    return i;
}

bool utf8_valid(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        i += ascii_run(s + i, n - i);
        if (i == n) {
            break;
        }
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        if (len == 0 || cp == 0) {
            return false;
        }
        i += len;
    }
    return true;
}

char *utf8_repair(struct arena *a, const void *bytes, size_t n, bool *ret_changed)
{
    const char *s = bytes;
    if (utf8_valid(s, n)) {
        *ret_changed = false;
        return arena_strndup(a, s, n);
    }
    if (n > SIZE_MAX / 4) {
        return NULL;
    }
    char *out = arena_alloc(a, n * 3 + 1);
    size_t o = 0;
    for (size_t i = 0; out && i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        if (len == 0 || cp == 0) {
            memcpy(out + o, len ? SYMBOL_NUL : REPLACEMENT, 3);
            o += 3;
            i += 1;
        } else {
            memcpy(out + o, s + i, len);
            o += len;
            i += len;
        }
    }
    *ret_changed = true;
    return out;
}

static size_t utf8_put(char *out, uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

char *utf16le_to_utf8(struct arena *a, const void *bytes, size_t n, bool *ret_changed)
{
    const uint8_t *p = bytes;
    if (n > SIZE_MAX / 4) {
        return NULL;
    }
    char *out = arena_alloc(a, n / 2 * 3 + 1);
    size_t o = 0;
    bool changed = n % 2 != 0;
    for (size_t i = 0; out && i + 1 < n; i += 2) {
        uint32_t unit = (uint32_t)(p[i] | p[i + 1] << 8);
        uint32_t cp = unit;
        if (unit >= 0xd800 && unit <= 0xdfff) {
            uint32_t low = i + 3 < n ? (uint32_t)(p[i + 2] | p[i + 3] << 8) : 0;
            if (unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
                cp = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            } else {
                cp = 0xfffd;
                changed = true;
            }
        } else if (unit == 0) {
            cp = 0x2400;
            changed = true;
        }
        o += utf8_put(out + o, cp);
    }
    *ret_changed = changed;
    return out;
}

/* Characters that steer a terminal or the order of text, or that cannot be seen. */
static bool is_unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0xad || cp == 0x61c ||
           (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) ||
           (cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef) ||
           (cp >= 0xe0000 && cp <= 0xe007f);
}

void utf8_display(struct wr *out, const char *s, size_t max_chars)
{
    size_t n = strlen(s);
    size_t shown = 0;
    for (size_t i = 0; i < n; shown++) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        if (max_chars > 0 && shown == max_chars) {
            wr_text(out, "…");
            return;
        }
        if (len == 0) {
            wr_text(out, REPLACEMENT);
            i++;
        } else if (is_unsafe(cp)) {
            wr_printf(out, "\\u{%x}", (unsigned)cp);
            i += len;
        } else {
            wr_bytes(out, s + i, len);
            i += len;
        }
    }
}

bool utf8_is_visible(const char *s, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = 0;
        len = utf8_next(s + i, n - i, &cp);
        if (len == 0 || (is_unsafe(cp) && cp != '\n' && cp != '\t')) {
            return false;
        }
    }
    return true;
}

/* Blocks of [UAX #11] with width W or F, as far as names of hosts and people need them. */
static bool is_wide(uint32_t cp)
{
    return (cp >= 0x1100 && cp <= 0x115f) || (cp >= 0x2e80 && cp <= 0x303e) ||
           (cp >= 0x3041 && cp <= 0x33ff) || (cp >= 0x3400 && cp <= 0x4dbf) ||
           (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0xa000 && cp <= 0xa4cf) ||
           (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
           (cp >= 0xfe30 && cp <= 0xfe6f) || (cp >= 0xff00 && cp <= 0xff60) ||
           (cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x1f300 && cp <= 0x1f64f) ||
           (cp >= 0x1f900 && cp <= 0x1f9ff) || (cp >= 0x20000 && cp <= 0x3fffd);
}

size_t utf8_columns(const char *s)
{
    size_t n = strlen(s), columns = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        i += len ? len : 1;
        bool combines = cp >= 0x300 && cp <= 0x36f;
        columns += combines ? 0 : (is_wide(cp) ? 2 : 1);
    }
    return columns;
}

size_t utf8_fit(const char *s, size_t n, size_t most)
{
    if (n <= most) {
        return n;
    }
    n = most;
    while (n > 0 && ((unsigned char)s[n] & 0xc0U) == 0x80U) {
        n--;
    }
    return n;
}
