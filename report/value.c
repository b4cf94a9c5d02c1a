/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/value.h"

#include <string.h>

/* Columns that say where a value was read. host.origin is another thing: why the host is in scope. */
static bool names_origin(const char *view, const char *column)
{
    return strcmp(column, "setting_origin") == 0 || strcmp(column, "policy_origin") == 0 ||
           (strcmp(column, "origin") == 0 && strcmp(view, "host") != 0);
}

static bool names_scope(const char *view, const char *column)
{
    return strcmp(column, "origin") == 0 && strcmp(view, "host") == 0;
}

const char *value_label(struct arena *a, struct labels *labels, const struct assets *s,
                        const char *view, const char *column)
{
    const char *word = NULL;
    if (names_origin(view, column)) {
        word = assets_message(s, "value.origin", labels->lang);
    } else if (names_scope(view, column)) {
        word = assets_message(s, "value.scope", labels->lang);
    }
    return word ? word : labels_get(labels, a, view, column);
}

const char *value_text(struct arena *a, const struct assets *s, const char *view,
                       const char *column, const json_t *value, enum text_lang lang)
{
    const char *word = NULL;
    if (json_is_string(value) && names_origin(view, column)) {
        word = assets_message2(s, "value.origin.", json_string_value(value), lang);
    } else if (json_is_string(value) && names_scope(view, column)) {
        word = assets_message2(s, "origin.", json_string_value(value), lang);
    }
    return word ? word : text_value(a, column, value, lang);
}
