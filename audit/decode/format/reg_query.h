/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reg.exe query prints: the line of a key, its values with four blanks between name, type and data, the lines of its subkeys.
 * Documented by example only ("reg query" of Microsoft's command reference). Types are the same in every language of Windows, the
 * word for the default value is not. */
#ifndef DECODE_FORMAT_REG_QUERY_H
#define DECODE_FORMAT_REG_QUERY_H

#include "audit/decode/format/registry_value.h"

struct reg_query_sink {
    void *context;
    registry_value_fn value; /* action REG_SET, data as Windows keeps it; may be NULL */
    /* Every key that has a line: the one that was asked for when it has values, and its subkeys. May be NULL. */
    enum rc (*key)(void *context, const char *key, struct err *err);
};

/* Reads all of it; code_page as text_open, that of the console. A value whose name is in parentheses is the default value. A
 * line that could be read in two ways (a name or a text with a type's word between blanks) is not read. RC_MALFORMED with the
 * first line that breaks the form, after all others were handed on; anything else but RC_OK of a callback ends the reading.
 * A text with line feeds in it cannot be told from other lines: whoever may write such values may write the others. */
MUST_USE enum rc reg_query_read(const uint8_t *data, size_t n, unsigned code_page,
                                const struct reg_query_sink *sink, struct err *err);

#endif
