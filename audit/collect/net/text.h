/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of a peer made fit for a TEXT column: valid UTF-8, no control characters, no space at either end, cut on the border of a
 * character. What else may mislead an eye (direction marks, lookalikes) stays, and is made visible where it is shown. */
#ifndef COLLECT_NET_TEXT_H
#define COLLECT_NET_TEXT_H

#include "audit/base/macros.h"

#define TEXT_MAX 256 /* room for a name, with NUL */

/* Copies n bytes that should be UTF-8 to out (size bytes of room with the NUL, at least 4); bytes that are not become U+FFFD.
 * Returns the length. */
size_t text_clean(char *out, size_t size, const void *bytes, size_t n);

/* The same from UTF-16LE; lone surrogates become U+FFFD. Empty when memory is short. */
size_t text_clean_utf16(char *out, size_t size, const void *bytes, size_t n);

/* NULL for an empty text, for columns where empty says nothing. */
const char *text_or_null(const char *text);

#endif
