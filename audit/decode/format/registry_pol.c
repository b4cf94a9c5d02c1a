/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/registry_pol.h"

#include <string.h>
#include <strings.h>

#include "audit/base/rd.h"
#include "audit/base/utf.h"

#define MEMORY_MAX (32U * 1024 * 1024) /* of one record */
#define NAME_BYTES \
    4096U /* bytes of a key or a value's name; Windows allows keys of 255 characters a part */
#define LIST_MAX 65536U /* bytes of the list of one record */

struct reader {
    struct rd r;
    struct arena *a; /* emptied after each record */
    const char *root;
    registry_value_fn fn;
    void *context;
};

static void expect(struct rd *r, uint16_t mark)
{
    if (rd_u16le(r) != mark) {
        rd_fail(r);
    }
}

/* A NUL-terminated UTF-16 string; NULL and a fault without a NUL, or when memory is short. */
static const char *read_text(struct reader *p)
{
    const uint8_t *first = p->r.p;
    size_t n = 0;
    bool is_changed = false;
    while (!p->r.bad && rd_u16le(&p->r) != 0) {
        n += 2;
    }
    char *text = p->r.bad || n > 2 * (size_t)NAME_BYTES
                     ? NULL
                     : utf16le_to_utf8(p->a, first, n, &is_changed);
    if (!text || strlen(text) > NAME_BYTES) {
        rd_fail(&p->r);
    }
    return text;
}

static bool begins(const char *s, const char *prefix)
{
    return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

/* Hands on a deletion for each name of a list with semicolons: values of the key, or keys below it. */
static enum rc each_name(struct reader *p, const struct registry_value *v,
                         enum registry_action action, struct err *err)
{
    bool is_changed = false;
    size_t n = 0;
    while (n + 1 < v->size && (v->data[n] | v->data[n + 1]) != 0) {
        n += 2;
    }
    if (n > LIST_MAX) {
        return err_setf(err, RC_MALFORMED, "a record lists more than %u bytes of names", LIST_MAX);
    }
    char *rest = utf16le_to_utf8(p->a, v->data, n, &is_changed);
    if (!rest) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (char *name; (name = strsep(&rest, ";")) != NULL;) {
        if (name[0] == '\0') {
            continue;
        }
        struct registry_value d = { .key = v->key, .value = name, .action = action };
        if (action == REG_DELETE_KEY) {
            d.key = arena_printf(p->a, "%s\\%s", v->key, name);
            d.value = "";
        }
        if (!d.key) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(p->fn(p->context, &d, err));
    }
    return RC_OK;
}

static enum rc hand_on(struct reader *p, struct registry_value *v, struct err *err)
{
    static const struct {
        const char *prefix;
        enum registry_action action;
    } named[] = { { "**del.", REG_DELETE_VALUE }, { "**soft.", REG_CREATE } };

    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (begins(v->value, named[i].prefix)) {
            struct registry_value d = *v;
            d.value += strlen(named[i].prefix);
            d.action = named[i].action;
            if (d.action == REG_DELETE_VALUE) {
                d.type = 0;
                d.data = NULL;
                d.size = 0;
            }
            return p->fn(p->context, &d, err);
        }
    }
    if (begins(v->value, "**delvals")) {
        struct registry_value d = { .key = v->key, .value = "", .action = REG_DELETE_VALUES };
        return p->fn(p->context, &d, err);
    }
    if (begins(v->value, "**deletevalues")) {
        return each_name(p, v, REG_DELETE_VALUE, err);
    }
    if (begins(v->value, "**deletekeys")) {
        return each_name(p, v, REG_DELETE_KEY, err);
    }
    /* **SecureKey, **Comment: and what else begins so set no value; a record without a value only makes the key. */
    bool is_key_only = v->value[0] == '\0' && v->type == REG_NONE && v->size == 0;
    return begins(v->value, "**") || is_key_only ? RC_OK : p->fn(p->context, v, err);
}

static enum rc read_record(struct reader *p, struct err *err)
{
    size_t offset = rd_offset(&p->r);
    struct registry_value v = { .action = REG_SET };
    expect(&p->r, '[');
    const char *key = read_text(p);
    expect(&p->r, ';');
    v.value = read_text(p);
    expect(&p->r, ';');
    v.type = rd_u32le(&p->r);
    expect(&p->r, ';');
    uint32_t size = rd_u32le(&p->r);
    expect(&p->r, ';');
    v.size = size;
    v.data = rd_bytes(&p->r, size);
    expect(&p->r, ']');
    if (p->r.bad || !key || !v.value) {
        return err_setf(err, RC_MALFORMED, "the record at byte %zu breaks the form of Registry.pol",
                        offset);
    }
    while (*key == '\\') {
        key++;
    }
    v.key = arena_printf(p->a, "%s\\%s", p->root, key);
    if (!v.key) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    return key[0] == '\0' ? RC_OK : hand_on(p, &v, err);
}

enum rc registry_pol_read(const uint8_t *data, size_t n, const char *root, registry_value_fn fn,
                          void *context, struct err *err)
{
    static const uint8_t mark[] = { 'P', 'R', 'e', 'g', 1, 0, 0, 0 };
    struct reader p = { .r = rd_from(data, n), .root = root, .fn = fn, .context = context };
    const uint8_t *head = rd_bytes(&p.r, sizeof(mark));
    if (!head || memcmp(head, mark, sizeof(mark)) != 0) {
        return err_setf(err, RC_MALFORMED, "this is no Registry.pol of version 1");
    }
    struct arena *a AUTO(arena_freep) = arena_new(MEMORY_MAX);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    p.a = a;
    while (rd_left(&p.r) > 0) {
        TRY(read_record(&p, err));
        arena_reset(a);
    }
    return RC_OK;
}
