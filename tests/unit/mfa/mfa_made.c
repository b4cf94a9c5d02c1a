/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/mfa/mfa_made.h"

#include <inttypes.h>
#include <stdio.h>

#include "audit/decode/format/text.h"
#include "tests/unit/evtx/file_source.h"

static void add_text(struct made *m, const struct row *row)
{
    const struct row_catalogue *c = row_catalogue(row->table);
    wr_text(&m->text, c->table);
    for (size_t i = 0; i < c->count; i++) {
        const struct row_value *v = &row->v[i];
        if (v->kind == ROW_NUMBER) {
            wr_printf(&m->text, " %s=%" PRId64, c->columns[i].name, v->number);
        } else if (v->kind == ROW_STRING) {
            wr_printf(&m->text, " %s=", c->columns[i].name);
            wr_bytes(&m->text, v->text, v->size);
        }
    }
    wr_text(&m->text, "\n");
}

static enum rc put(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct made *m = (struct made *)(void *)sink;
    struct err why;
    (void)err;
    m->refused += row_check(row, &why) != RC_OK;
    m->accounts += row->table == ROW_TABLE_MFAACCOUNT;
    m->methods += row->table == ROW_TABLE_MFAMETHOD;
    if (row->table == ROW_TABLE_MFAEXPORT) {
        m->exports++;
        m->is_whole = row->v[MFAEXPORT_WHOLE].number == 1;
        m->unreadable = row->v[MFAEXPORT_UNREADABLE].number;
    }
    if (row->table == ROW_TABLE_COVERAGE) {
        (void)snprintf(m->state, sizeof(m->state), "%.*s", (int)row->v[COVERAGE_STATE].size,
                       row->v[COVERAGE_STATE].text);
    }
    if (!m->is_silent) {
        add_text(m, row);
    }
    return RC_OK;
}

enum rc made_source(struct made *m, const struct evtx_source *source, const char *named,
                    bool is_silent)
{
    struct err ignored;
    *m = (struct made){ .sink = { put }, .is_silent = is_silent };
    wr_init(&m->text, 64U << 20);
    if (text_prepare(&ignored) != RC_OK) {
        return RC_UNSUPPORTED;
    }
    const struct mfa_import import = { .source = source,
                                       .sink = &m->sink,
                                       .origin = "o",
                                       .path = "p",
                                       .changed_at = 1,
                                       .named = &named,
                                       .named_count = named ? 1 : 0 };
    return mfa_import(&import, &m->err);
}

enum rc made_read(struct made *m, const void *data, size_t size, const char *named)
{
    struct memory bytes = { data, size };
    const struct evtx_source source = memory_source(&bytes);
    return made_source(m, &source, named, false);
}

void made_done(struct made *m)
{
    wr_done(&m->text);
}

const char *made_text(struct made *m)
{
    wr_u8(&m->text, 0);
    return m->text.data ? (const char *)m->text.data : "";
}
