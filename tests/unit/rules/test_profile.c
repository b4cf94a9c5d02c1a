/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles that extend each other, select by framework, and set severities and parameters by glob. */
#include <sys/stat.h>

#include <stdlib.h>

#include "rules/commands.h"
#include "support.h"

#define LINES                                                                                           \
    "for: thing\npass: uac <= :max\nparameters: { max: { default: 1, min: 0, max: 10 } }\n"             \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 20 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"
#define PLAIN                                                                                           \
    "for: thing\npass: uac <= 1\n"                                                                      \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 20 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"
#define TITLE "title: { en: Mine, ja: 私用 }\n"

/* a.one a.two b.low (info, refers to stig, not to cis) c.plain (no parameter) */
static struct loaded four_checks(void)
{
    char text[20000], path[200];
    char low[8192];
    (void)snprintf(low, sizeof(low), "%s", a_check("b.low", LINES));
    memcpy(strstr(low, "severity: high"), "severity: info", 14);
    memcpy(strstr(low, "{ cis: \"1.1\" }"), "{ stig: \"V-1\"}", 14);
    (void)snprintf(text, sizeof(text), "%s%s%s%s", a_check("a.one", LINES), a_check("a.two", LINES),
                   low, a_check("c.plain", PLAIN));
    struct loaded l = load_begin(text);
    (void)snprintf(path, sizeof(path), "%s/profiles", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    return l;
}

static void profile(const struct loaded *l, const char *name, const char *text)
{
    char path[100];
    (void)snprintf(path, sizeof(path), "profiles/%s.yaml", name);
    load_file(l, path, text);
}

/* "a.one:high:7 …" of the selected checks: id, severity, parameter. */
static const char *chosen(const struct loaded *l)
{
    static char text[1000];
    size_t n = 0;
    text[0] = '\0';
    for (const struct check *c = l->rules->checks; c; c = c->next) {
        if (c->is_selected) {
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s:%s:%d", n ? " " : "", c->id,
                                  severity_words[c->severity],
                                  c->parameter_count ? (int)c->parameters[0].number : -1);
        }
    }
    return text;
}

static const char *choose(struct loaded *l, const char *name)
{
    load_now(l, name, NULL);
    print_mistakes(l);
    T_EQ_I(l->rc, RC_OK);
    const char *text = chosen(l);
    rules_free(l->rules);
    l->rules = NULL;
    return text;
}

static void a_child_adds_to_its_base_and_overrides_it(void)
{
    struct loaded l = four_checks();
    profile(&l, "base",
            TITLE "include: [a.*]\nexclude: [a.two]\nseverities: { a.one: medium }\n"
                  "parameters: { a.one: { max: 5 }, a.two: { max: 6 } }\n");
    profile(&l, "same", TITLE "extends: base\n");
    T_EQ_S(choose(&l, "same"), "a.one:medium:5");
    profile(&l, "more",
            TITLE "extends: base\ninclude: [b.low]\nparameters: { a.one: { max: 7 } }\n");
    T_EQ_S(choose(&l, "more"), "a.one:medium:7 b.low:info:1");
    /* What the base leaves out can come back, with the parameters that the base set. */
    profile(&l, "back", TITLE "extends: base\ninclude: [a.two]\n");
    T_EQ_S(choose(&l, "back"), "a.one:medium:5 a.two:high:6");
    profile(&l, "less", TITLE "extends: more\nexclude: [a.*]\n");
    T_EQ_S(choose(&l, "less"), "b.low:info:1");
    /* A child's floor holds for the base's checks too; a base's floor does not hold for the child's. */
    profile(&l, "floor", TITLE "extends: more\nseverity: medium\n");
    T_EQ_S(choose(&l, "floor"), "a.one:medium:7");
    profile(&l, "high", TITLE "severity: high\n");
    profile(&l, "above", TITLE "extends: high\ninclude: [b.low]\nseverities: { b.low: low }\n");
    T_EQ_S(choose(&l, "above"), "a.one:high:1 a.two:high:1 b.low:low:1 c.plain:high:-1");
    load_done(&l);
}

static void severities_are_set_before_the_floor(void)
{
    struct loaded l = four_checks();
    profile(&l, "up", TITLE "severity: high\nseverities: { \"*\": low, b.low: critical }\n");
    T_EQ_S(choose(&l, "up"), "b.low:critical:1");
    load_done(&l);
}

static void references_select_by_framework(void)
{
    struct loaded l = four_checks();
    profile(&l, "cis", TITLE "references: [cis]\n");
    T_EQ_S(choose(&l, "cis"), "a.one:high:1 a.two:high:1 c.plain:high:-1");
    profile(&l, "both", TITLE "references: [stig]\ninclude: [a.one]\n");
    T_EQ_S(choose(&l, "both"), "a.one:high:1 b.low:info:1");
    profile(&l, "bad", TITLE "references: [stigg]\n");
    load_now(&l, "bad", NULL);
    T_EQ_I(mistakes_with(
               &l, "profiles/bad.yaml:2:14: unknown framework 'stigg' (did you mean 'stig'?)"),
           1);
    load_done(&l);
}

static void parameters_go_by_glob_where_every_check_has_them(void)
{
    struct loaded l = four_checks();
    profile(&l, "glob",
            TITLE
            "include: [a.*, b.low]\nparameters: { \"a.*\": { max: 3 }, a.two: { max: 4 } }\n");
    T_EQ_S(choose(&l, "glob"), "a.one:high:3 a.two:high:4 b.low:info:1");
    profile(&l, "bad", TITLE "parameters: { \"*\": { max: 3 }, \"d.*\": { max: 1 } }\n");
    load_now(&l, "bad", NULL);
    T_EQ_I(mistakes_with(&l, "c.plain: the check has no parameter 'max'"), 1);
    T_EQ_I(mistakes_with(&l, "profiles/bad.yaml:2:32: no check matches 'd.*'"), 1);
    T_EQ_I(mistakes_with(&l, ""), 2);
    load_done(&l);
}

static void two_globs_that_differ_are_a_conflict(void)
{
    struct loaded l = four_checks();
    profile(&l, "bad",
            TITLE "parameters: { \"a.*\": { max: 3 }, \"*.one\": { max: 4 } }\n"
                  "severities: { \"a.*\": low, \"*.two\": medium, x.y: low, a.one: lov }\n");
    load_now(&l, "bad", NULL);
    T_EQ_I(
        mistakes_with(
            &l,
            "bad.yaml:2:34: 'a.*' and '*.one' both set parameter 'max' of a.one; name that check in full"),
        1);
    T_EQ_I(mistakes_with(&l, "bad.yaml:3:27: 'a.*' and '*.two' both set the severity of a.two"), 1);
    T_EQ_I(mistakes_with(&l, "there is no check 'x.y'"), 1);
    T_EQ_I(mistakes_with(&l, "unknown severity 'lov' (did you mean 'low'?)"), 1);
    T_EQ_I(mistakes_with(&l, ""), 4);
    rules_free(l.rules);
    profile(&l, "good",
            TITLE "parameters: { \"a.*\": { max: 3 }, \"*.one\": { max: 4 }, a.one: { max: 5 } }\n"
                  "severities: { \"a.*\": low, \"*.two\": low }\nexclude: [b.low, c.*]\n");
    T_EQ_S(choose(&l, "good"), "a.one:low:5 a.two:low:3");
    load_done(&l);
}

static void cycles_depth_and_unknown_bases_are_mistakes(void)
{
    struct loaded l = four_checks();
    profile(&l, "x", TITLE "extends: y\n");
    profile(&l, "y", TITLE "extends: x\n");
    profile(&l, "self", TITLE "extends: self\n");
    profile(&l, "none", TITLE "extends: selv\n");
    profile(&l, "list", TITLE "extends: [x]\n");
    profile(&l, "up", TITLE "extends: ../profiles/x\n");
    load_now(&l, "x", NULL);
    T_EQ_I(mistakes_with(&l, "profiles/y.yaml:2:10: 'x' extends itself, by way of this profile"),
           1);
    rules_free(l.rules);
    load_now(&l, "self", NULL);
    T_EQ_I(mistakes_with(&l, "profiles/self.yaml:2:10: 'self' extends itself"), 1);
    rules_free(l.rules);
    load_now(&l, "none", NULL);
    T_EQ_I(mistakes_with(
               &l, "profiles/none.yaml:2:10: there is no profile 'selv' (did you mean 'self'?)"),
           1);
    rules_free(l.rules);
    load_now(&l, "list", NULL);
    T_EQ_I(mistakes_with(&l, "'extends' must be a text"), 1);
    rules_free(l.rules);
    load_now(&l, "up", NULL);
    T_EQ_I(mistakes_with(&l, "there is no profile '../profiles/x'"), 1);
    rules_free(l.rules);
    for (int i = 0; i < 9; i++) {
        char name[8], text[100];
        (void)snprintf(name, sizeof(name), "p%d", i);
        (void)snprintf(text, sizeof(text), TITLE "%s%d\n", i < 8 ? "extends: p" : "# ", i + 1);
        profile(&l, name, text);
    }
    load_now(&l, "p0", NULL);
    T_EQ_I(mistakes_with(&l, "profiles/p7.yaml:2:10: more than 8 profiles that extend each other"),
           1);
    rules_free(l.rules);
    T_OK(strstr(choose(&l, "p1"), "c.plain") != NULL);
    load_now(&l, "sefl", NULL);
    T_EQ_I(mistakes_with(&l, "there is no profile 'sefl' (did you mean 'self'?)"), 1);
    load_done(&l);
}

static const char *printed(const struct loaded *l, enum rules_format format, const char *lang,
                           void (*print)(const struct rules *, enum rules_format, const char *,
                                         FILE *))
{
    static char text[16384];
    FILE *f = fmemopen(text, sizeof(text), "w");
    print(l->rules, format, lang, f);
    T_EQ_I(fclose(f), 0);
    return text;
}

/* lint and `checks profiles` look at every profile, and leave the checks as they were. */
static void all_profiles_are_read(void)
{
    struct loaded l = four_checks();
    profile(
        &l, "base",
        "title: { en: Base, ja: 基本 }\nwhy: { en: \"Line 1\\nLine 2\", ja: 理由 }\ninclude: [a.*]\nparameters: { a.one: { max: 5 } }\n");
    profile(&l, "kid", TITLE "extends: base\nexclude: [a.two]\nseverities: { a.one: low }\n");
    load_file(&l, "profiles/readme.txt", "no profile");
    struct rules_options options = { .directory = l.directory, .all_profiles = true };
    l.rc = rules_load_with(&options, test_views, &l.rules, &l.mistakes, &l.err);
    T_EQ_I(l.rc, RC_OK);
    T_EQ_S(chosen(&l), "a.one:high:1 a.two:high:1 b.low:info:1 c.plain:high:-1");
    T_EQ_S(
        printed(&l, RULES_TABLE, "en", rules_profiles),
        "base  Base\n      2 checks\n      Line 1\n      Line 2\nkid   Mine\n      1 checks, extends base\n2 profiles (used by --profile NAME)\n");
    T_HAS(printed(&l, RULES_TABLE, "ja", rules_profiles), "チェック 1 件、base を継承");
    T_HAS(printed(&l, RULES_JSON, "en", rules_profiles),
          "{\"name\": \"kid\", \"checks\": 1, \"extends\": \"base\", \"title_en\": \"Mine\"");
    rules_free(l.rules);
    profile(&l, "kid2", TITLE "extends: base\nparameters: { a.one: { max: 99 } }\n");
    profile(&l, "base", TITLE "include: [a.*, z.*]\n");
    l.rc = rules_load_with(&options, test_views, &l.rules, &l.mistakes, &l.err);
    T_EQ_I(mistakes_with(&l, "base.yaml:2:16: no check matches 'z.*'"),
           1); /* though read three times */
    T_EQ_I(
        mistakes_with(&l, "kid2.yaml:3:29: a.one: parameter 'max' is 99, which is above its max"),
        1);
    T_EQ_I(mistakes_with(&l, ""), 2);
    load_done(&l);
}

static void the_list_shows_what_is_in_force(void)
{
    struct loaded l = four_checks();
    profile(&l, "mine",
            TITLE
            "include: [a.*]\nseverities: { a.two: low }\nparameters: { a.one: { max: 5 } }\n");
    load_now(&l, "mine", NULL);
    T_EQ_S(
        printed(&l, RULES_TABLE, "en", rules_list),
        "a.one  high      password        Title\n       max = 5 (the check's own: 1)\n"
        "a.two  low       password        Title\n       severity low (the check's own: high), max = 1\n2 checks\n");
    const char *json = printed(&l, RULES_JSON, "en", rules_list);
    T_HAS(json,
          "\"own_severity\": \"high\", \"parameters\": {\"max\": {\"value\": 1, \"own\": 1}}");
    T_HAS(json, "\"parameters\": {\"max\": {\"value\": 5, \"own\": 1}}");
    load_done(&l);
}

#define TESTS(X)                                        \
    X(a_child_adds_to_its_base_and_overrides_it)        \
    X(severities_are_set_before_the_floor)              \
    X(references_select_by_framework)                   \
    X(parameters_go_by_glob_where_every_check_has_them) \
    X(two_globs_that_differ_are_a_conflict)             \
    X(cycles_depth_and_unknown_bases_are_mistakes)      \
    X(all_profiles_are_read)                            \
    X(the_list_shows_what_is_in_force)
T_MAIN("rules_profile", TESTS)
