/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two pages of the same report, in two languages, as one document. */
#ifndef REPORT_BOTH_H
#define REPORT_BOTH_H

#include <libxml/tree.h>

#include "audit/base/err.h"

/* Moves the element <div class="language"> of the page `second` behind that of the page `first`. Every id in it gets the prefix, and
 * every reference to one (IDREF attributes of HTML and ARIA, href="#…", url(#…)) follows; the id of the element itself stays, the
 * language switch names it. Both are made by report.xsl of a model with @both. RC_MALFORMED when a page lacks the element. */
MUST_USE enum rc both_join(xmlDoc *first, xmlDoc *second, const char *prefix, struct err *err);

#endif
