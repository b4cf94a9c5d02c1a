/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections on second factors and on the questionnaire: what they tell, hostile names, limits, evidence that has nothing of it. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" }, ja = { .lang = "ja" };

static struct store *open_all(void)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_mfa(s));
    return s;
}

/* The page of a hospital with SQL on top of the fixture; free() it. */
static char *page_with(const char *sql, const struct report_options *options)
{
    struct store *s = open_all();
    T_OK(s && fixture_exec(s, sql));
    char *page = s ? fixture_document(s, REPORT_HTML, options, fixture_path("mfa.html")) : NULL;
    T_OK(page != NULL);
    store_closep(&s);
    return page ? page : strdup("");
}

/* The part of a page that starts at one mark and ends at another; free() it. */
static char *part_of(const char *page, const char *from, const char *to)
{
    const char *start = strstr(page, from);
    const char *end = start ? strstr(start + strlen(from), to) : NULL;
    T_OK(start && end);
    return start && end ? strndup(start, (size_t)(end - start)) : strdup("");
}

static char *section(const char *page, const char *class)
{
    char from[64];
    (void)snprintf(from, sizeof(from), "<section class=\"chapter %s\">", class);
    return part_of(page, from, "<section class=\"chapter"); /* charts are sections within it */
}

static void all_of(const char *text, const char *const *wanted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        T_HAS(text, wanted[i]);
    }
}

static void none_of(const char *text, const char *const *unwanted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(text, unwanted[i])) {
            T_EQ_S(unwanted[i], "not in the page");
        }
    }
}

static void coverage_is_told_in_numbers(void)
{
    static const char *const in_en[] = {
        "<b>Registered is not enforced: ",
        "(until 2028-03-31): 495 days are left.",
        "<th scope=\"row\">Administrators</th>",
        "<th scope=\"row\">Administrators</th><td class=\"n\">4</td>",
        ("<td class=\"n\">4</td><td class=\"n\">2<span class=\"key\">50%</span></td><td class=\"n\">2</td><td class=\"n\">1<span class=\"key\">25%</span></td>"
         "<td class=\"n fail\">1</td><td class=\"n fail\">1</td><td class=\"n\">1<span class=\"key\">25%</span></td>"),
        "without those for emergencies and bait",
    };
    static const char *const in_ja[] = { "令和9年度（2028年3月31日まで）",
                                         "期限まで残り 495 日です。",
                                         "「登録済み」と「必須」は別です。",
                                         "<th scope=\"row\">保守業者</th>", "緊急時専用" };
    char *page = page_with("", &en), *part = section(page, "mfa");
    all_of(part, in_en, ARRAY_LEN(in_en));
    T_HAS(page, "<a href=\"#mfa\">Administrators with a proven second factor: 2 of 4.</a>");
    T_HAS(page, "Of 1 it is not known.");
    T_HAS(page, "<a href=\"#questions\">Questionnaire: 5 of 10 questions are answered.</a>");
    free(part);
    free(page);
    page = page_with("", &ja);
    part = section(page, "mfa");
    all_of(part, in_ja, ARRAY_LEN(in_ja));
    T_HAS(page, "多要素認証を確認できた管理者：4 件中 2 件</a>");
    T_HAS(page, "確認票：10 問中 5 問が回答済み</a>");
    T_HAS(page, "うち「いいえ」2 問");
    free(part);
    free(page);
}

static void the_worst_come_first(void)
{
    char *page = page_with("", &en), *all = section(page, "mfa");
    char *part = part_of(all, "Accounts that matter most", "Accounts for emergencies");
    const char *order[] = { "S-1-5-21-1-2-3-1014", "S-1-5-21-1-2-3-1007", "S-1-5-21-1-2-3-1015",
                            "S-1-5-21-1-2-3-1022", "S-1-5-21-1-2-3-1021", "S-1-5-21-1-2-3-1008" };
    const char *last = part;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        const char *at = strstr(part, order[i]);
        T_OK(at && at > last);
        last = at ? at : last;
    }
    T_HAS(part, "text message (SMS) <span class=\"of odd\">weak</span>");
    T_HAS(part, "Duo <span class=\"of worst\">bypassed</span>");
    T_HAS(part, "as of 2026-11-21 02:00");
    /* One that nobody tells of, one with a strong factor, one out of use, one for emergencies, bait. */
    static const char *const others[] = {
        "-1006<", "-1009<", "-1010<", "-1011<", "-500<", "-1020<"
    };
    none_of(part, others, ARRAY_LEN(others));
    free(part);
    part = part_of(all, "Accounts for emergencies", "Exports that were imported");
    T_HAS(part, "no such account was found");
    T_HAS(part,
          "<span class=\"worst\">used, or tried <span class=\"when\">2026-11-21 13:06</span>");
    T_HAS(part, "&lt;b&gt;192.0.2.66&lt;/b&gt;");
    T_HAS(part, "none is named");
    free(part);
    free(all);
    free(page);
}

static void what_is_missing_is_said(void)
{
    char *page = page_with("", &en), *part = section(page, "mfa");
    T_HAS(part, "1 export was not read to its end");
    T_HAS(part, "3 records of exports were not understood");
    T_HAS(part, "attest.mfa.sources-complete");
    T_HAS(part, "<bdi>&lt;u&gt;RDP&lt;/u&gt;</bdi>");
    T_HAS(part, "<bdi>maker</bdi> (2 accounts or groups have this name)");
    T_OK(!strstr(part, "No export of a product"));
    free(part);
    free(page);
    page = page_with(
        "DELETE FROM mfa_export; DELETE FROM mfa_join; DELETE FROM mfa_account; DELETE FROM named_account",
        &en);
    part = section(page, "mfa");
    T_HAS(part, "No export of a product for second factors was imported.");
    T_HAS(part, "<pre>kagimori import evidence.db users.csv</pre>");
    T_HAS(part, "userRegistrationDetails");
    T_HAS(part, "groups: remote_access:");
    T_OK(!strstr(part, "Exports that were imported") && !strstr(part, "belong to no account"));
    free(part);
    free(page);
}

static void hostile_names_stay_text(void)
{
    static const char *const never[] = { "<script", "<img",         "<i>Backup", "<b>",
                                         "<u>",     "\xe2\x80\xae", "\x1b" };
    char *page = page_with("", &ja), *part = section(page, "mfa");
    /* <b> is also an element of the page itself. */
    static const char *const but_bold[] = { "<script", "<img", "<i>Backup",    "<b>new",
                                            "<b>vpn",  "<u>",  "\xe2\x80\xae", "\x1b" };
    none_of(part, but_bold, ARRAY_LEN(but_bold));
    T_HAS(part, "gnp\\u{202e}maker");
    T_HAS(part, "]]&gt;&lt;b&gt;vpn&lt;/b&gt;\\u{1b}[31m");
    T_HAS(part, "SIEM &lt;b&gt;12&lt;/b&gt;\\u{a}");
    free(part);
    part = section(page, "questions");
    char *answers = part_of(part, "<h3>", "<pre>");
    none_of(answers, never, ARRAY_LEN(never));
    T_HAS(answers, "&lt;script&gt;alert(\"who\")&lt;/script&gt;\\u{202e}");
    free(answers);
    T_HAS(part, "<li>&lt;script&gt;alert(\"q\")&lt;/script&gt;</li>");
    free(part);
    free(page);
}

static void ten_thousand_rows_do_not_grow_the_page(void)
{
    static const char many[] =
        "BEGIN; WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 10099)"
        " INSERT INTO mfa_account(origin, path, row, name, is_registered) SELECT 'usb', 'duo.csv', i, 'gone' || i, 1 FROM n;"
        "INSERT INTO mfa_join(origin, path, row, reason) SELECT origin, path, row, 'no_account' FROM mfa_account WHERE row >= 100;"
        "INSERT INTO mfa_state(guid, subject, name, directory, is_enabled, is_privileged, is_remote, is_told, is_registered)"
        " SELECT 'm' || row, 'm' || row, 'admin' || row, 'openldap', 1, 1, 1, 1, 0 FROM mfa_account WHERE row >= 100;"
        "INSERT INTO mfa_factor(guid, basis, item, method, strength, is_registered) SELECT 'm100', 'duo', row, 'state', 'unknown', 0 FROM mfa_account WHERE row >= 100;"
        "INSERT INTO named_account(purpose, entry, kind) SELECT 'honey', 'bait' || row, 'account' FROM mfa_account WHERE row >= 100;"
        "INSERT INTO mfa_export(origin, path, service, form, accounts, methods, unreadable, is_whole) SELECT 'usb', 'x' || row, 'plain', 'csv', 0, 0, 0, 1 FROM mfa_account WHERE row >= 100; COMMIT";
    char *page = page_with("", &en), *much = page_with(many, &en);
    T_OK(strlen(much) < strlen(page) + 60000);
    char *part = section(much, "mfa");
    T_HAS(part, "9,985 more: see results.json");
    T_HAS(part, "9,976 more: see results.json");
    T_HAS(part, "9,983 more: see results.json");
    /* The few of another kind are not hidden by the many. */
    T_HAS(part, "the record names nobody");
    T_HAS(part, "several accounts have this name</td>");
    T_HAS(much, "Administrators with a proven second factor: 2 of 10,004.");
    free(part);
    free(much);
    free(page);
}

static void answers_are_told_by_theme(void)
{
    static const char *const wanted[] = {
        "<h4>封じ込めと隔離</h4>",
        "すべてに付けている",
        "鈴木 一郎（医療情報部）",
        "<td class=\"date\" data-label=\"有効期限\">2027-11-14</td>",
        "<a href=\"#check-102\">",
        "<span class=\"key\"><bdi>「はい」との回答ですが、証跡の記載がありません。</bdi></span>",
        "期限の切れた回答",
        "<td class=\"date odd\" data-label=\"有効期限\">2026-08-19</td>",
        "該当なし",
        "未回答の質問：3 問",
        "<pre>kagimori attest --answers answers.yaml</pre>",
    };
    char *page = page_with("", &ja), *part = section(page, "questions");
    all_of(part, wanted, ARRAY_LEN(wanted));
    /* A "no" is a finding like any other. */
    free(part);
    part = part_of(page, "<article class=\"finding high\" id=\"check-102\"", "</article>");
    T_HAS(part, "<dt>回答</dt><dd><bdi>いいえ</bdi></dd>");
    free(part);
    free(page);
}

static void an_answer_that_is_gone_is_shown_as_written(void)
{
    char *page = page_with(
        "UPDATE check_info SET answers = '{broken' WHERE id = 'attest.containment.cable-tags'",
        &en);
    char *part = section(page, "questions");
    T_HAS(part, "<td><bdi>all</bdi></td>");
    free(part);
    free(page);
}

/* 45 open questions are one line among what could not be checked, and do not count as checks that failed to see something. */
static void open_questions_do_not_flood_the_unknowns(void)
{
    static const char many[] =
        "BEGIN; WITH RECURSIVE n(i) AS (SELECT 200 UNION ALL SELECT i + 1 FROM n WHERE i < 299)"
        " INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters, question_en, question_ja, answers)"
        " SELECT i, 'attest.logs.q' || i, 'organisation', 'low', 'logging', 'T' || i, '題', 'w', '理', 'f', '対', '[]', '{}', '[]', '', '{}', 'Question ' || i || '?', '質問' || i || '？', '[]' FROM n;"
        "INSERT INTO result(check_no, verdict, subject, name, reason_en, reason_ja) SELECT check_no, 'unknown', 'organisation', 'x', 'Nobody has answered.', '未回答です。' FROM check_info WHERE check_no >= 200;"
        "INSERT INTO check_count SELECT check_no, 'unknown', 1 FROM check_info WHERE check_no >= 200; COMMIT";
    char *page = page_with("", &en), *much = page_with(many, &en);
    char *before = part_of(page, "<div class=\"state", "</div>"),
         *after = part_of(much, "<div class=\"state", "</div>");
    T_EQ_S(after, before);
    free(after);
    free(before);
    after = part_of(much, "<h2 id=\"unknown\">", "</section>");
    T_HAS(
        after,
        "<a href=\"#questions\">104 questions of the questionnaire have no valid answer: see Questionnaire.</a>");
    T_OK(!strstr(after, "Nobody has answered"));
    free(after);
    after = section(much, "questions");
    T_HAS(after, "Open questions: 103");
    T_HAS(after, "Logs <b>100</b>");
    T_HAS(after, "79 more: see results.json");
    free(after);
    free(much);
    free(page);
}

static void without_accounts_and_questions_there_is_nothing(void)
{
    struct store *s = fixture_open();
    char *page = s ? fixture_document(s, REPORT_HTML, &en, fixture_path("mfa.html")) : NULL;
    static const char *const never[] = { "chapter mfa", "chapter questions", "#mfa", "#questions",
                                         "class=\"people\"" };
    T_OK(page != NULL);
    none_of(page ? page : "", never, ARRAY_LEN(never));
    free(page);
    page = s ? fixture_document(s, REPORT_JSON, &en, fixture_path("mfa.json")) : NULL;
    T_HAS(page ? page : "", "\"mfa\": null");
    T_HAS(page ? page : "", "\"questionnaire\": null");
    free(page);
    store_closep(&s);
}

/* An import that joined nobody is told, although there is no account. */
static void exports_without_accounts_are_told(void)
{
    char *page = page_with("DELETE FROM mfa_state; DELETE FROM mfa_factor", &en),
         *part = section(page, "mfa");
    T_HAS(part, "duo.csv");
    T_HAS(part, "<td colspan=\"7\">");
    T_OK(!strstr(page, "Administrators with a proven"));
    free(part);
    free(page);
}

/* Every word that the evidence can bring is in the catalogue, in both languages. */
static void every_code_has_words(void)
{
    static const char *const ids[] = {
        "basis.smartcard_required",
        "basis.key_credential",
        "basis.certificate_mapping",
        "basis.silo",
        "basis.pkinit",
        "basis.entra",
        "basis.duo",
        "basis.okta",
        "basis.plain",
        "basis.ipa_auth_type",
        "basis.ipa_token",
        "basis.openldap_token",
        "method.fido2",
        "method.windows_hello",
        "method.passkey",
        "method.certificate",
        "method.smartcard",
        "method.hardware_token",
        "method.totp",
        "method.push",
        "method.sms",
        "method.call",
        "method.mail",
        "method.question",
        "method.temporary",
        "method.password",
        "method.other",
        "reason.no_account",
        "reason.ambiguous",
        "reason.twice",
        "reason.no_key",
        "state.without",
        "state.bypassed",
        "state.weak",
        "population.privileged",
        "population.remote_access",
        "population.vendor",
        "population.everyone",
    };
    size_t n = 0;
    char *catalogue = (char *)t_read_file(SOURCE_DIR "/report/html/messages_mfa.xml", &n);
    T_OK(catalogue != NULL);
    for (size_t i = 0; catalogue && i < ARRAY_LEN(ids); i++) {
        char id[64];
        (void)snprintf(id, sizeof(id), "<m id=\"mfa.%s\"><en>", ids[i]);
        T_HAS(catalogue, id);
    }
    free(catalogue);
}

static void cleans_up(void)
{
    T_OK(fixture_remove());
}

#define TESTS(X)                                       \
    X(coverage_is_told_in_numbers)                     \
    X(the_worst_come_first)                            \
    X(what_is_missing_is_said)                         \
    X(hostile_names_stay_text)                         \
    X(ten_thousand_rows_do_not_grow_the_page)          \
    X(answers_are_told_by_theme)                       \
    X(an_answer_that_is_gone_is_shown_as_written)      \
    X(open_questions_do_not_flood_the_unknowns)        \
    X(without_accounts_and_questions_there_is_nothing) \
    X(exports_without_accounts_are_told)               \
    X(every_code_has_words)                            \
    X(cleans_up)
T_MAIN("report_mfa", TESTS)
