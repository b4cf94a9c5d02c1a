/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results to documents. Reads the evidence file only; knows nothing of LDAP, SMB or YAML. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "audit/base/err.h"

enum report_format {
    REPORT_HTML,
    REPORT_CSV,
    REPORT_JSON,
    REPORT_RESET_CSV,
    REPORT_TIMELINE_CSV,
    REPORT_CHECKS_CSV,
    REPORT_JSONL,
    REPORT_OCSF,
    REPORT_JUNIT,
    REPORT_MARKDOWN,
    REPORT_SUMMARY
};

struct report_options {
    const char *lang; /* "ja" or "en" */
    const char *
        assets; /* directory of XSLT, CSS and catalogues; NULL = beside the executable or under the prefix */
    bool bom;        /* CSV with a byte order mark, for Excel in Japanese */
    bool passes;     /* JSON: also the keys of the subjects that passed */
    size_t subjects; /* HTML: subjects listed a finding before "and n more"; 0 = 200 */
    bool both;       /* HTML: Japanese, then English, in one file; other documents are in lang */
    const char *previous; /* evidence file of the audit before, to show what moved; NULL = none */
    const char *history;  /* history file (report/history), for trends; NULL = none */
};

/* Writes one document to path (temporary file, fsync, rename; mode 0600). db: read-only connection. RC_USAGE for another
 * language, RC_IO for the disk, RC_MALFORMED for an evidence file without results or a style sheet that does not load.
 * Nothing is at path, or what was there before, when it fails. Formats: report/README.md. */
MUST_USE enum rc report_write(sqlite3 *db, enum report_format format,
                              const struct report_options *options, const char *path,
                              struct err *err);

/* The same into an open stream, which is flushed and stays open: what was written before a failure has been seen by its reader. */
MUST_USE enum rc report_stream(sqlite3 *db, enum report_format format,
                               const struct report_options *options, FILE *to, struct err *err);

/* The lines of summary.txt for a person at a terminal; with_colours: in colours, too. */
MUST_USE enum rc report_summary(sqlite3 *db, const struct report_options *options,
                                bool with_colours, FILE *to, struct err *err);

/* What writes one document into o, without opening or committing it. */
struct out;
typedef enum rc (*report_writer)(sqlite3 *db, const struct report_options *options, struct out *o,
                                 struct err *err);

/* As report_write, with a writer of its own and whatever the file holds: language, time zone and file are settled here for every document. */
MUST_USE enum rc report_file(sqlite3 *db, report_writer write, const struct report_options *options,
                             const char *path, struct err *err);
/* The same into an open stream, as report_stream. */
MUST_USE enum rc report_to(sqlite3 *db, report_writer write, const struct report_options *options,
                           FILE *to, struct err *err);

#endif
