/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questionnaire as it is asked: what is typed ends in the file so that it loads again, and nothing that people wrote there is changed. */
#include "tests/support/t.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/command/attest.h"
#include "tree.h"

static const char checks[] =
    "id: attest.logs.media\n"
    "ask:\n  question: { en: \"Are logs kept?\", ja: \"ログを保存していますか？\" }\n  needs_evidence: true\n  valid_days: 100\n"
    "  can_not_apply: { en: No logs., ja: ログがない場合 }\n"
    "severity: low\ntags: [password]\ntitle: { en: T, ja: 題名 }\nwhy: { en: Because of it., ja: 理由です。 }\n"
    "fix: { en: F, ja: 対策 }\nreferences: { cis: \"1\" }\n"
    "---\n"
    "id: attest.logs.place\n"
    "ask:\n  question: { en: \"Where?\", ja: \"保存先はどこですか？\" }\n  answers:\n"
    "    - { id: worm, verdict: pass, en: On WORM, ja: 書き換え不可の媒体 }\n"
    "    - { id: usb-only, verdict: fail, en: On USB, ja: USBメモリーのみ }\n"
    "severity: low\ntags: [password]\ntitle: { en: T, ja: 題名 }\nwhy: { en: W, ja: 理由 }\nfix: { en: F, ja: 対策 }\n"
    "references: { cis: \"1\" }\n";

struct lab {
    struct rules *rules;
    struct attest t;
    const struct question *list[3];
    char said[32768];
    enum rc rc;
    struct err err;
    size_t saved;
};

static char path[512];

static struct lab lab_new(const char *lang)
{
    struct lab lab = { 0 };
    const struct rules_mistake *mistakes = NULL;
    tree_begin();
    tree_file("checks/q.yaml", checks);
    tree_file("checks/tags.yaml", "password: { en: Passwords, ja: パスワード }\n");
    tree_file("checks/sources.yaml", "attest.answer: { en: answers, ja: 回答 }\n");
    const struct rules_options options = { .directory = tree_path("checks"), .is_quick = true };
    T_EQ_I(rules_load(&options, &lab.rules, &mistakes, &lab.err), RC_OK);
    (void)snprintf(path, sizeof(path), "%s", tree_path("answers.yaml"));
    lab.t =
        (struct attest){ .rules = lab.rules, .path = path, .lang = lang, .days = 30, .width = 60 };
    T_OK(filetime_from_iso("2026-11-26T03:00:00Z", &lab.t.now));
    T_OK(filetime_from_iso("2026-11-26", &lab.t.today));
    size_t n = 0;
    for (const struct question *q = rules_questions(lab.rules); q && n < 2; q = q->next) {
        lab.list[n++] = q;
    }
    T_EQ_I(n, 2);
    return lab;
}

static void lab_done(struct lab *lab)
{
    answers_free(lab->t.answers);
    rules_free(lab->rules);
    tree_end();
}

/* The same questions, and no file. Loading them is what takes time. */
static void lab_again(struct lab *lab)
{
    answers_free(lab->t.answers);
    lab->t.answers = NULL;
    (void)remove(path);
}

static void type(struct lab *lab, const char *keys, size_t size)
{
    char *out = NULL;
    size_t length = 0;
    char *copy = malloc(size + 1);
    T_OK(copy != NULL);
    if (!copy) {
        return;
    }
    memcpy(copy, keys, size);
    lab->t.in = fmemopen(copy, size, "r");
    lab->t.out = open_memstream(&out, &length);
    lab->rc = attest_ask(&lab->t, lab->list, &lab->saved, &lab->err);
    (void)fclose(lab->t.in);
    (void)fclose(lab->t.out);
    (void)snprintf(lab->said, sizeof(lab->said), "%s", out);
    free(out);
    free(copy);
}

#define TYPE(lab, keys) type(lab, keys, sizeof(keys) - 1)

static const char *content(void)
{
    static char text[65536];
    FILE *f = fopen(path, "rb");
    text[0] = '\0';
    if (f) {
        text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
        (void)fclose(f);
    }
    return text;
}

static void an_answer_is_appended_and_loads(void)
{
    struct stat st = { 0 };
    struct lab lab = lab_new("ja");
    TYPE(&lab, "はい\n鈴木 一郎\n棚 3\n\n\n\n");
    T_EQ_I(lab.rc, RC_OK);
    T_EQ_I(lab.saved, 1);
    T_EQ_S(
        content(),
        "# Answers to the questionnaire / 確認票への回答 (kagimori attest)\n"
        "- question: attest.logs.media\n  answer: yes\n  who: \"鈴木 一郎\"\n  when: 2026-11-26\n"
        "  until: 2027-03-06\n  evidence: \"棚 3\"\n");
    T_OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    T_HAS(lab.said, "== ログ ==");
    T_HAS(lab.said, "(1/2) ログを保存していますか？");
    T_HAS(lab.said, " 3  該当なし：ログがない場合");
    T_HAS(lab.said, "回答者（氏名と所属）> ");
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_ANSWERED);
    T_EQ_I(attest_state(&lab.t, lab.list[1]), ATTEST_OPEN);
    lab_done(&lab);
}

static void whatever_is_typed_stays_text(void)
{
    static const char *const texts[] = {
        "- x",
        "a: b # c",
        "\"quoted\" 'too'",
        "\\ \\n",
        "{ [ & * ! | > % @ `",
        "yes",
        "null",
        "~",
        "---",
        "...",
        "🗝️ 鍵",
        "é",
        "ends with colon:",
        "2026-11-26",
        "\xe2\x80\x99",
        "\xe3\x80\x80"
        "x",
        "\xc2\xa0x",
        "\xf0\xa0\xae\xb7"
        "野家",
    };
    struct lab lab = lab_new("en");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char keys[512];
        int n = snprintf(keys, sizeof(keys), "y\n%s\n%s\n%s\n\nq\n", texts[i], texts[i], texts[i]);
        type(&lab, keys, (size_t)n);
        T_EQ_I(lab.rc, RC_OK);
        T_EQ_I(lab.saved, 1);
        const struct answer *x = answers_of(lab.t.answers, lab.list[0]);
        T_OK(x != NULL);
        if (x) {
            T_EQ_S(x->who, texts[i]);
            T_EQ_S(x->evidence, texts[i]);
            T_EQ_S(x->note, texts[i]);
        }
        lab_again(&lab);
    }
    lab_done(&lab);
}

static void what_people_wrote_stays_as_it_is(void)
{
    static const char *const files[] = {
        "# ours\n-   question:   attest.logs.place   # why\n    answer: worm\n    who: A\n    when: 2026-01-01\n# end",
        "  - question: attest.logs.place\n    answer: worm\n    who: A\n    when: 2026-01-01\n",
        "- { question: attest.logs.place, answer: worm, who: A, when: 2026-01-01 }",
        "- question: attest.logs.place\r\n  answer: worm\r\n  who: A\r\n  when: 2026-01-01\r\n",
        "# only a remark",
        "- question: attest.logs.place\n  answer: worm\n  who: A\n  when: 2026-01-01\n  note: |\n    a text\n    of lines\n",
    };
    struct lab lab = lab_new("en");
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        tree_file("answers.yaml", files[i]);
        T_OK(answers_load(lab.rules, path, lab.t.now, &lab.t.answers, stderr, &lab.err) == RC_OK);
        T_OK(attest_append(&lab.t, NULL, &lab.err) == RC_OK);
        T_EQ_S(content(), files[i]);
        TYPE(&lab, "n\nB\n\n\nq\n");
        T_EQ_I(lab.rc, RC_OK);
        T_EQ_I(lab.saved, 1);
        T_OK(strncmp(content(), files[i], strlen(files[i])) == 0);
        T_OK(answers_of(lab.t.answers, lab.list[0]) != NULL);
        T_OK((answers_of(lab.t.answers, lab.list[1]) != NULL) == (i != 4));
        lab_again(&lab);
    }
    lab_done(&lab);
}

/* Nobody writes to it: whoever opened it would wait for ever. */
static void a_fifo_or_a_device_is_no_file_of_answers(void)
{
    struct lab lab = lab_new("en");
    (void)unlink(path);
    T_OK(mkfifo(path, 0600) == 0);
    T_EQ_I(answers_load(lab.rules, path, lab.t.now, &lab.t.answers, stderr, &lab.err), RC_USAGE);
    T_HAS(lab.err.msg, "is no regular file");
    T_OK(unlink(path) == 0);
    T_EQ_I(answers_load(lab.rules, "/dev/zero", lab.t.now, &lab.t.answers, stderr, &lab.err),
           RC_USAGE);
    lab_done(&lab);
}

static void a_file_that_cannot_be_continued_is_left_alone(void)
{
    static const char flow[] =
        "[ { question: attest.logs.place, answer: worm, who: A, when: 2026-01-01 } ]\n";
    struct lab lab = lab_new("en");
    tree_file("answers.yaml", flow);
    T_OK(answers_load(lab.rules, path, lab.t.now, &lab.t.answers, stderr, &lab.err) == RC_OK);
    T_EQ_I(attest_append(&lab.t, NULL, &lab.err), RC_USAGE);
    T_HAS(lab.err.msg, "no answer can be appended");
    TYPE(&lab, "n\nB\n\n\nq\n");
    T_EQ_I(lab.rc, RC_USAGE);
    T_EQ_S(content(), flow);
    lab_done(&lab);
}

static void control_characters_are_refused(void)
{
    struct lab lab = lab_new("en");
    TYPE(&lab, "y\n\x1b[DA\n\xff\nA\tB\na\xe2\x80\xae"
               "b\nSato\nE\n\n\nq\n");
    T_EQ_I(lab.saved, 1);
    T_HAS(lab.said, "There are control characters in it");
    T_HAS(lab.said, "This is not UTF-8 text");
    T_OK(answers_of(lab.t.answers, lab.list[0]) &&
         strcmp(answers_of(lab.t.answers, lab.list[0])->who, "Sato") == 0);
    lab_done(&lab);
}

static void the_end_of_the_input_loses_one_answer_at_most(void)
{
    static const char *const keys[] = {
        "", "y\n", "y\nSato\n", "y\nSato\nE\n", "y\nSato\nE\nN\n", "q\n", "s\n", "\n\n"
    };
    struct lab lab = lab_new("en");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char all[128];
        int n = snprintf(all, sizeof(all), "%s ", keys[i]); /* fmemopen takes no empty buffer */
        type(&lab, all, (size_t)n - (keys[i][0] != '\0'));
        T_EQ_I(lab.rc, RC_OK);
        T_EQ_I(lab.saved, 0);
        T_EQ_S(content(), "");
        lab_again(&lab);
    }
    lab_done(&lab);
}

static void it_helps_and_asks_again(void)
{
    struct lab lab = lab_new("ja");
    /* Why; a wrong number; full-width digits; nobody; no evidence, twice; wrong days; then back and another answer. */
    TYPE(
        &lab,
        "?\n９\n１\n\n\xe3\x80\x80\n佐藤\n\n\n備考\n2020-01-01\n2040-01-01\nx\n２０２７/01/31\nb\n2\n\n\n\nq\n");
    T_EQ_I(lab.rc, RC_OK);
    T_EQ_I(lab.saved, 2);
    T_HAS(lab.said, "理由です。");
    T_HAS(lab.said, "番号で回答してください");
    T_HAS(lab.said, "入力が必要です");
    T_HAS(lab.said, "証跡がないと「不明」のまま");
    T_HAS(lab.said, "今日から 10 年以内の日付");
    T_HAS(lab.said, "前回の回答：はい（佐藤、2026-11-26）");
    T_HAS(content(), "  until: 2027-01-31\n  note: \"備考\"\n");
    const struct answer *x = answers_of(lab.t.answers, lab.list[0]);
    T_OK(x && strcmp(x->id, "no") == 0 && strcmp(x->who, "佐藤") == 0);
    lab_done(&lab);
}

static void an_answer_without_its_evidence_stays_open(void)
{
    struct lab lab = lab_new("en");
    TYPE(&lab, "y\nA\n\n\n\n\nq\n");
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_BARE);
    TYPE(&lab, "3\n\n\nbecause\n\nq\n");
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_ANSWERED);
    T_HAS(
        content(),
        "  answer: not_applicable\n  who: \"A\"\n  when: 2026-11-26\n  until: 2027-03-06\n  note: \"because\"\n");
    lab.t.today += 80 * FILETIME_DAY;
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_EXPIRES);
    lab.t.today += 20 * FILETIME_DAY; /* the last day */
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_EXPIRES);
    lab.t.today += FILETIME_DAY;
    T_EQ_I(attest_state(&lab.t, lab.list[0]), ATTEST_EXPIRED);
    lab_done(&lab);
}

static const char *printed(struct lab *lab, unsigned width, unsigned indent, const char *text)
{
    static char said[4096];
    char *out = NULL;
    size_t size = 0;
    lab->t.width = width;
    lab->t.out = open_memstream(&out, &size);
    attest_print(&lab->t, indent, text);
    (void)fclose(lab->t.out);
    (void)snprintf(said, sizeof(said), "%s", out);
    free(out);
    return said;
}

static void lines_break_where_they_may(void)
{
    struct lab lab = lab_new("ja");
    T_EQ_S(printed(&lab, 10, 0, "あいうえおかき"), "あいうえお\nかき\n");
    T_EQ_S(printed(&lab, 10, 0, "あいうえお。か"), "あいうえ\nお。か\n");
    T_EQ_S(printed(&lab, 12, 2, "one two three"), "  one two \n  three\n");
    T_EQ_S(printed(&lab, 10, 0, "a\nb"), "a\nb\n");
    T_EQ_S(printed(&lab, 40, 0, "a\x1b[2Jb"), "a\\u{1b}[2Jb\n");
    lab_done(&lab);
}

#define TESTS(X)                                     \
    X(an_answer_is_appended_and_loads)               \
    X(whatever_is_typed_stays_text)                  \
    X(what_people_wrote_stays_as_it_is)              \
    X(a_file_that_cannot_be_continued_is_left_alone) \
    X(a_fifo_or_a_device_is_no_file_of_answers)      \
    X(control_characters_are_refused)                \
    X(the_end_of_the_input_loses_one_answer_at_most) \
    X(it_helps_and_asks_again)                       \
    X(an_answer_without_its_evidence_stays_open)     \
    X(lines_break_where_they_may)
T_MAIN("attest", TESTS)
