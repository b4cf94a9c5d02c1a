/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/redact/table.h"

#include <stdlib.h>
#include <string.h>

uint64_t table_hash(const char *s, size_t n)
{
    uint64_t hash = TABLE_HASH_START;
    for (size_t i = 0; i < n; i++) {
        hash = table_hash_byte(hash, (unsigned char)s[i]);
    }
    return hash;
}

/* FNV is weak in its low bits. */
static size_t place(uint64_t hash, size_t room)
{
    return (size_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (room - 1);
}

struct table_entry *table_find(const struct table *t, uint64_t hash, const char *s, size_t n)
{
    if (!t->room) {
        return NULL;
    }
    for (size_t i = place(hash, t->room); t->entries[i].key; i = (i + 1) & (t->room - 1)) {
        struct table_entry *e = &t->entries[i];
        if (e->hash == hash && e->size == n && memcmp(e->key, s, n) == 0) {
            return e;
        }
    }
    return NULL;
}

static bool grow(struct table *t)
{
    size_t room = t->room ? t->room * 2 : 1024;
    struct table_entry *entries = calloc(room, sizeof(*entries));
    if (!entries) {
        return false;
    }
    for (size_t i = 0; i < t->room; i++) {
        if (t->entries[i].key) {
            size_t at = place(t->entries[i].hash, room);
            while (entries[at].key) {
                at = (at + 1) & (room - 1);
            }
            entries[at] = t->entries[i];
        }
    }
    free(t->entries);
    t->entries = entries;
    t->room = room;
    return true;
}

struct table_entry *table_put(struct table *t, struct arena *a, const char *s, size_t n)
{
    uint64_t hash = table_hash(s, n);
    struct table_entry *e = table_find(t, hash, s, n);
    if (e) {
        return e;
    }
    const char *key = n <= UINT32_MAX ? arena_strndup(a, s, n) : NULL;
    if (!key || ((t->count + 1) * 2 > t->room && !grow(t))) {
        return NULL;
    }
    size_t at = place(hash, t->room);
    while (t->entries[at].key) {
        at = (at + 1) & (t->room - 1);
    }
    t->entries[at] = (struct table_entry){ .hash = hash, .key = key, .size = (uint32_t)n };
    t->count++;
    return &t->entries[at];
}

void table_clear(struct table *t)
{
    if (t->room) {
        memset(t->entries, 0, t->room * sizeof(*t->entries));
    }
    t->count = 0;
}

void table_done(struct table *t)
{
    free(t->entries);
    memset(t, 0, sizeof(*t));
}
