/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values, their data, and names. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/regf.h"

/* A segment of big data but the last; data above this size is kept in segments since version 1.4. */
#define SEGMENT 16344U

/* 16383 characters. */
#define VALUE_NAME_MAX 32766U

static bool read_value(struct regf *h, uint32_t offset, struct regf_value *ret)
{
    struct rd r;
    if (!regf_cell(h, offset, &r)) {
        return false;
    }
    bool is_value = rd_u16le(&r) == 0x6b76U;
    size_t n = rd_u16le(&r);
    uint32_t size = rd_u32le(&r);
    struct rd here = r;
    *ret = (struct regf_value){ .size = size & 0x7fffffffU, .is_resident = (size >> 31) != 0 };
    ret->cell = rd_u32le(&r);
    ret->type = rd_u32le(&r);
    bool is_latin = (rd_u16le(&r) & 1U) != 0;
    rd_skip(&r, 2);
    ret->name = (struct regf_name){ rd_bytes(&r, n), n, is_latin };
    bool good = !r.bad && is_value && n <= VALUE_NAME_MAX && (!ret->is_resident || ret->size <= 4);
    for (size_t i = 0; good && i < 4; i++) {
        ret->resident[i] = rd_u8(&here);
    }
    h->damaged += !good;
    return good;
}

enum rc regf_values(struct regf *h, const struct regf_key *key, regf_value_fn fn, void *context,
                    uint64_t *ret_damaged, struct err *err)
{
    uint64_t before = h->damaged;
    enum rc rc = RC_OK;
    struct rd list = rd_from(NULL, 0);
    if (key->value_count > 0 && regf_cell(h, key->value_list, &list)) {
        for (uint32_t i = 0; i < key->value_count && rc == RC_OK; i++) {
            struct regf_value v;
            uint32_t at = rd_u32le(&list);
            if (list.bad || h->steps == 0) {
                h->damaged++;
                break;
            }
            h->steps--;
            rc = read_value(h, at, &v) ? fn(context, &v, err) : RC_OK;
        }
    }
    *ret_damaged = h->damaged - before;
    return rc;
}

struct search {
    const char *name;
    size_t size;
    struct regf_value *ret;
    bool is_found;
};

static enum rc compare(void *context, const struct regf_value *v, struct err *err)
{
    struct search *s = context;
    (void)err;
    if (!regf_name_is(&v->name, s->name, s->size)) {
        return RC_OK;
    }
    *s->ret = *v;
    s->is_found = true;
    return RC_ABSENT; /* ends the listing */
}

enum rc regf_value(struct regf *h, const struct regf_key *key, const char *name,
                   struct regf_value *ret, struct err *err)
{
    struct regf_value v = { 0 };
    struct search s = { .name = name, .size = strlen(name), .ret = &v };
    uint64_t damaged = 0;
    enum rc rc = regf_values(h, key, compare, &s, &damaged, err);
    if (s.is_found) {
        *ret = v;
        return RC_OK;
    }
    return rc == RC_OK && damaged == 0
               ? err_setf(err, RC_ABSENT, "there is no value %s", name)
               : err_setf(err, RC_MALFORMED, "the hive is damaged: value %s cannot be looked for",
                          name);
}

static enum rc damaged_data(struct regf *h, uint32_t size, struct err *err)
{
    h->damaged++;
    return err_setf(err, RC_MALFORMED, "the %u bytes of a value cannot be read", size);
}

/* r: behind the signature of a big data record. */
static enum rc join(struct regf *h, struct rd *r, uint32_t size, struct arena *a,
                    const uint8_t **ret, struct err *err)
{
    struct rd list, segment;
    size_t count = rd_u16le(r), used = 0;
    uint32_t at = rd_u32le(r);
    if (r->bad || size > h->size || count != (size + SEGMENT - 1) / SEGMENT ||
        !regf_cell(h, at, &list)) {
        return damaged_data(h, size, err);
    }
    uint8_t *all = arena_alloc(a, size);
    if (!all) {
        return err_setf(err, RC_LIMIT, "a value of %u bytes is too large", size);
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = size - used > SEGMENT ? SEGMENT : size - used;
        uint32_t cell = rd_u32le(&list);
        const uint8_t *p = !list.bad && regf_cell(h, cell, &segment) ? rd_bytes(&segment, n) : NULL;
        if (!p) {
            return damaged_data(h, size, err);
        }
        memcpy(all + used, p, n);
        used += n;
    }
    *ret = all;
    return RC_OK;
}

enum rc regf_data(struct regf *h, const struct regf_value *v, struct arena *a, const uint8_t **ret,
                  struct err *err)
{
    struct rd r;
    if (v->is_resident || v->size == 0) {
        *ret = v->resident;
        return RC_OK;
    }
    if (!regf_cell(h, v->cell, &r)) {
        return damaged_data(h, v->size, err);
    }
    const uint8_t *p = v->size <= rd_left(&r) ? rd_bytes(&r, v->size) : NULL;
    if (p) {
        *ret = p;
        return RC_OK;
    }
    return h->minor > 3 && v->size > SEGMENT && rd_u16le(&r) == 0x6264U
               ? join(h, &r, v->size, a, ret, err)
               : damaged_data(h, v->size, err);
}

static uint32_t lower(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* The next code unit of a name; *at moves behind it. */
static uint32_t unit(const struct regf_name *name, size_t *at)
{
    uint32_t c = name->p[*at];
    if (!name->is_latin) {
        c |= (uint32_t)name->p[*at + 1] << 8;
    }
    *at += name->is_latin ? 1 : 2;
    return c;
}

bool regf_name_is(const struct regf_name *name, const char *text, size_t n)
{
    size_t size = name->is_latin ? name->size : name->size & ~(size_t)1, at = 0;
    while (n > 0) {
        uint32_t cp = 0;
        size_t used = utf8_next(text, n, &cp);
        if (used == 0 || at == size) {
            return false;
        }
        uint32_t c = unit(name, &at);
        if (cp > 0xffff) {
            uint32_t high = 0xd800U + ((cp - 0x10000U) >> 10);
            if (c != high || at == size) {
                return false;
            }
            c = unit(name, &at);
            cp = 0xdc00U + ((cp - 0x10000U) & 0x3ffU);
        }
        if (lower(c) != lower(cp)) {
            return false;
        }
        text += used;
        n -= used;
    }
    return at == size;
}

static size_t put_utf8(char *buf, uint32_t c)
{
    if (c < 0x80) {
        buf[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        buf[0] = (char)(0xc0U | c >> 6);
        buf[1] = (char)(0x80U | (c & 0x3fU));
        return 2;
    }
    size_t n = c < 0x10000U ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        buf[i] = (char)(0x80U | (c & 0x3fU));
        c >>= 6;
    }
    buf[0] = (char)((n == 3 ? 0xe0U : 0xf0U) | c);
    return n;
}

char *regf_name_text(struct arena *a, const struct regf_name *name)
{
    size_t size = name->is_latin ? name->size : name->size & ~(size_t)1, used = 0;
    char *text = arena_alloc(a, size * 3 + 1);
    for (size_t at = 0; text && at < size;) {
        uint32_t c = unit(name, &at);
        if (c >= 0xd800U && c < 0xdc00U && at < size) {
            size_t next = at;
            uint32_t low = unit(name, &next);
            if (low >= 0xdc00U && low < 0xe000U) {
                c = 0x10000U + ((c - 0xd800U) << 10) + (low - 0xdc00U);
                at = next;
            }
        }
        c = c == 0 ? 0x2400U : c >= 0xd800U && c < 0xe000U ? 0xfffdU : c;
        used += put_utf8(text + used, c);
    }
    return text;
}
