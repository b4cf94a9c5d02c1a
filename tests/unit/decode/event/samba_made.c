/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/decode/event/samba_made.h"

#include <string.h>

#include "tests/support/t.h"

static enum rc memory_read(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    struct memory *m = context;
    (void)err;
    m->reads++;
    if (offset < m->hole_end) {
        *ret_got = size < m->hole_end - offset ? size : (size_t)(m->hole_end - offset);
        memset(buf, 0, *ret_got);
        return RC_OK;
    }
    offset -= m->hole_end;
    size_t left = offset < m->n ? m->n - (size_t)offset : 0;
    *ret_got = size < left ? size : left;
    if (*ret_got > 0) {
        memcpy(buf, m->p + offset, *ret_got);
    }
    return RC_OK;
}

static uint64_t memory_next(void *context, uint64_t offset)
{
    const struct memory *m = context;
    return offset >= m->hole_end ? offset : m->n > 0 ? m->hole_end : UINT64_MAX;
}

void read_bytes(struct fixture *f, const void *text, size_t n, uint64_t hole_end)
{
    f->memory = (struct memory){ .p = text, .n = n, .hole_end = hole_end };
    const struct evtx_source source = {
        .read = memory_read, .next_data = memory_next, .context = &f->memory, .size = hole_end + n
    };
    rows_init(&f->rows);
    f->import.sink = &f->rows.sink;
    f->import.log = 4;
    f->import.origin = "lab";
    f->import.path = "dc1/audit.json";
    f->rc = event_rows_samba(&f->import, &source, &f->err);
    T_EQ_I(f->rows.refused, 0);
    if (f->rows.refused > 0) {
        T_EQ_S(f->rows.refusal, "");
    }
}

void read_text(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof(*f));
    read_bytes(f, text, strlen(text), 0);
    T_EQ_I(f->rc, RC_OK);
}

const struct row *only(const struct fixture *f, enum row_table table)
{
    T_EQ_I(rows_count(&f->rows, table), 1);
    return rows_find(&f->rows, table, -1, NULL);
}

const char *log_cell(const struct fixture *f, int column)
{
    return cell(only(f, ROW_TABLE_EVENTLOG), column);
}
