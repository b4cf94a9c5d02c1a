/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inline tests of actions: an action alone against evidence that its author wrote, by the same statement and the same states as in a plan. */
#include "rules/reset/plan.h"

#include <string.h>

#include "rules/fixture.h"

struct trial {
    struct fixture fixture;
    const struct action *action;
    const struct yaml_node *test;
    size_t number;
};

static void complain(struct trial *t, const struct yaml_node *n, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static void complain(struct trial *t, const struct yaml_node *n, const char *fmt, ...)
{
    char text[500];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    const struct check *c = &t->action->check;
    mistake_key(t->fixture.problems, c->file, n, c->id, "test %zu: %s", t->number, text);
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static bool is_state(const char *wanted, const char *state)
{
    bool open = strcmp(state, "ready") == 0 || strcmp(state, "waiting") == 0 ||
                strcmp(state, "blocked") == 0;
    return strcmp(wanted, state) == 0 || (open && strcmp(wanted, "open") == 0);
}

static bool is_known(const char *word)
{
    bool known = strcmp(word, "open") == 0 || strcmp(word, "absent") == 0;
    for (int i = 0; i < RESET_STATE_COUNT; i++) {
        known = known || strcmp(word, reset_state_words[i]) == 0;
    }
    return known;
}

/* Compares one row with what is expected of it; marks in seen what was expected. */
static void compare(struct trial *t, const struct yaml_node *expect, sqlite3_stmt *row,
                    uint64_t *seen)
{
    const char *subject = (const char *)sqlite3_column_text(row, 0);
    const char *name = (const char *)sqlite3_column_text(row, 1);
    const char *state = (const char *)sqlite3_column_text(row, 2);
    const char *reason = (const char *)sqlite3_column_text(row, 3);
    bool found = false;
    size_t k = 0;
    for (const struct yaml_node *n = expect->first; n; n = n->next, k++) {
        bool mine =
            fixture_names(&t->fixture, n->key, subject) || (name && strcmp(n->key, name) == 0);
        if (!mine || n->kind != YAML_SCALAR) {
            continue;
        }
        found = true;
        *seen |= UINT64_C(1) << (k & 63);
        if (!is_state(n->text, state)) {
            complain(t, n, "%s is %s, not %s: %.300s", n->key, state, n->text, reason);
        }
    }
    if (!found && strcmp(state, "suspect") == 0) {
        complain(t, expect, "%s (%s) is suspect, which the test does not expect: %.300s", subject,
                 name ? name : "", reason);
    }
}

static enum rc check_expected(struct trial *t, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    const struct yaml_node *expect = yaml_get(t->test, "expect");
    uint64_t seen = 0;
    size_t k = 0;
    if (!expect || expect->kind != YAML_MAP || !expect->first || yaml_count(expect) > 64) {
        complain(t, t->test, "'expect' must map at most 64 subjects to states");
        return RC_OK;
    }
    TRY(store_prepare(t->fixture.store, "read the plan",
                      "SELECT subject, name, state, reason_en FROM reset_item ORDER BY position",
                      &s, err));
    while (sqlite3_step(s) == SQLITE_ROW) {
        compare(t, expect, s, &seen);
    }
    for (const struct yaml_node *n = expect->first; n; n = n->next, k++) {
        if (n->kind != YAML_SCALAR || !is_known(n->text)) {
            complain(
                t, n,
                "a state is open, blocked, ready, waiting, done, partly, suspect, attested, not_needed or absent");
        } else if (!(seen >> k & 1) && strcmp(n->text, "absent") != 0) {
            complain(t, n, "there is no subject %s, though %s is expected", n->key, n->text);
        }
    }
    return RC_OK;
}

/* The action stands alone: what comes before it is done. */
static enum rc run_alone(struct rules *r, struct trial *t, struct err *err)
{
    struct action alone = *t->action, *ordered = &alone;
    struct playbook book = *r->playbook, *whole = r->playbook;
    const char *scope = field_text(t->fixture.problems, alone.check.file, t->test, "scope", NULL);
    const struct reset_options options = { .kind = "plan",
                                           .scope = scope ? scope : "forest",
                                           .batches = "" };
    struct reset_totals totals = { 0 };
    alone.need_count = 0;
    alone.number = 1;
    alone.next = NULL;
    book.actions = &alone;
    book.ordered = &ordered;
    book.count = 1;
    r->playbook = &book;
    enum rc rc =
        plan_make_on(r, store_handle(t->fixture.store), t->fixture.store, &options, &totals, err);
    r->playbook = whole;
    return rc;
}

static enum rc run_test(struct rules *r, struct store *store, const struct action *action,
                        const struct yaml_node *test, size_t number, struct mistakes *problems,
                        struct err *err)
{
    static const struct key_spec keys[] = { { "note", false, NULL, NULL },
                                            { "scope", false, NULL, NULL },
                                            { "given", true, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct check *c = &action->check;
    size_t before = problems->count;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (test->kind != YAML_MAP) {
        mistake_node(problems, c->file, test, c->id,
                     "test %zu: a test is a map with given and expect", number);
        return RC_OK;
    }
    fields_check_keys(problems, c->file, test, c->id, keys, ARRAY_LEN(keys));
    TRY(fixture_empty(a, store, err));
    struct trial t = {
        .fixture = { .rules = r, .check = c, .arena = a, .store = store, .problems = problems },
        .action = action,
        .test = test,
        .number = number
    };
    TRY(fixture_fill(&t.fixture, yaml_get(test, "given"), err));
    if (problems->count != before) {
        return RC_OK;
    }
    TRY(store_derive_reset(store, err));
    TRY(run_alone(r, &t, err));
    return check_expected(&t, err);
}

enum rc playbook_test(struct rules *r, const char *id, struct mistakes *problems,
                      struct store *store, size_t *ret_passed, size_t *ret_failed, struct err *err)
{
    for (struct action *a = r->playbook ? r->playbook->actions : NULL; a; a = a->next) {
        size_t number = 0;
        bool wanted = !id || glob_matches(id, a->check.id);
        for (const struct yaml_node *n = wanted ? a->check.tests->first : NULL; n; n = n->next) {
            size_t before = problems->count;
            enum rc rc = run_test(r, store, a, n, ++number, problems, err);
            if (rc != RC_OK) {
                return err_prefix(err, "%s: test %zu", a->check.id, number);
            }
            *(problems->count == before ? ret_passed : ret_failed) += 1;
        }
    }
    return RC_OK;
}
