/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes guard_file_read: what it takes is exactly what guard_file_write makes of it. */
#include <stdlib.h>
#include <string.h>

#include "audit/supervise/guard_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct guard_content c;
    struct err err;
    char again[GUARD_SIZE], whole[GUARD_SIZE];
    if (guard_file_read((const char *)data, size, &c, &err) == RC_OK) {
        guard_file_write(&c, again);
        if (size != GUARD_SIZE || memcmp(again, data, size) != 0) {
            abort();
        }
    }
    /* The head and the padding are hard to guess: what comes is also tried as the words of two lines. */
    guard_file_write(&(struct guard_content){ 0 }, whole);
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        size_t from = i * size / GUARD_SLOTS, n = size / GUARD_SLOTS;
        memcpy(whole + (size_t)(i + 1) * GUARD_LINE + 7, data + from, n < 370 ? n : 370);
    }
    if (guard_file_read(whole, sizeof(whole), &c, &err) == RC_OK) {
        guard_file_write(&c, again);
        if (memcmp(again, whole, sizeof(whole)) != 0) {
            abort();
        }
    }
    return 0;
}
