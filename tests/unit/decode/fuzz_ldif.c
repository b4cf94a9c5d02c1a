/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes ldif_rows: a whole file to rows, every one of which the supervisor would accept. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/ldif_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
    struct ldif_source source;
    const uint8_t *p;
    size_t n;
    size_t at;
};

static ssize_t memory_read(struct ldif_source *source, void *buf, size_t n)
{
    struct memory *m = (struct memory *)(void *)source;
    n = n < m->n - m->at ? n : m->n - m->at;
    n = n < 100 ? n : 100; /* so that lines straddle reads */
    memcpy(buf, m->p + m->at, n);
    m->at += n;
    return (ssize_t)n;
}

static bool memory_rewind(struct ldif_source *source)
{
    ((struct memory *)(void *)source)->at = 0;
    return true;
}

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK) {
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory m = { { memory_read, memory_rewind }, data, size, 0 };
    struct row_sink sink = { check };
    struct err err;
    const struct ldif_import import = {
        .source = &m.source, .sink = &sink, .target = "f", .is_whole = true
    };
    /* Whatever the file is, only itself may be at fault. */
    enum rc rc = ldif_rows(&import, &err);
    if (rc != RC_OK && rc != RC_UNSUPPORTED) {
        abort();
    }
    return 0;
}
