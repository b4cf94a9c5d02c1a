/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/wr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wr_init(struct wr *w, size_t ceiling)
{
    *w = (struct wr){ .ceiling = ceiling };
}

void wr_done(struct wr *w)
{
    free(w->data);
    *w = (struct wr){ .ceiling = w->ceiling };
}

void wr_clear(struct wr *w)
{
    w->size = 0;
    w->bad = false;
}

static bool make_room(struct wr *w, size_t n)
{
    if (w->bad || n > w->ceiling || w->ceiling - n < w->size) {
        w->bad = true;
        return false;
    }
    if (w->room - w->size >= n) {
        return true;
    }
    size_t room = w->room ? w->room : 256;
    while (room - w->size < n) {
        room = room > w->ceiling / 2 ? w->ceiling : room * 2;
    }
    uint8_t *data = realloc(w->data, room);
    if (!data) {
        w->bad = true;
        return false;
    }
    w->data = data;
    w->room = room;
    return true;
}

void wr_bytes(struct wr *w, const void *p, size_t n)
{
    if (n > 0 && make_room(w, n)) {
        memcpy(w->data + w->size, p, n);
        w->size += n;
    }
}

static void big(struct wr *w, uint64_t v, size_t n)
{
    if (make_room(w, n)) {
        for (size_t i = n; i > 0; i--) {
            w->data[w->size++] = (uint8_t)(v >> (8 * (i - 1)));
        }
    }
}

void wr_u8(struct wr *w, uint8_t v)
{
    big(w, v, 1);
}

void wr_u16be(struct wr *w, uint16_t v)
{
    big(w, v, 2);
}

void wr_u32be(struct wr *w, uint32_t v)
{
    big(w, v, 4);
}

void wr_u64be(struct wr *w, uint64_t v)
{
    big(w, v, 8);
}

void wr_text(struct wr *w, const char *s)
{
    wr_bytes(w, s, strlen(s));
}

void wr_printf(struct wr *w, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    /* One byte more for the NUL that vsnprintf writes; it does not count as content. */
    if (n >= 0 && make_room(w, (size_t)n + 1)) {
        (void)vsnprintf((char *)w->data + w->size, (size_t)n + 1, fmt, again);
        w->size += (size_t)n;
    }
    va_end(again);
}

void wr_poke_u32be(struct wr *w, size_t offset, uint32_t v)
{
    if (w->bad || offset > w->size || w->size - offset < 4) {
        w->bad = true;
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        w->data[offset + i] = (uint8_t)(v >> (8 * (3 - i)));
    }
}
