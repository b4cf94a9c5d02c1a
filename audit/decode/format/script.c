/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/script.h"

#include <string.h>

#include "audit/base/macros.h"
#include "audit/decode/format/script_commands.h"
#include "audit/decode/format/text.h"
#include "audit/decode/hint.h"

static const char *look_at(struct script_words *l, const char *line, size_t n)
{
    script_split(l, line, n);
    const char *word = script_in_command(l);
    word = word ? word : script_in_call(l);
    return word ? word : script_in_assignment(l);
}

/* Free text: a comment, a message, or a line in which nothing looks like code, where what follows "password" is an expression. */
static bool is_text(const struct script_words *l)
{
    static const char *const begins[] = { "rem",        "@rem",   "::",          "#",
                                          "'",          "//",     "echo",        "@echo",
                                          "write-host", "msgbox", "wscript.echo" };
    const struct script_word *first = script_word_at(l, 0);
    bool has_variable = memchr(l->lower, '%', l->n) != NULL;
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        if (script_word_is(first, begins[i])) {
            return !has_variable;
        }
    }
    return !has_variable && !memchr(l->lower, '$', l->n) && !memchr(l->lower, '(', l->n);
}

const char *script_line(const char *line, size_t n)
{
    struct script_words whole, part;
    n = n < SCRIPT_LINE_MAX ? n : SCRIPT_LINE_MAX;
    const char *word = look_at(&whole, line, n);
    /* A command that another one is told to run: Run "net use …". */
    for (size_t i = 0; i < whole.count && !word; i++) {
        const struct script_word *w = &whole.w[i];
        if (w->is_quoted && w->n > 8 && memchr(w->s, ' ', w->n)) {
            script_split(&part, line + (w->s - whole.lower), w->n);
            word = script_in_command(&part);
        }
    }
    return word ? word : is_text(&whole) && hint_is_password(line, n) ? "hint" : NULL;
}

bool script_command(const char *program, const char *arguments)
{
    char line[SCRIPT_LINE_MAX];
    size_t n = program ? strlen(program) : 0, more = arguments ? strlen(arguments) : 0;
    if (n + more + 1 >= sizeof(line)) {
        return true;
    }
    memcpy(line, program ? program : "", n);
    line[n] = ' ';
    memcpy(line + n + 1, arguments ? arguments : "", more);
    return script_line(line, n + 1 + more) != NULL;
}

#define OVERLAP 512U /* of a line that is longer than what is looked at at once */

/* The first word of a line of any length; NULL = none. */
static const char *judge(const char *line, size_t n)
{
    const char *word = NULL;
    for (size_t at = 0; at < n && !word; at += SCRIPT_LINE_MAX - OVERLAP) {
        word = script_line(line + at, n - at);
    }
    return word;
}

/* True when the line goes on in the next one: "^" of a batch file, "`" of PowerShell, " _" of VBScript; the mark becomes a blank. */
static bool goes_on(struct wr *line)
{
    uint8_t *p = line->data;
    size_t n = line->size;
    while (n > 0 && p[n - 1] == ' ') {
        n--;
    }
    if (n == 0 ||
        !(p[n - 1] == '^' || p[n - 1] == '`' || (n >= 2 && p[n - 1] == '_' && p[n - 2] == ' '))) {
        return false;
    }
    p[n - 1] = ' ';
    line->size = n;
    return true;
}

static void finish(struct wr *line, struct script_finding *found)
{
    const char *word = judge((const char *)line->data, line->size);
    found->word = found->word ? found->word : word;
    found->lines += word != NULL;
    wr_clear(line);
}

/* False when some of it was no text. */
static bool read_lines(struct text *t, struct script_finding *found)
{
    struct wr line;
    struct err err;
    const char *s = NULL;
    size_t n = 0;
    enum rc rc;
    bool is_text = true;
    wr_init(&line, 4 * (size_t)SCRIPT_LOOKED_AT);
    while ((rc = text_next(t, &s, &n, &err)) == RC_OK) {
        is_text = is_text && !memmem(s, n, "\xe2\x90\x80", 3); /* a NUL */
        wr_bytes(&line, s, n);
        if (!goes_on(&line)) {
            finish(&line, found);
        }
    }
    bool is_whole = rc == RC_ABSENT && !line.bad;
    finish(&line, found);
    wr_done(&line);
    return is_text && is_whole;
}

void script_look(const uint8_t *data, size_t n, struct script_finding *ret)
{
    AUTO(text_close) struct text t;
    *ret =
        (struct script_finding){ .state = n > SCRIPT_LOOKED_AT ? SCRIPT_TOO_LARGE : SCRIPT_READ };
    n = n < SCRIPT_LOOKED_AT ? n : SCRIPT_LOOKED_AT;
    bool is_encoded = n >= 4 && memcmp(data, "#@~^", 4) == 0;
    text_open(&t, data, n, 0);
    if (!read_lines(&t, ret) || is_encoded) {
        ret->state = SCRIPT_UNREADABLE;
    }
}
