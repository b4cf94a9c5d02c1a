/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/script_line.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_mark(char c)
{
    return c != '\0' && strchr(",;(){}|&<>", c) != NULL;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* The end of what begins with a quote at i: behind the closing quote, or i when there is none. */
static size_t past_quote(const struct script_words *l, size_t i)
{
    const char *end = memchr(l->lower + i + 1, l->lower[i], l->n - i - 1);
    return end ? (size_t)(end - l->lower) + 1 : i;
}

/* Where a word that begins at i ends. A quote inside of a word goes to its other one: /rp:"two words". */
static size_t word_end(const struct script_words *l, size_t i)
{
    while (i < l->n && !is_blank(l->lower[i]) && !is_mark(l->lower[i])) {
        size_t end = l->lower[i] == '"' ? past_quote(l, i) : i;
        i = end > i ? end : i + 1;
    }
    return i;
}

void script_split(struct script_words *l, const char *line, size_t n)
{
    l->line = line;
    l->n = n < SCRIPT_LINE_MAX ? n : SCRIPT_LINE_MAX;
    l->count = 0;
    for (size_t i = 0; i < l->n; i++) {
        l->lower[i] = (char)(line[i] >= 'A' && line[i] <= 'Z' ? line[i] + 32 : line[i]);
    }
    for (size_t i = 0; i < l->n && l->count < SCRIPT_WORDS_MAX;) {
        if (is_blank(l->lower[i])) {
            i++;
            continue;
        }
        struct script_word *w = &l->w[l->count++];
        *w = (struct script_word){ .s = l->lower + i, .at = i };
        size_t quoted = is_quote(l->lower[i]) ? past_quote(l, i) : i;
        bool is_alone = quoted > i && (quoted == l->n || is_blank(l->lower[quoted]) ||
                                       is_mark(l->lower[quoted]) || l->lower[quoted] == '=');
        if (is_alone) {
            w->s++;
            w->n = quoted - i - 2;
            w->is_quoted = true;
            i = quoted;
        } else if (is_mark(l->lower[i])) {
            w->is_mark = true;
            w->n = 1;
            i++;
        } else {
            size_t end = word_end(l, i);
            w->n = end > i ? end - i : 1;
            i += w->n;
        }
    }
}

static void strip_quotes(const char **s, size_t *n)
{
    if (*n > 0 && is_quote(**s)) {
        ++*s;
        --*n;
        *n -= *n > 0 && is_quote((*s)[*n - 1]);
    }
}

bool script_is_literal_text(const char *s, size_t n)
{
    bool is_one_symbol = true;
    strip_quotes(&s, &n);
    for (size_t i = 0; i < n; i++) {
        is_one_symbol = is_one_symbol && s[i] == s[0];
    }
    if (n == 0 || strchr("%!$<[({*@&|>", s[0]) ||
        (is_one_symbol && (s[0] == 'x' || s[0] == '.' || s[0] == '?' || s[0] == '-' ||
                           s[0] == '_' || s[0] == '='))) {
        return false;
    }
    return true;
}

bool script_is_literal(const struct script_word *w)
{
    if (w->is_mark || (!w->is_quoted && w->n > 0 && (w->s[0] == '-' || w->s[0] == '/'))) {
        return false;
    }
    return script_is_literal_text(w->s, w->n);
}

bool script_word_is(const struct script_word *w, const char *text)
{
    return w->n == strlen(text) && memcmp(w->s, text, w->n) == 0;
}

bool script_is_program(const struct script_word *w, const char *name)
{
    const char *s = w->s;
    size_t n = w->n, size = strlen(name);
    strip_quotes(&s, &n);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' || s[i] == '/' || s[i] == '@' || s[i] == '`' || s[i] == '"') {
            s += i + 1;
            n -= i + 1;
            i = (size_t)-1;
        }
    }
    if (n >= 4 && (memcmp(s + n - 4, ".exe", 4) == 0 || memcmp(s + n - 4, ".com", 4) == 0)) {
        n -= 4;
    }
    return n == size && memcmp(s, name, size) == 0;
}

const struct script_word *script_word_at(const struct script_words *l, size_t i)
{
    static const struct script_word none = { .s = "", .is_mark = true };
    return i < l->count ? &l->w[i] : &none;
}

bool script_ends_command(const struct script_word *w)
{
    return w->is_mark && (w->n == 0 || strchr("|&<>);", w->s[0]) != NULL);
}
