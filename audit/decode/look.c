/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/look.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "audit/base/macros.h"

/* A line of RFC 2849 that a file may begin with: comments and empty lines, then "version:", "dn:" or "dn::". */
static bool is_ldif(const char *p, size_t n)
{
    while (n > 0) {
        const char *end = memchr(p, '\n', n);
        size_t line = end ? (size_t)(end - p) : n;
        size_t shown = line > 0 && p[line - 1] == '\r' ? line - 1 : line;
        if (shown > 0 && p[0] != '#' && p[0] != ' ') {
            return (shown >= 3 && strncasecmp(p, "dn:", 3) == 0) ||
                   (shown >= 8 && strncasecmp(p, "version:", 8) == 0);
        }
        if (!end) {
            return false;
        }
        p += line + 1;
        n -= line + 1;
    }
    return false;
}

/* Text without a byte order mark, and of UTF-16LE only the low bytes, which is enough for the words looked for. */
static size_t plain(const unsigned char *p, size_t n, char *buf, size_t room)
{
    size_t size = 0, step = 1;
    if (n >= 2 && p[0] == 0xff && p[1] == 0xfe) {
        p += 2;
        n -= 2;
        step = 2;
    } else if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        p += 3;
        n -= 3;
    }
    for (size_t i = 0; i < n && size < room; i += step) {
        buf[size++] = (char)p[i];
    }
    return size;
}

const char *look_kind(const void *data, size_t size)
{
    static const struct {
        const char *mark;
        size_t size;
        const char *kind;
    } marks[] = { { "ElfFile\0", 8, "evtx" },
                  { "regf", 4, "hive" },
                  { "PReg", 4, "registry_pol" } };

    static const struct {
        const char *text, *kind;
    } texts[] = { { "Windows Registry Editor", "registry_file" },
                  { "REGEDIT4", "registry_file" },
                  { "<?xml", "preferences" } };

    char buf[LOOK_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (size >= marks[i].size && memcmp(data, marks[i].mark, marks[i].size) == 0) {
            return marks[i].kind;
        }
    }
    size_t n = plain(data, size, buf, sizeof(buf));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size_t m = strlen(texts[i].text);
        if (n >= m && strncasecmp(buf, texts[i].text, m) == 0) {
            return texts[i].kind;
        }
    }
    return is_ldif(buf, n) ? "ldif" : NULL;
}
