/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LDIF ([RFC 2849]) as ldapsearch, ldbsearch and ldifde write it: one entry at a time, memory bounded by the largest entry.
 * Content only: a file of changes is refused. Values of secret attributes (entry_attribute_is_secret) are dropped while they
 * are read. */
#ifndef DECODE_LDIF_H
#define DECODE_LDIF_H

#include <sys/types.h>

#include "audit/decode/entry.h"

#define LDIF_MAX_RECORD ((size_t)128 * 1024 * 1024) /* bytes of one entry, decoded */

/* Where the bytes come from. read: n bytes at most into buf; 0 at the end, negative on failure (errno). rewind: back to the
 * start, false when it cannot (used by ldif_rows only). */
struct ldif_source {
    ssize_t (*read)(struct ldif_source *source, void *buf, size_t n);
    bool (*rewind)(struct ldif_source *source);
};

struct ldif_record {
    struct entry entry;        /* borrowed until the next call */
    uint64_t line;             /* where it begins */
    const char *bad_attribute; /* first attribute with a value that was left out; NULL = none */
    const char *bad_reason;
};

struct ldif;

/* max_record: 0 means LDIF_MAX_RECORD. NULL when memory is short. source is borrowed. Free with ldif_free. */
MUST_USE struct ldif *ldif_new(struct ldif_source *source, size_t max_record);
void ldif_free(struct ldif *l);
void ldif_freep(struct ldif **l); /* for AUTO() */

/* The next entry. RC_ABSENT at the end. RC_MALFORMED: this record was left out, call again for the next. Anything else ends the
 * file: RC_UNSUPPORTED (UTF-16, changes, another version), RC_IO, RC_NOMEM. err->where is the line. */
MUST_USE enum rc ldif_next(struct ldif *l, struct ldif_record *ret, struct err *err);

/* What was seen so far besides entries. */
uint64_t ldif_secrets(const struct ldif *l); /* values of secret attributes that were dropped */
const char *ldif_first_secret(const struct ldif *l); /* name of the first such attribute, or NULL */
uint32_t ldif_result(
    const struct ldif *l); /* LDAP result that ldapsearch noted: not 0 = the search was cut short */

#endif
