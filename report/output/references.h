/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REPORT_OUTPUT_REFERENCES_H
#define REPORT_OUTPUT_REFERENCES_H

#include "report/assets.h"

/* check_info.refs in a cell: "MITRE ATT&CK T1558.001; CIS Benchmark 2.3.1.1", frameworks in the words of the catalogue (ref.KEY) where it has them. ""
 * for what is no JSON object. Owned by the arena; NULL past its ceiling. */
MUST_USE const char *references_text(struct arena *a, const struct assets *s, const char *refs,
                                     enum text_lang lang);

#endif
