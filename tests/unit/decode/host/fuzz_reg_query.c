/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reg_query_read on any bytes: keys and names are UTF-8, numbers have their size, texts end in a NUL. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/reg_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc value(void *context, const struct registry_value *v, struct err *err)
{
    (void)context, (void)err;
    if (!utf8_valid(v->key, strlen(v->key)) || !utf8_valid(v->value, strlen(v->value)) ||
        v->action != REG_SET || (v->type == REG_DWORD && v->size != 4) ||
        (v->type == REG_QWORD && v->size != 8) || (v->type == REG_SZ && v->size < 2)) {
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct reg_query_sink sink = { .value = value };
    struct err err;
    enum rc rc = reg_query_read(data, size, size > 0 && (data[0] & 1U) != 0 ? 932 : 0, &sink, &err);
    return rc == RC_BUG;
}
