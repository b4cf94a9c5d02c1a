/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/reg_query.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/decode/format/reg_file.h"
#include "audit/decode/format/text.h"

#define BLANKS       4U
#define KEY_MEMORY   (1U << 20)
#define VALUE_MEMORY (8U * TEXT_LINE_MAX) /* UTF-16 of a line, and the copy of its name */

static const struct {
    const char *word;
    uint32_t type;

    enum {
        AS_HEX,
        AS_NUMBER,
        AS_TEXT,
        AS_LIST
    } form;
} types[] = {
    { "REG_NONE", REG_NONE, AS_HEX },
    { "REG_SZ", REG_SZ, AS_TEXT },
    { "REG_EXPAND_SZ", REG_EXPAND_SZ, AS_TEXT },
    { "REG_BINARY", REG_BINARY, AS_HEX },
    { "REG_DWORD", REG_DWORD, AS_NUMBER },
    { "REG_DWORD_LITTLE_ENDIAN", REG_DWORD, AS_NUMBER },
    { "REG_DWORD_BIG_ENDIAN", REG_DWORD_BE, AS_NUMBER },
    { "REG_LINK", REG_LINK, AS_TEXT },
    { "REG_MULTI_SZ", REG_MULTI_SZ, AS_LIST },
    { "REG_RESOURCE_LIST", 8, AS_HEX },
    { "REG_FULL_RESOURCE_DESCRIPTOR", 9, AS_HEX },
    { "REG_RESOURCE_REQUIREMENTS_LIST", 10, AS_HEX },
    { "REG_QWORD", REG_QWORD, AS_NUMBER },
    { "REG_QWORD_LITTLE_ENDIAN", REG_QWORD, AS_NUMBER },
};

struct reading {
    const struct reg_query_sink *sink;
    struct arena *a;  /* the current key */
    const char *key;  /* NULL before the first, and of a root that is of no interest */
    struct wr name;   /* of the current value, with its NUL */
    struct wr data;   /* of the current value */
    struct err first; /* the first line that broke the form */
    bool has_first;
};

/* Remembers the first line that broke the form; the reading goes on. */
static enum rc broken(struct reading *g, uint32_t line, const char *what)
{
    if (!g->has_first) {
        g->has_first = true;
        (void)err_setf(&g->first, RC_MALFORMED, "line %u: %s", (unsigned)line, what);
    }
    return RC_OK;
}

/* Position in types of the word at s that ends at blanks or the end; -1 for none. */
static int type_at(const char *s, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        size_t size = strlen(types[i].word);
        if (size <= n && memcmp(s, types[i].word, size) == 0 && (size == n || s[size] == ' ')) {
            return (int)i;
        }
    }
    return -1;
}

struct parts {
    const char *name, *data;
    size_t name_size, data_size;
    int type;
};

/* The name ends before four blanks and a type. False when there is no such place, or more than one. */
static bool split(const char *line, size_t n, struct parts *ret)
{
    unsigned places = 0;
    for (size_t i = BLANKS; i + BLANKS < n && places < 2; i++) {
        if (line[i] != ' ' || memcmp(line + i, "    ", BLANKS) != 0) {
            continue;
        }
        int type = type_at(line + i + BLANKS, n - i - BLANKS);
        if (type < 0) {
            continue;
        }
        size_t data = i + BLANKS + strlen(types[type].word) + BLANKS;
        data = data > n ? n : data;
        *ret = (struct parts){ line + BLANKS, line + data, i - BLANKS, n - data, type };
        places++;
    }
    return places == 1 && ret->name_size > 0;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "0x1f" as a number of size bytes, big or little endian. */
static bool put_number(struct wr *out, const char *s, size_t n, size_t size, bool is_big)
{
    uint64_t v = 0;
    if (n < 3 || s[0] != '0' || (s[1] | 0x20) != 'x' || n - 2 > size * 2) {
        return false;
    }
    for (size_t i = 2; i < n; i++) {
        if (digit(s[i]) < 0) {
            return false;
        }
        v = v << 4 | (uint64_t)digit(s[i]);
    }
    for (size_t i = 0; i < size; i++) {
        wr_u8(out, (uint8_t)(v >> 8 * (is_big ? size - 1 - i : i)));
    }
    return true;
}

static bool put_hex(struct wr *out, const char *s, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        int high = digit(s[i]), low = digit(s[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        wr_u8(out, (uint8_t)(high << 4 | low));
    }
    return n % 2 == 0;
}

/* "a\0b" as NUL-terminated strings and one more NUL. */
static void put_list(struct wr *out, const char *s, size_t n)
{
    size_t start = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n && s[i + 1] == '0') {
            text_to_utf16(s + start, i - start, out);
            wr_bytes(out, "\0", 2);
            start = i + 2;
            i++;
        }
    }
    if (start < n) {
        text_to_utf16(s + start, n - start, out);
        wr_bytes(out, "\0", 2);
    }
    wr_bytes(out, "\0", 2);
}

static bool put_data(struct wr *out, const struct parts *p)
{
    switch (types[p->type].form) {
    case AS_NUMBER:
        return put_number(out, p->data, p->data_size, types[p->type].type == REG_QWORD ? 8 : 4,
                          types[p->type].type == REG_DWORD_BE);
    case AS_LIST:
        put_list(out, p->data, p->data_size);
        return true;
    case AS_TEXT:
        text_to_utf16(p->data, p->data_size, out);
        wr_bytes(out, "\0", 2);
        return true;
    case AS_HEX:
    default:
        return put_hex(out, p->data, p->data_size);
    }
}

static bool in_parentheses(const char *s, size_t n)
{
    return n >= 2 && s[0] == '(' && s[n - 1] == ')';
}

static enum rc read_value(struct reading *g, const struct text *t, const char *line, size_t n,
                          struct err *err)
{
    struct parts p = { 0 };
    if (!split(line, n, &p)) {
        return broken(g, t->number, "this is not one value with its type");
    }
    if (!g->key) {
        return broken(g, t->number, "a value without a key");
    }
    bool is_default = in_parentheses(p.name, p.name_size);
    if (is_default && types[p.type].type == REG_SZ && in_parentheses(p.data, p.data_size)) {
        return RC_OK; /* "(value not set)", in whatever language */
    }
    wr_clear(&g->name);
    wr_clear(&g->data);
    wr_bytes(&g->name, p.name, is_default ? 0 : p.name_size);
    wr_u8(&g->name, 0);
    if (!put_data(&g->data, &p)) {
        return broken(g, t->number, "data that do not fit their type");
    }
    if (g->name.bad || g->data.bad) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    const struct registry_value v = { .key = g->key,
                                      .value = (const char *)g->name.data,
                                      .action = REG_SET,
                                      .type = types[p.type].type,
                                      .data = g->data.data,
                                      .size = g->data.size };
    return g->sink->value ? g->sink->value(g->sink->context, &v, err) : RC_OK;
}

static enum rc read_key(struct reading *g, const struct text *t, const char *line, size_t n,
                        struct err *err)
{
    arena_reset(g->a);
    g->key = reg_file_key(g->a, line, n);
    if (!g->key) {
        return broken(g, t->number, "a key that is not known");
    }
    return g->sink->key ? g->sink->key(g->sink->context, g->key, err) : RC_OK;
}

static enum rc read_line(struct reading *g, const struct text *t, const char *line, size_t n,
                         struct err *err)
{
    size_t rest = n;
    (void)text_trim(line, &rest);
    if (rest == 0) {
        return RC_OK;
    }
    if (n > 5 && memcmp(line, "HKEY_", 5) == 0) {
        return read_key(g, t, line, n, err);
    }
    if (n > BLANKS && memcmp(line, "    ", BLANKS) == 0) {
        return read_value(g, t, line, n, err);
    }
    return broken(g, t->number, "neither a key nor a value");
}

static enum rc read_lines(struct reading *g, struct text *t, struct err *err)
{
    const char *line;
    size_t n;
    for (;;) {
        enum rc rc = text_next(t, &line, &n, err);
        if (rc == RC_ABSENT) {
            return RC_OK;
        }
        if (rc == RC_LIMIT) {
            (void)broken(g, t->number, "a line that is too long");
            continue;
        }
        TRY(rc);
        rc = read_line(g, t, line, n, err);
        if (rc == RC_MALFORMED) {
            (void)broken(g, t->number, err->msg);
        } else if (rc != RC_OK) {
            return rc;
        }
    }
}

enum rc reg_query_read(const uint8_t *data, size_t n, unsigned code_page,
                       const struct reg_query_sink *sink, struct err *err)
{
    AUTO(text_close) struct text t;
    text_open(&t, data, n, code_page);
    struct reading g = { .sink = sink, .a = arena_new(KEY_MEMORY) };
    wr_init(&g.name, VALUE_MEMORY);
    wr_init(&g.data, VALUE_MEMORY);
    enum rc rc = g.a ? read_lines(&g, &t, err) : err_setf(err, RC_NOMEM, "out of memory");
    arena_free(g.a);
    wr_done(&g.name);
    wr_done(&g.data);
    if (rc == RC_OK && g.has_first) {
        *err = g.first;
        rc = RC_MALFORMED;
    }
    return rc;
}
