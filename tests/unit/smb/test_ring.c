/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of an event log is wanted, without a server: rings of every rotation, of which only the heads of chunks are made. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/collect/smb/ring.h"
#include "tests/support/t.h"

#define DAY0 INT64_C(133800000000000000) /* 2024-12-30 */

/* A log of `chunks` places: `used` of them hold records, the oldest at place `oldest`; one chunk an hour, 100 records each. */
struct fake {
    uint32_t chunks, used, oldest;
    uint64_t first;          /* identifier of its oldest record */
    uint32_t bad, bad_count; /* damaged places */
    const char *magic;
    uint64_t asked; /* reads */
};

static void put(uint8_t *p, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

static void make_chunk(const struct fake *f, uint32_t place, uint8_t *p)
{
    uint32_t age = (place + f->used - f->oldest) % f->used;
    memcpy(p, "ElfChnk", 8);
    put(p + 8, 1);
    put(p + 16, 100);
    put(p + 24, f->first + age * UINT64_C(100));
    put(p + 32, f->first + age * UINT64_C(100) + 99);
    put(p + 512, UINT64_C(0x5000002a2a));
    put(p + 520, f->first + age * UINT64_C(100));
    put(p + 528, (uint64_t)(DAY0 + age * 3600 * FILETIME_SECOND));
}

static enum rc read_fake(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                         struct err *err)
{
    struct fake *f = context;
    uint64_t place = (offset - RING_HEAD) / RING_CHUNK;
    (void)err;
    f->asked++;
    memset(buf, 0, size);
    *ret_got = size;
    if (offset == 0) {
        memcpy(buf, f->magic ? f->magic : "ElfFile", 8);
    } else if (place >= f->chunks) {
        *ret_got = 0;
    } else if (place >= f->bad && place < f->bad + f->bad_count) {
        memset(buf, 0x5a, size);
    } else if (place < f->used) {
        make_chunk(f, (uint32_t)place, buf);
    }
    return RC_OK;
}

static struct ring_source source_of(struct fake *f)
{
    return (struct ring_source){ .read = read_fake,
                                 .context = f,
                                 .size = RING_HEAD + (uint64_t)f->chunks * RING_CHUNK };
}

static struct ring_plan plan_of(struct fake *f, filetime since, uint32_t most)
{
    struct ring_source s = source_of(f);
    struct ring_plan p = { .count = UINT32_MAX };
    struct err err = { .rc = RC_OK };
    f->asked = 0;
    T_EQ_I(ring_find(&s, since, most, &p, &err), RC_OK);
    return p;
}

static void every_rotation_is_found(void)
{
    uint64_t most_asked = 0;
    for (uint32_t used = 1; used <= 40; used++) {
        for (uint32_t oldest = 0; oldest < used; oldest++) {
            for (uint32_t spare = 0; spare < (oldest == 0 ? 3U : 1U); spare++) {
                struct fake f = {
                    .chunks = used + 7 * spare, .used = used, .oldest = oldest, .first = 1000
                };
                struct ring_plan p = plan_of(&f, 0, UINT32_MAX);
                T_EQ_I(p.chunks, used);
                T_EQ_I(p.oldest, oldest);
                T_EQ_I(p.count, used);
                T_EQ_I(p.skip, 0);
                T_OK(!p.is_plain && !p.is_cut);
                T_EQ_I(ring_place(&p, 0), oldest);
                T_EQ_I(ring_place(&p, used - 1), (oldest + used - 1) % used);
                most_asked = f.asked > most_asked ? f.asked : most_asked;
            }
        }
    }
    T_OK(most_asked <= 25);
}

static void only_the_young_ones_are_wanted(void)
{
    for (uint32_t oldest = 0; oldest < 50; oldest++) {
        for (uint32_t hour = 0; hour < 60; hour++) {
            struct fake f = { .chunks = 50, .used = 50, .oldest = oldest, .first = 7 };
            filetime since = DAY0 + (hour * INT64_C(3600) + 60) * FILETIME_SECOND;
            struct ring_plan p = plan_of(&f, since, 1000);
            /* The chunk that began before since holds the records behind it. */
            T_EQ_I(p.skip, hour < 50 ? hour : 49);
            T_EQ_I(p.count, 50 - p.skip);
            T_EQ_I(p.from, DAY0 + p.skip * INT64_C(3600) * FILETIME_SECOND);
        }
    }
}

static void the_newest_are_kept_where_there_are_too_many(void)
{
    struct fake f = { .chunks = 8192, .used = 8192, .oldest = 5000, .first = 1 };
    struct ring_plan p = plan_of(&f, DAY0 + FILETIME_SECOND, 100);
    T_OK(p.is_cut && !p.is_plain);
    T_EQ_I(p.count, 100);
    T_EQ_I(p.skip, 8092);
    T_EQ_I(ring_place(&p, 99), 4999);
    T_OK(f.asked < 60);
    p = plan_of(&f, DAY0 + INT64_C(8180) * 3600 * FILETIME_SECOND, 100);
    T_OK(!p.is_cut);
    T_EQ_I(p.count, 12);
}

static void damaged_chunks_are_stepped_over(void)
{
    for (uint32_t bad = 0; bad < 64; bad++) {
        struct fake f = {
            .chunks = 70, .used = 64, .oldest = 0, .first = 1, .bad = bad, .bad_count = 2
        };
        filetime since = DAY0 + INT64_C(30) * 3600 * FILETIME_SECOND;
        struct ring_plan p = plan_of(&f, since, 1000);
        /* Nothing that is wanted may be left out; a few more do no harm. */
        T_OK(p.is_plain ? p.count == 70 : p.skip <= 30 && p.skip + p.count >= 62);
    }
}

static void what_is_in_no_order_is_taken_as_it_lies(void)
{
    /* A log that was cleared, with chunks of before behind the new ones: numbers fall, and what is at the end is older. */
    struct fake f = { .chunks = 40, .used = 40, .first = 1, .bad = 10, .bad_count = 20 };
    struct ring_plan p = plan_of(&f, DAY0 + INT64_C(39) * 3600 * FILETIME_SECOND, 16);
    T_OK(p.is_plain && p.is_cut);
    T_EQ_I(p.count, 16);
    T_EQ_I(ring_place(&p, 15), 15);
}

static void what_is_no_log_is_refused(void)
{
    struct fake f = { .chunks = 4, .used = 1, .bad = 0, .bad_count = 4, .magic = "MZ\0\0\0\0\0" };
    struct ring_source s = source_of(&f);
    struct ring_plan p;
    struct err err = { .rc = RC_OK };
    T_EQ_I(ring_find(&s, 0, 100, &p, &err), RC_MALFORMED);
    f.bad_count = 0; /* a sound chunk behind a head that is not */
    T_EQ_I(ring_find(&s, 0, 100, &p, &err), RC_OK);
    T_EQ_I(p.count, 1);
    s.size = 0; /* nothing but a head: a log without events */
    f.chunks = 0;
    f.magic = NULL;
    T_EQ_I(ring_find(&s, 0, 100, &p, &err), RC_OK);
    T_EQ_I(p.count, 0);
    s.size =
        UINT64_MAX; /* a server that lies: no more is believed than a log can have, and nothing is there */
    T_EQ_I(ring_find(&s, 0, 100, &p, &err), RC_OK);
    T_OK(p.count <= 100);
}

static void what_was_read_before_is_found_again(void)
{
    struct fake f = { .chunks = 64, .used = 64, .oldest = 20, .first = 5001 };
    struct ring_source s = source_of(&f);
    struct ring_plan p = plan_of(&f, 0, 1000);
    struct err err = { .rc = RC_OK };
    uint8_t buf[RING_CHUNK];
    uint32_t age = 0;
    for (uint32_t i = 0; i < 64; i++) {
        memset(buf, 0, sizeof(buf));
        make_chunk(&f, (20 + i) % 64, buf);
        struct ring_mark m = ring_read_mark(buf, sizeof(buf));
        T_EQ_I(m.kind, RING_USED);
        T_EQ_I(ring_find_mark(&s, &p, &m, &age, &err), RC_OK);
        T_EQ_I(age, i);
        m.sign++; /* the same numbers in another log */
        T_EQ_I(ring_find_mark(&s, &p, &m, &age, &err), RC_ABSENT);
        m.first -= 6500; /* overwritten by now */
        T_EQ_I(ring_find_mark(&s, &p, &m, &age, &err), RC_ABSENT);
    }
}

/* The heads of a real log, whose own head is older than its chunks. */
struct real {
    uint8_t *bytes;
    size_t size;
};

static enum rc read_real(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                         struct err *err)
{
    const struct real *r = context;
    (void)err;
    size_t left = offset < r->size ? r->size - (size_t)offset : 0;
    *ret_got = size < left ? size : left;
    if (*ret_got > 0) {
        memcpy(buf, r->bytes + offset, *ret_got);
    }
    return RC_OK;
}

static void a_real_log_is_understood(void)
{
    const char *path =
        t_shared("evtx/AndrewRathbun__DFIRArtifactMuseum/RathbunVM_W10EventLogs/Security.evtx");
    struct real r = { .size = 0 };
    r.bytes = path ? t_read_file(path, &r.size) : NULL;
    struct ring_source s = { .read = read_real, .context = &r, .size = r.size };
    struct ring_plan p;
    struct err err = { .rc = RC_OK };
    if (!r.bytes) {
        return;
    }
    T_EQ_I(ring_find(&s, 0, 1000, &p, &err), RC_OK);
    T_EQ_I(p.chunks, 64); /* its head says 55 */
    T_EQ_I(p.count, 64);
    T_OK(!p.is_plain);
    T_EQ_I(ring_find(&s, filetime_from_unix(1644353804), 1000, &p, &err), RC_OK);
    T_EQ_I(p.count, 2);
    /* The checksum of a head that fits already does not change. */
    uint8_t head[RING_HEAD];
    memcpy(head, r.bytes, sizeof(head));
    ring_fit_head(head, 55);
    T_EQ_I(memcmp(head, r.bytes, sizeof(head)), 0);
    ring_fit_head(head, 2);
    T_EQ_I(head[16], 1);
    T_EQ_I(head[42], 2);
    T_OK(memcmp(head + 124, r.bytes + 124, 4) != 0);
    free(r.bytes);
}

/* Whatever the bytes: an end, a plan within the file and the limit, and few reads. */
static bool survives(const uint8_t *p, size_t n, void *context)
{
    struct real r = { .bytes = NULL, .size = n };
    struct ring_source s = { .read = read_real, .context = &r, .size = n };
    struct ring_plan plan;
    struct err err = { .rc = RC_OK };
    (void)context;
    r.bytes = malloc(n + 1);
    memcpy(r.bytes, p, n);
    enum rc rc = ring_find(&s, DAY0, 5, &plan, &err);
    if (rc == RC_OK) {
        T_OK(plan.count <= 5 && plan.skip + plan.count <= plan.chunks + 1);
        T_OK(plan.chunks <= n / RING_CHUNK + 1);
    }
    free(r.bytes);
    return rc == RC_OK;
}

static void no_bytes_are_too_strange(void)
{
    struct fake f = { .chunks = 9, .used = 9, .oldest = 4, .first = 1 };
    size_t size = RING_HEAD + 9 * RING_CHUNK, got = 0, accepted = 0, refused = 0;
    uint8_t *log = calloc(1, size);
    struct err err = { .rc = RC_OK };
    for (uint32_t i = 0; i < 9; i++) {
        make_chunk(&f, i, log + RING_HEAD + (size_t)i * RING_CHUNK);
    }
    T_EQ_I(read_fake(&f, 0, log, 8, &got, &err), RC_OK);
    for (size_t n = 0; n <= size; n += 4095) {
        (void)survives(log, n, NULL);
    }
    for (uint32_t i = 0; i < 9; i++) {
        for (size_t at = 0; at < RING_CHUNK_HEAD * 8; at += 7) {
            uint8_t *byte = log + RING_HEAD + (size_t)i * RING_CHUNK + at / 8;
            *byte = (uint8_t)(*byte ^ (1U << at % 8));
            bool ok = survives(log, size, NULL);
            accepted += ok;
            refused += !ok;
            *byte = (uint8_t)(*byte ^ (1U << at % 8));
        }
    }
    T_OK(accepted > 0);
    T_EQ_I(refused, 0); /* its own head is sound */
    free(log);
}

#define TESTS(X)                                    \
    X(every_rotation_is_found)                      \
    X(only_the_young_ones_are_wanted)               \
    X(the_newest_are_kept_where_there_are_too_many) \
    X(damaged_chunks_are_stepped_over)              \
    X(what_is_in_no_order_is_taken_as_it_lies)      \
    X(what_is_no_log_is_refused)                    \
    X(what_was_read_before_is_found_again) X(a_real_log_is_understood) X(no_bytes_are_too_strange)
T_MAIN("rings of event logs", TESTS)
