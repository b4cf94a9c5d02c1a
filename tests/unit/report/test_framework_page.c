/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a framework: the verdict of an item, what it rests on, and what people said; references with titles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" }, ja = { .lang = "ja" };

/* Through a file of its own, which is gone again. */
static char *document(struct store *s, enum report_format format,
                      const struct report_options *options)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/tmp/kagimori-framework.%d", (int)getpid());
    char *text = s ? fixture_document(s, format, options, path) : NULL;
    T_OK(text != NULL);
    (void)unlink(path);
    return text ? text : strdup("");
}

static bool has(const char *text, const char *part)
{
    return text && strstr(text, part);
}

static char *page_of(const char *sql, const struct report_options *options)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_frameworks(s));
    T_OK(!sql || (s && fixture_exec(s, sql)));
    char *page = document(s, REPORT_HTML, options);
    store_closep(&s);
    return page;
}

/* The row of an item, the caller frees; "" when there is none. */
static char *row_of(const char *page, const char *id)
{
    char cell[64];
    (void)snprintf(cell, sizeof(cell), "<td class=\"id\"><bdi>%s</bdi></td>", id);
    const char *from = page ? strstr(page, cell) : NULL;
    const char *to = from ? strstr(from, "</tr>") : NULL;
    return from && to ? strndup(from, (size_t)(to - from)) : strdup("");
}

static void expect_row(const char *page, const char *id, const char *part)
{
    char *row = row_of(page, id);
    T_HAS(row, part);
    free(row);
}

static void verdict_is_the_worst_of_its_checks(void)
{
    char *page = page_of(NULL, &en);
    T_HAS(page, "<a href=\"#frameworks\">Guidelines and frameworks, item by item</a>");
    T_HAS(page, "<h3 id=\"framework-seed\">Expert training</h3>");
    T_HAS(page, "<b>1 of 9 items are met</b>");
    T_HAS(page, "1 item is marked as unverified");
    expect_row(page, "28", "<td class=\"is fail\">fail</td>");
    expect_row(page, "28",
               "<a href=\"#check-1\">The password of krbtgt is younger than 180 days</a>");
    expect_row(page, "28", "1 action of the reset plan");
    expect_row(page, "31", "<td class=\"is unknown\">unknown</td>");
    expect_row(page, "40", "<td class=\"is pass\">pass</td>");
    expect_row(page, "40", "1 of 2 evaluated by this profile");
    expect_row(page, "40", "Hardening &lt;b&gt;");
    expect_row(page, "47", "not applicable");
    expect_row(page, "60", "<td class=\"is unanswered\">not answered</td>");
    expect_row(page, "60", "unverified");
    expect_row(page, "T1558.001", "Golden Ticket");
    free(page);
}

static void what_no_check_answers_says_so(void)
{
    char *page = page_of(NULL, &ja);
    expect_row(page, "7", "評価なし");
    expect_row(page, "9", "リセット計画");
    expect_row(page, "22", "通信からは判断できません。");
    T_HAS(page, "<b>9 項目中 1 項目に適合</b>");
    T_HAS(page, "B. 対処");
    free(page);
    struct store *s = fixture_open(); /* without frameworks */
    page = document(s, REPORT_HTML, &ja);
    T_OK(!has(page, "id=\"frameworks\""));
    T_OK(!has(page, "#frameworks"));
    free(page);
    store_closep(&s);
}

/* Unknown beats waived and pass; a failing check beats all. */
static void one_unknown_is_not_a_pass(void)
{
    char *page =
        page_of("INSERT INTO framework_check VALUES('seed', '40', 'ad.pso.effective', 0);", &en);
    expect_row(page, "40", "<td class=\"is unknown\">unknown</td>");
    free(page);
    page = page_of("INSERT INTO framework_check VALUES('seed', '40', 'ad.broken', 0);", &en);
    expect_row(page, "40", "<td class=\"is unknown\">unknown</td>"); /* an error of its own */
    free(page);
    page = page_of("INSERT INTO framework_check VALUES('seed', '31', 'ad.lockout.threshold', 0);",
                   &en);
    expect_row(page, "31", "<td class=\"is fail\">fail</td>");
    free(page);
}

#define QUESTION                                                                                                                         \
    "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags,"              \
    " refs, shown, statement, parameters, question_en, question_ja, answers) VALUES(20, 'attest.containment.cable-tags',"                \
    " 'organisation', 'medium', 'readiness', 'Cables carry tags', '優先順位タグがある', 'x', 'x', 'x', 'x', '[]', '{}', '[]', " \
    "'SELECT 1', '{}', 'Tags?', 'タグは？',"                                                                                         \
    " '[{\"id\":\"yes\",\"verdict\":\"pass\",\"en\":\"Yes\",\"ja\":\"はい\"}]');"

#define ANSWER(UNTIL)                                                                                                  \
    "INSERT INTO attestation VALUES('attest.containment.cable-tags', 'yes', '<i>山田</i>', 134080000000000000, " UNTIL \
    ", '写真 \"7\"', NULL);"

static void answers_are_shown_with_who_and_when(void)
{
    char *page = page_of(
        QUESTION ANSWER("134700000000000000") "INSERT INTO check_count VALUES(20, 'pass', 1);",
        &ja);
    expect_row(page, "7", "<td class=\"is pass\">適合</td>");
    expect_row(page, "7", "<bdi>はい</bdi> — <bdi>&lt;i&gt;山田&lt;/i&gt;</bdi>, 2025-11-19");
    expect_row(page, "7", "証跡：<bdi>写真 \"7\"</bdi>");
    char *row = row_of(page, "7");
    T_OK(!has(row, "無効な回答"));
    free(row);
    free(page);
    page = page_of(
        QUESTION ANSWER("134090000000000000") "INSERT INTO check_count VALUES(20, 'unknown', 1);",
        &en);
    expect_row(page, "7", "<td class=\"is unknown\">unknown</td>");
    expect_row(page, "7", "not in force on the day of the audit");
    expect_row(page, "7", "<bdi>Yes</bdi>");
    free(page);
    page = page_of(QUESTION "INSERT INTO check_count VALUES(20, 'unknown', 1);", &en);
    expect_row(page, "7", "<span class=\"is unknown\">not answered</span>");
    free(page);
}

static void references_carry_their_titles(void)
{
    char *page = page_of(NULL, &ja);
    T_HAS(page, "<bdi>28<span class=\"name\"> すべての資格情報のリセット</span></bdi>");
    T_HAS(page, "<bdi>55<span class=\"name\"> パスワードの変更記録</span></bdi>");
    T_HAS(page, "<bdi>T1558.001, T1550.003</bdi>");
    free(page);
    page = page_of(
        "DELETE FROM framework_item; UPDATE check_info SET refs = '{\"seed\":28}' WHERE check_no = 1;"
        " UPDATE check_info SET refs = 'no json' WHERE check_no = 2;",
        &ja);
    T_HAS(page, "<bdi>28</bdi>");
    free(page);
}

#define TESTS(X)                           \
    X(verdict_is_the_worst_of_its_checks)  \
    X(what_no_check_answers_says_so)       \
    X(one_unknown_is_not_a_pass)           \
    X(answers_are_shown_with_who_and_when) \
    X(references_carry_their_titles)
T_MAIN("framework page", TESTS)
