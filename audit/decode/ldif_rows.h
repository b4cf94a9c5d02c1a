/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory exported to a file as the rows that the live collector would have sent. */
#ifndef DECODE_LDIF_ROWS_H
#define DECODE_LDIF_ROWS_H

#include "audit/decode/ldif.h"

struct ldif_import {
    struct ldif_source *source;
    struct row_sink *sink;
    const char *target; /* name of the file, for rows and coverage */
    bool
        is_whole; /* the operator says that the file holds the whole directory: only then a source may be complete */
    void (*progress)(void *context, uint64_t records); /* may be NULL */
    void *context;
};

/* Which class an entry is mapped as, by its objectClass; ENTRY_CLASS_COUNT when it does not matter. */
enum entry_class ldif_class(const struct entry *entry);

/* Reads the source twice: first what others need (schema ids, the domain's SID, which attributes occur at all), then all rows,
 * then coverage rows of the sources that it holds and one of the file itself ("file.ldif"). A record that cannot be read becomes
 * a malformed_value row. Not RC_OK when the file is no LDIF, cannot be read, or the sink fails. */
MUST_USE enum rc ldif_rows(const struct ldif_import *import, struct err *err);

#endif
