/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes registry_pol_read, and registry_data of what it gives. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/registry_pol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    struct arena *a = context;
    struct registry_data d;
    (void)err;
    if (!utf8_valid(v->key, strlen(v->key)) || !utf8_valid(v->value, strlen(v->value)) ||
        (registry_data(a, v, &d) && d.text && !utf8_valid(d.text, strlen(d.text)))) {
        abort();
    }
    arena_reset(a);
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct err err;
    enum rc rc = a ? registry_pol_read(data, size, "HKLM", on_value, a, &err) : RC_OK;
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    return 0;
}
