/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "audit/base/utf.h"

#define LOOK 8192U /* bytes that are looked at for UTF-16 without a mark */

static const char replacement[] = "\xef\xbf\xbd";
static const char nul_picture[] = "\xe2\x90\x80";

struct converter {
    unsigned code_page;
    const char *name;
    bool must;
    iconv_t handle;
};

/* What Windows calls the ANSI and console code pages of the systems that a Japanese or European hospital runs. */
static struct converter converters[] = {
    { 932, "CP932", true, NULL },    { 1252, "CP1252", true, NULL },
    { 437, "IBM437", false, NULL },  { 850, "IBM850", false, NULL },
    { 1250, "CP1250", false, NULL }, { 1251, "CP1251", false, NULL },
};

static bool is_prepared;

enum rc text_prepare(struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(converters) && !is_prepared; i++) {
        struct converter *c = &converters[i];
        iconv_t handle = iconv_open("UTF-8", c->name);
        /* iconv_open tells a failure by a pointer of all ones, which a handle cannot be. */
        c->handle = handle == (iconv_t)-1 ? NULL : handle;
        if (!c->handle && c->must) {
            return err_setf(err, RC_UNSUPPORTED, "this machine cannot read code page %u (%s): %s",
                            c->code_page, c->name, strerror(errno));
        }
    }
    is_prepared = true;
    return RC_OK;
}

static struct converter *find_converter(unsigned code_page)
{
    for (size_t i = 0; i < ARRAY_LEN(converters); i++) {
        if (converters[i].code_page == code_page) {
            return &converters[i];
        }
    }
    return NULL;
}

/* UTF-8, in which a NUL is a character like others. */
static bool is_utf8(const uint8_t *p, size_t n)
{
    size_t long_ones = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = p[i] < 0x80 ? 1 : utf8_next((const char *)p + i, n - i, &cp);
        if (len == 0) {
            /* A file that was cut may end inside a character. */
            size_t rest = n - i, wants = p[i] >= 0xf0 ? 4 : p[i] >= 0xe0 ? 3 : 2;
            for (size_t k = 1; k < rest; k++) {
                wants = (p[i + k] & 0xc0) == 0x80 ? wants : 0;
            }
            return long_ones > 0 && p[i] >= 0xc2 && rest < wants;
        }
        long_ones += len > 1;
        i += len;
    }
    return true;
}

/* Every other byte is zero in what is ASCII of UTF-16, and a text of a code page has no zeros. */
static bool is_utf16(const uint8_t *p, size_t n, size_t high)
{
    size_t zeros[2] = { 0, 0 };
    n = n > LOOK ? LOOK : n;
    for (size_t i = 0; i < n; i++) {
        zeros[i % 2] += p[i] == 0;
    }
    return n >= 4 && zeros[high] >= n / 8 && zeros[high] > 4 * zeros[1 - high];
}

static bool is_lead(uint8_t c)
{
    return (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc);
}

static bool is_trail(uint8_t c)
{
    return c >= 0x40 && c <= 0xfc && c != 0x7f;
}

/* Well-formed in code page 932, with kana or with two common kanji side by side: a German or French text of 1252 can be
 * well-formed in it by chance, but then has neither. */
static bool is_japanese(const uint8_t *p, size_t n)
{
    bool is_sure = false, was_common = false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < 0x80 || (p[i] >= 0xa1 && p[i] <= 0xdf)) {
            was_common = false;
            continue;
        }
        if (!is_lead(p[i]) || (i + 1 < n && !is_trail(p[i + 1]))) {
            return false;
        }
        if (i + 1 == n) {
            break;
        }
        uint8_t lead = p[i], trail = p[++i];
        bool is_kana =
            (lead == 0x82 && trail >= 0x9f && trail <= 0xf1) || (lead == 0x83 && trail <= 0x96);
        bool is_common = lead <= 0x98;
        is_sure = is_sure || is_kana || (is_common && was_common);
        was_common = is_common;
    }
    return is_sure;
}

void text_open(struct text *t, const void *data, size_t n, unsigned code_page)
{
    const uint8_t *p = data;
    size_t mark = 0;
    *t = (struct text){ .encoding = TEXT_UTF8 };
    wr_init(&t->line, (size_t)TEXT_LINE_MAX * 3 + 1);
    if (n >= 2 && p[0] == 0xff && p[1] == 0xfe) {
        t->encoding = TEXT_UTF16LE;
        mark = 2;
    } else if (n >= 2 && p[0] == 0xfe && p[1] == 0xff) {
        t->encoding = TEXT_UTF16BE;
        mark = 2;
    } else if (n >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) {
        mark = 3;
    } else if (is_utf16(p, n, 1)) {
        t->encoding = TEXT_UTF16LE;
    } else if (is_utf16(p, n, 0)) {
        t->encoding = TEXT_UTF16BE;
    } else if (!is_utf8(p, n)) {
        t->encoding = TEXT_ANSI;
        t->code_page = find_converter(code_page) ? code_page : is_japanese(p, n) ? 932 : 1252;
    }
    t->r = rd_from(data, n);
    rd_skip(&t->r, mark);
}

void text_close(struct text *t)
{
    wr_done(&t->line);
}

static void put_char(struct wr *out, uint32_t cp)
{
    char buf[4];
    size_t n = 0;
    if (cp == 0) {
        wr_text(out, nul_picture);
        return;
    }
    if (cp < 0x80) {
        buf[n++] = (char)cp;
    } else if (cp < 0x800) {
        buf[n++] = (char)(0xc0 | (cp >> 6));
        buf[n++] = (char)(0x80 | (cp & 0x3f));
    } else if (cp < 0x10000) {
        buf[n++] = (char)(0xe0 | (cp >> 12));
        buf[n++] = (char)(0x80 | ((cp >> 6) & 0x3f));
        buf[n++] = (char)(0x80 | (cp & 0x3f));
    } else {
        buf[n++] = (char)(0xf0 | (cp >> 18));
        buf[n++] = (char)(0x80 | ((cp >> 12) & 0x3f));
        buf[n++] = (char)(0x80 | ((cp >> 6) & 0x3f));
        buf[n++] = (char)(0x80 | (cp & 0x3f));
    }
    wr_bytes(out, buf, n);
}

static uint32_t unit_at(const uint8_t *p, bool is_big)
{
    return is_big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* True when nothing had to be replaced. */
static bool put_utf16(struct wr *out, const uint8_t *p, size_t n, bool is_big)
{
    bool is_whole = n % 2 == 0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t cp = unit_at(p + i, is_big);
        if (cp >= 0xd800 && cp < 0xe000) {
            uint32_t low = cp < 0xdc00 && i + 3 < n ? unit_at(p + i + 2, is_big) : 0;
            bool is_pair = low >= 0xdc00 && low < 0xe000;
            cp = is_pair ? 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
            is_whole = is_whole && is_pair;
            i += is_pair ? 2 : 0;
        }
        put_char(out, cp);
    }
    return is_whole;
}

static bool put_utf8(struct wr *out, const uint8_t *p, size_t n)
{
    bool is_whole = true;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = p[i] == 0 ? 0 : utf8_next((const char *)p + i, n - i, &cp);
        if (len > 0) {
            wr_bytes(out, p + i, len);
        } else {
            wr_text(out, p[i] == 0 ? nul_picture : replacement);
            is_whole = is_whole && p[i] == 0;
        }
        i += len ? len : 1;
    }
    return is_whole;
}

/* The run of bytes that are ASCII except NUL, which no converter needs to see. */
static size_t ascii_run(const uint8_t *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] != 0 && p[i] < 0x80) {
        i++;
    }
    return i;
}

bool text_from_code_page(unsigned code_page, const void *data, size_t n, struct wr *out)
{
    const struct converter *c = find_converter(code_page);
    const uint8_t *p = data, *end = n > 0 ? p + n : p;
    char buf[512];
    bool is_whole = true;
    while (p < end) {
        size_t run = ascii_run(p, (size_t)(end - p));
        wr_bytes(out, p, run);
        p += run;
        if (p == end) {
            break;
        }
        if (*p == 0) {
            wr_text(out, nul_picture);
            p++;
            continue;
        }
        /* One character; one that ends in the bytes of the next line cannot be, for a line ends before its LF. */
        size_t want = code_page == 932 && is_lead(*p) ? 2 : 1;
        want = want > (size_t)(end - p) ? (size_t)(end - p) : want;
        char *in = (char *)(uintptr_t)p, *to = buf;
        size_t in_left = want, to_left = sizeof(buf);
        bool is_done = c && c->handle &&
                       iconv(c->handle, &in, &in_left, &to, &to_left) != (size_t)-1 &&
                       in_left == 0 && to > buf && utf8_valid(buf, (size_t)(to - buf));
        if (is_done) {
            wr_bytes(out, buf, (size_t)(to - buf));
            p += want;
        } else {
            if (c && c->handle) {
                (void)iconv(c->handle, NULL, NULL, NULL, NULL);
            }
            wr_text(out, replacement);
            is_whole = false;
            p++;
        }
    }
    return is_whole;
}

bool text_convert(enum text_encoding encoding, unsigned code_page, const void *data, size_t n,
                  struct wr *out)
{
    if (encoding == TEXT_UTF16LE || encoding == TEXT_UTF16BE) {
        return put_utf16(out, data, n, encoding == TEXT_UTF16BE);
    }
    return encoding == TEXT_ANSI ? text_from_code_page(code_page, data, n, out)
                                 : put_utf8(out, data, n);
}

/* The raw bytes of the next line, without the line feed; *ret_end tells that there was one. */
static const uint8_t *raw_line(struct text *t, size_t *ret_n)
{
    const uint8_t *p = t->r.p, *end = t->r.end;
    if (t->encoding != TEXT_UTF16LE && t->encoding != TEXT_UTF16BE) {
        const uint8_t *lf = memchr(p, '\n', (size_t)(end - p));
        *ret_n = (size_t)((lf ? lf : end) - p);
        t->r.p = lf ? lf + 1 : end;
        return p;
    }
    bool is_big = t->encoding == TEXT_UTF16BE;
    const uint8_t *at = p;
    while (end - at >= 2 && unit_at(at, is_big) != '\n') {
        at += 2;
    }
    bool has_lf = end - at >= 2;
    *ret_n = (size_t)((has_lf ? at : end) - p);
    t->r.p = has_lf ? at + 2 : end;
    return p;
}

enum rc text_next(struct text *t, const char **ret, size_t *ret_size, struct err *err)
{
    bool is_wide = t->encoding == TEXT_UTF16LE || t->encoding == TEXT_UTF16BE;
    size_t n = 0;
    wr_clear(&t->line);
    if (rd_left(&t->r) < (is_wide ? 2U : 1U)) {
        t->is_changed = t->is_changed || rd_left(&t->r) > 0;
        return RC_ABSENT;
    }
    const uint8_t *p = raw_line(t, &n);
    t->number++;
    if (n > TEXT_LINE_MAX) {
        return err_setf(err, RC_LIMIT, "line %u is longer than %u bytes", t->number, TEXT_LINE_MAX);
    }
    bool is_whole = text_convert(t->encoding, t->code_page, p, n, &t->line);
    t->is_changed = t->is_changed || !is_whole;
    t->has_cr = t->line.size > 0 && t->line.data[t->line.size - 1] == '\r';
    if (t->has_cr) {
        t->line.size--;
    }
    wr_u8(&t->line, 0);
    if (t->line.bad) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret = (const char *)t->line.data;
    *ret_size = t->line.size - 1;
    return RC_OK;
}

void text_to_utf16(const char *s, size_t n, struct wr *out)
{
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        i += len ? len : 1;
        cp = len ? cp : 0xfffd;
        uint32_t high = cp >= 0x10000 ? 0xd800 + ((cp - 0x10000) >> 10) : 0;
        uint32_t low = cp >= 0x10000 ? 0xdc00 + ((cp - 0x10000) & 0x3ff) : cp;
        if (high) {
            wr_u8(out, (uint8_t)high);
            wr_u8(out, (uint8_t)(high >> 8));
        }
        wr_u8(out, (uint8_t)low);
        wr_u8(out, (uint8_t)(low >> 8));
    }
}

const char *text_trim(const char *s, size_t *n)
{
    while (*n > 0 && (s[*n - 1] == ' ' || s[*n - 1] == '\t' || s[*n - 1] == '\r')) {
        --*n;
    }
    while (*n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        --*n;
    }
    return s;
}
