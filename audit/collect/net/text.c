/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/text.h"

#include <string.h>

#include "audit/base/utf.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f);
}

size_t text_clean(char *out, size_t size, const void *bytes, size_t n)
{
    const char *s = bytes;
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t length = utf8_next(s + i, n - i, &cp);
        const char *from = length ? s + i : REPLACEMENT;
        size_t put = length ? length : strlen(REPLACEMENT);
        i += length ? length : 1;
        if ((length && is_control(cp)) || (cp == ' ' && used == 0)) {
            continue;
        }
        if (put >= size - used) {
            break;
        }
        memcpy(out + used, from, put);
        used += put;
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
    return used;
}

size_t text_clean_utf16(char *out, size_t size, const void *bytes, size_t n)
{
    bool is_changed = false;
    /* Names are short; whatever is longer than a column is cut before it costs memory. */
    size_t most = n < 8192 ? n : 8192;
    struct arena *a AUTO(arena_freep) = arena_new(1U << 16);
    const char *text = a ? utf16le_to_utf8(a, bytes, most, &is_changed) : NULL;
    return text_clean(out, size, text ? text : "", text ? strlen(text) : 0);
}

const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}
