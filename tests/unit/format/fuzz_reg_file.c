/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes reg_file_read in UTF-16, UTF-8 and code page 932. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/reg_file.h"
#include "audit/decode/format/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    struct arena *a = context;
    struct registry_data d;
    (void)err;
    if (!utf8_valid(v->key, strlen(v->key)) || !utf8_valid(v->value, strlen(v->value)) ||
        !registry_data(a, v, &d)) {
        abort();
    }
    arena_reset(a);
    return RC_OK;
}

static enum rc on_key(void *context, const char *key, struct err *err)
{
    (void)context;
    (void)err;
    if (!utf8_valid(key, strlen(key)) || strncmp(key, "HK", 2) != 0) {
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct reg_file_sink sink = { a, on_value, on_key };
    bool is_whole = false;
    struct err err;
    if (!a || text_prepare(&err) != RC_OK) {
        return 0;
    }
    enum rc rc = reg_file_read(data, size, 932, &sink, &is_whole, &err);
    if ((rc != RC_OK && rc != RC_MALFORMED) || (is_whole && rc != RC_OK)) {
        abort();
    }
    return 0;
}
