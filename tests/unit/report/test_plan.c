/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of the reset plan: refusals, hostile text in each format, what page one says, many items in bounded memory. */
#include <stdio.h>
#include <stdlib.h>

#include "report/reset/md_text.h"
#include "report/reset/plan_report.h"
#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" };
static const struct report_options ja = { .lang = "ja" };

static struct store *with_plan(bool more)
{
    struct store *s = fixture_open();
    size_t size = 0;
    char *sql = (char *)t_read_file(SOURCE_DIR "/tests/golden/report/fixture_plan_more.sql", &size);
    if (s && (!sql || !fixture_plan(s) || (more && !fixture_exec(s, sql)))) {
        store_closep(&s);
    }
    free(sql);
    T_OK(s != NULL);
    return s;
}

static char *document(struct store *s, enum plan_format format,
                      const struct report_options *options)
{
    struct err err;
    size_t size = 0;
    if (!s ||
        plan_report_write(store_handle(s), format, options, fixture_path("plan"), &err) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", s ? err.where : "", s ? err.msg : "no fixture");
        T_OK(false);
        return calloc(1, 1);
    }
    return (char *)t_read_file(fixture_path("plan"), &size);
}

static void refusals_say_what_to_do(void)
{
    struct store *s = fixture_open();
    struct err err;
    const struct report_options other = { .lang = "fr" };
    T_OK(s != NULL);
    if (!s) {
        return;
    }
    for (int format = PLAN_CSV; format <= PLAN_HTML; format++) {
        T_EQ_I(plan_report_write(store_handle(s), (enum plan_format)format, &en,
                                 fixture_path("none"), &err),
               RC_USAGE);
        T_HAS(err.msg, "run `kagimori plan` on it first");
    }
    T_OK(access(fixture_path("none"), F_OK) != 0);
    T_OK(fixture_plan(s));
    T_EQ_I(plan_report_write(store_handle(s), PLAN_CSV, &other, fixture_path("none"), &err),
           RC_USAGE);
    T_HAS(err.msg, "\"ja\" or \"en\"");
    T_EQ_I(plan_report_write(store_handle(s), PLAN_HTML, &en, "/nonexistent/plan", &err), RC_USAGE);
    T_OK(fixture_exec(s, "UPDATE reset_action SET steps = 'no list' WHERE action_no = 3"));
    T_EQ_I(plan_report_write(store_handle(s), PLAN_HTML, &en, fixture_path("none"), &err),
           RC_MALFORMED);
    T_EQ_I(plan_report_write(store_handle(s), PLAN_MARKDOWN, &en, fixture_path("none"), &err),
           RC_MALFORMED);
    T_OK(fixture_exec(s, "DROP TABLE reset_wave"));
    T_EQ_I(plan_report_write(store_handle(s), PLAN_CSV, &en, fixture_path("none"), &err),
           RC_MALFORMED);
    T_OK(access(fixture_path("none"), F_OK) != 0);
    store_closep(&s);
}

static void markdown_text(const char *text, const char *want)
{
    struct arena *a = arena_new(0);
    struct err err;
    struct out o = { 0 };
    size_t size = 0;
    T_EQ_I(out_open(&o, fixture_path("text.md"), &err), RC_OK);
    T_EQ_I(md_text(&o, a, text, 0, &err), RC_OK);
    T_EQ_I(out_commit(&o, &err), RC_OK);
    char *got = (char *)t_read_file(fixture_path("text.md"), &size);
    T_EQ_S(got, want);
    free(got);
    arena_free(a);
}

static void markdown_marks_are_text(void)
{
    markdown_text("plain, (1) text: ok!", "plain, (1) text: ok!");
    markdown_text("  - [x] done\n# heading", "\\- \\[x\\] done\\\\u{a}\\# heading");
    markdown_text("1. one", "1\\. one");
    markdown_text("12) x", "12\\) x");
    markdown_text("2026-11-22", "2026-11-22");
    markdown_text("===", "\\===");
    markdown_text("+ plus", "\\+ plus");
    markdown_text("[a](javascript:b) ![c](d)", "\\[a\\](javascript:b) !\\[c\\](d)");
    markdown_text("<b> &lt; `x` *y* _z_ ~~s~~ |t|",
                  "\\<b\\> \\&lt; \\`x\\` \\*y\\* \\_z\\_ \\~\\~s\\~\\~ \\|t\\|");
    markdown_text("www.evil.example HTTP://e a@b.example",
                  "&#119;ww.evil.example HTTP&#58;//e a&#64;b.example");
    markdown_text("\\", "\\\\");
    markdown_text("a\xe2\x80\xae\x1b[m", "a\\\\u{202e}\\\\u{1b}\\[m");
}

static void a_fence_is_longer_than_what_it_holds(void)
{
    struct arena *a = arena_new(0);
    struct err err;
    struct out o = { 0 };
    size_t size = 0;
    T_EQ_I(out_open(&o, fixture_path("code.md"), &err), RC_OK);
    T_EQ_I(md_code(&o, a, "S-1-5", &err), RC_OK);
    out_text(&o, "\n");
    T_EQ_I(md_code(&o, a, "`a``\n", &err), RC_OK);
    out_text(&o, "\n");
    T_EQ_I(md_fence(&o, a, "  ", "sh", "echo\n````\n\x1b", &err), RC_OK);
    T_EQ_I(out_commit(&o, &err), RC_OK);
    char *got = (char *)t_read_file(fixture_path("code.md"), &size);
    T_EQ_S(got, "`S-1-5`\n``` `a``\\u{a} ```\n  `````sh\n  echo\n  ````\n  \\u{1b}\n  `````\n");
    free(got);
    arena_free(a);
}

static void the_checklist_in_markdown(void)
{
    struct store *s = with_plan(true);
    char *text = document(s, PLAN_MARKDOWN, &en);
    T_HAS(text, "\n## 2 Administrators of the domain\n");
    T_HAS(text, "\n### No. 3 Reset every administrator of the domain\n");
    T_HAS(text, "\n- After: 3, 5, 7–8\n");
    T_HAS(text, "  - [x] **tanaka** `S-1-5-21-1-2-3-1009` — Proven: Reset 2 times");
    T_HAS(text, "  - [ ] **sato.hanako** `S-1-5-21-1-2-3-1007` — Suspect 0 of 2: The date");
    T_HAS(text, " — was finished, is not any more · Can begin 0 of 2: Can begin now.");
    T_HAS(text, "  - [ ] **\\- \\[x\\] done\\\\u{a}\\# heading** `` `-1` `` — ");
    T_HAS(text, "  - [ ] Wave 100: 0 of 10 (due ");
    T_HAS(text, "  - … and 800 more: see reset-plan.csv\n");
    T_HAS(text,
          "    ````powershell\n    echo ```\n    </code><script>alert(1)</script>\n    ````\n");
    T_OK(!strstr(text, "**<script>"));
    T_OK(!strstr(text, "\x1b") && !strstr(text, "\xe2\x80\xae"));
    T_OK(!strstr(text, " <img"));
    free(text);
    text = document(s, PLAN_MARKDOWN, &ja);
    T_HAS(text, "完了（確認済み）：インシデント以降に 2 回リセット。");
    T_HAS(text, "- インシデント発生：2026-11-20 01:15:00 +00:00\n");
    free(text);
    store_closep(&s);
}

/* What is done needs little paper: no steps, a few of its subjects. What is open is listed all the same. */
static void what_is_done_is_short(void)
{
    static const char *const subjects[] = { "user900", "user800" };
    static const char all_done[] =
        "UPDATE reset_item SET state = 'done' WHERE action_no = 9;"
        "UPDATE reset_action SET state = 'done', items = (SELECT count(*) FROM reset_item i WHERE i.action_no = 9 AND i.state <> 'not_needed') WHERE action_no = 9;"
        "UPDATE reset_action SET finished = items, why_en = 'Because of nine.' WHERE action_no = 9;"
        "UPDATE reset_action SET refs = '{\"ms\":\"Microsoft Entra ID\",\"cisa\":\"CM1\"}' WHERE action_no = 3";
    static const char but_two[] =
        "UPDATE reset_item SET state = 'ready' WHERE action_no = 9 AND name IN ('user900', 'user800');"
        "UPDATE reset_action SET state = 'ready', finished = items - 2 WHERE action_no = 9";
    for (int i = 0; i < 2; i++) {
        struct store *s = with_plan(true);
        T_OK(s && fixture_exec(s, all_done) && (i == 0 || fixture_exec(s, but_two)));
        for (int format = PLAN_MARKDOWN; format <= PLAN_HTML; format++) {
            char *text = document(s, (enum plan_format)format, &en);
            T_HAS(text, i == 0 ? "and 980 more, done" : "and 978 more, done");
            T_HAS(text, "the steps are left out here");
            T_EQ_I(strstr(text, "Because of nine.") != NULL, i == 1);
            for (size_t k = 0; i == 1 && k < ARRAY_LEN(subjects); k++) {
                T_HAS(text, subjects[k]);
            }
            T_OK(strstr(text, "Microsoft Microsoft") == NULL);
            free(text);
        }
        char *page = document(s, PLAN_HTML, &en);
        T_HAS(page, "Microsoft Entra ID");
        free(page);
        store_closep(&s);
    }
}

static void the_table_has_every_subject(void)
{
    struct store *s = with_plan(true);
    char *text = document(s, PLAN_CSV, &en);
    int64_t lines = 0;
    for (const char *p = text; (p = strstr(p, "\r\n")); p += 2) {
        lines++;
    }
    T_EQ_I(lines, 1022);
    T_HAS(
        text,
        "order,phase,action,title,wave,subject,name,state,proven,needed,waiting_until,start,due,who,from,times,"
        "reason,proof,was,regression,findings\r\n");
    T_HAS(text, ",reset.krbtgt.second,");
    T_HAS(text, ",krbtgt,waiting,1,2,\"2026-11-22 07:30:00 +00:00\",");
    T_HAS(text, ",\"'@SUM(1+1)\",metadata,");
    T_HAS(text, ",done,yes,\r\n");
    free(text);
    T_OK(fixture_exec(s, "INSERT OR REPLACE INTO audit_info VALUES('time_zone', 'Asia/Tokyo')"));
    const struct report_options bom = { .lang = "ja", .bom = true };
    text = document(s, PLAN_CSV, &bom);
    T_OK(strncmp(text, "\xef\xbb\xbforder,", 9) == 0);
    T_HAS(text, ",krbtgt,waiting,1,2,\"2026-11-22 16:30:00 +09:00\",");
    T_HAS(text, ",\"'＝1+1\",metadata,");
    T_HAS(text, "利用者のアカウント");
    free(text);
    store_closep(&s);
}

static void page_one_tells_what_matters(void)
{
    struct store *s = with_plan(true);
    char *page = document(s, PLAN_HTML, &en);
    const char *alarms = strstr(page, "<section class=\"alarms\">");
    const char *next = strstr(page, "<section class=\"next\">");
    const char *blockers = strstr(page, "<section class=\"blockers\">");
    const char *phases = strstr(page, "<section class=\"phases\">");
    T_OK(alarms && next && blockers && phases && alarms < next && next < blockers &&
         blockers < phases);
    T_HAS(page, "11 of 1,020 items are finished.");
    T_HAS(
        alarms,
        "&lt;script&gt;alert(\"plan\")&lt;/script&gt;</bdi></b> — <b>was finished, is not any more</b>");
    T_HAS(next, "<a href=\"#action-4\">No. 4</a> Set a new DSRM password");
    T_HAS(blockers, "holds up 3 actions with 999 items");
    T_HAS(blockers, "not before 2026-11-22 07:30");
    T_HAS(blockers, "&lt;i&gt;dc3&lt;/i&gt;");
    T_HAS(phases, "nothing to do");
    T_HAS(
        page,
        "<td class=\"b\"><span class=\"box done\" role=\"img\" aria-label=\"proven by evidence\">✓</span></td>");
    T_HAS(page, "aria-label=\"a person says so\">A</span>");
    T_HAS(page, "… and 800 more: see reset-plan.csv");
    T_HAS(
        page,
        "<span class=\"word\">-NewPassword</span> <span class=\"word\">(ConvertTo-SecureString</span>");
    free(page);
    T_OK(fixture_exec(s, "DELETE FROM audit_info WHERE name = 'incident_at'"));
    page = document(s, PLAN_HTML, &ja);
    T_HAS(page, "未指定（すべて未完了として扱います。");
    free(page);
    T_OK(fixture_exec(
        s,
        "UPDATE reset_item SET state = 'done', is_regression = 0;"
        "UPDATE reset_action SET state = 'done', finished = items, finish_at = NULL, blocked_by = '[]';"
        "UPDATE reset_wave SET finished = items"));
    page = document(s, PLAN_HTML, &en);
    T_HAS(page, "Everything is finished.");
    T_HAS(page, "nothing is open");
    T_OK(!strstr(page, "<section class=\"alarms\">") &&
         !strstr(page, "class=\"box open\" role=\"img\" aria-label=\"to do\"></span></td>"));
    free(page);
    store_closep(&s);
}

static void hostile_names_stay_text_in_html(void)
{
    struct store *s = with_plan(true);
    const struct report_options *options[] = { &en, &ja };
    for (size_t i = 0; i < 2; i++) {
        char *page = document(s, PLAN_HTML, options[i]);
        T_OK(!strstr(page, "<script") && !strstr(page, "<img") && !strstr(page, "onerror=\""));
        T_OK(!strstr(page, "\xe2\x80\xae") && !strchr(page, '\x1b'));
        T_HAS(page, "&lt;img src=x onerror=alert(1)&gt;");
        /* The organisation stands in the style: nothing of it may end a string there. */
        const char *style = strstr(page, "<style>");
        const char *end = style ? strstr(style, "</style>") : NULL;
        const char *edge = style ? strstr(style, "@top-left { content: \"") : NULL;
        T_OK(edge && end && edge < end);
        T_OK(end && !memmem(style, (size_t)(end - style), "alert(", 6));
        free(page);
    }
    store_closep(&s);
}

/* The largest resident size of this process since the last call of forget. */
static long peak_kib(void)
{
    size_t size = 0;
    char *status = (char *)t_read_file("/proc/self/status", &size);
    const char *line = status ? strstr(status, "VmHWM:") : NULL;
    long kib = line ? strtol(line + 6, NULL, 10) : -1;
    free(status);
    return kib;
}

static bool forget(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");
    return f && fputs("5", f) >= 0 && fclose(f) == 0;
}

static bool copied(sqlite3 *from, const char *path)
{
    sqlite3 *to = NULL;
    sqlite3_backup *b = NULL;
    bool is_whole = sqlite3_open(path, &to) == SQLITE_OK &&
                    (b = sqlite3_backup_init(to, "main", from, "main")) != NULL &&
                    sqlite3_backup_step(b, -1) == SQLITE_DONE;
    is_whole = sqlite3_backup_finish(b) == SQLITE_OK && is_whole;
    return sqlite3_close(to) == SQLITE_OK && is_whole;
}

/* The sanitizer keeps freed memory back for a while, up to 256 MiB of it. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifdef UNDER_SANITIZER
enum {
    MOST_KIB = 320 * 1024
};
#else
enum {
    MOST_KIB = 32 * 1024
};
#endif

/* 110,000 subjects take no more memory than a thousand: each document is written row by row, or lists a few. */
static void many_items_in_bounded_memory(void)
{
    struct store *s = with_plan(true);
    sqlite3 *db = NULL;
    struct err err;
    T_OK(
        s &&
        fixture_exec(
            s,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 109000)"
            " INSERT INTO reset_item SELECT 9, 'S-1-5-21-9-9-9-' || (10000 + i), 'user' || i, 101 + i / 200, 1000 + i, 'blocked', 1, 0, 1, NULL,"
            " hex(zeroblob(200)), hex(zeroblob(200)), '{\"a\":1}', 'metadata', 'blocked', 0, NULL FROM n;"
            "UPDATE reset_action SET items = (SELECT count(*) FROM reset_item WHERE action_no = 9) WHERE action_no = 9;"
            "INSERT INTO reset_wave SELECT 9, wave, count(*), 0, NULL, NULL FROM reset_item WHERE action_no = 9 AND wave > 100 GROUP BY wave"));
    T_OK(s && copied(store_handle(s), fixture_path("many.db")));
    store_closep(&s);
    T_OK(sqlite3_open_v2(fixture_path("many.db"), &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    for (int format = PLAN_CSV; format <= PLAN_HTML; format++) {
        T_OK(forget());
        long before = peak_kib();
        T_EQ_I(plan_report_write(db, (enum plan_format)format, &ja, fixture_path("many"), &err),
               RC_OK);
        T_OK(before > 0 && peak_kib() - before < MOST_KIB);
        if (peak_kib() - before >= MOST_KIB) {
            (void)fprintf(stderr, "format %d: %ld KiB\n", format, peak_kib() - before);
        }
    }
    (void)sqlite3_close(db);
}

static void cleans_up(void)
{
    T_OK(fixture_remove());
}

#define TESTS(X)                            \
    X(refusals_say_what_to_do)              \
    X(markdown_marks_are_text)              \
    X(a_fence_is_longer_than_what_it_holds) \
    X(the_checklist_in_markdown)            \
    X(what_is_done_is_short)                \
    X(the_table_has_every_subject)          \
    X(page_one_tells_what_matters)          \
    X(hostile_names_stay_text_in_html)      \
    X(many_items_in_bounded_memory)         \
    X(cleans_up)
T_MAIN("report_plan", TESTS)
