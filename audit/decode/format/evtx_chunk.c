/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chunk: head and checksums, its records, and what can be carved out of it. */
#include <zlib.h>

#include "audit/decode/format/evtx_internal.h"

static const uint8_t record_mark[4] = { 0x2a, 0x2a, 0, 0 };

struct chunk_head {
    uint64_t first, last; /* identifiers of its records */
    uint64_t count;
    uint32_t last_record; /* where the last one begins */
    uint32_t free_space;
    bool is_sound;
};

static uint32_t crc(const uint8_t *p, size_t n, uint32_t before)
{
    return (uint32_t)crc32(before, p, (unsigned)n);
}

static struct chunk_head read_head(const struct evtx_reader *x)
{
    const uint8_t *p = x->chunk;
    struct chunk_head h = { .first = evtx_u64(p + 24),
                            .last = evtx_u64(p + 32),
                            .last_record = evtx_u32(p + 44),
                            .free_space = evtx_u32(p + 48) };
    uint64_t from = evtx_u64(p + 8), to = evtx_u64(p + 16);
    h.is_sound = x->have >= EVTX_CHUNK_HEAD && memcmp(p, "ElfChnk", 8) == 0 &&
                 crc(p + 128, EVTX_CHUNK_HEAD - 128, crc(p, 120, 0)) == evtx_u32(p + 124) &&
                 h.free_space >= EVTX_CHUNK_HEAD && h.free_space <= EVTX_CHUNK;
    /* An empty chunk says from 1 to 0, or -1. */
    h.count = to - from < EVTX_CHUNK / EVTX_RECORD_MIN ? to - from + 1 : 0;
    if (h.last_record < EVTX_CHUNK_HEAD) {
        h.count = 0;
    }
    return h;
}

/* Size of the record at an offset, 0 = there is none. */
static uint32_t record_at(const struct evtx_reader *x, uint32_t at, uint32_t end)
{
    if (at > end || end - at < EVTX_RECORD_MIN || memcmp(x->chunk + at, record_mark, 4) != 0) {
        return 0;
    }
    uint32_t size = evtx_u32(x->chunk + at + 4);
    return size >= EVTX_RECORD_MIN && size <= end - at && evtx_u32(x->chunk + at + size - 4) == size
               ? size
               : 0;
}

/* A log that was in use: a record behind those that the chunk's head counts goes on with their numbers. What is left of former use has
 * smaller ones. */
static bool is_next(const struct evtx_reader *x, const struct chunk_head *h, uint32_t at,
                    uint64_t seen)
{
    return h->count > 0 && at >= h->free_space &&
           evtx_u64(x->chunk + at + 8) == h->last + 1 + (seen - h->count);
}

struct state {
    struct chunk_head head;
    bool is_unsound; /* its records' checksum is wrong, or its head's */
    bool is_carving;
    uint64_t understood;
    uint64_t found; /* by carving, of those that its head counts */
    uint64_t lost;  /* carved and not understood */
};

static bool is_counted_by(const struct chunk_head *h, uint64_t number)
{
    return number >= h->first && number <= h->last;
}

static enum rc take_record(struct evtx_reader *x, struct state *s, uint32_t at, uint32_t size,
                           struct err *err)
{
    const struct evtx_options *o = x->options;
    struct evtx_event e = { .record = evtx_u64(x->chunk + at + 8),
                            .offset = x->chunk_at + at,
                            .is_carved = s->is_carving,
                            .is_unsound = s->is_unsound };
    struct evtx_record record;
    uint64_t written = evtx_u64(x->chunk + at + 16);
    e.written_at = written <= INT64_MAX ? (filetime)written : 0;
    if (!evtx_open_record(x, at + EVTX_RECORD_HEAD, at + size - 4, s->is_carving, &e, &record)) {
        x->totals->unreadable += !s->is_carving;
        s->lost += s->is_carving;
        return RC_OK;
    }
    bool is_inside = is_counted_by(&s->head, e.record);
    if (e.event_record_id > 0 &&
        (e.record == 0 || (s->head.is_sound && !s->is_carving && !is_inside &&
                           is_counted_by(&s->head, e.event_record_id)))) {
        e.record = e.event_record_id;
    }
    bool wants = false, is_whole = true;
    x->totals->records++;
    x->totals->carved += s->is_carving;
    s->found += s->is_carving && is_inside;
    TRY(o->head(o->context, &e, &wants, err));
    if (wants) {
        is_whole = evtx_fill_fields(x, &record, &e);
        e.is_unsound |= !is_whole;
        x->totals->unreadable += !is_whole && !s->is_carving;
        TRY(o->each(o->context, &e, x->field, x->field_count, err));
    }
    s->understood += is_whole;
    return RC_OK;
}

/* Records anywhere in [at, end). */
static enum rc carve(struct evtx_reader *x, struct state *s, uint32_t at, uint32_t end,
                     struct err *err)
{
    s->is_carving = true;
    while (at < end) {
        const uint8_t *p = memmem(x->chunk + at, end - at, record_mark, sizeof(record_mark));
        if (!p) {
            break;
        }
        at = (uint32_t)(p - x->chunk);
        uint32_t size = record_at(x, at, end);
        if (size > 0) {
            TRY(take_record(x, s, at, size, err));
        }
        at += size > 0 ? size : 1;
    }
    s->is_carving = false;
    return RC_OK;
}

enum rc evtx_chunk(struct evtx_reader *x, bool is_stray, bool *ret_sound, struct err *err)
{
    struct state s = { .head = read_head(x) };
    const struct chunk_head *h = &s.head;
    bool is_marked = x->have >= EVTX_CHUNK_HEAD && memcmp(x->chunk, "ElfChnk", 8) == 0;
    uint32_t end = h->is_sound && h->free_space < x->have ? h->free_space : x->have;
    bool is_cut = x->have < (h->is_sound ? h->free_space : EVTX_CHUNK);
    bool is_summed = h->is_sound && !is_cut &&
                     crc(x->chunk + EVTX_CHUNK_HEAD, h->free_space - EVTX_CHUNK_HEAD, 0) ==
                         evtx_u32(x->chunk + 52);
    evtx_forget_plans(x);
    s.is_unsound = !is_summed;
    x->totals->bad_chunks += !is_summed && !is_stray;
    uint32_t at = EVTX_CHUNK_HEAD;
    uint64_t seen = 0;
    while (is_marked) {
        bool is_counted = !h->is_sound || seen < h->count;
        uint32_t size = record_at(x, at, is_counted ? end : x->have);
        if (size == 0 || (!is_counted && !is_next(x, h, at, seen))) {
            break;
        }
        s.is_unsound |= !is_counted;
        TRY(take_record(x, &s, at, size, err));
        at += size;
        seen++;
    }
    x->totals->is_dirty |= h->is_sound && seen > h->count;
    /* Numbers that are missing where every byte is some record's were never written here, or were taken out: a gap, not damage. */
    bool is_exact = is_summed && at == end;
    *ret_sound = is_summed && (seen == h->count || is_exact) && s.understood == seen;
    if (x->options->carves && at < x->have) {
        TRY(carve(x, &s, at, x->have, err));
    }
    if (is_exact) {
        return RC_OK;
    }
    if (h->is_sound) {
        x->totals->unreadable += seen + s.found < h->count ? h->count - seen - s.found : 0;
    } else if (!is_stray && seen != h->count) {
        /* Behind the end of a chunk that was read to it lie records from before the log was emptied or went round: no loss. */
        x->totals->unreadable += s.lost;
    }
    return RC_OK;
}
