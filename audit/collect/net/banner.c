/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/banner.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/collect/net/text.h"

#define KEPT 1024U /* bytes of a stream that are looked at */

enum {
    IAC = 255,
    SB = 250,
    SE = 240,
    WILL = 251 /* WILL, WONT, DO and DONT carry an option */
};

/* Copies n bytes without Telnet commands. Returns how many are left. */
static size_t strip(const uint8_t *p, size_t n, uint8_t *out, bool *ret_is_telnet)
{
    size_t used = 0, i = 0;
    while (i < n) {
        if (p[i] != IAC) {
            out[used++] = p[i++];
            continue;
        }
        uint8_t command = i + 1 < n ? p[i + 1] : 0;
        if (command == IAC) { /* the byte itself */
            out[used++] = IAC;
            i += 2;
        } else if (command == SB) {
            *ret_is_telnet = true;
            for (i += 2; i + 1 < n && (p[i] != IAC || p[i + 1] != SE); i++) {
            }
            i += 2;
        } else {
            *ret_is_telnet = *ret_is_telnet || command >= SE;
            i += command >= WILL ? 3 : 2;
        }
    }
    return used;
}

static void cut(char *text)
{
    size_t n = strlen(text), at = 0;
    for (size_t shown = 0; at < n && shown < BANNER_MAX; shown++) {
        uint32_t cp = 0;
        size_t length = utf8_next(text + at, n - at, &cp);
        at += length ? length : 1;
    }
    text[at] = '\0';
}

void banner_parse(const uint8_t *p, size_t n, struct banner *ret)
{
    uint8_t bytes[KEPT];
    struct banner b = { .is_whole = n >= KEPT };
    size_t size = strip(p, n < KEPT ? n : KEPT, bytes, &b.is_telnet), at = 0;
    while (at < size) {
        const uint8_t *feed = memchr(bytes + at, '\n', size - at);
        size_t length = feed ? (size_t)(feed - (bytes + at)) : size - at;
        bool is_ssh = length >= 4 && memcmp(bytes + at, "SSH-", 4) == 0;
        if (!b.line[0] || is_ssh) {
            (void)text_clean(b.line, sizeof(b.line), bytes + at, length);
            cut(b.line);
            b.is_whole = b.is_whole || (feed != NULL && b.line[0]);
            b.is_ssh = is_ssh;
        }
        if (is_ssh) {
            break;
        }
        at += length + 1;
    }
    *ret = b;
}
