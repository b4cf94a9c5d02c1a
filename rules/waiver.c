/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waivers: a person accepts a finding for a time. It is still evaluated and shown, and comes back when the waiver ends. */
#include <string.h>

#include "rules/check.h"

struct check *rules_find(struct rules *r, const char *id)
{
    for (struct check *c = r->checks; c; c = c->next) {
        if (c->id && strcmp(c->id, id) == 0) {
            return c;
        }
    }
    return NULL;
}

static const char *nearest_id(struct rules *r, const char *id)
{
    size_t count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        count++;
    }
    const char **ids = arena_array(r->arena, count + 1, sizeof(char *));
    size_t n = 0;
    for (const struct check *c = r->checks; ids && c; c = c->next) {
        if (c->id) {
            ids[n++] = c->id;
        }
    }
    return did_you_mean(id, ids);
}

static bool same(const char *a, const char *b)
{
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static void read_expiry(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                        struct waiver *w)
{
    filetime day = 0;
    if (!w->expires) {
        return;
    }
    if (strlen(w->expires) != 10 || !filetime_from_iso(w->expires, &day)) {
        mistake_node(&r->mistakes, file, yaml_get(n, "expires"), w->check,
                     "'expires' must be a day such as 2027-03-31");
        return;
    }
    w->ends = day + FILETIME_DAY;
}

static void read_waiver(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                        struct waiver ***tail)
{
    static const struct key_spec keys[] = {
        { "check", true, NULL, NULL },    { "subject", true, NULL, NULL },
        { "item", false, NULL, NULL },    { "reason", true, NULL, NULL },
        { "approver", true, NULL, NULL }, { "expires", true, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    struct waiver *w = arena_alloc(r->arena, sizeof(*w));
    if (!w || n->kind != YAML_MAP) {
        mistake_node(m, file, n, NULL,
                     "a waiver is a map with check, subject, reason, approver and expires");
        return;
    }
    w->check = field_text(m, file, n, "check", NULL);
    fields_check_keys(m, file, n, w->check, keys, ARRAY_LEN(keys));
    w->subject = field_text(m, file, n, "subject", w->check);
    w->item = field_text(m, file, n, "item", w->check);
    w->reason = field_text(m, file, n, "reason", w->check);
    w->approver = field_text(m, file, n, "approver", w->check);
    w->expires = field_text(m, file, n, "expires", w->check);
    read_expiry(r, file, n, w);
    if (w->check && !rules_find(r, w->check)) {
        mistake_node(m, file, yaml_get(n, "check"), w->check, "there is no such check%s",
                     nearest_id(r, w->check));
    }
    w->number = 1;
    for (const struct waiver *other = r->waivers; other; other = other->next) {
        w->number = other->number + 1;
        if (same(other->check, w->check) && same(other->subject, w->subject) &&
            same(other->item, w->item)) {
            mistake_node(m, file, n, w->check,
                         "check, subject and item are those of waiver %d of this file",
                         other->number);
        }
    }
    **tail = w;
    *tail = &w->next;
}

void waivers_load(struct rules *r, const char *path)
{
    struct err err;
    struct rules_file *file = arena_alloc(r->arena, sizeof(*file));
    struct yaml_node *root = NULL;
    if (!file) {
        return;
    }
    if (rules_read_file(r->arena, path, file, &err) != RC_OK ||
        yaml_tree_parse(path, file->bytes, file->size, r->arena, &root, &err) != RC_OK) {
        mistake_err(&r->mistakes, &err);
        return;
    }
    if (root && (root->kind != YAML_LIST || root->next)) {
        mistake_at(&r->mistakes, file, 1, 1, NULL,
                   "a file of waivers is a list: - { check: …, subject: … }");
        return;
    }
    struct waiver **tail = &r->waivers;
    for (const struct yaml_node *n = root ? root->first : NULL; n; n = n->next) {
        read_waiver(r, file, n, &tail);
    }
}
