/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks: tables with mistakes, references that lead nowhere, coverage, and the tables of the evidence file. */
#include <sys/stat.h>

#include <stdlib.h>

#include "rules/commands.h"
#include "rules/framework.h"
#include "rules/outcome.h"
#include "support.h"

#define LINES                                                                                          \
    "for: thing\npass: uac = 1\n"                                                                      \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"
#define HEAD     "title: { en: Mine, ja: 私用 }\nitems:\n"
#define ITEM(ID) "  - { id: " ID ", title: { en: Title, ja: 題名 }, seen: true }\n"

/* Checks a.one and a.two refer to cis 1.1 (as a_check writes it) and to what refs say. */
static struct loaded with(const char *mine, const char *refs)
{
    char text[20000], path[200];
    const char *one = a_check("a.one", LINES);
    const char *at = strstr(one, "references: {");
    T_OK(at != NULL);
    size_t before = at ? (size_t)(at - one) : 0;
    const char *rest = at ? strchr(at, '\n') : one;
    (void)snprintf(text, sizeof(text), "%.*sreferences: { %s }%s", (int)before, one, refs, rest);
    struct loaded l = load_begin(text);
    (void)snprintf(path, sizeof(path), "%s/frameworks", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    load_file(&l, "frameworks/mine.yaml", mine);
    load_now(&l, NULL, NULL);
    return l;
}

static void expect_mistake(const char *mine, const char *refs, const char *text)
{
    struct loaded l = with(mine, refs);
    T_EQ_I(l.rc, RC_USAGE);
    if (mistakes_with(&l, text) == 0) {
        print_mistakes(&l);
    }
    T_EQ_I(mistakes_with(&l, text), 1);
    load_done(&l);
}

static void tables_are_read(void)
{
    struct loaded l = with(
        "title: { en: Mine, ja: 私用 }\nedition: \"2\"\nposition: 4\nitems:\n"
        "  - { id: 7, group: { en: G, ja: 群 }, title: { en: Seven, ja: 七 }, seen: true }\n"
        "  - { id: 8, title: { en: Eight, ja: 八 }, seen: false, out_of_scope: { en: Why, ja: 理由 } }\n",
        "mine: [7]");
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    const struct framework *f = framework_find(l.rules, "mine");
    T_OK(f != NULL);
    if (f) {
        T_EQ_I(f->count, 2);
        T_EQ_I(f->position, 4);
        T_EQ_S(f->items->title.ja, "七");
        T_EQ_I(f->items->checks, 1);
        T_EQ_I(f->items->selected, 1);
        T_OK(f->items->is_seen && !f->items->next->is_seen);
        T_EQ_S(f->items->next->scope.en, "Why");
    }
    load_done(&l);
}

static void mistakes_have_places(void)
{
    expect_mistake("title: { en: Mine, ja: 私用 }\nitms: []\n"
                   "items:\n" ITEM("1"),
                   "mine: 1", "mine.yaml:2:1: mine: unknown key 'itms' (did you mean 'items'?)");
    expect_mistake("title: { en: Mine }\nitems:\n" ITEM("1"), "mine: 1",
                   "mine.yaml:1:8: mine: 'title' has no Japanese translation (key 'ja')");
    expect_mistake(HEAD ITEM("1") ITEM("1"), "mine: 1",
                   "mine.yaml:4:5: mine 1: the item is listed twice");
    expect_mistake(HEAD "  - { id: 1, title: { en: T, ja: 題 }, sen: true }\n", "mine: 1",
                   "mine 1: unknown key 'sen' (did you mean 'seen'?)");
    expect_mistake(HEAD "  - { id: 1, title: { en: T, ja: 題 }, seen: maybe }\n", "mine: 1",
                   "mine 1: 'seen' is true or false");
    expect_mistake(HEAD "  - seven\n" ITEM("1"), "mine: 1", "an item is a map");
    expect_mistake("- a\n", "mine: 1", "a framework is one map");
    expect_mistake("title: { en: Mine, ja: 私用 }\nitems: 3\n", "mine: 1",
                   "'items' must be a list");
    expect_mistake("title: { en: Mine, ja: 私用 }\nposition: -1\nitems:\n" ITEM("1"), "mine: 1",
                   "mine.yaml:2:11: mine: 'position' is a whole number from 0");
}

static void references_lead_to_items(void)
{
    expect_mistake(HEAD ITEM("T1558.001"), "mine: [T1558.001, T1558.002]",
                   "a.one: mine has no item 'T1558.002' (did you mean 'T1558.001'?)");
    expect_mistake(HEAD ITEM("1"), "mine: 1, mime: 1",
                   "a.one: there is no framework 'mime' (did you mean 'mine'?)");
    expect_mistake(HEAD ITEM("1") ITEM("2"), "mine: 1",
                   "mine.yaml:4:5: mine 2: no check, question or action answers the item");
    struct loaded l =
        with("title: { en: Mine, ja: 私用 }\nopen: true\nitems:\n" ITEM("1") ITEM("2"), "mine: 1");
    T_EQ_I(l.rc, RC_OK); /* an open list need not be answered as a whole */
    load_done(&l);
    l = load_text(
        a_check("a.one", LINES)); /* own checks without tables: nothing is held against them */
    T_EQ_I(l.rc, RC_OK);
    load_done(&l);
}

static const char *coverage(const struct loaded *l, const char *name, enum rules_format format,
                            const char *lang, size_t *ret_open)
{
    static char text[16384];
    struct err err;
    memset(text, 0, sizeof(text));
    FILE *f = fmemopen(text, sizeof(text), "w");
    T_EQ_I(rules_coverage(l->rules, name, format, lang, f, ret_open, &err), RC_OK);
    T_EQ_I(fclose(f), 0);
    return text;
}

static void coverage_says_what_is_open(void)
{
    size_t open = 9;
    struct loaded l = with(
        HEAD ITEM("1") ITEM(
            "2") "  - { id: 3, title: { en: T, ja: 題 }, seen: false, out_of_scope: { en: Why, ja: 理由 } }\n",
        "mine: 1");
    T_EQ_I(l.rc, RC_USAGE); /* 2 is not answered */
    const char *text = coverage(&l, "mine", RULES_TABLE, "en", &open);
    T_EQ_I(open, 1);
    T_HAS(text, "1   Title     a.one\n");
    T_HAS(text, "2   Title     NOT ANSWERED\n");
    T_HAS(text, "[unverified] out of scope: Why\n");
    T_HAS(
        text,
        "mine: 2 of 3 items are answered (1 by checks, 0 by questions, 0 by actions of the reset plan only, 1 out of scope); 1 unverified\n");
    text = coverage(&l, "mine", RULES_TABLE, "ja", &open);
    T_HAS(text, "2   題名      未対応\n");
    T_HAS(text, "mine: 3 項目中 2 項目に対応");
    text = coverage(&l, NULL, RULES_JSON, "en", &open);
    T_HAS(text, "{\"framework\": \"mine\", \"title_en\": \"Mine\"");
    T_HAS(text, "\"items_count\": 3, \"answered\": 2");
    text = coverage(&l, "mine", RULES_JSON, "en", &open);
    T_HAS(
        text,
        "\"is_answered\": false, \"in_profile\": 0, \"checks\": [], \"questions\": [], \"actions\": []}");
    T_HAS(text, "\"checks\": [\"a.one\"]");
    struct err err;
    T_EQ_I(rules_coverage(l.rules, "mime", RULES_TABLE, "en", stdout, &open, &err), RC_USAGE);
    T_HAS(err.msg, "did you mean 'mine'?");
    load_done(&l);
}

static void profile_leaves_items_out(void)
{
    char path[200];
    size_t open = 0;
    char two[4000];
    (void)snprintf(two, sizeof(two), "%s", a_check("b.two", LINES));
    struct loaded l = with(HEAD ITEM("1"), "mine: 1");
    rules_free(l.rules);
    l.rules = NULL;
    (void)snprintf(path, sizeof(path), "%s/profiles", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    load_file(&l, "profiles/few.yaml", "title: { en: Few, ja: 少数 }\ninclude: [b.two]\n");
    char *refs = strstr(two, "references: {");
    T_OK(refs != NULL);
    char *end = refs ? strchr(refs, '\n') : NULL;
    if (refs && end) {
        char rest[4000];
        (void)snprintf(rest, sizeof(rest), "%s", end);
        (void)snprintf(refs, sizeof(two) - (size_t)(refs - two), "references: { mine: 9 }%s", rest);
    }
    load_file(&l, "more.yaml", two);
    load_file(&l, "frameworks/mine.yaml", HEAD ITEM("1") ITEM("9"));
    load_now(&l, "few", NULL);
    print_mistakes(&l);
    const char *text = coverage(&l, "mine", RULES_TABLE, "en", &open);
    T_EQ_I(open, 0);
    T_HAS(text, "1   Title     a.one (not looked at by this profile)\n");
    T_HAS(text, "9   Title     b.two\n");
    T_HAS(text, "; 1 not looked at by this profile\n");
    load_done(&l);
}

static void evaluation_writes_the_tables(void)
{
    struct loaded l = with(
        "title: { en: Mine, ja: 私用 }\nposition: 2\nitems:\n" ITEM(
            "1") "  - { id: 3, title: { en: T, ja: 題 }, seen: false, out_of_scope: { en: Why, ja: 理由 } }\n",
        "mine: [1, 1]");
    struct store *s = NULL;
    struct rules_totals totals;
    T_EQ_I(l.rc, RC_OK);
    T_EQ_I(rules_memory_store(l.rules, &s, &l.err), RC_OK);
    for (int i = 0; i < 2; i++) { /* the second time replaces the first */
        T_EQ_I(rules_evaluate_on(l.rules, store_handle(s), s, &totals, &l.err), RC_OK);
        T_EQ_S(query(store_handle(s), "SELECT framework || position || title_ja FROM framework"),
               "mine1私用");
        T_EQ_S(
            query(
                store_handle(s),
                "SELECT group_concat(item || is_seen || coalesce(scope_en, '-'), ' ') FROM framework_item"),
            "11- 30Why");
        T_EQ_S(
            query(store_handle(s),
                  "SELECT group_concat(item || check_id || is_action, ' ') FROM framework_check"),
            "1a.one0");
    }
    store_closep(&s);
    load_done(&l);
}

#define TESTS(X)                  \
    X(tables_are_read)            \
    X(mistakes_have_places)       \
    X(references_lead_to_items)   \
    X(coverage_says_what_is_open) \
    X(profile_leaves_items_out)   \
    X(evaluation_writes_the_tables)
T_MAIN("rules framework", TESTS)
