/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replication metadata of the attributes that hold or date a secret: the proof that a password was really changed. From
 * replPropertyMetaData (binary; replPropertyMetaDataBlob of Samba's drsblobs.idl) or from the XML fragments
 * of msDS-ReplAttributeMetaData ([MS-ADTS] 3.1.1.4.5.5). Versions, times and originators only: no value is in there. */
#ifndef DECODE_REPLMETA_H
#define DECODE_REPLMETA_H

#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/sid.h"

#define METADATA_MAX_LAPS 8

/* Attribute ids (ATTRTYP) that a directory's schema chooses itself; learnt from ENTRY_ATTRIBUTE entries. */
struct metadata_ids {
    uint32_t laps[METADATA_MAX_LAPS];
    size_t laps_count;
};

struct metadata_change {
    uint32_t version; /* number of originating changes; 0 = the attribute was never there */
    filetime at;      /* whole seconds */
    int64_t usn;
    char origin[GUID_TEXT_MAX]; /* invocation id; empty when not told */
};

enum metadata_slot {
    METADATA_PASSWORD, /* unicodePwd */
    METADATA_DATE,     /* pwdLastSet */
    METADATA_HISTORY,  /* ntPwdHistory */
    METADATA_KERBEROS, /* supplementalCredentials */
    METADATA_UAC,
    METADATA_KEYS,     /* msDS-KeyCredentialLink */
    METADATA_LAPS,     /* the newest of the LAPS password attributes */
    METADATA_INCOMING, /* trustAuthIncoming */
    METADATA_OUTGOING, /* trustAuthOutgoing */
    METADATA_BACKUP,   /* dSASignature of the domain head */
    METADATA_SLOTS
};

struct metadata {
    struct metadata_change slots[METADATA_SLOTS];
};

/* The id that an attribute has by its OID alone ([MS-DRSR] 5.16.4, default prefix table, 1.2.840.113556.1.4.x); false for
 * another prefix. */
bool metadata_id_of_oid(const char *oid, size_t n, uint32_t *ret);

/* Reads a whole replPropertyMetaData value. RC_MALFORMED when its size and count disagree; *ret is then unchanged. */
MUST_USE enum rc metadata_read_binary(const void *data, size_t n, const struct metadata_ids *ids,
                                      struct metadata *ret, struct err *err);

/* Reads one value of msDS-ReplAttributeMetaData (one attribute) into *m. Elements in any order, a trailing NUL is allowed,
 * markup other than elements and the five predefined entities is refused. */
MUST_USE enum rc metadata_read_xml(const void *data, size_t n, struct metadata *m, struct err *err);

/* True for the attributes that hold a LAPS password, by name (legacy, also renamed, plain, encrypted, DSRM). */
bool metadata_is_laps_password(const char *name, size_t n);

#endif
