/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.json, schema "kagimori.results/1" (report/results.schema.json). */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <sqlite3.h>

#include "report/json_writer.h"

struct report_options;

/* Writes the document row by row: memory does not grow with the number of results. Foreign text is as the target sent
 * it (JSON escapes what must be), with invalid UTF-8 replaced. */
MUST_USE enum rc json_results(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);

/* The members "mfa" (null when the evidence has neither an account nor an export) and "questionnaire" (null without a question). */
MUST_USE enum rc json_mfa(struct writer *w, sqlite3 *db);
MUST_USE enum rc json_questionnaire(struct writer *w, sqlite3 *db);

/* The member "management": grades, measures and risks; null when nothing was graded. */
MUST_USE enum rc json_management(struct writer *w, sqlite3 *db);

/* The member "reset" of the object that is open: the plan of the evidence file, null when it holds none. */
MUST_USE enum rc json_reset(struct writer *w, sqlite3 *db);

/* The member "frameworks": what each item of a framework comes to. */
MUST_USE enum rc json_frameworks(struct writer *w, sqlite3 *db);

#endif
