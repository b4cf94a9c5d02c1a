/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents for other tools: one format a file of this folder. Each writes into o without opening or committing it, reads the evidence file only, and
 * takes memory that does not grow with the number of results. Fields of the formats: report/output/README.md. */
#ifndef REPORT_OUTPUT_OUTPUT_H
#define REPORT_OUTPUT_OUTPUT_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "report/out.h"

struct report_options;

/* checks.csv: a record a check with its counts; RFC 4180 as report/csv.h. */
MUST_USE enum rc output_checks_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                                   struct err *err);

/* findings.jsonl: a JSON object a line (finding.schema.json), one a verdict that needs a person. */
MUST_USE enum rc output_jsonl(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);

/* The lines of one site of a group, with `site` as a member of each (given up; NULL: none). */
MUST_USE enum rc output_jsonl_site(sqlite3 *db, json_t *site, struct out *o, struct err *err);

/* findings.ocsf.jsonl: an event a line, class Compliance Finding (2003) of the Open Cybersecurity Schema Framework 1.5.0 (schema.ocsf.io). What is
 * unknown has the compliance status Warning, never Pass. */
MUST_USE enum rc output_ocsf(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

/* junit.xml: a test suite a theme, a test case a check; valid by the schemas of Apache Ant and Jenkins alike (tests/unit/report/junit.xsd). */
MUST_USE enum rc output_junit(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);

/* Parts of documents of a group: those of one site, which is named in each (checks.csv: first column; OCSF: unmapped.site, given up; JUnit: name of the suite and
 * property, *suites counts those that were written). A NULL site: none. The caller writes head and foot of the JUnit document. */
MUST_USE enum rc output_checks_csv_site(sqlite3 *db, const struct report_options *options,
                                        const char *site, bool with_header, struct out *o,
                                        struct err *err);
MUST_USE enum rc output_ocsf_site(sqlite3 *db, const struct report_options *options, json_t *site,
                                  struct out *o, struct err *err);
MUST_USE enum rc output_junit_site(sqlite3 *db, const struct report_options *options,
                                   const char *site, int64_t *suites, struct out *o,
                                   struct err *err);
#define OUTPUT_JUNIT_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
#define OUTPUT_JUNIT_FOOT "</testsuites>\n"

/* summary.md: a page for a ticket (CommonMark, GitHub's tables); summary.txt: about 25 lines of 80 columns, without colours. */
MUST_USE enum rc output_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                                 struct err *err);
MUST_USE enum rc output_summary(sqlite3 *db, const struct report_options *options, struct out *o,
                                struct err *err);

/* The lines of summary.txt; with_colours: severities and grades stand in ANSI colours, too. Of the options lang and assets count. */
MUST_USE enum rc output_summary_lines(sqlite3 *db, const struct report_options *options,
                                      bool with_colours, struct out *o, struct err *err);

#endif
