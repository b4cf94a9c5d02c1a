/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads the tables of frameworks, and holds the references of checks and actions against them. */
#include "rules/framework.h"

#include <stdlib.h>
#include <string.h>

#include "rules/reset/playbook.h"

enum {
    MAX_ITEMS = 4096,
    LAST = 1 << 20 /* position of a framework that names none */
};

const struct framework *framework_find(const struct rules *r, const char *name)
{
    const struct framework *f = r->frameworks;
    while (f && strcmp(f->name, name) != 0) {
        f = f->next;
    }
    return f;
}

struct framework_item *framework_item_find(const struct framework *f, const char *id)
{
    struct framework_item *item = f->items;
    while (item && strcmp(item->id, id) != 0) {
        item = item->next;
    }
    return item;
}

const struct yaml_node *framework_next(const struct check *c, const char *framework,
                                       const struct yaml_node *after)
{
    const struct yaml_node *n = c->references ? yaml_get(c->references, framework) : NULL;
    if (!n || n->kind == YAML_MAP) {
        return NULL;
    }
    if (n->kind == YAML_SCALAR) {
        return after ? NULL : n;
    }
    const struct yaml_node *item = after ? after->next : n->first;
    return item && item->kind == YAML_SCALAR ? item : NULL;
}

bool framework_is_named(const struct check *c, const char *framework, const char *item)
{
    for (const struct yaml_node *n = framework_next(c, framework, NULL); n;
         n = framework_next(c, framework, n)) {
        if (strcmp(n->text, item) == 0) {
            return true;
        }
    }
    return false;
}

bool check_is_question(const struct check *c)
{
    return c->question != NULL;
}

static bool flag(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                 const char *key, const char *about, bool otherwise)
{
    const struct yaml_node *n = yaml_get(map, key);
    bool value = otherwise;
    if (n && !yaml_bool(n, &value)) {
        mistake_node(&r->mistakes, file, n, about, "'%s' is true or false", key);
    }
    return value;
}

/* NULL after reporting what is wrong with the item. */
static struct framework_item *parse_item(struct rules *r, const struct framework *f,
                                         const struct yaml_node *n)
{
    static const struct key_spec keys[] = { { "id", true, NULL, NULL },
                                            { "group", false, NULL, NULL },
                                            { "title", true, NULL, NULL },
                                            { "seen", true, NULL, NULL },
                                            { "out_of_scope", false, NULL, NULL } };
    if (n->kind != YAML_MAP) {
        mistake_node(&r->mistakes, f->file, n, f->name, "an item is a map: { id, title, seen }");
        return NULL;
    }
    const char *id = field_text(&r->mistakes, f->file, n, "id", f->name);
    const char *about = id ? arena_printf(r->arena, "%s %s", f->name, id) : f->name;
    fields_check_keys(&r->mistakes, f->file, n, about, keys, ARRAY_LEN(keys));
    struct framework_item *item = arena_alloc(r->arena, sizeof(*item));
    if (!item || !id) {
        return NULL;
    }
    *item = (struct framework_item){ .id = id, .node = n };
    item->group = field_text2(&r->mistakes, f->file, n, "group", about);
    item->title = field_text2(&r->mistakes, f->file, n, "title", about);
    item->scope = field_text2(&r->mistakes, f->file, n, "out_of_scope", about);
    item->is_seen = flag(r, f->file, n, "seen", about, false);
    if (framework_item_find(f, id)) {
        mistake_node(&r->mistakes, f->file, n, about, "the item is listed twice");
        return NULL;
    }
    return item;
}

static void parse_items(struct rules *r, struct framework *f, const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_get(root, "items");
    struct framework_item **tail = &f->items;
    if (!list) {
        return;
    }
    if (list->kind != YAML_LIST || !list->first) {
        mistake_node(&r->mistakes, f->file, list, f->name, "'items' must be a list of items");
        return;
    }
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        if (f->count == MAX_ITEMS) {
            mistake_node(&r->mistakes, f->file, n, f->name, "more than %d items", (int)MAX_ITEMS);
            return;
        }
        struct framework_item *item = parse_item(r, f, n);
        if (item) {
            *tail = item;
            tail = &item->next;
            f->count++;
        }
    }
}

/* In the order of their positions, those of one position by name. */
static void insert(struct rules *r, struct framework *f)
{
    struct framework **at = &r->frameworks;
    while (*at && ((*at)->position < f->position ||
                   ((*at)->position == f->position && strcmp((*at)->name, f->name) < 0))) {
        at = &(*at)->next;
    }
    f->next = *at;
    *at = f;
}

static void parse_framework(struct rules *r, const struct rules_file *file, const char *name,
                            const struct yaml_node *root)
{
    static const struct key_spec keys[] = {
        { "title", true, NULL, NULL },     { "edition", false, NULL, NULL },
        { "note", false, NULL, NULL },     { "open", false, NULL, NULL },
        { "position", false, NULL, NULL }, { "items", true, NULL, NULL }
    };
    if (root->kind != YAML_MAP || root->next) {
        mistake_node(&r->mistakes, file, root, name,
                     "a framework is one map with title, edition, note, open, position, items");
        return;
    }
    struct framework *f = arena_alloc(r->arena, sizeof(*f));
    if (!f) {
        return;
    }
    fields_check_keys(&r->mistakes, file, root, name, keys, ARRAY_LEN(keys));
    *f = (struct framework){ .name = name, .file = file, .position = LAST };
    f->title = field_text2(&r->mistakes, file, root, "title", name);
    f->note = field_text2(&r->mistakes, file, root, "note", name);
    f->edition = field_text(&r->mistakes, file, root, "edition", name);
    f->is_open = flag(r, file, root, "open", name, false);
    const struct yaml_node *position = yaml_get(root, "position");
    if (position &&
        (!yaml_integer(position, &f->position) || f->position < 0 || f->position > LAST)) {
        mistake_node(&r->mistakes, file, position, name, "'position' is a whole number from 0");
        f->position = LAST;
    }
    parse_items(r, f, root);
    insert(r, f);
}

/* The name of a file without folder and ".yaml". */
static const char *base_name(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return arena_printf(a, "%.*s", (int)(strlen(name) - strlen(".yaml")), name);
}

void frameworks_load(struct rules *r, const char *directory)
{
    const char *folder = arena_printf(r->arena, "%s/frameworks", directory), **paths = NULL;
    size_t count = 0;
    struct err err;
    if (!folder || access(folder, R_OK) != 0) {
        return;
    }
    if (rules_find_files(r->arena, folder, &paths, &count, &err) != RC_OK) {
        mistake_err(&r->mistakes, &err);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct rules_file *file = NULL;
        const struct yaml_node *root = rules_read_yaml(r, paths[i], &file);
        const char *name = base_name(r->arena, paths[i]);
        if (root && name && !yaml_is_null(root)) {
            parse_framework(r, file, name, root);
        }
    }
}

static const char *const *framework_names(struct rules *r)
{
    size_t count = 0;
    for (const struct framework *f = r->frameworks; f; f = f->next) {
        count++;
    }
    const char **names = arena_array(r->arena, count + 1, sizeof(char *));
    size_t i = 0;
    for (const struct framework *f = names ? r->frameworks : NULL; f; f = f->next) {
        names[i++] = f->name;
    }
    return names;
}

static const char *const *item_names(struct rules *r, const struct framework *f)
{
    const char **names = arena_array(r->arena, f->count + 1, sizeof(char *));
    size_t i = 0;
    for (const struct framework_item *item = names ? f->items : NULL; item; item = item->next) {
        names[i++] = item->id;
    }
    return names;
}

static void count_one(const struct check *c, struct framework_item *item, bool is_action)
{
    if (is_action) {
        item->actions++;
        return;
    }
    *(check_is_question(c) ? &item->questions : &item->checks) += 1;
    item->selected += c->is_selected;
}

static void count_references(struct rules *r, const struct check *c, bool is_action)
{
    const struct yaml_node *map = c->references;
    for (const struct yaml_node *n = map ? map->first : NULL; n; n = n->next) {
        const struct framework *f = framework_find(r, n->key);
        if (!f) {
            mistake_key(&r->mistakes, c->file, n, c->id, "there is no framework '%s'%s", n->key,
                        did_you_mean(n->key, framework_names(r)));
            continue;
        }
        for (const struct yaml_node *i = framework_next(c, n->key, NULL); i;
             i = framework_next(c, n->key, i)) {
            struct framework_item *item = framework_item_find(f, i->text);
            if (item) {
                count_one(c, item, is_action);
            } else {
                mistake_node(&r->mistakes, c->file, i, c->id, "%s has no item '%s'%s", n->key,
                             i->text, did_you_mean(i->text, item_names(r, f)));
            }
        }
    }
}

void frameworks_check(struct rules *r)
{
    if (!r->frameworks) {
        return;
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        count_references(r, c, false);
    }
    for (const struct action *a = r->playbook ? r->playbook->actions : NULL; a; a = a->next) {
        count_references(r, &a->check, true);
    }
    for (const struct framework *f = r->frameworks; f; f = f->next) {
        for (const struct framework_item *i = f->is_open ? NULL : f->items; i; i = i->next) {
            if (i->checks + i->questions + i->actions == 0 && !i->scope.en) {
                mistake_node(&r->mistakes, f->file, i->node,
                             arena_printf(r->arena, "%s %s", f->name, i->id),
                             "no check, question or action answers the item; give it one, or say "
                             "why not in 'out_of_scope'");
            }
        }
    }
}
