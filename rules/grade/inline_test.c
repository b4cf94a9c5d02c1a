/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of facts against evidence, of sentences and risks against numbers. */
#include <string.h>

#include "rules/fixture.h"
#include "rules/grade/management.h"

struct bench {
    struct rules *r;
    struct store *store;
    struct mistakes *problems;
    const char *id;
    size_t *passed, *failed;
    struct evaluation *e; /* over an empty estate, for sentences and risks */
    struct values none;   /* every fact, not known */
};

static enum rc nothing_put(struct sink *sink, const struct check *c, const struct outcome *o,
                           struct err *err)
{
    (void)sink;
    (void)c;
    (void)o;
    (void)err;
    return RC_OK;
}

static struct sink no_sink = { nothing_put, NULL };

/* Compares a value with what a test expects: a number, or null for not known. */
static void expect_value(struct bench *b, const struct rules_file *file, const struct yaml_node *n,
                         const char *about, size_t number, bool is_known, int64_t got)
{
    int64_t wanted = 0;
    bool is_null = yaml_is_null(n);
    if (!is_null && !yaml_integer(n, &wanted)) {
        mistake_node(b->problems, file, n, about, "test %zu: a number or null is expected", number);
    } else if (is_null && is_known) {
        mistake_node(b->problems, file, n, about, "test %zu: %s is %lld, not null", number, n->key,
                     (long long)got);
    } else if (!is_null && (!is_known || got != wanted)) {
        mistake_node(b->problems, file, n, about, "test %zu: %s is %s, not %lld", number, n->key,
                     is_known ? arena_printf(b->problems->arena, "%lld", (long long)got) : "null",
                     (long long)wanted);
    }
}

static enum rc test_fact_on(struct bench *b, struct evaluation *e, const struct fact *f,
                            const struct yaml_node *test, size_t number, struct err *err)
{
    const struct rules_file *file = b->r->management->facts_file;
    const struct yaml_node *expect = yaml_get(test, "expect");
    struct values v;
    TRY(fact_evaluate_alone(e, f, &v, err));
    for (const struct yaml_node *n = expect ? expect->first : NULL; n; n = n->next) {
        const struct named_value *value = values_find(&v, n->key, strlen(n->key));
        if (value) {
            expect_value(b, file, n, f->names[0], number, value->is_known, value->number);
        } else {
            mistake_key(b->problems, file, n, f->names[0], "test %zu: it has no name '%s'", number,
                        n->key);
        }
    }
    return RC_OK;
}

static enum rc test_fact(struct bench *b, const struct fact *f, const struct yaml_node *test,
                         size_t number, struct err *err)
{
    static const struct key_spec keys[] = { { "note", false, NULL, NULL },
                                            { "given", true, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    const struct rules_file *file = b->r->management->facts_file;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    AUTO(evaluation_done) struct evaluation e = { 0 };
    struct check stand_in = { .file = file, .node = f->node, .id = f->names[0] };
    size_t before = b->problems->count;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    fields_check_keys(b->problems, file, test, f->names[0], keys, ARRAY_LEN(keys));
    struct fixture fx = {
        .rules = b->r, .check = &stand_in, .arena = a, .store = b->store, .problems = b->problems
    };
    TRY(fixture_empty(a, b->store, err));
    TRY(fixture_fill(&fx, yaml_get(test, "given"), err));
    if (b->problems->count > before) {
        return RC_OK;
    }
    TRY(evaluation_begin(&e, b->r, store_handle(b->store), &no_sink, err));
    return test_fact_on(b, &e, f, test, number, err);
}

static enum rc test_facts(struct bench *b, struct err *err)
{
    for (const struct fact *f = b->r->management->facts; f; f = f->next) {
        char name[120];
        size_t number = 0;
        (void)snprintf(name, sizeof(name), "fact.%s", f->names[0]);
        if (b->id && !glob_matches(b->id, name)) {
            continue;
        }
        for (const struct yaml_node *n = f->tests ? f->tests->first : NULL; n; n = n->next) {
            size_t before = b->problems->count;
            if (test_fact(b, f, n, ++number, err) != RC_OK) {
                return err_prefix(err, "%s: test %zu", name, number);
            }
            *(b->problems->count == before ? b->passed : b->failed) += 1;
        }
    }
    return RC_OK;
}

/* The values that a test gives; others are not known, and those of the theme 0. */
static bool take_given(struct bench *b, const struct rules_file *file, const struct yaml_node *test,
                       const char *about, struct values *v)
{
    static const struct key_spec keys[] = { { "note", false, NULL, NULL },
                                            { "given", true, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    size_t before = b->problems->count;
    fields_check_keys(b->problems, file, test, about, keys, ARRAY_LEN(keys));
    *v = b->none;
    v->items = arena_array(b->e->arena, v->room, sizeof(*v->items));
    if (!v->items) {
        return false;
    }
    memcpy(v->items, b->none.items, b->none.count * sizeof(*v->items));
    const struct yaml_node *given = yaml_get(test, "given");
    for (const struct yaml_node *n = given ? given->first : NULL; n; n = n->next) {
        const struct named_value *at = values_find(v, n->key, strlen(n->key));
        int64_t number = 0;
        if (!at) {
            mistake_key(b->problems, file, n, about, "there is no fact '%s'", n->key);
        } else if (!yaml_is_null(n) && !yaml_integer(n, &number)) {
            mistake_node(b->problems, file, n, about, "a fact is a number or null");
        } else {
            values_set(v, at->name, !yaml_is_null(n), number);
        }
    }
    return b->problems->count == before;
}

static void test_theme(struct bench *b, const struct theme *t, const char *about)
{
    const struct rules_file *file = b->r->management->themes_file;
    for (const struct yaml_node *n = t->tests ? t->tests->first : NULL; n; n = n->next) {
        size_t before = b->problems->count;
        struct values v;
        struct text2 text;
        const char *expect = field_text(b->problems, file, n, "expect", about);
        if (take_given(b, file, n, about, &v) && expect) {
            const struct sentence *s = sentence_choose(b->e, t, &v, &text);
            if (!s || strcmp(s->id, expect) != 0) {
                mistake_node(b->problems, file, n, about, "the sentence is %s, not %s: %.200s",
                             s ? s->id : "none", expect, s ? text.en : "");
            }
        }
        *(b->problems->count == before ? b->passed : b->failed) += 1;
    }
}

static void test_risk(struct bench *b, const struct risk *p)
{
    const struct rules_file *file = b->r->management->risks_file;
    for (const struct yaml_node *n = p->tests ? p->tests->first : NULL; n; n = n->next) {
        size_t before = b->problems->count;
        struct values v;
        struct text2 text;
        bool expect = false;
        const struct yaml_node *e = yaml_get(n, "expect");
        if (e && !yaml_bool(e, &expect)) {
            mistake_node(b->problems, file, e, p->id, "'expect' is true or false");
        } else if (take_given(b, file, n, p->id, &v)) {
            bool got = when_holds(b->e, &p->when, &v) &&
                       text2_fill(b->e->arena, &p->title, &v, &text) &&
                       text2_fill(b->e->arena, &p->text, &v, &text);
            if (got != expect) {
                mistake_node(b->problems, file, n, p->id, "the risk is %s",
                             got ? "told, which the test does not expect"
                                 : "not told, though the test expects it");
            }
        }
        *(b->problems->count == before ? b->passed : b->failed) += 1;
    }
}

static void test_texts(struct bench *b)
{
    const struct management *m = b->r->management;
    char name[120];
    if (m->all && (!b->id || glob_matches(b->id, "theme.all"))) {
        test_theme(b, m->all, "all");
    }
    for (const struct theme *t = m->themes; t; t = t->next) {
        (void)snprintf(name, sizeof(name), "theme.%s", t->id);
        if (!b->id || glob_matches(b->id, name)) {
            test_theme(b, t, t->id);
        }
    }
    for (const struct risk *p = m->risks; p; p = p->next) {
        (void)snprintf(name, sizeof(name), "risk.%s", p->id);
        if (!b->id || glob_matches(b->id, name)) {
            test_risk(b, p);
        }
    }
}

enum rc management_test(struct rules *r, const char *id, struct mistakes *problems,
                        struct store *store, size_t *passed, size_t *failed, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    AUTO(evaluation_done) struct evaluation e = { 0 };
    struct bench b = { r, store, problems, id, passed, failed, &e, { 0 } };
    if (!r->management) {
        return RC_OK;
    }
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(test_facts(&b, err));
    TRY(fixture_empty(a, store, err));
    TRY(evaluation_begin(&e, r, store_handle(store), &no_sink, err));
    TRY(values_begin(e.arena, r->management, &b.none, err));
    test_texts(&b);
    return RC_OK;
}
