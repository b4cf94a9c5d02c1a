/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An action as one SELECT over its view: which subjects, and what holds of each. */
#include <string.h>

#include "rules/guard.h"
#include "rules/reset/playbook.h"
#include "rules/sql_text.h"

struct part { /* an expression of an action in the order of action_column */
    const char *key;
    struct expr *e;
};

enum {
    PART_COUNT = 10
};

static void list_parts(struct action *a, struct part ret[PART_COUNT])
{
    const struct part parts[PART_COUNT] = {
        { "suspect", &a->suspect }, { "partly", &a->partly }, { "not_needed", &a->not_needed },
        { "until", &a->until },     { "delay", &a->delay },   { "proven", &a->proven },
        { "needed", &a->needed },   { "proof", &a->proof },   { "wave", &a->wave },
        { "order", &a->order },
    };
    memcpy(ret, parts, sizeof(parts));
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static void put_statement(struct wr *w, struct action *a, const struct view *v)
{
    const struct check *c = &a->check;
    struct part parts[PART_COUNT];
    list_parts(a, parts);
    wr_printf(w, "SELECT subject, name, (%s)", c->pass.sql);
    for (size_t i = 0; i + 1 < PART_COUNT; i++) {
        wr_printf(w, ", (%s)", parts[i].e->sql ? parts[i].e->sql : "NULL");
    }
    for (size_t i = 0; i < c->shown_count; i++) {
        wr_printf(w, ", \"%s\"", c->shown[i]);
    }
    for (size_t i = 0; i < c->read_count; i++) {
        wr_printf(w, ", \"%s\" IS NULL", c->read[i]);
    }
    if (view_column(v, "target")) {
        wr_text(w, ", target");
    }
    wr_printf(w, " FROM \"%s\"", v->name);
    if (c->applies.sql) {
        wr_printf(w, " WHERE (NOT (%s)) IS NOT 1", c->applies.sql);
    }
    /* What has no number comes last. A bare number would be the number of a column. */
    const struct expr *const keys[] = { &a->wave, &a->order };
    wr_text(w, " ORDER BY ");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (keys[i]->sql) {
            wr_printf(w, "CASE WHEN 1 THEN (%s) END NULLS LAST, ", keys[i]->sql);
        }
    }
    wr_text(w, "name COLLATE NOCASE, subject");
}

static void build_statement(struct rules *r, struct action *a, const struct view *v, sqlite3 *db)
{
    struct check *c = &a->check;
    struct part parts[PART_COUNT];
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    put_statement(&w, a, v);
    const char *sql = put_take(r->arena, &w);
    list_parts(a, parts);
    wr_printf(&w, "%s %s", c->pass.text, c->applies.text ? c->applies.text : "");
    for (size_t i = 0; i < PART_COUNT; i++) {
        wr_printf(&w, " %s", parts[i].e->text ? parts[i].e->text : "");
    }
    a->written = put_take(r->arena, &w);
    struct guard *g = arena_alloc(r->arena, sizeof(*g));
    if (!sql || !a->written || !g) {
        mistake_node(&r->mistakes, c->file, c->node, c->id,
                     "the playbook needs more memory than is allowed");
        return;
    }
    if (r->is_reset_only) { /* making the plan prepares it, and says what fails */
        a->statement = sql;
        return;
    }
    g->catalogue = &r->catalogue;
    AUTO(stmt_done)
    sqlite3_stmt *s =
        r->outline && r->is_quick ? guard_prepare(g, r->outline, sql, a->written) : NULL;
    if (!s) {
        s = guard_prepare(g, db, sql, a->written);
    }
    if (!s) {
        mistake_node(&r->mistakes, c->file, c->node, c->id, "its statement does not compile: %s",
                     g->denied[0] ? g->denied : sqlite3_errmsg(db));
        return;
    }
    a->statement = sql;
}

/* What a test of the action expects somewhere. */
static bool expects(const struct yaml_node *tests, const char *state)
{
    for (const struct yaml_node *t = tests->first; t; t = t->next) {
        const struct yaml_node *expect = yaml_get(t, "expect");
        for (const struct yaml_node *n = expect && expect->kind == YAML_MAP ? expect->first : NULL;
             n; n = n->next) {
            if (n->kind == YAML_SCALAR && strcmp(n->text, state) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void check_tests(struct rules *r, const struct action *a)
{
    const struct check *c = &a->check;
    if (!c->tests) {
        return;
    }
    if (c->tests->kind != YAML_LIST || !c->tests->first) {
        mistake_node(&r->mistakes, c->file, c->tests, c->id,
                     "'tests' must be a list: - { given: …, expect: … }");
        return;
    }
    const char *finished = a->is_attested ? "attested" : "done";
    bool open = expects(c->tests, "open") || expects(c->tests, "ready") ||
                expects(c->tests, "waiting") || expects(c->tests, "partly");
    if (!expects(c->tests, finished) || !open) {
        mistake_node(&r->mistakes, c->file, c->tests, c->id, "no test expects %s",
                     open ? finished : "open");
    }
    if (a->suspect.text && !expects(c->tests, "suspect")) {
        mistake_node(&r->mistakes, c->file, c->tests, c->id, "no test expects suspect");
    }
}

static void inherit_sentences(struct rules *r, struct action *a)
{
    for (const struct reset_word *w = r->playbook->explains; w; w = w->next) {
        for (int i = 0; strcmp(w->id, a->check.view) == 0 && i < EXPLAIN_COUNT; i++) {
            a->explain[i] = a->explain[i].en ? a->explain[i] : w->explain[i];
        }
    }
}

void action_compile(struct rules *r, struct action *a, sqlite3 *db)
{
    struct check *c = &a->check;
    struct part parts[PART_COUNT];
    const struct view *v = c->view ? catalogue_view(&r->catalogue, c->view) : NULL;
    check_tests(r, a);
    if (v) {
        const struct yaml_node *own = yaml_get(c->node, "explain");
        if (own) {
            sentence_check(r, c->file, own, c->id, v, a->explain);
        }
        inherit_sentences(r, a);
        sentence_columns(r, a, v);
    }
    if (!c->pass.text || !c->view) {
        return;
    }
    check_compile(r, c, db);
    if (!c->statement) {
        return;
    }
    a->done_read = c->read_count;
    list_parts(a, parts);
    bool good = true;
    for (size_t i = 0; i < PART_COUNT; i++) {
        good = (!parts[i].e->text ||
                check_try(r, c, db, parts[i].key, parts[i].e, parts[i].e == &a->not_needed)) &&
               good;
    }
    if (good && v) {
        build_statement(r, a, v, db);
    }
}
