/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/t.h"

#include <CUnit/Basic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void t_fail(const char *file, unsigned line, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    (void)fprintf(stderr, "%s:%u: %s\n", file, line, text);
    CU_assertImplementation(CU_FALSE, line, text, file, "", CU_FALSE);
}

void t_pass(unsigned line)
{
    CU_assertImplementation(CU_TRUE, line, "", "", "", CU_FALSE);
}

static bool is_wanted(int argc, char **argv, const char *name)
{
    if (argc < 2) {
        return true;
    }
    for (int i = 1; i < argc; i++) {
        if (strstr(name, argv[i])) {
            return true;
        }
    }
    return false;
}

int t_main(int argc, char **argv, const char *suite, const struct t_case *cases, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return 2;
    }
    CU_pSuite s = CU_add_suite(suite, NULL, NULL);
    for (size_t i = 0; s && i < count; i++) {
        if (is_wanted(argc, argv, cases[i].name) && !CU_add_test(s, cases[i].name, cases[i].run)) {
            return 2;
        }
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_ErrorCode rc = CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    unsigned ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    return (rc != CUE_SUCCESS || failed > 0 || ran == 0) ? 1 : 0;
}

uint8_t *t_read_file(const char *path, size_t *ret_size)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return NULL;
    }
    uint8_t *data = NULL;
    size_t size = 0, room = 0;
    for (;;) {
        if (size + 1 >= room) {
            room = room ? room * 2 : 65536;
            uint8_t *grown = realloc(data, room);
            if (!grown) {
                break;
            }
            data = grown;
        }
        size_t n = fread(data + size, 1, room - size - 1, f);
        if (n == 0) {
            break;
        }
        size += n;
    }
    (void)fclose(f);
    if (data) {
        data[size] = 0;
        *ret_size = size;
    }
    return data;
}

const char *t_shared(const char *path)
{
    static char full[4096];
    (void)snprintf(full, sizeof(full), "%s/../shared/data/%s", SOURCE_DIR, path);
    return access(full, R_OK) == 0 ? full : NULL;
}

/* Copies to memory of the exact size, so that the address sanitizer sees a read past the end. */
static bool try_bytes(const uint8_t *data, size_t n, size_t flip_bit,
                      bool (*fn)(const uint8_t *, size_t, void *), void *context)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy) {
        return false;
    }
    memcpy(copy, data, n);
    if (flip_bit < n * 8) {
        copy[flip_bit / 8] ^= (uint8_t)(1U << (flip_bit % 8));
    }
    bool accepted = fn(copy, n, context);
    free(copy);
    return accepted;
}

void t_mutate(const uint8_t *data, size_t size, size_t max_flips,
              bool (*fn)(const uint8_t *p, size_t n, void *context), void *context,
              size_t *ret_accepted, size_t *ret_refused)
{
    size_t accepted = 0, refused = 0;
    size_t step = size > 4096 ? size / 4096 : 1;
    for (size_t n = 0; n < size; n += step) {
        *(try_bytes(data, n, SIZE_MAX, fn, context) ? &accepted : &refused) += 1;
    }
    size_t bits = size * 8;
    size_t flip_step = (max_flips && bits > max_flips) ? bits / max_flips : 1;
    for (size_t bit = 0; bit < bits; bit += flip_step) {
        *(try_bytes(data, size, bit, fn, context) ? &accepted : &refused) += 1;
    }
    *ret_accepted = accepted;
    *ret_refused = refused;
}
