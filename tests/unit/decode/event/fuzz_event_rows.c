/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event_rows_evtx on any bytes: no row that the supervisor would refuse, no row of another log. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/event/event_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *data;
    size_t size;
};

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK || row->v[0].number != 1) {
        abort();
    }
    return RC_OK;
}

static enum rc read_at(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                       struct err *err)
{
    const struct bytes *b = context;
    (void)err;
    size_t left = offset < b->size ? b->size - (size_t)offset : 0;
    *ret_got = left < size ? left : size;
    if (*ret_got > 0) {
        memcpy(buf, b->data + offset, *ret_got);
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = { data, size };
    struct row_sink sink = { check };
    struct err err;
    const struct evtx_source source = { .read = read_at, .context = &b, .size = size };
    const struct event_import import = {
        .sink = &sink, .log = 1, .origin = "fuzz", .path = "x.evtx", .since = (filetime)(size % 3)
    };
    enum rc rc = event_rows_evtx(&import, &source, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    return 0;
}
