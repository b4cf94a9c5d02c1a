/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions have no conditions of their own, so that their tests follow from their answers: each answer in force, none, one that expired, one
 * of a day to come, one that the question does not know, and that it does not apply. */
#include <inttypes.h>
#include <string.h>

#include "rules/ask.h"

struct day {
    const char *at, *until;
};

static void put_test(struct wr *w, const struct question *q, const char *note, const char *answer,
                     const struct day *d, bool has_evidence, const char *verdict)
{
    wr_printf(w, "- note: %s\n", note);
    if (answer) {
        wr_text(w, "  given: { attestation: [ { question: ");
        put_json_text(w, q->id, strlen(q->id));
        wr_text(w, ", answer: ");
        put_json_text(w, answer, strlen(answer));
        wr_printf(w, ", who: A, at: { %s }, until: { %s }%s } ] }\n", d->at, d->until,
                  has_evidence ? ", evidence: E" : "");
    }
    wr_printf(w, "  expect: { organisation: %s }\n", verdict);
}

static void put_tests(struct wr *w, const struct question *q)
{
    static const struct day now = { "days_ago: 1", "days_ahead: 30" },
                            today = { "days_ago: 0", "days_ahead: 1" },
                            expired = { "days_ago: 400", "days_ago: 0" },
                            future = { "days_ahead: 2", "days_ahead: 30" };
    for (size_t i = 0; i < q->count; i++) {
        const struct question_answer *a = &q->answers[i];
        const char *verdict = a->is_pass ? "pass" : "fail";
        put_test(w, q, "an answer", a->id, &now, true, verdict);
        put_test(w, q, "an answer of today", a->id, &today, true, verdict);
        put_test(w, q, "an answer without evidence", a->id, &now, false,
                 a->is_pass && q->needs_evidence ? "unknown" : verdict);
        put_test(w, q, "an answer that expired", a->id, &expired, true, "unknown");
        put_test(w, q, "an answer of a day to come", a->id, &future, true, "unknown");
    }
    bool can_not_apply = q->can_not_apply.en != NULL;
    put_test(w, q, "nobody answered", NULL, NULL, false, "unknown");
    put_test(w, q, "an answer that the question does not have", "no-such-answer", &now, true,
             "unknown");
    put_test(w, q, "it does not apply", ANSWER_NOT_APPLICABLE, &now, false,
             can_not_apply ? "not_applicable" : "unknown");
    put_test(w, q, "it did not apply once", ANSWER_NOT_APPLICABLE, &expired, false, "unknown");
}

/* A mistake points to the question: the text is nowhere in a file. */
static void move(struct yaml_node *n, const struct yaml_node *to)
{
    for (; n; n = n->next) {
        n->line = n->key_line = to->line;
        n->column = n->key_column = to->column;
        move(n->first, to);
    }
}

const struct yaml_node *ask_tests(struct arena *a, const struct check *c)
{
    struct err err;
    struct yaml_node *root = NULL;
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    put_tests(&w, c->question);
    const char *text = put_take(a, &w);
    if (!text || yaml_tree_parse(c->file->path, text, strlen(text), a, &root, &err) != RC_OK) {
        return NULL;
    }
    move(root, c->node);
    return root;
}

void ask_answers_json(struct wr *w, const struct question *q)
{
    wr_u8(w, '[');
    for (size_t i = 0; i < q->count; i++) {
        const struct question_answer *a = &q->answers[i];
        wr_text(w, i ? ",{\"id\":" : "{\"id\":");
        put_json_text(w, a->id, strlen(a->id));
        wr_printf(w, ",\"verdict\":\"%s\",\"en\":", a->is_pass ? "pass" : "fail");
        put_json_text(w, a->text.en, strlen(a->text.en));
        wr_text(w, ",\"ja\":");
        put_json_text(w, a->text.ja, strlen(a->text.ja));
        wr_u8(w, '}');
    }
    wr_u8(w, ']');
}
