/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 and UTF-16 at the border, and the one place that makes foreign text safe to look at. */
#ifndef BASE_UTF_H
#define BASE_UTF_H

#include <stdint.h>

#include "audit/base/arena.h"
#include "audit/base/wr.h"

/* True for valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF) without NUL. */
bool utf8_valid(const char *s, size_t n);

/* Copy with every invalid byte replaced by U+FFFD and NUL by U+2400; sets *ret_changed. NULL past the ceiling. */
MUST_USE char *utf8_repair(struct arena *a, const void *s, size_t n, bool *ret_changed);

/* UTF-16LE of n bytes to UTF-8; lone surrogates become U+FFFD; an odd byte is ignored and reported. */
MUST_USE char *utf16le_to_utf8(struct arena *a, const void *s, size_t n, bool *ret_changed);

/* Appends s for a person to read: control characters, bidirectional overrides and isolates, zero-width
 * and other invisible format characters become visible as "\u{202e}"; backslash stays. Cuts after
 * max_chars code points with "…" (0: no cut). s must be valid UTF-8. */
void utf8_display(struct wr *out, const char *s, size_t max_chars);

/* True when utf8_display would show s as it is; line feeds and tabs count as visible. s must be valid UTF-8. */
bool utf8_is_visible(const char *s, size_t n);

/* Columns that s takes on a terminal (East Asian wide characters take two). */
size_t utf8_columns(const char *s);

/* Bytes of the longest beginning of s (n bytes of valid UTF-8) that holds whole characters in at most most bytes. */
size_t utf8_fit(const char *s, size_t n, size_t most);

/* Decodes one code point; returns its length in bytes, 0 at an invalid one. */
size_t utf8_next(const char *s, size_t n, uint32_t *ret_cp);

#endif
