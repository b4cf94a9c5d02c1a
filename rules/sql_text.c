/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/sql_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void refuse(struct sql_token *t, const char *why)
{
    t->kind = SQL_REFUSED;
    t->why = why;
}

static const char *read_quoted(const char *s, struct sql_token *t)
{
    char quote = *s;
    const char *p = s + 1;
    while (*p && (*p != quote || p[1] == quote)) {
        p += *p == quote ? 2 : 1;
    }
    t->kind = quote == '"' ? SQL_QUOTED : SQL_STRING;
    t->p = quote == '"' ? s + 1 : s;
    t->n = quote == '"' ? (size_t)(p - s - 1) : (size_t)(p - s + 1);
    if (!*p) {
        refuse(t, quote == '"' ? "a column name in \"…\" is not closed"
                               : "a text in '…' is not closed");
        return p;
    }
    return p + 1;
}

static const char *read_number(const char *s)
{
    while (isalnum((unsigned char)*s) || *s == '.') {
        bool exponent = (*s == 'e' || *s == 'E') && (s[1] == '-' || s[1] == '+');
        s += exponent ? 2 : 1;
    }
    return s;
}

static const char *read_sign(const char *s, struct sql_token *t)
{
    if ((s[0] == '-' && s[1] == '-') || (s[0] == '/' && s[1] == '*')) {
        refuse(t, "comments of SQL are not allowed in a condition; use a comment of YAML (#)");
    } else if (*s == ';') {
        refuse(t, "';' is not allowed: a condition is one expression");
    } else if (strchr("?@$#`[]{}\\", *s)) {
        refuse(
            t,
            "this character has no place in a condition; columns are words or \"…\", parameters are :name");
    }
    return s + 1;
}

bool sql_next(const char **p, struct sql_token *ret)
{
    const char *s = *p + strspn(*p, " \t\r\n");
    memset(ret, 0, sizeof(*ret));
    if (!*s) {
        *p = s;
        return false;
    }
    ret->begin = ret->p = s;
    if (*s == '"' || *s == '\'') {
        s = read_quoted(s, ret);
    } else if (is_word_start(*s)) {
        ret->kind = SQL_WORD;
        while (is_word(*s)) {
            s++;
        }
    } else if (isdigit((unsigned char)*s)) {
        ret->kind = SQL_NUMBER;
        s = read_number(s);
    } else if (*s == ':' && is_word_start(s[1])) {
        ret->kind = SQL_PARAMETER;
        ret->p = ++s;
        while (is_word(*s)) {
            s++;
        }
    } else {
        ret->kind = SQL_SIGN;
        s = read_sign(s, ret);
    }
    ret->end = s;
    if (ret->n == 0 && ret->kind != SQL_QUOTED) {
        ret->n = (size_t)(s - ret->p);
    }
    *p = s;
    return true;
}

bool sql_token_is(const struct sql_token *t, const char *word)
{
    return t->kind == SQL_WORD && t->n == strlen(word) && strncasecmp(t->p, word, t->n) == 0;
}

const char *sql_refuse(const char *text, size_t *ret_offset)
{
    struct sql_token t;
    const char *p = text;
    size_t depth = 0, tokens = 0;
    *ret_offset = 0;
    while (sql_next(&p, &t)) {
        *ret_offset = (size_t)(t.begin - text);
        if (t.kind == SQL_REFUSED) {
            return t.why;
        }
        if (t.kind == SQL_SIGN && *t.p == '(') {
            depth++;
        } else if (t.kind == SQL_SIGN && *t.p == ')') {
            if (depth == 0) {
                return "this ')' closes nothing";
            }
            depth--;
        } else if (t.kind == SQL_SIGN && *t.p == ',' && depth == 0) {
            return "',' outside brackets: a condition is one expression";
        }
        if (++tokens > 2000) {
            return "the condition is too long; move part of it into a view";
        }
    }
    if (depth > 0) {
        return "a '(' is not closed";
    }
    return tokens > 0 ? NULL : "the condition is empty";
}

static void put_literal(struct wr *w, const struct parameter *p)
{
    if (p->type == PARAMETER_TEXT) {
        put_sql_text(w, p->text);
    } else if (p->number == INT64_MIN) {
        wr_text(w, "(-9223372036854775807 - 1)");
    } else if (p->number < 0) {
        wr_printf(w, "(%" PRId64 ")", p->number);
    } else {
        wr_printf(w, "%" PRId64, p->number);
    }
}

const char *sql_with_parameters(struct arena *a, const char *text, struct check *c)
{
    struct wr w AUTO(wr_done);
    struct sql_token t;
    const char *p = text, *from = text;
    wr_init(&w, 1U << 20);
    while (sql_next(&p, &t)) {
        const struct parameter *parameter =
            t.kind == SQL_PARAMETER ? parameter_find(c, t.p, t.n) : NULL;
        if (parameter) {
            wr_bytes(&w, from, (size_t)(t.begin - from));
            put_literal(&w, parameter);
            from = t.end;
        }
    }
    wr_text(&w, from);
    return put_take(a, &w);
}

bool sql_has_word(const char *text, const char *word)
{
    struct sql_token t;
    while (sql_next(&text, &t)) {
        if (sql_token_is(&t, word)) {
            return true;
        }
    }
    return false;
}

struct place {
    const char *p, *end;
    unsigned line, column;
};

static void step(struct place *at)
{
    if (*at->p == '\n') {
        at->line++;
        at->column = 1;
    } else if (((unsigned char)*at->p & 0xc0) != 0x80) {
        at->column++;
    }
    at->p++;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* To the first byte of the node's text: behind a quote, or below the head of a block. False where escapes could differ. */
static bool enter_value(struct place *at, char *ret_quote)
{
    *ret_quote = '\0';
    if (at->p < at->end && (*at->p == '|' || *at->p == '>')) {
        while (at->p < at->end && *at->p != '\n') {
            step(at);
        }
    } else if (at->p < at->end && (*at->p == '\'' || *at->p == '"')) {
        *ret_quote = *at->p;
        step(at);
    }
    return at->p < at->end;
}

void sql_position(const struct rules_file *file, const struct yaml_node *node, size_t offset,
                  unsigned *ret_line, unsigned *ret_column)
{
    struct place at = { file->bytes, file->bytes + file->size, 1, 1 };
    *ret_line = node->line;
    *ret_column = node->column;
    while (at.p < at.end &&
           (at.line < node->line || (at.line == node->line && at.column < node->column))) {
        step(&at);
    }
    char quote = '\0';
    if (!enter_value(&at, &quote)) {
        return;
    }
    /* Folding changes only white space, so the n-th visible byte of the text is the n-th visible byte of the source. */
    const char *t = node->text;
    for (;;) {
        while (is_space(*t) && (size_t)(t - node->text) < offset) {
            t++;
        }
        while (at.p < at.end && is_space(*at.p)) {
            step(&at);
        }
        if (at.p >= at.end || !*t || *at.p != *t) {
            break;
        }
        if ((size_t)(t - node->text) >= offset) {
            break;
        }
        if (quote == '\'' && *at.p == '\'') {
            step(&at);
        }
        step(&at);
        t++;
    }
    if ((size_t)(t - node->text) == offset || !*t) {
        *ret_line = at.line;
        *ret_column = at.column;
    }
}
