/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/references.h"

/* Appends "; framework item", or of a further item of the same framework ", item". */
static const char *add_item(struct arena *a, const char *all, const char *framework,
                            const json_t *item)
{
    const char *text = json_string_value(item);
    const char *number =
        json_is_integer(item) ? arena_printf(a, "%lld", (long long)json_integer_value(item)) : NULL;
    const char *one = text ? text : number;
    if (!one) {
        return all;
    }
    return framework ? arena_printf(a, "%s%s%s %s", all, all[0] ? "; " : "", framework, one)
                     : arena_printf(a, "%s, %s", all, one);
}

const char *references_text(struct arena *a, const struct assets *s, const char *refs,
                            enum text_lang lang)
{
    json_t *object = json_loads(refs, 0, NULL);
    const char *all = "", *key = NULL;
    json_t *value = NULL;
    json_object_foreach (object, key, value) {
        const char *word = assets_message2(s, "ref.", key, lang);
        const char *framework = word ? word : key;
        if (!json_is_array(value)) {
            all = all ? add_item(a, all, framework, value) : NULL;
            continue;
        }
        for (size_t i = 0; i < json_array_size(value) && all; i++) {
            all = add_item(a, all, i == 0 ? framework : NULL, json_array_get(value, i));
        }
    }
    json_decref(object);
    return all;
}
