/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle.h"

#include <hivex.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const void *data, size_t n)
{
    const uint8_t *p = data;
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++) {
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    }
    return h;
}

static void put_key(struct wr *out, const char *name, unsigned depth, int64_t changed)
{
    wr_printf(out, "%u K %" PRId64 " %s\n", depth, changed, name);
}

static void put_value(struct wr *out, const char *name, uint32_t type, const void *data, size_t n)
{
    wr_printf(out, "V %u %zu %016" PRIx64 " %s\n", type, n, hash_of(data, n), name);
}

/* hivex hands names on as C strings, so that "SAC" with a NUL behind it (SECURITY of Windows XP has such a key) is "SAC" there. */
static const char *as_c_string(char *name)
{
    char *nul = strstr(name, "\xe2\x90\x80");
    if (nul) {
        *nul = '\0';
    }
    return name;
}

struct walk {
    struct regf *h;
    struct wr *out;
    struct arena *a;
    struct tally tally;
};

static enum rc take_value(void *context, const struct regf_value *v, struct err *err)
{
    struct walk *w = context;
    const uint8_t *data = NULL;
    arena_reset(w->a);
    w->tally.values++;
    char *name = regf_name_text(w->a, &v->name);
    if (name && regf_data(w->h, v, w->a, &data, err) == RC_OK) {
        put_value(w->out, as_c_string(name), v->type, data, v->size);
    }
    return RC_OK;
}

static enum rc take_key(void *context, const struct regf_key *key, struct err *err)
{
    struct walk *w = context;
    uint64_t damaged = 0;
    arena_reset(w->a);
    char *name = regf_name_text(w->a, &key->name);
    if (!name) {
        abort();
    }
    w->tally.keys++;
    w->tally.depth = key->depth > w->tally.depth ? key->depth : w->tally.depth;
    put_key(w->out, as_c_string(name), key->depth, key->written_at);
    if (regf_values(w->h, key, take_value, w, &damaged, err) != RC_OK) {
        abort();
    }
    return regf_subkeys(w->h, key, take_key, w, &damaged, err);
}

struct tally dump_regf(struct regf *h, struct wr *out)
{
    struct walk w = { .h = h, .out = out, .a = arena_new(0) };
    struct regf_key root;
    struct err err;
    if (!w.a) {
        abort();
    }
    if (regf_root(h, &root, &err) == RC_OK) {
        (void)(take_key(&w, &root, &err) == RC_OK);
    }
    w.tally.damaged = h->damaged;
    arena_free(w.a);
    return w.tally;
}

static void hivex_key(hive_h *h, hive_node_h node, unsigned depth, struct wr *out)
{
    char *name = hivex_node_name(h, node);
    hive_value_h *values = hivex_node_values(h, node);
    hive_node_h *below = hivex_node_children(h, node);
    put_key(out, name ? name : "?", depth, hivex_node_timestamp(h, node));
    free(name);
    for (size_t i = 0; values && values[i]; i++) {
        hive_type type = 0;
        size_t n = 0;
        char *key = hivex_value_key(h, values[i]),
             *data = hivex_value_value(h, values[i], &type, &n);
        if (data) {
            put_value(out, key ? key : "?", (uint32_t)type, data, n);
        }
        free(key);
        free(data);
    }
    for (size_t i = 0; below && below[i]; i++) {
        hivex_key(h, below[i], depth + 1, out);
    }
    free(values);
    free(below);
}

bool dump_hivex(const char *path, struct wr *out)
{
    hive_h *h = hivex_open(path, 0);
    if (!h) {
        return false;
    }
    hivex_key(h, hivex_root(h), 0, out);
    (void)hivex_close(h);
    return true;
}
