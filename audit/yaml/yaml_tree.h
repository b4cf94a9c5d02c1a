/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML stream as trees that know where every node stands, over libyaml's event API. Aliases, anchors, tags and duplicate
 * keys are refused; depth, size and node count are limited. Suggestions for misspelt words live here too. */
#ifndef YAML_YAML_TREE_H
#define YAML_YAML_TREE_H

#include "audit/base/arena.h"
#include "audit/base/err.h"

enum yaml_kind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP
};

struct yaml_node {
    enum yaml_kind kind;
    unsigned line, column; /* from 1 */
    const char *text;      /* scalar, NUL-terminated UTF-8 */
    bool plain;            /* scalar without quotes: may be a number, a boolean or null */
    const char *key;       /* when this is a value of a map */
    unsigned key_line, key_column;
    struct yaml_node *first; /* children of list or map, in order */
    struct yaml_node *next;  /* sibling; of a document: the next document */
};

/* Parses a file (at most 8 MiB). *ret is the first document or NULL for an empty file; owned by the arena. err->where is
 * file:line:column. */
MUST_USE enum rc yaml_tree_load(const char *path, struct arena *a, struct yaml_node **ret,
                                struct err *err);
MUST_USE enum rc yaml_tree_parse(const char *name, const char *text, size_t size, struct arena *a,
                                 struct yaml_node **ret, struct err *err);

const struct yaml_node *yaml_get(const struct yaml_node *map,
                                 const char *key); /* NULL when absent or not a map */
size_t yaml_count(const struct yaml_node *list);

/* The candidate nearest to word (edit distance at most a third of its length, at least 1), or NULL. candidates ends with NULL. */
const char *yaml_suggest(const char *word, const char *const *candidates);

#endif
