/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inline tests: a check against evidence that its author wrote, judged by the same statement as in an audit. */
#include <string.h>

#include "rules/ask.h"
#include "rules/commands.h"
#include "rules/fixture.h"
#include "rules/grade/management.h"
#include "rules/outcome.h"
#include "rules/reset/playbook.h"

enum {
    MAX_OUTCOMES = 4096
};

struct seen {
    enum verdict verdict;
    const char *subject, *item, *name, *detail;
    bool is_expected;
};

struct trial {
    struct sink sink; /* first */
    struct fixture fixture;
    const struct check *check;
    const struct yaml_node *test;
    size_t number;
    struct seen *seen;
    size_t count;
};

/* Where tests run. The tests of all questions share what stands besides the answers, and one evaluation: each differs by one answer. */
struct bench {
    struct rules *rules;
    struct store *store;
    struct mistakes *problems;
    size_t passed, failed;
    bool is_shared; /* the store holds what a test without `given` has, and perhaps answers */
    struct evaluation shared;
};

static void complain(struct trial *t, const struct yaml_node *n, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static void complain(struct trial *t, const struct yaml_node *n, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    mistake_key(t->fixture.problems, t->check->file, n, t->check->id, "test %zu: %s", t->number,
                text);
}

static enum rc keep(struct sink *sink, const struct check *c, const struct outcome *o,
                    struct err *err)
{
    struct trial *t = (struct trial *)sink;
    struct arena *a = t->fixture.arena;
    (void)c;
    if (t->count == MAX_OUTCOMES) {
        return err_setf(err, RC_LIMIT, "a test with more than %d subjects", MAX_OUTCOMES);
    }
    const char *detail = o->reason.en  ? o->reason.en
                         : o->evidence ? arena_strndup(a, o->evidence, o->evidence_size)
                                       : "";
    struct seen s = { .verdict = o->verdict,
                      .subject = arena_strdup(a, o->subject),
                      .item = arena_strdup(a, o->item),
                      .name = o->name ? arena_strdup(a, o->name) : NULL,
                      .detail = detail ? arena_strdup(a, detail) : NULL };
    if (!s.subject || !s.item || !s.detail) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    t->seen[t->count++] = s;
    return RC_OK;
}

static enum rc ignore_count(struct sink *sink, const struct check *c, uint64_t count,
                            struct err *err)
{
    (void)sink;
    (void)c;
    (void)count;
    (void)err;
    return RC_OK;
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

/* In an audit subjects to which a check does not apply are only counted; a test wants to know which, and the names of all. */
static enum rc add_details(struct trial *t, sqlite3 *db, const struct view *v, struct err *err)
{
    const struct check *c = t->check;
    const char *item = c->item.sql ? c->item.sql : view_column(v, "item") ? "item" : "''";
    const char *applies = c->applies.sql ? c->applies.sql : "1";
    const char *sql =
        arena_printf(t->fixture.arena, "SELECT subject, (%s), (%s), (NOT (%s)) IS 1 FROM \"%s\"",
                     item, c->name.sql ? c->name.sql : "name", applies, v->name);
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    if (!sql || sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "%s: %s", c->id, sqlite3_errmsg(db));
    }
    while (sqlite3_step(s) == SQLITE_ROW) {
        struct outcome o = { .verdict = VERDICT_NOT_APPLICABLE,
                             .subject = (const char *)sqlite3_column_text(s, 0),
                             .item = (const char *)sqlite3_column_text(s, 1),
                             .name = (const char *)sqlite3_column_text(s, 2) };
        o.subject = o.subject ? o.subject : "?";
        o.item = o.item ? o.item : "";
        if (sqlite3_column_int(s, 3)) {
            TRY(keep(&t->sink, c, &o, err));
            continue;
        }
        for (size_t i = 0; i < t->count; i++) {
            struct seen *seen = &t->seen[i];
            if (!seen->name && o.name && strcmp(seen->subject, o.subject) == 0 &&
                strcmp(seen->item, o.item) == 0) {
                seen->name = arena_strdup(t->fixture.arena, o.name);
            }
        }
    }
    return RC_OK;
}

static bool is_subject(const struct trial *t, const char *key, const struct seen *s)
{
    return fixture_names(&t->fixture, key, s->subject) || (s->name && strcmp(s->name, key) == 0);
}

static int verdict_of(struct trial *t, const struct yaml_node *n)
{
    for (int v = 0; n->kind == YAML_SCALAR && v <= VERDICT_NOT_APPLICABLE; v++) {
        if (strcmp(verdict_words[v], n->text) == 0) {
            return v;
        }
    }
    if (n->kind == YAML_SCALAR && strcmp(n->text, "absent") == 0) {
        return VERDICT_COUNT;
    }
    complain(t, n, "expected verdicts are pass, fail, unknown, not_applicable and absent");
    return -1;
}

static void compare(struct trial *t, const struct yaml_node *n, struct seen *s, int verdict)
{
    s->is_expected = true;
    if (verdict >= 0 && (int)s->verdict != verdict) {
        complain(t, n, "%s%s%s is %s, not %s: %.200s", s->subject, s->item[0] ? " / " : "", s->item,
                 verdict_words[s->verdict],
                 verdict < VERDICT_COUNT ? verdict_words[verdict] : "absent", s->detail);
    }
}

static void expect_one(struct trial *t, const struct yaml_node *n)
{
    int verdict = verdict_of(t, n);
    size_t found = 0;
    for (size_t i = 0; verdict >= 0 && i < t->count; i++) {
        if (is_subject(t, n->key, &t->seen[i])) {
            found++;
            compare(t, n, &t->seen[i], verdict);
        }
    }
    if (found == 0 && verdict >= 0 && verdict != VERDICT_COUNT) {
        complain(t, n, "there is no subject %s, though %s is expected", n->key,
                 verdict_words[verdict]);
    }
}

static void expect_items(struct trial *t, const struct yaml_node *n)
{
    for (const struct yaml_node *item = n->first; item; item = item->next) {
        int verdict = verdict_of(t, item);
        size_t found = 0;
        for (size_t i = 0; verdict >= 0 && i < t->count; i++) {
            if (is_subject(t, n->key, &t->seen[i]) &&
                fixture_names(&t->fixture, item->key, t->seen[i].item)) {
                found++;
                compare(t, item, &t->seen[i], verdict);
            }
        }
        if (found == 0 && verdict >= 0 && verdict != VERDICT_COUNT) {
            complain(t, item, "there is no item %s of subject %s", item->key, n->key);
        }
    }
}

static void expect_list(struct trial *t, const struct yaml_node *n)
{
    int wanted[VERDICT_COUNT + 1] = { 0 }, got[VERDICT_COUNT + 1] = { 0 };
    for (const struct yaml_node *item = n->first; item; item = item->next) {
        int verdict = verdict_of(t, item);
        if (verdict < 0) {
            return;
        }
        wanted[verdict]++;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (is_subject(t, n->key, &t->seen[i])) {
            t->seen[i].is_expected = true;
            got[t->seen[i].verdict]++;
        }
    }
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (wanted[v] != got[v]) {
            complain(t, n, "subject %s has %d times %s, not %d times", n->key, got[v],
                     verdict_words[v], wanted[v]);
        }
    }
}

static void check_expected(struct trial *t)
{
    const struct yaml_node *expect = yaml_get(t->test, "expect");
    if (!expect || expect->kind != YAML_MAP || !expect->first) {
        complain(t, t->test, "'expect' must map subjects to verdicts");
        return;
    }
    for (const struct yaml_node *n = expect->first; n; n = n->next) {
        if (n->kind == YAML_MAP) {
            expect_items(t, n);
        } else if (n->kind == YAML_LIST) {
            expect_list(t, n);
        } else {
            expect_one(t, n);
        }
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct seen *s = &t->seen[i];
        if (!s->is_expected && (s->verdict == VERDICT_FAIL || s->verdict == VERDICT_ERROR)) {
            complain(t, expect, "%s%s%s (%s) is %s, which the test does not expect: %.200s",
                     s->subject, s->item[0] ? " / " : "", s->item, s->name ? s->name : "",
                     verdict_words[s->verdict], s->detail);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(s->subject, t->seen[k].subject) == 0 &&
                strcmp(s->item, t->seen[k].item) == 0) {
                complain(
                    t, expect,
                    "two rows have the subject %s and the item '%s'; a finding could not be told from the other",
                    s->subject, s->item);
            }
        }
    }
}

static enum rc evaluate(struct trial *t, struct evaluation *e, struct err *err)
{
    sqlite3 *db = store_handle(t->fixture.store);
    TRY(evaluation_run(e, t->check, err));
    TRY(add_details(t, db, catalogue_view(&e->rules->catalogue, t->check->view), err));
    check_expected(t);
    return RC_OK;
}

/* Waivers belong to an audit. */
static enum rc begin(struct evaluation *e, struct rules *r, struct store *store, struct sink *sink,
                     struct err *err)
{
    struct waiver *waivers = r->waivers;
    r->waivers = NULL;
    enum rc rc = evaluation_begin(e, r, store_handle(store), sink, err);
    r->waivers = waivers;
    return rc;
}

static enum rc run_trial(struct rules *r, struct trial *t, struct err *err)
{
    AUTO(evaluation_done) struct evaluation e = { 0 };
    struct check changed = *t->check;
    const struct yaml_node *parameters = yaml_get(t->test, "parameters");
    if (parameters) {
        parameters_override(t->fixture.problems, changed.file, parameters, &changed);
        changed.read_count = 0;
        check_compile(r, &changed, store_handle(t->fixture.store));
        t->check = &changed;
    }
    TRY(begin(&e, r, t->fixture.store, &t->sink, err));
    return evaluate(t, &e, err);
}

static void end_sharing(struct bench *b)
{
    if (b->is_shared) {
        evaluation_done(&b->shared);
        b->is_shared = false;
    }
}

static enum rc run_shared(struct bench *b, struct trial *t, struct err *err)
{
    size_t before = b->problems->count;
    if (!b->is_shared) {
        struct fixture none = t->fixture;
        TRY(fixture_empty(none.arena, b->store, err));
        TRY(fixture_fill(&none, NULL, err));
        b->is_shared = true;
        TRY(begin(&b->shared, b->rules, b->store, &t->sink, err));
    }
    TRY(fixture_answers(&t->fixture, yaml_get(t->test, "given"), err));
    b->shared.sink = &t->sink;
    return b->problems->count == before ? evaluate(t, &b->shared, err) : RC_OK;
}

static enum rc run_alone(struct bench *b, struct trial *t, struct err *err)
{
    size_t before = b->problems->count;
    end_sharing(b);
    TRY(fixture_empty(t->fixture.arena, b->store, err));
    TRY(fixture_fill(&t->fixture, yaml_get(t->test, "given"), err));
    return b->problems->count == before ? run_trial(b->rules, t, err) : RC_OK;
}

static enum rc run_test(struct bench *b, const struct check *c, const struct yaml_node *test,
                        size_t number, struct err *err)
{
    static const struct key_spec keys[] = { { "note", false, NULL, NULL },
                                            { "parameters", false, NULL, NULL },
                                            { "given", false, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    if (test->kind != YAML_MAP) {
        mistake_node(b->problems, c->file, test, c->id,
                     "test %zu: a test is a map with given and expect", number);
        return RC_OK;
    }
    fields_check_keys(b->problems, c->file, test, c->id, keys, ARRAY_LEN(keys));
    struct trial t = { .sink = { keep, ignore_count }, .check = c, .test = test, .number = number };
    t.seen = a ? arena_array(a, MAX_OUTCOMES, sizeof(*t.seen)) : NULL;
    if (!t.seen) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    t.fixture = (struct fixture){
        .rules = b->rules, .check = c, .arena = a, .store = b->store, .problems = b->problems
    };
    bool is_shared =
        c->question && !yaml_get(test, "parameters") && fixture_is_answers(yaml_get(test, "given"));
    return is_shared ? run_shared(b, &t, err) : run_alone(b, &t, err);
}

/* A check's own tests, and those that a question has by itself. */
static enum rc test_check(struct bench *b, const struct check *c, struct err *err)
{
    const struct yaml_node *const lists[] = { c->tests, c->question
                                                            ? ask_tests(b->problems->arena, c)
                                                            : NULL };
    size_t number = 0;
    if (c->question && !lists[1]) {
        return err_setf(err, RC_NOMEM, "%s: the tests of the question could not be made", c->id);
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (const struct yaml_node *n = lists[i] ? lists[i]->first : NULL; n; n = n->next) {
            size_t before = b->problems->count;
            enum rc rc = run_test(b, c, n, ++number, err);
            if (rc != RC_OK) {
                return err_prefix(err, "%s: test %zu", c->id, number);
            }
            *(b->problems->count == before ? &b->passed : &b->failed) += 1;
        }
    }
    return RC_OK;
}

static enum rc test_all(struct bench *b, const char *id, struct err *err)
{
    guard_limit(store_handle(b->store));
    enum rc rc = RC_OK;
    for (const struct check *c = b->rules->checks; c && rc == RC_OK; c = c->next) {
        if (c->is_selected && (!id || glob_matches(id, c->id))) {
            rc = test_check(b, c, err);
        }
    }
    end_sharing(b);
    TRY(rc);
    TRY(playbook_test(b->rules, id, b->problems, b->store, &b->passed, &b->failed, err));
    return management_test(b->rules, id, b->problems, b->store, &b->passed, &b->failed, err);
}

enum rc rules_test(struct rules *r, const char *id, FILE *out, size_t *ret_failed, struct err *err)
{
    struct mistakes problems = { .arena = arena_new(64U << 20) };
    struct bench b = { .rules = r, .problems = &problems };
    enum rc rc = problems.arena ? rules_memory_store(r, &b.store, err)
                                : err_setf(err, RC_NOMEM, "out of memory");
    if (rc == RC_OK) {
        rc = test_all(&b, id, err);
    }
    if (rc == RC_OK) {
        for (const struct rules_mistake *m = mistakes_list(&problems); m; m = m->next) {
            (void)fprintf(out, "%s\n", m->text);
        }
        (void)fprintf(out, "%zu passed, %zu failed\n", b.passed, b.failed);
        *ret_failed = b.failed;
    }
    store_closep(&b.store);
    arena_free(problems.arena);
    return rc;
}

void rules_expected_verdicts(const struct yaml_node *tests, bool *ret_pass, bool *ret_fail,
                             bool *ret_unknown)
{
    for (const struct yaml_node *test = tests->first; test; test = test->next) {
        const struct yaml_node *expect = yaml_get(test, "expect");
        for (const struct yaml_node *n = expect ? expect->first : NULL; n; n = n->next) {
            const struct yaml_node *first = n->kind == YAML_SCALAR ? n : n->first;
            for (const struct yaml_node *v = first; v;
                 v = n->kind == YAML_SCALAR ? NULL : v->next) {
                const char *word = v->kind == YAML_SCALAR ? v->text : "";
                *ret_pass = *ret_pass || strcmp(word, "pass") == 0;
                *ret_fail = *ret_fail || strcmp(word, "fail") == 0;
                *ret_unknown = *ret_unknown || strcmp(word, "unknown") == 0;
            }
        }
    }
}
