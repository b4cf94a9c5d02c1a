/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a fixed width: East Asian wide characters take two columns. */
#ifndef REPORT_OUTPUT_COLUMNS_H
#define REPORT_OUTPUT_COLUMNS_H

#include "audit/base/arena.h"

/* A text (valid UTF-8) cut to most columns, its last character then being "…". Owned by the arena, NULL past its ceiling. */
MUST_USE const char *columns_cut(struct arena *a, const char *text, size_t most);

/* Bytes of the first line of text when it is broken to at most columns: behind a space or before a wide character, but never before a mark that ends a phrase; a word
 * that is longer is broken where it must. Spaces before the next line are not counted. */
size_t columns_line(const char *text, size_t most);

#endif
