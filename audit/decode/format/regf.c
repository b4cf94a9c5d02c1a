/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/regf.h"

#include <string.h>

#define CELL_NONE 0xffffffffU

/* A key node before its name, with the size of its cell. */
#define KEY_MIN 80U

/* 255 characters ([MS-RRP] has the same ceiling). */
#define KEY_NAME_CHARS 255U

/* As many list entries as the largest real estate's hives have, hundreds of times over. */
#define STEPS (8U * 1024 * 1024)

#define FLAG_LATIN      0x20U
#define FLAG_PREDEFINED 0x40U

uint32_t regf_checksum(const uint8_t *base)
{
    struct rd r = rd_from(base, 508);
    uint32_t sum = 0;
    while (rd_left(&r) >= 4) {
        sum ^= rd_u32le(&r);
    }
    return sum == 0xffffffffU ? 0xfffffffeU : sum == 0 ? 1 : sum;
}

/* Walks the headers of the hive bins; one that is not what it must be costs the hive its soundness. */
static bool bins_are_whole(const struct regf *h)
{
    size_t at = 0;
    bool whole = true;
    while (h->size - at >= REGF_PAGE) {
        struct rd r = rd_from(h->bins + at, 32);
        bool is_bin = rd_u32le(&r) == 0x6e696268U && rd_u32le(&r) == at;
        size_t n = rd_u32le(&r);
        if (!is_bin || n == 0 || n % REGF_PAGE != 0 || n > h->size - at) {
            whole = false;
            n = REGF_PAGE;
        }
        at += n;
    }
    return whole && at == h->size;
}

enum rc regf_open(struct regf *h, const void *data, size_t size, struct err *err)
{
    struct regf_key root;
    struct rd r = rd_from(data, size);
    *h = (struct regf){ .steps = STEPS };
    if (size < REGF_PAGE || rd_u32le(&r) != 0x66676572U) {
        return err_setf(err, RC_MALFORMED, "not a registry hive");
    }
    uint32_t first = rd_u32le(&r), second = rd_u32le(&r);
    uint64_t written = rd_u64le(&r);
    uint32_t major = rd_u32le(&r), minor = rd_u32le(&r), type = rd_u32le(&r);
    uint32_t form = rd_u32le(&r), root_cell = rd_u32le(&r), declared = rd_u32le(&r);
    r = rd_at(&r, 508, 4);
    bool is_summed = rd_u32le(&r) == regf_checksum(data);
    if (major != 1 || minor < 3 || minor > 6) {
        return err_setf(err, RC_UNSUPPORTED, "a registry hive of version %u.%u", major, minor);
    }
    if (type != 0 || form != 1) {
        return err_setf(err, RC_MALFORMED,
                        type != 0 ? "a transaction log, not a registry hive"
                                  : "a registry hive of an unknown form");
    }
    bool is_sized = declared > 0 && declared % REGF_PAGE == 0;
    size_t there = size - REGF_PAGE;
    h->bins = (const uint8_t *)data + REGF_PAGE;
    h->size = is_sized && declared < there ? declared : there;
    h->root = root_cell;
    h->minor = minor;
    h->written_at = written <= (uint64_t)INT64_MAX ? (filetime)written : 0;
    h->is_dirty = first != second || !is_summed;
    h->is_whole = is_sized && declared <= there && bins_are_whole(h);
    if (regf_root(h, &root, err) != RC_OK) {
        return err_setf(err, RC_MALFORMED, "a registry hive whose root key cannot be read");
    }
    return RC_OK;
}

bool regf_is_sound(const struct regf *h)
{
    return h->is_whole && !h->is_dirty;
}

bool regf_cell(struct regf *h, uint32_t offset, struct rd *ret)
{
    struct rd all = rd_from(h->bins, h->size);
    struct rd head = rd_at(&all, offset, 4);
    /* The size is negative while the cell is in use. */
    uint32_t n = 0U - rd_u32le(&head);
    bool good = !head.bad && offset % 8 == 0 && n >= 8 && n <= 0x7fffffffU && n % 8 == 0;
    *ret = rd_at(&all, good ? (size_t)offset + 4 : h->size, good ? n - 4 : 1);
    h->damaged += ret->bad;
    return !ret->bad;
}

/* parent NULL: the root. False for a cell that is no key, or not a child of the parent. */
static bool read_key(struct regf *h, uint32_t offset, const struct regf_key *parent,
                     struct regf_key *ret)
{
    struct rd r;
    if (!regf_cell(h, offset, &r)) {
        return false;
    }
    *ret = (struct regf_key){ .cell = offset, .depth = parent ? parent->depth + 1 : 0 };
    bool is_key = rd_u16le(&r) == 0x6b6eU;
    ret->flags = rd_u16le(&r);
    uint64_t written = rd_u64le(&r);
    ret->written_at = written <= (uint64_t)INT64_MAX ? (filetime)written : 0;
    rd_skip(&r, 4);
    uint32_t above = rd_u32le(&r);
    ret->subkey_count = rd_u32le(&r);
    rd_skip(&r, 4);
    ret->subkey_list = rd_u32le(&r);
    rd_skip(&r, 4);
    ret->value_count = rd_u32le(&r);
    ret->value_list = rd_u32le(&r);
    rd_skip(&r, 4);
    ret->class_cell = rd_u32le(&r);
    rd_skip(&r, 20);
    size_t n = rd_u16le(&r);
    ret->class_size = rd_u16le(&r);
    ret->name = (struct regf_name){ rd_bytes(&r, n), n, (ret->flags & FLAG_LATIN) != 0 };
    if (ret->flags & FLAG_PREDEFINED) {
        ret->value_count = 0; /* it is the number of a handle */
    }
    bool is_child = !parent || (above == parent->cell && offset != h->root && n > 0);
    bool good = !r.bad && is_key && is_child && ret->depth <= REGF_DEPTH_MAX &&
                n <= (ret->name.is_latin ? KEY_NAME_CHARS : 2 * KEY_NAME_CHARS);
    h->damaged += !good;
    return good;
}

enum rc regf_root(struct regf *h, struct regf_key *ret, struct err *err)
{
    return read_key(h, h->root, NULL, ret)
               ? RC_OK
               : err_setf(err, RC_MALFORMED, "the root key cannot be read");
}

struct listing {
    struct regf *h;
    const struct regf_key *key;
    regf_key_fn fn;
    void *context;
    uint64_t seen; /* entries, readable or not */
};

/* The entries of one list that names keys; those of a list of lists are handed to itself, once. */
static enum rc visit(struct listing *l, uint32_t offset, bool may_nest, struct err *err)
{
    struct regf *h = l->h;
    struct regf_key child;
    struct rd r;
    if (!regf_cell(h, offset, &r)) {
        return RC_OK;
    }
    uint16_t kind = rd_u16le(&r);
    size_t count = rd_u16le(&r);
    bool is_root = kind == 0x6972U, is_long = kind == 0x666cU || kind == 0x686cU;
    if ((!is_long && kind != 0x696cU && !is_root) || (is_root && !may_nest)) {
        h->damaged++;
        return RC_OK;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t at = rd_u32le(&r);
        rd_skip(&r, is_long ? 4 : 0);
        /* No hive has more keys than fit into it, nor lists without end. */
        if (r.bad || h->steps == 0 || l->seen > h->size / KEY_MIN) {
            h->damaged++;
            return RC_OK;
        }
        h->steps--;
        if (is_root) {
            TRY(visit(l, at, false, err));
            continue;
        }
        l->seen++;
        if (read_key(h, at, l->key, &child)) {
            TRY(l->fn(l->context, &child, err));
        }
    }
    return RC_OK;
}

enum rc regf_subkeys(struct regf *h, const struct regf_key *key, regf_key_fn fn, void *context,
                     uint64_t *ret_damaged, struct err *err)
{
    struct listing l = { .h = h, .key = key, .fn = fn, .context = context };
    uint64_t before = h->damaged;
    enum rc rc = RC_OK;
    if (key->subkey_count > 0 && key->subkey_list != CELL_NONE) {
        rc = visit(&l, key->subkey_list, true, err);
    }
    /* What fn damaged by itself counts too: it is not told apart, and errs to the safe side. */
    if (rc == RC_OK && l.seen != key->subkey_count) {
        h->damaged++;
    }
    *ret_damaged = h->damaged - before;
    return rc;
}

struct search {
    const char *name;
    size_t size;
    struct regf_key *ret;
    bool is_found;
};

static enum rc compare(void *context, const struct regf_key *key, struct err *err)
{
    struct search *s = context;
    (void)err;
    if (!regf_name_is(&key->name, s->name, s->size)) {
        return RC_OK;
    }
    *s->ret = *key;
    s->is_found = true;
    return RC_ABSENT; /* ends the listing */
}

static enum rc cannot_tell(const char *what, const char *path, struct err *err)
{
    return err_setf(err, RC_MALFORMED, "the hive is damaged: %s %s cannot be looked for", what,
                    path);
}

enum rc regf_find(struct regf *h, const struct regf_key *from, const char *path,
                  struct regf_key *ret, struct err *err)
{
    struct regf_key at;
    const char *p = path;
    if (from) {
        at = *from;
    } else {
        TRY(regf_root(h, &at, err));
    }
    while (*p) {
        struct regf_key below = { 0 };
        struct search s = { .name = p, .size = strcspn(p, "\\"), .ret = &below };
        uint64_t damaged = 0;
        enum rc rc = regf_subkeys(h, &at, compare, &s, &damaged, err);
        if (!s.is_found) {
            return rc == RC_OK && damaged == 0
                       ? err_setf(err, RC_ABSENT, "there is no key %s", path)
                       : cannot_tell("key", path, err);
        }
        if (below.flags & REGF_LINK) {
            return err_setf(err, RC_MALFORMED, "a key of %s is a link", path);
        }
        at = below;
        p += s.size;
        p += *p == '\\';
    }
    *ret = at;
    return RC_OK;
}

enum rc regf_class(struct regf *h, const struct regf_key *key, struct regf_name *ret,
                   struct err *err)
{
    struct rd r;
    if (key->class_cell == CELL_NONE || key->class_size == 0) {
        return err_setf(err, RC_ABSENT, "the key has no class name");
    }
    const uint8_t *p = regf_cell(h, key->class_cell, &r) ? rd_bytes(&r, key->class_size) : NULL;
    if (!p) {
        return err_setf(err, RC_MALFORMED, "the class name of a key cannot be read");
    }
    *ret = (struct regf_name){ p, key->class_size, false };
    return RC_OK;
}
