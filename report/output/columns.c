/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/columns.h"

#include <string.h>

#include "audit/base/utf.h"

/* Bytes of the character at text, and its columns. */
static size_t next(const char *text, size_t *ret_columns)
{
    char one[8] = "";
    uint32_t cp = 0;
    size_t n = utf8_next(text, strlen(text), &cp);
    n = n ? n : 1;
    memcpy(one, text, n);
    *ret_columns = utf8_columns(one);
    return n;
}

const char *columns_cut(struct arena *a, const char *text, size_t most)
{
    if (utf8_columns(text) <= most) {
        return arena_strdup(a, text);
    }
    size_t bytes = 0, used = 0, wide = 0;
    for (size_t n = next(text, &wide); used + wide + 1 <= most; n = next(text + bytes, &wide)) {
        bytes += n;
        used += wide;
    }
    return arena_printf(a, "%.*s…", (int)bytes, text);
}

/* Marks that Japanese never begins a line with. */
static bool ends_phrase(const char *text)
{
    static const char *const marks[] = { "、", "。", "）", "」", "』", "，", "．", "：", "！",
                                         "？", "ー", "・", "々", "ッ", "ャ", "ュ", "ョ", "ァ" };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (strncmp(text, marks[i], strlen(marks[i])) == 0) {
            return true;
        }
    }
    return false;
}

size_t columns_line(const char *text, size_t most)
{
    size_t at = 0, used = 0, good = 0;
    bool was_wide = false;
    while (text[at]) {
        size_t wide = 0;
        size_t n = next(text + at, &wide);
        bool can_break = at > 0 && ((text[at - 1] == ' ' && text[at] != ' ') ||
                                    ((wide == 2 || was_wide) && !ends_phrase(text + at)));
        good = can_break ? at : good;
        if (used + wide > most && text[at] != ' ') {
            return good > 0 ? good : (at > 0 ? at : n);
        }
        used += wide;
        at += n;
        was_wide = wide == 2;
    }
    return at;
}
