/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What copies of evidence files and of group files are made with. Private to the folder. */
#ifndef REPORT_REDACT_PARTS_H
#define REPORT_REDACT_PARTS_H

#include <sqlite3.h>

#include "report/redact/columns.h"

/* True for a name of a table or column that can be quoted without a thought. */
bool parts_is_name(const char *s);

/* Teaches r the names of an evidence file. Its views are not asked. */
MUST_USE enum rc parts_learn(sqlite3 *from, struct redactor *r, struct err *err);

/* A value by the rule of its column; the caller frees it. NULL when memory is short. */
char *parts_cell(struct redactor *r, const struct column_rule *rule, const char *s, size_t n);

/* The rule of a value of audit_info, by its name. */
enum redact_rule parts_info_rule(const char *name);

/* The rule of a column of an evidence file, or of a group file, whose tables site_T are those of evidence. */
const struct column_rule *parts_rule(bool is_group, const char *table, const char *column);

/* Teaches r the names that a group file keeps of one site. */
MUST_USE enum rc parts_learn_site(sqlite3 *group, int64_t site, struct redactor *r,
                                  struct err *err);

/* The name of a site as merge writes it: of its organisation, of its file, or "organisation (file)". Each part has the pseudonym that it has by itself.
 * The caller frees it; NULL when memory is short. */
char *parts_site_name(struct redactor *r, const char *name, const char *file);

#endif
