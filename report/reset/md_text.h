/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text in Markdown (CommonMark and GitHub's): shown as it is, whatever marks it holds. */
#ifndef REPORT_RESET_MD_TEXT_H
#define REPORT_RESET_MD_TEXT_H

#include "report/out.h"
#include "report/text.h"

/* Text inside of a line: made safe (text_safe, at most most code points, 0 = all), and every mark of Markdown or HTML escaped, also what would become a link by
 * itself. Spaces before it are left out. Allocates from a. */
MUST_USE enum rc md_text(struct out *o, struct arena *a, const char *text, size_t most,
                         struct err *err);

/* Text as code in a line: its fence is longer than any run of backquotes in it. */
MUST_USE enum rc md_code(struct out *o, struct arena *a, const char *text, struct err *err);

/* Lines as a fenced block, each after indent; word names the language (own text). */
MUST_USE enum rc md_fence(struct out *o, struct arena *a, const char *indent, const char *word,
                          const char *text, struct err *err);

#endif
