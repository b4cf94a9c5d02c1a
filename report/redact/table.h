/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of byte strings, each with a number and perhaps a text. */
#ifndef REPORT_REDACT_TABLE_H
#define REPORT_REDACT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/arena.h"

struct table_entry {
    uint64_t hash;
    const char *key; /* NULL = free */
    uint32_t size;
    int value;
    bool is_used; /* of names: it was looked up and found */
    const char *text;
};

struct table {
    struct table_entry *entries;
    size_t room, count; /* room: a power of two */
};

#define TABLE_HASH_START UINT64_C(0xcbf29ce484222325)

/* FNV-1a, a byte more. */
static inline uint64_t table_hash_byte(uint64_t hash, unsigned char c)
{
    return (hash ^ c) * UINT64_C(0x100000001b3);
}

uint64_t table_hash(const char *s, size_t n);

/* The entry of s, or NULL. hash: of these bytes. */
struct table_entry *table_find(const struct table *t, uint64_t hash, const char *s, size_t n);
/* The entry of s, made if need be (copied into a, value and text 0); NULL when memory is short. */
MUST_USE struct table_entry *table_put(struct table *t, struct arena *a, const char *s, size_t n);
void table_clear(struct table *t); /* forgets all; keys stay in their arena */
void table_done(struct table *t);

#endif
