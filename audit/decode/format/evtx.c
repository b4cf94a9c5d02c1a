/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file: its head, which chunks it has, in which order they were written. The heads of all chunks are looked at first; then the chunks
 * are read oldest first, those that lie together at once. */
#include "audit/decode/format/evtx.h"

#include <stdlib.h>
#include <zlib.h>

#include "audit/decode/format/evtx_internal.h"

#define SIZE_MOST (UINT64_C(16) << 40)
#define WINDOW    16U /* chunks read at once */
#define ORDER_MOST \
    (1024U * 1024) /* chunks that are put in order: 16 MiB; larger logs go by place */
#define PEEK       (EVTX_CHUNK_HEAD + EVTX_RECORD_HEAD)
#define ARENA_MOST (8U * 1024 * 1024)

enum kind {
    KIND_MARKED,
    KIND_EXPECTED, /* by the file's head there should be a chunk */
    KIND_STRAY     /* something lies where no chunk is: only for carving */
};

struct entry {
    uint64_t key;
    uint32_t slot;
    enum kind kind;
};

struct file {
    struct evtx_reader *x;
    const struct evtx_options *options;
    struct evtx_totals *totals;
    uint64_t base; /* of the first chunk */
    uint64_t size;
    uint32_t slots; /* places for chunks, the last perhaps cut */
    uint32_t expected;
    uint64_t next_record; /* by the file's head */
    struct entry *order;
    uint32_t count, room, most;
    bool is_overfull; /* more chunks than order holds: by place, from the oldest */
    struct entry oldest;
    uint64_t newest; /* number of the last record by the heads of chunks */
    uint64_t marked;
    uint8_t *window; /* WINDOW chunks */
    uint32_t window_slot, window_count;
    uint32_t window_got; /* bytes */
};

static enum rc read_at(struct file *f, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                       struct err *err)
{
    *ret_got = 0;
    if (offset >= f->size) {
        return RC_OK;
    }
    size_t most = size < f->size - offset ? size : (size_t)(f->size - offset);
    return f->options->source.read(f->options->source.context, offset, buf, most, ret_got, err);
}

static uint64_t offset_of(const struct file *f, uint32_t slot)
{
    return f->base + (uint64_t)slot * EVTX_CHUNK;
}

static enum rc read_file_head(struct file *f, struct err *err)
{
    uint8_t head[128] = { 0 };
    size_t got = 0;
    f->size = f->options->source.size;
    if (f->size > SIZE_MOST) {
        f->size = SIZE_MOST;
        f->totals->is_cut = true;
    }
    TRY(read_at(f, 0, head, sizeof(head), &got, err));
    f->totals->size += got;
    f->base = EVTX_FILE_HEAD;
    if (got == sizeof(head) && memcmp(head, "ElfFile", 8) == 0 &&
        (uint32_t)crc32(0, head, 120) == evtx_u32(head + 124)) {
        f->totals->has_head = true;
        f->totals->is_dirty = evtx_u32(head + 120) & 1U;
        f->totals->is_full = evtx_u32(head + 120) & 2U;
        f->next_record = evtx_u64(head + 24);
        f->expected = evtx_u16(head + 42);
    } else if (memcmp(head, "ElfChnk", 8) == 0) {
        f->base = 0;
    }
    uint64_t left = f->size > f->base ? f->size - f->base : 0;
    f->slots = (uint32_t)((left + EVTX_CHUNK - 1) / EVTX_CHUNK);
    return RC_OK;
}

/* What lies at a slot, by its first bytes. False when nothing does. */
static bool look_at(struct file *f, uint32_t slot, const uint8_t *p, size_t got, uint64_t before,
                    struct entry *ret)
{
    static const uint8_t zeros[PEEK];
    bool is_marked = got >= 8 && memcmp(p, "ElfChnk", 8) == 0;
    *ret = (struct entry){ .key = before, .slot = slot, .kind = KIND_MARKED };
    if (!is_marked) {
        ret->kind = slot < f->expected ? KIND_EXPECTED : KIND_STRAY;
        return slot < f->expected || (f->options->carves && got > 0 && memcmp(p, zeros, got) != 0);
    }
    bool is_sound =
        got >= EVTX_CHUNK_HEAD &&
        (uint32_t)crc32(crc32(0, p, 120), p + 128, EVTX_CHUNK_HEAD - 128) == evtx_u32(p + 124);
    if (is_sound) {
        uint64_t last = evtx_u64(p + 16);
        ret->key = evtx_u64(p + 24);
        f->newest = last > f->newest && last < UINT64_MAX / 2 ? last : f->newest;
    } else if (got == PEEK && evtx_u32(p + EVTX_CHUNK_HEAD) == 0x2a2a) {
        ret->key = evtx_u64(p + EVTX_CHUNK_HEAD + 8);
    }
    return true;
}

static enum rc add_entry(struct file *f, const struct entry *e, struct err *err)
{
    if (f->marked + f->count == 0 || e->key < f->oldest.key) {
        f->oldest = *e;
    }
    f->marked += e->kind == KIND_MARKED;
    f->totals->chunks += e->kind != KIND_STRAY;
    if (f->is_overfull) {
        return RC_OK;
    }
    if (f->count == f->most) {
        f->is_overfull = true;
        return RC_OK;
    }
    if (f->count == f->room) {
        uint32_t room = f->room ? f->room * 2 : 256;
        struct entry *grown = realloc(f->order, room * sizeof(*grown));
        if (!grown) {
            return err_setf(err, RC_NOMEM, "no memory for the order of a log's chunks");
        }
        f->order = grown;
        f->room = room;
    }
    f->order[f->count++] = *e;
    return RC_OK;
}

/* The slot at or behind one that may hold something; places of chunks that a hole has swallowed are counted. */
static uint32_t skip_hole(struct file *f, uint32_t slot, bool counts)
{
    const struct evtx_source *s = &f->options->source;
    if (!s->next_data) {
        return slot;
    }
    uint64_t offset = offset_of(f, slot), at = s->next_data(s->context, offset);
    if (at < offset + EVTX_CHUNK) {
        return slot;
    }
    uint64_t to = at >= f->size ? f->slots : (at - f->base) / EVTX_CHUNK;
    uint32_t next = to < f->slots ? (uint32_t)to : f->slots;
    uint32_t lost = (next < f->expected ? next : f->expected);
    if (counts && lost > slot) {
        f->totals->chunks += lost - slot;
        f->totals->bad_chunks += lost - slot;
    }
    return next;
}

static enum rc look_at_chunks(struct file *f, struct err *err)
{
    uint8_t head[PEEK];
    uint64_t before = 0;
    for (uint32_t slot = 0; slot < f->slots; slot++) {
        slot = skip_hole(f, slot, true);
        if (slot == f->slots) {
            break;
        }
        size_t got = 0;
        struct entry e;
        TRY(read_at(f, offset_of(f, slot), head, sizeof(head), &got, err));
        if (!look_at(f, slot, head, got, before, &e)) {
            continue;
        }
        before = e.key;
        TRY(add_entry(f, &e, err));
    }
    if (f->slots < f->expected) {
        f->totals->chunks += f->expected - f->slots;
        f->totals->bad_chunks += f->expected - f->slots;
        f->totals->is_cut = true;
    }
    if (f->totals->has_head && f->base > 0 &&
        (f->marked > f->expected || f->newest >= f->next_record)) {
        f->totals->is_dirty |= f->marked > 0;
    }
    return RC_OK;
}

static bool is_before(const struct entry *a, const struct entry *b)
{
    return a->key != b->key ? a->key < b->key : a->slot < b->slot;
}

static void sink(struct entry *e, uint32_t at, uint32_t count)
{
    for (uint32_t child = at * 2 + 1; child < count; child = at * 2 + 1) {
        if (child + 1 < count && is_before(&e[child], &e[child + 1])) {
            child++;
        }
        if (!is_before(&e[at], &e[child])) {
            return;
        }
        struct entry t = e[at];
        e[at] = e[child];
        e[child] = t;
        at = child;
    }
}

/* In place: qsort would take as much memory again. */
static void put_in_order(struct entry *e, uint32_t count)
{
    uint32_t sorted = 1;
    while (sorted < count && is_before(&e[sorted - 1], &e[sorted])) {
        sorted++;
    }
    if (sorted >= count) {
        return;
    }
    for (uint32_t i = count / 2; i > 0; i--) {
        sink(e, i - 1, count);
    }
    for (uint32_t n = count - 1; n > 0; n--) {
        struct entry t = e[0];
        e[0] = e[n];
        e[n] = t;
        sink(e, 0, n);
    }
}

/* Makes x hold the chunk at a slot; run: how many of those that follow are wanted next. */
static enum rc load(struct file *f, uint32_t slot, uint32_t run, struct err *err)
{
    if (slot < f->window_slot || slot >= f->window_slot + f->window_count) {
        size_t want = (size_t)run * EVTX_CHUNK, got = 0;
        TRY(read_at(f, offset_of(f, slot), f->window, want, &got, err));
        memset(f->window + got, 0, want - got);
        f->window_slot = slot;
        f->window_count = run;
        f->window_got = (uint32_t)got;
        f->totals->size += got;
    }
    uint32_t at = (slot - f->window_slot) * EVTX_CHUNK;
    uint32_t left = f->window_got > at ? f->window_got - at : 0;
    f->x->chunk = f->window + at;
    f->x->have = left < EVTX_CHUNK ? left : EVTX_CHUNK;
    f->x->chunk_at = offset_of(f, slot);
    return RC_OK;
}

static enum rc take(struct file *f, const struct entry *e, uint32_t run, struct err *err)
{
    bool is_sound = false;
    TRY(load(f, e->slot, run, err));
    f->totals->is_cut |= f->x->have < EVTX_CHUNK;
    TRY(evtx_chunk(f->x, e->kind == KIND_STRAY, &is_sound, err));
    if (e->kind == KIND_STRAY || !f->options->chunk) {
        return RC_OK;
    }
    return f->options->chunk(f->options->context, e->slot, is_sound, err);
}

static enum rc take_in_order(struct file *f, struct err *err)
{
    put_in_order(f->order, f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t run = 1;
        while (run < WINDOW && i + run < f->count &&
               f->order[i + run].slot == f->order[i].slot + run) {
            run++;
        }
        TRY(take(f, &f->order[i], run, err));
    }
    return RC_OK;
}

static enum rc take_by_place(struct file *f, uint32_t from, uint32_t to, struct err *err)
{
    for (uint32_t slot = from; slot < to; slot++) {
        slot = skip_hole(f, slot, false);
        if (slot >= to) {
            break;
        }
        struct entry e;
        uint32_t run = to - slot < WINDOW ? to - slot : WINDOW;
        TRY(load(f, slot, run, err));
        size_t got = f->x->have < PEEK ? f->x->have : PEEK;
        if (look_at(f, slot, f->x->chunk, got, 0, &e)) {
            TRY(take(f, &e, run, err));
        }
    }
    return RC_OK;
}

static enum rc take_chunks(struct file *f, struct err *err)
{
    if (!f->is_overfull) {
        return take_in_order(f, err);
    }
    TRY(take_by_place(f, f->oldest.slot, f->slots, err));
    return take_by_place(f, 0, f->oldest.slot, err);
}

static enum rc read_file(struct file *f, struct err *err)
{
    TRY(read_file_head(f, err));
    TRY(look_at_chunks(f, err));
    if (!f->totals->has_head && f->marked == 0) {
        return err_setf(err, RC_MALFORMED, "neither head nor chunk of an event log");
    }
    return take_chunks(f, err);
}

enum rc evtx_read(const struct evtx_options *options, struct evtx_totals *ret, struct err *err)
{
    *ret = (struct evtx_totals){ .chunks = 0 };
    struct file f = { .options = options, .totals = ret, .x = calloc(1, sizeof(*f.x)) };
    f.most = options->order_most ? options->order_most : ORDER_MOST;
    f.window = malloc((size_t)WINDOW * EVTX_CHUNK);
    enum rc rc = RC_OK;
    if (f.x) {
        f.x->options = options;
        f.x->totals = ret;
        f.x->plans = arena_new(ARENA_MOST);
        f.x->event = arena_new(ARENA_MOST);
    }
    if (!f.x || !f.window || !f.x->plans || !f.x->event) {
        rc = err_setf(err, RC_NOMEM, "no memory for reading an event log");
    } else {
        rc = read_file(&f, err);
    }
    if (f.x) {
        arena_free(f.x->plans);
        arena_free(f.x->event);
    }
    free(f.x);
    free(f.window);
    free(f.order);
    return rc;
}
