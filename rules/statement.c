/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check as one SELECT over its view. Here its SQL is tried on an empty evidence file, piece by piece, so that a mistake has
 * a place and a suggestion; the whole is what evaluation runs and what the result tables keep.
 *
 * Columns of the statement: subject, name, item, whether it does not apply, verdict, the shown columns (those of a short
 * form first), whether each column read is NULL, and the target where the view has one. */
#include <string.h>
#include <strings.h>

#include "rules/check.h"
#include "rules/guard.h"
#include "rules/sql_text.h"

struct compile {
    struct rules *r;
    struct check *c;
    sqlite3 *db;
    const struct view *view;
    struct guard guard;
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

/* The word behind a prefix of a message of SQLite, such as "no such column: x". */
static bool message_word(const char *message, const char *prefix, char *buf, size_t size)
{
    size_t n = strlen(prefix);
    if (strncmp(message, prefix, n) != 0) {
        return false;
    }
    const char *word = message + n, *dot = strrchr(word, '.');
    (void)snprintf(buf, size, "%s", dot ? dot + 1 : word);
    return true;
}

static void report(struct compile *k, const char *key, const struct expr *e, int offset)
{
    char word[80];
    const char *message = sqlite3_errmsg(k->db), *near = "";
    unsigned line = e->node->line, column = e->node->column;
    if (e->is_written && offset >= 0) {
        sql_position(k->c->file, e->node, (size_t)offset, &line, &column);
    }
    if (k->guard.denied[0] != '\0') {
        message = k->guard.denied;
    } else if (message_word(message, "no such column: ", word, sizeof(word))) {
        near = did_you_mean(word, view_column_names(k->r->arena, k->view));
    } else if (message_word(message, "no such table: ", word, sizeof(word))) {
        near = did_you_mean(word, k->r->catalogue.view_names);
        if (!e->is_written) {
            mistake_at(&k->r->mistakes, k->c->file, line, column, k->c->id,
                       "no view %s in this version", word);
            return;
        }
    } else if (message_word(message, "no such function: ", word, sizeof(word))) {
        near = did_you_mean(word, guard_functions);
    }
    mistake_at(&k->r->mistakes, k->c->file, line, column, k->c->id, "in '%s': %s%s", key, message,
               near);
}

/* Against the outlines of the views first, where there are any. A statement that these refuse is compiled with the views themselves, whose
 * message counts; so is one that must be proven to fit (is_whole). NULL after a failure. */
static sqlite3_stmt *prepare(struct compile *k, const char *sql, const char *text, bool is_whole)
{
    if (k->r->outline && !is_whole) {
        sqlite3_stmt *s = guard_prepare(&k->guard, k->r->outline, sql, text);
        if (s) {
            return s;
        }
    }
    return guard_prepare(&k->guard, k->db, sql, text);
}

/* Tries one expression in a WHERE, where aggregates that would swallow the rows are refused. Adds views that its subqueries
 * read to the needed sources. */
static bool try_expression(struct compile *k, const char *key, struct expr *e)
{
    if (!e->text) {
        return true;
    }
    const char *head = arena_printf(k->r->arena, "SELECT 1 FROM \"%s\" WHERE (", k->view->name);
    const char *sql = head ? arena_printf(k->r->arena, "%s%s)", head, e->text) : NULL;
    e->sql = sql_with_parameters(k->r->arena, e->text, k->c);
    if (!sql || !e->sql) {
        mistake_node(&k->r->mistakes, k->c->file, e->node, k->c->id,
                     "the checks need more memory than is allowed");
        return false;
    }
    AUTO(stmt_done) sqlite3_stmt *s = prepare(k, sql, e->text, false);
    if (!s) {
        int offset = sqlite3_error_offset(k->db), skip = (int)strlen(head);
        report(k, key, e, offset >= skip ? offset - skip : -1);
        return false;
    }
    for (size_t i = 0; i < k->guard.read_count; i++) {
        const struct view *v = catalogue_view(&k->r->catalogue, k->guard.read[i]);
        for (size_t n = 0; v && v != k->view && v->sources[n]; n++) {
            bool known = false;
            for (size_t j = 0; j < k->c->need_count; j++) {
                known = known || strcmp(k->c->needs[j], v->sources[n]) == 0;
            }
            if (!known && k->c->need_count < CHECK_MAX_NEEDS) {
                k->c->needs[k->c->need_count++] = v->sources[n];
            }
        }
    }
    return true;
}

static void add_read(struct compile *k, const char *name)
{
    for (size_t i = 0; i < k->c->read_count; i++) {
        if (strcmp(k->c->read[i], name) == 0) {
            return;
        }
    }
    if (k->c->read_count < CHECK_MAX_READ) {
        k->c->read[k->c->read_count++] = name;
    }
}

/* The columns of the view that an expression names, outside subqueries: their NULLs explain an unknown. */
static void collect_read(struct compile *k, const char *text)
{
    struct sql_token t, last = { 0 }, before = { 0 };
    size_t depth = 0, select_depth = 0;
    while (text && sql_next(&text, &t)) {
        if (t.kind == SQL_SIGN && *t.p == '(') {
            depth++;
        } else if (t.kind == SQL_SIGN && *t.p == ')') {
            depth--;
            select_depth = depth < select_depth ? 0 : select_depth;
        } else if (sql_token_is(&t, "select") && select_depth == 0) {
            select_depth = depth;
        }
        bool is_part = last.kind == SQL_SIGN && last.p && *last.p == '.';
        bool is_ours = is_part && before.n == strlen(k->view->name) &&
                       strncasecmp(before.p, k->view->name, before.n) == 0;
        if ((t.kind == SQL_WORD || t.kind == SQL_QUOTED) &&
            (is_ours || (!is_part && select_depth == 0))) {
            char name[80];
            (void)snprintf(name, sizeof(name), "%.*s", (int)t.n, t.p);
            const struct column *c = view_column(k->view, name);
            if (c) {
                add_read(k, c->name);
            }
        }
        before = last;
        last = t;
    }
}

/* Evaluates an expression over a row in which every column is NULL: 1 true, 0 false, -1 unknown, -2 could not be tried. */
static int value_of_nothing(struct compile *k, const struct expr *e)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    wr_printf(&w, "SELECT (%s) FROM (SELECT", e->sql);
    for (size_t i = 0; i < k->view->count; i++) {
        wr_printf(&w, "%s NULL AS \"%s\"", i ? "," : "", k->view->columns[i].name);
    }
    wr_printf(&w, ") AS \"%s\"", k->view->name);
    wr_u8(&w, 0);
    AUTO(stmt_done)
    sqlite3_stmt *s = w.bad ? NULL : guard_prepare(&k->guard, k->db, (const char *)w.data, e->text);
    if (!s || sqlite3_step(s) != SQLITE_ROW) {
        return -2;
    }
    return sqlite3_column_type(s, 0) == SQLITE_NULL ? -1 : sqlite3_column_double(s, 0) != 0.0;
}

static void mistake_of_nothing(struct compile *k, const char *key, const struct expr *e)
{
    mistake_node(
        &k->r->mistakes, k->c->file, e->node, k->c->id,
        "'%s' is true when every column that it reads is NULL: NULL means that nothing was "
        "seen, which must stay open",
        key);
}

static void try_without_evidence(struct compile *k)
{
    bool has_subquery = sql_has_word(k->c->pass.text, "select");
    int verdict = value_of_nothing(k, &k->c->pass);
    k->c->can_be_unknown = verdict == -1 || k->c->need_count > 0;
    bool is_blind = verdict == 1 && !has_subquery && k->c->read_count > 0;
    if (is_blind && k->c->pass_word) {
        mistake_of_nothing(k, k->c->pass_word, &k->c->pass);
    } else if (is_blind) {
        mistake_node(
            &k->r->mistakes, k->c->file, k->c->pass.node, k->c->id,
            "the check passes when every column that it reads is NULL: NULL means that nothing was seen, which must be "
            "unknown; read a column in which the view says what absence means");
    }
}

static bool find_view(struct compile *k)
{
    static const char *const required[] = { "subject", "name" };
    const struct yaml_node *n = yaml_get(k->c->node, "for");
    k->view = catalogue_view(&k->r->catalogue, k->c->view);
    if (!k->view) {
        if (n) {
            mistake_node(&k->r->mistakes, k->c->file, n, k->c->id, "no view %s in this version%s",
                         k->c->view, did_you_mean(k->c->view, k->r->catalogue.view_names));
        } else {
            mistake_node(&k->r->mistakes, k->c->file, k->c->pass.node, k->c->id,
                         "no view %s in this version", k->c->view);
        }
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(required); i++) {
        if (!view_column(k->view, required[i])) {
            mistake_node(&k->r->mistakes, k->c->file, n ? n : k->c->node, k->c->id,
                         "the view %s has no column %s, so that its rows are no subjects",
                         k->view->name, required[i]);
            return false;
        }
    }
    if (!k->view->sources[0] &&
        !k->c->question) { /* an answer that is not there is told by the question itself */
        mistake_node(
            &k->r->mistakes, k->c->file, n ? n : k->c->node, k->c->id,
            "the view %s names no source (table view_source), so that missing evidence could not be told",
            k->view->name);
    }
    k->c->view = k->view->name;
    return true;
}

static void check_shown(struct compile *k)
{
    const struct yaml_node *list = yaml_get(k->c->node, "show");
    size_t kept = 0;
    for (size_t i = 0; i < k->c->shown_count; i++) {
        const struct column *column = view_column(k->view, k->c->shown[i]);
        const struct yaml_node *n = list ? list->first : NULL;
        while (n && (n->kind != YAML_SCALAR || strcmp(n->text, k->c->shown[i]) != 0)) {
            n = n->next;
        }
        if (column) {
            k->c->shown[kept++] = column->name;
        } else {
            mistake_node(&k->r->mistakes, k->c->file, n ? n : k->c->node, k->c->id,
                         "in 'show': the view %s has no column %s%s", k->view->name, k->c->shown[i],
                         did_you_mean(k->c->shown[i], view_column_names(k->r->arena, k->view)));
        }
    }
    k->c->shown_count = kept;
}

/* Puts the columns of a short form before those that the author shows. A view without them says itself what it shows. */
static void show_extras(struct check *c, const struct view *view)
{
    if ((!view_column(view, "setting") && !c->question) ||
        c->shown_count + c->extra_count > CHECK_MAX_SHOWN) {
        c->extra_count = 0;
        return;
    }
    memmove(c->shown + c->extra_count, c->shown, c->shown_count * sizeof(c->shown[0]));
    for (size_t i = 0; i < c->extra_count; i++) {
        c->shown[i] = c->extras[i].name;
    }
    c->shown_count += c->extra_count;
}

static void put_statement(struct wr *w, const struct compile *k)
{
    const struct check *c = k->c;
    const char *item = c->item.sql ? c->item.sql : view_column(k->view, "item") ? "item" : "''";
    wr_printf(w, "SELECT subject, (%s), (%s)", c->name.sql ? c->name.sql : "name", item);
    if (c->applies.sql) {
        wr_printf(w, ", NOT (%s)", c->applies.sql);
    } else {
        wr_text(w, ", 0");
    }
    wr_printf(w, ", (%s)", c->pass.sql);
    for (size_t i = 0; i < c->shown_count; i++) {
        if (i < c->extra_count) {
            wr_printf(w, ", %s", c->extras[i].sql);
        } else {
            wr_printf(w, ", \"%s\"", c->shown[i]);
        }
    }
    for (size_t i = 0; i < c->read_count; i++) {
        wr_printf(w, ", \"%s\" IS NULL", c->read[i]);
    }
    if (view_column(k->view, "target")) {
        wr_text(w, ", target");
    }
    wr_printf(w, " FROM \"%s\"", k->view->name);
    if (c->applies.sql) {
        wr_printf(w, " WHERE (NOT (%s)) IS NOT 1", c->applies.sql);
    }
}

static void build_statement(struct compile *k)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    put_statement(&w, k);
    const char *sql = put_take(k->r->arena, &w);
    const struct expr *const all[] = { &k->c->pass, &k->c->applies, &k->c->item, &k->c->name };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        wr_printf(&w, "%s ", all[i]->text ? all[i]->text : "");
    }
    k->c->written = put_take(k->r->arena, &w);
    if (!sql || !k->c->written) {
        mistake_node(&k->r->mistakes, k->c->file, k->c->node, k->c->id,
                     "the checks need more memory than is allowed");
        return;
    }
    if (k->r->is_reset_only) { /* of an action, which has a statement of its own; each part was tried */
        k->c->statement = sql;
        return;
    }
    AUTO(stmt_done) sqlite3_stmt *s = prepare(k, sql, k->c->written, !k->r->is_quick);
    if (!s) {
        report(k, k->c->pass_word ? k->c->pass_word : "pass", &k->c->pass, -1);
        return;
    }
    k->c->statement = sql;
}

bool check_try(struct rules *r, struct check *c, sqlite3 *db, const char *key, struct expr *e,
               bool is_finishing)
{
    struct compile *k = arena_alloc(r->arena, sizeof(*k));
    if (!k) {
        return false;
    }
    *k = (struct compile){ .r = r,
                           .c = c,
                           .db = db,
                           .view = catalogue_view(&r->catalogue, c->view),
                           .guard = { .catalogue = &r->catalogue } };
    if (!k->view || !try_expression(k, key, e)) {
        return false;
    }
    collect_read(k, e->text);
    if (is_finishing && value_of_nothing(k, e) == 1 && !sql_has_word(e->text, "select")) {
        mistake_of_nothing(k, key, e);
        return false;
    }
    return true;
}

void check_compile(struct rules *r, struct check *c, sqlite3 *db)
{
    struct compile *k = arena_alloc(r->arena, sizeof(*k));
    if (!k || !c->view) {
        return;
    }
    *k = (struct compile){ .r = r, .c = c, .db = db, .guard = { .catalogue = &r->catalogue } };
    if (!find_view(k)) {
        return;
    }
    check_shown(k);
    show_extras(c, k->view);
    bool good = try_expression(k, c->pass_word ? c->pass_word : "pass", &c->pass);
    good = try_expression(k, "applies", &c->applies) && good;
    good = try_expression(k, "item", &c->item) && good;
    good = try_expression(k, "name", &c->name) && good;
    if (!good || !c->pass.text) {
        return;
    }
    if (c->question) { /* that nobody answered is a reason of its own, and the same for each question */
        c->need_count = 0;
    }
    collect_read(k, c->applies.text);
    collect_read(k, c->pass.text);
    try_without_evidence(k);
    build_statement(k);
}
