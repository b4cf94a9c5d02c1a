/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Themes, facts, measures and risks: mistakes with their places, texts, and the tables of an evaluation. */
#include <sys/stat.h>

#include <stdlib.h>

#include "rules/commands.h"
#include "rules/grade/tallies.h"
#include "support.h"

#define LINES                                                                                          \
    "for: thing\npass: uac = 1\n"                                                                      \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"

#define FACTS                                                \
    "- names: [things]\n  sql: SELECT count(*) FROM thing\n" \
    "- names: [wrong]\n  findings: [a.one]\n"                \
    "- names: [least, most]\n  sql: SELECT min(uac), max(uac) FROM thing\n"
#define ALL                                                  \
    "all:\n  title: { en: All, ja: 全体 }\n  sentences:\n" \
    "    - { id: s, text: { en: \"{failed} of {checks}\", ja: \"{checks} 件中 {failed} 件\" } }\n"
#define THEME(ID, CHECKS)                                                                                                             \
    "  - id: " ID "\n    title: { en: Title, ja: 題名 }\n    checks: [" CHECKS                                                        \
    "]\n    sentences:\n"                                                                                                             \
    "    - { id: bad, when: wrong > 0, text: { en: \"{wrong} {wrong:thing is|things are} wrong\", ja: \"{wrong} 件が不備\" } }\n" \
    "    - { id: good, text: { en: \"good\", ja: \"良好\" } }\n"
#define MEASURE(ID, CHECKS)                                                                  \
    "- id: " ID                                                                              \
    "\n  title: { en: Title, ja: 題名 }\n  how: { en: How, ja: 方法 }\n  effort: days\n" \
    "  checks: [" CHECKS "]\n"
#define RISK                                                                               \
    "- id: r\n  when: wrong > 0\n  level: high\n  theme: x\n  title: { en: T, ja: 題 }\n" \
    "  text: { en: \"{wrong}\", ja: \"{wrong} 件\" }\n"

struct files {
    const char *facts, *themes, *measures, *risks;
};

static const struct files right = { FACTS, ALL "themes:\n" THEME("x", "a.one") THEME("y", "a.*"),
                                    MEASURE("m", "a.one") MEASURE("n", "\"tag:password\""), RISK };

static struct loaded with(const struct files *f)
{
    char text[20000], path[200];
    (void)snprintf(text, sizeof(text), "%s%s", a_check("a.one", LINES), a_check("a.two", LINES));
    struct loaded l = load_begin(text);
    (void)snprintf(path, sizeof(path), "%s/management", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    load_file(&l, "management/facts.yaml", f->facts);
    load_file(&l, "management/themes.yaml", f->themes);
    load_file(&l, "management/measures.yaml", f->measures);
    load_file(&l, "management/risks.yaml", f->risks);
    load_now(&l, NULL, NULL);
    return l;
}

static void expect_mistake(struct files f, const char *text)
{
    f.facts = f.facts ? f.facts : right.facts;
    f.themes = f.themes ? f.themes : right.themes;
    f.measures = f.measures ? f.measures : right.measures;
    f.risks = f.risks ? f.risks : right.risks;
    struct loaded l = with(&f);
    T_EQ_I(l.rc, RC_USAGE);
    if (mistakes_with(&l, text) == 0) {
        print_mistakes(&l);
    }
    T_EQ_I(mistakes_with(&l, text), 1);
    load_done(&l);
}

static void right_files_are_quiet(void)
{
    struct loaded l = with(&right);
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    T_EQ_S(rules_find(l.rules, "a.one")->theme->id, "x");
    T_EQ_S(rules_find(l.rules, "a.two")->theme->id, "y");
    T_EQ_S(rules_find(l.rules, "a.two")->measure->id, "n");
    load_done(&l);
}

static void what_fits_nowhere_is_told(void)
{
    expect_mistake((struct files){ .themes = ALL "themes:\n" THEME("x", "a.one") },
                   "a.two: no theme of management/themes.yaml takes this check");
    expect_mistake((struct files){ .measures = MEASURE("m", "a.one") },
                   "a.two: no measure of management/measures.yaml takes this check");
    expect_mistake((struct files){ .measures = MEASURE("m", "\"a.*\"") MEASURE("n", "a.two") },
                   "measures.yaml:10:12: n: every check that 'a.two' means is taken by an earlier");
    expect_mistake((struct files){ .measures = MEASURE("m", "\"a.*\", a.tow") },
                   "measures.yaml:5:19: m: no check fits 'a.tow' (did you mean 'a.two'?)");
    expect_mistake(
        (struct files){ .themes = ALL "themes:\n" THEME("x", "\"a.*\", \"tag:pasword\"") },
        "unknown tag 'pasword' (did you mean 'password'?)");
    expect_mistake((struct files){ .facts = FACTS "- names: [z]\n  findings: [b.*]\n" },
                   "facts.yaml:8:14: z: no check fits 'b.*'");
}

static void mistakes_have_places(void)
{
    expect_mistake((struct files){ .measures = MEASURE("m", "\"a.*\"") "  efort: days\n" },
                   "measures.yaml:6:3: m: unknown key 'efort' (did you mean 'effort'?)");
    expect_mistake(
        (struct files){ .measures =
                            "- id: m\n  title: { en: Title }\n  how: { en: How, ja: 方法 }\n"
                            "  effort: days\n  checks: [\"a.*\"]\n" },
        "measures.yaml:2:10: m: 'title' has no Japanese translation (key 'ja')");
    expect_mistake(
        (struct files){
            .measures = "- id: m\n  title: { en: Title, ja: 題 }\n  how: { en: How, ja: 方法 }\n"
                        "  effort: long\n  checks: [\"a.*\"]\n" },
        "unknown effort 'long'");
    expect_mistake((struct files){ .measures = MEASURE("m", "a.one") MEASURE("m", "a.two") },
                   "two measures have this id");
    expect_mistake(
        (struct files){ .themes = ALL "themes:\n" THEME("x", "a.one") THEME("x", "a.two") },
        "two themes have this id");
    expect_mistake((struct files){ .risks =
                                       "- id: r\n  when: wrong > 0\n  level: high\n  theme: z\n"
                                       "  title: { en: T, ja: 題 }\n  text: { en: t, ja: 題 }\n" },
                   "risks.yaml:4:10: r: there is no theme 'z'");
    expect_mistake((struct files){ .risks = "r: 1\n" }, "risks.yaml:1:1: this file is one list");
}

#define THEME_WITH(SENTENCES) \
    ALL "themes:\n  - id: x\n    title: { en: T, ja: 題 }\n    checks: [\"a.*\"]\n    sentences:\n" SENTENCES

static void sentences_use_what_is_there(void)
{
    expect_mistake(
        (struct files){ .themes = THEME_WITH(
                            "    - { id: s, when: wrong > 0, text: { en: \"{wrnog}\", ja: 題 } }\n"
                            "    - { id: t, text: { en: t, ja: 題 } }\n") },
        "there is no fact 'wrnog' (did you mean 'wrong'?)");
    expect_mistake((struct files){ .themes = THEME_WITH(
                                       "    - { id: s, when: wrnog > 0, text: { en: s, ja: 題 } }\n"
                                       "    - { id: t, text: { en: t, ja: 題 } }\n") },
                   "x: in 'when': no such column: wrnog");
    expect_mistake((struct files){ .themes = THEME_WITH(
                                       "    - { id: s, text: { en: \"{wrong}\", ja: 題 } }\n") },
                   "the last sentence must always hold");
    expect_mistake(
        (struct files){
            .themes = THEME_WITH("    - { id: s, when: wrong > 0, text: { en: s, ja: 題 } }\n") },
        "the last sentence stands without 'when'");
    expect_mistake(
        (struct files){ .themes = THEME_WITH("    - { id: s, text: { en: s, ja: 題 } }\n"
                                             "    - { id: t, text: { en: t, ja: 題 } }\n") },
        "only the last sentence stands without 'when'");
    expect_mistake((struct files){ .themes = THEME_WITH(
                                       "    - { id: s, text: { en: \"{checks\", ja: 題 } }\n") },
                   "half a brace");
    expect_mistake((struct files){ .themes = THEME_WITH("    - { id: s, text: { en: s } }\n") },
                   "'text' has no Japanese translation");
}

static void facts_are_guarded(void)
{
    expect_mistake(
        (struct files){ .facts = FACTS "- names: [z]\n  sql: SELECT count(*) FROM account\n" },
        "facts.yaml:8:8: z: in 'sql': the table 'account' may not be read");
    expect_mistake(
        (struct files){ .facts = FACTS "- names: [z]\n  sql: SELECT count(*) FROM result\n" },
        "the table 'result' may not be read");
    expect_mistake((struct files){ .facts = FACTS "- names: [z]\n  sql: DELETE FROM thing\n" },
                   "z: in 'sql': ");
    expect_mistake((struct files){ .facts = FACTS "- names: [z]\n  sql: SELECT 1, 2\n" },
                   "the statement has 2 columns for 1 names");
    expect_mistake((struct files){ .facts = FACTS "- names: [things]\n  sql: SELECT 1\n" },
                   "this name is taken");
    expect_mistake((struct files){ .facts = FACTS "- names: [checks]\n  sql: SELECT 1\n" },
                   "this name is taken");
    expect_mistake(
        (struct files){ .facts = FACTS "- names: [z]\n  sql: SELECT 1\n  findings: [a.one]\n" },
        "a fact has one of");
    expect_mistake((struct files){ .facts = FACTS "- names: [z, w]\n  findings: [a.one]\n" },
                   "results are counted under one name");
}

static void texts_are_filled(void)
{
    struct arena *a = arena_new(0);
    struct named_value items[4];
    struct values v = { items, 0, ARRAY_LEN(items) };
    values_set(&v, "one", true, 1);
    values_set(&v, "many", true, 1234567);
    values_set(&v, "none", false, 5);
    values_set(&v, "below", true, -1000);
    T_EQ_S(text_fill(a, "{many} {many:thing|things}, {one:thing is|things are}", &v),
           "1,234,567 things, thing is");
    T_EQ_S(text_fill(a, "{below}", &v), "-1,000");
    T_EQ_S(text_fill(a, "plain", &v), "plain");
    T_OK(text_fill(a, "{none}", &v) == NULL);
    T_OK(text_fill(a, "{none:a|b}", &v) == NULL);
    T_OK(text_fill(a, "{what}", &v) == NULL);
    T_OK(text_fill(a, "{one", &v) == NULL);
    T_OK(text_fill(a, "one}", &v) == NULL);
    values_set(&v, "many", true, 999);
    T_EQ_S(text_fill(a, "{many}", &v), "999");
    T_EQ_I(v.count, 4);
    arena_free(a);
}

static void evaluate(struct loaded *l, struct store *s)
{
    struct rules_totals totals;
    enum rc rc = rules_evaluate_on(l->rules, store_handle(s), s, &totals, &l->err);
    T_EQ_I(rc, RC_OK);
    if (rc != RC_OK) {
        (void)fprintf(stderr, "%s\n", l->err.msg);
    }
}

/* Accounts with the flags that are given; NULL is not known. */
static struct store *estate(struct loaded *l, const char *accounts)
{
    struct store *s = NULL;
    T_EQ_I(rules_memory_store(l->rules, &s, &l->err), RC_OK);
    T_EQ_I(store_exec(
               store_handle(s),
               "INSERT INTO audit_info VALUES('now', '134000000000000000');"
               "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete')",
               &l->err),
           RC_OK);
    T_EQ_I(store_exec(store_handle(s), accounts, &l->err), RC_OK);
    return s;
}

#define ACCOUNTS "INSERT INTO account(guid, sid, dn, kind, sam_name, uac, server) VALUES"

static void tables_are_written(void)
{
    struct loaded l = with(&right);
    struct store *s AUTO(store_closep) = estate(
        &l, ACCOUNTS
        "('1', 'S-1', 'CN=1', 'user', 'a', 1, 'dc1'), ('2', 'S-2', 'CN=2', 'user', 'b', 2, 'dc1')");
    evaluate(&l, s);
    sqlite3 *db = store_handle(s);
    T_EQ_S(
        query(
            db,
            "SELECT group_concat(theme || grade || score || coalesce(cap, '') || lost, ' ') FROM (SELECT * FROM grade ORDER BY position)"),
        "E25450 xE25225 yE25225");
    T_EQ_S(query(db, "SELECT sentence_en FROM grade WHERE theme = 'x'"), "1 thing is wrong");
    T_EQ_S(query(db, "SELECT sentence_ja FROM grade WHERE theme = ''"), "2 件中 2 件");
    T_EQ_S(
        query(
            db,
            "SELECT group_concat(position || measure || effort || effect_percent || worst || findings, ' ') FROM (SELECT * FROM measure ORDER BY position)"),
        "1mdays50high1 2ndays50high1");
    T_EQ_S(query(db, "SELECT risk || level || text_ja || theme FROM risk"), "rhigh1 件x");
    T_EQ_S(
        query(
            db,
            "SELECT group_concat(check_id || theme || measure || weight || lost || is_seen, ' ') FROM grade_check"),
        "a.onexm3002251 a.twoyn3002251");
    evaluate(&l, s); /* replaced, not added */
    T_EQ_S(query(db, "SELECT count(*) FROM grade"), "3");
    load_done(&l);
}

static void not_known_is_not_told(void)
{
    struct loaded l = with(&right);
    struct store *s AUTO(store_closep) =
        estate(&l, ACCOUNTS "('1', 'S-1', 'CN=1', 'user', 'a', NULL, 'dc1')");
    evaluate(&l, s);
    sqlite3 *db = store_handle(s);
    T_EQ_S(query(db, "SELECT group_concat(grade || coalesce(score, '?'), ' ') FROM grade"),
           "-? -? -?");
    T_EQ_S(query(db, "SELECT count(*) FROM risk"), "0");
    T_EQ_S(query(db, "SELECT count(*) FROM measure"), "0");
    T_EQ_S(query(db, "SELECT sum(is_seen) || sum(lost) || sum(weight) FROM grade_check"), "00600");
    load_done(&l);
}

#define SHARD \
    "INSERT INTO coverage(source, target, state, reason) VALUES('net.smb', 'h', 'not_collected', 'missing');"

/* What another shard would tell may be worse than all that was seen. */
static void a_missing_shard_withholds_letters(void)
{
    static const struct {
        const char *rows, *whole, *part;
    } estates[] = {
        { "('1', 'S-1', 'CN=1', 'user', 'a', 1, 'dc1'), ('2', 'S-2', 'CN=2', 'user', 'b', NULL, 'dc1')",
          "C C C", "- - -" },
        { "('1', 'S-1', 'CN=1', 'user', 'a', 1, 'dc1'), ('2', 'S-2', 'CN=2', 'user', 'b', 1, 'dc1')",
          "A A A", "A A A" },
        { "('1', 'S-1', 'CN=1', 'user', 'a', 3, 'dc1'), ('2', 'S-2', 'CN=2', 'user', 'b', NULL, 'dc1')",
          "E E E", "E E E" },
    };

    for (size_t i = 0; i < ARRAY_LEN(estates); i++) {
        for (int is_part = 0; is_part < 2; is_part++) {
            struct loaded l = with(&right);
            char sql[1024];
            (void)snprintf(sql, sizeof(sql), "%s" ACCOUNTS "%s", is_part ? SHARD : "",
                           estates[i].rows);
            struct store *s AUTO(store_closep) = estate(&l, sql);
            evaluate(&l, s);
            T_EQ_S(query(store_handle(s), "SELECT group_concat(grade, ' ') FROM grade"),
                   is_part ? estates[i].part : estates[i].whole);
            load_done(&l);
        }
    }
}

static int64_t value_of(struct loaded *l, struct store *s, const char *name)
{
    struct evaluation e AUTO(evaluation_done) = { 0 };
    struct values v;
    int64_t number = -1;
    T_EQ_I(evaluation_begin(&e, l->rules, store_handle(s), NULL, &l->err), RC_OK);
    for (const struct fact *f = l->rules->management->facts; f; f = f->next) {
        T_EQ_I(fact_evaluate_alone(&e, f, &v, &l->err), RC_OK);
        const struct named_value *value = values_find(&v, name, strlen(name));
        number = value && value->is_known ? value->number : number;
    }
    return number;
}

static void facts_know_what_was_seen(void)
{
    struct loaded l = with(&right);
    struct store *s AUTO(store_closep) =
        estate(&l, ACCOUNTS "('1', 'S-1', 'CN=1', 'user', 'a', 7, 'dc1')");
    T_EQ_I(value_of(&l, s, "things"), 1);
    T_EQ_I(value_of(&l, s, "least"), 7);
    T_EQ_I(store_exec(store_handle(s), "DELETE FROM account", &l.err), RC_OK);
    T_EQ_I(value_of(&l, s, "things"), 0);
    T_EQ_I(value_of(&l, s, "least"), -1); /* NULL of no row */
    T_EQ_I(store_exec(store_handle(s), "UPDATE coverage SET state = 'denied'", &l.err), RC_OK);
    T_EQ_I(value_of(&l, s, "things"), -1); /* 0 of a source that was not seen is no number */
    load_done(&l);
}

static void a_failing_fact_is_not_known(void)
{
    struct files f = right;
    f.facts = FACTS
        "- names: [broken]\n  sql: SELECT abs(-9223372036854775807 - 1) FROM thing\n"
        "- names: [endless]\n  sql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n\n";
    struct loaded l = with(&f);
    print_mistakes(&l);
    struct store *s AUTO(store_closep) =
        estate(&l, ACCOUNTS "('1', 'S-1', 'CN=1', 'user', 'a', 2, 'dc1')");
    l.rules->step_limit = 1000000;
    T_EQ_I(value_of(&l, s, "broken"), -1);
    T_EQ_I(value_of(&l, s, "endless"), -1);
    evaluate(&l, s);
    T_EQ_S(query(store_handle(s), "SELECT count(*) FROM grade"), "3");
    load_done(&l);
}

static void own_checks_have_no_rows(void)
{
    struct loaded l = load_text(a_check("a.one", LINES));
    T_EQ_I(l.rc, RC_OK);
    struct store *s AUTO(store_closep) =
        estate(&l, ACCOUNTS "('1', 'S-1', 'CN=1', 'user', 'a', 2, 'dc1')");
    T_EQ_I(store_exec(store_handle(s),
                      "INSERT INTO risk VALUES('old', 1, 'high', 't', 't', 't', 't', 'x')", &l.err),
           RC_OK);
    evaluate(&l, s);
    T_EQ_S(
        query(store_handle(s), "SELECT (SELECT count(*) FROM grade) + (SELECT count(*) FROM risk)"),
        "0");
    load_done(&l);
}

/* remote_without counts accounts of vendors, too: a sentence with it must not call each of them remote. */
static void sentences_name_all_that_they_count(void)
{
    static const char *const files[] = { SOURCE_DIR "/checks/management/themes.yaml",
                                         SOURCE_DIR "/checks/management/risks.yaml" };
    size_t told = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        size_t size = 0;
        char *text = (char *)t_read_file(files[i], &size), *next = text;
        for (char *line = text; line && *line; line = next) {
            next = line + strcspn(line, "\n");
            next += *next ? 1 : 0;
            if (next > line && next[-1] == '\n') {
                next[-1] = '\0';
            }
            if (strstr(line, "text:") && strstr(line, "{remote_without}")) {
                T_HAS(line, "of remote access or vendors ");
                T_HAS(line, "外部接続用・保守業者用アカウント");
                told++;
            }
        }
        free(text);
    }
    T_EQ_I(told, 3);
}

/* A source that was not seen adds an unknown result to each check, which is no subject. */
static void results_are_counted(void)
{
    struct files f = right;
    f.facts =
        FACTS "- names: [all_of]\n  judged: [\"a.*\"]\n- names: [hidden]\n  unknown: [\"a.*\"]\n"
              "- names: [wrongs]\n  findings: [\"a.*\"]\n- names: [who]\n  subjects: [\"a.*\"]\n";
    f.risks = "- id: r\n  when: who > 0\n  level: high\n  theme: x\n  title: { en: T, ja: 題 }\n"
              "  text: { en: \"{all_of} {hidden} {wrongs} {who}\", ja: \"{who} 件\" }\n";
    struct loaded l = with(&f);
    print_mistakes(&l);
    struct store *s AUTO(store_closep) = estate(
        &l, ACCOUNTS
        "('1', 'S-1', 'CN=1', 'user', 'a', 2, 'dc1'), ('2', 'S-2', 'CN=2', 'user', 'b', 1, 'dc1'), ('3', 'S-3', 'CN=3', 'user', 'c', NULL, 'dc1')");
    T_EQ_I(store_exec(store_handle(s), "UPDATE coverage SET state = 'partial'", &l.err), RC_OK);
    evaluate(&l, s);
    T_EQ_S(query(store_handle(s), "SELECT count(*) FROM result WHERE subject GLOB 'source:*'"),
           "2");
    T_EQ_S(query(store_handle(s), "SELECT text_en FROM risk"), "6 2 2 1");
    load_done(&l);
}

static void nothing_judged_has_no_rows(void)
{
    struct loaded l = with(&right);
    struct store *s AUTO(store_closep) = estate(&l, "DELETE FROM account");
    evaluate(&l, s);
    T_EQ_S(query(store_handle(s), "SELECT count(*) FROM grade"), "0");
    load_done(&l);
}

static void inline_tests_can_fail(void)
{
    static const char tests[] = "  tests:\n    - { given: { wrong: 2 }, expect: true }\n"
                                "    - { given: { wrong: 2 }, expect: false }\n"
                                "    - { given: { wrnog: 2 }, expect: true }\n";
    char risks[2000], themes[4000], facts[2000], *text = NULL;
    size_t size = 0, failed = 0;
    (void)snprintf(risks, sizeof(risks), "%s%s", right.risks, tests);
    (void)snprintf(
        themes, sizeof(themes), "%s%s", right.themes,
        "    tests:\n    - { given: { wrong: 1 }, expect: bad }\n    - { given: { wrong: 0 }, expect: bad }\n");
    (void)snprintf(
        facts, sizeof(facts), "%s%s", right.facts,
        "  tests:\n    - given: { account: [ { as: A, uac: 4 }, { as: B, uac: 8 } ] }\n      expect: { least: 4, most: 9 }\n");
    struct files f = { facts, themes, right.measures, risks };
    struct loaded l = with(&f);
    print_mistakes(&l);
    FILE *out = open_memstream(&text, &size);
    T_EQ_I(rules_test(l.rules, "*.*", out, &failed, &l.err), RC_OK);
    (void)fclose(out);
    T_EQ_I(failed, 4);
    T_HAS(text, "least: test 1: most is 8, not 9");
    T_HAS(text, "y: the sentence is good, not bad: good");
    T_HAS(text, "r: the risk is told, which the test does not expect");
    T_HAS(text, "there is no fact 'wrnog'");
    free(text);
    load_done(&l);
}

/* The second row cannot be computed: half of the counts would make a better grade. */
static void counts_that_break_off_are_no_counts(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules none = { 0 };
    struct tallies t;
    struct err err = { .rc = RC_OK };
    sqlite3 *db = NULL;
    T_EQ_I(sqlite3_open(":memory:", &db), SQLITE_OK);
    T_OK(
        sqlite3_exec(
            db,
            "CREATE TABLE number(n INTEGER); INSERT INTO number VALUES(5), (-9223372036854775808);"
            "CREATE VIEW check_count AS SELECT 1 AS check_no, 'fail' AS verdict, abs(n) AS subjects FROM number",
            NULL, NULL, NULL) == SQLITE_OK);
    T_EQ_I(tallies_load(a, db, &none, &t, &err), RC_IO);
    T_HAS(err.msg, "integer overflow");
    T_OK(sqlite3_exec(db, "DELETE FROM number WHERE n < 0", NULL, NULL, NULL) == SQLITE_OK);
    T_EQ_I(tallies_load(a, db, &none, &t, &err), RC_OK);
    (void)sqlite3_close(db);
}

#define TESTS(X)                          \
    X(sentences_name_all_that_they_count) \
    X(right_files_are_quiet)              \
    X(what_fits_nowhere_is_told)          \
    X(mistakes_have_places)               \
    X(sentences_use_what_is_there)        \
    X(facts_are_guarded)                  \
    X(texts_are_filled)                   \
    X(tables_are_written)                 \
    X(not_known_is_not_told)              \
    X(a_missing_shard_withholds_letters)  \
    X(facts_know_what_was_seen)           \
    X(a_failing_fact_is_not_known)        \
    X(own_checks_have_no_rows)            \
    X(results_are_counted)                \
    X(nothing_judged_has_no_rows) X(inline_tests_can_fail) X(counts_that_break_off_are_no_counts)
T_MAIN("management", TESTS)
