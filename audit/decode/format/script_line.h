/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a script as words. Nobody but script*.c includes this. */
#ifndef DECODE_FORMAT_SCRIPT_LINE_H
#define DECODE_FORMAT_SCRIPT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_LINE_MAX  8192U
#define SCRIPT_WORDS_MAX 1024U

struct script_word {
    const char *s; /* in lower case, without the quotes around; not NUL-terminated */
    size_t n;
    size_t at;      /* where it stands in the line */
    bool is_quoted; /* it stood in quotes as a whole */
    bool is_mark;   /* one of , ; ( ) { } | & < > alone */
};

struct script_words {
    char lower[SCRIPT_LINE_MAX]; /* the line in lower case (ASCII) */
    const char *line;            /* as it is */
    size_t n;
    struct script_word w[SCRIPT_WORDS_MAX];
    size_t count;
};

/* Splits at most SCRIPT_LINE_MAX bytes. */
void script_split(struct script_words *l, const char *line, size_t n);

/* True for a word that can be a password: a literal, no variable, placeholder, switch, prompt ("*") or mark. */
bool script_is_literal(const struct script_word *w);
bool script_is_literal_text(const char *s, size_t n);

bool script_word_is(const struct script_word *w, const char *text);

/* True for a program, with or without folder, extension and a leading @. */
bool script_is_program(const struct script_word *w, const char *name);

/* The word at i, or an empty mark past the end. */
const struct script_word *script_word_at(const struct script_words *l, size_t i);

/* True where a command ends: | & > and the like. */
bool script_ends_command(const struct script_word *w);

/* The words of the patterns of assignments and literals in text, and of function calls; NULL = none. */
const char *script_in_assignment(const struct script_words *l);
const char *script_in_call(const struct script_words *l);

#endif
