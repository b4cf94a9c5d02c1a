/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes event_rows_samba: a whole file to rows, every one of which the supervisor would accept. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/event/event_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
    const uint8_t *p;
    size_t n;
};

static enum rc memory_read(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    const struct memory *m = context;
    (void)err;
    size_t left = offset < m->n ? m->n - (size_t)offset : 0;
    size = size < 100 ? size : 100; /* so that lines straddle reads */
    *ret_got = size < left ? size : left;
    if (*ret_got > 0) {
        memcpy(buf, m->p + offset, *ret_got);
    }
    return RC_OK;
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
    struct memory m = { data, size };
    struct row_sink sink = { check };
    struct err err;
    const struct event_import import = { .sink = &sink, .log = 1, .origin = "f", .path = "f" };
    const struct evtx_source source = { .read = memory_read, .context = &m, .size = size };
    enum rc rc = event_rows_samba(&import, &source, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    return 0;
}
