/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of checks: a type, a default, bounds; profiles and tests override the value. */
#include <inttypes.h>
#include <string.h>

#include "rules/check.h"

static const char *const type_words[] = { "integer", "boolean", "text", NULL };

struct parameter *parameter_find(struct check *c, const char *name, size_t n)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        if (strlen(c->parameters[i].name) == n && memcmp(c->parameters[i].name, name, n) == 0) {
            return &c->parameters[i];
        }
    }
    return NULL;
}

/* Sets the value from a scalar; false after reporting that it does not fit type or bounds. */
static bool set_value(struct mistakes *m, const struct rules_file *file, const char *check,
                      const struct yaml_node *n, struct parameter *p)
{
    bool flag = false;
    if (p->type == PARAMETER_TEXT) {
        if (n->kind != YAML_SCALAR) {
            mistake_node(m, file, n, check, "parameter '%s' must be a text", p->name);
            return false;
        }
        p->text = n->text;
        return true;
    }
    if (p->type == PARAMETER_BOOLEAN) {
        if (!yaml_bool(n, &flag)) {
            mistake_node(m, file, n, check, "parameter '%s' must be true or false", p->name);
            return false;
        }
        p->number = flag;
        return true;
    }
    if (!yaml_integer(n, &p->number)) {
        mistake_node(m, file, n, check, "parameter '%s' must be a whole number", p->name);
        return false;
    }
    if ((p->has_min && p->number < p->min) || (p->has_max && p->number > p->max)) {
        mistake_node(m, file, n, check, "parameter '%s' is %" PRId64 ", which is %s", p->name,
                     p->number,
                     p->has_min && p->number < p->min ? "below its min" : "above its max");
        return false;
    }
    return true;
}

static void guess_type(const struct yaml_node *n, struct parameter *p)
{
    bool flag = false;
    int64_t number = 0;
    p->type = yaml_integer(n, &number) ? PARAMETER_INTEGER
              : yaml_bool(n, &flag)    ? PARAMETER_BOOLEAN
                                       : PARAMETER_TEXT;
}

static void read_bound(struct rules *r, struct check *c, const struct yaml_node *n, bool *ret_has,
                       int64_t *ret)
{
    if (n) {
        *ret_has = yaml_integer(n, ret);
        if (!*ret_has) {
            mistake_node(&r->mistakes, c->file, n, c->id, "'%s' must be a whole number", n->key);
        }
    }
}

static void read_long_form(struct rules *r, struct check *c, const struct yaml_node *n,
                           struct parameter *p)
{
    static const struct key_spec keys[] = {
        { "default", true, NULL, NULL }, { "type", false, NULL, NULL },
        { "min", false, NULL, NULL },    { "max", false, NULL, NULL },
        { "en", false, NULL, NULL },     { "ja", false, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    fields_check_keys(m, c->file, n, c->id, keys, ARRAY_LEN(keys));
    const struct yaml_node *value = yaml_get(n, "default"), *type = yaml_get(n, "type");
    if (value) {
        guess_type(value, p);
    }
    if (type) {
        size_t i = 0;
        while (type_words[i] &&
               (type->kind != YAML_SCALAR || strcmp(type_words[i], type->text) != 0)) {
            i++;
        }
        if (type_words[i]) {
            p->type = (enum parameter_type)i;
        } else {
            mistake_node(m, c->file, type, c->id, "'type' must be integer, boolean or text");
        }
    }
    read_bound(r, c, yaml_get(n, "min"), &p->has_min, &p->min);
    read_bound(r, c, yaml_get(n, "max"), &p->has_max, &p->max);
    p->label = (struct text2){ field_text(m, c->file, n, "en", c->id),
                               field_text(m, c->file, n, "ja", c->id) };
    if (value) {
        (void)set_value(m, c->file, c->id, value, p);
    }
}

void parameters_parse(struct rules *r, struct check *c, const struct yaml_node *map)
{
    if (!map) {
        return;
    }
    if (map->kind != YAML_MAP) {
        mistake_node(&r->mistakes, c->file, map, c->id,
                     "'parameters' must be a map: { name: default }");
        return;
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        size_t length = strspn(n->key, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (n->key[length] != '\0' || n->key[0] < 'a') {
            mistake_key(&r->mistakes, c->file, n, c->id,
                        "parameter '%s' must be a word of a-z, 0-9 and _", n->key);
            continue;
        }
        if (c->parameter_count == CHECK_MAX_PARAMETERS) {
            mistake_key(&r->mistakes, c->file, n, c->id, "a check takes at most %d parameters",
                        CHECK_MAX_PARAMETERS);
            return;
        }
        struct parameter *p = &c->parameters[c->parameter_count++];
        p->name = n->key;
        p->text = "";
        if (n->kind == YAML_MAP) {
            read_long_form(r, c, n, p);
        } else if (n->kind == YAML_SCALAR) {
            guess_type(n, p);
            (void)set_value(&r->mistakes, c->file, c->id, n, p);
        } else {
            mistake_node(&r->mistakes, c->file, n, c->id,
                         "parameter '%s' must be a value or { default: … }", n->key);
        }
        p->own_number = p->number;
        p->own_text = p->text;
    }
}

void parameters_override(struct mistakes *m, const struct rules_file *file,
                         const struct yaml_node *map, struct check *c)
{
    const char *names[CHECK_MAX_PARAMETERS + 1] = { NULL };
    for (size_t i = 0; i < c->parameter_count; i++) {
        names[i] = c->parameters[i].name;
    }
    if (map->kind != YAML_MAP) {
        mistake_node(m, file, map, c->id, "parameters must be a map of name to value");
        return;
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        struct parameter *p = parameter_find(c, n->key, strlen(n->key));
        if (!p) {
            mistake_key(m, file, n, c->id, "the check has no parameter '%s'%s", n->key,
                        did_you_mean(n->key, names));
        } else {
            (void)set_value(m, file, c->id, n, p);
        }
    }
}
