/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/fields.h"

#include <string.h>

#include "audit/decode/format/text.h"

size_t fields_find(const char *s, size_t n, char c, char other)
{
    bool is_quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && (s[i] == c || s[i] == other)) {
            return i;
        }
    }
    return n;
}

/* A field as it stands between commas. What follows a closing quote is kept: no part of a line is lost. */
static bool take(struct arena *a, const char *s, size_t n, struct field *ret)
{
    s = text_trim(s, &n);
    ret->is_quoted = n > 0 && s[0] == '"';
    if (!ret->is_quoted) {
        ret->text = arena_strndup(a, s, n);
        return ret->text != NULL;
    }
    char *out = arena_alloc(a, n + 1);
    bool is_inside = true;
    size_t o = 0;
    for (size_t i = 1; out && i < n; i++) {
        if (s[i] != '"') {
            out[o++] = s[i];
        } else if (is_inside && i + 1 < n && s[i + 1] == '"') {
            out[o++] = s[i++];
        } else {
            is_inside = !is_inside;
        }
    }
    ret->text = out;
    return out != NULL;
}

struct field *fields_split(struct arena *a, const char *s, size_t n, size_t *ret_count)
{
    size_t count = 1;
    for (size_t i = fields_find(s, n, ',', ','); i < n; count++) {
        i++;
        i += fields_find(s + i, n - i, ',', ',');
    }
    struct field *list = count > FIELDS_MAX ? NULL : arena_array(a, count, sizeof(*list));
    for (size_t k = 0, at = 0; list && k < count; k++) {
        size_t size = fields_find(s + at, n - at, ',', ',');
        if (!take(a, s + at, size, &list[k])) {
            return NULL;
        }
        at += size + 1;
    }
    *ret_count = count;
    return list;
}
