/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/dnext.h"

#include <string.h>
#include <strings.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char l = (char)(c | 0x20);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* Hexadecimal text to bytes; the number of bytes, 0 when malformed or too long. */
static size_t hex_bytes(const char *s, size_t n, uint8_t *out, size_t room)
{
    if (n % 2 != 0 || n / 2 > room) {
        return 0;
    }
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(s[i]), low = hex_digit(s[i + 1]);
        if (high < 0 || low < 0) {
            return 0;
        }
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return n / 2;
}

static bool guid_component(const char *s, size_t n, char *buf)
{
    uint8_t bytes[16];
    if (n == GUID_TEXT_MAX - 1) {
        for (size_t i = 0; i < n; i++) {
            buf[i] = (char)(s[i] >= 'A' && s[i] <= 'F' ? s[i] | 0x20 : s[i]);
        }
        buf[n] = '\0';
        return guid_text_valid(buf);
    }
    if (hex_bytes(s, n, bytes, sizeof(bytes)) != sizeof(bytes)) {
        return false;
    }
    struct rd r = rd_from(bytes, sizeof(bytes));
    return rd_guid(&r, buf);
}

static bool sid_component(const char *s, size_t n, char *buf)
{
    uint8_t bytes[8 + 4 * 15];
    if (n > 4 && memcmp(s, "S-1-", 4) == 0) {
        if (n >= SID_TEXT_MAX || memchr(s, '\0', n)) {
            return false;
        }
        memcpy(buf, s, n);
        buf[n] = '\0';
        return sid_text_valid(buf);
    }
    size_t size = hex_bytes(s, n, bytes, sizeof(bytes));
    struct rd r = rd_from(bytes, size);
    return size > 0 && rd_sid(&r, buf) && rd_done(&r);
}

static bool split(const char *s, size_t n, struct dn_parts *ret)
{
    while (n > 0 && s[0] == '<') {
        const char *close = memchr(s, '>', n);
        if (!close) {
            return false;
        }
        size_t inside = (size_t)(close - s) - 1;
        if (inside >= 5 && strncasecmp(s + 1, "GUID=", 5) == 0) {
            if (!guid_component(s + 6, inside - 5, ret->guid)) {
                return false;
            }
        } else if (inside >= 4 && strncasecmp(s + 1, "SID=", 4) == 0) {
            if (!sid_component(s + 5, inside - 4, ret->sid)) {
                return false;
            }
        }
        n -= inside + 2;
        s = close + 1;
        if (n > 0) {
            if (s[0] != ';') {
                return false;
            }
            s++;
            n--;
        }
    }
    ret->dn = s;
    ret->size = n;
    return n > 0;
}

bool dn_split(const char *s, size_t n, struct dn_parts *ret)
{
    ret->guid[0] = '\0';
    ret->sid[0] = '\0';
    bool ok = split(s, n, ret);
    if (!ok) {
        /* A component may have been written half. */
        ret->guid[0] = '\0';
        ret->sid[0] = '\0';
    }
    return ok;
}

static bool is_special(char c)
{
    return c != '\0' && strchr(",+\"\\<>;=", c) != NULL;
}

/* An escape that dn_canonical would write itself: a special character, or a control character in upper-case hexadecimal. */
static size_t canonical_escape(const char *s, size_t n)
{
    if (n >= 2 && is_special(s[1])) {
        return 2;
    }
    bool control = n >= 3 && (s[1] == '0' || s[1] == '1') &&
                   ((s[2] >= '0' && s[2] <= '9') || (s[2] >= 'A' && s[2] <= 'F'));
    return control ? 3 : 0;
}

bool dn_is_canonical(const char *s, size_t n)
{
    if (n > 0 && (s[0] == ' ' || s[n - 1] == ' ')) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\') {
            size_t taken = canonical_escape(s + i, n - i);
            if (taken == 0) {
                return false;
            }
            i += taken - 1;
        } else if (s[i] == ';' ||
                   ((s[i] == ',' || s[i] == '=') &&
                    ((i > 0 && s[i - 1] == ' ') || (i + 1 < n && s[i + 1] == ' ')))) {
            return false;
        }
    }
    return true;
}

struct dn_out {
    char *buf;
    size_t size;
    size_t used;
    size_t solid; /* output up to here must not lose trailing spaces: they were escaped */
    bool bad;
};

static void put(struct dn_out *o, char c)
{
    if (o->used + 1 >= o->size) {
        o->bad = true;
    } else {
        o->buf[o->used++] = c;
    }
}

static void trim(struct dn_out *o)
{
    while (o->used > o->solid && o->buf[o->used - 1] == ' ') {
        o->used--;
    }
}

/* One escape at s[0] = '\\'; returns how many bytes of s it takes, 0 when broken. */
static size_t escape(struct dn_out *o, const char *s, size_t n, bool at_start, bool in_value)
{
    if (n < 2) {
        return 0;
    }
    char c = s[1];
    size_t taken = 2;
    int high = hex_digit(s[1]), low = n > 2 ? hex_digit(s[2]) : -1;
    if (high >= 0 && low >= 0) {
        c = (char)(high << 4 | low);
        taken = 3;
    } else if (!is_special(c) && c != ' ' && c != '#') {
        return 0;
    }
    if ((uint8_t)c < 0x20 || c == 0x7f) {
        /* A control character stays in hexadecimal: NUL and line feeds are no text. */
        static const char hex[] = "0123456789ABCDEF";
        put(o, '\\');
        put(o, hex[(uint8_t)c >> 4]);
        put(o, hex[(uint8_t)c & 15]);
    } else {
        size_t next = taken;
        while (next < n && s[next] == ' ') {
            next++;
        }
        bool last = next == n || s[next] == ',' || s[next] == '+' || s[next] == ';' ||
                    (s[next] == '=' && !in_value);
        if (is_special(c) || (c == ' ' && (at_start || last)) || (c == '#' && at_start)) {
            put(o, '\\');
        }
        put(o, c);
    }
    o->solid = o->used;
    return taken;
}

bool dn_canonical(const char *s, size_t n, char *buf, size_t size)
{
    struct dn_out o = { .buf = buf, .size = size };
    bool skip_spaces = true;
    bool in_value = false;
    for (size_t i = 0; i < n && !o.bad;) {
        if (s[i] == ' ' && skip_spaces) {
            i++;
            continue;
        }
        if (s[i] == '\\') {
            size_t taken = escape(&o, s + i, n - i, skip_spaces, in_value);
            if (taken == 0) {
                return false;
            }
            i += taken;
            skip_spaces = false;
            continue;
        }
        bool is_separator = s[i] == ',' || s[i] == ';';
        bool is_equals = s[i] == '=' && !in_value;
        if (is_separator || is_equals) {
            trim(&o);
            put(&o, is_equals ? '=' : ',');
            o.solid = o.used;
            in_value = is_equals;
            skip_spaces = true;
        } else {
            put(&o, s[i]);
            skip_spaces = false;
        }
        i++;
    }
    trim(&o);
    if (o.bad || size == 0) {
        return false;
    }
    buf[o.used] = '\0';
    return true;
}

/* Length of the first RDN: up to the first comma or semicolon that no backslash escapes. */
static size_t rdn_size(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] != ',' && s[i] != ';') {
        i += s[i] == '\\' && i + 1 < n ? 2 : 1;
    }
    return i < n ? i : n;
}

const char *dn_parent(const char *s, size_t n, size_t *ret_size)
{
    size_t first = rdn_size(s, n);
    size_t behind = first < n ? first + 1 : n;
    while (behind < n && s[behind] == ' ') {
        behind++;
    }
    *ret_size = n - behind;
    return s + behind;
}

const char *dn_rdn_value(const char *s, size_t n, size_t *ret_size)
{
    size_t first = rdn_size(s, n);
    const char *equals = memchr(s, '=', first);
    const char *value = equals ? equals + 1 : s;
    *ret_size = first - (size_t)(value - s);
    return value;
}

bool dn_dns_name(const char *s, size_t n, char *buf, size_t size)
{
    size_t used = 0;
    while (n > 0) {
        size_t first = rdn_size(s, n);
        if (first > 3 && strncasecmp(s, "DC=", 3) == 0) {
            size_t part = first - 3;
            if (part + 1 >= size - used) {
                return false;
            }
            if (used > 0) {
                buf[used++] = '.';
            }
            memcpy(buf + used, s + 3, part);
            used += part;
        }
        s = dn_parent(s, n, &n);
    }
    if (used == 0) {
        return false;
    }
    buf[used] = '\0';
    return true;
}

bool dn_equal(const char *a, size_t an, const char *b, size_t bn)
{
    return an == bn && (an == 0 || strncasecmp(a, b, an) == 0);
}
