/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Targets: check_parse, sql_refuse, parameters, short forms, and check_compile over the views of this version. */
#include <string.h>

#include "rules/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *store;
static struct arena *once;
static struct catalogue catalogue;
static struct word2 tags[] = { { "password", { "p", "p" } } };
static struct word2 sources[] = { { "ldap.user", { "u", "u" } } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    struct rules r = { 0 };
    if (!store) {
        once = arena_new(0);
        if (!once || store_open_memory(&store, &err) != RC_OK ||
            catalogue_load(once, store_handle(store), &catalogue, &err) != RC_OK) {
            return 0;
        }
    }
    r.arena = arena_new(64U << 20);
    if (!r.arena) {
        return 0;
    }
    r.catalogue = catalogue;
    r.tail = &r.checks;
    r.mistakes.arena = r.arena;
    r.words = (struct vocabulary){ tags, sources, 1, 1 };
    struct rules_file file = { "fuzz.yaml", (const char *)data, size };
    struct yaml_node *root = NULL;
    if (yaml_tree_parse(file.path, file.bytes, size, r.arena, &root, &err) == RC_OK) {
        for (const struct yaml_node *n = root; n; n = n->next) {
            check_parse(&r, &file, n);
        }
        for (struct check *c = r.checks; c; c = c->next) {
            check_compile(&r, c, store_handle(store));
        }
        (void)mistakes_list(&r.mistakes);
    }
    arena_free(r.arena);
    return 0;
}
