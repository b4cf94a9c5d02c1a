/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a descriptor to the rights that matter for credentials ([MS-ADTS] 5.1.3): who may take an object over, reset its
 * password, replicate secrets, change how it is logged on to. The words are those of access_right.right in rows.def. */
#ifndef DECODE_RIGHTS_H
#define DECODE_RIGHTS_H

#include "audit/base/arena.h"
#include "audit/decode/secdesc.h"

/* An attribute whose GUID the forest's schema chose: the LAPS attributes. */
struct rights_attribute {
    const struct rights_attribute *next;
    char guid[GUID_TEXT_MAX];
    const char *right;    /* what control access to it means, such as "read_laps" */
    const char *write;    /* what writing it means, NULL = nothing */
    bool is_confidential; /* false: reading the property is enough */
};

struct right {
    const char *right;  /* static */
    const uint8_t *sid; /* trustee, binary, borrowed from the descriptor */
    size_t sid_size;
    bool inherited;
    bool inherit_only;         /* for objects below only */
    char scope[GUID_TEXT_MAX]; /* class below, or all zero */
};

struct rights {
    struct right *rows; /* owned by the arena; one a (trustee, right, inherited, scope) */
    size_t count;
    size_t room;
    uint32_t *slots; /* hash of rows */
    size_t slot_count;
    uint32_t entries; /* in the list */
    uint32_t skipped; /* of kinds that are not understood: what they grant is not known */
};

#define RIGHTS_NO_SCOPE "00000000-0000-0000-0000-000000000000"

/* Walks the DACL of d (which must have one). own_class is the schema GUID of the object's class, NULL when not known: an entry
 * whose object type is that class is for the whole object. A denial that comes before a grant takes the same bits from the same
 * trustee. RC_MALFORMED: the list breaks its form and *ret holds nothing; RC_NOMEM past the ceiling of a. */
MUST_USE enum rc rights_read(const struct descriptor *d, const struct rights_attribute *learnt,
                             const char *own_class, struct arena *a, struct rights *ret,
                             struct err *err);

/* Trustees to whom the DACL grants all of mask on the object itself, as rows with the given word: for descriptors that are
 * values of an attribute (who may act on behalf, who may read a managed password). */
MUST_USE enum rc rights_read_mask(const struct descriptor *d, uint32_t mask, const char *word,
                                  struct arena *a, struct rights *ret, struct err *err);

/* Schema GUID of a class by its name, of those whose descriptors are read; NULL for another. */
const char *rights_class_guid(const char *name, size_t n);

#endif
