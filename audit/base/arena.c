/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE      (64 * 1024U)
#define DEFAULT_CEILING (64U * 1024 * 1024)

struct block {
    struct block *next;
    size_t room;
    size_t used;
    alignas(max_align_t) uint8_t data[];
};

struct arena {
    struct block *blocks; /* the newest first */
    size_t used;          /* bytes handed out */
    size_t ceiling;
};

struct arena *arena_new(size_t ceiling)
{
    struct arena *a = calloc(1, sizeof(*a));
    if (a) {
        a->ceiling = ceiling ? ceiling : DEFAULT_CEILING;
    }
    return a;
}

void arena_free(struct arena *a)
{
    if (!a) {
        return;
    }
    for (struct block *b = a->blocks; b;) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
    free(a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(struct arena *a)
{
    struct block *keep = NULL;
    for (struct block *b = a->blocks; b;) {
        struct block *next = b->next;
        if (!keep && b->room == BLOCK_SIZE) {
            keep = b;
        } else {
            free(b);
        }
        b = next;
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
    a->blocks = keep;
    a->used = 0;
}

/* A block with at least size bytes free, made when needed. Big requests get a block of their own behind the current one, so
 * that the rest of the current one stays in use. */
static struct block *block_for(struct arena *a, size_t size)
{
    struct block *first = a->blocks;
    if (first && first->room - first->used >= size) {
        return first;
    }
    bool is_big = size > BLOCK_SIZE / 4;
    size_t room = is_big ? size : BLOCK_SIZE;
    struct block *b = malloc(sizeof(*b) + room);
    if (!b) {
        return NULL;
    }
    b->room = room;
    b->used = 0;
    if (is_big && first) {
        b->next = first->next;
        first->next = b;
    } else {
        b->next = first;
        a->blocks = b;
    }
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > a->ceiling || a->ceiling - size < a->used) {
        return NULL;
    }
    size_t rounded = (size + align - 1) / align * align;
    if (rounded == 0) {
        rounded = align;
    }
    struct block *b = block_for(a, rounded);
    if (!b) {
        return NULL;
    }
    void *p = b->data + b->used;
    b->used += rounded;
    a->used += size;
    memset(p, 0, rounded);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    return arena_alloc(a, total);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    if (n == SIZE_MAX) {
        return NULL;
    }
    char *copy = arena_alloc(a, n + 1);
    if (copy && n > 0) {
        memcpy(copy, s, n);
    }
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *s = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (s) {
        (void)vsnprintf(s, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return s;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
