/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a log as the audit does: the events about passwords and logons as rows, each checked and encoded as for the supervisor.
 *   read_log FILE */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/decode/event/event_rows.h"
#include "tests/unit/evtx/file_source.h"

struct rows {
    struct row_sink sink; /* first */
    struct wr wire;
    uint64_t rows, bytes;
};

static enum rc put(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct rows *r = (struct rows *)(void *)sink;
    TRY(row_check(row, err));
    wr_clear(&r->wire);
    row_write(&r->wire, row);
    r->rows++;
    r->bytes += r->wire.size;
    return r->wire.bad ? err_setf(err, RC_LIMIT, "a row is too large") : RC_OK;
}

int main(int argc, char **argv)
{
    struct rows r = { .sink = { put } };
    struct event_import import = {
        .sink = &r.sink, .log = 1, .origin = "bench", .path = "Security.evtx"
    };
    struct evtx_source source;
    struct err err = { .msg = "" };
    int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || !file_source(&fd, &source)) {
        (void)fputs("usage: read_log FILE\n", stderr);
        return 2;
    }
    wr_init(&r.wire, (size_t)1024 * 1024);
    enum rc rc = event_rows_evtx(&import, &source, &err);
    if (rc != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", argv[1], err.msg);
    }
    (void)printf("rows=%llu bytes=%llu\n", (unsigned long long)r.rows, (unsigned long long)r.bytes);
    wr_done(&r.wire);
    (void)close(fd);
    return rc == RC_OK ? 0 : 1;
}
