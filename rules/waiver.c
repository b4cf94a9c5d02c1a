/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waivers: a person accepts a finding for a time. It is still evaluated and shown, and comes back when the waiver ends. */
#include <stdlib.h>
#include <string.h>

#include "rules/finding.h"
#include "rules/waiver_match.h"

struct check *rules_find(struct rules *r, const char *id)
{
    for (struct check *c = r->checks; c; c = c->next) {
        if (c->id && strcmp(c->id, id) == 0) {
            return c;
        }
    }
    return NULL;
}

const char *rules_nearest(struct rules *r, const char *id)
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

static int compare(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
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

/* How many of the checks an id or glob means; all of them in *ret_all. */
static size_t meant_checks(const struct rules *r, const char *glob, bool *ret_all)
{
    size_t meant = 0, all = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        all += c->id != NULL;
        meant += c->id && glob_matches(glob, c->id);
    }
    *ret_all = meant == all;
    return meant;
}

static void read_check(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                       struct waiver *w)
{
    bool all = false;
    if (!w->check) {
        return;
    }
    w->is_known = meant_checks(r, w->check, &all) > 0;
    if (!w->is_known && !r->is_lenient) {
        mistake_node(&r->mistakes, file, yaml_get(n, "check"), w->check, "%s%s",
                     waiver_is_glob(w->check) ? "no check matches this" : "there is no such check",
                     rules_nearest(r, w->check));
    }
    if (all && waiver_is_glob(w->check) && w->subject && waiver_is_all(w->subject) &&
        (!w->item || waiver_is_all(w->item))) {
        mistake_node(&r->mistakes, file, n, w->check,
                     "this would waive every finding of the audit; name the checks or the subject");
    }
}

static void check_word(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                       const struct waiver *w, const char *key, const char *word)
{
    static const char *const groups[] = { WAIVER_BREAK_GLASS, WAIVER_HONEY, NULL };
    if (word && word[0] == '@' && strcmp(word, groups[0]) != 0 && strcmp(word, groups[1]) != 0) {
        mistake_node(&r->mistakes, file, yaml_get(n, key), w->check,
                     "unknown group '%s'%s; there are @break-glass and @honey", word,
                     did_you_mean(word, groups));
    }
}

/* Exactly one of `finding`, or `check` with `subject`. */
static void read_target(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                        struct waiver *w)
{
    struct mistakes *m = &r->mistakes;
    const struct yaml_node *id = yaml_get(n, "finding");
    const char *finding = field_text(m, file, n, "finding", NULL);
    w->subject = field_text(m, file, n, "subject", w->check);
    w->item = field_text(m, file, n, "item", w->check);
    if (id) {
        char *lower = finding && finding_is_id(finding) ? arena_strdup(r->arena, finding) : NULL;
        for (char *p = lower; p && *p; p++) {
            *p = p == lower ? 'F' : *p >= 'A' && *p <= 'F' ? (char)(*p | 0x20) : *p;
        }
        w->finding = lower;
        w->is_known = true;
        if (yaml_get(n, "check") || yaml_get(n, "subject") || yaml_get(n, "item")) {
            mistake_key(m, file, id, w->check,
                        "'finding' names one finding by itself; without check, subject and item");
        }
        if (finding && !lower) {
            mistake_node(m, file, id, NULL,
                         "'finding' must be an id as the report shows it: F- and 12 hex digits");
        }
        w->check = w->subject = w->item = NULL;
        return;
    }
    if (!yaml_get(n, "check")) {
        mistake_node(m, file, n, NULL, "the key 'check' is missing (or 'finding')");
    }
    if (!yaml_get(n, "subject")) {
        mistake_node(m, file, n, w->check,
                     "the key 'subject' is missing (a key, a name, a glob, @break-glass, @honey)");
    }
    check_word(r, file, n, w, "subject", w->subject);
    check_word(r, file, n, w, "item", w->item);
    read_check(r, file, n, w);
}

static void read_waiver(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                        struct waiver ***tail)
{
    static const struct key_spec keys[] = {
        { "check", false, NULL, NULL }, { "subject", false, NULL, NULL },
        { "item", false, NULL, NULL },  { "finding", false, NULL, NULL },
        { "reason", true, NULL, NULL }, { "approver", true, NULL, NULL },
        { "expires", true, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    struct waiver *w = arena_alloc(r->arena, sizeof(*w));
    if (!w || n->kind != YAML_MAP) {
        mistake_node(
            m, file, n, NULL,
            "a waiver is a map with check and subject, or finding; and reason, approver, expires");
        return;
    }
    w->check = field_text(m, file, n, "check", NULL);
    fields_check_keys(m, file, n, w->check, keys, ARRAY_LEN(keys));
    w->reason = field_text(m, file, n, "reason", w->check);
    w->approver = field_text(m, file, n, "approver", w->check);
    w->expires = field_text(m, file, n, "expires", w->check);
    read_expiry(r, file, n, w);
    read_target(r, file, n, w);
    w->number = (int)++r->waiver_count;
    w->line = n->line;
    **tail = w;
    *tail = &w->next;
}

static int by_target(const void *a, const void *b)
{
    const struct waiver *x = *(struct waiver *const *)a, *y = *(struct waiver *const *)b;
    int c = compare(x->finding, y->finding);
    c = c ? c : compare(x->check, y->check);
    c = c ? c : compare(x->subject, y->subject);
    c = c ? c : compare(x->item, y->item);
    return c ? c : x->number - y->number;
}

static bool same_target(const struct waiver *x, const struct waiver *y)
{
    return compare(x->finding, y->finding) == 0 && compare(x->check, y->check) == 0 &&
           compare(x->subject, y->subject) == 0 && compare(x->item, y->item) == 0;
}

/* Two waivers of the same thing: nobody could tell which one holds. */
static void look_for_twins(struct rules *r, const struct rules_file *file)
{
    struct waiver **all = arena_array(r->arena, r->waiver_count + 1, sizeof(struct waiver *));
    size_t n = 0;
    for (struct waiver *w = r->waivers; all && w; w = w->next) {
        all[n++] = w;
    }
    if (n > 0) {
        qsort(all, n, sizeof(struct waiver *), by_target);
    }
    for (size_t i = 1; i < n; i++) {
        const struct waiver *w = all[i];
        if (same_target(all[i - 1], w) && (w->finding || (w->check && w->subject))) {
            mistake_at(&r->mistakes, file, w->line, 3, w->check, "%s of the waiver in line %u",
                       w->finding ? "the finding is that" : "check, subject and item are those",
                       all[i - 1]->line);
        }
    }
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
    look_for_twins(r, file);
}
