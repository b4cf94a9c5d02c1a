/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/t.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/utf.h"
#include "report/csv.h"
#include "report/text.h"
#include "report/value.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" };
static const struct report_options ja = { .lang = "ja" };

static char *html_of(struct store *s, const struct report_options *options)
{
    char *page = s ? fixture_document(s, REPORT_HTML, options, fixture_path("report.html")) : NULL;
    T_OK(page != NULL);
    return page ? page : strdup("");
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void hostile_names_stay_text(void)
{
    struct store *s = fixture_open();
    static const char *const never[] = {
        "<script", "<img",         "onerror=alert(1)>\"", "</td></table><script", "\x1b",
        "\x07",    "\xe2\x80\xae", "\xe2\x81\xa7",        "\xef\xbf\xbf",         "style=\""
    };
    for (int i = 0; s && i < 2; i++) {
        char *page = html_of(s, i ? &ja : &en);
        for (size_t j = 0; j < ARRAY_LEN(never); j++) {
            T_OK(!has(page, never[j]));
        }
        T_HAS(page, "&lt;script&gt;alert(\"x\")&lt;/script&gt;");
        T_HAS(page, "<bdi>gnp\\u{202e}exe.</bdi>");
        T_HAS(page, "<bdi>\"&gt;&lt;script&gt;alert(7)&lt;/script&gt;\\u{202e}</bdi>");
        T_HAS(page, "&lt;img src=x onerror=alert(1)&gt;");
        T_HAS(page, i ? "<html lang=\"ja\">" : "<html lang=\"en\">");
        T_HAS(page, i ? "桜ヶ丘総合病院" : "Sakuragaoka General Hospital");
        T_OK(utf8_valid(page, strlen(page)));
        free(page);
    }
    store_closep(&s);
}

static void a_name_of_a_mebibyte_is_cut(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "INSERT INTO result(check_no, verdict, subject, name, evidence) VALUES (6, 'fail', 'S-1-5-21-9',"
            " replace(hex(zeroblob(524288)), '0', 'w'), json_object('groups', replace(hex(zeroblob(524288)), '0', '<')))"));
    char *page = html_of(s, &en);
    T_OK(strlen(page) < 200000);
    T_HAS(page, "wwww…</bdi>");
    free(page);
    char *table = s ? fixture_document(s, REPORT_CSV, &en, fixture_path("findings.csv")) : NULL;
    T_OK(table && strlen(table) < 20000);
    free(table);
    char *json = s ? fixture_document(s, REPORT_JSON, &en, fixture_path("results.json")) : NULL;
    T_OK(json && strlen(json) > 2U << 20);
    free(json);
    store_closep(&s);
}

static void long_lists_are_counted(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
            " INSERT INTO result(check_no, verdict, subject, name, evidence) SELECT 2, 'fail', 'S-1-9-' || i, 'user' || i, '{}' FROM n;"
            "UPDATE check_count SET subjects = 1501 WHERE check_no = 2 AND verdict = 'fail'"));
    struct report_options few = { .lang = "en", .subjects = 7 };
    char *page = html_of(s, &few);
    T_HAS(page, "1,494 more: see findings.csv");
    T_HAS(page, "not met by 1,501 of 1,501");
    free(page);
    page = html_of(s, &en);
    T_HAS(page, "1,301 more: see findings.csv");
    free(page);
    store_closep(&s);
}

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        n++;
    }
    return n;
}

/* What a browser can search at once is shared out: the worst check takes what it wants, the last one keeps its first five. */
static void the_worst_are_listed_first(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10100)"
            " INSERT INTO result(check_no, verdict, subject, name, evidence) SELECT 2, 'fail', 'S-1-9-' || i, 'worst' || i, '{}' FROM n;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
            " INSERT INTO result(check_no, verdict, subject, name, evidence) SELECT 6, 'fail', 'S-1-8-' || i, 'least' || i, '{}' FROM n;"
            "UPDATE check_info SET severity = 'info' WHERE check_no = 6;"
            "UPDATE check_count SET subjects = (SELECT count(*) FROM result r WHERE r.check_no = check_count.check_no AND r.verdict = 'fail') WHERE verdict = 'fail'"));
    struct report_options all = { .lang = "en", .subjects = 20000 };
    char *page = html_of(s, &all);
    size_t worst = count_of(page, ">worst"), least = count_of(page, "least");
    T_OK(worst > 9800 && worst < 10000);
    T_OK(least <= 5);
    T_HAS(page, "more: see findings.csv");
    T_HAS(page, "more: on the screen and in findings.csv");
    free(page);
    page = html_of(s, &en);
    T_OK(count_of(page, ">worst") == 199 && count_of(page, "least") > 30);
    free(page);
    store_closep(&s);
}

/* SHA-256 of a file as sha256sum says it. */
static bool digest_of(const char *path, char hex[65])
{
    size_t size = 0;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    unsigned char *data = (unsigned char *)t_read_file(path, &size);
    bool is_made = data && EVP_Digest(data, size, hash, &n, EVP_sha256(), NULL) == 1 && n == 32;
    for (unsigned i = 0; is_made && i < n; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
    free(data);
    return is_made;
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

/* Without a file there is nothing to hash; with a log beside it the file alone is not the evidence. */
static void the_appendix_names_the_evidence(void)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_exec(
                  s, "UPDATE check_info SET parameters = '{\"max_days\":90}' WHERE check_no = 2"));
    char *page = html_of(s, &en), path[80], log[96], hex[65] = "";
    T_HAS(page,
          "not told: the evidence was being written, lay in no file, or this is a redacted copy");
    T_HAS(page, "Thresholds and options in force: ");
    T_HAS(page, "<code>max_days</code></th><td><bdi>90</bdi>");
    free(page);
    (void)snprintf(path, sizeof(path), "%s", fixture_path("appendix.db"));
    (void)snprintf(log, sizeof(log), "%s-wal", path);
    T_OK(s && copied(store_handle(s), path) && digest_of(path, hex));
    for (int i = 0; i < 2; i++) {
        sqlite3 *db = NULL;
        struct err err;
        size_t n = 0;
        T_OK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
        T_OK(report_write(db, REPORT_HTML, &en, fixture_path("appendix.html"), &err) == RC_OK);
        page = (char *)t_read_file(fixture_path("appendix.html"), &n);
        T_OK(page && has(page, hex) == (i == 0));
        free(page);
        (void)sqlite3_close(db);
        FILE *f = i == 0 ? fopen(log, "w")
                         : NULL; /* not a log that SQLite reads: the file's mode is another */
        T_OK(i == 1 || (f && fputs("x", f) >= 0));
        if (f) {
            (void)fclose(f);
        }
    }
    (void)remove(log);
    /* A redacted copy is gone when its report is there: nobody could check its sum. */
    sqlite3 *db = NULL;
    struct err err;
    size_t n = 0;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK &&
         sqlite3_exec(db, "INSERT INTO audit_info VALUES('redacted', '1')", NULL, NULL, NULL) ==
             SQLITE_OK &&
         digest_of(path, hex));
    T_OK(report_write(db, REPORT_HTML, &en, fixture_path("appendix.html"), &err) == RC_OK);
    page = (char *)t_read_file(fixture_path("appendix.html"), &n);
    T_OK(page && !has(page, hex));
    T_HAS(page, "this is a redacted copy");
    free(page);
    (void)sqlite3_close(db);
    store_closep(&s);
}

static void the_state_follows_the_worst(void)
{
    static const struct {
        const char *sql, *state, *words;
    } cases[] = {
        { "SELECT 1", "state critical", "Act now: 2 critical" },
        { "DELETE FROM check_count WHERE check_no = 1 AND verdict = 'fail'", "state critical",
          "Act now: one critical" },
        { "DELETE FROM check_count WHERE check_no = 2", "state high", "Act soon: 2 requirements" },
        { "DELETE FROM check_count WHERE check_no IN (3, 4) AND verdict = 'fail'", "state some",
          "3 requirements are not met" },
        { "DELETE FROM check_count WHERE verdict = 'fail'", "state unclear",
          "this is not a clean bill" },
        { "DELETE FROM check_count WHERE verdict IN ('unknown', 'error'); DELETE FROM result WHERE verdict <> 'pass'",
          "state clear", "All requirements that were checked are met" },
    };
    struct store *s = fixture_open();
    for (size_t i = 0; s && i < ARRAY_LEN(cases); i++) {
        T_OK(fixture_exec(s, cases[i].sql));
        char *page = html_of(s, &en);
        T_HAS(page, cases[i].state);
        T_HAS(page, cases[i].words);
        free(page);
    }
    store_closep(&s);
}

static void commands_stand_apart(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "UPDATE check_info SET fix_en = 'For a policy: Set-ADFineGrainedPasswordPolicy -Identity NAME' || char(10) ||"
            " '```' || char(10) || 'a <b>' || char(10) || 'c' || char(10) || '```' || char(10) ||"
            " 'Re-use of `x <y>` is bad. Set-Up comes later.' || char(10) || '    four' || char(10) || 'A lone ` stays' WHERE check_no = 1"));
    char *page = html_of(s, &en);
    T_HAS(
        page,
        "<p>For a policy: </p><pre>Set-ADFineGrainedPasswordPolicy -Identity NAME</pre><pre>a &lt;b&gt;\nc</pre>");
    T_HAS(
        page,
        "<p>Re-use of <code>x &lt;y&gt;</code> is bad. Set-Up comes later.</p><pre>four</pre><p>A lone ` stays</p>");
    free(page);
    store_closep(&s);
}

static void the_page_brings_everything_along(void)
{
    struct store *s = fixture_open();
    char *page = html_of(s, &ja);
    static const char *const never[] = { "http://", "https://", "url(",       "@import",
                                         " src=\"", "<link",    "javascript:" };
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        T_OK(!has(page, never[i]));
    }
    T_HAS(page, "content=\"default-src 'none'; style-src 'sha256-");
    free(page);
    store_closep(&s);
}

static void unknown_is_shown_with_its_reason(void)
{
    struct store *s = fixture_open();
    char *page = html_of(s, &ja);
    T_HAS(page,
          "細かい設定が可能なパスワード ポリシー（PSO）を読み取れませんでした：アクセス拒否</bdi>");
    T_HAS(page, "応答なし</span>");
    T_HAS(page, "short SID: 8 bytes, 28 announced");
    T_HAS(page, "seccomp+landlock");
    T_HAS(page, "病院長 山田太郎");
    T_HAS(page, "期限切れ（無効）");
    T_HAS(
        page,
        "<td><bdi>sato.hanako</bdi><span class=\"key\"><bdi>S-1-5-21-1-2-3-1007</bdi></span></td>");
    free(page);
    store_closep(&s);
}

/* The part of a page that starts at one mark and ends at another; free() it. */
static char *part_of(const char *page, const char *from, const char *to)
{
    const char *start = strstr(page, from);
    const char *end = start ? strstr(start + strlen(from), to) : NULL;
    T_OK(start && end);
    return start && end ? strndup(start, (size_t)(end - start)) : strdup("");
}

static void shared_passwords_are_told_group_by_group(void)
{
    struct store *s = fixture_open();
    static const char *const in_en[] = {
        "Group 1: 3 hosts <span class=\"badge critical\">proven: 2</span> <span class=\"badge medium\">suspected: 1</span>",
        "accepts the same candidate password; same machine SID (copies of one image)",
        "<bdi>&lt;b&gt;管理者&lt;/b&gt;\\u{202e}</bdi>",
        "<td>no. 2</td>",
        "Group 2: 2 hosts <span class=\"badge medium\">suspected</span>",
        "1 with a password that LAPS proves to be unique; 5 of which nothing is known.",
    };
    static const char *const in_ja[] = {
        "グループ 1：3 台 <span class=\"badge critical\">確認済み：2 台</span> <span class=\"badge medium\">疑い：1 台</span>",
        "同じ候補パスワードで認証できる、マシン SID が同一（イメージの複製）", "<td>番号 2</td>",
        "グループ 2：2 台 <span class=\"badge medium\">疑い</span>",
        "LAPS により端末ごとに異なることを確認 1 台、確認できず 5 台。"
    };
    char *page = html_of(s, &en);
    char *part = part_of(page, "<h2 id=\"administrators\">", "<h2 id=\"policies\">");
    for (size_t i = 0; i < ARRAY_LEN(in_en); i++) {
        T_HAS(part, in_en[i]);
    }
    T_HAS(page, "<a href=\"#administrators\">");
    free(part);
    free(page);
    page = html_of(s, &ja);
    for (size_t i = 0; i < ARRAY_LEN(in_ja); i++) {
        T_HAS(page, in_ja[i]);
    }
    free(page);
    T_OK(s && fixture_exec(s, "DELETE FROM shared_password"));
    page = html_of(s, &en);
    T_HAS(page, "No sign of a shared password was seen.");
    T_HAS(page, "5 without a sign of sharing, which proves nothing; 5 of which nothing is known.");
    free(page);
    store_closep(&s);
}

static void a_blank_password_is_named_so(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s, "UPDATE password_trial SET candidate = 0 WHERE outcome IN ('accepted', 'expired')"));
    char *page = html_of(s, &en);
    T_HAS(page, "<td>blank password</td>");
    T_OK(!has(page, "<td>no. "));
    free(page);
    store_closep(&s);
}

static void each_host_is_one_row(void)
{
    struct store *s = fixture_open();
    char *page = html_of(s, &en);
    T_HAS(page, "12 hosts (9 answered)");
    char *part = part_of(page, "<table class=\"hosts\">", "</table>");
    T_HAS(
        part,
        "<td>administrator</td><td>all but registry</td><td class=\"cause\">read, but not the registry; "
        "registry settings from Group Policy only<span class=\"key\"><bdi>Remote Registry does not run on this host</bdi></span></td>");
    T_HAS(part, "<td>refused</td><td>nothing</td><td class=\"cause\">login refused");
    T_HAS(part, "port 445 answers with something that is not SMB &lt;&amp;&gt;");
    T_HAS(
        part,
        "<th scope=\"row\"><bdi>dc1.sakura.example</bdi><span class=\"key\"><bdi>192.0.2.11</bdi>, directory</span></th>"
        "<td class=\"port complete\">yes</td><td class=\"port absent\">none</td>");
    T_OK(strstr(part, "not SMB") < strstr(part, "login refused"));
    free(part);
    /* The sources of hosts are in that row, the other sources are listed as they were. */
    T_OK(!has(page, "<code>smb.account</code>") && !has(page, "<code>net.smb</code>"));
    T_HAS(page, "<code>ldap.pso</code>");
    free(page);
    store_closep(&s);
}

static void what_hosts_kept_back_is_told_host_by_host(void)
{
    struct store *s = fixture_open();
    char *page = html_of(s, &en);
    char *part = part_of(page, "<ul class=\"blind\">", "</ul>");
    T_HAS(part, "<li>3 hosts: did not answer <span class=\"of names\">(<bdi>\"&gt;&lt;script&gt;");
    T_HAS(
        part,
        "<bdi>192.0.2.50</bdi>: SMB answers with malformed data <span class=\"of\">2 checks</span>");
    T_HAS(part, "<bdi>192.0.2.60</bdi>: login refused <span class=\"of\">1 check</span>");
    T_HAS(part, "the fine-grained password policies");
    T_OK(!has(page, "Not read from 192.0.2.50"));
    T_HAS(page, "<bdi>No value for \"RunAsPPL\".</bdi>");
    free(part);
    free(page);
    store_closep(&s);
}

static void without_hosts_the_report_says_how_to_add_them(void)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_exec(
                  s, "DELETE FROM host_target; DELETE FROM host_state; DELETE FROM shared_password;"
                     "DELETE FROM coverage WHERE source GLOB 'net.*' OR source GLOB 'smb.*'"));
    char *page = html_of(s, &en);
    T_OK(!has(page, "#administrators") && !has(page, "id=\"administrators\""));
    T_OK(!has(page, "answered)"));
    T_HAS(page, "No hosts were in scope");
    T_HAS(page, "name them under hosts: in site.yaml");
    free(page);
    page = html_of(s, &ja);
    T_HAS(page, "ホストは調査対象に含まれていません");
    free(page);
    store_closep(&s);
}

static void ten_thousand_hosts_stay_readable(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            " INSERT INTO host_target(host, origin) SELECT 'pc' || i || '.example', 'directory' FROM n;"
            "INSERT INTO host_state(host, subject) SELECT host, host FROM host_target WHERE host GLOB 'pc*';"
            "INSERT INTO coverage(source, target, state, reason, detail) SELECT k.column1, host, 'unreachable', 'timeout', 'no answer from any port'"
            " FROM host_target, (VALUES ('net.port'), ('net.smb'), ('smb.machine'), ('smb.account')) k WHERE host GLOB 'pc*';"
            "INSERT INTO shared_password SELECT host, 3, 'machine_sid', 0, 10000 FROM host_target WHERE host GLOB 'pc*';"
            "INSERT INTO result(check_no, verdict, subject, name, reason_en) SELECT 11, 'unknown', host, host, 'Not read from ' || host || '.' FROM host_target"
            " WHERE host GLOB 'pc*'; COMMIT"));
    char *page = html_of(s, &en);
    T_OK(strlen(page) < 400000);
    T_HAS(page, "10,012 hosts (9 answered)");
    T_HAS(page, "10,003 hosts: did not answer");
    T_HAS(page, "9,983 more hosts: see findings.csv");
    T_HAS(page, "9,800 more hosts: see results.json");
    T_HAS(page, "9,812 more hosts; the counts above include them");
    /* The few that are not like the others are not hidden by them. */
    char *part = part_of(page, "<table class=\"hosts\">", "</table>");
    T_HAS(part, "login refused");
    T_HAS(part, "all but registry");
    free(part);
    free(page);
    store_closep(&s);
}

/* Every word that the queries can bring is in the catalogue. */
static void every_kind_of_host_has_words(void)
{
    static const char *const ids[] = {
        "host.why.malformed",
        "host.why.slow",
        "host.why.hangs_up",
        "host.why.failed",
        "host.why.login",
        "host.why.dialect",
        "host.why.closed",
        "host.why.silent",
        "host.why.no_address",
        "host.why.not_asked",
        "host.why.rights",
        "host.why.partly",
        "host.why.registry",
        "host.why.ports",
        "host.why.no_login",
        "host.why.excluded",
        "host.why.read",
        "basis.candidate",
        "basis.password_set_time",
        "basis.machine_sid",
        "origin.directory",
        "origin.site",
        "origin.range",
        "origin.file",
    };
    size_t n = 0;
    char *catalogue = (char *)t_read_file(SOURCE_DIR "/report/html/messages.xml", &n);
    for (size_t i = 0; catalogue && i < ARRAY_LEN(ids); i++) {
        char id[64];
        (void)snprintf(id, sizeof(id), "<m id=\"%s\">", ids[i]);
        T_HAS(catalogue, id);
    }
    T_OK(catalogue != NULL);
    free(catalogue);
}

static void cleans_up(void)
{
    T_OK(fixture_remove());
}

#define TESTS(X)                                     \
    X(hostile_names_stay_text)                       \
    X(a_name_of_a_mebibyte_is_cut)                   \
    X(long_lists_are_counted)                        \
    X(the_worst_are_listed_first)                    \
    X(the_appendix_names_the_evidence)               \
    X(the_state_follows_the_worst)                   \
    X(commands_stand_apart)                          \
    X(the_page_brings_everything_along)              \
    X(unknown_is_shown_with_its_reason)              \
    X(shared_passwords_are_told_group_by_group)      \
    X(a_blank_password_is_named_so)                  \
    X(each_host_is_one_row)                          \
    X(what_hosts_kept_back_is_told_host_by_host)     \
    X(without_hosts_the_report_says_how_to_add_them) \
    X(ten_thousand_hosts_stay_readable)              \
    X(every_kind_of_host_has_words)                  \
    X(cleans_up)
T_MAIN("report", TESTS)
