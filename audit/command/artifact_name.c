/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of kept copies: readable where the target's name is harmless, %XX where it is not. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/command/artifact_keep.h"

#define PART_MOST 200U /* bytes; a file system takes 255, and a number may follow */

/* Names that Windows takes for devices, whatever follows the dot: the copies may be looked at there. */
static bool is_device(const char *s, size_t n)
{
    static const char *const names[] = { "CON", "PRN", "AUX", "NUL" };
    static const char *const ports[] = { "COM", "LPT" };
    const char *dot = memchr(s, '.', n);
    size_t stem = dot ? (size_t)(dot - s) : n;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (stem == 3 && strncasecmp(s, names[i], 3) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        if (stem == 4 && strncasecmp(s, ports[i], 3) == 0 && isdigit((unsigned char)s[3])) {
            return true;
        }
    }
    return false;
}

static void escape(struct wr *w, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wr_printf(w, "%%%02X", (unsigned)(unsigned char)s[i]);
    }
}

static bool is_harmless(const char *s, size_t n, bool is_first, bool is_last)
{
    if (strchr("%\\:*?\"<>|\t\n\r", *s) || !utf8_is_visible(s, n)) {
        return false;
    }
    if (is_first && strchr("-~. ", *s)) {
        return false;
    }
    return !is_last || !strchr(". ", *s);
}

/* FNV-1a, so that long names that begin alike stay apart. */
static uint32_t mark_of(const char *s, size_t n)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)s[i]) * 16777619U;
    }
    return h;
}

static void put_part(struct wr *w, const char *s, size_t n)
{
    size_t begin = w->size;
    bool must_escape = is_device(s, n) || (n == 10 && strncasecmp(s, "SHA256SUMS", n) == 0);
    for (size_t i = 0; i < n && w->size - begin < PART_MOST;) {
        uint32_t cp = 0;
        size_t size = utf8_next(s + i, n - i, &cp);
        bool is_known =
            size > 0 && !(must_escape && i == 0) && is_harmless(s + i, size, i == 0, i + size == n);
        size = size > 0 ? size : 1;
        if (is_known) {
            wr_bytes(w, s + i, size);
        } else {
            escape(w, s + i, size);
        }
        i += size;
        if (i < n && w->size - begin >= PART_MOST) {
            wr_printf(w, "%%~%08x", mark_of(s, n));
        }
    }
}

bool artifact_safe_path(const char *path, char *buf, size_t size)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    while (*path) {
        size_t n = strcspn(path, "/");
        if (n > 0) {
            if (w.size > 0) {
                wr_u8(&w, '/');
            }
            put_part(&w, path, n);
        }
        path += n + (path[n] == '/');
    }
    if (w.bad || w.size >= size) {
        return false;
    }
    if (w.size > 0) {
        memcpy(buf, w.data, w.size);
    }
    buf[w.size] = '\0';
    return true;
}
