/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: yaml_tree_parse. */
#include "audit/yaml/yaml_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_freep) struct arena *a = arena_new(0);
    struct yaml_node *root = NULL;
    struct err err = { 0 };
    if (a && yaml_tree_parse("fuzz", (const char *)data, size, a, &root, &err) == RC_OK && root) {
        (void)yaml_get(root, "id");
        (void)yaml_count(root);
    }
    return 0;
}
