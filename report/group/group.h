/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of a group file (audit/evidence/group.h): several sites side by side. Findings of two sites are never joined, also where names are equal. */
#ifndef REPORT_GROUP_GROUP_H
#define REPORT_GROUP_GROUP_H

#include <sqlite3.h>

#include "audit/base/arena.h"
#include "report/out.h"
#include "report/query.h"

struct report_options;

/* Writers for report_file; db is of group_open_reader. The page: a comparison, then a page a site. */
MUST_USE enum rc group_html(sqlite3 *db, const struct report_options *options, struct out *o,
                            struct err *err);
/* findings.csv as of one site (report/README.md), with the name of the site as the first column. */
MUST_USE enum rc group_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                           struct err *err);
/* results.json, "kagimori.group/1"; findings.jsonl as of one site (report/output/finding.schema.json), each line with its `site`. */
MUST_USE enum rc group_json(sqlite3 *db, const struct report_options *options, struct out *o,
                            struct err *err);
MUST_USE enum rc group_jsonl(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

/* checks.csv as of one site, with the site as the first column; events of OCSF (unmapped.site); a test suite a site and theme. */
MUST_USE enum rc group_checks_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                                  struct err *err);
MUST_USE enum rc group_ocsf(sqlite3 *db, const struct report_options *options, struct out *o,
                            struct err *err);
MUST_USE enum rc group_junit(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);

/* summary.txt: a line a site and what moved, in 80 columns; summary.md: the same as tables, for a ticket. */
MUST_USE enum rc group_summary(sqlite3 *db, const struct report_options *options, struct out *o,
                               struct err *err);
MUST_USE enum rc group_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                                struct err *err);
/* What moved since the earlier group file (progress_compare), for a terminal; of each kind and site 20, or all. */
MUST_USE enum rc group_moved(sqlite3 *db, const struct report_options *options, bool is_all,
                             struct out *o, struct err *err);

/* The site's name in a language, by a column `ja` that is 1 or 0; s is the table site. */
#define GROUP_NAME(JA) \
    "coalesce(CASE WHEN " JA " THEN s.name_ja ELSE s.name_en END, s.name_en, s.name_ja, s.file)"

/* The worst site first, whose letter is the worst and, of those, whose score; one that cannot be judged stands behind them. s is the table site, g its grade of all. */
#define GROUP_ORDER "g.grade IS NULL OR g.grade = '-', g.grade DESC, g.score, s.site"

/* Of a site (s.site): whether somebody may be inside already, as the report of the site begins with; the profile that it was judged by ("" = all checks). */
#define GROUP_INSIDE \
    "EXISTS (SELECT 1 FROM site_risk r WHERE r.site = s.site AND " QUERY_IS_INSIDE ")"
#define GROUP_PROFILE \
    "coalesce((SELECT max(i.value) FROM site_audit_info i WHERE i.site = s.site AND i.name = 'profile'), '')"

/* 1 of a redacted copy (report/redact), else 0. */
#define GROUP_REDACTED "SELECT EXISTS (SELECT 1 FROM site_audit_info WHERE name = 'redacted')"

#endif
