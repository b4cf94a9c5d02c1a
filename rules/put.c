/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON strings and SQL literals into a bounded writer, without an allocation a value; columns for a terminal. */
#include <string.h>

#include "audit/base/utf.h"
#include "rules/check.h"

static void put_escaped(struct wr *w, unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        wr_u8(w, '\\');
        wr_u8(w, c);
        break;
    case '\n':
        wr_text(w, "\\n");
        break;
    case '\t':
        wr_text(w, "\\t");
        break;
    default:
        wr_printf(w, "\\u%04x", c);
        break;
    }
}

void put_json_text(struct wr *w, const char *s, size_t n)
{
    wr_u8(w, '"');
    size_t from = 0, i = 0;
    while (i < n) {
        unsigned char c = (unsigned char)s[i];
        uint32_t cp = 0;
        size_t size = c < 0x80 ? 1 : utf8_next(s + i, n - i, &cp);
        if (size > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            i += size;
            continue;
        }
        wr_bytes(w, s + from, i - from);
        if (size == 0) {
            wr_text(w, "\xef\xbf\xbd");
        } else {
            put_escaped(w, c);
        }
        i++;
        from = i;
    }
    wr_bytes(w, s + from, n - from);
    wr_u8(w, '"');
}

void put_json_words(struct wr *w, const char *const *words, size_t count)
{
    wr_u8(w, '[');
    for (size_t i = 0; i < count; i++) {
        wr_text(w, i ? "," : "");
        put_json_text(w, words[i], strlen(words[i]));
    }
    wr_u8(w, ']');
}

void put_sql_text(struct wr *w, const char *s)
{
    wr_u8(w, '\'');
    for (; *s; s++) {
        if (*s == '\'') {
            wr_u8(w, '\'');
        }
        wr_u8(w, (uint8_t)*s);
    }
    wr_u8(w, '\'');
}

char *put_take(struct arena *a, struct wr *w)
{
    char *text = w->bad ? NULL : arena_strndup(a, w->data ? (const char *)w->data : "", w->size);
    wr_clear(w);
    return text;
}

void put_json_field(struct wr *w, const char *key, const char *text)
{
    wr_printf(w, ", \"%s\": ", key);
    if (text) {
        put_json_text(w, text, strlen(text));
    } else {
        wr_text(w, "null");
    }
}

const char *text2_in(const struct text2 *t, const char *lang)
{
    const char *text = strcmp(lang, "ja") == 0 ? t->ja : t->en;
    return text ? text : "";
}

void put_padded(FILE *out, const char *text, size_t width, size_t gap)
{
    size_t columns = utf8_columns(text);
    (void)fprintf(out, "%s%*s", text, (int)(columns < width ? width - columns : gap), "");
}
