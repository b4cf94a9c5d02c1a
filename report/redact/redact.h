/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of an evidence file in which nobody and nothing of the estate has a name. Every document is made of it, and so is redacted. */
#ifndef REPORT_REDACT_REDACT_H
#define REPORT_REDACT_REDACT_H

#include <sqlite3.h>

#include "audit/base/err.h"

enum {
    REDACT_KEY_SIZE = 32
};

/* Reads the key from a file (64 hex digits, mode 0600); makes file and key when it is not there. RC_USAGE for a file that is not such a key, or that others may
 * read. */
MUST_USE enum rc redact_key(const char *path, unsigned char ret[REDACT_KEY_SIZE], struct err *err);

/* Fills the new file at path (made with mode 0600, replaced if it is there) from an evidence file, or from a group file (audit/evidence/group.h). It is complete but for passed results. RC_NOMEM, RC_IO; what is at path
 * then is for the caller to remove. */
MUST_USE enum rc redact_copy(sqlite3 *from, const char *path,
                             const unsigned char key[REDACT_KEY_SIZE], struct err *err);

/* Writes into the table word of a group file which names of a site's evidence occur in the rows of that site, and what they are: a redacted group needs to know. */
MUST_USE enum rc redact_keep_words(sqlite3 *evidence, sqlite3 *group, int64_t site,
                                   struct err *err);

#endif
