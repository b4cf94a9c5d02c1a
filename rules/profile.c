/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A profile selects checks by id, tag, framework and severity, and sets their severity and parameters. One that extends another is a
 * second step after it. The exact order of each step: rules/README.md, "Profiles". */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "rules/check.h"

enum {
    MAX_PATTERNS = 512,
    MAX_FRAMEWORKS = 32,
    MAX_STEPS = 8, /* a profile, the one that it extends, and so on */
    MAX_PROFILES = 256
};

struct selection {
    const char *include[MAX_PATTERNS];
    const char *exclude[MAX_PATTERNS];
    const char *tags[CHECK_MAX_TAGS];
    const char *references[MAX_FRAMEWORKS];
    size_t include_count, exclude_count, tag_count, reference_count;
    int severity; /* least severe that is taken */
};

/* Where a profile is read from, and the profiles that led to it. */
struct step {
    const char *directory, *home;
    const char *name;
    const struct step
        *by; /* the profile that extends this one; NULL = the one that was asked for */
    unsigned depth;
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

/* Does the file name the check, by id, tag or framework? */
static bool is_taken(const struct selection *s, const struct check *c)
{
    bool taken = any_glob(s->include, s->include_count, c->id);
    for (size_t i = 0; i < s->tag_count; i++) {
        for (size_t k = 0; k < c->tag_count; k++) {
            taken = taken || strcmp(s->tags[i], c->tags[k]) == 0;
        }
    }
    for (size_t i = 0; i < s->reference_count; i++) {
        taken = taken || (c->references && yaml_get(c->references, s->references[i]));
    }
    return taken;
}

/* A pattern that matches nothing is a typing error that would silently drop checks. */
static void check_patterns(struct rules *r, const struct rules_file *file,
                           const struct yaml_node *root, const char *key)
{
    const struct yaml_node *list = yaml_get(root, key);
    for (const struct yaml_node *n = list && list->kind == YAML_LIST ? list->first : NULL; n;
         n = n->next) {
        bool found = n->kind != YAML_SCALAR;
        for (const struct check *c = r->checks; c && !found; c = c->next) {
            found = c->id && glob_matches(n->text, c->id);
        }
        if (!found) {
            mistake_node(&r->mistakes, file, n, NULL, "no check matches '%s'%s", n->text,
                         rules_nearest(r, n->text));
        }
    }
}

/* The frameworks that checks refer to, NULL-terminated. */
static const char *const *frameworks(struct rules *r)
{
    static const char *const none[] = { NULL };
    const char **names = arena_array(r->arena, MAX_FRAMEWORKS + 1, sizeof(char *));
    size_t count = 0;
    for (const struct check *c = names ? r->checks : NULL; c; c = c->next) {
        for (const struct yaml_node *n = c->references ? c->references->first : NULL; n;
             n = n->next) {
            size_t i = 0;
            while (i < count && strcmp(names[i], n->key) != 0) {
                i++;
            }
            if (i == count && count < MAX_FRAMEWORKS) {
                names[count++] = n->key;
            }
        }
    }
    return names ? names : none;
}

static void read_selection(struct rules *r, const struct rules_file *file,
                           const struct yaml_node *root, struct selection *s)
{
    struct mistakes *m = &r->mistakes;
    s->include_count =
        field_words(m, file, root, "include", NULL, NULL, "check", s->include, MAX_PATTERNS);
    s->exclude_count =
        field_words(m, file, root, "exclude", NULL, NULL, "check", s->exclude, MAX_PATTERNS);
    s->tag_count = field_words(m, file, root, "tags", NULL,
                               vocabulary_names(r->arena, r->words.tags, r->words.tag_count), "tag",
                               s->tags, CHECK_MAX_TAGS);
    s->reference_count = field_words(m, file, root, "references", NULL, frameworks(r), "framework",
                                     s->references, MAX_FRAMEWORKS);
    check_patterns(r, file, root, "include");
    check_patterns(r, file, root, "exclude");
    const char *severity = field_text(m, file, root, "severity", NULL);
    s->severity = severity ? severity_index(severity) : 4;
    if (s->severity < 0) {
        mistake_node(m, file, yaml_get(root, "severity"), NULL, "unknown severity '%s'%s", severity,
                     did_you_mean(severity, severity_words));
        s->severity = 4;
    }
}

static void apply(struct rules *r, const struct rules_file *file, const struct yaml_node *root,
                  bool is_base)
{
    struct selection *s = arena_alloc(r->arena, sizeof(*s));
    if (!s) {
        mistake_node(&r->mistakes, file, root, NULL, "out of memory");
        return;
    }
    read_selection(r, file, root, s);
    profile_set_severities(r, file, yaml_get(root, "severities"));
    bool names =
        yaml_get(root, "include") || yaml_get(root, "tags") || yaml_get(root, "references");
    for (struct check *c = r->checks; c; c = c->next) {
        bool taken = is_base && !names ? true : !is_base && c->is_selected;
        taken = c->id && (taken || is_taken(s, c));
        c->is_selected =
            taken && c->severity <= s->severity && !any_glob(s->exclude, s->exclude_count, c->id);
    }
    profile_set_parameters(r, file, yaml_get(root, "parameters"));
}

static const char *path_in(struct arena *a, const char *directory, const char *name)
{
    const char *path = directory ? arena_printf(a, "%s/profiles/%s.yaml", directory, name) : NULL;
    return path && access(path, F_OK) == 0 ? path : NULL;
}

/* File of a profile, among the site's own first; NULL when there is none. */
static const char *find_path(struct arena *a, const struct step *step, const char *name)
{
    if (strchr(name, '/') || name[0] == '.') {
        return NULL;
    }
    const char *own = path_in(a, step->directory, name);
    return own ? own : path_in(a, step->home, name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_folder(struct arena *a, const char *directory, const char **names, size_t *count)
{
    const char *path = directory ? arena_printf(a, "%s/profiles", directory) : NULL;
    DIR *d = path ? opendir(path) : NULL;
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        size_t n = strlen(e->d_name);
        if (e->d_name[0] == '.' || n <= 5 || strcmp(e->d_name + n - 5, ".yaml") != 0 ||
            *count == MAX_PROFILES) {
            continue;
        }
        const char *name = arena_strndup(a, e->d_name, n - 5);
        bool known = !name;
        for (size_t i = 0; i < *count && !known; i++) {
            known = strcmp(names[i], name) == 0;
        }
        if (!known) {
            names[(*count)++] = name;
        }
    }
    if (d) {
        (void)closedir(d);
    }
}

const char *const *profile_names(struct arena *a, const char *directory, const char *home)
{
    static const char *const none[] = { NULL };
    const char **names = arena_array(a, MAX_PROFILES + 1, sizeof(char *));
    size_t count = 0;
    if (!names) {
        return none;
    }
    list_folder(a, directory, names, &count);
    list_folder(a, home, names, &count);
    qsort(names, count, sizeof(char *), by_text);
    return names;
}

static void apply_step(struct rules *r, const struct step *step, const char *path,
                       struct profile_info *ret);

/* The profile that this one extends, if it can be applied. */
static void apply_base(struct rules *r, const struct step *step, const struct rules_file *file,
                       const struct yaml_node *root, const char *base)
{
    const struct yaml_node *n = yaml_get(root, "extends");
    const char *path = find_path(r->arena, step, base);
    struct profile_info ignored = { 0 };
    if (!path) {
        mistake_node(&r->mistakes, file, n, NULL, "there is no profile '%s'%s", base,
                     did_you_mean(base, profile_names(r->arena, step->directory, step->home)));
        return;
    }
    for (const struct step *s = step; s; s = s->by) {
        if (strcmp(s->name, base) == 0) {
            mistake_node(&r->mistakes, file, n, NULL, "'%s' extends itself, by way of this profile",
                         base);
            return;
        }
    }
    if (step->depth + 1 == MAX_STEPS) {
        mistake_node(&r->mistakes, file, n, NULL, "more than %d profiles that extend each other",
                     MAX_STEPS);
        return;
    }
    struct step next = { step->directory, step->home, base, step, step->depth + 1 };
    apply_step(r, &next, path, &ignored);
}

static void apply_step(struct rules *r, const struct step *step, const char *path,
                       struct profile_info *ret)
{
    static const struct key_spec keys[] = {
        { "title", true, NULL, NULL },       { "why", false, NULL, NULL },
        { "extends", false, NULL, NULL },    { "include", false, NULL, NULL },
        { "tags", false, NULL, NULL },       { "references", false, NULL, NULL },
        { "severity", false, NULL, NULL },   { "exclude", false, NULL, NULL },
        { "severities", false, NULL, NULL }, { "parameters", false, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    struct rules_file *file = NULL;
    size_t before = m->count;
    const struct yaml_node *root = rules_read_yaml(r, path, &file);
    if (!root || root->kind != YAML_MAP || root->next) {
        if (file && m->count == before) {
            mistake_at(
                m, file, 1, 1, NULL,
                "a profile is one map with title, extends, include, tags, references, severity, exclude, severities, parameters");
        }
        return;
    }
    fields_check_keys(m, file, root, NULL, keys, ARRAY_LEN(keys));
    ret->title = field_text2(m, file, root, "title", NULL);
    ret->why = field_text2(m, file, root, "why", NULL);
    ret->extends = field_text(m, file, root, "extends", NULL);
    if (ret->extends) {
        apply_base(r, step, file, root, ret->extends);
    }
    apply(r, file, root, !ret->extends);
}

void profile_apply_path(struct rules *r, const char *directory, const char *home, const char *name,
                        struct profile_info *ret)
{
    struct err err;
    struct step step = { .directory = directory, .home = home, .name = name };
    const char *path = find_path(r->arena, &step, name);
    *ret = (struct profile_info){ .name = name };
    if (!path) {
        (void)err_setf(&err, RC_USAGE,
                       "there is no profile '%s'%s; kagimori checks profiles lists them", name,
                       did_you_mean(name, profile_names(r->arena, directory, home)));
        (void)err_at(&err, "%s", name);
        mistake_err(&r->mistakes, &err);
        return;
    }
    apply_step(r, &step, path, ret);
    for (const struct check *c = r->checks; c; c = c->next) {
        ret->selected += c->is_selected;
    }
}

void profile_apply(struct rules *r, const char *directory, const char *home, const char *name)
{
    struct profile_info info;
    profile_apply_path(r, directory, home, name, &info);
    r->profile_title = info.title;
}
