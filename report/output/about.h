/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each line of a document for another tool says of the audit that it comes from. */
#ifndef REPORT_OUTPUT_ABOUT_H
#define REPORT_OUTPUT_ABOUT_H

#include <jansson.h>
#include <sqlite3.h>

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"

struct about {
    const char *organisation_en, *organisation_ja, *profile,
        *version;   /* "" = not told; in the arena */
    const char *at; /* when was judged, ISO 8601 in UTC, "" = not told */
    int64_t at_ms;  /* the same in milliseconds since 1970, 0 = not told */
};

/* Reads audit_info. */
MUST_USE enum rc about_read(struct about *ret, sqlite3 *db, struct arena *a, struct err *err);

/* A string of JSON; null where text is "". Text that is no UTF-8 is repaired. NULL where memory is short. */
json_t *about_text(const char *text);

#endif
