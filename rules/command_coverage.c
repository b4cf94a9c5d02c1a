/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks coverage: which checks, questions and actions answer each item of a framework. */
#include <string.h>

#include "audit/base/utf.h"
#include "rules/commands.h"
#include "rules/framework.h"
#include "rules/reset/playbook.h"

enum {
    NAMED = 3 /* answers of an item that a line of the table names */
};

enum kind {
    KIND_CHECK,
    KIND_QUESTION,
    KIND_ACTION
};

struct totals { /* items, each counted once, by the first that holds */
    size_t items, checks, questions, actions, scope, open, unseen, outside;
};

static struct totals count_items(const struct framework *f)
{
    struct totals t = { 0 };
    for (const struct framework_item *i = f->items; i; i = i->next) {
        t.items++;
        t.unseen += !i->is_seen;
        t.outside += i->checks + i->questions > 0 && i->selected == 0;
        *(i->checks > 0      ? &t.checks
          : i->questions > 0 ? &t.questions
          : i->actions > 0   ? &t.actions
          : i->scope.en      ? &t.scope
                             : &t.open) += 1;
    }
    return t;
}

static const char *say(const struct text2 *t, bool ja)
{
    const char *text = ja ? t->ja : t->en;
    return text ? text : "";
}

static void print_totals(const struct framework *f, bool ja, FILE *out)
{
    struct totals t = count_items(f);
    size_t answered = t.items - t.open;
    (void)fprintf(
        out,
        ja ? "%s: %zu 項目中 %zu 項目に対応（チェック %zu、質問 %zu、リセット計画の作業のみ %zu、範囲外 %zu）"
           : "%s: %zu of %zu items are answered (%zu by checks, %zu by questions, %zu by actions of "
             "the reset plan only, %zu out of scope)",
        f->name, ja ? t.items : answered, ja ? answered : t.items, t.checks, t.questions, t.actions,
        t.scope);
    if (t.outside > 0) {
        (void)fprintf(out,
                      ja ? "、このプロファイルで評価しない項目 %zu"
                         : "; %zu not looked at by this profile",
                      t.outside);
    }
    if (t.unseen > 0) {
        (void)fprintf(out, ja ? "、番号または文言が未確認の項目 %zu" : "; %zu unverified",
                      t.unseen);
    }
    (void)fprintf(out, "%s\n",
                  !f->is_open ? ""
                  : ja        ? "（チェックが参照する項目のみを収録）"
                              : "; the list holds only what checks name");
}

/* The next check, question or action that names the item; *at is where the last one was (NULL at first). Actions come last. */
struct cursor {
    const struct check *check;
    const struct action *action;
    bool is_begun, is_past_checks;
};

static const struct check *next_answer(const struct rules *r, const struct framework *f,
                                       const struct framework_item *i, struct cursor *at,
                                       enum kind *ret)
{
    while (!at->is_past_checks) {
        at->check = at->is_begun ? at->check->next : r->checks;
        at->is_begun = at->check != NULL;
        at->is_past_checks = !at->check;
        if (at->check && framework_is_named(at->check, f->name, i->id)) {
            *ret = check_is_question(at->check) ? KIND_QUESTION : KIND_CHECK;
            return at->check;
        }
    }
    for (;;) {
        at->action = at->is_begun ? at->action->next : r->playbook ? r->playbook->actions : NULL;
        at->is_begun = true;
        if (!at->action) {
            return NULL;
        }
        if (framework_is_named(&at->action->check, f->name, i->id)) {
            *ret = KIND_ACTION;
            return &at->action->check;
        }
    }
}

static void print_answers(const struct rules *r, const struct framework *f,
                          const struct framework_item *i, bool ja, FILE *out)
{
    struct cursor at = { 0 };
    enum kind kind = KIND_CHECK;
    size_t shown = 0, all = i->checks + i->questions + i->actions;
    for (const struct check *c = next_answer(r, f, i, &at, &kind); c && shown < NAMED;
         c = next_answer(r, f, i, &at, &kind)) {
        (void)fprintf(out, "%s%s", shown++ ? ", " : "", c->id);
    }
    if (all > shown) {
        (void)fprintf(out, ja ? " ほか %zu 件" : " and %zu more", all - shown);
    }
    if (all == 0) {
        (void)fprintf(out, "%s%s",
                      i->scope.en ? (ja ? "範囲外：" : "out of scope: ")
                                  : (ja ? "未対応" : "NOT ANSWERED"),
                      say(&i->scope, ja));
    } else if (i->checks + i->questions > 0 && i->selected == 0) {
        (void)fprintf(out, ja ? "（このプロファイルでは評価しません）"
                              : " (not looked at by this profile)");
    }
}

static void print_items(const struct rules *r, const struct framework *f, bool ja, FILE *out)
{
    size_t ids = 2, titles = 8;
    for (const struct framework_item *i = f->items; i; i = i->next) {
        size_t id = utf8_columns(i->id), title = utf8_columns(say(&i->title, ja));
        ids = id > ids ? id : ids;
        titles = title > titles ? title : titles;
    }
    for (const struct framework_item *i = f->items; i; i = i->next) {
        put_padded(out, i->id, ids + 2, 0);
        put_padded(out, say(&i->title, ja), titles + 2, 0);
        if (!i->is_seen) {
            (void)fprintf(out, "%s", ja ? "[未確認] " : "[unverified] ");
        }
        print_answers(r, f, i, ja, out);
        (void)fprintf(out, "\n");
    }
}

static void put_text(struct wr *w, const char *key, const char *text)
{
    wr_printf(w, ", \"%s\": ", key);
    if (text) {
        put_json_text(w, text, strlen(text));
    } else {
        wr_text(w, "null");
    }
}

static void put_answers(struct wr *w, const struct rules *r, const struct framework *f,
                        const struct framework_item *i, enum kind wanted, const char *key)
{
    struct cursor at = { 0 };
    enum kind kind = KIND_CHECK;
    bool first = true;
    wr_printf(w, ", \"%s\": [", key);
    for (const struct check *c = next_answer(r, f, i, &at, &kind); c;
         c = next_answer(r, f, i, &at, &kind)) {
        if (kind == wanted) {
            wr_text(w, first ? "" : ", ");
            put_json_text(w, c->id, strlen(c->id));
            first = false;
        }
    }
    wr_text(w, "]");
}

static void put_item(struct wr *w, const struct rules *r, const struct framework *f,
                     const struct framework_item *i)
{
    wr_text(w, i == f->items ? "\n    {\"id\": " : ",\n    {\"id\": ");
    put_json_text(w, i->id, strlen(i->id));
    put_text(w, "group_en", i->group.en);
    put_text(w, "group_ja", i->group.ja);
    put_text(w, "title_en", i->title.en);
    put_text(w, "title_ja", i->title.ja);
    put_text(w, "out_of_scope_en", i->scope.en);
    put_text(w, "out_of_scope_ja", i->scope.ja);
    size_t all = i->checks + i->questions + i->actions;
    wr_printf(w, ", \"is_seen\": %s, \"is_answered\": %s, \"in_profile\": %zu",
              i->is_seen ? "true" : "false", all > 0 || i->scope.en ? "true" : "false",
              i->selected);
    put_answers(w, r, f, i, KIND_CHECK, "checks");
    put_answers(w, r, f, i, KIND_QUESTION, "questions");
    put_answers(w, r, f, i, KIND_ACTION, "actions");
    wr_text(w, "}");
}

static void put_framework(struct wr *w, const struct rules *r, const struct framework *f,
                          bool is_first, bool with_items)
{
    struct totals t = count_items(f);
    wr_text(w, is_first ? "\n  {\"framework\": " : ",\n  {\"framework\": ");
    put_json_text(w, f->name, strlen(f->name));
    put_text(w, "title_en", f->title.en);
    put_text(w, "title_ja", f->title.ja);
    put_text(w, "edition", f->edition);
    wr_printf(w,
              ", \"is_open\": %s, \"items_count\": %zu, \"answered\": %zu, \"by_checks\": %zu, "
              "\"by_questions\": %zu, \"by_actions\": %zu, \"out_of_scope\": %zu",
              f->is_open ? "true" : "false", t.items, t.items - t.open, t.checks, t.questions,
              t.actions, t.scope);
    if (with_items) {
        wr_text(w, ", \"items\": [");
        for (const struct framework_item *i = f->items; i; i = i->next) {
            put_item(w, r, f, i);
        }
        wr_text(w, "\n  ]");
    }
    wr_text(w, "}");
}

static void write_json(const struct rules *r, const struct framework *only, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 64U << 20);
    wr_text(&w, "[");
    for (const struct framework *f = only ? only : r->frameworks; f; f = only ? NULL : f->next) {
        put_framework(&w, r, f, only || f == r->frameworks, only != NULL);
    }
    wr_text(&w, "\n]\n");
    (void)fwrite(w.data, 1, w.bad ? 0 : w.size, out);
}

static enum rc no_framework(const struct rules *r, const char *name, struct err *err)
{
    const char *names[64] = { NULL };
    size_t n = 0;
    for (const struct framework *f = r->frameworks; f && n < ARRAY_LEN(names) - 1; f = f->next) {
        names[n++] = f->name;
    }
    return err_setf(err, RC_USAGE,
                    "there is no framework '%s'%s; kagimori checks coverage lists all", name,
                    did_you_mean(name, names));
}

enum rc rules_coverage(const struct rules *r, const char *framework, enum rules_format format,
                       const char *lang, FILE *out, size_t *ret_open, struct err *err)
{
    const struct framework *only = framework ? framework_find(r, framework) : NULL;
    bool ja = strcmp(lang, "ja") == 0;
    *ret_open = 0;
    if (!r->frameworks) {
        return err_setf(err, RC_USAGE,
                        "the folder of checks has no folder 'frameworks', so that nothing is known "
                        "of what they answer");
    }
    if (framework && !only) {
        return no_framework(r, framework, err);
    }
    for (const struct framework *f = only ? only : r->frameworks; f; f = only ? NULL : f->next) {
        *ret_open += f->is_open ? 0 : count_items(f).open;
    }
    if (format == RULES_JSON) {
        write_json(r, only, out);
        return RC_OK;
    }
    if (only) {
        (void)fprintf(out, "%s%s%s\n", say(&only->title, ja), only->edition ? " — " : "",
                      only->edition ? only->edition : "");
        print_items(r, only, ja, out);
    }
    for (const struct framework *f = only ? only : r->frameworks; f; f = only ? NULL : f->next) {
        print_totals(f, ja, out);
    }
    return RC_OK;
}
