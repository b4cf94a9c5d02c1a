/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs as files: order of chunks, damage, what can be carved, logs that are empty, cut or full of holes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/t.h"
#include "tests/unit/evtx/file_source.h"
#include "tests/unit/evtx/log_build.h"
#include "tests/unit/evtx/seen.h"

#define CHUNKS 40

static struct lb chunk[CHUNKS];

/* Chunks of two records each, numbered from 1 on. */
static void make_chunks(void)
{
    for (unsigned i = 0; i < CHUNKS; i++) {
        uint32_t event = 0, logon = 0;
        lb_start(&chunk[i], 1 + 2 * (uint64_t)i);
        lb_logon(&chunk[i], 4624, "a", &event, &logon);
        lb_logon(&chunk[i], 4625, "b", &event, &logon);
        lb_finish(&chunk[i]);
    }
}

/* Reads a file of chunks in the order given. */
static enum rc read_chunks(struct seen *s, const unsigned *order, size_t count, unsigned expected,
                           bool carves)
{
    const struct lb *list[CHUNKS];
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        list[i] = &chunk[order[i]];
    }
    uint8_t *file = lb_file(list, count, expected, 0, &size);
    enum rc rc = seen_read(s, file, size, carves);
    free(file);
    return rc;
}

/* True when the lines begin with numbers that only go up. */
static bool is_in_order(struct seen *s)
{
    uint64_t before = 0;
    for (const char *line = seen_text(s); *line; line = strchr(line, '\n') + 1) {
        uint64_t number = strtoull(line, NULL, 10);
        if (number <= before) {
            return false;
        }
        before = number;
    }
    return before > 0;
}

static void reads_the_oldest_first(void)
{
    unsigned order[CHUNKS];
    struct seen s = { .only = 0 };
    make_chunks();
    for (unsigned step = 1; step < CHUNKS; step += 2) { /* 1: a ring; others: no order at all */
        for (unsigned i = 0; i < CHUNKS; i++) {
            order[i] = (i * step + 17) % CHUNKS;
        }
        bool is_all = step % 5 != 0;
        T_EQ_I(read_chunks(&s, order, CHUNKS, CHUNKS, false), RC_OK);
        T_OK(!is_all || s.wanted == (uint64_t)2 * CHUNKS);
        T_OK(!is_all || is_in_order(&s));
        T_OK(!s.totals.is_dirty);
    }
    seen_done(&s);
}

/* More chunks than are put in order: a ring still is. */
static void goes_by_place_where_there_are_too_many(void)
{
    unsigned order[CHUNKS];
    struct seen s = { .order_most = 5 };
    make_chunks();
    for (unsigned i = 0; i < CHUNKS; i++) {
        order[i] = (i + 17) % CHUNKS;
    }
    T_EQ_I(read_chunks(&s, order, CHUNKS, CHUNKS, false), RC_OK);
    T_EQ_I(s.wanted, 2 * CHUNKS);
    T_EQ_I(s.sound, CHUNKS);
    T_OK(is_in_order(&s));
    seen_done(&s);
}

static void tells_a_log_that_was_in_use(void)
{
    static const unsigned order[] = { 0, 1, 2 };
    struct seen s = { .only = 0 };
    const struct lb *list[] = { &chunk[0], &chunk[1], &chunk[2] };
    size_t size = 0;
    make_chunks();
    T_EQ_I(read_chunks(&s, order, 3, 2, false), RC_OK); /* its head is older */
    T_EQ_I(s.wanted, 6);
    T_EQ_I(s.totals.chunks, 3);
    T_OK(s.totals.is_dirty && !s.totals.is_full);
    T_EQ_I(read_chunks(&s, order, 3, 5, false), RC_OK); /* its head tells of more */
    T_EQ_I(s.totals.chunks, 5);
    T_EQ_I(s.totals.bad_chunks, 2);
    T_OK(s.totals.is_cut);
    uint8_t *file = lb_file(list, 3, 3, 3, &size);
    T_EQ_I(seen_read(&s, file, size, false), RC_OK);
    T_OK(s.totals.is_dirty && s.totals.is_full && s.totals.has_head);
    file[50] = 1; /* the head's checksum is wrong: flags and counts say nothing */
    T_EQ_I(seen_read(&s, file, size, false), RC_OK);
    T_OK(!s.totals.is_dirty && !s.totals.has_head);
    T_EQ_I(s.wanted, 6);
    T_EQ_I(seen_read(&s, file + 4096, size - 4096, false), RC_OK); /* without a head */
    T_EQ_I(s.wanted, 6);
    free(file);
    seen_done(&s);
}

static void reads_what_is_left_of_a_cut_log(void)
{
    struct seen s = { .only = 0 };
    const struct lb *list[] = { &chunk[0], &chunk[1] };
    size_t size = 0;
    make_chunks();
    uint8_t *file = lb_file(list, 2, 2, 0, &size);
    uint64_t before = 0, cut = 0;
    for (size_t n = 0; n <= size; n += n < 4096 + 4000 ? 61 : 997) {
        enum rc rc = seen_read(&s, file, n, true);
        T_EQ_I(rc, n < 128 ? RC_MALFORMED : RC_OK);
        T_OK(rc != RC_OK || s.wanted >= before);
        before = rc == RC_OK ? s.wanted : 0;
        cut += rc == RC_OK && s.totals.is_cut;
        T_OK(s.wanted == 0 || s.totals.bad_chunks > 0 || n > size - LB_CHUNK);
    }
    T_OK(cut > 100);
    T_EQ_I(seen_read(&s, file, size - 100, false), RC_OK);
    T_EQ_I(s.wanted, 4);
    T_OK(s.totals.is_cut);
    free(file);
    seen_done(&s);
}

static void marks_what_is_not_sound(void)
{
    static const unsigned order[] = { 0 };
    struct seen s = { .only = 0 };
    make_chunks();
    chunk[0].p[chunk[0].at - 30] ^= 1; /* of the last record's event */
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 2);
    T_EQ_I(s.whole, 0);
    T_EQ_I(s.totals.bad_chunks, 1);
    T_EQ_I(s.sound, 0);
    make_chunks();
    chunk[0].p[200] ^= 1; /* its table of strings */
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 2);
    T_EQ_I(s.whole, 0);
    T_EQ_I(s.totals.bad_chunks, 1);
    seen_done(&s);
}

static void carves(void)
{
    static const unsigned order[] = { 0 };
    struct seen s = { .only = 0 };
    make_chunks();
    chunk[0].p[3] = 'x'; /* the mark */
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 0);
    T_EQ_I(s.totals.bad_chunks, 1);
    T_EQ_I(read_chunks(&s, order, 1, 1, true), RC_OK);
    T_EQ_I(s.wanted, 2);
    T_EQ_I(s.totals.carved, 2);
    T_HAS(seen_text(&s), " carved");
    make_chunks();
    chunk[0].p[513] = 0; /* the first record's mark: the second uses its definitions */
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 0);
    T_EQ_I(s.totals.unreadable, 2);
    T_EQ_I(read_chunks(&s, order, 1, 1, true), RC_OK);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(s.totals.unreadable, 1);
    T_EQ_I(s.totals.carved, 1);
    seen_done(&s);
}

/* The log was in use: its chunk's head is older than its last record. */
static void goes_on_behind_an_old_head(void)
{
    static const unsigned order[] = { 0 };
    struct seen s = { .only = 0 };
    uint32_t event = 0, logon = 0;
    make_chunks();
    lb_logon(&chunk[0], 4634, "later", &event, &logon);
    lb_logon(&chunk[0], 4634, "latest", &event, &logon);
    chunk[0].next -= 2; /* the file's head is that old too */
    for (unsigned carves = 0; carves < 2; carves++) {
        T_EQ_I(read_chunks(&s, order, 1, 1, carves), RC_OK);
        T_EQ_I(s.wanted, 4);
        T_EQ_I(s.whole, 2); /* no checksum speaks for the others */
        T_EQ_I(s.totals.carved, 0);
        T_EQ_I(s.totals.unreadable, 0);
        T_OK(s.totals.is_dirty);
        T_EQ_I(s.sound, 0);
        T_OK(is_in_order(&s));
    }
    seen_done(&s);
}

static void knows_a_wrong_number(void)
{
    static const unsigned order[] = { 0 };
    struct seen s = { .only = 0 };
    make_chunks();
    memset(chunk[0].p + chunk[0].last_record + 8, 0xee, 8);
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 2);
    T_HAS(seen_text(&s), "\n2 4625@");
    seen_done(&s);
}

/* A log that was begun anew over an older one: behind its one record lies the older one's second. */
static void carves_what_is_no_longer_used(void)
{
    static const unsigned order[] = { 0 };
    struct seen s = { .only = 0 };
    uint32_t event = 0, logon = 0;
    make_chunks();
    uint8_t old[LB_CHUNK];
    memcpy(old, chunk[1].p, sizeof(old));
    lb_start(&chunk[0], 100);
    memcpy(chunk[0].p + 512, old + 512, LB_CHUNK - 512);
    lb_logon(&chunk[0], 4672, "new", &event, &logon);
    lb_finish(&chunk[0]);
    T_EQ_I(read_chunks(&s, order, 1, 1, false), RC_OK);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(read_chunks(&s, order, 1, 1, true), RC_OK);
    T_EQ_I(s.wanted, 2);
    T_EQ_I(s.totals.carved, 1);
    T_EQ_I(s.totals.unreadable, 0);
    T_EQ_I(s.sound, 1);
    T_HAS(seen_text(&s), "4 4625@Test-Provider/Security/PC-1.example S-1-5-18 carved:");
    /* Where the definition that it names is another one by now, it is not made up. */
    lb_poke32(&chunk[0], event + 4, 0x33333333);
    lb_poke32(&chunk[0], 512 + 24 + 4 + 2, 0x33333333);
    lb_finish(&chunk[0]);
    T_EQ_I(read_chunks(&s, order, 1, 1, true), RC_OK);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(s.totals.unreadable, 0);
    seen_done(&s);
}

static void refuses_what_is_no_log(void)
{
    static uint8_t bytes[70000];
    struct seen s = { .only = 0 };
    T_EQ_I(seen_read(&s, bytes, 0, true), RC_MALFORMED);
    T_EQ_I(seen_read(&s, bytes, 1, true), RC_MALFORMED);
    T_EQ_I(seen_read(&s, bytes, sizeof(bytes), true), RC_MALFORMED);
    memset(bytes, 0x2a, sizeof(bytes));
    T_EQ_I(seen_read(&s, bytes, sizeof(bytes), true), RC_MALFORMED);
    memcpy(bytes, "ElfFile", 8);
    T_EQ_I(seen_read(&s, bytes, sizeof(bytes), true), RC_MALFORMED);
    T_EQ_I(s.heads, 0);
    seen_done(&s);
}

static enum rc fails(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                     struct err *err)
{
    (void)context;
    (void)buf;
    (void)size;
    *ret_got = 0;
    return offset > 0 ? err_setf(err, RC_IO, "no disk") : RC_OK;
}

static void hands_on_what_the_source_says(void)
{
    struct seen s = { .only = 0 };
    struct evtx_source source = { .read = fails, .size = 1 << 20 };
    T_EQ_I(seen_source(&s, &source, false), RC_IO);
    seen_done(&s);
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 20 GiB, of which three chunks are there: two at the front, one at the end. */
static void steps_over_holes(void)
{
    char path[] = "/tmp/kagimori-evtx-XXXXXX";
    const struct lb *list[] = { &chunk[0], &chunk[1] };
    const uint64_t whole = UINT64_C(20) << 30;
    struct seen s = { .only = 0 };
    size_t size = 0;
    int fd = mkstemp(path);
    make_chunks();
    uint8_t *file = lb_file(list, 2, 2, 0, &size);
    T_OK(fd >= 0 && unlink(path) == 0);
    T_OK(pwrite(fd, file, size, 0) == (ssize_t)size && ftruncate(fd, (off_t)whole + 4096) == 0);
    T_OK(pwrite(fd, chunk[2].p, LB_CHUNK, (off_t)(whole + 4096 - LB_CHUNK)) == LB_CHUNK);
    struct evtx_source source;
    T_OK(file_source(&fd, &source));
    double before = seconds();
    T_EQ_I(seen_source(&s, &source, true), RC_OK);
    T_OK(seconds() - before < 5);
    T_EQ_I(s.wanted, 6);
    T_EQ_I(s.totals.chunks, 3);
    T_EQ_I(s.totals.bad_chunks, 0);
    T_OK(s.totals.size < (uint64_t)1 << 20);
    T_OK(is_in_order(&s));
    source.next_data = NULL; /* a source that cannot tell: heads are looked at, no more */
    T_EQ_I(seen_source(&s, &source, false), RC_OK);
    T_EQ_I(s.wanted, 6);
    T_OK(s.totals.size < (uint64_t)1 << 20);
    (void)close(fd);
    free(file);
    seen_done(&s);
}

#define TESTS(X)                              \
    X(reads_the_oldest_first)                 \
    X(goes_by_place_where_there_are_too_many) \
    X(tells_a_log_that_was_in_use)            \
    X(reads_what_is_left_of_a_cut_log)        \
    X(marks_what_is_not_sound)                \
    X(carves)                                 \
    X(carves_what_is_no_longer_used)          \
    X(goes_on_behind_an_old_head)             \
    X(knows_a_wrong_number)                   \
    X(refuses_what_is_no_log)                 \
    X(hands_on_what_the_source_says)          \
    X(steps_over_holes)

T_MAIN("evtx_file", TESTS)
