/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles: what is written is read, and what is damaged is told. */
#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>

#include "audit/base/bundle.h"
#include "audit/base/utf.h"
#include "tests/support/t.h"

static uint8_t *take(struct bundle_writer *w, size_t *ret_size)
{
    *ret_size = (size_t)lseek(w->fd, 0, SEEK_END);
    uint8_t *data = malloc(*ret_size ? *ret_size : 1);
    T_OK(data && pread(w->fd, data, *ret_size, 0) == (ssize_t)*ret_size);
    T_EQ_I(w->written, *ret_size);
    (void)close(w->fd);
    return data;
}

static void begin(struct bundle_writer *w, uint64_t most)
{
    struct err err;
    T_EQ_I(bundle_begin(w, memfd_create("test", MFD_CLOEXEC), most, &err), RC_OK);
}

static struct bundle_member member(const char *path, const char *text)
{
    return (struct bundle_member){ .path = path,
                                   .path_size = strlen(path),
                                   .state = BUNDLE_READ,
                                   .size = strlen(text),
                                   .changed_at = 77,
                                   .data = (const uint8_t *)text };
}

/* Every size of path, note and bytes up to a few multiples of the alignment. */
static void reads_what_it_wrote(void)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    struct bundle_writer w;
    struct bundle_reader b;
    struct bundle_member m;
    struct err err;
    size_t size = 0;
    begin(&w, 0);
    for (size_t i = 0; i < 24; i++) {
        m = (struct bundle_member){ .path = letters,
                                    .path_size = 1 + i % 9,
                                    .note = (const uint8_t *)letters,
                                    .note_size = i % 7,
                                    .state = BUNDLE_READ,
                                    .size = i,
                                    .changed_at = (filetime)i,
                                    .data = (const uint8_t *)letters };
        T_EQ_I(bundle_put(&w, &m, &err), RC_OK);
        T_EQ_I(w.written % 8, 0);
    }

    static const enum bundle_state states[] = { BUNDLE_DENIED, BUNDLE_FAILED, BUNDLE_TOO_LARGE,
                                                BUNDLE_FOLDER, BUNDLE_FOLDER_CUT };

    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        m = (struct bundle_member){
            .path = "看護部/x", .path_size = 11, .state = states[i], .size = UINT64_MAX - i
        };
        T_EQ_I(bundle_put(&w, &m, &err), RC_OK);
    }
    T_EQ_I(bundle_end(&w, &err), RC_OK);
    uint8_t *data = take(&w, &size);
    T_EQ_I(bundle_open(&b, data, size, &err), RC_OK);
    for (size_t i = 0; i < 24; i++) {
        T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
        T_EQ_I(m.path_size, 1 + i % 9);
        T_EQ_I(m.note_size, i % 7);
        T_EQ_I(m.size, i);
        T_EQ_I(m.changed_at, i);
        T_EQ_I(m.state, BUNDLE_READ);
        T_OK(memcmp(m.path, letters, m.path_size) == 0 &&
             memcmp(m.note, letters, m.note_size) == 0 && memcmp(m.data, letters, m.size) == 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
        T_EQ_I(m.state, states[i]);
        T_OK(m.size == UINT64_MAX - i && m.data == NULL);
    }
    T_EQ_I(bundle_next(&b, &m, &err), RC_ABSENT);
    T_OK(b.is_whole);
    T_EQ_I(bundle_next(&b, &m, &err), RC_ABSENT);
    free(data);
}

static void knows_paths_that_stay_below(void)
{
    static const struct {
        const char *path;
        size_t n;
        bool is_valid;
    } paths[] = {
        { "a", 1, true },         { "a/b.c", 5, true },        { "...", 3, true },
        { ".a/..b", 6, true },    { "看護部/記録", 16, true }, { "", 0, false },
        { "/a", 2, false },       { "a/", 2, false },          { "a//b", 4, false },
        { ".", 1, false },        { "..", 2, false },          { "a/..", 4, false },
        { "../a", 4, false },     { "a/./b", 5, false },       { "a\\b", 3, false },
        { "..\\a", 4, false },    { "c:a", 3, false },         { "c:", 2, false },
        { "a\0b", 3, false },     { "\xff", 1, false },        { "a/\xe3", 3, false },
        { "\xc0\xae", 2, false },
    };

    char big[BUNDLE_PATH_MAX + 1];
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        T_EQ_I(bundle_path_valid(paths[i].path, paths[i].n), paths[i].is_valid);
    }
    memset(big, 'a', sizeof(big));
    T_OK(bundle_path_valid(big, BUNDLE_PATH_MAX));
    T_OK(!bundle_path_valid(big, BUNDLE_PATH_MAX + 1));
}

static void refuses_to_write_what_leaves(void)
{
    struct bundle_writer w;
    struct err err;
    struct bundle_member m = member("../x", "y");
    begin(&w, 0);
    T_EQ_I(bundle_put(&w, &m, &err), RC_USAGE);
    m = member("x", "y");
    m.note_size = BUNDLE_NOTE_MAX + 1;
    T_EQ_I(bundle_put(&w, &m, &err), RC_USAGE);
    T_EQ_I(w.written, 8);
    (void)close(w.fd);
}

/* What does not fit leaves nothing behind, and the end always fits. */
static void stays_below_its_ceiling(void)
{
    for (uint64_t most = 0; most < 400; most++) {
        struct bundle_writer w;
        struct bundle_reader b;
        struct bundle_member m = member("path", "some bytes");
        struct err err;
        size_t size = 0, fit = 0, read = 0;
        begin(&w, most + 1);
        for (size_t i = 0; i < 8; i++) {
            uint64_t before = w.written;
            enum rc rc = bundle_put(&w, &m, &err);
            T_OK(rc == RC_OK || (rc == RC_LIMIT && w.written == before));
            fit += rc == RC_OK;
        }
        T_EQ_I(bundle_end(&w, &err), RC_OK);
        uint8_t *data = take(&w, &size);
        T_OK(size <= most + 1 || fit == 0);
        T_EQ_I(bundle_open(&b, data, size, &err), RC_OK);
        while (bundle_next(&b, &m, &err) == RC_OK) {
            read++;
        }
        T_EQ_I(read, fit);
        T_OK(b.is_whole);
        free(data);
    }
}

static void copies_a_file(void)
{
    static char content[200001];
    struct bundle_writer w;
    struct bundle_reader b;
    struct bundle_member m = member("file", "");
    struct err err;
    size_t size = 0;
    bool is_short = true;
    int from = memfd_create("from", MFD_CLOEXEC);
    memset(content, 'z', sizeof(content));
    T_EQ_I(write(from, content, sizeof(content)), sizeof(content));
    begin(&w, 0);
    m.size = sizeof(content);
    m.data = NULL;
    T_EQ_I(bundle_put_file(&w, &m, from, &is_short, &err), RC_OK);
    T_OK(!is_short);
    m.size = sizeof(content) + 5000; /* it became shorter */
    T_EQ_I(bundle_put_file(&w, &m, from, &is_short, &err), RC_OK);
    T_OK(is_short);
    m.size = 3; /* it became longer */
    T_EQ_I(bundle_put_file(&w, &m, from, &is_short, &err), RC_OK);
    T_OK(!is_short);
    m.size = 30;
    m.state = BUNDLE_DENIED; /* no bytes belong to it */
    T_EQ_I(bundle_put_file(&w, &m, from, &is_short, &err), RC_OK);
    T_OK(!is_short);
    T_EQ_I(bundle_end(&w, &err), RC_OK);
    uint8_t *data = take(&w, &size);
    T_EQ_I(bundle_open(&b, data, size, &err), RC_OK);
    T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
    T_OK(m.size == sizeof(content) && memcmp(m.data, content, sizeof(content)) == 0);
    T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
    T_OK(m.size == sizeof(content) + 5000 && m.data[sizeof(content) - 1] == 'z' &&
         m.data[sizeof(content)] == 0 && m.data[m.size - 1] == 0);
    T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
    T_OK(m.size == 3 && memcmp(m.data, "zzz", 3) == 0);
    T_EQ_I(bundle_next(&b, &m, &err), RC_OK);
    T_OK(m.state == BUNDLE_DENIED && m.size == 30 && m.data == NULL);
    T_EQ_I(bundle_next(&b, &m, &err), RC_ABSENT);
    T_OK(b.is_whole);
    free(data);
    (void)close(from);
}

struct walk {
    size_t members;
    bool is_whole, is_malformed;
};

static struct walk walk(const uint8_t *p, size_t n)
{
    struct bundle_reader b;
    struct bundle_member m;
    struct err err;
    struct walk x = { .members = 0 };
    enum rc rc = bundle_open(&b, p, n, &err);
    while (rc == RC_OK) {
        rc = bundle_next(&b, &m, &err);
        if (rc == RC_OK) {
            x.members++;
            T_OK(bundle_path_valid(m.path, m.path_size));
            T_OK((const uint8_t *)m.path >= p && m.note + m.note_size <= p + n);
            T_OK(m.state != BUNDLE_READ || (m.data >= p && m.data + m.size <= p + n));
            T_OK(m.state == BUNDLE_READ || m.data == NULL);
        }
        T_OK(x.members <= n);
    }
    x.is_malformed = rc == RC_MALFORMED;
    x.is_whole = b.is_whole;
    return x;
}

static bool is_whole(const uint8_t *p, size_t n, void *context)
{
    (void)context;
    return walk(p, n).is_whole;
}

static void tells_what_is_damaged(void)
{
    struct bundle_writer w;
    struct err err;
    size_t size = 0, accepted = 0, refused = 0;
    struct bundle_member m = member("Policies/x", "content of a file");
    m.note = (const uint8_t *)"note";
    m.note_size = 4;
    begin(&w, 0);
    for (size_t i = 0; i < 3; i++) {
        T_EQ_I(bundle_put(&w, &m, &err), RC_OK);
    }
    T_EQ_I(bundle_end(&w, &err), RC_OK);
    uint8_t *data = take(&w, &size);
    T_EQ_I(walk(data, size).members, 3);
    for (size_t n = 0; n < size; n++) {
        struct walk x = walk(data, n);
        T_OK(!x.is_whole);
        /* Cut between two members it is not malformed, and still not whole. */
        T_OK(x.is_malformed || n == 8 + x.members * (size - 8 - 40) / 3);
    }
    t_mutate(data, size, 0, is_whole, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > size / 2);
    free(data);
}

/* Bytes behind the end are no members. */
static void stops_at_its_end(void)
{
    static const char hidden[] =
        "KGBUNDL1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0trailing bytes";
    struct walk x = walk((const uint8_t *)hidden, 8 + 40 + 14);
    T_OK(x.is_whole && x.members == 0 && !x.is_malformed);
}

#define TESTS(X)                    \
    X(reads_what_it_wrote)          \
    X(knows_paths_that_stay_below)  \
    X(refuses_to_write_what_leaves) \
    X(stays_below_its_ceiling)      \
    X(copies_a_file)                \
    X(tells_what_is_damaged)        \
    X(stops_at_its_end)
T_MAIN("bundles", TESTS)
