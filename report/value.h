/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence of a result for a person: what a column is called and what its value reads as, in the words of messages.xml where
 * the views speak in code words. results.json keeps those. */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H

#include "report/assets.h"
#include "report/text.h"

/* The label of a view's column as labels_get gives it; of a column that says where a value was read the catalogue's, which does
 * not list code words. Owned by the arena or by the assets; NULL past the arena's ceiling. */
MUST_USE const char *value_label(struct arena *a, struct labels *labels, const struct assets *s,
                                 const char *view, const char *column);

/* The value as text_value gives it; rpc, kit, cache, policy, host and missing in words where the column says where a value was
 * read, likewise code words of records, services and logon types (a number stays before its words), and times inside of "successes" in the
 * zone of the report. Owned likewise. */
MUST_USE const char *value_text(struct arena *a, const struct assets *s, const char *view,
                                const char *column, const json_t *value, enum text_lang lang);

#endif
