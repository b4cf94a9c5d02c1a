/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search entry of the wire as a struct entry, without copying a value: names and values stay in the message. */
#ifndef COLLECT_LDAP_READER_H
#define COLLECT_LDAP_READER_H

#include <ldap.h>

#include "audit/base/arena.h"
#include "audit/collect/ldap/range.h"
#include "audit/decode/entry.h"

/* More values than this on one entry are left out, and their attribute marked as incomplete. */
#define READER_MAX_VALUES 1000000

struct reader {
    struct arena *arena;
    struct entry_attribute *attributes;
    struct range *ranges; /* of each attribute */
    size_t *first;        /* where each attribute's values begin */
    size_t attribute_count;
    size_t attribute_room;
    struct entry_value *values;
    size_t value_count;
    size_t value_room;
    struct entry entry; /* the result of the last read, borrowed from the message */
};

/* arena is borrowed and only grows; 96 MiB hold the most values that are taken. */
void reader_init(struct reader *r, struct arena *arena);

/* Reads an entry whose DN has been read already: ber stands at its attributes (ldap_get_dn_ber). r->entry is valid until
 * the next read or the end of the message. RC_MALFORMED for broken BER, RC_LIMIT past the ceiling. */
MUST_USE enum rc reader_read(struct reader *r, BerElement *ber, const struct berval *dn,
                             struct err *err);

/* Appends the values of the attribute called name to what was read of attribute index before, as the next range of it; the
 * message must outlive the entry. *ret_range is the range that the server gave; RANGE_NONE when the attribute is not there. */
MUST_USE enum rc reader_append(struct reader *r, size_t index, BerElement *ber,
                               struct range *ret_range, struct err *err);

/* The attribute called name, or NULL. Attribute names know no case. */
const struct entry_attribute *entry_find(const struct entry *e, const char *name);

/* First value as text in the arena, NULL when absent or not text. */
const char *entry_text(const struct entry *e, const char *name, struct arena *a);

/* The plain part of a DN that may be extended ("<GUID=…>;<SID=…>;CN=…"). */
const char *dn_plain(const char *dn);

#endif
