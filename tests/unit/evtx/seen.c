/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/evtx/seen.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/evtx/file_source.h"

static enum rc head(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err)
{
    struct seen *s = context;
    (void)err;
    s->heads++;
    *ret_wants = s->only == 0 || s->only == e->event_id;
    return RC_OK;
}

static enum rc each(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err)
{
    struct seen *s = context;
    s->wanted++;
    s->whole += !e->is_unsound;
    if (!s->is_quiet) {
        wr_printf(&s->text, "%llu %u@%s/%s/%s %s%s%s%s%s:", (unsigned long long)e->record,
                  e->event_id, e->provider, e->channel, e->computer, e->user_sid,
                  e->is_carved ? " carved" : "", e->is_unsound ? " unsound" : "",
                  *e->user_data_root ? " " : "", e->user_data_root);
    }
    for (size_t i = 0; i < count; i++) {
        const char *value = evtx_text(&fields[i], s->a);
        if (!value) {
            abort();
        }
        if (!s->is_quiet) {
            wr_printf(&s->text, " %s", fields[i].name);
            if (fields[i].known >= 0) {
                wr_printf(&s->text, "#%d", fields[i].known);
            }
            wr_printf(&s->text, "=%s", value);
        }
    }
    wr_text(&s->text, s->is_quiet ? "" : "\n");
    arena_reset(s->a);
    return s->stop == RC_OK ? RC_OK : err_setf(err, s->stop, "stopped");
}

static enum rc chunk(void *context, uint64_t number, bool is_sound, struct err *err)
{
    struct seen *s = context;
    (void)number;
    (void)err;
    *(is_sound ? &s->sound : &s->unsound) += 1;
    return RC_OK;
}

void seen_done(struct seen *s)
{
    wr_done(&s->text);
    arena_free(s->a);
    s->a = NULL;
}

enum rc seen_source(struct seen *s, const struct evtx_source *source, bool carves)
{
    struct evtx_options o = { .source = *source,
                              .names = s->names,
                              .name_count = s->name_count,
                              .carves = carves,
                              .order_most = s->order_most,
                              .head = head,
                              .each = each,
                              .chunk = chunk,
                              .context = s };
    if (!s->a) {
        s->a = arena_new(0);
        wr_init(&s->text, (size_t)16 * 1024 * 1024);
    }
    if (!s->a) {
        abort();
    }
    wr_clear(&s->text);
    s->heads = s->wanted = s->sound = s->unsound = s->whole = 0;
    return evtx_read(&o, &s->totals, &s->err);
}

enum rc seen_read(struct seen *s, const uint8_t *data, size_t size, bool carves)
{
    struct memory m = { .data = data, .size = size };
    struct evtx_source source = memory_source(&m);
    return seen_source(s, &source, carves);
}

const char *seen_text(struct seen *s)
{
    wr_u8(&s->text, 0);
    return s->text.bad ? "(too much)" : (const char *)s->text.data;
}
