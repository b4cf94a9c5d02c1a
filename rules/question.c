/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key `ask`: a question becomes a check over the one row of the view `organisation`, with conditions over the view `answer` that are
 * written here. All else (waivers, profiles, statement, results) is as of any other check. */
#include "rules/question.h"

#include <inttypes.h>
#include <string.h>

#include "rules/ask.h"

static const struct text2 yes = { "Yes", "はい" }, no = { "No", "いいえ" };

const struct question_answer *question_answer(const struct question *q, const char *id)
{
    for (size_t i = 0; i < q->count; i++) {
        if (strcmp(q->answers[i].id, id) == 0) {
            return &q->answers[i];
        }
    }
    return NULL;
}

static bool is_answer_id(const char *s)
{
    return check_is_id(s) && !strchr(s, '.') && strlen(s) <= 64;
}

static void parse_answer(struct rules *r, struct check *c, const struct yaml_node *n)
{
    static const struct key_spec keys[] = { { "id", true, NULL, NULL },
                                            { "verdict", true, NULL, NULL },
                                            { "en", true, NULL, NULL },
                                            { "ja", true, NULL, NULL } };
    static const char *const verdicts[] = { "pass", "fail", NULL };
    struct mistakes *m = &r->mistakes;
    struct question *q = c->question;
    if (n->kind != YAML_MAP) {
        mistake_node(m, c->file, n, c->id,
                     "an answer is a map: { id: yes, verdict: pass, en: …, ja: … }");
        return;
    }
    fields_check_keys(m, c->file, n, c->id, keys, ARRAY_LEN(keys));
    const char *id = field_text(m, c->file, n, "id", c->id);
    const char *verdict = field_text(m, c->file, n, "verdict", c->id);
    const struct text2 text = { field_text(m, c->file, n, "en", c->id),
                                field_text(m, c->file, n, "ja", c->id) };
    bool is_pass = verdict && strcmp(verdict, "pass") == 0;
    if (verdict && !is_pass && strcmp(verdict, "fail") != 0) {
        mistake_node(m, c->file, yaml_get(n, "verdict"), c->id,
                     "the verdict of an answer is pass or fail, not '%s'%s", verdict,
                     did_you_mean(verdict, verdicts));
    }
    if (id && !is_answer_id(id)) {
        mistake_node(
            m, c->file, yaml_get(n, "id"), c->id,
            "the id of an answer is lower-case words with hyphens; whether the question applies is 'can_not_apply'");
    } else if (id && question_answer(q, id)) {
        mistake_node(m, c->file, yaml_get(n, "id"), c->id, "the answer '%s' is there already", id);
    } else if (id && q->count == QUESTION_MAX_ANSWERS) {
        mistake_node(m, c->file, n, c->id, "a question has at most %d answers",
                     (int)QUESTION_MAX_ANSWERS);
    } else if (id) {
        q->answers[q->count++] = (struct question_answer){ id, is_pass, text };
    }
}

static void parse_answers(struct rules *r, struct check *c, const struct yaml_node *list)
{
    struct question *q = c->question;
    bool pass = false, fail = false;
    if (!list) {
        q->answers[0] = (struct question_answer){ "yes", true, yes };
        q->answers[1] = (struct question_answer){ "no", false, no };
        q->count = 2;
        return;
    }
    if (list->kind != YAML_LIST) {
        mistake_node(&r->mistakes, c->file, list, c->id, "'answers' must be a list of answers");
        return;
    }
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        parse_answer(r, c, n);
    }
    for (size_t i = 0; i < q->count; i++) {
        pass = pass || q->answers[i].is_pass;
        fail = fail || !q->answers[i].is_pass;
    }
    if (!pass || !fail) {
        mistake_node(&r->mistakes, c->file, list, c->id,
                     "a question needs an answer that passes and one that fails");
    }
}

/* What a question says by itself. Its tests may be there besides those that are made of its answers. */
static void refuse_conditions(struct rules *r, const struct check *c)
{
    static const char *const others[] = { "for",          "applies",  "needs",   "pass",
                                          "show",         "item",     "name",    "parameters",
                                          "account_flag", "registry", "service", "policy",
                                          "reads" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct yaml_node *n = yaml_get(c->node, others[i]);
        if (n) {
            mistake_key(&r->mistakes, c->file, n, c->id,
                        "'ask' and '%s' exclude each other: the answer decides", others[i]);
        }
    }
}

static const char *group_of(struct arena *a, const char *id)
{
    const char *from = id ? strchr(id, '.') : NULL;
    const char *to = from ? strchr(from + 1, '.') : NULL;
    const char *group = to ? arena_strndup(a, from + 1, (size_t)(to - from - 1)) : NULL;
    return group ? group : "";
}

static struct text2 theme_of(const struct rules *r, const struct check *c)
{
    for (size_t i = 0; c->tag_count > 0 && i < r->words.tag_count; i++) {
        if (strcmp(r->words.tags[i].name, c->tags[0]) == 0) {
            return r->words.tags[i].label;
        }
    }
    return (struct text2){ "", "" };
}

static void parse_ask(struct rules *r, struct check *c, const struct yaml_node *ask)
{
    static const struct key_spec keys[] = {
        { "question", true, NULL, NULL },       { "hint", false, NULL, NULL },
        { "valid_days", false, NULL, NULL },    { "needs_evidence", false, NULL, NULL },
        { "can_not_apply", false, NULL, NULL }, { "answers", false, NULL, NULL }
    };
    struct mistakes *m = &r->mistakes;
    struct question *q = c->question;
    fields_check_keys(m, c->file, ask, c->id, keys, ARRAY_LEN(keys));
    q->text = field_text2(m, c->file, ask, "question", c->id);
    q->hint = field_text2(m, c->file, ask, "hint", c->id);
    q->can_not_apply = field_text2(m, c->file, ask, "can_not_apply", c->id);
    const struct yaml_node *days = yaml_get(ask, "valid_days"),
                           *needs = yaml_get(ask, "needs_evidence");
    if (days && (!yaml_integer(days, &q->valid_days) || q->valid_days < 1 ||
                 q->valid_days > QUESTION_MAX_DAYS)) {
        mistake_node(m, c->file, days, c->id, "'valid_days' is a number from 1 to %d",
                     (int)QUESTION_MAX_DAYS);
    }
    if (needs && !yaml_bool(needs, &q->needs_evidence)) {
        mistake_node(m, c->file, needs, c->id, "'needs_evidence' is true or false");
    }
    parse_answers(r, c, yaml_get(ask, "answers"));
}

/* '(SELECT <what> FROM answer AS a WHERE a.subject = 'id')' into the arena. */
static const char *of_answer(struct rules *r, const struct check *c, const char *what)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    wr_printf(&w, "(SELECT %s FROM answer AS a WHERE a.subject = ", what);
    put_sql_text(&w, c->id);
    wr_text(&w, ")");
    return put_take(r->arena, &w);
}

static const char *verdict_sql(struct rules *r, const struct check *c)
{
    struct wr w AUTO(wr_done);
    const struct question *q = c->question;
    wr_init(&w, 65536);
    wr_text(&w, "CASE WHEN a.is_valid = 1 THEN CASE a.answer");
    for (size_t i = 0; i < q->count; i++) {
        wr_text(&w, " WHEN ");
        put_sql_text(&w, q->answers[i].id);
        wr_printf(&w, " THEN %s",
                  !q->answers[i].is_pass ? "0"
                  : q->needs_evidence    ? "CASE WHEN a.evidence IS NOT NULL THEN 1 END"
                                         : "1");
    }
    wr_text(&w, " END END");
    const char *what = put_take(r->arena, &w);
    return what ? of_answer(r, c, what) : NULL;
}

static void write_conditions(struct rules *r, struct check *c, const struct yaml_node *ask)
{
    const char *const *shown = ask_shown;
    c->view = "organisation";
    c->pass = (struct expr){ .text = verdict_sql(r, c), .node = ask };
    if (c->question->can_not_apply.en) {
        const char *applies =
            of_answer(r, c, "NOT (a.is_valid = 1 AND a.answer = '" ANSWER_NOT_APPLICABLE "')");
        c->applies = (struct expr){
            .text = arena_printf(r->arena, "coalesce(%s, 1)", applies ? applies : ""), .node = ask
        };
    }
    for (c->extra_count = 0; c->extra_count < ASK_SHOWN; c->extra_count++) {
        const char *column = arena_printf(r->arena, "a.%s", shown[c->extra_count]);
        c->extras[c->extra_count] =
            (struct extra){ shown[c->extra_count], column ? of_answer(r, c, column) : "NULL" };
    }
}

const char *const ask_shown[ASK_SHOWN] = { "answer",      "who",      "answered_on",
                                           "valid_until", "evidence", "note" };

void ask_parse(struct rules *r, struct check *c, const struct yaml_node *ask)
{
    struct question *q = arena_alloc(r->arena, sizeof(*q));
    refuse_conditions(r, c);
    if (!q || ask->kind != YAML_MAP) {
        mistake_node(&r->mistakes, c->file, ask, c->id,
                     "'ask' is a map: { question: { en: …, ja: … }, answers: … }");
        return;
    }
    *q = (struct question){ .id = c->id,
                            .group = group_of(r->arena, c->id),
                            .theme = theme_of(r, c),
                            .title = c->title,
                            .why = c->why,
                            .valid_days = QUESTION_DAYS };
    c->question = q;
    parse_ask(r, c, ask);
    if (c->id) {
        write_conditions(r, c, ask);
    }
}

void ask_list(struct rules *r)
{
    const struct question **tail = &r->questions;
    for (struct check *c = r->checks; c; c = c->next) {
        if (c->question) {
            c->question->is_selected = c->is_selected;
            *tail = c->question;
            tail = &c->question->next;
        }
    }
}

const struct question *rules_questions(const struct rules *r)
{
    return r->questions;
}
