/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks want to be read from hosts: registry values and services. Nothing else of a registry or of a service manager
 * is ever asked for. */
#include <stdlib.h>
#include <string.h>

#include "rules/reset/playbook.h"

static void add(struct rules *r, struct check *c, const struct yaml_node *node, const char **list,
                size_t *count, const char *text)
{
    for (size_t i = 0; text && i < *count; i++) {
        if (strcmp(list[i], text) == 0) {
            return;
        }
    }
    if (!text || *count == CHECK_MAX_PROBES) {
        mistake_node(&r->mistakes, c->file, node, c->id,
                     "a check may read at most %d registry values and %d services",
                     CHECK_MAX_PROBES, CHECK_MAX_PROBES);
        return;
    }
    list[(*count)++] = text;
}

void probes_add_registry(struct rules *r, struct check *c, const struct yaml_node *node,
                         const char *key, const char *value)
{
    size_t n = strlen(key);
    if (strncmp(key, "HKLM\\", 5) != 0 || n > 400 || strchr(key, '|') || key[n - 1] == '\\' ||
        strlen(value) > 200) {
        mistake_node(&r->mistakes, c->file, node, c->id,
                     "a registry key begins with HKLM\\ and does not end in a backslash");
        return;
    }
    add(r, c, node, c->probes.registry, &c->probes.registry_count,
        arena_printf(r->arena, "%s|%s", key, value));
}

void probes_add_service(struct rules *r, struct check *c, const struct yaml_node *node,
                        const char *name)
{
    if (strlen(name) > 256 || strpbrk(name, "\\/|")) {
        mistake_node(&r->mistakes, c->file, node, c->id,
                     "'%s' is not the key name of a service, such as RemoteRegistry", name);
        return;
    }
    add(r, c, node, c->probes.services, &c->probes.service_count, name);
}

static void parse_registry(struct rules *r, struct check *c, const struct yaml_node *list)
{
    for (const struct yaml_node *n = list->kind == YAML_LIST ? list->first : NULL; n; n = n->next) {
        const char *bar = n->kind == YAML_SCALAR ? strchr(n->text, '|') : NULL;
        const char *key = bar ? arena_strndup(r->arena, n->text, (size_t)(bar - n->text)) : NULL;
        if (!key || !key[0] || !bar[1]) {
            mistake_node(&r->mistakes, c->file, n, c->id,
                         "a registry value to read is 'HKLM\\KEY|VALUE'; VALUE * is every value");
        } else {
            probes_add_registry(r, c, n, key, bar + 1);
        }
    }
}

void probes_parse(struct rules *r, struct check *c)
{
    static const struct key_spec keys[] = { { "registry", false, NULL, NULL },
                                            { "service", false, NULL, NULL } };
    const struct yaml_node *map = yaml_get(c->node, "reads");
    if (!map) {
        return;
    }
    if (map->kind != YAML_MAP) {
        mistake_node(&r->mistakes, c->file, map, c->id,
                     "'reads' is a map: { registry: [ 'HKLM\\KEY|VALUE' ], service: [ NAME ] }");
        return;
    }
    fields_check_keys(&r->mistakes, c->file, map, c->id, keys, ARRAY_LEN(keys));
    if (yaml_get(map, "registry")) {
        parse_registry(r, c, yaml_get(map, "registry"));
    }
    const struct yaml_node *list = yaml_get(map, "service");
    for (const struct yaml_node *n = list && list->kind == YAML_LIST ? list->first : NULL; n;
         n = n->next) {
        if (n->kind == YAML_SCALAR) {
            probes_add_service(r, c, n, n->text);
        } else {
            mistake_node(&r->mistakes, c->file, n, c->id, "a service to read is its key name");
        }
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t unique(const char **list, size_t count)
{
    size_t kept = 0;
    qsort(list, count, sizeof(*list), by_text);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(list[kept - 1], list[i]) != 0) {
            list[kept++] = list[i];
        }
    }
    return kept;
}

/* Checks that were selected, then actions of the playbook: the one after c, the first for NULL. */
static const struct check *next_reader(const struct rules *r, const struct check *c)
{
    const struct action *a = r->playbook ? r->playbook->actions : NULL;
    const struct check *check = c ? c->next : r->is_reset_only ? NULL : r->checks;
    for (const struct action *p = a; p && c; p = p->next) {
        if (&p->check == c) {
            return p->next ? &p->next->check : NULL;
        }
    }
    while (check && !check->is_selected) {
        check = check->next;
    }
    return check ? check : a ? &a->check : NULL;
}

enum rc probes_list(struct rules *r, struct err *err)
{
    size_t most = 0;
    for (const struct check *c = next_reader(r, NULL); c; c = next_reader(r, c)) {
        most += c->probes.registry_count + c->probes.service_count;
    }
    const char **registry = arena_array(r->arena, most + 1, sizeof(*registry));
    const char **services = arena_array(r->arena, most + 1, sizeof(*services));
    if (!registry || !services) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (const struct check *c = next_reader(r, NULL); c; c = next_reader(r, c)) {
        for (size_t i = 0; i < c->probes.registry_count; i++) {
            registry[r->registry_count++] = c->probes.registry[i];
        }
        for (size_t i = 0; i < c->probes.service_count; i++) {
            services[r->service_count++] = c->probes.services[i];
        }
    }
    r->registry_count = unique(registry, r->registry_count);
    r->service_count = unique(services, r->service_count);
    r->registry = registry;
    r->services = services;
    return RC_OK;
}

const char *const *rules_registry(struct rules *r, size_t *ret_count)
{
    *ret_count = r->registry_count;
    return r->registry;
}

const char *const *rules_services(struct rules *r, size_t *ret_count)
{
    *ret_count = r->service_count;
    return r->services;
}
