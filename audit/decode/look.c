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

/* The text behind the key's colon in "key": "text" of a line of JSON, and its length; NULL when there is none. */
static const char *text_of(const char *line, size_t n, const char *key, size_t *ret)
{
    size_t m = strlen(key);
    const char *at = memmem(line, n, key, m), *end = line + n;
    if (!at) {
        return NULL;
    }
    at += m;
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    if (at == end || *at != ':') {
        return NULL;
    }
    at++;
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    const char *quote = at < end && *at == '"' ? memchr(at + 1, '"', (size_t)(end - at - 1)) : NULL;
    *ret = quote ? (size_t)(quote - at - 1) : 0;
    return quote ? at + 1 : NULL;
}

/* {"timestamp": …, "type": "Authentication", …: one object a line (Samba, lib/audit_logging). */
static bool is_samba_line(const char *line, size_t n)
{
    static const char *const types[] = { "passwordChange",  "dsdbChange",     "groupChange",
                                         "dsdbTransaction", "Authentication", "Authorization" };
    const char *brace = memchr(line, '{', n);
    size_t size = 0, left = brace ? n - (size_t)(brace - line) : 0;
    const char *type = NULL;
    if (!brace || !text_of(brace, left, "\"timestamp\"", &size)) {
        return false;
    }
    type = text_of(brace, left, "\"type\"", &size);
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++) {
        if (strlen(types[i]) == size && memcmp(types[i], type, size) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_samba_log(const char *p, size_t n)
{
    while (n > 0) {
        const char *end = memchr(p, '\n', n);
        size_t line = end ? (size_t)(end - p) : n;
        if (is_samba_line(p, line)) {
            return true;
        }
        p += end ? line + 1 : line;
        n -= end ? line + 1 : line;
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
    return is_ldif(buf, n) ? "ldif" : is_samba_log(buf, n) ? "samba_log" : NULL;
}
