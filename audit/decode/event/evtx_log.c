/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log of Windows: the reader's records through the book, and the wanted ones into rows. */
#include <string.h>

#include "audit/decode/event/event_fields.h"

#define EVENT_MEMORY   (16U << 20) /* texts of one event; its record has 64 KiB */
#define PAGE           4096U
#define PROGRESS_EVERY 4096U

struct evtx_log {
    const struct event_import *import;
    const struct evtx_source *source;
    bool is_failing; /* some of it could not be read */
    struct event_book *book;
    struct arena *arena;
    const struct event_kind *kind; /* of the event whose fields come next */
    struct event_reading reading;
    uint64_t records;
    uint64_t too_large; /* events that were wanted, with more text than any has */
    bool is_partial;    /* some fields of a wanted event could not be understood */
    bool is_full;       /* no more rows */
};

static enum rc read_source(const struct evtx_log *l, uint64_t offset, uint8_t *buf, size_t size,
                           size_t *ret_got, struct err *err)
{
    return l->source->read(l->source->context, offset, buf, size, ret_got, err);
}

/* What a disk cannot read is nothing, so that a bad sector costs its chunk and no more. The reader asks for many chunks at once: where
 * that fails it is asked page by page. */
static enum rc read_or_zero(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                            struct err *err)
{
    struct evtx_log *l = context;
    uint8_t *p = buf;
    enum rc rc = read_source(l, offset, p, size, ret_got, err);
    if (rc != RC_IO) {
        return rc;
    }
    l->is_failing = true;
    for (size_t at = 0, got; at < size; at += got) {
        size_t part = size - at < PAGE ? size - at : PAGE;
        rc = read_source(l, offset + at, p + at, part, &got, err);
        if (rc == RC_IO) {
            memset(p + at, 0, part);
            got = part;
        } else if (rc != RC_OK || got == 0) {
            *ret_got = at;
            return rc;
        }
    }
    *ret_got = size;
    return RC_OK;
}

static uint64_t next_data(void *context, uint64_t offset)
{
    const struct evtx_log *l = context;
    return l->source->next_data ? l->source->next_data(l->source->context, offset) : offset;
}

static enum rc head(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err)
{
    struct evtx_log *l = context;
    struct event_reading *r = &l->reading;
    TRY(event_book_record(l->book, e, &r->computer, &r->part, err));
    l->records++;
    if (l->import->progress && l->records % PROGRESS_EVERY == 0) {
        l->import->progress(l->import->context, l->records);
    }
    l->kind = r->computer >= 0 && !l->is_full ? event_kind_find(e->provider, e->event_id) : NULL;
    *ret_wants = l->kind != NULL;
    return RC_OK;
}

static enum rc each(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err)
{
    struct evtx_log *l = context;
    struct event_reading *r = &l->reading;
    struct row row;
    if (!l->kind) {
        return err_setf(err, RC_BUG, "fields of an event that was not wanted");
    }
    arena_reset(l->arena);
    l->is_partial = l->is_partial || (e->is_unsound && !e->is_carved);
    r->event = e;
    r->kind = l->kind->kind;
    r->is_short = false;
    event_fields_set(r, fields, count);
    bool is_row = l->kind->fill(r, &row);
    if (r->is_short) {
        l->too_large++;
        return RC_OK;
    }
    if (!is_row) {
        return RC_OK;
    }
    enum rc rc = event_book_put(l->book, &row, err);
    if (rc == RC_LIMIT) {
        l->is_full = true;
        return RC_OK;
    }
    return rc;
}

static enum rc chunk(void *context, uint64_t number, bool is_sound, struct err *err)
{
    struct evtx_log *l = context;
    (void)number;
    (void)err;
    if (!is_sound) {
        event_book_damage(l->book);
    }
    return RC_OK;
}

enum rc event_rows_evtx(const struct event_import *import, const struct evtx_source *source,
                        struct err *err)
{
    struct evtx_totals totals = { 0 };
    struct event_book *book AUTO(event_book_donep) = event_book_new(import, "evtx");
    struct arena *arena AUTO(arena_freep) = arena_new(EVENT_MEMORY);
    struct evtx_log log = { .import = import, .source = source, .book = book, .arena = arena };
    const struct evtx_options options = {
        .source = { read_or_zero, next_data, &log, source->size },
        .names = event_field_names,
        .name_count = EVENT_FIELD_COUNT,
        .carves = true,
        .head = head,
        .each = each,
        .chunk = chunk,
        .context = &log,
    };
    if (!book || !arena) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    log.reading.log = import->log;
    log.reading.arena = arena;
    log.reading.key = import->key;
    TRY(evtx_read(&options, &totals, err));
    totals.unreadable += log.too_large;
    totals.is_cut = totals.is_cut || log.is_failing || log.is_partial || log.too_large > 0;
    return event_book_close(book, &totals, err);
}
