/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/reg_file.h"

#include <string.h>
#include <strings.h>

#include "audit/decode/format/text.h"

#define KEY_MEMORY  (8U * 1024 * 1024)
#define LINE_MEMORY (32U * 1024 * 1024)
#define VALUE_MAX   (16U * 1024 * 1024) /* bytes of one value */

struct reg {
    const struct reg_file_sink *sink;
    struct text text;
    struct arena *a;         /* emptied after each value */
    struct arena *key_arena; /* holds key */
    const char *key;         /* NULL = none, or one that is deleted */
    struct wr joined;        /* a string over several lines */
    struct wr data;
    bool is_4;    /* REGEDIT4: strings in hex are of the code page */
    bool is_open; /* the last line was not empty */
    bool is_started;
    bool is_refused; /* the first line is that of no .reg file */
};

static enum rc no_memory(struct err *err)
{
    return err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc broken(struct err *err, const char *what)
{
    return err_setf(err, RC_MALFORMED, "%s", what);
}

const char *reg_file_key(struct arena *a, const char *path, size_t n)
{
    static const struct {
        const char *from, *to;
    } roots[] = {
        { "HKEY_LOCAL_MACHINE", "HKLM" },
        { "HKLM", "HKLM" },
        { "HKEY_CURRENT_USER", "HKCU" },
        { "HKCU", "HKCU" },
        { "HKEY_USERS", "HKU" },
        { "HKU", "HKU" },
        { "HKEY_CLASSES_ROOT", "HKLM\\SOFTWARE\\Classes" },
        { "HKCR", "HKLM\\SOFTWARE\\Classes" },
        { "HKEY_CURRENT_CONFIG", "HKLM\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current" },
        { "HKCC", "HKLM\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current" },
    };

    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        size_t size = strlen(roots[i].from);
        if (n >= size && strncasecmp(path, roots[i].from, size) == 0 &&
            (n == size || path[size] == '\\')) {
            return arena_printf(a, "%s%.*s", roots[i].to, (int)(n - size), path + size);
        }
    }
    return NULL;
}

static enum rc on_key(struct reg *f, const char *s, size_t n, struct err *err)
{
    bool is_deleted = n > 1 && s[1] == '-';
    const char *first = s + 1 + is_deleted;
    f->key = NULL;
    if (s[n - 1] != ']' || n < 3 || first >= s + n - 1) {
        return broken(err, "the name of a key is cut off");
    }
    arena_reset(f->key_arena);
    const char *key = reg_file_key(f->key_arena, first, (size_t)(s + n - 1 - first));
    if (!key) {
        return broken(err, "the key has no root that is known");
    }
    if (!is_deleted) {
        f->key = key;
        return f->sink->key ? f->sink->key(f->sink->context, key, err) : RC_OK;
    }
    const struct registry_value v = { .key = key, .value = "", .action = REG_DELETE_KEY };
    return f->sink->value ? f->sink->value(f->sink->context, &v, err) : RC_OK;
}

/* The text between quotes at *at, which moves behind them; NULL when no quote closes it. */
static char *read_quoted(struct reg *f, const char *s, size_t n, size_t *at)
{
    char *out = arena_alloc(f->a, n - *at + 1);
    size_t o = 0;
    for (size_t i = *at + 1; out && i < n; i++) {
        if (s[i] == '"') {
            *at = i + 1;
            return out;
        }
        i += s[i] == '\\' && i + 1 < n;
        out[o++] = s[i];
    }
    return NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to most digits; their number is returned. */
static size_t read_hex(const char *s, size_t n, size_t most, uint32_t *ret)
{
    size_t i = 0;
    *ret = 0;
    while (i < n && i < most && hex_digit(s[i]) >= 0) {
        *ret = *ret << 4 | (uint32_t)hex_digit(s[i++]);
    }
    return i;
}

static void put_u32le(struct wr *w, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++) {
        wr_u8(w, (uint8_t)(v >> (8 * i)));
    }
}

/* "0a,ff," of one line; *ret_more when it goes on in the next. */
static bool hex_line(struct reg *f, const char *s, size_t n, bool *ret_more)
{
    s = text_trim(s, &n);
    *ret_more = n > 0 && s[n - 1] == '\\';
    n -= *ret_more;
    for (size_t i = 0; i < n;) {
        uint32_t byte = 0;
        if (s[i] == ' ' || s[i] == '\t') {
            i++;
            continue;
        }
        size_t digits = read_hex(s + i, n - i, 2, &byte);
        i += digits;
        if (digits == 0 || (i < n && s[i] != ',' && s[i] != ' ')) {
            return false;
        }
        i += i < n && s[i] == ',';
        wr_u8(&f->data, (uint8_t)byte);
    }
    return true;
}

/* Strings in hex of REGEDIT4 are bytes of the code page; NULs between them stay. */
static bool widen(struct reg *f)
{
    struct wr utf8 AUTO(wr_done), wide AUTO(wr_done);
    unsigned code_page = f->text.code_page ? f->text.code_page : 1252;
    wr_init(&utf8, (size_t)VALUE_MAX * 3);
    wr_init(&wide, (size_t)VALUE_MAX * 2 + 2);
    const uint8_t *p = f->data.data, *end = f->data.size > 0 ? p + f->data.size : p;
    while (p < end) {
        const uint8_t *nul = memchr(p, 0, (size_t)(end - p));
        size_t n = (size_t)((nul ? nul : end) - p);
        wr_clear(&utf8);
        (void)text_from_code_page(code_page, p, n, &utf8);
        text_to_utf16((const char *)utf8.data, utf8.size, &wide);
        if (nul) {
            wr_u8(&wide, 0);
            wr_u8(&wide, 0);
        }
        p += n + (nul != NULL);
    }
    wr_clear(&f->data);
    wr_bytes(&f->data, wide.data, wide.size);
    return !utf8.bad && !wide.bad;
}

/* hex: and hex(n):, with the lines that continue it. */
static enum rc read_binary(struct reg *f, const char *s, size_t n, struct registry_value *v,
                           struct err *err)
{
    bool is_more = false;
    size_t at = 3;
    v->type = REG_BINARY;
    if (n > at && s[at] == '(') {
        size_t digits = read_hex(s + at + 1, n - at - 1, 8, &v->type);
        at += digits + 1;
        if (digits == 0 || at >= n || s[at++] != ')') {
            return broken(err, "the type of a value is cut off");
        }
    }
    if (at >= n || s[at] != ':') {
        return broken(err, "this is no binary value");
    }
    bool is_good = hex_line(f, s + at + 1, n - at - 1, &is_more);
    while (is_more) {
        enum rc rc = text_next(&f->text, &s, &n, err);
        if (rc != RC_OK) {
            return rc == RC_ABSENT ? broken(err, "a binary value is cut off") : rc;
        }
        is_good = hex_line(f, s, n, &is_more) && is_good;
    }
    if (!is_good) {
        return broken(err, "a binary value holds what is no byte");
    }
    bool is_text = v->type == REG_SZ || v->type == REG_EXPAND_SZ || v->type == REG_MULTI_SZ;
    return f->is_4 && is_text && !widen(f) ? no_memory(err) : RC_OK;
}

/* A string may hold line ends, which stand in the file as they are: takes lines until the quote that closes it. */
static enum rc whole_string(struct reg *f, const char **s, size_t *n, size_t at, char **ret,
                            size_t *ret_end, struct err *err)
{
    *ret_end = at;
    *ret = read_quoted(f, *s, *n, ret_end);
    if (*ret) {
        return RC_OK;
    }
    wr_clear(&f->joined);
    wr_bytes(&f->joined, *s + at, *n - at);
    for (bool is_closed = false; !is_closed;) {
        wr_text(&f->joined, f->text.has_cr ? "\r\n" : "\n");
        enum rc rc = text_next(&f->text, s, n, err);
        if (rc != RC_OK) {
            return rc == RC_ABSENT ? broken(err, "a string is cut off") : rc;
        }
        /* Looks only at the new line, so that many lines cost no more than their bytes. */
        for (size_t i = 0; i < *n && !is_closed; i++) {
            is_closed = (*s)[i] == '"';
            i += (*s)[i] == '\\';
        }
        wr_bytes(&f->joined, *s, *n);
    }
    if (f->joined.bad) {
        return err_setf(err, RC_LIMIT, "a string is longer than %u bytes", VALUE_MAX);
    }
    *s = (const char *)f->joined.data;
    *n = f->joined.size;
    *ret_end = 0;
    *ret = read_quoted(f, *s, *n, ret_end);
    return *ret ? RC_OK : no_memory(err);
}

static enum rc read_data(struct reg *f, const char *s, size_t n, size_t at,
                         struct registry_value *v, struct err *err)
{
    uint32_t number = 0;
    char *text = NULL;
    while (at < n && (s[at] == ' ' || s[at] == '\t')) {
        at++;
    }
    wr_clear(&f->data);
    if (at < n && s[at] == '"') {
        size_t end = 0;
        TRY(whole_string(f, &s, &n, at, &text, &end, err));
        text_to_utf16(text, strlen(text), &f->data);
        wr_u8(&f->data, 0);
        wr_u8(&f->data, 0);
        v->type = REG_SZ;
        at = end;
    } else if (n - at >= 6 && strncasecmp(s + at, "dword:", 6) == 0) {
        size_t digits = read_hex(s + at + 6, n - at - 6, 8, &number);
        at += 6 + digits;
        v->type = REG_DWORD;
        put_u32le(&f->data, number);
        if (digits == 0) {
            return broken(err, "a number has no digits");
        }
    } else if (n - at >= 4 && strncasecmp(s + at, "hex", 3) == 0) {
        TRY(read_binary(f, s + at, n - at, v, err));
        at = n;
        s = "";
    } else if (n - at >= 1 && s[at] == '-') {
        v->action = REG_DELETE_VALUE;
        at++;
    } else {
        return broken(err, "this is no value of a kind that is known");
    }
    if (f->data.bad) {
        return err_setf(err, RC_LIMIT, "a value is longer than %u bytes", VALUE_MAX);
    }
    if (v->action == REG_SET) {
        v->data = f->data.data;
        v->size = f->data.size;
    }
    size_t rest = s[0] ? n - at : 0;
    const char *after = s[0] ? text_trim(s + at, &rest) : "";
    return rest == 0 || after[0] == ';' ? RC_OK : broken(err, "something follows the value");
}

static enum rc on_value(struct reg *f, const char *s, size_t n, struct err *err)
{
    struct registry_value v = { .key = f->key, .value = "", .action = REG_SET };
    size_t at = 1;
    if (s[0] == '"') {
        char *name = NULL;
        TRY(whole_string(f, &s, &n, 0, &name, &at, err));
        v.value = name;
        /* What follows is in memory that the next line would take. */
        s = arena_strndup(f->a, s, n);
        if (!s) {
            return no_memory(err);
        }
    }
    while (at < n && (s[at] == ' ' || s[at] == '\t')) {
        at++;
    }
    if (at >= n || s[at] != '=') {
        return broken(err, "a name without a value");
    }
    TRY(read_data(f, s, n, at + 1, &v, err));
    return f->key && f->sink->value ? f->sink->value(f->sink->context, &v, err) : RC_OK;
}

static enum rc on_line(struct reg *f, struct err *err)
{
    const char *s = NULL;
    size_t n = 0;
    TRY(text_next(&f->text, &s, &n, err));
    s = text_trim(s, &n);
    f->is_open = n > 0;
    if (n == 0 || s[0] == ';') {
        return RC_OK;
    }
    if (!f->is_started) {
        f->is_started = true;
        f->is_4 = n == 8 && strncasecmp(s, "REGEDIT4", n) == 0;
        bool is_5 = n == 36 && strncasecmp(s, "Windows Registry Editor Version 5.00", n) == 0;
        f->is_refused = !f->is_4 && !is_5;
        return f->is_refused ? broken(err, "this is no .reg file") : RC_OK;
    }
    if (s[0] == '[') {
        return on_key(f, s, n, err);
    }
    return s[0] == '"' || s[0] == '@' ? on_value(f, s, n, err) : broken(err, "this is no value");
}

static enum rc read_lines(struct reg *f, bool *ret_whole, struct err *err)
{
    struct err bad = { .rc = RC_OK };
    for (;;) {
        enum rc rc = on_line(f, err);
        if (rc == RC_ABSENT) {
            break;
        }
        if (f->is_refused) {
            return rc;
        }
        if (rc == RC_MALFORMED || rc == RC_LIMIT) {
            if (bad.rc == RC_OK) {
                (void)err_prefix(err, "line %u", f->text.number);
                bad = *err;
                bad.rc = RC_MALFORMED;
            }
        } else if (rc != RC_OK) {
            return rc;
        }
        arena_reset(f->a);
    }
    if (!f->is_started) {
        return err_setf(err, RC_MALFORMED, "this is no .reg file");
    }
    *ret_whole = bad.rc == RC_OK && !f->is_open && !f->text.is_changed;
    if (bad.rc != RC_OK) {
        *err = bad;
    }
    return bad.rc;
}

enum rc reg_file_read(const uint8_t *data, size_t n, unsigned code_page,
                      const struct reg_file_sink *sink, bool *ret_whole, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(LINE_MEMORY);
    struct arena *key_arena AUTO(arena_freep) = arena_new(KEY_MEMORY);
    struct reg f = { .sink = sink, .a = a, .key_arena = key_arena };
    *ret_whole = false;
    if (!a || !key_arena) {
        return no_memory(err);
    }
    wr_init(&f.joined, VALUE_MAX);
    wr_init(&f.data, VALUE_MAX);
    text_open(&f.text, data, n, code_page);
    enum rc rc = read_lines(&f, ret_whole, err);
    text_close(&f.text);
    wr_done(&f.joined);
    wr_done(&f.data);
    return rc;
}
