/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/script.h"

#include <string.h>

#include "audit/base/macros.h"
#include "audit/decode/format/script_commands.h"
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

enum encoding {
    BYTES,
    WIDE_LITTLE,
    WIDE_BIG
};

struct reading {
    const uint8_t *p, *end;
    enum encoding how;
    char line[SCRIPT_LINE_MAX];
    size_t n;
    bool has_nul;
    struct script_finding *found;
};

static enum encoding encoding_of(const uint8_t **p, size_t *n)
{
    enum encoding how = BYTES;
    if (*n >= 2 && (((*p)[0] == 0xff && (*p)[1] == 0xfe) || ((*p)[0] == 0xfe && (*p)[1] == 0xff))) {
        how = (*p)[0] == 0xff ? WIDE_LITTLE : WIDE_BIG;
        *p += 2;
        *n -= 2;
    } else if (*n >= 3 && memcmp(*p, "\xef\xbb\xbf", 3) == 0) {
        *p += 3;
        *n -= 3;
    } else if (*n >= 4 && (*p)[1] == 0 && (*p)[0] != 0 && (*p)[3] == 0) {
        how = WIDE_LITTLE;
    } else if (*n >= 4 && (*p)[0] == 0 && (*p)[1] != 0 && (*p)[2] == 0) {
        how = WIDE_BIG;
    }
    return how;
}

/* The next unit as bytes of UTF-8 (or as it is): how many, 0 at the end. A surrogate becomes a question mark. */
static size_t next(struct reading *r, char ret[4])
{
    if (r->how == BYTES) {
        if (r->p == r->end) {
            return 0;
        }
        ret[0] = (char)*r->p++;
        return 1;
    }
    if (r->end - r->p < 2) {
        return 0;
    }
    unsigned u = r->how == WIDE_LITTLE ? (unsigned)(r->p[0] | r->p[1] << 8)
                                       : (unsigned)(r->p[0] << 8 | r->p[1]);
    r->p += 2;
    if (u < 0x80 || (u >= 0xd800 && u <= 0xdfff)) {
        ret[0] = u < 0x80 ? (char)u : '?';
        return 1;
    }
    if (u < 0x800) {
        ret[0] = (char)(0xc0 | u >> 6);
        ret[1] = (char)(0x80 | (u & 0x3f));
        return 2;
    }
    ret[0] = (char)(0xe0 | u >> 12);
    ret[1] = (char)(0x80 | (u >> 6 & 0x3f));
    ret[2] = (char)(0x80 | (u & 0x3f));
    return 3;
}

static bool judge(struct reading *r)
{
    const char *word = r->n > 0 ? script_line(r->line, r->n) : NULL;
    if (word && !r->found->word) {
        r->found->word = word;
    }
    return word != NULL;
}

/* True when the line goes on in the next one: "^" of a batch file, "`" of PowerShell, " _" of VBScript. */
static bool goes_on(struct reading *r)
{
    size_t n = r->n;
    while (n > 0 && (r->line[n - 1] == '\r' || r->line[n - 1] == ' ')) {
        n--;
    }
    if (n == 0 || r->n + 256 > sizeof(r->line) ||
        !(r->line[n - 1] == '^' || r->line[n - 1] == '`' ||
          (n >= 2 && r->line[n - 1] == '_' && r->line[n - 2] == ' '))) {
        return false;
    }
    r->line[n - 1] = ' ';
    r->n = n;
    return true;
}

#define OVERLAP 512U /* of a line that is longer than what is looked at at once */

static void read_lines(struct reading *r)
{
    char unit[4];
    size_t n = 0;
    bool is_hit = false;
    while ((n = next(r, unit)) > 0) {
        r->has_nul = r->has_nul || unit[0] == '\0';
        if (unit[0] == '\n' && goes_on(r)) {
            continue;
        }
        if (unit[0] == '\n') {
            is_hit = judge(r) || is_hit;
            r->found->lines += is_hit;
            is_hit = false;
            r->n = 0;
            continue;
        }
        if (r->n + n > sizeof(r->line)) {
            is_hit = judge(r) || is_hit;
            memmove(r->line, r->line + r->n - OVERLAP, OVERLAP);
            r->n = OVERLAP;
        }
        memcpy(r->line + r->n, unit, n);
        r->n += n;
    }
    is_hit = judge(r) || is_hit;
    r->found->lines += is_hit;
}

void script_look(const uint8_t *data, size_t n, struct script_finding *ret)
{
    struct reading r = { .found = ret };
    *ret =
        (struct script_finding){ .state = n > SCRIPT_LOOKED_AT ? SCRIPT_TOO_LARGE : SCRIPT_READ };
    n = n < SCRIPT_LOOKED_AT ? n : SCRIPT_LOOKED_AT;
    r.how = encoding_of(&data, &n);
    r.p = data;
    r.end = data + n;
    read_lines(&r);
    bool is_encoded = n >= 4 && memcmp(data, "#@~^", 4) == 0;
    if (ret->state == SCRIPT_READ && (r.has_nul || is_encoded)) {
        ret->state = SCRIPT_UNREADABLE;
    }
}
