/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles, waiver files, and what the commands print about checks. */
#include <sys/stat.h>

#include <stdlib.h>

#include "rules/commands.h"
#include "support.h"

#define LINES                                                                                           \
    "for: thing\npass: uac <= :max\nparameters: { max: { default: 1, min: 0, max: 10 } }\n"             \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 20 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"

static struct loaded three_checks(const char *profile)
{
    char text[20000], path[200];
    const char *low = a_check("b.low", LINES);
    char *severity = strstr(low, "severity: high");
    memcpy(severity, "severity: info", 14);
    (void)snprintf(text, sizeof(text), "%s%s%s", a_check("a.one", LINES), a_check("a.two", LINES),
                   low);
    struct loaded l = load_begin(text);
    (void)snprintf(path, sizeof(path), "%s/profiles", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    load_file(&l, "profiles/mine.yaml", profile);
    load_now(&l, "mine", NULL);
    return l;
}

static const char *listed(const struct loaded *l, enum rules_format format)
{
    static char text[16384];
    FILE *f = fmemopen(text, sizeof(text), "w");
    rules_list(l->rules, format, "ja", f);
    T_EQ_I(fclose(f), 0);
    return text;
}

#define TITLE "title: { en: Mine, ja: 私用 }\n"

static void selects_by_id_tag_and_severity(void)
{
    struct loaded l = three_checks(TITLE "include: [\"a.*\"]\nexclude: [a.two]\n");
    print_mistakes(&l);
    T_EQ_I(rules_count(l.rules), 1);
    T_HAS(listed(&l, RULES_TABLE), "a.one  high      password        題名\n       max = 1\n1 checks\n");
    load_done(&l);
    l = three_checks(TITLE "tags: [pre-incident]\nseverity: high\n");
    T_EQ_I(rules_count(l.rules), 2);
    T_HAS(
        listed(&l, RULES_JSON),
        "{\"id\": \"a.two\", \"severity\": \"high\", \"view\": \"thing\", \"title_en\": \"Title\"");
    load_done(&l);
    l = three_checks(TITLE "include: [b.low]\ntags: [kerberos]\n");
    T_EQ_I(rules_count(l.rules), 1);
    load_done(&l);
    l = three_checks(TITLE);
    T_EQ_I(rules_count(l.rules), 3);
    load_done(&l);
}

static void sets_parameters_within_bounds(void)
{
    struct loaded l = three_checks(TITLE "parameters: { a.one: { max: 7 } }\n");
    T_EQ_I(l.rc, RC_OK);
    T_HAS(l.rules->checks->statement, "(uac <= 7)");
    T_HAS(l.rules->checks->next->statement, "(uac <= 1)");
    load_done(&l);
    l = three_checks(
        TITLE
        "parameters: { a.one: { max: 11 }, a.two: { mx: 1 }, c.none: { max: 1 }, b.low: { max: x } }\n");
    T_EQ_I(mistakes_with(
               &l, "profiles/mine.yaml:2:29: a.one: parameter 'max' is 11, which is above its max"),
           1);
    T_EQ_I(mistakes_with(&l, "a.two: the check has no parameter 'mx' (did you mean 'max'?)"), 1);
    T_EQ_I(mistakes_with(&l, "there is no check 'c.none'"), 1);
    T_EQ_I(mistakes_with(&l, "b.low: parameter 'max' must be a whole number"), 1);
    load_done(&l);
}

static void reports_mistakes_of_a_profile(void)
{
    struct loaded l = three_checks(
        "title: { en: Mine, ja: Mine }\ninclude: [a.on, \"c.*\"]\ntags: [kerberso]\nseverity: hgh\nextra: 1\n");
    T_EQ_I(mistakes_with(&l, "no check matches 'a.on' (did you mean 'a.one'?)"), 1);
    T_EQ_I(mistakes_with(&l, "no check matches 'c.*'"), 1);
    T_EQ_I(mistakes_with(&l, "unknown tag 'kerberso' (did you mean 'kerberos'?)"), 1);
    T_EQ_I(mistakes_with(&l, "unknown severity 'hgh' (did you mean 'high'?)"), 1);
    T_EQ_I(mistakes_with(&l, "unknown key 'extra'"), 1);
    T_EQ_I(mistakes_with(&l, "no Japanese character"), 1);
    load_done(&l);
    l = three_checks(TITLE);
    rules_free(l.rules);
    load_now(&l, "yours", NULL);
    T_EQ_I(mistakes_with(&l, "there is no profile 'yours'"), 1);
    rules_free(l.rules);
    load_now(&l, "../profiles/mine", NULL);
    T_EQ_I(mistakes_with(&l, "there is no profile"), 1);
    load_done(&l);
}

static void reports_mistakes_of_waivers(void)
{
    struct loaded l = load_begin(a_check("a.one", LINES));
    load_file(&l, "w.list",
              "- { check: a.on, subject: x, reason: r, approver: a, expires: 2026-13-01 }\n"
              "- { check: a.one, subject: x, reason: r, expires: 2026-12-01, aprover: me }\n"
              "- { check: a.one, subject: x, reason: r, approver: b, expires: 2026-12-01 }\n"
              "- text\n");
    load_now(&l, NULL, "w.list");
    T_EQ_I(mistakes_with(&l, "w.list:1:12: a.on: there is no such check (did you mean 'a.one'?)"),
           1);
    T_EQ_I(mistakes_with(&l, "'expires' must be a day"), 1);
    T_EQ_I(mistakes_with(&l, "the key 'approver' is missing"), 1);
    T_EQ_I(mistakes_with(&l, "unknown key 'aprover' (did you mean 'approver'?)"), 1);
    T_EQ_I(mistakes_with(&l, "those of the waiver in line 2"), 1);
    T_EQ_I(mistakes_with(&l, "a waiver is a map"), 1);
    load_done(&l);
    l = load_begin(a_check("a.one", LINES));
    load_now(&l, NULL, "none.list");
    T_EQ_I(mistakes_with(&l, "none.list: cannot open the file"), 1);
    load_done(&l);
}

static void shows_a_check_and_the_columns(void)
{
    static char text[65536];
    struct err err;
    struct loaded l = load_text(a_check("a.one", LINES));
    FILE *f = fmemopen(text, sizeof(text), "w");
    T_EQ_I(rules_show(l.rules, "a.one", "ja", f, &err), RC_OK);
    T_EQ_I(fclose(f), 0);
    T_HAS(text, "題名");
    T_HAS(text, "references cis 1.1\n");
    T_HAS(text, "pass       uac <= :max\n");
    T_HAS(text, "parameters max = 1, at least 0, at most 10");
    T_EQ_I(rules_show(l.rules, "a.onee", "ja", stdout, &err), RC_USAGE);
    T_HAS(err.msg, "did you mean 'a.one'?");
    f = fmemopen(text, sizeof(text), "w");
    T_EQ_I(rules_columns(l.rules, "thing", "ja", f, &err), RC_OK);
    T_EQ_I(fclose(f), 0);
    T_HAS(text, "view thing   from ldap.user\n");
    T_HAS(text, "フラグ");
    T_HAS(text, "借用   from ldap.pso\n");
    T_EQ_I(rules_columns(l.rules, "thingg", "ja", stdout, &err), RC_USAGE);
    T_HAS(err.msg, "did you mean 'thing'?");
    f = fmemopen(text, sizeof(text), "w");
    rules_statements(l.rules, f);
    T_EQ_I(fclose(f), 0);
    T_EQ_S(text, "SELECT subject, (name), (''), 0, (uac <= 1), \"uac\" IS NULL FROM \"thing\";\n");
    load_done(&l);
}

static void the_schema_in_the_tree_is_current(void)
{
    size_t size = 0;
    char *made = NULL;
    struct loaded l = load_text(a_check("a.one", LINES));
    FILE *f = open_memstream(&made, &size);
    rules_schema(l.rules, f);
    T_EQ_I(fclose(f), 0);
    char *kept = (char *)t_read_file(SOURCE_DIR "/checks/schema/check.schema.json", &size);
    T_OK(kept && strcmp(kept, made) ==
                     0); /* else: kagimori checks schema >checks/schema/check.schema.json */
    free(kept);
    free(made);
    load_done(&l);
}

/* A source of a view that sources.yaml does not name could neither be collected nor explained. */
static void every_source_of_a_view_has_words(void)
{
    struct loaded l = load_text(a_check("a.one", LINES));
    struct store *s = NULL;
    T_EQ_I(rules_memory_store(l.rules, &s, &l.err), RC_OK);
    sqlite3_stmt *q = NULL;
    size_t count = 0;
    T_EQ_I(sqlite3_prepare_v2(store_handle(s), "SELECT DISTINCT source FROM view_source", -1, &q,
                              NULL),
           SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(q, 0);
        T_EQ_S(vocabulary_source(&l.rules->words, name) ? name : "no words in checks/sources.yaml",
               name);
        count++;
    }
    (void)sqlite3_finalize(q);
    T_OK(count >= 3);
    store_close(s);
    load_done(&l);
}

#define TESTS(X)                         \
    X(selects_by_id_tag_and_severity)    \
    X(sets_parameters_within_bounds)     \
    X(reports_mistakes_of_a_profile)     \
    X(reports_mistakes_of_waivers)       \
    X(shows_a_check_and_the_columns)     \
    X(the_schema_in_the_tree_is_current) \
    X(every_source_of_a_view_has_words)
T_MAIN("rules_selection", TESTS)
