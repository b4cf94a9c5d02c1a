/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes an event log of a size out of the sound chunks of real ones, over and over, as one log that grew: numbers of records go up
 * through the file (heads of chunks and records, with new checksums), everything else stays, EventRecordID too.
 *   make_log OUT MIB LOG… */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "audit/base/num.h"

#define CHUNK 65536U
#define HEAD  4096U

static uint64_t get(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    while (n > 0) {
        v = v << 8 | p[--n];
    }
    return v;
}

static void set(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static uint32_t head_sum(const uint8_t *p)
{
    return (uint32_t)crc32(crc32(0, p, 120), p + 128, 384);
}

static bool is_sound(const uint8_t *p)
{
    uint64_t end = get(p + 48, 4);
    return memcmp(p, "ElfChnk", 8) == 0 && head_sum(p) == get(p + 124, 4) && end >= 512 &&
           end <= CHUNK && crc32(0, p + 512, (unsigned)end - 512) == get(p + 52, 4) &&
           get(p + 44, 4) >= 512;
}

/* Numbers the records of a chunk from `next` on; returns the number after them. */
static uint64_t number(uint8_t *p, uint64_t next)
{
    uint64_t first = next, end = get(p + 48, 4);
    for (uint64_t at = 512; at + 28 <= end && get(p + at, 4) == 0x2a2a; next++) {
        uint64_t size = get(p + at + 4, 4);
        set(p + at + 8, next, 8);
        at += size >= 28 ? size : CHUNK;
    }
    set(p + 8, first, 8);
    set(p + 16, next - 1, 8);
    set(p + 24, first, 8);
    set(p + 32, next - 1, 8);
    set(p + 52, crc32(0, p + 512, (unsigned)end - 512), 4);
    set(p + 124, head_sum(p), 4);
    return next;
}

static bool read_log(const char *path, uint8_t **chunks, size_t *count)
{
    FILE *f = fopen(path, "rb");
    uint8_t chunk[CHUNK];
    if (!f || fseek(f, HEAD, SEEK_SET) != 0) {
        return false;
    }
    while (fread(chunk, 1, sizeof(chunk), f) == sizeof(chunk)) {
        uint8_t *grown = is_sound(chunk) ? realloc(*chunks, (*count + 1) * CHUNK) : NULL;
        if (grown) {
            *chunks = grown;
            memcpy(grown + *count * CHUNK, chunk, CHUNK);
            ++*count;
        }
    }
    return fclose(f) == 0;
}

int main(int argc, char **argv)
{
    uint8_t *chunks = NULL, head[HEAD] = { 0 };
    size_t count = 0;
    uint64_t mib = 0, next = 1;
    if (argc < 4 || !num_u64(argv[2], strlen(argv[2]), &mib) || mib == 0 || mib > 65536) {
        (void)fputs("usage: make_log OUT MIB LOG...\n", stderr);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        if (!read_log(argv[i], &chunks, &count)) {
            perror(argv[i]);
            return 1;
        }
    }
    FILE *out = fopen(argv[1], "wb");
    if (!out || count == 0) {
        perror(argv[1]);
        return 1;
    }
    uint64_t total = mib * 16;
    bool is_written = fwrite(head, 1, HEAD, out) == HEAD;
    for (uint64_t i = 0; i < total && is_written; i++) {
        uint8_t *p = chunks + i % count * CHUNK;
        next = number(p, next);
        is_written = fwrite(p, 1, CHUNK, out) == CHUNK;
    }
    memcpy(head, "ElfFile", 8);
    set(head + 16, total - 1, 8);
    set(head + 24, next, 8);
    set(head + 32, 128, 4);
    set(head + 36, 1, 2);
    set(head + 38, 3, 2);
    set(head + 40, HEAD, 2);
    set(head + 42, total, 2);
    set(head + 124, crc32(0, head, 120), 4);
    is_written = is_written && fseek(out, 0, SEEK_SET) == 0 && fwrite(head, 1, HEAD, out) == HEAD &&
                 fflush(out) == 0;
    (void)printf("chunks=%llu records=%llu of=%zu\n", (unsigned long long)total,
                 (unsigned long long)next - 1, count);
    free(chunks);
    return fclose(out) == 0 && is_written ? 0 : 1;
}
