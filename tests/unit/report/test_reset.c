/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reset plan in report.html and results.json: every state, drafts, none at all, page one, limits, foreign text. */
#include "tests/support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" }, ja = { .lang = "ja" };

#define T_HAS_NOT(text, part) T_OK(strstr(text, part) == NULL)

static struct store *open_plan(const char *more)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_plan(s) && fixture_exec(s, more));
    return s;
}

static char *document(struct store *s, enum report_format format,
                      const struct report_options *options)
{
    char *text = fixture_document(s, format, options, fixture_path("reset"));
    T_OK(text != NULL);
    return text ? text : strdup("");
}

/* The text between two marks; free() it. */
static char *between(const char *text, const char *from, const char *to)
{
    const char *start = strstr(text, from);
    const char *end = start ? strstr(start, to) : NULL;
    T_OK(start && end);
    return start && end ? strndup(start, (size_t)(end - start)) : strdup("");
}

/* A part of the page of a plan with changes: the section, or what page one says. */
static char *part(const char *more, const struct report_options *options, const char *from)
{
    struct store *s = open_plan(more);
    char *page = document(s, REPORT_HTML, options);
    T_HAS_NOT(page, "<script");
    char *found = between(page, from, "</section>");
    free(page);
    store_closep(&s);
    return found;
}

#define SECTION  "<section class=\"chapter reset\">"
#define PAGE_ONE "<section class=\"resetting\">"

static void without_a_plan_there_is_no_section(void)
{
    struct store *s = fixture_open();
    T_OK(s != NULL);
    char *page = document(s, REPORT_HTML, &en), *json = document(s, REPORT_JSON, &en);
    T_HAS_NOT(page, "id=\"reset\"");
    T_HAS_NOT(page, "#reset\"");
    T_HAS_NOT(page, PAGE_ONE);
    T_HAS(json, "\"reset\": null");
    free(page);
    free(json);
    store_closep(&s);
}

/* Every audit makes a plan: without an incident it is no news for page one, and proves nothing. */
static void without_an_incident_it_is_a_draft(void)
{
    struct store *s = open_plan("DELETE FROM audit_info WHERE name = 'incident_at'");
    char *page = document(s, REPORT_HTML, &en), *json = document(s, REPORT_JSON, &en);
    T_HAS_NOT(page, PAGE_ONE);
    char *section = between(page, SECTION, "</section>");
    T_HAS(section, "<h2 id=\"reset\">Reset plan (draft)</h2>");
    T_HAS(section, "nothing here says that an incident happened");
    T_HAS(section, "<th scope=\"row\">8. Users</th><td class=\"n\">30</td>");
    T_HAS(section, "What holds up the rest");
    T_HAS_NOT(section, "<svg");
    T_HAS_NOT(section, "Kerberos keys");
    T_HAS_NOT(section, "Look at these first");
    T_HAS_NOT(section, "What this evidence cannot prove");
    T_HAS_NOT(section, "Progress over time");
    T_HAS(page, "<a href=\"#reset\">Reset plan (draft)</a></li><li><a href=\"#passed\">");
    T_OK(strstr(page, "<h2 id=\"policies\">") < strstr(page, "<h2 id=\"reset\">"));
    T_HAS(json, "\"incident_at\": null");
    free(section);
    free(page);
    free(json);
    page = document(s, REPORT_HTML, &ja);
    T_HAS(page, "リセット計画（下書き）</h2>");
    T_HAS(page, "計画の下書きです。");
    free(page);
    store_closep(&s);
}

static void the_section_tells_every_state(void)
{
    static const char *const in_en[] = {
        "<h2 id=\"reset\">Reset plan after the incident</h2>",
        "the whole forest: everything in the directory counts as stolen",
        "2026-11-22 13:30 (with 2 people at work)",
        "Still with an older password: <bdi>DC2</bdi>",
        /* done / all, since the last check, ready, held, suspect, partly */
        "<td class=\"n\">2 / 5</td><td class=\"n\">+1</td><td class=\"n\">1</td><td class=\"n\">–</td><td class=\"n fail\">1</td><td class=\"n\">1</td><td class=\"when\">2026-11-22 07:30</td>",
        "Nothing to do in these phases: 5. Trusts</p>",
        "<td class=\"n\">10 / 45</td><td class=\"n\">+8</td><td class=\"n\">3</td><td class=\"n\">30</td><td class=\"n fail\">1</td>",
        "No longer done</span>",
        "Suspect</span>",
        "Partly</span>",
        "it is still that of 2016-02-15 17:53 +09:00.",
        "Not before 2026-11-22 07:30</b>:\n    Reset krbtgt the second time (<bdi>krbtgt</bdi>)",
        "first reset done; too early for the second",
        "not reset since the incident",
        "4 open subjects cannot be proven",
        "A new kit from the host after the reset: fingerprints show that the password is new and its own.</th><td class=\"n\">2</td><td><ul class=\"remarks\"><li>Give each host",
        "1 other action waits for it",
        "<bdi>S-1-5-21-1-2-3-1051</bdi>",
        "2 declarations that something was done",
        "1 declaration that something is not needed",
    };
    static const char *const in_ja[] = {
        "インシデント発生後のリセット計画",
        "後戻り</span>",
        "要調査</span>",
        "一部完了</span>",
        "日付だけが 2026-11-21 11:00 +09:00 に更新され",
        "1 回目を完了、2 回目は待機中",
        "証明できない未完了の対象が 4 件",
        "撤去済みとして証明の対象から除いたドメインコントローラー",
    };
    char *section = part("", &en, SECTION);
    for (size_t i = 0; i < ARRAY_LEN(in_en); i++) {
        T_HAS(section, in_en[i]);
    }
    free(section);
    section = part("", &ja, SECTION);
    for (size_t i = 0; i < ARRAY_LEN(in_ja); i++) {
        T_HAS(section, in_ja[i]);
    }
    free(section);
}

/* After an incident the plan stands before the findings. */
static void after_an_incident_it_comes_first(void)
{
    struct store *s = open_plan("");
    char *page = document(s, REPORT_HTML, &en);
    T_OK(strstr(page, "<h2 id=\"reset\">") < strstr(page, "<h2 id=\"findings\">"));
    T_OK(strstr(page, "<a href=\"#reset\">Reset plan after the incident</a>") <
         strstr(page, "<a href=\"#findings\">Findings</a>"));
    free(page);
    store_closep(&s);
}

static void page_one_says_it_in_one_sentence(void)
{
    char *one = part("", &en, PAGE_ONE);
    T_HAS(one, "8 of 45 items of the reset are proven to be done; until all are");
    T_HAS(one, "2 more are done by the word of people");
    T_HAS(one, "Reset every administrator of the domain <span class=\"of\">3 open</span>");
    T_HAS(one, "1 item looks done and is not");
    T_HAS(one, "1 was done at the check before and is not any more");
    T_HAS(one, "2026-11-22 13:30 (with 2 people at work)");
    free(one);
    one = part("", &ja, PAGE_ONE);
    T_HAS(one, "リセットの対象 45 件のうち 8 件の完了を確認しました。");
    free(one);
    /* Nothing is proven by the word of people. */
    one = part("UPDATE reset_item SET state = 'attested' WHERE state = 'done';", &en, PAGE_ONE);
    T_HAS(one, "of 45 items none is proven to be done yet");
    T_HAS(one, "10 more are done by the word of people");
    free(one);
    one = part(
        "UPDATE reset_item SET state = 'done', is_seen = 1, is_regression = 0, until_at = NULL WHERE state <> 'not_needed';"
        "UPDATE reset_action SET finished = items, blocked_by = '[]', start_at = NULL, finish_at = NULL",
        &en, PAGE_ONE);
    T_HAS(one, "The reset is finished: of 45 items 45 are proven to be done.");
    T_HAS_NOT(one, "<dt>");
    free(one);
    /* Nothing can be done: page one says until when. */
    one = part(
        "UPDATE reset_item SET state = 'blocked', is_regression = 0 WHERE state IN ('ready', 'partly', 'suspect')",
        &en, PAGE_ONE);
    T_HAS(one, "wait until 2026-11-22 07:30: Reset krbtgt the second time");
    free(one);
}

static void foreign_text_stays_text(void)
{
    char *section = part(
        "INSERT INTO reset_decision(kind, action, subject, who, at, note) VALUES ('rapid_krbtgt', '', '*', '<i>院長</i>' || char(0x202e), 134396658000000000, NULL);"
        "UPDATE audit_info SET value = 'host:<b>PC01</b>' WHERE name = 'reset_scope';"
        "UPDATE reset_item SET name = '<img src=x>' WHERE action_no = 5 AND state = 'waiting';"
        "UPDATE account_state SET name = '\"><svg onload=1>' WHERE subject = 'S-1-5-21-1-2-3-502';"
        "UPDATE reset_item SET reason_en = '<u>why</u>' || char(27) || '[31m' WHERE state = 'suspect';"
        "UPDATE reset_controller_copy SET name = '<s>DC2</s>' WHERE behind > 0;"
        "UPDATE reset_action SET title_en = '<em>title</em>'",
        &en, SECTION);
    T_HAS(section, "<bdi>&lt;i&gt;院長&lt;/i&gt;\\u{202e}</bdi>");
    T_HAS(section, "<bdi>host:&lt;b&gt;PC01&lt;/b&gt;</bdi>");
    T_HAS(section, "<bdi>&lt;img src=x&gt;</bdi>");
    T_HAS(section, "\"&gt;&lt;svg onload=1&gt;</bdi>");
    T_HAS(section, "&lt;u&gt;why&lt;/u&gt;\\u{1b}[31m");
    T_HAS(section, "&lt;s&gt;DC2&lt;/s&gt;");
    T_HAS(section, "&lt;script&gt;alert(\"plan\")&lt;/script&gt;");
    T_HAS(section, "<bdi>adm\\u{202e}nim</bdi>");
    T_HAS_NOT(section, "<em>");
    free(section);
}

static int count_of(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = strstr(text, what); p; p = strstr(p + 1, what)) {
        n++;
    }
    return n;
}

static void long_plans_stay_short(void)
{
    char *section = part(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        "INSERT INTO reset_item SELECT 9, 'S-1-5-21-9-' || i, 'many' || i, i, 100 + i, 'suspect', 1, 0, 1, NULL, 'Sentence.', '文。', '{}', 'metadata', 'ready', 0, NULL FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        "INSERT INTO reset_action SELECT 100 + i, 'reset.user.more' || i, 8, 'More ' || i, 'もっと', 'w', 'w', '[]', NULL, NULL, NULL, NULL, NULL, NULL, 'helpdesk', 'help desk', 'h', 'p', 'p', 'p', 1, 0,"
        " '[]', '[]', '{}', 'ready', 1, 0, 0, NULL, NULL, '' FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        "INSERT INTO reset_item SELECT 100 + i, 'S', NULL, 1, 1, 'waiting', 0, 0, 1, 134398062000000000 + i, 'Sentence.', '文。', '{}', 'attest', 'ready', 0, NULL FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
        "INSERT INTO reset_point SELECT 134397414000000000 + i * 600000000, 'verify' FROM n;",
        &en, SECTION);
    T_EQ_I(count_of(section, "<bdi>many"), 28); /* with a regression and a suspect: 30 */
    T_HAS(section, "4,973 more in reset-plan.csv");
    T_EQ_I(count_of(section, "verification</span>"), 12);
    T_HAS(section, "<td class=\"n\">41</td>"); /* attested: one of the fixture, 40 more */
    T_HAS(section, "37 more actions");
    T_HAS(section, "11 earlier checks are not shown.");
    T_HAS(section, "36 more in reset-plan.csv"); /* 46 open actions, 10 shown */
    T_OK(strlen(section) < 60000);
    free(section);
}

/* What was undone is shown as a loss, in numbers as well. */
static void a_loss_is_shown(void)
{
    char *section = part(
        "UPDATE reset_progress SET items = 5 WHERE at = 134397414000000000 AND phase = 'tier0' AND state = 'done'",
        &en, SECTION);
    T_HAS(section, "<td class=\"n\"><span class=\"odd\">−3</span></td>");
    free(section);
    section = part("DELETE FROM reset_point WHERE at < 134397846000000000", &en, SECTION);
    T_HAS_NOT(section, "Progress over time");
    T_HAS_NOT(section, "Change</th>");
    free(section);
}

static void a_decision_moves_krbtgt(void)
{
    char *section = part(
        "INSERT INTO reset_decision(kind, action, subject, who, at) VALUES ('rapid_krbtgt', '', '*', '院長', 134396658000000000),"
        " ('without_controller', '', 'S-1-5-21-1-2-3-1052', '鈴木', 134396658000000000);",
        &en, SECTION);
    T_HAS(section, "first reset done; the second can be done now");
    T_HAS(section,
          "Two krbtgt resets without the wait are allowed: <bdi>院長</bdi>, 2026-11-20 16:30");
    T_HAS(section, "<bdi>S-1-5-21-1-2-3-1052</bdi></b> <bdi>鈴木</bdi>, 2026-11-20 16:30");
    free(section);
    section = part("UPDATE reset_item SET state = 'not_needed' WHERE action_no = 5", &en, SECTION);
    T_HAS_NOT(section, "Kerberos keys");
    free(section);
    section = part("DELETE FROM reset_secret", &en, SECTION);
    T_HAS(section, "could not be seen");
    free(section);
}

/* Nothing in these tables can end a report. */
static void odd_rows_end_no_report(void)
{
    struct store *s = open_plan(
        "UPDATE reset_action SET blocked_by = '{broken', steps = '', start_at = 9223372036854775807, finish_at = -1, items = -5 WHERE action_no = 9;"
        "UPDATE reset_action SET blocked_by = '[\"reset.gone\", 7, null, {}]' WHERE action_no = 8;"
        "UPDATE reset_item SET until_at = -9223372036854775807, is_seen = 0, proof = 'magic', evidence = 'no json', name = x'c3' || '' WHERE action_no = 5;"
        "UPDATE reset_item SET state = 'invented', is_seen = 0 WHERE action_no = 7;"
        "INSERT INTO reset_point(at, kind) VALUES (9223372036854775807, 'oracle'), (-1, '');"
        "INSERT INTO reset_progress(at, phase, state, items) VALUES (9223372036854775807, 'nowhere', 'nothing', 9223372036854775807);"
        "INSERT INTO reset_decision(kind, action, subject, who, at) VALUES ('guess', 'x', '', '', 0);"
        "UPDATE audit_info SET value = 'many' WHERE name = 'reset_people'");
    char *page = document(s, REPORT_HTML, &ja), *json = document(s, REPORT_JSON, &en);
    T_HAS(page, "<h2 id=\"reset\">");
    T_HAS(page, "<bdi>magic</bdi>");
    T_HAS(page, "<bdi>oracle</bdi>");
    T_HAS_NOT(page, "NaN");
    T_HAS(json, "\"kind\":\"oracle\"");
    free(page);
    free(json);
    store_closep(&s);
}

/* All words that the plan's tables may hold are in the catalogue. */
static void every_word_is_there(void)
{
    static const char *const ids[] = {
        "state.done",
        "state.attested",
        "state.suspect",
        "state.partly",
        "state.ready",
        "state.waiting",
        "state.blocked",
        "help.metadata",
        "help.laps",
        "help.samr",
        "help.trial",
        "help.kit",
        "help.event",
        "help.registry",
        "help.attest",
        "key.never",
        "key.too_early",
        "key.first_replicating",
        "key.ready",
        "key.replicating",
        "key.second_too_early",
        "key.rapid",
        "key.gap_unknown",
        "key.complete",
        "key.unknown",
        "kind.plan",
        "kind.verify",
        "kind.audit",
        "decision.attested",
        "decision.not_needed",
        "decision.rapid_krbtgt",
        "decision.without_controller",
    };
    size_t n = 0;
    char *catalogue = (char *)t_read_file(SOURCE_DIR "/report/html/messages_reset.xml", &n);
    T_OK(catalogue != NULL);
    for (size_t i = 0; catalogue && i < ARRAY_LEN(ids); i++) {
        char id[64];
        (void)snprintf(id, sizeof(id), "<m id=\"reset.%s\">", ids[i]);
        T_HAS(catalogue, id);
    }
    T_OK(!catalogue || (!strstr(catalogue, "<en></en>") && !strstr(catalogue, "<ja></ja>")));
    free(catalogue);
    T_OK(fixture_remove());
}

#define TESTS(X)                          \
    X(without_a_plan_there_is_no_section) \
    X(without_an_incident_it_is_a_draft)  \
    X(the_section_tells_every_state)      \
    X(after_an_incident_it_comes_first)   \
    X(page_one_says_it_in_one_sentence)   \
    X(foreign_text_stays_text)            \
    X(long_plans_stay_short)              \
    X(a_loss_is_shown)                    \
    X(a_decision_moves_krbtgt)            \
    X(odd_rows_end_no_report)             \
    X(every_word_is_there)
T_MAIN("reset in the report", TESTS)
