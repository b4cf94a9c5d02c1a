/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libyaml's event API to a tree with positions. Only what a configuration file needs: scalars, lists and maps with scalar
 * keys. Everything that lets one byte stand for many (anchors, aliases) or changes the meaning of a value behind the
 * reader's back (tags, duplicate keys) is refused. */
#include "audit/yaml/yaml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "audit/base/utf.h"

enum {
    MAX_FILE = 8 << 20,
    MAX_DEPTH = 32,
    MAX_NODES = 500000,
    MAX_KEYS = 1000,
    MAX_WORD = 64
};

struct parse {
    yaml_parser_t parser;
    const char *name;
    struct arena *arena;
    size_t nodes;
    struct err *err;
};

static void event_done(yaml_event_t *event)
{
    yaml_event_delete(event);
}

static enum rc refuse(struct parse *p, const yaml_mark_t *mark, enum rc rc, const char *what)
{
    (void)err_setf(p->err, rc, "%s", what);
    return err_at(p->err, "%s:%zu:%zu", p->name, mark->line + 1, mark->column + 1);
}

static enum rc next_event(struct parse *p, yaml_event_t *ret)
{
    if (yaml_parser_parse(&p->parser, ret)) {
        return RC_OK;
    }
    memset(ret, 0, sizeof(*ret));
    if (p->parser.error == YAML_MEMORY_ERROR) {
        return err_setf(p->err, RC_NOMEM, "out of memory while reading %s", p->name);
    }
    char text[300];
    (void)snprintf(text, sizeof(text), "not valid YAML: %s%s%s",
                   p->parser.problem ? p->parser.problem : "unreadable",
                   p->parser.context ? " " : "", p->parser.context ? p->parser.context : "");
    return refuse(p, &p->parser.problem_mark, RC_MALFORMED, text);
}

static enum rc new_node(struct parse *p, enum yaml_kind kind, const yaml_mark_t *mark,
                        struct yaml_node **ret)
{
    if (++p->nodes > MAX_NODES) {
        return refuse(p, mark, RC_LIMIT,
                      "the file has too many values; split it into several files");
    }
    struct yaml_node *node = arena_alloc(p->arena, sizeof(*node));
    if (!node) {
        return refuse(
            p, mark, RC_LIMIT,
            "the file needs more memory than is allowed for it; split it into several files");
    }
    node->kind = kind;
    node->line = (unsigned)mark->line + 1;
    node->column = (unsigned)mark->column + 1;
    *ret = node;
    return RC_OK;
}

static enum rc scalar_text(struct parse *p, const yaml_event_t *event, const char **ret)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t size = event->data.scalar.length;
    if (!utf8_valid(value, size)) {
        return refuse(p, &event->start_mark, RC_MALFORMED,
                      "a value contains a NUL or is not valid UTF-8");
    }
    /* It would reach terminals and reports: escape sequences, text that runs backwards. */
    if (!utf8_is_visible(value, size)) {
        return refuse(p, &event->start_mark, RC_MALFORMED,
                      "a value contains a control character or an invisible one; take it out");
    }
    *ret = arena_strndup(p->arena, value, size);
    return *ret ? RC_OK
                : refuse(p, &event->start_mark, RC_LIMIT,
                         "the file needs more memory than is allowed for it");
}

static enum rc check_plain(struct parse *p, const yaml_event_t *event, const yaml_char_t *anchor,
                           const yaml_char_t *tag)
{
    if (anchor) {
        return refuse(p, &event->start_mark, RC_MALFORMED,
                      "anchors (&name) are not allowed; write the value out");
    }
    if (tag) {
        return refuse(p, &event->start_mark, RC_MALFORMED,
                      "tags (!name) are not allowed; quote the text if it begins with '!'");
    }
    return RC_OK;
}

static enum rc read_node(struct parse *p, const yaml_event_t *event, unsigned depth,
                         struct yaml_node **ret);

static enum rc read_list(struct parse *p, struct yaml_node *list, unsigned depth)
{
    struct yaml_node **tail = &list->first;
    for (;;) {
        AUTO(event_done) yaml_event_t event = { 0 };
        TRY(next_event(p, &event));
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            return RC_OK;
        }
        TRY(read_node(p, &event, depth + 1, tail));
        tail = &(*tail)->next;
    }
}

static enum rc check_key(struct parse *p, const struct yaml_node *map, const yaml_event_t *event,
                         const char *key)
{
    size_t keys = 0;
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key, key) == 0) {
            char text[200];
            (void)snprintf(text, sizeof(text), "the key '%.100s' is here twice, first in line %u",
                           key, n->key_line);
            return refuse(p, &event->start_mark, RC_MALFORMED, text);
        }
        keys++;
    }
    return keys < MAX_KEYS
               ? RC_OK
               : refuse(p, &event->start_mark, RC_LIMIT, "more than 1000 keys in one map");
}

static enum rc read_map(struct parse *p, struct yaml_node *map, unsigned depth)
{
    struct yaml_node **tail = &map->first;
    for (;;) {
        AUTO(event_done) yaml_event_t key_event = { 0 };
        TRY(next_event(p, &key_event));
        if (key_event.type == YAML_MAPPING_END_EVENT) {
            return RC_OK;
        }
        if (key_event.type == YAML_ALIAS_EVENT) {
            return refuse(p, &key_event.start_mark, RC_MALFORMED,
                          "aliases (*name) are not allowed; write the key out");
        }
        if (key_event.type != YAML_SCALAR_EVENT) {
            return refuse(p, &key_event.start_mark, RC_MALFORMED,
                          "a key must be a word, not a list or a map");
        }
        TRY(check_plain(p, &key_event, key_event.data.scalar.anchor, key_event.data.scalar.tag));
        const char *key = NULL;
        TRY(scalar_text(p, &key_event, &key));
        TRY(check_key(p, map, &key_event, key));
        AUTO(event_done) yaml_event_t event = { 0 };
        TRY(next_event(p, &event));
        TRY(read_node(p, &event, depth + 1, tail));
        (*tail)->key = key;
        (*tail)->key_line = (unsigned)key_event.start_mark.line + 1;
        (*tail)->key_column = (unsigned)key_event.start_mark.column + 1;
        tail = &(*tail)->next;
    }
}

static enum rc read_node(struct parse *p, const yaml_event_t *event, unsigned depth,
                         struct yaml_node **ret)
{
    if (depth > MAX_DEPTH) {
        return refuse(p, &event->start_mark, RC_LIMIT, "nested more than 32 levels deep");
    }
    struct yaml_node *node = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        TRY(check_plain(p, event, event->data.scalar.anchor, event->data.scalar.tag));
        TRY(new_node(p, YAML_SCALAR, &event->start_mark, &node));
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        TRY(scalar_text(p, event, &node->text));
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        TRY(check_plain(p, event, event->data.sequence_start.anchor,
                        event->data.sequence_start.tag));
        TRY(new_node(p, YAML_LIST, &event->start_mark, &node));
        TRY(read_list(p, node, depth));
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        TRY(check_plain(p, event, event->data.mapping_start.anchor, event->data.mapping_start.tag));
        TRY(new_node(p, YAML_MAP, &event->start_mark, &node));
        TRY(read_map(p, node, depth));
    } else {
        return refuse(p, &event->start_mark, RC_MALFORMED,
                      "aliases (*name) are not allowed; write the value out");
    }
    *ret = node;
    return RC_OK;
}

static enum rc read_stream(struct parse *p, struct yaml_node **ret)
{
    struct yaml_node *first = NULL, **tail = &first;
    for (;;) {
        AUTO(event_done) yaml_event_t event = { 0 };
        TRY(next_event(p, &event));
        if (event.type == YAML_STREAM_END_EVENT) {
            *ret = first;
            return RC_OK;
        }
        if (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT ||
            event.type == YAML_DOCUMENT_END_EVENT) {
            continue;
        }
        TRY(read_node(p, &event, 0, tail));
        tail = &(*tail)->next;
    }
}

enum rc yaml_tree_parse(const char *name, const char *text, size_t size, struct arena *a,
                        struct yaml_node **ret, struct err *err)
{
    struct parse p = { .name = name, .arena = a, .err = err };
    if (size > MAX_FILE) {
        (void)err_setf(err, RC_LIMIT, "the file is larger than 8 MiB; split it into several files");
        return err_at(err, "%s", name);
    }
    if (!yaml_parser_initialize(&p.parser)) {
        return err_setf(err, RC_NOMEM, "out of memory while reading %s", name);
    }
    yaml_parser_set_encoding(&p.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p.parser, (const unsigned char *)text, size);
    enum rc rc = read_stream(&p, ret);
    yaml_parser_delete(&p.parser);
    return rc;
}

static void file_done(FILE **f)
{
    if (*f) {
        (void)fclose(*f);
    }
}

enum rc yaml_tree_load(const char *path, struct arena *a, struct yaml_node **ret, struct err *err)
{
    AUTO(file_done) FILE *f = fopen(path, "rbe");
    if (!f) {
        (void)err_setf(err, RC_IO, "cannot open the file: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    struct wr w;
    wr_init(&w, MAX_FILE + 1);
    char block[65536];
    for (size_t n = fread(block, 1, sizeof(block), f); n > 0 && !w.bad;
         n = fread(block, 1, sizeof(block), f)) {
        wr_bytes(&w, block, n);
    }
    enum rc rc = RC_OK;
    if (ferror(f)) {
        (void)err_setf(err, RC_IO, "cannot read the file: %s", strerror(errno));
        rc = err_at(err, "%s", path);
    } else if (w.bad) {
        (void)err_setf(err, RC_LIMIT, "the file is larger than 8 MiB; split it into several files");
        rc = err_at(err, "%s", path);
    } else {
        rc = yaml_tree_parse(path, w.data ? (const char *)w.data : "", w.size, a, ret, err);
    }
    wr_done(&w);
    return rc;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP) {
        return NULL;
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key, key) == 0) {
            return n;
        }
    }
    return NULL;
}

size_t yaml_count(const struct yaml_node *list)
{
    size_t count = 0;
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        count++;
    }
    return count;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, change, or swap two neighbours; words of at most MAX_WORD bytes. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t d[3][MAX_WORD + 1];
    for (size_t j = 0; j <= b_len; j++) {
        d[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = d[i % 3];
        const size_t *above = d[(i + 2) % 3], *above2 = d[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = smaller(row[j], above2[j - 2] + 1);
            }
        }
    }
    return d[a_len % 3][b_len];
}

const char *yaml_suggest(const char *word, const char *const *candidates)
{
    size_t len = strlen(word);
    if (len == 0 || len > MAX_WORD) {
        return NULL;
    }
    const char *best = NULL;
    size_t limit = len / 3 > 1 ? len / 3 : 1, best_distance = limit + 1;
    for (; *candidates; candidates++) {
        size_t n = strlen(*candidates);
        if (n > MAX_WORD) {
            continue;
        }
        size_t d = distance(word, len, *candidates, n);
        if (d < best_distance) {
            best_distance = d;
            best = *candidates;
        }
    }
    return best;
}
