/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes regf_open, regf_subkeys, regf_values, regf_data, regf_class, regf_find, regf_name_text, bootkey_read, security_audit,
 * security_rights: a hive, walked through. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/bootkey.h"
#include "audit/decode/format/security_hive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
    struct regf *h;
    struct arena *a;
    uint64_t keys;
};

static enum rc take_value(void *context, const struct regf_value *v, struct err *err)
{
    struct walk *w = context;
    const uint8_t *data = NULL;
    arena_reset(w->a);
    const char *name = regf_name_text(w->a, &v->name);
    if (name && !regf_name_is(&v->name, name, strlen(name)) && !strstr(name, "\xef\xbf\xbd") &&
        !strstr(name, "\xe2\x90\x80")) {
        abort(); /* a name that was read is not itself */
    }
    if (regf_data(w->h, v, w->a, &data, err) == RC_OK && v->size > 0) {
        volatile uint8_t last = data[v->size - 1];
        (void)last;
    }
    return RC_OK;
}

static enum rc take_key(void *context, const struct regf_key *key, struct err *err)
{
    struct walk *w = context;
    struct regf_name class_name;
    uint64_t damaged = 0;
    w->keys++;
    if (key->depth > REGF_DEPTH_MAX) {
        abort();
    }
    (void)(regf_class(w->h, key, &class_name, err) == RC_OK);
    (void)(regf_values(w->h, key, take_value, w, &damaged, err) == RC_OK);
    return w->keys < 100000 ? regf_subkeys(w->h, key, take_key, w, &damaged, err) : RC_OK;
}

static enum rc take_text(void *context, const char *right, const char *sid, struct err *err)
{
    (void)context;
    (void)err;
    return *right && sid_text_valid(sid) ? RC_OK : RC_BUG;
}

static enum rc take_audit(void *context, const char *subcategory, unsigned setting, struct err *err)
{
    (void)context;
    (void)err;
    return guid_text_valid(subcategory) && setting <= 3 ? RC_OK : RC_BUG;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct regf h;
    struct regf_key root, set;
    struct err err;
    uint8_t boot[BOOTKEY_SIZE];
    uint64_t damaged = 0;
    struct walk w = { .h = &h, .a = arena_new(0) };
    if (w.a && regf_open(&h, data, size, &err) == RC_OK && regf_root(&h, &root, &err) == RC_OK) {
        (void)(take_key(&w, &root, &err) == RC_OK);
        if (bootkey_control_set(&h, &set, &err) == RC_OK) {
            (void)(bootkey_read(&h, &set, boot, &err) == RC_OK);
        }
        if (security_rights(&h, take_text, NULL, &damaged, &err) == RC_BUG ||
            security_audit(&h, take_audit, NULL, &err) == RC_BUG) {
            abort();
        }
    }
    arena_free(w.a);
    return 0;
}
