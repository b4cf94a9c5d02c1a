/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/regf_log.h"

#include <string.h>

#include "audit/decode/format/regf.h"

#define SECTOR     512U
#define ENTRY_HEAD 40U
#define LOGS       2

/* Where the fields of a base block lie. */
enum {
    AT_FIRST = 4,
    AT_SECOND = 8,
    AT_WRITTEN = 12,
    AT_TYPE = 28,
    AT_BINS = 40,
    AT_FLAGS = 144,
    AT_SUM = 508
};

static uint32_t get(const uint8_t *p)
{
    struct rd r = rd_from(p, 4);
    return rd_u32le(&r);
}

static void set(uint8_t *p, uint32_t v)
{
    for (size_t i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static uint32_t turn(uint32_t v, unsigned n)
{
    return v << n | v >> (32 - n);
}

static void mix(uint32_t *low, uint32_t *high, uint32_t v)
{
    *low += v;
    *high ^= *low;
    *low = turn(*low, 20) + *high;
    *high = turn(*high, 9) ^ *low;
    *low = turn(*low, 27) + *high;
    *high = turn(*high, 19);
}

uint64_t regf_marvin(const uint8_t *p, size_t n)
{
    uint32_t low = 0x7a4e55c5U, high = 0x82ef4d88U;
    for (; n >= 4; n -= 4, p += 4) {
        mix(&low, &high, get(p));
    }
    uint32_t last = 0x80;
    while (n > 0) {
        last = last << 8 | p[--n];
    }
    mix(&low, &high, last);
    mix(&low, &high, 0);
    return (uint64_t)high << 32 | low;
}

struct log {
    const uint8_t *p;
    size_t size;
    bool is_valid; /* its base block is sound, and it was written to its end */
    bool is_new;
    uint32_t first; /* sequence number of its first entry */
};

struct recovery {
    uint8_t *data;
    size_t size;
    bool is_summed; /* the base block of the hive is sound */
    struct arena *a;
    struct regf_recovery *ret;
};

static struct log log_of(const uint8_t *p, size_t size)
{
    struct log l = { .p = p, .size = p ? size : 0 };
    if (l.size < 2 * (size_t)SECTOR || memcmp(p, "regf", 4) != 0) {
        return l;
    }
    l.is_new = memcmp(p + SECTOR, "HvLE", 4) == 0;
    l.is_valid = get(p + AT_SUM) == regf_checksum(p) && get(p + AT_FIRST) == get(p + AT_SECOND) &&
                 get(p + AT_TYPE) != 0 && (l.is_new || memcmp(p + SECTOR, "DIRT", 4) == 0);
    l.first = l.is_new && l.size >= SECTOR + ENTRY_HEAD ? get(p + SECTOR + 12) : get(p + AT_FIRST);
    return l;
}

static enum rc unrecovered(struct recovery *r, const char *why)
{
    r->ret->state = REGF_UNRECOVERED;
    r->ret->why = why;
    return RC_OK;
}

/* Makes room for the hive as it will be. False when memory is short: then what fits is written, and the hive stays cut off. */
static bool grow(struct recovery *r, size_t bins)
{
    size_t whole = REGF_PAGE + bins;
    if (whole <= r->size) {
        return true;
    }
    uint8_t *copy = arena_alloc(r->a, whole);
    if (!copy) {
        return false;
    }
    memcpy(copy, r->data, r->size);
    r->data = copy;
    r->size = whole;
    return true;
}

static void write_page(struct recovery *r, size_t at, const uint8_t *p, size_t n)
{
    size_t there = r->size - REGF_PAGE;
    if (at <= there && n <= there - at) {
        memcpy(r->data + REGF_PAGE + at, p, n);
    }
}

static void finish(struct recovery *r, uint32_t sequence, uint32_t bins)
{
    set(r->data + AT_FIRST, sequence);
    set(r->data + AT_SECOND, sequence);
    set(r->data + AT_BINS, bins);
    set(r->data + AT_TYPE, 0);
    set(r->data + AT_SUM, regf_checksum(r->data));
    r->ret->state = REGF_RECOVERED;
}

/* A base block that is not sound is taken from a log. */
static void take_base(struct recovery *r, const struct log *l)
{
    if (!r->is_summed) {
        memcpy(r->data, l->p, SECTOR);
    }
}

/* Old form: the pages that are marked in a bitmap, one after the other. */
static bool is_old_fit(const struct recovery *r, const struct log *l, size_t *ret_pages)
{
    if (!l->is_valid || l->is_new) {
        return false;
    }
    size_t bins = get(l->p + AT_BINS), bytes = bins / SECTOR / 8, pages = 0;
    size_t start = (SECTOR + 4 + bytes + SECTOR - 1) / SECTOR * SECTOR;
    bool has_bin = r->size >= REGF_PAGE + 32;
    const uint8_t *written = r->is_summed ? r->data + AT_WRITTEN : r->data + REGF_PAGE + 20;
    if (bins == 0 || bins % REGF_PAGE != 0 || start > l->size || !has_bin ||
        memcmp(written, l->p + AT_WRITTEN, 8) != 0) {
        return false;
    }
    for (size_t i = 0; i < bytes; i++) {
        for (unsigned b = l->p[SECTOR + 4 + i]; b; b &= b - 1) {
            pages++;
        }
    }
    *ret_pages = start;
    return pages > 0 && pages <= (l->size - start) / SECTOR;
}

static enum rc recover_old(struct recovery *r, const struct log *l, size_t start)
{
    uint32_t bins = get(l->p + AT_BINS);
    if (!grow(r, bins)) {
        r->ret->why = "its transaction log makes it longer than memory allows";
    }
    const uint8_t *page = l->p + start;
    for (size_t bit = 0; bit < bins / SECTOR; bit++) {
        if (l->p[SECTOR + 4 + bit / 8] >> (bit % 8) & 1U) {
            write_page(r, bit * SECTOR, page, SECTOR);
            page += SECTOR;
        }
    }
    take_base(r, l);
    finish(r, get(l->p + AT_FIRST), bins);
    r->ret->applied = 1;
    return RC_OK;
}

struct entry {
    struct rd references;
    const uint8_t *pages;
    size_t pages_size, size;
    uint32_t sequence, flags, bins, count;
};

/* The entry at an offset; false when there is none that is sound. */
static bool read_entry(const struct log *l, size_t at, struct entry *ret)
{
    struct rd all = rd_from(l->p, l->size);
    struct rd r = rd_at(&all, at, ENTRY_HEAD);
    const uint8_t *p = r.bad ? NULL : l->p + at;
    if (!p || memcmp(p, "HvLE", 4) != 0) {
        return false;
    }
    rd_skip(&r, 4);
    *ret = (struct entry){ .size = rd_u32le(&r) };
    ret->flags = rd_u32le(&r);
    ret->sequence = rd_u32le(&r);
    ret->bins = rd_u32le(&r);
    ret->count = rd_u32le(&r);
    uint64_t body = rd_u64le(&r), head = rd_u64le(&r);
    if (ret->size % SECTOR != 0 || ret->size < ENTRY_HEAD || ret->size > l->size - at ||
        ret->bins == 0 || ret->bins % REGF_PAGE != 0 || ret->count > (ret->size - ENTRY_HEAD) / 8 ||
        head != regf_marvin(p, 32) || body != regf_marvin(p + ENTRY_HEAD, ret->size - ENTRY_HEAD)) {
        return false;
    }
    size_t heads = ENTRY_HEAD + (size_t)ret->count * 8, used = 0;
    ret->references = rd_at(&all, at + ENTRY_HEAD, (size_t)ret->count * 8);
    ret->pages = p + heads;
    ret->pages_size = ret->size - heads;
    for (struct rd check = ret->references; rd_left(&check) > 0;) {
        size_t offset = rd_u32le(&check), n = rd_u32le(&check);
        if (offset > ret->bins || n > ret->bins - offset || n > ret->pages_size - used) {
            return false;
        }
        used += n;
    }
    return true;
}

static void write_entry(struct recovery *r, const struct entry *e)
{
    const uint8_t *page = e->pages;
    for (struct rd refs = e->references; rd_left(&refs) > 0;) {
        size_t offset = rd_u32le(&refs), n = rd_u32le(&refs);
        write_page(r, offset, page, n);
        page += n;
    }
    set(r->data + AT_FLAGS, e->flags);
    r->ret->applied++;
}

/* Follows the entries from a sequence number on, each one more than the one before; *next is the number after the last. With r
 * they are written, else only looked at. */
static void follow(struct recovery *r, const struct log *l, uint32_t *next, size_t *bins)
{
    struct entry e;
    for (size_t at = SECTOR; l->is_valid && l->is_new && read_entry(l, at, &e); at += e.size) {
        if (e.sequence == *next) {
            if (r) {
                write_entry(r, &e);
            }
            *bins = e.bins;
            (*next)++;
        } else if (e.sequence > *next) {
            return;
        }
    }
}

/* Logs in the order of their entries. Where the hive cannot say where it stands, the log that goes furthest back without a gap does. */
static uint32_t start_of(const struct recovery *r, const struct log *low, const struct log *high)
{
    uint32_t next = low->first;
    size_t bins = 0;
    if (r->is_summed) {
        return get(r->data + AT_SECOND);
    }
    if (!low->is_valid || !high->is_valid) {
        return low->is_valid ? low->first : high->first;
    }
    follow(NULL, low, &next, &bins);
    return next >= high->first ? low->first : high->first;
}

static enum rc recover_new(struct recovery *r, const struct log *low, const struct log *high)
{
    uint32_t start = start_of(r, low, high), next = start;
    size_t bins = 0;
    follow(NULL, low, &next, &bins);
    follow(NULL, high, &next, &bins);
    if (next == start) {
        return unrecovered(
            r, "its last write was not finished, and no transaction log continues where it stands");
    }
    const char *why =
        grow(r, bins) ? NULL : "its transaction logs make it longer than memory allows";
    take_base(r, high->is_valid && high->is_new ? high : low);
    next = start;
    follow(r, low, &next, &bins);
    follow(r, high, &next, &bins);
    finish(r, next - 1, (uint32_t)bins);
    r->ret->why = why;
    return RC_OK;
}

enum rc regf_recover(uint8_t **data, size_t *size, const uint8_t *const log[2],
                     const size_t log_size[2], struct arena *a, struct regf_recovery *ret,
                     struct err *err)
{
    *ret = (struct regf_recovery){ .state = REGF_CLEAN };
    struct recovery r = { .data = *data, .size = *size, .a = a, .ret = ret };
    if (!r.data || r.size < REGF_PAGE || memcmp(r.data, "regf", 4) != 0) {
        return err_setf(err, RC_MALFORMED, "not a registry hive");
    }
    r.is_summed = get(r.data + AT_SUM) == regf_checksum(r.data);
    if (r.is_summed && get(r.data + AT_FIRST) == get(r.data + AT_SECOND)) {
        return RC_OK;
    }
    struct log logs[LOGS];
    bool any = false, any_new = false;
    size_t start = 0;
    for (size_t i = 0; i < LOGS; i++) {
        logs[i] = log_of(log[i], log_size[i]);
        any = any || logs[i].is_valid;
        any_new = any_new || (logs[i].is_valid && logs[i].is_new);
    }
    if (!any) {
        return unrecovered(&r, "its last write was not finished, and there is no transaction log");
    }
    bool first_is_low = !logs[1].is_valid || (logs[0].is_valid && logs[0].first <= logs[1].first);
    enum rc rc = RC_OK;
    if (any_new) {
        rc = recover_new(&r, &logs[first_is_low ? 0 : 1], &logs[first_is_low ? 1 : 0]);
    } else if (is_old_fit(&r, &logs[0], &start)) {
        rc = recover_old(&r, &logs[0], start);
    } else if (is_old_fit(&r, &logs[1], &start)) {
        rc = recover_old(&r, &logs[1], start);
    } else {
        rc = unrecovered(
            &r, "its last write was not finished, and no transaction log is of the same time");
    }
    *data = r.data;
    *size = r.size;
    return rc;
}
