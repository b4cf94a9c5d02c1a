/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions: what an answer comes to, and that nothing but an answer in force passes. */
#include <stdlib.h>

#include "rules/answers.h"
#include "rules/commands.h"
#include "rules/outcome.h"
#include "support.h"

#define NOW "2026-11-22T00:00:00Z"
#define ASK "ask:\n  question: { en: \"Is it?\", ja: \"そうですか？\" }\n"
#define FULL                                                                       \
    ASK "  valid_days: 30\n  needs_evidence: true\n"                               \
        "  can_not_apply: { en: None, ja: 無い場合 }\n  answers:\n"            \
        "    - { id: worm, verdict: pass, en: On WORM, ja: 書き換え不可 }\n" \
        "    - { id: partly, verdict: fail, en: Partly, ja: 一部のみ }\n"

struct bench {
    struct loaded l;
    struct store *store;
    struct rules_totals totals;
};

static filetime at(const char *iso)
{
    filetime t = 0;
    T_OK(filetime_from_iso(iso, &t));
    return t;
}

static struct bench bench_new(const char *checks, const char *waivers)
{
    struct bench b = { .l = load_begin(checks) };
    struct err err = { 0 };
    if (waivers) {
        load_file(&b.l, "waivers.txt", waivers);
    }
    load_now(&b.l, NULL, waivers ? "waivers.txt" : NULL);
    print_mistakes(&b.l);
    T_EQ_I(b.l.rc, RC_OK);
    T_OK(store_open_memory(&b.store, &err) == RC_OK);
    return b;
}

static void bench_done(struct bench *b)
{
    store_close(b->store);
    load_done(&b->l);
}

/* The verdict of the one question after these answers were taken at `taken`; clock NULL = the evidence does not say when it was made. */
static const char *judge(struct bench *b, const char *clock, const char *taken, const char *text)
{
    struct err err = { 0 };
    char now[32];
    struct answers *a AUTO(answers_freep) = NULL;
    sqlite3 *db = store_handle(b->store);
    T_OK(store_exec(db, "DELETE FROM audit_info WHERE name = 'now'", &err) == RC_OK);
    if (clock) {
        (void)snprintf(now, sizeof(now), "%" PRId64, at(clock));
        T_OK(store_info_set(b->store, "now", now, &err) == RC_OK);
    }
    T_OK(answers_parse(b->l.rules, "a.yaml", text, strlen(text), at(taken), &a, stderr, &err) ==
         RC_OK);
    if (!a) {
        return "";
    }
    T_OK(answers_take(a, b->store, at(taken), &err) == RC_OK);
    T_OK(rules_evaluate_on(b->l.rules, db, b->store, &b->totals, &err) == RC_OK);
    return query(
        db, "SELECT coalesce((SELECT verdict FROM result), (SELECT verdict FROM check_count))");
}

static const char *reason(const struct bench *b, const char *lang)
{
    char sql[80];
    (void)snprintf(sql, sizeof(sql), "SELECT reason_%s FROM result", lang);
    return query(store_handle(b->store), sql);
}

#define ENTRY(rest) "- { question: q.a.one, who: Sato, " rest " }\n"

static void an_answer_in_force_decides(void)
{
    struct bench b = bench_new(a_check("q.a.one", FULL), NULL);
    T_EQ_S(judge(&b, NOW, NOW, ""), "unknown");
    T_EQ_S(reason(&b, "en"), "Nobody has answered this question: run kagimori attest.");
    T_HAS(reason(&b, "ja"), "まだ誰も回答していません");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: worm, when: 2026-11-01, evidence: E")), "pass");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: partly, when: 2026-11-01")), "fail");
    T_EQ_S(
        query(store_handle(b.store), "SELECT evidence FROM result"),
        "{\"answer\":\"partly\",\"who\":\"Sato\",\"answered_on\":\"2026-11-01\",\"valid_until\":\"2026-12-01\","
        "\"evidence\":null,\"note\":null}");
    T_HAS(query(store_handle(b.store), "SELECT source FROM result"), "ATTEST a.yaml");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: worm, when: 2026-11-01")), "unknown");
    T_EQ_S(
        reason(&b, "en"),
        "Sato says \"On WORM\" and names no evidence, without which this answer does not count.");
    T_HAS(reason(&b, "ja"), "証跡がありません");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: not_applicable, when: 2026-11-01, note: none")),
           "not_applicable");
    T_EQ_I(b.totals.not_applicable, 1);
    T_EQ_I(b.totals.pass, 0);
    bench_done(&b);
}

static void the_last_day_counts_and_the_next_does_not(void)
{
    static const char worm[] = ENTRY("answer: worm, when: 2026-11-01, evidence: E");
    struct bench b = bench_new(a_check("q.a.one", FULL), NULL);
    T_EQ_S(judge(&b, "2026-12-01T23:59:59Z", NOW, worm), "pass");
    T_EQ_S(judge(&b, "2026-12-02T00:00:00Z", NOW, worm), "unknown");
    T_EQ_S(
        reason(&b, "en"),
        "The answer \"On WORM\" of Sato (2026-11-01) expired on 2026-12-01. Ask again: run kagimori attest.");
    T_HAS(reason(&b, "ja"),
          "Satoの回答「書き換え不可」（2026-11-01）は 2026-12-01 で有効期限が切れました");
    /* That it did not apply expires too. */
    T_EQ_S(judge(&b, "2026-12-02T00:00:00Z", NOW,
                 ENTRY("answer: not_applicable, when: 2026-11-01, note: none")),
           "unknown");
    T_EQ_S(judge(&b, "2026-12-02T00:00:00Z", NOW,
                 ENTRY("answer: worm, when: 2026-11-01, until: 2027-01-01, evidence: E")),
           "pass");
    bench_done(&b);
}

static void answers_of_today_count_for_older_evidence(void)
{
    static const char worm[] =
        ENTRY("answer: worm, when: 2026-11-20, until: 2026-12-01, evidence: E");
    struct bench b = bench_new(a_check("q.a.one", FULL), NULL);
    T_EQ_S(judge(&b, "2026-10-01T00:00:00Z", NOW, worm), "pass");
    /* And what has expired since does not. */
    T_EQ_S(judge(&b, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z", worm), "unknown");
    /* Morning in Japan: the day has begun there. */
    T_EQ_S(judge(&b, "2026-11-19T23:00:00Z", "2026-11-19T23:00:00Z", worm), "pass");
    T_EQ_S(judge(&b, NULL, NOW, worm), "unknown");
    T_HAS(reason(&b, "en"), "does not say when it was made");
    T_EQ_I(b.totals.pass, 0);
    bench_done(&b);
}

static void an_answer_of_the_future_or_of_another_version_is_unknown(void)
{
    struct bench b = bench_new(a_check("q.a.one", FULL), NULL);
    struct err err = { 0 };
    sqlite3 *db = store_handle(b.store);
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: worm, when: 2026-11-20, evidence: E")), "pass");
    T_OK(store_exec(db, "UPDATE attestation SET at = at + 864000000000 * 30, until = until * 2",
                    &err) == RC_OK);
    T_OK(rules_evaluate_on(b.l.rules, db, b.store, &b.totals, &err) == RC_OK);
    T_EQ_S(query(db, "SELECT reason_en FROM result"),
           "The answer \"On WORM\" of Sato is dated in the future: 2026-12-20.");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: worm, when: 2026-11-20, evidence: E")), "pass");
    T_OK(store_exec(db, "UPDATE attestation SET answer = 'once'", &err) == RC_OK);
    T_OK(rules_evaluate_on(b.l.rules, db, b.store, &b.totals, &err) == RC_OK);
    T_EQ_S(query(db, "SELECT reason_en FROM result"),
           "The answer \"once\" of Sato is none of this question: run kagimori attest.");
    bench_done(&b);
}

static void a_question_is_waived_as_any_check(void)
{
    struct bench b = bench_new(
        a_check("q.a.one", FULL),
        "- { check: q.a.one, subject: organisation, reason: R, approver: A, expires: 2027-01-01 }\n");
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: partly, when: 2026-11-01")), "waived");
    bench_done(&b);
}

static void the_results_say_what_was_asked(void)
{
    struct bench b = bench_new(a_check("q.a.one", ASK), NULL);
    sqlite3 *db = store_handle(b.store);
    T_EQ_S(judge(&b, NOW, NOW, ENTRY("answer: はい, when: 2026-11-01")), "pass");
    T_EQ_S(
        query(db, "SELECT question_en || question_ja || answers || valid_days FROM check_info"),
        "Is it?そうですか？[{\"id\":\"yes\",\"verdict\":\"pass\",\"en\":\"Yes\",\"ja\":\"はい\"},"
        "{\"id\":\"no\",\"verdict\":\"fail\",\"en\":\"No\",\"ja\":\"いいえ\"}]365");
    T_EQ_S(
        query(
            db,
            "SELECT group_concat(ja) FROM (SELECT l.ja FROM check_info c, json_each(c.shown) s JOIN column_label l"
            " ON l.view = c.view AND l.column_name = s.value ORDER BY s.key)"),
        "回答,回答者,回答日,有効期限,証跡,備考");
    bench_done(&b);
}

static size_t tests_of(const char *check, char *said, size_t size)
{
    struct loaded l = load_text(check);
    struct err err = { 0 };
    char *out = NULL;
    size_t length = 0, failed = 99;
    FILE *f = open_memstream(&out, &length);
    print_mistakes(&l);
    T_OK(f && rules_test(l.rules, NULL, f, &failed, &err) == RC_OK);
    if (f) {
        (void)fclose(f);
    }
    (void)snprintf(said, size, "%s", out ? out : "");
    free(out);
    load_done(&l);
    return failed;
}

static void tests_follow_from_the_answers(void)
{
    char said[4096];
    T_EQ_I(tests_of(a_check("q.a.one", FULL), said, sizeof(said)), 0);
    T_EQ_S(said, "14 passed, 0 failed\n");
    T_EQ_I(tests_of(a_check("q.a.one", ASK "tests: [ { expect: { organisation: pass } } ]\n"), said,
                    sizeof(said)),
           1);
    T_HAS(said, "organisation is unknown, not pass: Nobody has answered");
    T_HAS(said, "14 passed, 1 failed");
}

static void questions_are_listed_with_their_group(void)
{
    struct loaded l = load_text(a_check("q.logs.media", FULL));
    const struct question *q = rules_questions(l.rules);
    T_OK(q && q->next == NULL);
    if (q) {
        T_EQ_S(q->group, "logs");
        T_EQ_I(q->valid_days, 30);
        T_OK(q->needs_evidence && q->is_selected);
        T_OK(question_answer(q, "worm") && !question_answer(q, "yes"));
    }
    load_done(&l);
}

#define TESTS(X)                                                \
    X(an_answer_in_force_decides)                               \
    X(the_last_day_counts_and_the_next_does_not)                \
    X(answers_of_today_count_for_older_evidence)                \
    X(an_answer_of_the_future_or_of_another_version_is_unknown) \
    X(a_question_is_waived_as_any_check)                        \
    X(the_results_say_what_was_asked)                           \
    X(tests_follow_from_the_answers)                            \
    X(questions_are_listed_with_their_group)
T_MAIN("rules_question", TESTS)
