/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `fuzz_NAME -mutate FILE…`: every truncation and every single-bit flip of files up to 64 KiB, of larger ones those of headers and
 * page boundaries and a seeded sample; of an event log, of whatever size, those of the heads of file, chunks and records. Each file in a process of its own, so that a crash or a hang names the file, the kind and
 * the place. Part of every fuzz target that is built without libFuzzer. */
#include "tests/fuzz/mutate.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMALL     65536U
#define PAGE      4096U
#define HEAD      64U /* bytes at the start of a page that count as structure */
#define SAMPLE    20000U
#define MOST_SIZE (64U << 20)
#define MARK_CUT  1U
#define MARK_FLIP 2U
#define PATIENCE  10U       /* seconds for one input */
#ifndef KAGIMORI_NO_SANDBOX /* the sanitizer takes memory of its own */
#define MOST_KIB (256L * 1024)
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where the child is, seen by the parent. */
struct place {
    uint64_t done;
    size_t at;
    unsigned bit; /* 8 = a truncation */
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* In a buffer of exactly that size, so that the sanitizer sees one byte too many. */
static void run(struct place *p, const uint8_t *data, size_t n, size_t at, unsigned bit)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact) {
        _exit(3);
    }
    memcpy(exact, data, n);
    p->at = at;
    p->bit = bit;
    (void)alarm(PATIENCE);
    (void)LLVMFuzzerTestOneInput(exact, n);
    (void)alarm(0);
    p->done++;
    free(exact);
}

static void flip(struct place *p, uint8_t *data, size_t n, size_t at, unsigned bit)
{
    data[at] ^= (uint8_t)(1U << bit);
    run(p, data, n, at, bit);
    data[at] ^= (uint8_t)(1U << bit);
}

static void mark_paged(uint8_t *marks, size_t n)
{
    for (size_t at = 0; at < n; at++) {
        bool is_border = at < 512 || at % PAGE < 2 || at % PAGE == PAGE - 1;
        marks[at] = at < PAGE || at % PAGE < HEAD ? MARK_FLIP : 0;
        marks[at] |= is_border ? MARK_CUT : 0;
    }
}

static void mark(uint8_t *marks, size_t n, size_t at, size_t size, uint8_t what)
{
    for (size_t i = at; i < at + size && i < n; i++) {
        marks[i] |= what;
    }
}

static uint32_t little(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* [libevtx] "Windows XML Event Log (EVTX) format": head of the file 128 bytes, of a chunk 512, of a record 24, its size again at its end. The
 * first bytes of its BinXml say which template it is. */
static void mark_evtx(uint8_t *marks, const uint8_t *data, size_t n)
{
    mark(marks, n, 0, 128, MARK_FLIP | MARK_CUT);
    for (size_t chunk = 4096; chunk < n; chunk += 65536) {
        size_t end = n - chunk < 65536 ? n : chunk + 65536;
        mark(marks, n, chunk, 512, MARK_FLIP);
        mark(marks, n, chunk - 1, 3, MARK_CUT);
        mark(marks, n, chunk + 128, 1, MARK_CUT);
        for (size_t at = chunk + 512, size = 0; end - at >= 28 && little(data + at) == 0x2a2a;
             at += size) {
            size = little(data + at + 4);
            mark(marks, n, at, 48, MARK_FLIP);
            mark(marks, n, at - 1, 2, MARK_CUT);
            mark(marks, n, at + 24, 1, MARK_CUT);
            if (size < 28 || size > end - at) {
                break;
            }
            mark(marks, n, at + size - 4, 4, MARK_FLIP);
        }
    }
}

static void mutate(struct place *p, uint8_t *data, size_t n)
{
    uint64_t seed = UINT64_C(88172645463325252);
    bool is_log = n >= PAGE && memcmp(data, "ElfFile", 8) == 0;
    uint8_t *marks = calloc(1, n + 1);
    if (!marks) {
        _exit(3);
    }
    if (is_log) {
        mark_evtx(marks, data, n);
    } else if (n > SMALL) {
        mark_paged(marks, n);
    } else {
        memset(marks, MARK_CUT | MARK_FLIP, n);
    }
    run(p, data, n, n, 8);
    for (size_t at = 0; at < n; at++) {
        if (marks[at] & MARK_CUT) {
            run(p, data, at, at, 8);
        }
    }
    for (size_t at = 0; at < n; at++) {
        for (unsigned bit = 0; bit < 8 && marks[at] & MARK_FLIP; bit++) {
            flip(p, data, n, at, bit);
        }
    }
    free(marks);
    for (size_t i = 0; i < SAMPLE && (n > SMALL || is_log); i++) {
        uint64_t r = next_random(&seed);
        flip(p, data, n, (size_t)(r >> 3) % n, (unsigned)(r & 7U));
    }
}

static uint8_t *read_whole(const char *path, size_t *ret)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = f ? malloc(MOST_SIZE) : NULL;
    *ret = data ? fread(data, 1, MOST_SIZE, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return data;
}

static bool run_file(const char *path, struct place *p)
{
    int status = 0;
    struct rusage use;
    *p = (struct place){ 0 };
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        size_t n = 0;
        uint8_t *data = read_whole(path, &n);
        if (!data) {
            _exit(4);
        }
        mutate(p, data, n);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &use) != child) {
        return false;
    }
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
#ifndef KAGIMORI_NO_SANDBOX
    if (good && use.ru_maxrss > MOST_KIB) {
        (void)printf("FAILED %s: %ld KiB of memory\n", path, use.ru_maxrss);
        return false;
    }
#endif
    if (!good && p->bit == 8) {
        (void)printf("FAILED %s: cut to %zu bytes (status %d)\n", path, p->at, status);
    } else if (!good) {
        (void)printf("FAILED %s: bit %u of byte %zu (status %d)\n", path, p->bit, p->at, status);
    } else {
        (void)printf("ok %s: %" PRIu64 " inputs\n", path, p->done);
    }
    return good;
}

int mutate_files(char **paths, size_t count)
{
    size_t failed = 0;
    struct place *p =
        mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || count == 0) {
        (void)puts("FAILED nothing to mutate");
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        failed += !run_file(paths[i], p);
    }
    return failed > 0;
}
