/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries what facts, conditions and sentences say, before anything is evaluated. */
#include <string.h>

#include "rules/grade/management.h"

struct trier {
    struct rules *r;
    sqlite3 *db;
    struct guard guard;
    struct values values; /* what a condition may name */
    size_t facts;         /* how many of them are facts; values of themes stand behind them */
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static sqlite3_stmt *prepare(struct trier *k, const struct rules_file *file, const struct expr *e,
                             const char *sql, const char *about, const char *key)
{
    if (!sql) {
        return NULL;
    }
    sqlite3_stmt *s = k->r->outline ? guard_prepare(&k->guard, k->r->outline, sql, e->text) : NULL;
    s = s ? s : guard_prepare(&k->guard, k->db, sql, e->text);
    if (!s) {
        mistake_node(&k->r->mistakes, file, e->node, about, "in '%s': %s", key,
                     k->guard.denied[0] ? k->guard.denied : sqlite3_errmsg(k->db));
    }
    return s;
}

static void try_fact(struct trier *k, const struct fact *f)
{
    const struct rules_file *file = k->r->management->facts_file;
    if (!f->sql.text) {
        return;
    }
    AUTO(stmt_done)
    sqlite3_stmt *s = prepare(k, file, &f->sql, f->sql.text, f->names[0], "sql");
    if (s && (size_t)sqlite3_column_count(s) != f->count) {
        mistake_node(&k->r->mistakes, file, f->sql.node, f->names[0],
                     "the statement has %d columns for %zu names", sqlite3_column_count(s),
                     f->count);
    }
}

static void try_when(struct trier *k, const struct rules_file *file, const struct expr *when,
                     const char *about)
{
    if (when->text) {
        const char *sql = when_statement(k->r->arena, when, &k->values);
        AUTO(stmt_done) sqlite3_stmt *s = prepare(k, file, when, sql, about, "when");
        (void)s;
    }
}

static const char *const *value_names(struct trier *k)
{
    const char **names = arena_array(k->r->arena, k->values.count + 1, sizeof(char *));
    for (size_t i = 0; names && i < k->values.count; i++) {
        names[i] = k->values.items[i].name;
    }
    return names;
}

/* must_be_known: nothing but values of themes, which are never NULL. */
static void try_text(struct trier *k, const struct rules_file *file, const struct yaml_node *map,
                     const char *key, const char *about, bool must_be_known)
{
    const struct yaml_node *both = yaml_get(map, key);
    for (const struct yaml_node *n = both ? both->first : NULL; n; n = n->next) {
        struct brace b;
        const char *at = n->kind == YAML_SCALAR ? n->text : "";
        while (brace_next(n->text, &at, &b)) {
            const char *name = b.name ? arena_strndup(k->r->arena, b.name, b.name_size) : NULL;
            const struct named_value *v = name ? values_find(&k->values, name, b.name_size) : NULL;
            if (!name) {
                mistake_node(&k->r->mistakes, file, n, about, "half a brace: it is {fact}");
            } else if (!v) {
                mistake_node(&k->r->mistakes, file, n, about, "there is no fact '%s'%s", name,
                             did_you_mean(name, value_names(k)));
            } else if (must_be_known && (size_t)(v - k->values.items) < k->facts) {
                mistake_node(
                    &k->r->mistakes, file, n, about,
                    "'%s' may be not known, and the last sentence must always hold; it may use values of themes only",
                    name);
            }
        }
    }
}

static void try_theme(struct trier *k, const struct theme *t, const char *about)
{
    const struct rules_file *file = k->r->management->themes_file;
    for (const struct sentence *s = t->sentences; s; s = s->next) {
        try_when(k, file, &s->when, about);
        try_text(k, file, s->node, "text", about, !s->when.text);
    }
}

static void try_risk(struct trier *k, const struct risk *p)
{
    const struct rules_file *file = k->r->management->risks_file;
    try_when(k, file, &p->when, p->id);
    try_text(k, file, p->node, "title", p->id, false);
    try_text(k, file, p->node, "text", p->id, false);
}

void management_compile(struct rules *r, sqlite3 *db)
{
    const struct management *m = r->management;
    if (!m || r->is_reset_only) {
        return;
    }
    struct trier *k = arena_alloc(r->arena, sizeof(*k));
    if (!k) {
        return;
    }
    *k = (struct trier){ .r = r, .db = db, .guard = { .catalogue = &r->catalogue } };
    k->values.room = MANAGEMENT_MAX_FACTS + MANAGEMENT_MAX_NAMES + 16;
    k->values.items = arena_array(r->arena, k->values.room, sizeof(struct named_value));
    if (!k->values.items) {
        return;
    }
    for (const struct fact *f = m->facts; f; f = f->next) {
        try_fact(k, f);
        for (size_t i = 0; i < f->count; i++) {
            values_set(&k->values, f->names[i], false, 0);
        }
    }
    k->facts = k->values.count;
    for (const struct risk *p = m->risks; p; p = p->next) {
        try_risk(k, p);
    }
    for (size_t i = 0; theme_value_names[i]; i++) {
        values_set(&k->values, theme_value_names[i], true, 0);
    }
    if (m->all) {
        try_theme(k, m->all, "all");
    }
    for (const struct theme *t = m->themes; t; t = t->next) {
        try_theme(k, t, t->id);
    }
}
