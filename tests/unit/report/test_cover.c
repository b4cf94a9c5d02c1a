/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page 1 for the director, the measures behind it, and the page in both languages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" };
static const struct report_options ja = { .lang = "ja" };
static const struct report_options both = { .lang = "ja", .both = true };

/* The page of the fixture with grades, after more SQL (NULL = none). */
static char *page_of(const char *sql, const struct report_options *options)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_grades(s) && (!sql || fixture_exec(s, sql)));
    char *page = s ? fixture_document(s, REPORT_HTML, options, fixture_path("cover.html")) : NULL;
    T_OK(page != NULL);
    store_closep(&s);
    return page ? page : strdup("");
}

static char *first_page(const char *sql, const struct report_options *options)
{
    char *page = page_of(sql, options);
    char *end = strstr(page, "<main");
    T_OK(end != NULL);
    if (end) {
        *end = '\0';
    }
    return page;
}

static void the_director_sees_grades_risks_and_actions(void)
{
    char *page = first_page(NULL, &en);
    T_HAS(page, "<b class=\"letter grade-D\">D</b>");
    T_HAS(page, "3 critical findings are open.");
    T_HAS(page, "Seen: 83 % of what the grade is based on");
    T_HAS(
        page,
        "<a href=\"#administrators\">Shared passwords</a></th><td><b class=\"letter grade-D\">D</b></td><td>3 computers share a password.</td>");
    T_HAS(page, "<h3>Records could stop</h3><p>3 ways lead to all computers.</p>");
    T_HAS(page, "The 5 actions that reduce the risk most");
    T_HAS(page, "Together they take away about 84 % of the risk");
    T_HAS(page, "<a href=\"#measure-1\">Renew the key</a><p>Change it twice.</p>");
    T_HAS(page, "needs a plan and a budget");
    T_OK(!strstr(page, "Fourth risk") && !strstr(page, "Sixth"));
    T_HAS(page, "No earlier audit was compared with. From the next audit on");
    T_HAS(page, "6 of 12 computers did not tell everything.");
    free(page);
}

static void what_was_not_judged_is_no_letter(void)
{
    char *page = first_page(NULL, &ja);
    T_HAS(page, "<b class=\"letter grade-none\">判定不能</b>");
    /* the number stays with its counter: U+00A0 */
    T_HAS(page, "10\xc2\xa0問中 2\xc2\xa0問が回答済みです。");
    /* Sections that this report does not have are no place to go to; what is no section neither. */
    T_OK(!strstr(page, "#mfa") && !strstr(page, "#questions") && !strstr(page, "javascript:"));
    free(page);
    page = first_page("UPDATE grade SET grade = '-', score = NULL WHERE theme = ''", &en);
    T_HAS(page, "<b class=\"letter grade-none\">not judged</b>");
    T_HAS(page, "This does not mean that all is well.");
    T_OK(!strstr(page, "Score:"));
    free(page);
}

/* No answer, one that has expired, one without its evidence: none of them is valid, and not each of them is open. */
static void questions_have_no_valid_answer(void)
{
    static const char more[] =
        "INSERT INTO check_count VALUES (150, 'unknown', 1); INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters, question_en, question_ja, answers)"
        " VALUES(150, 'attest.x', 'organisation', 'low', 'logging', 'T', '題', 'w', '理', 'f', '対', '[]', '{}', '[]', '', '{}', 'Q?', '問？', '[]');"
        "INSERT INTO result(check_no, verdict, subject, name, reason_en, reason_ja) VALUES(150, 'unknown', 'organisation', 'x', 'The answer has expired.', '回答の有効期限が切れています。')";
    char *page = first_page(more, &en);
    T_HAS(page, " of the questionnaire ha");
    T_HAS(page, " no valid answer.");
    T_OK(!strstr(page, "not answered."));
    free(page);
    page = first_page(more, &ja);
    T_HAS(page, "確認票のうち ");
    T_HAS(page, "問に有効な回答がありません。");
    T_OK(!strstr(page, "問が未回答です"));
    free(page);
}

static void hostile_titles_stay_text(void)
{
    const struct report_options *const all[] = { &en, &ja, &both };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        char *page = page_of(NULL, all[i]);
        T_OK(!strstr(page, "<script>alert") && !strstr(page, "<img") && !strstr(page, "<b>this"));
        T_HAS(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
        T_HAS(page, "\"&gt;&lt;img src=x onerror=alert(4)&gt;");
        free(page);
    }
}

static void measures_name_their_checks(void)
{
    char *page = page_of(NULL, &en);
    const char *second = strstr(page, "id=\"measure-2\"");
    T_OK(second != NULL);
    if (second) {
        T_HAS(second, "3 findings of 2 checks");
        /* The one that costs most comes first; one without a finding is not there. */
        const char *first = strstr(second, "href=\"#check-2\""),
                   *next = strstr(second, "href=\"#check-3\""),
                   *end = strstr(second, "id=\"measure-3\"");
        T_OK(first && next && end && first < next && next < end);
        const char *passed = strstr(second, "href=\"#check-8\"");
        T_OK(!passed || passed > end);
    }
    T_HAS(page, "Sixth");
    T_HAS(page, "Fourth risk");
    T_HAS(page, "A from 85 points, B from 70");
    free(page);
}

/* Page 1 does not give weeks to who may be attacked at this moment, and tells what is waived. */
static void an_intruder_is_not_planned_for(void)
{
    char *page = first_page("INSERT INTO risk VALUES ('intruder-inside', 0, 'critical', 'In', 'In',"
                            " 'x', 'x', 'remote-access')",
                            &en);
    T_HAS(page, "Somebody may be inside already. Have it looked into today.");
    T_OK(!strstr(page, "Act soon") && !strstr(page, "by a plan with dates"));
    free(page);
    page = first_page(NULL, &en);
    T_OK(!strstr(page, "Somebody may be inside already."));
    free(page);
}

static void without_grades_the_old_lead_is_shown(void)
{
    char *page = first_page("DELETE FROM grade; DELETE FROM measure; DELETE FROM risk;", &en);
    T_HAS(page, "Act now: 2 critical requirements are not met.");
    T_HAS(page, "Start here");
    T_OK(!strstr(page, "#method") && !strstr(page, "#measures") && !strstr(page, "Overall grade"));
    free(page);
}

static void both_languages_are_one_page(void)
{
    char *page = page_of(NULL, &both);
    T_HAS(page, "<html lang=\"ja\">");
    T_HAS(page, "<div class=\"language\" id=\"ja\" lang=\"ja\" data-page=\"\">");
    T_HAS(page, "<div class=\"language\" id=\"en\" lang=\"en\" data-page=\"\">");
    T_HAS(page, "重大な問題が 3\xc2\xa0件あります。");
    T_HAS(page, "3 critical findings are open.");
    T_HAS(page, "id=\"findings\"");
    T_HAS(page, "id=\"en-findings\"");
    T_HAS(page, "href=\"#en-measure-1\"");
    T_HAS(page, "aria-labelledby=\"en-grade\"");
    const char *head = strstr(page, "</head>");
    T_OK(head && !strstr(head, "<style") && !strstr(head, "<head>"));
    free(page);
}

#define TESTS(X)                                  \
    X(questions_have_no_valid_answer)             \
    X(the_director_sees_grades_risks_and_actions) \
    X(what_was_not_judged_is_no_letter)           \
    X(an_intruder_is_not_planned_for)             \
    X(hostile_titles_stay_text)                   \
    X(measures_name_their_checks)                 \
    X(without_grades_the_old_lead_is_shown)       \
    X(both_languages_are_one_page)
T_MAIN("page 1", TESTS)
