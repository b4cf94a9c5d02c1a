/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the events of one check have in common (OCSF 1.5.0): built once, shared by its events. */
#ifndef REPORT_OUTPUT_OCSF_CHECK_H
#define REPORT_OUTPUT_OCSF_CHECK_H

#include <jansson.h>

#include "report/json_writer.h"
#include "report/text.h"

#define OCSF_VERSION "1.5.0"

struct ocsf_check {
    int64_t check_no; /* whose values these are; 0 = nobody's */
    enum text_lang lang;
    sqlite3_stmt *about, *frameworks;
    int severity_id;
    json_t *title, *why, *remediation, *analytic, *attacks, *standards, *requirements;
};

MUST_USE enum rc ocsf_check_open(struct ocsf_check *c, sqlite3 *db, enum text_lang lang,
                                 struct err *err);
void ocsf_check_done(struct ocsf_check *c); /* for AUTO() */

/* Makes c that of the row's check (finding_rows.h). */
MUST_USE enum rc ocsf_check_read(struct ocsf_check *c, sqlite3_stmt *row, struct err *err);

/* severity_id of a finding: the check's; 0 (Unknown) where nobody knows whether it is one. */
int ocsf_severity(const struct ocsf_check *c, const char *verdict);
const char *ocsf_severity_name(int severity_id);

/* Caption of the compliance status: Fail, Warning. */
const char *ocsf_status_name(const char *verdict);

/* The object "compliance" of the row: unknown and error are Warning ("no result for want of information"). NULL where memory is short. */
json_t *ocsf_compliance(const struct ocsf_check *c, sqlite3_stmt *row);

#endif
