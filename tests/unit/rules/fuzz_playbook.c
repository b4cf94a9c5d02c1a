/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: the reset playbook. The first document is playbook.yaml, the others are actions; they are compiled over the views of this version and, when
 * they have no mistake, make a plan of an evidence file with a few accounts. */
#include <string.h>

#include "rules/guard.h"
#include "rules/reset/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *store;
static struct arena *once;
static struct catalogue catalogue;

static const char estate[] =
    "INSERT INTO audit_info VALUES('now', '134398161300000000'), ('incident_at', '134390000000000000');"
    "INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac) VALUES('a', 'S-1-5-21-1-2-3-500', 500, 'user', 'CN=a', 'a', 512),"
    " ('b', 'S-1-5-21-1-2-3-502', 502, 'user', 'CN=b', 'b', 514), ('c', 'S-1-5-21-1-2-3-1000', 1000, 'computer', 'CN=c', 'c', 4096);";

static bool begin(void)
{
    struct err err = { 0 };
    once = arena_new(0);
    return once && store_open_memory(&store, &err) == RC_OK &&
           catalogue_load(once, store_handle(store), &catalogue, &err) == RC_OK &&
           store_exec(store_handle(store), estate, &err) == RC_OK &&
           store_derive(store, &err) == RC_OK && store_derive_reset(store, &err) == RC_OK;
}

static void make(struct rules *r)
{
    struct err err = { 0 };
    struct reset_totals totals = { 0 };
    const struct reset_options options = {
        .kind = "plan", .scope = "forest", .batches = "", .people = 2
    };
    if (plan_make_on(r, store_handle(store), store, &options, &totals, &err) != RC_OK) {
        return; /* what it says is for a person */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    struct rules r = { .step_limit = 2000000 };
    if (!store && !begin()) {
        return 0;
    }
    r.arena = arena_new(64U << 20);
    if (!r.arena) {
        return 0;
    }
    r.catalogue = catalogue;
    r.tail = &r.checks;
    r.mistakes.arena = r.arena;
    struct rules_file file = { "fuzz.yaml", (const char *)data, size };
    struct yaml_node *root = NULL;
    if (size < 65536 &&
        yaml_tree_parse(file.path, file.bytes, size, r.arena, &root, &err) == RC_OK && root) {
        struct yaml_node *actions = root->next;
        root->next = NULL;
        playbook_parse(&r, &file, root, actions);
        playbook_compile(&r, store_handle(store));
        if (!mistakes_list(&r.mistakes)) {
            make(&r);
        }
    }
    arena_free(r.arena);
    return 0;
}
