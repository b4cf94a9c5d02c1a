/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of comma separated fields, as security templates and audit.csv have them: quotes keep commas, a quote inside quotes is
 * doubled, blanks around a field do not belong to it. */
#ifndef DECODE_FORMAT_FIELDS_H
#define DECODE_FORMAT_FIELDS_H

#include "audit/base/arena.h"

#define FIELDS_MAX 32768U

struct field {
    const char *text; /* without its quotes; owned by the arena */
    bool is_quoted;
};

/* Splits s[0..n), which must be UTF-8 without NUL. NULL when memory is short or there are more than FIELDS_MAX. At least one. */
MUST_USE struct field *fields_split(struct arena *a, const char *s, size_t n, size_t *ret_count);

/* Offset of the first of the two characters outside of quotes, or n. Both may be the same. */
size_t fields_find(const char *s, size_t n, char c, char other);

#endif
