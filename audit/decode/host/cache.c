/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a host keeps of the policies that were applied to it. It tells what policies set, never what is not set, and nothing of what
 * was changed on the host since. Where two places disagree and nothing says which one came last, neither is used. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/format/audit_csv.h"
#include "audit/decode/format/registry_pol.h"
#include "audit/decode/host/template.h"

#define VALUES_MAX    32768U
#define VALUE_SIZE    8192U /* bytes; no setting of a policy that a check reads is larger */
#define DELETIONS_MAX 256U  /* of whole keys in all files */
#define TEMPLATES_MAX 256U
#define MEMORY        (64U << 20)

#define ONLY_SET "the caches of policies hold only what policies set"

/* One record of any of the files. */
struct cached {
    struct registry_value v;
    struct host_file *file;
    unsigned source;
    size_t position;
};

struct cache {
    struct host_reading *r;
    struct arena *a; /* of the values */
    struct cached *values;
    size_t count, deletions;
    struct host_file *file;
    unsigned source;    /* of the records that come now: in one source the later one wins */
    const char *policy; /* folder of GroupPolicy, in lower case with its slash */
    const char *templates, *user_policy;
    struct plan *plan;
};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool is_at_or_below(const char *key, const char *root)
{
    size_t n = strlen(root);
    return strncasecmp(key, root, n) == 0 && (key[n] == '\0' || key[n] == '\\');
}

/* A record that takes away a key, or all of its values, takes away what the same source set before. */
static enum rc delete_key(struct cache *c, const struct registry_value *v, struct err *err)
{
    if (++c->deletions > DELETIONS_MAX) {
        return err_setf(err, RC_MALFORMED, "more deletions of keys than any policy has");
    }
    for (size_t i = 0; i < c->count; i++) {
        struct cached *old = &c->values[i];
        bool is_hit = v->action == REG_DELETE_KEY ? is_at_or_below(old->v.key, v->key)
                                                  : strcasecmp(old->v.key, v->key) == 0;
        if (old->source == c->source && is_hit) {
            old->v.action = REG_DELETE_VALUE;
        }
    }
    return RC_OK;
}

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    struct cache *c = context;
    if (v->action == REG_DELETE_KEY || v->action == REG_DELETE_VALUES) {
        return delete_key(c, v, err);
    }
    if (v->size > VALUE_SIZE || c->count == VALUES_MAX) {
        return v->size > VALUE_SIZE
                   ? RC_OK
                   : err_setf(err, RC_MALFORMED, "more values than are taken of one host");
    }
    struct cached *x = &c->values[c->count];
    *x = (struct cached){ .v = *v, .file = c->file, .source = c->source, .position = c->count };
    x->v.key = arena_strdup(c->a, v->key);
    x->v.value = arena_strdup(c->a, v->value);
    uint8_t *data = arena_alloc(c->a, v->size + 1);
    if (!x->v.key || !x->v.value || !data) {
        return err_setf(err, RC_MALFORMED, "more values than are taken of one host");
    }
    if (v->size > 0) {
        memcpy(data, v->data, v->size);
    }
    x->v.data = data;
    c->count++;
    return RC_OK;
}

/* By key and value, then by source, then in the order of reading. */
static int by_value(const void *a, const void *b)
{
    const struct cached *x = a, *y = b;
    int order = strcasecmp(x->v.key, y->v.key);
    order = order != 0 ? order : strcasecmp(x->v.value, y->v.value);
    if (order == 0 && x->source != y->source) {
        order = x->source < y->source ? -1 : 1;
    }
    return order != 0 ? order : x->position < y->position ? -1 : 1;
}

static bool same_place(const struct cached *x, const struct cached *y)
{
    return strcasecmp(x->v.key, y->v.key) == 0 && strcasecmp(x->v.value, y->v.value) == 0;
}

static bool same_data(const struct cached *x, const struct cached *y)
{
    return x->v.action == y->v.action && x->v.type == y->v.type && x->v.size == y->v.size &&
           (x->v.size == 0 || memcmp(x->v.data, y->v.data, x->v.size) == 0);
}

/* The last record of each source; one value for all of them, or none. */
static enum rc offer_values(struct cache *c, struct err *err)
{
    qsort(c->values, c->count, sizeof(*c->values), by_value);
    for (size_t i = 0, end; i < c->count; i = end) {
        const struct cached *last = NULL;
        bool is_agreed = true;
        for (end = i; end < c->count && same_place(&c->values[i], &c->values[end]); end++) {
            bool is_last_of_source = end + 1 == c->count ||
                                     c->values[end + 1].source != c->values[end].source ||
                                     !same_place(&c->values[i], &c->values[end + 1]);
            if (is_last_of_source) {
                is_agreed = is_agreed && (!last || same_data(last, &c->values[end]));
                last = &c->values[end];
            }
        }
        if (last && is_agreed && last->v.action == REG_SET) {
            enum rc rc = host_offer(c->plan, &last->v, err);
            if (rc != RC_OK && rc != RC_MALFORMED) {
                return rc;
            }
            last->file->rows++;
        }
    }
    return RC_OK;
}

static enum rc read_pol(struct cache *c, struct host_file *f, struct err *err)
{
    struct err why;
    c->source++;
    c->file = f;
    enum rc rc = registry_pol_read(f->data, f->size, "HKLM", on_value, c, &why);
    if (rc != RC_OK) {
        *err = why;
    }
    return host_file_end(c->r, f, "registry_pol", rc, err);
}

/* ntuser.pol has what was applied, in its order. Without it, the copies of the policies themselves. */
static enum rc read_pols(struct cache *c, struct err *err)
{
    struct host_file *f = host_file_find(c->r, c->r->base, c->user_policy);
    if (f) {
        TRY(read_pol(c, f, err));
    }
    size_t count;
    struct host_file *files = host_files_below(c->r, c->policy, "", &count);
    for (size_t i = 0; i < count && !f; i++) {
        if (host_file_usable(&files[i]) && ends_with(files[i].lower, "/machine/registry.pol")) {
            TRY(read_pol(c, &files[i], err));
        }
    }
    return RC_OK;
}

struct numbered {
    struct host_file *file;
    uint32_t number;
    bool is_domain;
};

static int by_number(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* "gpt00003.dom" (of a policy that is linked to the domain) or ".inf"; they were applied in the order of their numbers. */
static bool parse_name(struct host_file *f, struct numbered *ret)
{
    const char *name = host_name_of(f->lower), *dot = strrchr(name, '.');
    *ret = (struct numbered){ .file = f, .is_domain = dot && strcmp(dot, ".dom") == 0 };
    return host_file_usable(f) && dot && strncmp(name, "gpt", 3) == 0 && dot > name + 3 &&
           (ret->is_domain || strcmp(dot, ".inf") == 0) &&
           num_u32(name + 3, (size_t)(dot - name - 3), &ret->number);
}

/* A domain controller takes account policies from the domain's policies only; whether this is one may not be known. */
static void merge_policy(struct template_policy *all, const struct template_policy *former,
                         bool is_domain)
{
    for (size_t i = 0; i < TEMPLATE_SETTINGS && !is_domain; i++) {
        struct template_number *now = &all->n[i];
        const struct template_number *was = &former->n[i];
        bool is_same = now->is_set == was->is_set && now->value == was->value;
        *now = is_same ? *now : (struct template_number){ 0 };
    }
}

static enum rc read_templates(struct cache *c, struct template_reading *t, struct err *err)
{
    struct host_reading *r = c->r;
    size_t count, used = 0;
    struct host_file *files = host_files_below(r, r->base, c->templates, &count);
    struct numbered *list = arena_array(c->a, TEMPLATES_MAX, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < count && used < TEMPLATES_MAX; i++) {
        used += parse_name(&files[i], &list[used]);
    }
    qsort(list, used, sizeof(*list), by_number);
    c->source++;
    for (size_t i = 0; i < used; i++) {
        struct err why;
        struct template_policy former = t->policy;
        c->file = list[i].file;
        enum rc rc = template_read(t, list[i].file, &why);
        bool is_member = r->who.role && strcmp(r->who.role, "controller") != 0;
        merge_policy(&t->policy, &former, list[i].is_domain || is_member);
        if (rc != RC_OK) {
            *err = why;
        }
        TRY(host_file_end(r, list[i].file, "security_template", rc, err));
    }
    return RC_OK;
}

static enum rc put_templates(struct cache *c, struct template_reading *t, struct err *err)
{
    struct host_reading *r = c->r;
    bool is_cache = r->import->kind == HOST_CACHE;
    size_t lost;
    /* A row that a kit or hives told better must not be replaced: these tables keep no origin. */
    if (host_wants(r, PART_POLICY) && r->told[PART_POLICY].state == TOLD_NOTHING &&
        t->policy.is_any) {
        TRY(template_put_policy(r, NULL, &t->policy, err));
        host_raise(&r->told[PART_POLICY], TOLD_SOME, ONLY_SET);
    }
    if (host_wants(r, PART_RIGHT) && r->told[PART_RIGHT].state == TOLD_NOTHING && t->has_rights) {
        TRY(template_put_rights(t, NULL, &lost, err));
        host_raise(&r->told[PART_RIGHT], TOLD_SOME, ONLY_SET);
    }
    if (host_wants(r, PART_SERVICE)) {
        uint64_t before = r->rows[PART_SERVICE];
        TRY(template_put_services(t, NULL, "cache", err));
        if (is_cache || r->rows[PART_SERVICE] > before) {
            host_raise(&r->told[PART_SERVICE],
                       r->rows[PART_SERVICE] > before ? TOLD_SOME : TOLD_NOTHING, ONLY_SET);
        }
    }
    return RC_OK;
}

struct audit {
    struct host_reading *r;
    struct host_file *f;
};

static enum rc on_audit(void *context, const struct audit_csv_entry *e, struct err *err)
{
    struct audit *a = context;
    return e->setting == 0 ? RC_OK
                           : template_put_audit(a->r, a->f, "cache", e->subcategory,
                                                e->setting == 4 ? 0 : e->setting, err);
}

/* The applied audit policy; without it the local policy's, when there is no other. */
static struct host_file *audit_file(struct cache *c)
{
    struct host_reading *r = c->r;
    struct host_file *only = host_file_find(r, r->windows, "security/audit/audit.csv");
    size_t count, seen = 0;
    if (only && r->import->kind != HOST_KIT) {
        return only;
    }
    struct host_file *files = host_files_below(r, c->policy, "", &count);
    for (size_t i = 0; i < count; i++) {
        if (host_file_usable(&files[i]) && ends_with(files[i].lower, "/audit/audit.csv")) {
            only = &files[i];
            seen++;
        }
    }
    return seen <= 1 ? only : NULL;
}

static enum rc read_audit(struct cache *c, struct err *err)
{
    struct audit a = { c->r, audit_file(c) };
    struct err why;
    if (!a.f || !host_wants(c->r, PART_AUDIT)) {
        return RC_OK;
    }
    enum rc rc = audit_csv_read(a.f->data, a.f->size, c->r->code_page, on_audit, &a, &why);
    if (rc != RC_OK) {
        *err = why;
    }
    host_raise(&c->r->told[PART_AUDIT], a.f->rows > 0 ? TOLD_SOME : TOLD_NOTHING, ONLY_SET);
    return host_file_end(c->r, a.f, "audit_policy", rc, err);
}

/* A plan of its own with the same wishes, since what a cache says has another origin. */
static enum rc second_plan(struct cache *c, struct err *err)
{
    const struct plan *first = c->r->import->plan;
    struct task task = { .artifact = -1 };
    for (size_t i = 0; i < plan_count(first) && i < TASK_MAX_PARAMETERS; i++) {
        const struct plan_wish *w = plan_wish(first, i);
        const char *text =
            arena_printf(c->r->a, "%s%s|%s", w->key, w->is_each_subkey ? "\\*" : "", w->value);
        if (!text) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        task.parameters[task.count++] = (struct task_parameter){ "registry", text };
    }
    return plan_new(c->r->a, &task, &c->plan, err);
}

static enum rc find_places(struct cache *c, struct err *err)
{
    struct host_reading *r = c->r;
    bool is_kit = r->import->kind == HOST_KIT;
    c->policy = is_kit ? arena_printf(r->a, "%spolicy/grouppolicy/", r->base)
                       : arena_printf(r->a, "%ssystem32/grouppolicy/", r->windows);
    c->user_policy = is_kit ? "policy/ntuser.pol" : "programdata/ntuser.pol";
    /* Both are looked for below base. */
    c->templates =
        is_kit ? "policy/templates/"
               : arena_printf(r->a, "%ssecurity/templates/policies/", r->windows + strlen(r->base));
    c->values = arena_array(c->a, VALUES_MAX, sizeof(*c->values));
    if (!c->policy || !c->templates || !c->values) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    c->plan = r->import->plan;
    return r->import->kind == HOST_CACHE || !c->plan ? RC_OK : second_plan(c, err);
}

static enum rc read_caches(struct cache *c, struct err *err)
{
    struct template_reading t;
    struct host_reading *r = c->r;
    TRY(find_places(c, err));
    TRY(template_begin(&t, r, err));
    t.registry = on_value;
    t.registry_context = c;
    TRY(read_pols(c, err));
    TRY(read_templates(c, &t, err));
    TRY(put_templates(c, &t, err));
    TRY(read_audit(c, err));
    if (!c->plan || !r->import->wants[PART_REGISTRY]) {
        return RC_OK;
    }
    TRY(offer_values(c, err));
    if (r->import->kind == HOST_CACHE) {
        return RC_OK; /* the driver emits its plan */
    }
    uint64_t rows, open;
    return plan_emit(c->plan, r->import->host, "cache", r->import->sink, &rows, &open, err);
}

enum rc host_caches(struct host_reading *r, struct err *err)
{
    struct cache c = { .r = r, .a = arena_new(MEMORY) };
    enum rc rc = c.a ? read_caches(&c, err) : err_setf(err, RC_NOMEM, "out of memory");
    arena_free(c.a);
    return rc;
}
