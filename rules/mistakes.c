/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of mistakes: all of them are reported in one go, in the order of the files, so that an author needs one run. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rules/check.h"

enum {
    MAX_MISTAKES = 1000
};

struct mistake {
    const char *path;
    unsigned line, column;
    size_t order;
    struct rules_mistake public;
    struct mistake *next;
};

static void add(struct mistakes *m, const char *path, unsigned line, unsigned column,
                const char *text)
{
    /* A profile that two others extend is read twice. */
    for (const struct mistake *other = m->first; other; other = other->next) {
        if (strcmp(other->public.text, text) == 0) {
            return;
        }
    }
    struct mistake *item = m->count < MAX_MISTAKES ? arena_alloc(m->arena, sizeof(*item)) : NULL;
    if (!item) {
        m->is_cut = true;
        return;
    }
    item->path = path;
    item->line = line;
    item->column = column;
    item->order = m->count++;
    item->public.text = text;
    item->next = m->first;
    m->first = item;
}

static void add_list(struct mistakes *m, const char *path, unsigned line, unsigned column,
                     const char *check, const char *fmt, va_list ap)
    __attribute__((format(printf, 6, 0)));

static void add_list(struct mistakes *m, const char *path, unsigned line, unsigned column,
                     const char *check, const char *fmt, va_list ap)
{
    struct err text;
    char message[sizeof(text.msg)];
    (void)vsnprintf(message, sizeof(message), fmt, ap);
    (void)err_setf(&text, RC_USAGE, "%s", message); /* makes text from the file safe to show */
    const char *line_text = arena_printf(m->arena, "%s:%u:%u: %s%s%s", path, line, column,
                                         check ? check : "", check ? ": " : "", text.msg);
    add(m, path, line, column, line_text ? line_text : "out of memory");
}

void mistake_at(struct mistakes *m, const struct rules_file *file, unsigned line, unsigned column,
                const char *check, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_list(m, file->path, line, column, check, fmt, ap);
    va_end(ap);
}

void mistake_node(struct mistakes *m, const struct rules_file *file, const struct yaml_node *node,
                  const char *check, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_list(m, file->path, node->line, node->column, check, fmt, ap);
    va_end(ap);
}

void mistake_key(struct mistakes *m, const struct rules_file *file, const struct yaml_node *node,
                 const char *check, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_list(m, file->path, node->key ? node->key_line : node->line,
             node->key ? node->key_column : node->column, check, fmt, ap);
    va_end(ap);
}

void mistake_err(struct mistakes *m, const struct err *err)
{
    const char *text = arena_printf(m->arena, "%s: %s", err->where, err->msg);
    const char *path = arena_strdup(m->arena, err->where);
    add(m, path ? path : "", 0, 0, text ? text : "out of memory");
}

static int by_place(const void *a, const void *b)
{
    const struct mistake *x = *(struct mistake *const *)a, *y = *(struct mistake *const *)b;
    int c = strcmp(x->path, y->path);
    if (c == 0 && x->line != y->line) {
        c = x->line < y->line ? -1 : 1;
    }
    if (c == 0 && x->column != y->column) {
        c = x->column < y->column ? -1 : 1;
    }
    if (c == 0 && x->order != y->order) {
        c = x->order < y->order ? -1 : 1;
    }
    return c;
}

const struct rules_mistake *mistakes_list(struct mistakes *m)
{
    static struct rules_mistake no_memory = { "out of memory while listing the mistakes", NULL };
    static struct rules_mistake more = { "there are more mistakes than are shown; mend these first",
                                         NULL };
    if (m->count == 0) {
        return m->is_cut ? &no_memory : NULL;
    }
    struct mistake **sorted = arena_array(m->arena, m->count, sizeof(struct mistake *));
    if (!sorted) {
        return &no_memory;
    }
    size_t n = 0;
    for (struct mistake *item = m->first; item; item = item->next) {
        sorted[n++] = item;
    }
    qsort(sorted, n, sizeof(struct mistake *), by_place);
    for (size_t i = 0; i + 1 < n; i++) {
        sorted[i]->public.next = &sorted[i + 1]->public;
    }
    sorted[n - 1]->public.next = m->is_cut ? &more : NULL;
    return &sorted[0]->public;
}

const char *did_you_mean(const char *word, const char *const *candidates)
{
    static char buf[120];
    const char *near = candidates ? yaml_suggest(word, candidates) : NULL;
    if (!near) {
        return "";
    }
    (void)snprintf(buf, sizeof(buf), " (did you mean '%s'?)", near);
    return buf;
}
