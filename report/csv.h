/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comma separated values (RFC 4180) that a spreadsheet may open: no cell is a formula, no cell breaks its line. */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <sqlite3.h>
#include <stdbool.h>

#include "audit/base/arena.h"
#include "report/out.h"

struct report_options;

/* One record, ended by CR LF. Each cell is made safe (text_safe) and cut after 4,000 code points (a spreadsheet's cell
 * holds 32,767 units); one that starts with = + - @ (also full width), tab or CR gets a ' before it. NULL is an empty
 * cell. Allocates from a. */
MUST_USE enum rc csv_record(struct out *o, struct arena *a, const char *const *cells, size_t count,
                            struct err *err);

/* The documents, without opening or committing o. */
MUST_USE enum rc csv_findings(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);
/* The records of one site with its name as the first cell of each, and the header only where it is asked for: for a file with several. */
MUST_USE enum rc csv_site_findings(sqlite3 *db, const struct report_options *options,
                                   const char *site, bool with_header, struct out *o,
                                   struct err *err);
/* Needs a file that was derived. Writes 2 million rows in bounded memory. */
MUST_USE enum rc csv_timeline(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);

#endif
