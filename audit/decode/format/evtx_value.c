/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/format/evtx_internal.h"

#define TEXT_MAX 64 /* characters of a text that is a number, time or SID; a SID may have more */

/* Size of a value that has one size only; 0 = any. */
static uint32_t width(enum evtx_type type, uint32_t size)
{
    switch (type) {
    case EVTX_INT8:
    case EVTX_UINT8:
        return 1;
    case EVTX_INT16:
    case EVTX_UINT16:
        return 2;
    case EVTX_INT32:
    case EVTX_UINT32:
    case EVTX_REAL32:
    case EVTX_BOOL:
    case EVTX_HEX32:
        return 4;
    case EVTX_INT64:
    case EVTX_UINT64:
    case EVTX_REAL64:
    case EVTX_FILETIME:
    case EVTX_HEX64:
        return 8;
    case EVTX_SIZE:
    case EVTX_HANDLE:
        return size == 4 ? 4 : 8;
    case EVTX_GUID:
    case EVTX_SYSTEMTIME:
        return 16;
    default:
        return 0;
    }
}

static uint64_t whole(const struct evtx_field *f)
{
    uint64_t v = 0;
    for (uint32_t i = f->size < 8 ? f->size : 8; i > 0; i--) {
        v = v << 8 | f->data[i - 1];
    }
    return v;
}

/* Text of ASCII alone into buf, without the NULs behind it; false when it is something else or does not fit. */
static bool ascii(const struct evtx_field *f, char *buf, size_t size)
{
    size_t step = f->type == EVTX_ANSI ? 1 : 2;
    size_t n = f->size / step;
    while (n > 0 && f->data[(n - 1) * step] == 0 && (step == 1 || f->data[(n - 1) * 2 + 1] == 0)) {
        n--;
    }
    if (n >= size) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t low = f->data[i * step];
        if (low == 0 || low > 0x7e || (step == 2 && f->data[i * 2 + 1] != 0)) {
            return false;
        }
        buf[i] = (char)low;
    }
    buf[n] = '\0';
    return true;
}

static bool is_text(const struct evtx_field *f)
{
    return f->type == EVTX_STRING || f->type == EVTX_ANSI || f->type == EVTX_XML;
}

static bool hex_number(const char *s, uint64_t *ret)
{
    uint64_t v = 0;
    size_t n = strlen(s);
    if (n == 0 || n > 16) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        char c = (char)(s[i] | 0x20);
        bool is_digit = s[i] >= '0' && s[i] <= '9';
        if (!is_digit && (c < 'a' || c > 'f')) {
            return false;
        }
        v = v << 4 | (uint64_t)(is_digit ? s[i] - '0' : c - 'a' + 10);
    }
    *ret = v;
    return true;
}

bool evtx_number(const struct evtx_field *f, uint64_t *ret)
{
    char buf[TEXT_MAX];
    int64_t negative = 0;
    if (is_text(f)) {
        if (!ascii(f, buf, sizeof(buf))) {
            return false;
        }
        if (buf[0] == '0' && (buf[1] == 'x' || buf[1] == 'X')) {
            return hex_number(buf + 2, ret);
        }
        if (buf[0] == '-' && num_i64(buf, strlen(buf), &negative)) {
            *ret = (uint64_t)negative;
            return true;
        }
        return num_u64(buf, strlen(buf), ret);
    }
    uint32_t want = width(f->type, f->size);
    if (want == 0 || want > 8 || f->size != want || f->type == EVTX_REAL32 ||
        f->type == EVTX_REAL64 || f->type == EVTX_FILETIME) {
        return false;
    }
    uint64_t v = whole(f);
    bool is_signed = f->type == EVTX_INT8 || f->type == EVTX_INT16 || f->type == EVTX_INT32;
    if (is_signed && v >> (want * 8 - 1)) {
        v |= UINT64_MAX << (want * 8);
    }
    *ret = v;
    return true;
}

bool evtx_time(const struct evtx_field *f, filetime *ret)
{
    char buf[TEXT_MAX];
    if (is_text(f)) {
        return ascii(f, buf, sizeof(buf)) && filetime_from_iso(buf, ret);
    }
    if (f->type == EVTX_FILETIME && f->size == 8 && whole(f) <= INT64_MAX) {
        *ret = (filetime)whole(f);
        return true;
    }
    if (f->type == EVTX_SYSTEMTIME && f->size == 16) {
        const uint8_t *p = f->data;
        (void)snprintf(buf, sizeof(buf), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", evtx_u16(p),
                       evtx_u16(p + 2), evtx_u16(p + 6), evtx_u16(p + 8), evtx_u16(p + 10),
                       evtx_u16(p + 12), evtx_u16(p + 14));
        return filetime_from_iso(buf, ret);
    }
    return false;
}

bool evtx_sid(const struct evtx_field *f, char *buf, size_t size)
{
    if (size < SID_TEXT_MAX) {
        return false;
    }
    buf[0] = '\0';
    if (is_text(f)) {
        return ascii(f, buf, size) && sid_text_valid(buf);
    }
    struct rd r = rd_from(f->data, f->size);
    return f->type == EVTX_SID && f->size > 0 && rd_sid(&r, buf);
}

/* Text out of one value: appended to buf, which has room for what a number, time or GUID needs. */

static size_t put_time(char *buf, size_t size, filetime t)
{
    int64_t seconds = t / FILETIME_SECOND, day = seconds / 86400, rest = seconds % 86400;
    /* Days since 0000-03-01, so that a leap day is the last of its year. 1601-01-01 is day 584694 of them. */
    int64_t z = day + 584694;
    int64_t era = z / 146097, of_era = z % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t month_day = of_year - (153 * month + 2) / 5 + 1;
    int64_t shown = month < 10 ? month + 3 : month - 9;
    int n = snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d.%07dZ",
                     (int)(year + era * 400 + (shown <= 2)), (int)shown, (int)month_day,
                     (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60),
                     (int)(t % FILETIME_SECOND));
    return n > 0 ? (size_t)n : 0;
}

static size_t put_real(char *buf, size_t size, double v)
{
    int n = 0;
    if (isnan(v)) {
        n = snprintf(buf, size, "-1.#IND");
    } else if (isinf(v)) {
        n = snprintf(buf, size, "%s1.#INF", v < 0 ? "-" : "");
    } else {
        n = snprintf(buf, size, "%.9g", v);
    }
    return n > 0 ? (size_t)n : 0;
}

static size_t put_guid(char *buf, size_t size, const struct evtx_field *f)
{
    char guid[GUID_TEXT_MAX];
    struct rd r = rd_from(f->data, f->size);
    if (!rd_guid(&r, guid)) {
        return 0;
    }
    for (char *p = guid; *p; p++) {
        *p = (char)(*p >= 'a' && *p <= 'f' ? *p - 0x20 : *p);
    }
    int n = snprintf(buf, size, "{%s}", guid);
    return n > 0 ? (size_t)n : 0;
}

static size_t put_number(char *buf, size_t size, const struct evtx_field *f)
{
    uint64_t v = 0;
    float real = 0;
    double real64 = 0;
    int n = 0;
    filetime t = 0;
    switch (f->type) {
    case EVTX_REAL32:
        memcpy(&real, f->data, sizeof(real));
        return put_real(buf, size, (double)real);
    case EVTX_REAL64:
        memcpy(&real64, f->data, sizeof(real64));
        return put_real(buf, size, real64);
    case EVTX_GUID:
        return put_guid(buf, size, f);
    case EVTX_FILETIME:
    case EVTX_SYSTEMTIME:
        return evtx_time(f, &t) ? put_time(buf, size, t) : 0;
    default:
        break;
    }
    if (!evtx_number(f, &v)) {
        return 0;
    }
    switch (f->type) {
    case EVTX_BOOL:
        n = snprintf(buf, size, "%s", v ? "true" : "false");
        break;
    case EVTX_SIZE:
    case EVTX_HANDLE:
    case EVTX_HEX32:
    case EVTX_HEX64:
        n = snprintf(buf, size, "0x%llx", (unsigned long long)v);
        break;
    case EVTX_INT8:
    case EVTX_INT16:
    case EVTX_INT32:
    case EVTX_INT64:
        n = snprintf(buf, size, "%lld", (long long)v);
        break;
    default:
        n = snprintf(buf, size, "%llu", (unsigned long long)v);
        break;
    }
    return n > 0 ? (size_t)n : 0;
}

static const char *binary_text(const struct evtx_field *f, struct arena *a)
{
    static const char hex[] = "0123456789ABCDEF";
    char *s = arena_alloc(a, (size_t)f->size * 2 + 1);
    for (uint32_t i = 0; s && i < f->size; i++) {
        s[i * 2] = hex[f->data[i] >> 4];
        s[i * 2 + 1] = hex[f->data[i] & 15];
    }
    return s;
}

/* In which code page ANSI text is, nobody says: what is not UTF-8 becomes U+FFFD. */
static const char *string_text(const struct evtx_field *f, struct arena *a)
{
    bool changed = false;
    uint32_t n = f->size;
    if (f->type == EVTX_ANSI) {
        while (n > 0 && f->data[n - 1] == 0) {
            n--;
        }
        return utf8_repair(a, f->data, n, &changed);
    }
    n &= ~1U;
    while (n > 1 && f->data[n - 1] == 0 && f->data[n - 2] == 0) {
        n -= 2;
    }
    return utf16le_to_utf8(a, f->data, n, &changed);
}

static const char *single_text(const struct evtx_field *f, struct arena *a)
{
    char buf[SID_TEXT_MAX];
    size_t n = 0;
    if (f->size == 0 || f->type == EVTX_NULL) {
        return "";
    }
    if (is_text(f)) {
        return string_text(f, a);
    }
    if (f->type == EVTX_SID && evtx_sid(f, buf, sizeof(buf))) {
        return arena_strdup(a, buf);
    }
    uint32_t want = width(f->type, f->size);
    if (want > 0 && want == f->size) {
        n = put_number(buf, sizeof(buf), f);
    }
    return n > 0 ? arena_strndup(a, buf, n) : binary_text(f, a);
}

/* The next value of an array: bytes of it, and behind it; false at the end, or where none can be told apart. */
static bool next_of_array(const struct evtx_field *f, uint32_t at, uint32_t *ret_size,
                          uint32_t *ret_next)
{
    enum evtx_type type = (enum evtx_type)(f->type & ~(unsigned)EVTX_ARRAY);
    uint32_t left = f->size - at, step = type == EVTX_ANSI ? 1 : 2, n = 0;
    if (at >= f->size) {
        return false;
    }
    if (type == EVTX_STRING || type == EVTX_XML || type == EVTX_ANSI) {
        while (n + step <= left && (f->data[at + n] != 0 || (step == 2 && f->data[at + n + 1]))) {
            n += step;
        }
        *ret_size = n;
        *ret_next = at + (n + step <= left ? n + step : left);
        return true;
    }
    n = width(type, 8);
    if (type == EVTX_SID && left >= 8) {
        n = 8 + 4U * f->data[at + 1];
    }
    *ret_size = n;
    *ret_next = at + n;
    return n > 0 && n <= left;
}

bool evtx_array_next(const struct evtx_field *f, uint32_t *at, struct evtx_field *ret)
{
    uint32_t size = 0, next = 0;
    if (!(f->type & EVTX_ARRAY) || !next_of_array(f, *at, &size, &next)) {
        return false;
    }
    *ret = *f;
    ret->type = (enum evtx_type)(f->type & ~(unsigned)EVTX_ARRAY);
    ret->data = f->data + *at;
    ret->size = size;
    *at = next;
    return true;
}

static const char *array_text(const struct evtx_field *f, struct arena *a)
{
    struct evtx_field one;
    uint32_t at = 0;
    struct wr out;
    wr_init(&out, (size_t)EVTX_VALUE_MAX * 32);
    AUTO(arena_freep) struct arena *scratch = arena_new((size_t)4 * 1024 * 1024);
    bool is_bad = !scratch;
    for (bool is_first = true; !is_bad && evtx_array_next(f, &at, &one); is_first = false) {
        const char *s = single_text(&one, scratch);
        is_bad = !s;
        wr_text(&out, is_first ? "" : ",");
        wr_text(&out, s ? s : "");
        if (arena_used(scratch) > 65536) {
            arena_reset(scratch);
        }
    }
    const char *s = NULL;
    if (!is_bad && !out.bad) {
        s = at < f->size ? binary_text(f, a) : arena_strndup(a, (char *)out.data, out.size);
    }
    wr_done(&out);
    return s;
}

const char *evtx_text(const struct evtx_field *f, struct arena *a)
{
    if (f->size == 0 || f->type == EVTX_NULL) {
        return "";
    }
    return f->type & EVTX_ARRAY ? array_text(f, a) : single_text(f, a);
}
