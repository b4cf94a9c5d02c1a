/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes row_read, row_check and row_write: what is accepted must be written back as the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rd r = rd_from(data, size);
    struct wr w;
    wr_init(&w, 1U << 20);
    while (rd_left(&r) > 0) {
        struct row row;
        struct err err;
        size_t start = rd_offset(&r);
        if (row_read(&r, &row, &err) != RC_OK) {
            break;
        }
        if (row_check(&row, &err) == RC_OK) {
            wr_clear(&w);
            row_write(&w, &row);
            if (!w.bad &&
                (w.size != rd_offset(&r) - start || memcmp(w.data, data + start, w.size) != 0)) {
                abort();
            }
        }
    }
    wr_done(&w);
    return 0;
}
