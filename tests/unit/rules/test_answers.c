/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers file: each mistake at its place, nothing taken of a file with one, and which of several answers counts. */
#include <stdlib.h>

#include "rules/answers.h"
#include "support.h"

#define NOW "2026-11-22T00:00:00Z"

static const char question[] =
    "ask:\n  question: { en: \"Is it?\", ja: \"そうですか？\" }\n  can_not_apply: { en: None, ja: 無い場合 }\n";
static const char always[] =
    "ask:\n  question: { en: \"Is it?\", ja: \"そうですか？\" }\n  answers:\n"
    "    - { id: worm, verdict: pass, en: W, ja: 不可 }\n    - { id: none, verdict: fail, en: N, ja: なし }\n";

static char said[65536];

static struct loaded two_questions(void)
{
    char text[4096];
    (void)snprintf(text, sizeof(text), "%s%s", a_check("q.a.one", question),
                   a_check("q.a.two", always));
    struct loaded l = load_text(text);
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    return l;
}

static struct answers *parse(const struct loaded *l, const char *text)
{
    struct err err = { 0 };
    struct answers *a = NULL;
    filetime now = 0;
    char *out = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&out, &size);
    T_OK(f && filetime_from_iso(NOW, &now));
    if (!f) {
        return NULL;
    }
    enum rc rc = answers_parse(l->rules, "a.yaml", text, strlen(text), now, &a, f, &err);
    (void)fclose(f);
    (void)snprintf(said, sizeof(said), "%s", out ? out : "");
    free(out);
    T_EQ_I(rc, said[0] ? RC_USAGE : RC_OK);
    T_OK((a != NULL) == (rc == RC_OK));
    return a;
}

static void each_mistake_has_its_place(void)
{
    static const struct {
        const char *entry, *message;
    } cases[] = {
        { "{ question: q.a.on, answer: yes, who: A, when: 2026-11-01 }",
          "a.yaml:1:15: q.a.on: there is no such question (did you mean 'q.a.one'?)" },
        { "{ question: q.a.one, answer: nein, who: A, when: 2026-11-01 }",
          "a.yaml:1:32: q.a.one: there is no answer 'nein' to this question; its answers are yes, no, not_applicable" },
        { "{ question: q.a.two, answer: はい, who: A, when: 2026-11-01 }",
          "a.yaml:1:32: q.a.two: there is no answer 'はい' to this question; its answers are worm, none" },
        { "{ question: q.a.two, answer: wrom, who: A, when: 2026-11-01 }",
          "(did you mean 'worm'?)" },
        { "{ question: q.a.two, answer: not_applicable, note: x, who: A, when: 2026-11-01 }",
          "this question always applies; its answers are worm, none" },
        { "{ question: q.a.one, answer: not_applicable, who: A, when: 2026-11-01 }",
          "a.yaml:1:3: q.a.one: 'not_applicable' needs a 'note' that says why" },
        { "{ question: q.a.one, answer: yes, when: 2026-11-01 }",
          "a.yaml:1:3: q.a.one: the key 'who' is missing" },
        { "{ question: q.a.one, answer: yes, who: \" \xe3\x80\x80\", when: 2026-11-01 }",
          "a.yaml:1:42: q.a.one: 'who' must be a text that is not empty" },
        { "{ question: q.a.one, answer: yes, who: [A], when: 2026-11-01 }",
          "'who' must be a text that is not empty" },
        { "{ question: q.a.one, answer: yes, who: A }", "the key 'when' is missing" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-23 }",
          "a.yaml:1:51: q.a.one: 'when' is in the future (it is 2026-11-22 now)" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-02-30 }",
          "'when' is a day such as 2026-11-26, not '2026-02-30'" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-01T10:00:00Z }",
          "'when' is a day such as" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-02, until: 2026-11-01 }",
          "a.yaml:1:70: q.a.one: 'until' is before 'when'" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-02, until: 2036-12-01 }",
          "'until' is more than 10 years after 'when'" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-02, until: never }",
          "'until' is a day such as" },
        { "{ question: q.a.one, answer: yes, who: A, when: 2026-11-02, evidnce: E }",
          "a.yaml:1:63: q.a.one: unknown key 'evidnce' (did you mean 'evidence'?)" },
        { "yes", "a.yaml:1:3: an answer is a map" },
        { "{ question: q.a.one, answer: yes, who: A, who: B, when: 2026-11-02 }", "a.yaml:1:" },
    };
    struct loaded l = two_questions();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text), "- %s\n", cases[i].entry);
        struct answers *a = parse(&l, text);
        T_OK(a == NULL);
        T_HAS(said, cases[i].message);
        answers_free(a);
    }
    load_done(&l);
}

static void all_mistakes_are_told_in_one_go(void)
{
    struct loaded l = two_questions();
    T_OK(!parse(&l, "- { question: q.a.one, answer: yes, who: A, when: 2026-11-01 }\n"
                    "- { question: q.a.none, answer: yes, who: A, when: 2026-11-01 }\n"
                    "- { question: q.a.two, answer: x, who: A, when: 2027-11-01, k: 1 }\n"));
    T_HAS(said, "a.yaml:2:15: ");
    T_HAS(said, "a.yaml:3:32: ");
    T_HAS(said, "'when' is in the future");
    T_HAS(said, "unknown key 'k'");
    T_OK(!parse(&l, "question: q.a.one\n"));
    T_HAS(said, "a.yaml:1:1: a file of answers is one list");
    T_OK(!parse(&l, "- { question: q.a.one, answer: yes, who: A, when: 2026-11-01 }\n---\n- x\n"));
    T_HAS(said, "one list");
    T_OK(!parse(&l, "- [\n"));
    load_done(&l);
}

static void long_texts_and_long_files_are_refused(void)
{
    static char text[1200000];
    struct loaded l = two_questions();
    (void)snprintf(
        text, sizeof(text),
        "- { question: q.a.one, answer: yes, who: %0301d, when: 2026-11-01, note: %02001d }\n", 1,
        1);
    T_OK(!parse(&l, text));
    T_HAS(said, "'who' is longer than 300 bytes");
    T_HAS(said, "'note' is longer than 2000 bytes");
    size_t n = 0;
    for (int i = 0; i < ANSWERS_MOST; i++) {
        n += (size_t)snprintf(text + n, sizeof(text) - n,
                              "- { question: q.a.one, answer: no, who: A, when: 2026-11-01 }\n");
    }
    struct answers *a = parse(&l, text);
    T_OK(a != NULL);
    answers_free(a);
    (void)snprintf(text + n, sizeof(text) - n,
                   "- { question: q.a.one, answer: no, who: A, when: 2026-11-01 }\n");
    T_OK(!parse(&l, text));
    T_HAS(said, "a.yaml:10001:3: more than 10000 answers");
    load_done(&l);
}

static void the_latest_answer_counts(void)
{
    char day[32];
    struct loaded l = two_questions();
    const struct question *q = rules_questions(l.rules);
    struct answers *a = parse(
        &l, "- { question: q.a.one, answer: No, who: B, when: 2026-11-20 }\n"
            "- { question: q.a.one, answer: はい, who: C, when: 2026-11-20, until: 2026-12-31 }\n"
            "- { question: q.a.two, answer: WORM, who: E, when: 2026-01-01 }\n"
            "- { question: q.a.one, answer: いいえ, who: D, when: 2026-11-01 }\n");
    const struct answer *one = answers_of(a, q), *two = answers_of(a, q->next);
    T_OK(one && two);
    if (one && two) {
        T_EQ_S(one->id, "yes");
        T_EQ_S(one->who, "C");
        T_EQ_S(filetime_iso(one->until, day, sizeof(day)), "2027-01-01T00:00:00Z");
        T_EQ_S(two->id, "worm");
        T_EQ_S(filetime_iso(two->until, day, sizeof(day)), "2027-01-02T00:00:00Z");
        T_EQ_S(answers_last_who(a), "D");
    }
    answers_free(a);
    a = parse(&l, "- { question: q.a.one, answer: 該当なし, note: n, who: D, when: 2026-11-22 }\n");
    T_OK(a && answers_of(a, q));
    if (a && answers_of(a, q)) {
        T_EQ_S(answers_of(a, q)->id, ANSWER_NOT_APPLICABLE);
    }
    answers_free(a);
    load_done(&l);
}

static void an_empty_file_has_no_answers(void)
{
    static const char *const empty[] = { "", "\n", "# nothing\n", "[]\n" };
    struct loaded l = two_questions();
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        struct answers *a = parse(&l, empty[i]);
        T_OK(a && !answers_list(a) && !answers_last_who(a));
        answers_free(a);
    }
    load_done(&l);
}

static void taking_replaces_the_whole(void)
{
    struct err err = { 0 };
    struct store *store AUTO(store_closep) = NULL;
    struct loaded l = two_questions();
    T_OK(store_open_memory(&store, &err) == RC_OK);
    static const char *const files[] = {
        "- { question: q.a.one, answer: yes, who: A, when: 2026-11-01, evidence: E, note: N }\n"
        "- { question: q.a.two, answer: none, who: A, when: 2026-11-01 }\n",
        "- { question: q.a.two, answer: worm, who: B, when: 2026-11-02 }\n", ""
    };
    static const char *const want[] = { "q.a.one yes A E N,q.a.two none A - -",
                                        "q.a.two worm B - -", "" };
    static const char *const objects[] = { "2", "1", "0" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct answers *a = parse(&l, files[i]);
        T_OK(a && answers_take(a, store, 134398161300000000, &err) == RC_OK);
        answers_free(a);
        T_EQ_S(
            query(
                store_handle(store),
                "SELECT group_concat(question || ' ' || answer || ' ' || who || ' ' || coalesce(evidence, '-') || ' ' ||"
                " coalesce(note, '-'), ',') FROM (SELECT * FROM attestation ORDER BY question)"),
            want[i]);
        T_EQ_S(query(store_handle(store),
                     "SELECT objects FROM coverage WHERE source = 'attest.answer'"),
               objects[i]);
    }
    load_done(&l);
}

#define TESTS(X)                             \
    X(each_mistake_has_its_place)            \
    X(all_mistakes_are_told_in_one_go)       \
    X(long_texts_and_long_files_are_refused) \
    X(the_latest_answer_counts)              \
    X(an_empty_file_has_no_answers)          \
    X(taking_replaces_the_whole)
T_MAIN("rules_answers", TESTS)
