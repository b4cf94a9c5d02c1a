/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msDS-KeyCredentialLink: a DN-Binary value "B:<digits>:<hex>:<DN>" that holds a KEYCREDENTIALLINK_BLOB ([MS-ADTS] 2.2.20).
 * Key material is walked over and never copied out. */
#ifndef DECODE_KEYCRED_H
#define DECODE_KEYCRED_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/sid.h"

struct key_credential {
    char key_id
        [33]; /* the first 16 bytes of KeyID, which is a SHA-256 of the public key ([MS-ADTS] 2.2.20.6) */
    const char *usage;          /* word of key_credential.usage; NULL = not told */
    const char *source;         /* "ad", "entra"; NULL = not told */
    char device[GUID_TEXT_MAX]; /* empty = not told */
    bool has_created;
    bool has_logon;
    bool has_flags;
    filetime created;
    filetime logon;
    uint8_t flags;
};

/* Reads one value; a is for scratch. RC_MALFORMED when it breaks its form, RC_NOMEM past the ceiling of a. */
MUST_USE enum rc keycred_read(const void *value, size_t n, struct arena *a,
                              struct key_credential *ret, struct err *err);

#endif
