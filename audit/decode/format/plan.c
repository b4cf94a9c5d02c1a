/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_FOUND 65536U /* values and keys that are kept for one host */

struct found {
    const char *key, *value;
    bool is_key;     /* a key without a wished value */
    bool is_told;    /* only whether it is there */
    bool is_missing; /* is_told, and it is not */
    uint32_t order;  /* in which it was offered */
    uint32_t type;
    int64_t size;
    struct registry_data data;
};

struct root {
    const char *path;
    size_t size;
    bool is_covered;
};

struct plan {
    struct arena *a;
    struct plan_wish *wishes;
    uint64_t
        *marks; /* of the wishes' keys, so that most values are passed over without a comparison */
    size_t count;
    const char **services;
    size_t service_count;
    struct found *found;
    size_t found_count, found_room;
    uint32_t offers;
    struct root *roots;
    size_t root_count, root_room;
};

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* FNV-1a of the key without regard to case. */
static uint64_t mark_of(const char *key, size_t n)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++) {
        h = (h ^ lower(key[i])) * UINT64_C(1099511628211);
    }
    return h;
}

static bool same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

static bool same_text(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && same(a, b, n);
}

static enum rc add_wish(struct plan *p, const char *text, struct err *err)
{
    const char *bar = strrchr(text, '|');
    size_t n = bar ? (size_t)(bar - text) : 0;
    struct plan_wish *w = &p->wishes[p->count];
    if (n >= 2 && memcmp(bar - 2, "\\*", 2) == 0) {
        w->is_each_subkey = true;
        n -= 2;
    }
    if (!bar || strncasecmp(text, "HKLM\\", 5) != 0 || n <= 5 || text[n - 1] == '\\') {
        return err_setf(err, RC_USAGE, "registry is \"%s\": give HKLM\\…\\Key|Value", text);
    }
    w->key = arena_strndup(p->a, text, n);
    w->value = bar + 1;
    w->is_each_value = strcmp(bar + 1, "*") == 0;
    p->marks[p->count++] = mark_of(text, n);
    return w->key ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc plan_new(struct arena *a, const struct task *task, struct plan **ret, struct err *err)
{
    struct plan *p = arena_alloc(a, sizeof(*p));
    if (!p) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    p->a = a;
    p->wishes = arena_array(a, task->count + 1, sizeof(*p->wishes));
    p->marks = arena_array(a, task->count + 1, sizeof(*p->marks));
    p->services = arena_array(a, task->count + 1, sizeof(*p->services));
    if (!p->wishes || !p->marks || !p->services) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < task->count; i++) {
        const struct task_parameter *t = &task->parameters[i];
        if (strcmp(t->key, "registry") == 0) {
            TRY(add_wish(p, t->value, err));
        } else if (strcmp(t->key, "service") == 0) {
            p->services[p->service_count++] = t->value;
        }
    }
    *ret = p;
    return RC_OK;
}

size_t plan_count(const struct plan *p)
{
    return p->count;
}

const struct plan_wish *plan_wish(const struct plan *p, size_t i)
{
    return &p->wishes[i];
}

size_t plan_service_count(const struct plan *p)
{
    return p->service_count;
}

const char *plan_service(const struct plan *p, size_t i)
{
    return p->services[i];
}

const char *plan_spell_service(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->service_count; i++) {
        if (same_text(p->services[i], name)) {
            return p->services[i];
        }
    }
    return NULL;
}

/* Where a key stands: its own mark, and that of the key above it. */
struct place {
    const char *key;
    size_t size, parent_size;
    uint64_t mark, parent_mark;
};

static struct place place_of(const char *key)
{
    const char *slash = strrchr(key, '\\');
    struct place at = { .key = key, .size = strlen(key) };
    at.parent_size = slash ? (size_t)(slash - key) : 0;
    at.mark = mark_of(key, at.size);
    at.parent_mark = mark_of(key, at.parent_size);
    return at;
}

/* True when the wish is about this key, or about every key beside it. */
static bool is_about(const struct plan *p, size_t i, const struct place *at)
{
    const struct plan_wish *w = &p->wishes[i];
    size_t n = strlen(w->key);
    return w->is_each_subkey
               ? p->marks[i] == at->parent_mark && n == at->parent_size && same(w->key, at->key, n)
               : p->marks[i] == at->mark && n == at->size && same(w->key, at->key, n);
}

/* The key with the spelling of the wish; NULL when memory is short. */
static const char *spelled(struct arena *a, const struct plan_wish *w, const struct place *at)
{
    return w->is_each_subkey ? arena_printf(a, "%s%s", w->key, at->key + at->parent_size) : w->key;
}

void plan_spell(const struct plan *p, struct arena *a, const char **key, const char **value)
{
    struct place at = place_of(*key);
    bool has_key = false;
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_wish *w = &p->wishes[i];
        if (!is_about(p, i, &at)) {
            continue;
        }
        const char *text = has_key ? *key : spelled(a, w, &at);
        if (text) {
            *key = text;
            has_key = true;
        }
        if (!w->is_each_value && same_text(w->value, *value)) {
            *value = w->value;
            return;
        }
    }
}

static int compare_text(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return (int)lower(*a) - (int)lower(*b);
}

/* By key, the key itself before its values, those by name without regard to case. */
static int compare(const struct found *a, const struct found *b)
{
    int order = strcmp(a->key, b->key);
    if (order == 0 && a->is_key != b->is_key) {
        order = a->is_key ? -1 : 1;
    }
    return order != 0 ? order : compare_text(a->value, b->value);
}

static int compare_offers(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int order = compare(x, y);
    return order != 0 ? order : x->order < y->order ? -1 : 1;
}

/* Sorts what was offered; of several for one place the first stays. Searching at each offer would cost the square of their number,
 * and a hive may have as many values as it likes. */
static void settle(struct plan *p)
{
    size_t kept = 0;
    if (p->found_count > 1) {
        qsort(p->found, p->found_count, sizeof(*p->found), compare_offers);
    }
    for (size_t i = 0; i < p->found_count; i++) {
        if (kept == 0 || compare(&p->found[kept - 1], &p->found[i]) != 0) {
            p->found[kept++] = p->found[i];
        }
    }
    p->found_count = kept;
}

/* Position of the first that does not come before the key and value, after settle. */
static size_t position(const struct plan *p, const char *key, const char *value)
{
    const struct found wanted = { .key = key, .value = value };
    size_t low = 0, high = p->found_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&p->found[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static const struct found *find(const struct plan *p, const char *key, const char *value)
{
    const struct found wanted = { .key = key, .value = value };
    size_t i = position(p, key, value);
    return i < p->found_count && compare(&p->found[i], &wanted) == 0 ? &p->found[i] : NULL;
}

/* More room, after what came twice is gone. Half of it must become free, or the next offers would settle again and again. */
static enum rc make_room(struct plan *p, struct err *err)
{
    settle(p);
    if (p->found_count >= MOST_FOUND) {
        return err_setf(err, RC_LIMIT, "more than %u registry values of one host are wished",
                        MOST_FOUND);
    }
    if (p->found_room > 0 && p->found_count < p->found_room / 2) {
        return RC_OK;
    }
    size_t room = p->found_room ? p->found_room * 2 : 256;
    struct found *list = arena_array(p->a, room, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (p->found_count > 0) {
        memcpy(list, p->found, p->found_count * sizeof(*list));
    }
    p->found = list;
    p->found_room = room;
    return RC_OK;
}

static enum rc keep(struct plan *p, const struct found *f, struct err *err)
{
    if (p->found_count == p->found_room) {
        TRY(make_room(p, err));
    }
    p->found[p->found_count] = *f;
    p->found[p->found_count++].order = p->offers++;
    return RC_OK;
}

enum rc plan_offer_key(struct plan *p, const char *key, struct err *err)
{
    struct place at = place_of(key);
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_wish *w = &p->wishes[i];
        if (!w->is_each_subkey || !is_about(p, i, &at)) {
            continue;
        }
        struct found f = { .key = spelled(p->a, w, &at), .value = "", .is_key = true };
        if (!f.key) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(keep(p, &f, err));
    }
    return RC_OK;
}

enum rc plan_offer(struct plan *p, const struct registry_value *v, struct err *err)
{
    struct place at = place_of(v->key);
    TRY(plan_offer_key(p, v->key, err));
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_wish *w = &p->wishes[i];
        if (!is_about(p, i, &at) || (!w->is_each_value && !same_text(w->value, v->value))) {
            continue;
        }
        struct found f = { .key = spelled(p->a, w, &at),
                           .value = w->is_each_value ? arena_strdup(p->a, v->value) : w->value,
                           .type = v->type,
                           .size = (int64_t)v->size };
        if (!f.key || !f.value || !registry_data(p->a, v, &f.data)) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(keep(p, &f, err));
    }
    return RC_OK;
}

enum rc plan_tell(struct plan *p, const char *key, const char *value, bool is_there,
                  struct err *err)
{
    struct place at = place_of(key);
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_wish *w = &p->wishes[i];
        if (w->is_each_value || !is_about(p, i, &at) || !same_text(w->value, value)) {
            continue;
        }
        struct found f = { .key = spelled(p->a, w, &at),
                           .value = w->value,
                           .is_told = true,
                           .is_missing = !is_there };
        if (!f.key) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(keep(p, &f, err));
    }
    return RC_OK;
}

static enum rc add_root(struct plan *p, const char *root, bool is_covered, struct err *err)
{
    if (p->root_count == p->root_room) {
        size_t room = p->root_room ? p->root_room * 2 : 32;
        struct root *list = arena_array(p->a, room, sizeof(*list));
        if (!list) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (p->root_count > 0) {
            memcpy(list, p->roots, p->root_count * sizeof(*list));
        }
        p->roots = list;
        p->root_room = room;
    }
    struct root r = { arena_strdup(p->a, root), strlen(root), is_covered };
    if (!r.path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    p->roots[p->root_count++] = r;
    return RC_OK;
}

enum rc plan_cover(struct plan *p, const char *root, struct err *err)
{
    return add_root(p, root, true, err);
}

enum rc plan_uncover(struct plan *p, const char *root, struct err *err)
{
    return add_root(p, root, false, err);
}

/* What was said last of a key or of one above it. A key above an uncovered one is not covered for each subkey. */
static bool is_covered(const struct plan *p, const struct plan_wish *w)
{
    size_t n = strlen(w->key);
    for (size_t i = p->root_count; i > 0; i--) {
        const struct root *r = &p->roots[i - 1];
        bool is_at_or_above = r->size <= n && same(r->path, w->key, r->size) &&
                              (r->size == n || w->key[r->size] == '\\');
        bool is_below = w->is_each_subkey && !r->is_covered && r->size > n &&
                        same(r->path, w->key, n) && r->path[n] == '\\';
        if (is_at_or_above || is_below) {
            return r->is_covered;
        }
    }
    return false;
}

struct emission {
    struct plan *p;
    const char *host, *origin;
    struct row_sink *sink;
    uint64_t rows;
};

static enum rc put(struct emission *e, const char *key, const char *value, const struct found *f,
                   struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_REGISTRY);
    row_text(&row, REGISTRY_HOST, e->host);
    row_text(&row, REGISTRY_KEY, key);
    row_text(&row, REGISTRY_VALUE, value);
    row_text(&row, REGISTRY_ORIGIN, e->origin);
    row_bool(&row, REGISTRY_MISSING, !f || f->is_missing);
    if (f && !f->is_told) {
        row_int(&row, REGISTRY_TYPE, f->type);
        row_int(&row, REGISTRY_SIZE, f->size);
        row_text(&row, REGISTRY_TEXT, f->data.text);
        if (f->data.has_number) {
            row_int(&row, REGISTRY_NUMBER, f->data.number);
        }
    }
    e->rows++;
    return row_put(e->sink, &row, err);
}

/* The values of one key that a wish asks for; absence counts when the key was covered. */
static enum rc emit_key(struct emission *e, const struct plan_wish *w, const char *key,
                        bool has_all, bool *ret_settled, struct err *err)
{
    bool any = false;
    if (!w->is_each_value) {
        const struct found *f = find(e->p, key, w->value);
        any = f || has_all;
        *ret_settled = *ret_settled && any;
        return any ? put(e, key, w->value, f, err) : RC_OK;
    }
    for (size_t i = position(e->p, key, "");
         i < e->p->found_count && strcmp(e->p->found[i].key, key) == 0; i++) {
        const struct found *f = &e->p->found[i];
        if (!f->is_missing) {
            any = true;
            TRY(put(e, key, f->value, f, err));
        }
    }
    *ret_settled = *ret_settled && has_all;
    return any || !has_all ? RC_OK : put(e, key, "*", NULL, err);
}

static enum rc emit_subkeys(struct emission *e, const struct plan_wish *w, bool has_all,
                            bool *ret_settled, struct err *err)
{
    size_t n = strlen(w->key);
    bool any = false;
    for (size_t i = 0; i < e->p->found_count; i++) {
        const struct found *f = &e->p->found[i];
        if (f->is_key && strlen(f->key) > n && strncmp(f->key, w->key, n) == 0 &&
            f->key[n] == '\\' && !strchr(f->key + n + 1, '\\')) {
            any = true;
            /* Only an each-value wish without values says nothing of one subkey: the others go on. */
            bool ignored = true;
            TRY(emit_key(e, w, f->key, has_all && !w->is_each_value, &ignored, err));
        }
    }
    *ret_settled = has_all;
    const char *star = any || !has_all ? NULL : arena_printf(e->p->a, "%s\\*", w->key);
    return star ? put(e, star, w->value, NULL, err) : RC_OK;
}

enum rc plan_emit(struct plan *p, const char *host, const char *origin, struct row_sink *sink,
                  uint64_t *ret_rows, uint64_t *ret_open, struct err *err)
{
    struct emission e = { .p = p, .host = host, .origin = origin, .sink = sink };
    *ret_open = 0;
    settle(p);
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_wish *w = &p->wishes[i];
        bool is_settled = true, has_all = is_covered(p, w);
        TRY(w->is_each_subkey ? emit_subkeys(&e, w, has_all, &is_settled, err)
                              : emit_key(&e, w, w->key, has_all, &is_settled, err));
        *ret_open += !is_settled;
    }
    *ret_rows = e.rows;
    return RC_OK;
}
