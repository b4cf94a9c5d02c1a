/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two group files: which site was which, and what moved in it; names decide only where a domain does not. And what the documents of one say. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/evidence/group.h"
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/query.h"
#include "report/report.h"
#include "tests/support/t.h"

#define SITES 3

static char folder[64], old_file[96], new_file[96];
static struct err err;

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        T_EQ_S(why, "");
    }
    sqlite3_free(why);
}

static void make_site(const char *path, const char *sid, const char *name, const char *now)
{
    struct store *s = NULL;
    char sql[1024];
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    T_EQ_I(store_info_set(s, "now", now, &err), RC_OK);
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO audit_info VALUES('organisation_en', '%s');"
        "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters)"
        " VALUES(1, 'ad.x', 'v', 'high', 'password', 't', 't', '', '', '', '', '[]', '{}', '[]', '', '{}');",
        name);
    run(store_handle(s), sql);
    if (sid) {
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO domain_head(guid, sid, dn, dns_name) VALUES('31b2f340-016d-11d2-945f-00c04fb984f9', '%s', 'DC=example', 'example')",
            sid);
        run(store_handle(s), sql);
    }
    store_close(s);
}

/* A group file of three sites, made once as merge makes it; its bytes. */
static const char *base(size_t *ret_size)
{
    static struct group_site sites[SITES];
    static char paths[SITES][96], path[96], *bytes;
    static long size;
    struct merge_input in[SITES];
    memset(in, 0, sizeof(in));
    if (!bytes) {
        for (size_t i = 0; i < SITES; i++) {
            (void)snprintf(paths[i], sizeof(paths[i]), "%s/%zu.db", folder, i);
            make_site(paths[i], "S-1-5-21-1", "A", "1000");
            T_EQ_I(merge_input_open(paths[i], &in[i], &err), RC_OK);
        }
        (void)snprintf(path, sizeof(path), "%s/base.db", folder);
        T_EQ_I(group_sites(in, SITES, true, sites, &err), RC_OK);
        T_EQ_I(group_make(sites, SITES, NULL, path, &err), RC_OK);
        for (size_t i = 0; i < SITES; i++) {
            merge_input_done(&in[i]);
            (void)unlink(paths[i]);
        }
        FILE *f = fopen(path, "rb");
        T_OK(f && fseek(f, 0, SEEK_END) == 0);
        size = ftell(f);
        bytes = malloc((size_t)size);
        rewind(f);
        T_OK(bytes && fread(bytes, 1, (size_t)size, f) == (size_t)size);
        (void)fclose(f);
        (void)unlink(path);
    }
    *ret_size = (size_t)size;
    return bytes;
}

/* A group file whose sites have these SIDs (or NULL) and names; then sql is run on it. */
static void make_group(const char *path, const char *const sids[SITES],
                       const char *const names[SITES], const char *now, const char *sql)
{
    sqlite3 *db = NULL;
    size_t size = 0;
    const char *bytes = base(&size);
    FILE *f = fopen(path, "wb");
    T_OK(f && fwrite(bytes, 1, size, f) == size);
    (void)fclose(f);
    T_EQ_I(sqlite3_open(path, &db), SQLITE_OK);
    run(db, "PRAGMA synchronous = OFF");
    for (int i = 0; i < SITES; i++) {
        char *set = sqlite3_mprintf(
            "UPDATE site SET domain_sid = %Q, name_en = %Q, name_ja = NULL, now = %s WHERE site = %d",
            sids[i], names[i], now, i + 1);
        run(db, set);
        sqlite3_free(set);
    }
    run(db, sql);
    (void)sqlite3_close(db);
}

static void begin(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/kagimori-group-XXXXXX");
    if (!mkdtemp(folder)) {
        abort();
    }
    (void)snprintf(old_file, sizeof(old_file), "%s/old.db", folder);
    (void)snprintf(new_file, sizeof(new_file), "%s/new.db", folder);
    memset(&err, 0, sizeof(err));
}

static void end(sqlite3 *db)
{
    (void)sqlite3_close(db);
    (void)unlink(old_file);
    (void)unlink(new_file);
    T_EQ_I(rmdir(folder), 0);
}

static sqlite3 *compare(enum rc want)
{
    sqlite3 *db = NULL;
    bool is_swapped = true;
    T_EQ_I(group_open_reader(new_file, &db, &err), RC_OK);
    T_EQ_I(progress_begin(db, &err), RC_OK);
    T_EQ_I(progress_compare(db, old_file, &is_swapped, &err), want);
    return db;
}

static const char *told(sqlite3 *db, const char *sql)
{
    static char text[256];
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    T_EQ_I(query_open(db, sql, &q, &err), RC_OK);
    T_EQ_I(query_next(q, &row, &err), RC_OK);
    (void)snprintf(text, sizeof(text), "%s", row ? query_text(q, 0) : "(none)");
    return text;
}

#define PAIRS \
    "SELECT group_concat(site || '=' || other, ' ') FROM (SELECT * FROM group_pair ORDER BY site)"
#define MOVED \
    "SELECT group_concat(kind || ':' || finding, ' ') FROM (SELECT kind, finding FROM group_change WHERE site = 1 ORDER BY finding)"

static const char *const none[SITES] = { NULL, NULL, NULL };

static void sites_are_known_by_their_domain(void)
{
    static const char *const before[SITES] = { "S-1-5-21-1", "S-1-5-21-2", "S-1-5-21-3" };
    static const char *const after[SITES] = { "S-1-5-21-3", "S-1-5-21-1", "S-1-5-21-9" };
    begin();
    /* The names were changed about, and the third is a new one with an old name. */
    make_group(old_file, before, (const char *const[SITES]){ "A", "B", "C" }, "1000", "");
    make_group(new_file, after, (const char *const[SITES]){ "A", "C", "B" }, "2000", "");
    sqlite3 *db = compare(RC_OK);
    T_EQ_S(told(db, PAIRS), "1=3 2=1");
    T_EQ_S(told(db, "SELECT count(*) FROM group_before WHERE site IS NULL"), "1");
    end(db);
}

static void names_tell_sites_of_one_domain_apart(void)
{
    static const char *const one[SITES] = { "S-1-5-21-1", "S-1-5-21-1", "S-1-5-21-2" };
    begin();
    make_group(old_file, one, (const char *const[SITES]){ "A", "B", "C" }, "1000", "");
    make_group(new_file, one, (const char *const[SITES]){ "B", "new", "D" }, "2000", "");
    sqlite3 *db = compare(RC_OK);
    T_EQ_S(told(db, PAIRS), "1=2 3=3"); /* "new" may be A or another: nobody knows */
    end(db);
    begin();
    make_group(old_file, none, (const char *const[SITES]){ "A", "B", "C" }, "1000", "");
    make_group(new_file, one, (const char *const[SITES]){ "A", "B", "C" }, "2000", "");
    db = compare(RC_USAGE); /* no domain then, one now: a name alone decides nothing */
    T_HAS(err.msg, "no site of it is one of this group");
    end(db);
}

#define ROW(N, VERDICT, SUBJECT, FINDING)                                                       \
    "INSERT INTO site_result(site, check_no, verdict, subject, item, name, finding) VALUES(" #N \
    ", 1, '" VERDICT "', '" SUBJECT "', '', 'n', '" FINDING "');"

static void what_moved(const char *more, const char *want)
{
    static const char *const sids[SITES] = { "S-1-5-21-1", "S-1-5-21-2", "S-1-5-21-3" };
    static const char *const names[SITES] = { "A", "B", "C" };
    char sql[2048];
    begin();
    make_group(
        old_file, sids, names, "1000",
        ROW(1, "fail", "a", "F-a") ROW(1, "fail", "b", "F-b") ROW(1, "fail", "c", "F-c")
            ROW(1, "fail", "d", "F-d") ROW(1, "waived", "e", "F-e") ROW(
                1, "unknown", "g",
                "F-g") "INSERT INTO passed VALUES(1, 'F-f'); INSERT INTO source VALUES(1, 'ldap.user', 'complete', 2), (1, 'smb.account', 'complete', 2)");
    /* Another site has the same findings: nothing of it is this one's. */
    (void)snprintf(
        sql, sizeof(sql), "%s%s",
        ROW(1, "fail", "a", "F-a") ROW(1, "unknown", "b", "F-b") ROW(1, "fail", "e", "F-e")
            ROW(1, "fail", "f", "F-f") ROW(1, "fail", "g", "F-g")
                ROW(2, "fail", "c", "F-c") "INSERT INTO passed VALUES(1, 'F-c'), (2, 'F-d');",
        more);
    make_group(new_file, sids, names, "2000", sql);
    sqlite3 *db = compare(RC_OK);
    T_EQ_S(told(db, MOVED), want);
    T_EQ_S(told(db, "SELECT count(*) FROM group_told WHERE site = 2 AND kind <> 'new'"), "0");
    end(db);
}

static void out_of_sight_is_never_fixed(void)
{
    /* d is neither open nor passed: nobody can tell. */
    what_moved("INSERT INTO source VALUES(1, 'ldap.user', 'complete', 2)",
               "same:F-a hidden:F-b fixed:F-c hidden:F-d unwaived:F-e new:F-f new:F-g");
    /* Another rule. */
    what_moved("UPDATE site_check_info SET parameters = '{\"days\": 9}'",
               "same:F-a hidden:F-b rejudged:F-c hidden:F-d unwaived:F-e judged:F-f new:F-g");
    /* The view stands on a source of the domain that was read less completely now; or on one of hosts, of which one is away. */
    what_moved("INSERT INTO site_view_source VALUES(1, 'v', '', 'ldap.user');",
               "same:F-a hidden:F-b hidden:F-c hidden:F-d unwaived:F-e new:F-f new:F-g");
    what_moved("INSERT INTO site_view_source VALUES(1, 'v', '', 'smb.account');",
               "same:F-a hidden:F-b fixed:F-c hidden:F-d unwaived:F-e new:F-f new:F-g");
    /* What happened cannot be undone. */
    what_moved("INSERT INTO site_view_source VALUES(1, 'v', '', 'event.logon');",
               "same:F-a hidden:F-b hidden:F-c hidden:F-d unwaived:F-e new:F-f new:F-g");
    /* The check was not evaluated. */
    what_moved("DELETE FROM site_result WHERE site = 1; DELETE FROM site_check_info WHERE site = 1",
               "hidden:F-a hidden:F-b hidden:F-c hidden:F-d hidden:F-e");
}

static void refuses_what_is_no_group(void)
{
    static const char *const sids[SITES] = { "S-1-5-21-1", "S-1-5-21-2", "S-1-5-21-3" };
    static const char *const names[SITES] = { "A", "B", "C" };
    size_t skipped = 9;
    begin();
    make_group(new_file, sids, names, "2000", "");
    make_site(old_file, "S-1-5-21-1", "A", "1000");
    sqlite3 *db = compare(RC_USAGE);
    T_EQ_I(progress_trend(db, "/nowhere", NULL, &skipped, &err), RC_USAGE);
    /* Its own file is the only group file there: one audit each. */
    T_EQ_I(progress_trend(db, folder, NULL, &skipped, &err), RC_OK);
    T_OK(skipped == 0);
    T_EQ_S(told(db, "SELECT count(*) FROM group_run"), "3");
    end(db);
    begin();
    make_group(new_file, sids, names, "2000", "");
    make_group(old_file, sids, names, "1000", "DROP TABLE passed");
    db = compare(RC_UNSUPPORTED);
    T_HAS(err.msg, "merge again");
    T_EQ_I(progress_trend(db, folder, NULL, &skipped, &err), RC_OK);
    T_OK(skipped == 1);
    end(db);
}

static const char *const three[SITES] = { "S-1-5-21-1", "S-1-5-21-2", "S-1-5-21-3" };
static const char *const abc[SITES] = { "A", "B", "C" };

/* A document of the new file; free it. */
static char *document(sqlite3 *db, report_writer write, const char *lang)
{
    const struct report_options options = { .lang = lang };
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    T_OK(to != NULL);
    if (to) {
        T_EQ_I(report_to(db, write, &options, to, &err), RC_OK);
        (void)fclose(to);
    }
    return text;
}

/* What the document of the file must hold (or not, where it begins with !). */
static void expect_words(sqlite3 *db, report_writer write, const char *lang,
                         const char *const *words, size_t count)
{
    char *text = document(db, write, lang);
    for (size_t i = 0; text && i < count; i++) {
        if (words[i][0] == '!') {
            T_OK(!strstr(text, words[i] + 1));
        } else {
            T_HAS(text, words[i]);
        }
    }
    free(text);
}

#define EXPECT(WRITE, LANG, ...)                                              \
    do {                                                                      \
        static const char *const words[] = { __VA_ARGS__ };                   \
        expect_words(db, WRITE, LANG, words, sizeof(words) / sizeof(*words)); \
    } while (0)

#define GRADE(N, LETTER, SCORE)                                                                \
    "INSERT INTO site_grade(site, theme, position, title_en, title_ja, grade, score, seen_percent, lost, checks, failed, \
    unclear, findings, sentence_en, sentence_ja) VALUES(" #N ", '', 0, 'all', 'all', '" LETTER \
    "', " #SCORE ", 50, 9, 9, 2, 1, 44, 'Said.', 'Said.');"
#define COUNT(N, VERDICT, SUBJECTS)                                                               \
    "INSERT INTO site_check_count(site, check_no, verdict, subjects) VALUES(" #N ", 1, '" VERDICT \
    "', " #SUBJECTS ");"
#define RISK(N, ID, LEVEL)                                                                                       \
    "INSERT INTO site_risk(site, risk, position, level, title_en, title_ja, text_en, text_ja, theme) VALUES(" #N \
    ", '" ID "', 1, '" LEVEL "', 't', 't', 't', 't', 'x');"
#define GRADES GRADE(1, "E", 10) GRADE(2, "D", 40) GRADE(3, "C", 60)

static sqlite3 *group_with(const char *sql)
{
    sqlite3 *db = NULL;
    begin();
    make_group(new_file, three, abc, "2000", sql);
    T_EQ_I(group_open_reader(new_file, &db, &err), RC_OK);
    T_EQ_I(progress_begin(db, &err), RC_OK);
    return db;
}

/* As findings.csv and the reports of the sites count; what was not seen is told in checks, and says so. */
static void severities_are_numbers_of_findings(void)
{
    sqlite3 *db = group_with(GRADES COUNT(1, "fail", 1234) COUNT(1, "unknown", 7));
    EXPECT(group_summary, "en", "   1234 ", "Unknown checks", " 1 of 1\n");
    EXPECT(group_summary, "ja", "   1234 ", "未確認チェック");
    EXPECT(group_markdown, "en", "| A | E | 10 | 0 | 1234 | 1 of 1 |", "| Unknown checks |");
    EXPECT(group_html, "en", "<td class=\"n\">1,234</td>", "0 critical, 1,234 high");
    end(db);
}

static void who_may_be_attacked_now_comes_first(void)
{
    static const char en[] = "An intruder may be inside already: A, C. Have it looked into today.";
    static const char ja[] =
        "すでに侵入されているおそれのある施設：A、C。本日中に調査を始めてください。";
    sqlite3 *db = group_with(GRADES RISK(3, "intruder-inside", "critical") RISK(
        1, "intruder-inside", "critical") RISK(2, "intruder-inside", "high"));
    char *text = document(db, group_summary, "en"), *at = text ? strstr(text, en) : NULL;
    T_OK(at && strstr(at, "The worst site is A"));
    free(text);
    text = document(db, group_markdown, "ja");
    T_HAS(text, ja);
    T_HAS(text, "\n**すでに");
    free(text);
    text = document(db, group_html, "ja");
    at = text ? strstr(text, ja) : NULL;
    T_OK(at && strstr(at, "最も評価が低い施設は"));
    free(text);
    end(db);
    db = group_with(GRADES RISK(2, "intruder-inside", "high") RISK(1, "other", "critical"));
    EXPECT(group_summary, "en", "!intruder", "The worst site is A");
    EXPECT(group_html, "en", "!intruder", "The worst site is A");
    end(db);
    /* Also where no grade was made. */
    db = group_with(RISK(2, "intruder-inside", "critical"));
    EXPECT(group_summary, "en", "An intruder may be inside already: B.", "!The worst site");
    EXPECT(group_html, "en", "An intruder may be inside already: B.", "!The worst site");
    end(db);
}

#define PROFILE(N, NAME) \
    "INSERT INTO site_audit_info(site, name, value) VALUES(" #N ", 'profile', '" NAME "');"

static void different_profiles_are_told(void)
{
    static const char en[] =
        "different profiles, so their grades do not compare (A: all checks; B: quick; C: all checks).";
    static const char ja[] =
        "施設ごとに異なるプロファイルで評価しているため、評価を比較できません（A：全チェック、B：quick、C：全チェック）。";
    sqlite3 *db = group_with(GRADES PROFILE(1, "") PROFILE(2, "quick"));
    char *text = document(db, group_summary, "en");
    T_HAS(
        text,
        "\nThese sites were judged by different profiles, so their grades do not compare\n(A: all");
    free(text);
    EXPECT(group_markdown, "en", en);
    EXPECT(group_markdown, "ja", ja);
    EXPECT(group_html, "en", en);
    EXPECT(group_html, "ja", ja);
    end(db);
    db = group_with(GRADES PROFILE(1, "quick") PROFILE(2, "quick") PROFILE(3, "quick"));
    EXPECT(group_summary, "en", "!different profiles");
    EXPECT(group_markdown, "en", "!different profiles");
    EXPECT(group_html, "en", "!different profiles");
    end(db);
}

static enum rc moved(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *why)
{
    return group_moved(db, options, false, o, why);
}

static void ended_waivers_are_not_called_new(void)
{
    begin();
    make_group(old_file, three, abc, "1000", ROW(1, "waived", "e", "F-e"));
    make_group(new_file, three, abc, "2000", GRADES ROW(1, "fail", "e", "F-e"));
    sqlite3 *db = compare(RC_OK);
    EXPECT(moved, "en", " New/unwaived ", ": No longer waived\n");
    EXPECT(moved, "ja", " 新規・例外終了 ");
    EXPECT(group_summary, "en", " New/unwaived ");
    EXPECT(group_markdown, "en", "| New or no longer waived |");
    EXPECT(group_html, "en", "New or no longer waived</th>",
           "New, or no longer waived, since the earlier audit");
    EXPECT(group_html, "ja", "新規・例外終了</th>", "!前回以降の新しい");
    end(db);
}

/* Nobody answered, the answer has expired, or it has no evidence: no valid answer. */
static void questions_without_a_valid_answer(void)
{
    sqlite3 *db = group_with(GRADES);
    EXPECT(group_html, "en", "Questions without a valid answer");
    EXPECT(group_html, "ja", "有効な回答のない質問", "!未回答");
    end(db);
}

#define TESTS(X)                            \
    X(sites_are_known_by_their_domain)      \
    X(names_tell_sites_of_one_domain_apart) \
    X(severities_are_numbers_of_findings)   \
    X(who_may_be_attacked_now_comes_first)  \
    X(different_profiles_are_told)          \
    X(ended_waivers_are_not_called_new)     \
    X(questions_without_a_valid_answer)     \
    X(out_of_sight_is_never_fixed) X(refuses_what_is_no_group)
T_MAIN("report/group", TESTS)
