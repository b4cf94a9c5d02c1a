/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A profile selects checks by id, tag and severity, and sets their parameters. */
#include <string.h>

#include "rules/check.h"

enum {
    MAX_PATTERNS = 512
};

struct selection {
    const char *include[MAX_PATTERNS];
    const char *exclude[MAX_PATTERNS];
    const char *tags[CHECK_MAX_TAGS];
    size_t include_count, exclude_count, tag_count;
    int severity; /* least severe that is taken */
};

static bool any_glob(const char *const *globs, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (glob_matches(globs[i], id)) {
            return true;
        }
    }
    return false;
}

static bool is_selected(const struct selection *s, const struct check *c)
{
    bool taken = s->include_count == 0 && s->tag_count == 0;
    taken = taken || any_glob(s->include, s->include_count, c->id);
    for (size_t i = 0; i < s->tag_count; i++) {
        for (size_t k = 0; k < c->tag_count; k++) {
            taken = taken || strcmp(s->tags[i], c->tags[k]) == 0;
        }
    }
    return taken && c->severity <= s->severity && !any_glob(s->exclude, s->exclude_count, c->id);
}

/* A pattern that matches nothing is a typing error that would silently drop checks. */
static void check_patterns(struct rules *r, const struct rules_file *file,
                           const struct yaml_node *root, const char *key)
{
    const struct yaml_node *list = yaml_get(root, key);
    for (const struct yaml_node *n = list && list->kind == YAML_LIST ? list->first : NULL; n;
         n = n->next) {
        bool found = n->kind != YAML_SCALAR;
        const char *ids[2] = { NULL, NULL };
        const char *near = "";
        for (const struct check *c = r->checks; c && !found; c = c->next) {
            found = c->id && glob_matches(n->text, c->id);
            ids[0] = c->id;
            if (!found && c->id && near[0] == '\0') {
                near = did_you_mean(n->text, ids);
            }
        }
        if (!found) {
            mistake_node(&r->mistakes, file, n, NULL, "no check matches '%s'%s", n->text, near);
        }
    }
}

static void set_parameters(struct rules *r, const struct rules_file *file,
                           const struct yaml_node *map)
{
    if (map && map->kind != YAML_MAP) {
        mistake_node(&r->mistakes, file, map, NULL,
                     "'parameters' must map check ids to parameters");
        return;
    }
    for (const struct yaml_node *n = map ? map->first : NULL; n; n = n->next) {
        struct check *c = rules_find(r, n->key);
        if (c) {
            parameters_override(&r->mistakes, file, n, c);
        } else {
            mistake_key(&r->mistakes, file, n, NULL, "there is no check '%s'", n->key);
        }
    }
}

static void apply(struct rules *r, const struct rules_file *file, const struct yaml_node *root)
{
    static const struct key_spec keys[] = {
        { "title", true, NULL, NULL },      { "why", false, NULL, NULL },
        { "include", false, NULL, NULL },   { "tags", false, NULL, NULL },
        { "severity", false, NULL, NULL },  { "exclude", false, NULL, NULL },
        { "parameters", false, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    struct selection *s = arena_alloc(r->arena, sizeof(*s));
    if (!s) {
        mistake_node(m, file, root, NULL, "out of memory");
        return;
    }
    fields_check_keys(m, file, root, NULL, keys, ARRAY_LEN(keys));
    r->profile_title = field_text2(m, file, root, "title", NULL);
    (void)field_text2(m, file, root, "why", NULL);
    s->include_count =
        field_words(m, file, root, "include", NULL, NULL, "check", s->include, MAX_PATTERNS);
    s->exclude_count =
        field_words(m, file, root, "exclude", NULL, NULL, "check", s->exclude, MAX_PATTERNS);
    s->tag_count = field_words(m, file, root, "tags", NULL,
                               vocabulary_names(r->arena, r->words.tags, r->words.tag_count), "tag",
                               s->tags, CHECK_MAX_TAGS);
    check_patterns(r, file, root, "include");
    check_patterns(r, file, root, "exclude");
    s->severity = 4;
    const char *severity = field_text(m, file, root, "severity", NULL);
    for (int i = 0; severity && i <= 5; i++) {
        if (!severity_words[i]) {
            mistake_node(m, file, yaml_get(root, "severity"), NULL, "unknown severity '%s'%s",
                         severity, did_you_mean(severity, severity_words));
        } else if (strcmp(severity_words[i], severity) == 0) {
            s->severity = i;
            break;
        }
    }
    set_parameters(r, file, yaml_get(root, "parameters"));
    for (struct check *c = r->checks; c; c = c->next) {
        c->is_selected = c->id && is_selected(s, c);
    }
}

void profile_apply(struct rules *r, const char *directory, const char *name)
{
    struct err err;
    struct rules_file *file = arena_alloc(r->arena, sizeof(*file));
    const char *path = arena_printf(r->arena, "%s/profiles/%s.yaml", directory, name);
    struct yaml_node *root = NULL;
    if (!file || !path) {
        return;
    }
    if (strchr(name, '/') || name[0] == '.' || access(path, F_OK) != 0) {
        (void)err_setf(&err, RC_USAGE,
                       "there is no profile '%s' (a profile is a file in %s/profiles)", name,
                       directory);
        (void)err_at(&err, "%s", name);
        mistake_err(&r->mistakes, &err);
        return;
    }
    if (rules_read_file(r->arena, path, file, &err) != RC_OK ||
        yaml_tree_parse(path, file->bytes, file->size, r->arena, &root, &err) != RC_OK) {
        mistake_err(&r->mistakes, &err);
    } else if (!root || root->kind != YAML_MAP || root->next) {
        mistake_at(&r->mistakes, file, 1, 1, NULL,
                   "a profile is one map with title, include, tags, severity, exclude, parameters");
    } else {
        apply(r, file, root);
    }
}
