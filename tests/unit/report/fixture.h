/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evaluated hospital of tests/golden/report/fixture.sql, and documents made from it. */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

#include "audit/evidence/store.h"
#include "report/report.h"

/* An evidence file in memory with the fixture in it; NULL with a message on standard error. Free with store_close. */
struct store *fixture_open(void);

/* Adds the reset plan of tests/golden/report/fixture_plan.sql: an incident, and every state. */
bool fixture_plan(struct store *s);

/* Adds second factors, exports, names of the site file and a questionnaire (tests/golden/report/fixture_mfa.sql): every state. */
bool fixture_mfa(struct store *s);
/* Adds what the charts draw (tests/golden/report/fixture_chart.sql). It replaces the accounts: the sections on them tell less afterwards. */
bool fixture_chart(struct store *s);
/* Adds the frameworks of tests/golden/report/fixture_framework.sql: an item of every verdict. */
bool fixture_frameworks(struct store *s);

/* Adds grades, measures and risks (tests/golden/report/fixture_grade.sql): every kind of letter, hostile titles. */
bool fixture_grades(struct store *s);

/* Runs SQL on it; false with a message. */
bool fixture_exec(struct store *s, const char *sql);

/* Writes a document to path and reads it back, a page without our own script (report.js); NULL with a message. free() it. */
char *fixture_document(struct store *s, enum report_format format,
                       const struct report_options *options, const char *path);

/* The path of a document in the one folder of this run, until the next call; the folder; removes it. */
const char *fixture_path(const char *name);
const char *fixture_folder(void);
bool fixture_remove(void);

#endif
