/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: a file of answers, over two questions. What was taken is an answer that its question has, of a day that has begun, and no mistake is
 * written with a control character. */
#include <stdlib.h>
#include <string.h>

#include "rules/answers.h"
#include "rules/ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    NOW_DAYS = 155553 /* 2026-11-22 */
};

static struct rules rules;
static struct store *store;
static struct word2 tags[] = { { "password", { "p", "p" } } };

static const char questions[] =
    "{ id: q.a.one, ask: { question: { en: Q, ja: 問 }, can_not_apply: { en: N, ja: 無 } }, severity: low, tags: [password],"
    " title: { en: T, ja: 題 }, why: { en: W, ja: 理 }, fix: { en: F, ja: 策 }, references: { cis: x } }\n"
    "---\n"
    "{ id: q.a.two, ask: { question: { en: Q, ja: 問 }, answers: [ { id: worm, verdict: pass, en: W, ja: 不 },"
    " { id: no, verdict: fail, en: N, ja: 無 } ] }, severity: low, tags: [password],"
    " title: { en: T, ja: 題 }, why: { en: W, ja: 理 }, fix: { en: F, ja: 策 }, references: { cis: x } }\n";

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void begin(void)
{
    struct err err = { 0 };
    struct yaml_node *root = NULL;
    const struct rules_file file = { "q.yaml", questions, sizeof(questions) - 1 };
    rules.arena = arena_new(0);
    rules.tail = &rules.checks;
    rules.mistakes.arena = rules.arena;
    rules.words = (struct vocabulary){ .tags = tags, .tag_count = 1 };
    must(rules.arena && store_open_memory(&store, &err) == RC_OK);
    must(yaml_tree_parse(file.path, file.bytes, file.size, rules.arena, &root, &err) == RC_OK);
    for (const struct yaml_node *n = root; n; n = n->next) {
        check_parse(&rules, &file, n);
    }
    must(rules.mistakes.count == 0);
    ask_list(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    struct answers *a = NULL;
    const filetime now = NOW_DAYS * FILETIME_DAY;
    char *said = NULL;
    size_t length = 0;
    if (size > 65536) {
        return 0;
    }
    if (!store) {
        begin();
    }
    FILE *f = open_memstream(&said, &length);
    if (!f) {
        return 0;
    }
    enum rc rc = answers_parse(&rules, "fuzz.yaml", (const char *)data, size, now, &a, f, &err);
    (void)fclose(f);
    for (size_t i = 0; i < length; i++) {
        must((unsigned char)said[i] >= ' ' || said[i] == '\n');
    }
    free(said);
    must((rc == RC_OK) == (a != NULL) && (rc == RC_OK) == (length == 0));
    for (const struct answer *x = a ? answers_list(a) : NULL; x; x = x->next) {
        must(x->who && x->until > x->day && answer_day_has_begun(x->day, now));
        must(strcmp(x->id, ANSWER_NOT_APPLICABLE) == 0
                 ? x->question->can_not_apply.en && x->note
                 : question_answer(x->question, x->id) != NULL);
    }
    must(!a || answers_take(a, store, now, &err) == RC_OK);
    answers_free(a);
    return 0;
}
