/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences with evidence: {column} is a value of the row, [ … ] is left out when a value in it is empty. */
#include <string.h>
#include <time.h>

#include "audit/base/utf.h"
#include "rules/reset/plan.h"

enum {
    VALUE_MAX = 300 /* characters of a value in a sentence */
};

/* The next placeholder at or after *p: its name, and *p behind it. */
static bool next_placeholder(const char **p, const char **ret_name, size_t *ret_size)
{
    const char *open = strchr(*p, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close) {
        return false;
    }
    *ret_name = open + 1;
    *ret_size = (size_t)(close - open - 1);
    *p = close + 1;
    return true;
}

static const struct column *column_of(const struct view *v, const char *name, size_t n)
{
    char word[64];
    (void)snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1),
                   name);
    return n < sizeof(word) ? view_column(v, word) : NULL;
}

static void add_column(struct rules *r, struct action *a, const struct column *column)
{
    struct check *c = &a->check;
    for (size_t i = 0; i < c->shown_count; i++) {
        if (strcmp(c->shown[i], column->name) == 0) {
            return;
        }
    }
    if (c->shown_count == CHECK_MAX_SHOWN) {
        mistake_node(&r->mistakes, c->file, c->node, c->id,
                     "its sentences name more than %d columns", CHECK_MAX_SHOWN);
        return;
    }
    c->shown[c->shown_count++] = column->name;
}

static bool is_balanced(const char *text)
{
    int square = 0, curly = 0;
    for (; *text; text++) {
        square += (*text == '[') - (*text == ']');
        curly += (*text == '{') - (*text == '}');
        if (square < 0 || square > 1 || curly < 0 || curly > 1) {
            return false;
        }
    }
    return square == 0 && curly == 0;
}

/* Where a text stands. */
static const struct yaml_node *place(const struct yaml_node *map, int state, bool is_ja)
{
    const struct yaml_node *texts = yaml_get(map, explain_words[state]);
    const struct yaml_node *n =
        texts && texts->kind == YAML_MAP ? yaml_get(texts, is_ja ? "ja" : "en") : NULL;
    return n ? n : map;
}

void sentence_check(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                    const char *id, const struct view *v, const struct text2 texts[EXPLAIN_COUNT])
{
    for (int i = 0; i < 2 * EXPLAIN_COUNT; i++) {
        const char *p = i % 2 ? texts[i / 2].ja : texts[i / 2].en, *name = NULL;
        const struct yaml_node *n = place(map, i / 2, i % 2);
        const char *state = explain_words[i / 2];
        size_t size = 0;
        if (p && !is_balanced(p)) {
            mistake_node(&r->mistakes, file, n, id, "in 'explain', '%s': brackets do not match",
                         state);
            continue;
        }
        while (p && next_placeholder(&p, &name, &size)) {
            if (!column_of(v, name, size)) {
                const char *word = arena_strndup(r->arena, name, size < 80 ? size : 80);
                mistake_node(&r->mistakes, file, n, id,
                             "in 'explain', '%s': the view %s has no column '%s'%s", state, v->name,
                             word ? word : "?",
                             did_you_mean(word ? word : "?", view_column_names(r->arena, v)));
            }
        }
    }
}

void sentence_columns(struct rules *r, struct action *a, const struct view *v)
{
    for (int i = 0; i < 2 * EXPLAIN_COUNT; i++) {
        const char *p = i % 2 ? a->explain[i / 2].ja : a->explain[i / 2].en, *name = NULL;
        size_t size = 0;
        while (p && next_placeholder(&p, &name, &size)) {
            const struct column *column = column_of(v, name, size);
            if (column) {
                add_column(r, a, column);
            }
        }
    }
}

const char *sentence_time(filetime t, char *buf, size_t size)
{
    struct tm local;
    filetime sane = t < 0 ? 0 : t > PLAN_LATEST ? PLAN_LATEST : t; /* of a hostile file */
    time_t seconds = (time_t)filetime_to_unix(sane);
    if (!localtime_r(&seconds, &local)) {
        return filetime_iso(sane, buf, size);
    }
    long minutes = local.tm_gmtoff / 60;
    long absolute = minutes < 0 ? -minutes : minutes;
    (void)snprintf(buf, size, "%04d-%02d-%02d %02d:%02d (%c%02ld:%02ld)", local.tm_year + 1900,
                   local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
                   minutes < 0 ? '-' : '+', absolute / 60, absolute % 60);
    return buf;
}

static bool is_time(const char *name, size_t n)
{
    return n > 3 && memcmp(name + n - 3, "_at", 3) == 0;
}

/* Puts the value of a column; false when it is empty. */
static bool put_value(struct wr *w, const struct action *a, const char *name, size_t n,
                      sqlite3_stmt *row)
{
    char buf[64];
    filetime t = 0;
    for (size_t i = 0; i < a->check.shown_count; i++) {
        const char *column = a->check.shown[i];
        if (strlen(column) != n || memcmp(column, name, n) != 0) {
            continue;
        }
        const char *text = (const char *)sqlite3_column_text(row, ACTION_SHOWN + (int)i);
        if (!text || text[0] == '\0') {
            return false;
        }
        bool timed = is_time(name, n) && filetime_from_iso(text, &t);
        if (timed) {
            wr_text(w, sentence_time(t, buf, sizeof(buf)));
        } else {
            utf8_display(w, text, VALUE_MAX); /* names and notes of others: nothing hidden in it */
        }
        return true;
    }
    return false;
}

const char *sentence_join(struct arena *arena, const char *a, const char *b, const char *c)
{
    if (!a || !b || !c) {
        return NULL;
    }
    const size_t n[] = { strlen(a), strlen(b), strlen(c) };
    char *text = arena_alloc(arena, n[0] + n[1] + n[2] + 1);
    if (text) {
        memcpy(text, a, n[0]);
        memcpy(text + n[0], b, n[1]);
        memcpy(text + n[0] + n[1], c, n[2]);
    }
    return text;
}

const char *sentence_fill(struct arena *arena, struct wr *w, const struct action *a,
                          const char *text, sqlite3_stmt *row)
{
    size_t part = 0;
    bool is_part = false, is_empty = false;
    wr_clear(w);
    for (const char *p = text; *p;) {
        const char *name = p + 1, *close = *p == '{' ? strchr(p, '}') : NULL;
        if (close) {
            size_t n = (size_t)(close - name);
            if (!put_value(w, a, name, n, row)) {
                is_empty = true;
                wr_text(w, "?");
            }
            p = close + 1;
            continue;
        }
        if (*p == '[') {
            part = w->size;
            is_part = true;
            is_empty = false;
        } else if (*p == ']') {
            w->size = is_part && is_empty && !w->bad ? part : w->size;
            is_part = false;
        } else if (*p != ' ' ||
                   w->size > 0) { /* what stood before the space may have been left out */
            size_t n = 1 + strcspn(p + 1, "{[]");
            wr_bytes(w, p, n);
            p += n;
            continue;
        }
        p++;
    }
    return put_take(arena, w);
}
