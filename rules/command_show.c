/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks show and checks columns. */
#include <inttypes.h>
#include <string.h>

#include "audit/base/utf.h"
#include "rules/check.h"
#include "rules/commands.h"
#include "rules/framework.h"
#include "rules/question.h"
#include "rules/reset/playbook.h"

static void print_words(FILE *out, const char *head, const char *const *words, size_t count)
{
    if (count == 0) {
        return;
    }
    (void)fprintf(out, "%-11s", head);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "%s%s", i ? ", " : "", words[i]);
    }
    (void)fprintf(out, "\n");
}

/* One line an item: its number says little without its title. */
void rules_print_references(const struct rules *r, const struct check *c, const char *lang,
                            FILE *out)
{
    const char *head = "references";
    for (const struct yaml_node *n = c->references ? c->references->first : NULL; n; n = n->next) {
        const struct framework *f = framework_find(r, n->key);
        for (const struct yaml_node *item = framework_next(c, n->key, NULL); item;
             item = framework_next(c, n->key, item)) {
            const struct framework_item *known = f ? framework_item_find(f, item->text) : NULL;
            const char *title = known ? text2_in(&known->title, lang) : "";
            (void)fprintf(out, "%-11s%s %s%s%s%s\n", head, n->key, item->text, title[0] ? "  " : "",
                          title,
                          !known || known->is_seen  ? ""
                          : strcmp(lang, "ja") == 0 ? " [未確認]"
                                                    : " [unverified]");
            head = "";
        }
    }
}

static void print_parameters(const struct check *c, const char *lang, FILE *out)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter *p = &c->parameters[i];
        (void)fprintf(out, "%-11s%s = ", i ? "" : "parameters", p->name);
        if (p->type == PARAMETER_TEXT) {
            (void)fprintf(out, "'%s'", p->text);
        } else {
            (void)fprintf(out, "%" PRId64, p->number);
        }
        if (p->has_min) {
            (void)fprintf(out, ", at least %" PRId64, p->min);
        }
        if (p->has_max) {
            (void)fprintf(out, ", at most %" PRId64, p->max);
        }
        (void)fprintf(out, " %s\n", text2_in(&p->label, lang));
    }
}

static void print_question(const struct question *q, const char *lang, FILE *out)
{
    if (!q) {
        return;
    }
    (void)fprintf(out, "%-11s%s\n", "question", text2_in(&q->text, lang));
    if (q->hint.en) {
        (void)fprintf(out, "%-11s%s\n", "hint", text2_in(&q->hint, lang));
    }
    for (size_t i = 0; i < q->count; i++) {
        const struct question_answer *a = &q->answers[i];
        (void)fprintf(out, "%-11s%s (%s): %s\n", i ? "" : "answers", a->id,
                      a->is_pass ? "pass" : "fail", text2_in(&a->text, lang));
    }
    if (q->can_not_apply.en) {
        (void)fprintf(out, "%-11s" ANSWER_NOT_APPLICABLE ": %s\n", "",
                      text2_in(&q->can_not_apply, lang));
    }
    (void)fprintf(out, "%-11s%" PRId64 " days%s\n\n", "holds", q->valid_days,
                  q->needs_evidence ? "; an answer that passes needs evidence" : "");
}

static enum rc no_check(struct rules *r, const char *id, struct err *err)
{
    size_t count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        count++;
    }
    size_t actions = r->playbook ? r->playbook->count : 0;
    const char **ids = arena_array(r->arena, count + actions + 1, sizeof(char *));
    size_t n = 0;
    for (const struct action *a = r->playbook ? r->playbook->actions : NULL; ids && a;
         a = a->next) {
        ids[n++] = a->check.id;
    }
    for (const struct check *c = r->checks; ids && c; c = c->next) {
        if (c->id) {
            ids[n++] = c->id;
        }
    }
    return err_setf(err, RC_USAGE, "there is no check '%s'%s; kagimori checks list shows all", id,
                    did_you_mean(id, ids));
}

enum rc rules_show(struct rules *r, const char *id, const char *lang, FILE *out, struct err *err)
{
    const struct check *c = rules_find(r, id);
    if (!c) {
        return action_show(r, id, lang, out) ? RC_OK : no_check(r, id, err);
    }
    (void)fprintf(out, "%s\n%s\n\n", c->id, text2_in(&c->title, lang));
    (void)fprintf(out, "%-11s%s\n", "severity",
                  c->severity >= 0 ? severity_words[c->severity] : "?");
    print_words(out, "tags", c->tags, c->tag_count);
    rules_print_references(r, c, lang, out);
    (void)fprintf(out, "%-11s%s:%u\n\n%s\n\n%s\n\n", "file", c->file->path, c->node->line,
                  text2_in(&c->why, lang), text2_in(&c->fix, lang));
    print_question(c->question, lang, out);
    (void)fprintf(out, "%-11s%s\n", "for", c->view ? c->view : "?");
    if (c->applies.text) {
        (void)fprintf(out, "%-11s%s\n", "applies", c->applies.text);
    }
    (void)fprintf(out, "%-11s%s\n", "pass", c->pass.text ? c->pass.text : "?");
    print_parameters(c, lang, out);
    print_words(out, "needs", c->needs, c->need_count);
    print_words(out, "reads", c->read, c->read_count);
    print_words(out, "shows", c->shown, c->shown_count);
    (void)fprintf(out, "%-11s%zu\n", "tests", yaml_count(c->tests));
    if (c->statement) {
        (void)fprintf(out, "\n%s\n", c->statement);
    }
    return RC_OK;
}

static void print_sources(FILE *out, const char *const *sources, const char *before)
{
    for (size_t i = 0; sources[i]; i++) {
        (void)fprintf(out, "%s%s", i ? ", " : before, sources[i]);
    }
}

/* A view without a source is a helper of other views: no check is about its rows. */
static void print_view(const struct view *v, const char *lang, FILE *out)
{
    (void)fprintf(out, "\nview %s", v->name);
    print_sources(out, v->sources, "   from ");
    (void)fprintf(out, "\n");
    for (size_t i = 0; i < v->count; i++) {
        (void)fprintf(out, "  ");
        put_padded(out, v->columns[i].name, 32, 1);
        (void)fprintf(out, "%s", text2_in(&v->columns[i].label, lang));
        print_sources(out, v->columns[i].sources, "   from ");
        (void)fprintf(out, "\n");
    }
}

static void print_table(const struct row_catalogue *t, FILE *out)
{
    static const char *const types[] = {
        "guid", "sid", "text", "text", "integer", "boolean", "time"
    };
    (void)fprintf(out, "\ntable %s (%s)   %s\n", t->table, t->key, t->doc);
    for (size_t i = 0; i < t->count; i++) {
        (void)fprintf(out, "  ");
        put_padded(out, t->columns[i].name, 32, 1);
        put_padded(out, types[t->columns[i].type], 9, 1);
        (void)fprintf(out, "%s%s\n", t->columns[i].must ? "(never NULL) " : "", t->columns[i].doc);
    }
}

enum rc rules_columns(struct rules *r, const char *name, const char *lang, FILE *out,
                      struct err *err)
{
    size_t found = 0;
    if (!name) {
        (void)fprintf(out, "Views, which checks read:\n");
    }
    for (size_t i = 0; i < r->catalogue.count; i++) {
        if (name ? strcmp(name, r->catalogue.views[i].name) == 0
                 : r->catalogue.views[i].sources[0] != NULL) {
            print_view(&r->catalogue.views[i], lang, out);
            found++;
        }
    }
    if (!name) {
        (void)fprintf(out, "\nTables of evidence, for inline tests:\n");
    }
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        const struct row_catalogue *c = row_catalogue((enum row_table)t);
        if (!name || strcmp(name, c->table) == 0) {
            print_table(c, out);
            found++;
        }
    }
    return found > 0 ? RC_OK
                     : err_setf(err, RC_USAGE, "there is no view or table '%s'%s", name,
                                did_you_mean(name, r->catalogue.view_names));
}
