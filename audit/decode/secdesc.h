/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Self-relative security descriptors ([MS-DTYP] 2.4.6), access control lists (2.4.5) and their entries (2.4.4). Everything is a
 * view into the bytes that were read: no allocation, nothing to free. */
#ifndef DECODE_SECDESC_H
#define DECODE_SECDESC_H

#include "audit/base/err.h"
#include "audit/base/sid.h"

/* Bits of an access mask as a directory object uses them ([MS-ADTS] 5.1.3.2). */
enum access_bit {
    ACCESS_CREATE_CHILD = 0x1,
    ACCESS_DELETE_CHILD = 0x2,
    ACCESS_LIST = 0x4,
    ACCESS_SELF = 0x8, /* validated write */
    ACCESS_READ_PROPERTY = 0x10,
    ACCESS_WRITE_PROPERTY = 0x20,
    ACCESS_DELETE_TREE = 0x40,
    ACCESS_LIST_OBJECT = 0x80,
    ACCESS_CONTROL = 0x100, /* extended right */
    ACCESS_DELETE = 0x10000,
    ACCESS_READ_CONTROL = 0x20000,
    ACCESS_WRITE_DACL = 0x40000,
    ACCESS_WRITE_OWNER = 0x80000,
    ACCESS_FULL = 0xf01ff
};

#define ACCESS_GENERIC_ALL     0x10000000U
#define ACCESS_GENERIC_EXECUTE 0x20000000U
#define ACCESS_GENERIC_WRITE   0x40000000U
#define ACCESS_GENERIC_READ    0x80000000U

enum ace_flag {
    ACE_OBJECT_INHERIT = 0x1,
    ACE_CONTAINER_INHERIT = 0x2,
    ACE_NO_PROPAGATE = 0x4,
    ACE_INHERIT_ONLY = 0x8,
    ACE_INHERITED = 0x10
};

enum descriptor_control {
    DESCRIPTOR_DACL_PRESENT = 0x4,
    DESCRIPTOR_SACL_PRESENT = 0x10,
    DESCRIPTOR_DACL_INHERITED = 0x400,
    DESCRIPTOR_DACL_PROTECTED = 0x1000,
    DESCRIPTOR_SELF_RELATIVE = 0x8000
};

struct acl {
    struct rd entries; /* the bytes of the entries */
    uint16_t count;    /* entries promised by the head */
};

struct descriptor {
    uint16_t control;
    bool has_dacl; /* false: absent or NULL, which grants everything to everyone */
    bool has_sacl; /* only when it was asked for */
    struct acl dacl;
    struct acl sacl;
    char owner[SID_TEXT_MAX]; /* empty when absent */
    char group[SID_TEXT_MAX];
};

enum ace_kind {
    ACE_ALLOW,
    ACE_DENY,
    ACE_SKIPPED /* audit, conditional (callback), claims, unknown: their effect is not guessed */
};

struct ace {
    enum ace_kind kind;
    uint8_t type;       /* as on the wire ([MS-DTYP] 2.4.4.1) */
    uint8_t flags;      /* enum ace_flag */
    uint32_t mask;      /* as on the wire; see ace_mask_map */
    bool has_type;      /* object type: an attribute, property set, extended right or class */
    bool has_inherited; /* class of objects that inherit it */
    uint8_t object_type[16];
    uint8_t inherited_type[16];
    const uint8_t *sid; /* trustee, binary, borrowed; sid_size bytes. NULL when skipped */
    size_t sid_size;
};

/* Walks an access control list. */
struct ace_cursor {
    struct rd r;
    uint16_t left;
    uint32_t skipped; /* entries of kinds that are not understood */
};

/* Reads the head of a descriptor and of its lists. RC_MALFORMED when an offset, size or SID leaves the bytes. */
MUST_USE enum rc descriptor_read(const void *data, size_t n, struct descriptor *ret,
                                 struct err *err);

struct ace_cursor ace_first(const struct acl *acl);

/* The next entry, in order. RC_ABSENT after the last, RC_MALFORMED when the list breaks its form (entries so far are then of a
 * list that cannot be trusted). */
MUST_USE enum rc ace_next(struct ace_cursor *c, struct ace *ret, struct err *err);

/* Generic bits as the specific ones of a directory object ([MS-ADTS] 5.1.3.2.1). */
uint32_t ace_mask_map(uint32_t mask);

/* The trustee as text; buf SID_TEXT_MAX. */
void ace_trustee(const struct ace *ace, char *buf);

#endif
