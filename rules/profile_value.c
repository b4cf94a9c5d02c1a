/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a profile sets of checks: their severity and their parameters. A check named in full goes before a glob; two globs that say
 * different things of one check are a mistake. */
#include <string.h>

#include "rules/check.h"

int severity_index(const char *word)
{
    for (int i = 0; severity_words[i]; i++) {
        if (strcmp(severity_words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

static bool is_glob(const char *key)
{
    return strchr(key, '*') != NULL;
}

static bool is_map(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                   const char *what)
{
    if (map && map->kind != YAML_MAP) {
        mistake_node(&r->mistakes, file, map, NULL, "%s", what);
    }
    return map && map->kind == YAML_MAP;
}

static void no_check(struct rules *r, const struct rules_file *file, const struct yaml_node *n)
{
    if (is_glob(n->key)) {
        mistake_key(&r->mistakes, file, n, NULL, "no check matches '%s'%s", n->key,
                    rules_nearest(r, n->key));
    } else {
        mistake_key(&r->mistakes, file, n, NULL, "there is no check '%s'%s", n->key,
                    rules_nearest(r, n->key));
    }
}

static bool meant(const struct yaml_node *n, const struct check *c)
{
    return c->id && glob_matches(n->key, c->id);
}

static int word_of(struct rules *r, const struct rules_file *file, const struct yaml_node *n)
{
    int severity = n->kind == YAML_SCALAR ? severity_index(n->text) : -1;
    if (severity < 0) {
        mistake_node(&r->mistakes, file, n, NULL,
                     "unknown severity '%s'%s; there are critical, high, medium, low, info",
                     n->kind == YAML_SCALAR ? n->text : "",
                     n->kind == YAML_SCALAR ? did_you_mean(n->text, severity_words) : "");
    }
    return severity;
}

/* The other glob of the map, before this one, that means the check; NULL when there is none. */
static const struct yaml_node *earlier_glob(const struct yaml_node *map, const struct yaml_node *n,
                                            const struct check *c, const char *parameter)
{
    for (const struct yaml_node *o = map->first; o && o != n; o = o->next) {
        if (is_glob(o->key) && meant(o, c) && (!parameter || yaml_get(o, parameter))) {
            return o;
        }
    }
    return NULL;
}

static bool same_scalar(const struct yaml_node *a, const struct yaml_node *b)
{
    return a && b && a->kind == YAML_SCALAR && b->kind == YAML_SCALAR &&
           strcmp(a->text, b->text) == 0;
}

static void set_severity(struct rules *r, const struct rules_file *file,
                         const struct yaml_node *map, const struct yaml_node *n)
{
    size_t count = 0;
    bool told = false;
    int severity = word_of(r, file, n);
    for (struct check *c = r->checks; c; c = c->next) {
        if (!meant(n, c)) {
            continue;
        }
        const struct yaml_node *other = is_glob(n->key) ? earlier_glob(map, n, c, NULL) : NULL;
        if (other && !same_scalar(other, n) && !yaml_get(map, c->id) && !told) {
            mistake_key(&r->mistakes, file, n, NULL,
                        "'%s' and '%s' both set the severity of %s; name that check in full",
                        other->key, n->key, c->id);
            told = true;
        }
        count++;
        if (severity >= 0 && c->severity >= 0) {
            c->severity = severity;
        }
    }
    if (count == 0) {
        no_check(r, file, n);
    }
}

void profile_set_severities(struct rules *r, const struct rules_file *file,
                            const struct yaml_node *map)
{
    if (!is_map(r, file, map, "'severities' must map check ids or globs to severities")) {
        return;
    }
    for (int exact = 0; exact < 2; exact++) {
        for (const struct yaml_node *n = map->first; n; n = n->next) {
            if (is_glob(n->key) == (exact == 0)) {
                set_severity(r, file, map, n);
            }
        }
    }
}

/* What two globs say of one parameter of one check. */
static bool is_conflict(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                        const struct yaml_node *n, const struct check *c)
{
    const struct yaml_node *own = yaml_get(map, c->id);
    for (const struct yaml_node *p = n->kind == YAML_MAP ? n->first : NULL; p; p = p->next) {
        const struct yaml_node *other = earlier_glob(map, n, c, p->key);
        if (other && !same_scalar(yaml_get(other, p->key), p) && !yaml_get(own, p->key)) {
            mistake_key(&r->mistakes, file, n, NULL,
                        "'%s' and '%s' both set parameter '%s' of %s; name that check in full",
                        other->key, n->key, p->key, c->id);
            return true;
        }
    }
    return false;
}

static void set_parameters(struct rules *r, const struct rules_file *file,
                           const struct yaml_node *map, const struct yaml_node *n)
{
    size_t count = 0;
    bool told = false;
    for (struct check *c = r->checks; c; c = c->next) {
        if (!meant(n, c)) {
            continue;
        }
        count++;
        told = told || (is_glob(n->key) && is_conflict(r, file, map, n, c));
        parameters_override(&r->mistakes, file, n, c);
    }
    if (count == 0) {
        no_check(r, file, n);
    }
}

void profile_set_parameters(struct rules *r, const struct rules_file *file,
                            const struct yaml_node *map)
{
    if (!is_map(r, file, map, "'parameters' must map check ids or globs to parameters")) {
        return;
    }
    for (int exact = 0; exact < 2; exact++) {
        for (const struct yaml_node *n = map->first; n; n = n->next) {
            if (is_glob(n->key) == (exact == 0)) {
                set_parameters(r, file, map, n);
            }
        }
    }
}
