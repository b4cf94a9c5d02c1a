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

/* Columns of code words, and how their words are called in the catalogue. A list has several, joined by ", ". */
static const struct {
    const char *column, *prefix;
    bool is_list;
} codes[] = {
    { "record_state", "value.record.", false },   { "record_kind", "event.kind.", false },
    { "last_record_kind", "event.kind.", false }, { "oddity", "value.oddity.", false },
    { "source_kind", "value.source.", false },    { "logon_types", "value.logon.", true },
};

static const char *code_prefix(const char *column, bool *ret_list)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (strcmp(codes[i].column, column) == 0) {
            *ret_list = codes[i].is_list;
            return codes[i].prefix;
        }
    }
    return NULL;
}

/* One code in words; a number keeps its digits, as they are what one looks for in a log: "3 (network)". NULL when the catalogue has no such word. */
static const char *code_word(struct arena *a, const struct assets *s, const char *prefix,
                             const char *code, enum text_lang lang)
{
    const char *word = assets_message2(s, prefix, code, lang);
    bool is_number = code[0] >= '0' && code[0] <= '9';
    if (!word || !is_number) {
        return word;
    }
    return arena_printf(a, lang == TEXT_JA ? "%s（%s）" : "%s (%s)", code, word);
}

/* "2,10", each code in words; one that the catalogue lacks as it is. NULL past the arena's ceiling. */
static const char *code_list(struct arena *a, const struct assets *s, const char *prefix,
                             const char *text, enum text_lang lang)
{
    const char *all = "";
    for (const char *p = text; all && *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        const char *code = arena_strndup(a, p, n);
        const char *word = code ? code_word(a, s, prefix, code, lang) : NULL;
        word = word ? word : code ? text_safe(a, code, n, TEXT_SHOWN) : NULL;
        all = word ? arena_printf(a, "%s%s%s", all, all[0] ? ", " : "", word) : NULL;
        p += n;
    }
    return all;
}

/* Times inside of a longer text ("NAME -> HOST 2026-11-22T10:15:30Z") in the zone of the report. NULL past the arena's ceiling. */
static const char *with_times(struct arena *a, const char *text, enum text_lang lang)
{
    enum {
        ISO = 20 /* 2026-11-22T10:15:30Z */
    };

    const char *all = "";
    const char *rest = text;
    for (const char *p = strstr(text, "-"); p && all; p = strstr(p + 1, "-")) {
        const char *from = p - rest >= 4 ? p - 4 : NULL;
        char iso[ISO + 1];
        filetime t = 0;
        if (!from || strlen(from) < ISO) {
            continue;
        }
        memcpy(iso, from, ISO);
        iso[ISO] = '\0';
        if (!filetime_from_iso(iso, &t)) {
            continue;
        }
        const char *shown = text_time(a, t, lang);
        all = shown ? arena_printf(a, "%s%.*s%s", all, (int)(from - rest), rest, shown) : NULL;
        rest = from + ISO;
        p = rest - 1;
    }
    return all ? arena_printf(a, "%s%s", all, rest) : NULL;
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
    if (word || !json_is_string(value)) {
        return word ? word : text_value(a, column, value, lang);
    }
    bool is_list = false;
    const char *prefix = code_prefix(column, &is_list);
    const char *text = json_string_value(value);
    if (prefix) {
        word = is_list && text[0] ? code_list(a, s, prefix, text, lang)
                                  : code_word(a, s, prefix, text, lang);
    } else if (strcmp(column, "successes") == 0) {
        text = with_times(a, text, lang);
        word = text ? text_safe(a, text, strlen(text), TEXT_SHOWN) : NULL;
    }
    return word && word[0] ? word : text_value(a, column, value, lang);
}
