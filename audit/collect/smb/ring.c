/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/ring.h"

#include <string.h>

#include "audit/base/rd.h"

/* Chunks beside a damaged one that are asked in its place. */
#define NEIGHBOURS 8U

/* Oldest and newest time that a record of a Windows log can have: years 2000 and 2200. */
#define TIME_LEAST INT64_C(125911584000000000)
#define TIME_MOST  INT64_C(189025920000000000)

static uint64_t sign_of(const uint8_t *p, size_t size)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++) {
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    }
    return h;
}

static bool is_zero(const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (p[i] != 0) {
            return false;
        }
    }
    return true;
}

struct ring_mark ring_read_mark(const uint8_t *p, size_t size)
{
    struct ring_mark m = { .kind = RING_BAD };
    if (size < RING_CHUNK_HEAD) {
        return m;
    }
    if (is_zero(p, RING_CHUNK_HEAD)) {
        m.kind = RING_EMPTY;
        return m;
    }
    struct rd head = rd_from(p + 8, RING_CHUNK_HEAD - 8);
    struct rd record = rd_from(p + 512, RING_CHUNK_HEAD - 512);
    rd_skip(&head, 16); /* numbers within the file, which begin anew where the log was exported */
    m.first = rd_u64le(&head);
    m.last = rd_u64le(&head);
    bool is_record = rd_u32le(&record) == 0x2a2a;
    rd_skip(&record, 12);
    uint64_t at = rd_u64le(&record);
    bool is_time = at >= (uint64_t)TIME_LEAST && at <= (uint64_t)TIME_MOST;
    m.at = is_time ? (filetime)at : 0;
    m.sign = sign_of(p + 512, RING_CHUNK_HEAD - 512);
    if (memcmp(p, "ElfChnk", 8) == 0 && is_record && is_time && m.first <= m.last &&
        m.last < UINT64_MAX - 1) {
        m.kind = RING_USED;
    }
    return m;
}

static enum rc mark_at(const struct ring_source *s, uint32_t place, struct ring_mark *ret,
                       struct err *err)
{
    uint8_t buf[RING_CHUNK_HEAD];
    size_t got = 0;
    TRY(s->read(s->context, RING_HEAD + (uint64_t)place * RING_CHUNK, buf, sizeof(buf), &got, err));
    *ret = ring_read_mark(buf, got);
    return RC_OK;
}

/* The chunk at a place below `end`, or the next one behind it that is not damaged. */
static enum rc probe(const struct ring_source *s, uint32_t place, uint32_t end,
                     struct ring_mark *ret, struct err *err)
{
    uint32_t tries = end - place < NEIGHBOURS ? end - place : NEIGHBOURS;
    ret->kind = RING_BAD;
    for (uint32_t i = 0; i < tries && ret->kind == RING_BAD; i++) {
        TRY(mark_at(s, place + i, ret, err));
    }
    return RC_OK;
}

/* Chunks in use come first, those that never were behind them. *ret_ok = false: a place could not be read. */
static enum rc count_used(const struct ring_source *s, uint32_t all, uint32_t *ret, bool *ret_ok,
                          struct err *err)
{
    uint32_t low = 0, high = all; /* below low: in use; from high on: not */
    struct ring_mark m;
    *ret_ok = true;
    while (low < high && *ret_ok) {
        uint32_t middle = low + (high - low) / 2;
        TRY(probe(s, middle, all, &m, err));
        if (m.kind == RING_USED) {
            low = middle + 1;
        } else if (m.kind == RING_EMPTY) {
            high = middle;
        } else {
            *ret_ok = false;
        }
    }
    *ret = low;
    return RC_OK;
}

/* Where the ring begins: numbers ascend, fall once, and ascend again. */
static enum rc find_oldest(const struct ring_source *s, uint32_t used, uint32_t *ret, bool *ret_ok,
                           struct err *err)
{
    struct ring_mark zero, m, end;
    uint32_t low = 1, high = used;
    TRY(probe(s, 0, used, &zero, err));
    *ret_ok = zero.kind == RING_USED;
    while (low < high && *ret_ok) {
        uint32_t middle = low + (high - low) / 2;
        TRY(probe(s, middle, used, &m, err));
        *ret_ok = m.kind == RING_USED;
        if (m.first < zero.first) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    *ret = low < used ? low : 0;
    if (*ret > 0 && *ret_ok) {
        TRY(probe(s, used - 1, used, &end, err));
        *ret_ok = end.kind != RING_USED || end.first < zero.first;
    }
    return RC_OK;
}

uint32_t ring_place(const struct ring_plan *p, uint32_t i)
{
    uint64_t place = (uint64_t)p->oldest + p->skip + i;
    return (uint32_t)(place % p->chunks);
}

/* The chunk of an age (0 = the oldest), or the next younger one that is not damaged. */
static enum rc probe_age(const struct ring_source *s, const struct ring_plan *p, uint32_t age,
                         struct ring_mark *ret, struct err *err)
{
    ret->kind = RING_BAD;
    for (uint32_t i = age; i < p->chunks && i - age < NEIGHBOURS && ret->kind != RING_USED; i++) {
        TRY(mark_at(s, (uint32_t)(((uint64_t)p->oldest + i) % p->chunks), ret, err));
    }
    return RC_OK;
}

/* Chunks of which no record is young enough: all before the last one that begins before since. */
static enum rc skip_old(const struct ring_source *s, filetime since, struct ring_plan *p,
                        bool *ret_ok, struct err *err)
{
    struct ring_mark oldest, newest, m;
    uint32_t low = 0, high = p->chunks; /* low: begins before since, or is the first */
    TRY(probe_age(s, p, 0, &oldest, err));
    TRY(probe_age(s, p, p->chunks - 1, &newest, err));
    /* The newest one may be in the making, or damaged. */
    *ret_ok = oldest.kind == RING_USED &&
              (newest.kind != RING_USED ||
               (newest.first >= oldest.first && newest.at >= oldest.at - FILETIME_DAY));
    p->from = oldest.at;
    while (*ret_ok && since > 0 && high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        TRY(probe_age(s, p, middle, &m, err));
        if (m.kind == RING_USED && m.at <= since) {
            low = middle;
            p->from = m.at;
        } else {
            high = middle;
        }
    }
    p->skip = low;
    return RC_OK;
}

static void keep_plain(struct ring_plan *p, uint32_t all, uint32_t most)
{
    *p = (struct ring_plan){
        .chunks = all, .count = all < most ? all : most, .is_cut = all > most, .is_plain = true
    };
}

enum rc ring_find(const struct ring_source *s, filetime since, uint32_t most, struct ring_plan *ret,
                  struct err *err)
{
    uint8_t magic[8];
    size_t got = 0;
    struct ring_mark first;
    struct ring_plan p = { .chunks = 0 };
    bool ok = true;
    uint64_t size = s->size > RING_HEAD ? s->size - RING_HEAD : 0;
    uint64_t chunks = (size + RING_CHUNK - 1) / RING_CHUNK; /* the last one may be cut off */
    uint32_t all = chunks < RING_CHUNK_MOST ? (uint32_t)chunks : RING_CHUNK_MOST;
    TRY(s->read(s->context, 0, magic, sizeof(magic), &got, err));
    TRY(mark_at(s, 0, &first, err));
    bool is_log = got == sizeof(magic) && memcmp(magic, "ElfFile", sizeof(magic)) == 0;
    if (!is_log && first.kind != RING_USED) {
        return err_setf(err, RC_MALFORMED, "it is no event log");
    }
    TRY(count_used(s, all, &p.chunks, &ok, err));
    if (ok && p.chunks > 0) {
        TRY(find_oldest(s, p.chunks, &p.oldest, &ok, err));
    }
    if (ok && p.chunks > 0) {
        TRY(skip_old(s, since, &p, &ok, err));
    }
    if (!ok) {
        keep_plain(ret, all, most);
        return RC_OK;
    }
    p.count = p.chunks - p.skip;
    if (p.count > most) {
        struct ring_mark m;
        p.is_cut = true;
        p.skip = p.chunks - most;
        p.count = most;
        TRY(probe_age(s, &p, p.skip, &m, err));
        p.from = m.kind == RING_USED ? m.at : 0;
    }
    *ret = p;
    return RC_OK;
}

enum rc ring_find_mark(const struct ring_source *s, const struct ring_plan *p,
                       const struct ring_mark *mark, uint32_t *ret_age, struct err *err)
{
    struct ring_mark m;
    uint32_t low = 0, high = p->is_plain ? 0 : p->chunks;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        TRY(mark_at(s, (uint32_t)(((uint64_t)p->oldest + middle) % p->chunks), &m, err));
        if (m.kind != RING_USED) {
            break; /* found again all the same where it is beside a damaged one, else from the start */
        }
        if (m.first == mark->first) {
            *ret_age = middle;
            return m.sign == mark->sign ? RC_OK
                                        : err_setf(err, RC_ABSENT, "the log is another one by now");
        }
        if (m.first < mark->first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return err_setf(err, RC_ABSENT, "the log does not hold these records any more");
}

/* CRC-32 of [ISO 3309], bit by bit: 120 bytes once a log. */
static uint32_t crc32_of(const uint8_t *p, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1U ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~crc;
}

static void put_le(uint8_t *p, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

void ring_fit_head(uint8_t *head, uint32_t count)
{
    if (memcmp(head, "ElfFile", 8) != 0) {
        return;
    }
    put_le(head + 8, 0, 8);                          /* first chunk */
    put_le(head + 16, count > 0 ? count - 1 : 0, 8); /* last chunk */
    put_le(head + 42, count & 0xffffU, 2);           /* chunks; the field is no wider */
    put_le(head + 124, crc32_of(head, 120), 4);
}
