/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes regf_recover: u32 sizes of hive and first log (little endian), a byte (1: the sums are made right first), then the three
 * files. What was recovered must be clean, and a second recovery must find nothing to do. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/regf.h"
#include "audit/decode/format/regf_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static void make_right(uint8_t *log, size_t n)
{
    if (n < 1024) {
        return;
    }
    for (size_t at = 512; at + 512 <= n && memcmp(log + at, "HvLE", 4) == 0;) {
        size_t whole = log[at + 4] | (size_t)log[at + 5] << 8 | (size_t)log[at + 6] << 16;
        if (whole % 512 != 0 || whole == 0 || whole > n - at) {
            break;
        }
        set(log + at + 24, regf_marvin(log + at + 40, whole - 40), 8);
        set(log + at + 32, regf_marvin(log + at, 32), 8);
        at += whole;
    }
    memcpy(log + 8, log + 4, 4);
    set(log + 508, regf_checksum(log), 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rd r = rd_from(data, size);
    size_t hive_size = rd_u32le(&r), log_size = rd_u32le(&r);
    bool is_right = rd_u8(&r) & 1U;
    const uint8_t *hive_bytes = rd_bytes(&r, hive_size), *first = rd_bytes(&r, log_size);
    size_t rest = rd_left(&r);
    struct arena *a = arena_new(0);
    uint8_t *copy = malloc(size ? size : 1);
    if (first && copy && a) {
        uint8_t *one = copy + hive_size, *two = one + log_size;
        memcpy(copy, hive_bytes, hive_size);
        memcpy(one, first, log_size);
        memcpy(two, first + log_size, rest);
        if (is_right) {
            make_right(one, log_size);
            make_right(two, rest);
        }
        const uint8_t *const log[2] = { one, two };
        const size_t sizes[2] = { log_size, rest };
        struct regf_recovery ret;
        struct err err;
        uint8_t *at = copy;
        size_t n = hive_size;
        if (regf_recover(&at, &n, log, sizes, a, &ret, &err) == RC_OK &&
            ret.state == REGF_RECOVERED &&
            (regf_recover(&at, &n, log, sizes, a, &ret, &err) != RC_OK ||
             ret.state != REGF_CLEAN)) {
            abort();
        }
    }
    free(copy);
    arena_free(a);
    return 0;
}
