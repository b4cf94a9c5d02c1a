/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of an SQL expression as tokens: enough to see that it is one expression, to put parameters in and to know which
 * words it uses. The grammar itself is SQLite's business. Private to rules/. */
#ifndef RULES_SQL_TEXT_H
#define RULES_SQL_TEXT_H

#include "rules/check.h"

enum sql_kind {
    SQL_WORD,
    SQL_QUOTED,
    SQL_STRING,
    SQL_NUMBER,
    SQL_PARAMETER,
    SQL_SIGN,
    SQL_REFUSED
};

struct sql_token {
    enum sql_kind kind;
    const char *p; /* of QUOTED the content, of PARAMETER the name; otherwise the whole token */
    size_t n;
    const char *begin, *end;
    const char *why; /* of REFUSED, for a person */
};

/* Reads the next token and moves *p behind it; false at the end of the text. */
bool sql_next(const char **p, struct sql_token *ret);
bool sql_token_is(const struct sql_token *t, const char *word); /* WORD, without regard to case */

/* NULL when text is one expression as far as its brackets and tokens tell; else what is wrong, and where. */
const char *sql_refuse(const char *text, size_t *ret_offset);

/* The text with parameters of c written out as literals; NULL when memory is short. All parameters exist. */
const char *sql_with_parameters(struct arena *a, const char *text, struct check *c);

bool sql_has_word(const char *text, const char *word);

/* Where byte `offset` of the text of a node stands in its file. Falls back to the node's own place. */
void sql_position(const struct rules_file *file, const struct yaml_node *node, size_t offset,
                  unsigned *ret_line, unsigned *ret_column);

#endif
