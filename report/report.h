/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results to documents. Reads the evidence file only; knows nothing of LDAP, SMB or YAML. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "audit/base/err.h"

#include <sqlite3.h>
#include <stdbool.h>

enum report_format { REPORT_HTML, REPORT_CSV, REPORT_JSON, REPORT_RESET_CSV };

struct report_options {
    const char *lang;       /* "ja" or "en" */
    const char *assets;     /* directory of XSLT, CSS and catalogues; NULL = beside the executable or under the prefix */
    bool bom;               /* CSV with a byte order mark, for Excel in Japanese */
};

/* Writes one document to path (temporary file, fsync, rename; mode 0600). db: read-only connection. */
MUST_USE enum rc report_write(sqlite3 *db, enum report_format format, const struct report_options *options, const char *path,
                              struct err *err);

#endif
