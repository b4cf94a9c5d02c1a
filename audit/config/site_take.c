/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/config/site_take.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"

void site_mistake(struct site_loader *l, unsigned line, unsigned column, const char *fmt, ...)
{
    struct err text = { 0 };
    char message[400];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap);
    va_end(ap);
    (void)err_setf(&text, RC_USAGE, "%s", message); /* makes the text safe to show */
    wr_printf(&l->mistakes, "%s%s:%u:%u: %s", l->is_wrong ? "\n" : "", l->site->path, line, column,
              text.msg);
    l->is_wrong = true;
}

static void unknown_key(struct site_loader *l, const struct yaml_node *child,
                        const struct site_key *keys, size_t count)
{
    const char *names[32] = { NULL };
    for (size_t i = 0; i < count && i < ARRAY_LEN(names) - 1; i++) {
        names[i] = keys[i].name;
    }
    const char *near = yaml_suggest(child->key, names);
    if (near) {
        site_mistake(l, child->key_line, child->key_column,
                     "unknown key \"%s\" (did you mean \"%s\"?)", child->key, near);
    } else {
        site_mistake(l, child->key_line, child->key_column,
                     "unknown key \"%s\"; site.example.yaml lists the keys", child->key);
    }
}

void site_take_map(struct site_loader *l, const struct yaml_node *map, const char *what,
                   const struct site_key *keys, size_t count)
{
    if (map->kind != YAML_MAP) {
        site_mistake(l, map->line, map->column, "%s must be a map of keys and values", what);
        return;
    }
    for (const struct yaml_node *child = map->first; child; child = child->next) {
        const struct site_key *key = NULL;
        for (size_t i = 0; i < count && !key; i++) {
            key = strcmp(keys[i].name, child->key) == 0 ? &keys[i] : NULL;
        }
        if (key) {
            key->take(l, child);
        } else {
            unknown_key(l, child, keys, count);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].must && !yaml_get(map, keys[i].name)) {
            site_mistake(l, map->line, map->column, "%s lacks \"%s\"", what, keys[i].name);
        }
    }
}

const char *site_take_text(struct site_loader *l, const struct yaml_node *value)
{
    if (value->kind != YAML_SCALAR || value->text[0] == '\0') {
        site_mistake(l, value->line, value->column, "\"%s\" must be a text that is not empty",
                     value->key);
        return NULL;
    }
    return value->text;
}

uint32_t site_take_number(struct site_loader *l, const struct yaml_node *value, uint32_t least,
                          uint32_t most)
{
    uint32_t v = 0;
    if (value->kind != YAML_SCALAR || !num_u32(value->text, strlen(value->text), &v) || v < least ||
        v > most) {
        site_mistake(l, value->line, value->column, "\"%s\" must be a whole number from %u to %u",
                     value->key, least, most);
        return least;
    }
    return v;
}

bool site_take_bool(struct site_loader *l, const struct yaml_node *value)
{
    bool yes = value->kind == YAML_SCALAR && strcmp(value->text, "true") == 0;
    if (!yes && (value->kind != YAML_SCALAR || strcmp(value->text, "false") != 0)) {
        site_mistake(l, value->line, value->column, "\"%s\" must be true or false", value->key);
    }
    return yes;
}

/* A path of the site file: relative ones count from the folder that the site file is in. */
const char *site_take_path(struct site_loader *l, const struct yaml_node *value)
{
    const char *text = site_take_text(l, value);
    const char *slash = strrchr(l->site->path, '/');
    if (!text || text[0] == '/' || !slash) {
        return text;
    }
    return arena_printf(l->arena, "%.*s/%s", (int)(slash - l->site->path), l->site->path, text);
}

int site_take_word(struct site_loader *l, const struct yaml_node *value, const char *const *words)
{
    const char *text = site_take_text(l, value);
    for (int i = 0; text && words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    if (text) {
        const char *near = yaml_suggest(text, words);
        struct wr list AUTO(wr_done);
        wr_init(&list, 1024);
        for (int i = 0; words[i]; i++) {
            wr_printf(&list, "%s%s", i ? ", " : "", words[i]);
        }
        wr_u8(&list, 0);
        site_mistake(l, value->line, value->column, "\"%s\" is none of %s%s%s%s", text,
                     (const char *)list.data, near ? " (did you mean " : "", near ? near : "",
                     near ? "?)" : "");
    }
    return 0;
}

bool site_is_host(const char *s, bool address)
{
    size_t allowed =
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%");
    return s[allowed] == '\0' && strlen(s) <= 253 && s[0] != '-' && (address || !strpbrk(s, ":%"));
}
