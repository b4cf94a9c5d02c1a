/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes reader_read, reader_append and range_parse: the attributes of a search entry, and the same bytes as a further range of
 * an attribute that came before. Every value that is accepted is touched. */
#include <stdlib.h>
#include <string.h>

#include "audit/collect/ldap/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* member;range=0-0: CN=b */
static char first_range[] = { 0x30, 0x1a, 0x04, 0x10, 'm', 'e', 'm', 'b', 'e', 'r',
                              ';',  'r',  'a',  'n',  'g', 'e', '=', '0', '-', '0',
                              0x31, 0x06, 0x04, 0x04, 'C', 'N', '=', 'b' };

static void touch(const struct entry *e)
{
    volatile unsigned sum = 0;
    for (size_t i = 0; i < e->count; i++) {
        sum =
            sum + (unsigned)range_parse(e->attributes[i].name, strlen(e->attributes[i].name)).kind;
        for (size_t k = 0; k < e->attributes[i].count; k++) {
            for (size_t n = 0; n < e->attributes[i].values[k].n; n++) {
                sum = sum + e->attributes[i].values[k].p[n];
            }
        }
    }
    (void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct err err = { 0 };
    struct berval dn = { 4, (char[]){ "CN=a" } }, start = { sizeof(first_range), first_range };
    struct berval bytes = { size, malloc(size + 1) };
    struct reader r;
    struct range range;
    if (a && bytes.bv_val && size > 0) {
        memcpy(bytes.bv_val, data, size);
        BerElement *alone = ber_init(&bytes), *before = ber_init(&start), *more = ber_init(&bytes);
        reader_init(&r, a);
        if (alone && reader_read(&r, alone, &dn, &err) == RC_OK) {
            touch(&r.entry);
        }
        if (!before || reader_read(&r, before, &dn, &err) != RC_OK || r.entry.count != 1) {
            abort();
        }
        if (more && reader_append(&r, 0, more, &range, &err) == RC_OK) {
            touch(&r.entry);
            if (range.kind == RANGE_NONE && r.entry.attributes[0].count != 1) {
                abort(); /* values that nobody asked for */
            }
        }
        ber_free(alone, 1);
        ber_free(before, 1);
        ber_free(more, 1);
    }
    free(bytes.bv_val);
    arena_free(a);
    return 0;
}
