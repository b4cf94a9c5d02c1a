/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/event/lines.h"

#include <stdlib.h>
#include <string.h>

#define BUFFER (256U * 1024)

enum rc lines_init(struct lines *l, const struct evtx_source *source, size_t most, struct err *err)
{
    *l = (struct lines){ .source = source, .most = most };
    l->buf = malloc(BUFFER);
    return l->buf ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

void lines_done(struct lines *l)
{
    free(l->buf);
    free(l->line);
    *l = (struct lines){ 0 };
}

static bool is_zero(const uint8_t *p, size_t n)
{
    return n > 0 && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* Fills the buffer; l->got stays 0 at the end. Holes are passed over, so that they cost nothing. */
static enum rc fill(struct lines *l, bool *ret_hole, struct err *err)
{
    l->at = l->got = 0;
    for (;;) {
        size_t got = 0;
        TRY(l->source->read(l->source->context, l->offset, l->buf, BUFFER, &got, err));
        l->offset += got;
        if (got == 0 || !is_zero(l->buf, got)) {
            l->got = got;
            return RC_OK;
        }
        *ret_hole = true;
        if (l->source->next_data) {
            uint64_t next = l->source->next_data(l->source->context, l->offset);
            if (next > l->offset && next >= l->source->size) {
                return RC_OK; /* nothing but a hole is left */
            }
            l->offset = next > l->offset ? next : l->offset;
        }
    }
}

static enum rc reserve(struct lines *l, size_t more, struct err *err)
{
    size_t need = l->size + more + 1;
    if (need <= l->room) {
        return RC_OK;
    }
    size_t room = l->room > 0 ? l->room : 4096;
    while (room < need) {
        room *= 2;
    }
    char *line = realloc(l->line, room);
    if (!line) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    l->line = line;
    l->room = room;
    return RC_OK;
}

/* Appends what is still wanted of n bytes, without the zeros among them. */
static enum rc take(struct lines *l, const uint8_t *p, size_t n, struct line *ret, struct err *err)
{
    while (n > 0) {
        const uint8_t *zero = memchr(p, 0, n);
        size_t part = zero ? (size_t)(zero - p) : n;
        size_t fits = part < l->most - l->size ? part : l->most - l->size;
        TRY(reserve(l, fits, err));
        if (fits > 0) {
            memcpy(l->line + l->size, p, fits);
            l->size += fits;
        }
        ret->is_long = ret->is_long || fits < part;
        ret->has_zeros = ret->has_zeros || zero;
        p += part;
        n -= part;
        while (n > 0 && *p == 0) {
            p++;
            n--;
        }
    }
    return reserve(l, 0, err);
}

enum rc lines_next(struct lines *l, struct line *ret, bool *ret_has, struct err *err)
{
    bool is_begun = false;
    *ret = (struct line){ .is_open = true };
    *ret_has = false;
    l->size = 0;
    while (ret->is_open && !l->is_end) {
        if (l->at == l->got) {
            TRY(fill(l, &ret->has_zeros, err));
            is_begun = is_begun || ret->has_zeros;
            l->is_end = l->got == 0;
            continue;
        }
        const uint8_t *p = l->buf + l->at;
        const uint8_t *end = memchr(p, '\n', l->got - l->at);
        size_t n = end ? (size_t)(end - p) : l->got - l->at;
        TRY(take(l, p, n, ret, err));
        l->at += n + (end ? 1 : 0);
        ret->is_open = !end;
        is_begun = true;
    }
    if (!is_begun) {
        return RC_OK;
    }
    TRY(reserve(l, 0, err));
    if (l->size > 0 && l->line[l->size - 1] == '\r') {
        l->size--;
    }
    l->line[l->size] = '\0';
    ret->text = l->line;
    ret->size = l->size;
    l->number++;
    *ret_has = true;
    return RC_OK;
}
