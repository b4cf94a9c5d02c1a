/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a distinguished name stands for, noted from one entry for another that comes later: the owner of a token, the precedence of a
 * policy. Kept in the context; a hash table, since a directory may have as many tokens as accounts. */
#include <string.h>
#include <strings.h>

#include "audit/decode/entry_view.h"

#define BUCKETS 16384U

struct known_name {
    struct known_name *next;
    const char *dn, *text;
    size_t size;
    char kind;
};

static uint32_t bucket(char kind, const char *dn, size_t size)
{
    uint32_t h = 2166136261U ^ (uint8_t)kind;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = (uint8_t)dn[i];
        h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20U : c)) * 16777619U;
    }
    return (h ^ h >> 15) % BUCKETS;
}

static struct known_name *find(const struct entry_context *c, char kind, const char *dn,
                               size_t size)
{
    struct known_name *n = c->names ? c->names[bucket(kind, dn, size)] : NULL;
    while (n && (n->kind != kind || n->size != size || strncasecmp(n->dn, dn, size) != 0)) {
        n = n->next;
    }
    return n;
}

static bool note(struct entry_context *c, char kind, const char *dn, size_t size, const char *text)
{
    struct known_name *n = find(c, kind, dn, size);
    if (!c->names) {
        c->names = arena_array(c->kept, BUCKETS, sizeof(struct known_name *));
    }
    if (!c->names) {
        return false;
    }
    if (!n) {
        n = arena_alloc(c->kept, sizeof(*n));
        if (!n) {
            return false;
        }
        struct known_name **head = &c->names[bucket(kind, dn, size)];
        *n = (struct known_name){
            .next = *head, .dn = arena_strndup(c->kept, dn, size), .size = size, .kind = kind
        };
        if (!n->dn) {
            return false;
        }
        *head = n;
    }
    n->text = arena_strdup(c->kept, text);
    return n->text != NULL;
}

bool name_note(struct entry_view *v, char kind, const char *dn, size_t size, const char *text)
{
    if (!note(v->c, kind, dn, size, text)) {
        view_nomem(v);
        return false;
    }
    return true;
}

const char *name_find(const struct entry_context *c, char kind, const char *dn, size_t size)
{
    const struct known_name *n = find(c, kind, dn, size);
    return n ? n->text : NULL;
}

enum rc entry_context_default_policy(struct entry_context *c, const char *dn, struct err *err)
{
    size_t size = strlen(dn);
    char *plain = arena_alloc(c->kept, size + 1);
    if (plain && dn_canonical(dn, size, plain, size + 1)) {
        dn = plain;
        size = strlen(plain);
    }
    if (!plain || !note(c, 'd', dn, size, "")) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    c->has_default_policy = true;
    return RC_OK;
}

void put_int_or(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable,
                int64_t absent)
{
    if (readable && !view_has(v, a)) {
        row_int(row, column, absent);
    }
    put_int(v, row, column, a);
}

void put_bool_or(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable,
                 bool absent)
{
    if (readable && !view_has(v, a)) {
        row_bool(row, column, absent);
    }
    put_bool(v, row, column, a);
}

void put_date_or_none(struct entry_view *v, struct row *row, int column, enum attribute a,
                      bool readable)
{
    if (readable && !view_has(v, a)) {
        row_int(row, column, 0);
    }
    put_date(v, row, column, a);
}
