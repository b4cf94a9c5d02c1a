/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"

/* Makes text safe for a person to read and cuts it to size, never inside a code point. */
static void put_safe(char *dst, size_t size, const char *src)
{
    struct wr w AUTO(wr_done);
    struct arena *a AUTO(arena_freep) = arena_new(0);
    bool changed = false;
    const char *clean = a ? utf8_repair(a, src, strlen(src), &changed) : NULL;
    wr_init(&w, 65536);
    utf8_display(&w, clean ? clean : "", 0);
    size_t n = w.size < size - 1 ? w.size : size - 1;
    while (n > 0 && n < w.size && (w.data[n] & 0xc0) == 0x80) {
        n--;
    }
    if (n > 0) {
        memcpy(dst, w.data, n);
    }
    dst[n] = '\0';
}

static void format(char *dst, size_t size, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void format(char *dst, size_t size, const char *fmt, va_list ap)
{
    char raw[2048];
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    put_safe(dst, size, raw);
}

enum rc err_setf(struct err *err, enum rc rc, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    format(err->msg, sizeof(err->msg), fmt, ap);
    va_end(ap);
    err->rc = rc;
    err->where[0] = '\0';
    return rc;
}

enum rc err_at(struct err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    format(err->where, sizeof(err->where), fmt, ap);
    va_end(ap);
    return err->rc;
}

enum rc err_prefix(struct err *err, const char *fmt, ...)
{
    char context[sizeof(err->msg)];
    char whole[2 * sizeof(err->msg) + 2];
    va_list ap;
    va_start(ap, fmt);
    format(context, sizeof(context), fmt, ap);
    va_end(ap);
    (void)snprintf(whole, sizeof(whole), "%s: %s", context, err->msg);
    put_safe(err->msg, sizeof(err->msg), whole);
    return err->rc;
}

static const char *const words[] = {
    [RC_OK] = "ok",
    [RC_NOMEM] = "out_of_memory",
    [RC_ABSENT] = "absent",
    [RC_DENIED] = "denied",
    [RC_UNREACHABLE] = "unreachable",
    [RC_TIMEOUT] = "timeout",
    [RC_UNSUPPORTED] = "unsupported",
    [RC_MALFORMED] = "malformed",
    [RC_LIMIT] = "limit",
    [RC_IO] = "io",
    [RC_USAGE] = "usage",
    [RC_UNTRUSTED] = "untrusted",
    [RC_BUG] = "bug",
};

const char *rc_word(enum rc rc)
{
    return (size_t)rc < ARRAY_LEN(words) ? words[rc] : "bug";
}

enum rc rc_from_word(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return (enum rc)i;
        }
    }
    return RC_BUG;
}
