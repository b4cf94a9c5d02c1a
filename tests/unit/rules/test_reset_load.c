/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loader of the reset playbook: every mistake with its place, and what it says. */
#include "reset_support.h"

/* The only mistake of a folder must be this one; text is what follows the folder's name. */
static void only(const char *playbook, const char *actions, const char *text)
{
    struct loaded l = reset_folder(playbook, actions);
    reset_load_now(&l);
    T_EQ_I(l.rc, RC_USAGE);
    const char *got = l.mistakes ? l.mistakes->text : "(no mistake)";
    size_t n = strlen(l.directory) + 1;
    T_EQ_S(strncmp(got, l.directory, n - 1) == 0 ? got + n : got, text);
    if (l.mistakes && l.mistakes->next) {
        T_EQ_S(l.mistakes->next->text, "(no second mistake)");
    }
    load_done(&l);
}

static void action(const char *lines, const char *text)
{
    only(reset_playbook, an_action("reset.one", lines), text);
}

/* The playbook with one piece of it written in another way. */
static void playbook(const char *from, const char *to, const char *text)
{
    char book[4096];
    const char *at = strstr(reset_playbook, from);
    T_OK(at != NULL);
    if (at) {
        (void)snprintf(book, sizeof(book), "%.*s%s%s", (int)(at - reset_playbook), reset_playbook,
                       to, at + strlen(from));
        only(book, an_action("reset.one", ""), text);
    }
}

static void loads_what_is_right(void)
{
    struct loaded l = reset_folder(reset_playbook, an_action("reset.one", ""));
    reset_load_now(&l);
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    T_OK(l.rules->playbook != NULL);
    T_EQ_I(l.rules->playbook->count, 1);
    const struct action *a = l.rules->playbook->actions;
    T_EQ_S(a->check.shown[0], "note");
    T_EQ_S(a->check.shown[1], "made_at");
    T_EQ_I(a->times, 1);
    T_EQ_S(a->explain[EXPLAIN_DONE].en, "Reset at {made_at}.");
    load_done(&l);
}

static void a_folder_without_a_playbook_makes_no_plan(void)
{
    struct loaded l = reset_folder(NULL, "no: action\n");
    reset_load_now(&l);
    T_EQ_I(l.rc, RC_OK);
    T_OK(l.rules->playbook == NULL);
    struct store *store = NULL;
    struct err err = { 0 };
    struct reset_totals totals;
    const struct reset_options options = { .kind = "plan" };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    T_EQ_I(plan_make_on(l.rules, store_handle(store), store, &options, &totals, &err), RC_ABSENT);
    T_EQ_S(err.msg, "there is no playbook (reset/playbook.yaml) beside the checks");
    store_close(store);
    load_done(&l);
}

static void tells_wrong_words(void)
{
    action("phase: frist",
           "reset/actions.yaml:3:8: reset.one: unknown phase 'frist' (did you mean 'first'?)");
    action("who: admn",
           "reset/actions.yaml:3:6: reset.one: unknown who 'admn' (did you mean 'admin'?)");
    action("from: roof", "reset/actions.yaml:3:7: reset.one: unknown from 'roof'");
    action(
        "for: secre",
        "reset/actions.yaml:3:6: reset.one: no view secre in this version (did you mean 'secret'?)");
    action("sope: [forest]",
           "reset/actions.yaml:3:1: reset.one: unknown key 'sope' (did you mean 'scope'?)");
    action("scope: [forrest]",
           "reset/actions.yaml:3:9: reset.one: unknown scope 'forrest' (did you mean 'forest'?)");
    action(
        "scope: []",
        "reset/actions.yaml:3:8: reset.one: 'scope' names no incident that calls for the action");
    action("times: 0",
           "reset/actions.yaml:3:8: reset.one: 'times' must be a whole number from 1 to 9");
    action("minutes: { once: -1, each: 5 }",
           "reset/actions.yaml:3:18: reset.one: 'once' must be a whole number from 0 to 100000");
    action("minutes: 5",
           "reset/actions.yaml:3:10: reset.one: 'minutes' is a map: { once: 10, each: 5 }");
    action("minutes: { one: 1 }",
           "reset/actions.yaml:3:12: reset.one: unknown key 'one' (did you mean 'once'?)");
    action(
        "steps: []",
        "reset/actions.yaml:3:8: reset.one: 'steps' is a list: - { en: …, ja: …, powershell: … }");
    action("steps:\n  - { en: x }", "reset/actions.yaml:4:5: reset.one: the key 'ja' is missing");
    action("steps:\n  - { en: x, ja: 実施, bash: y }",
           "reset/actions.yaml:4:22: reset.one: unknown key 'bash'");
    action("title: { en: x }",
           "reset/actions.yaml:3:8: reset.one: 'title' has no Japanese translation (key 'ja')");
    action("risk: { ja: 危険 }",
           "reset/actions.yaml:3:7: reset.one: 'risk' has no English translation (key 'en')");
    only(
        reset_playbook, an_action("tier0.one", ""),
        "reset/actions.yaml:2:5: tier0.one: the id of an action begins with 'reset.', such as reset.krbtgt.first");
    only(reset_playbook, "- a list\n",
         "reset/actions.yaml:1:1: an action is a map that begins with 'id:'");
}

static void tells_wrong_sql(void)
{
    action("done: dd = 1",
           "reset/actions.yaml:3:7: reset.one: in 'done': no such column: dd (did you mean 'd'?)");
    action(
        "until: unti",
        "reset/actions.yaml:3:8: reset.one: in 'until': no such column: unti (did you mean 'until'?)");
    action("partly: p = = 1",
           "reset/actions.yaml:3:13: reset.one: in 'partly': near \"=\": syntax error");
    action(
        "proven: (SELECT count(*) FROM account)",
        "reset/actions.yaml:3:9: reset.one: in 'proven': the table 'account' may not be read: a condition reads views (kagimori checks columns lists them)");
    action(
        "order: \"name; DELETE FROM account\"",
        "reset/actions.yaml:3:13: reset.one: in 'order': ';' is not allowed: a condition is one expression");
    action(
        "done: d IS NOT 0",
        "reset/actions.yaml:3:7: reset.one: 'done' is true when every column that it reads is NULL: NULL means that nothing was seen, which must stay open");
    action(
        "not_needed: g IS NULL",
        "reset/actions.yaml:3:13: reset.one: 'not_needed' is true when every column that it reads is NULL: NULL means that nothing was seen, which must stay open");
    action("suspect: s = 1\ntests:\n  - { given: {}, expect: { A: done, B: open } }",
           "reset/actions.yaml:5:3: reset.one: no test expects suspect");
}

static void tells_missing_tests(void)
{
    action("tests: []",
           "reset/actions.yaml:3:8: reset.one: 'tests' must be a list: - { given: …, expect: … }");
    action("tests:\n  - { given: {}, expect: { A: done } }",
           "reset/actions.yaml:4:3: reset.one: no test expects open");
    action("tests:\n  - { given: {}, expect: { A: open } }",
           "reset/actions.yaml:4:3: reset.one: no test expects done");
    action("done: attest\ntests:\n  - { given: {}, expect: { A: open, B: done } }",
           "reset/actions.yaml:5:3: reset.one: no test expects attested");
    struct loaded l = reset_folder(reset_playbook, an_action("reset.one", "done: attest"));
    reset_load_now(&l);
    T_EQ_I(l.rc, RC_OK);
    T_OK(l.rules->playbook->actions->is_attested);
    load_done(&l);
}

static void tells_wrong_sentences(void)
{
    action(
        "explain:\n  open: { en: \"{nots}\", ja: 未 }",
        "reset/actions.yaml:4:15: reset.one: in 'explain', 'open': the view secret has no column 'nots' (did you mean 'note'?)");
    action("explain:\n  open: { en: \"a [b\", ja: 未 }",
           "reset/actions.yaml:4:15: reset.one: in 'explain', 'open': brackets do not match");
    action("explain:\n  open: { en: x, ja: \"未}\" }",
           "reset/actions.yaml:4:22: reset.one: in 'explain', 'open': brackets do not match");
    action("explain:\n  open: { en: \"[a [b]]\", ja: 未 }",
           "reset/actions.yaml:4:15: reset.one: in 'explain', 'open': brackets do not match");
    action("explain:\n  waiting: { en: x, ja: 未 }",
           "reset/actions.yaml:4:3: reset.one: unknown key 'waiting'");
    action(
        "explain: x",
        "reset/actions.yaml:3:10: reset.one: 'explain' maps states to texts: { done: { en: …, ja: … } }");
    playbook(
        "Open[, note {note}].", "Open {nobody}.",
        "reset/playbook.yaml:11:17: in 'explain', 'open': the view secret has no column 'nobody'");
    playbook("  secret:\n", "  secrets:\n",
             "reset/playbook.yaml:10:3: no view secrets in this version (did you mean 'secret'?)");
}

static void tells_a_wrong_head(void)
{
    playbook("  admin: { en: administrator, ja: 管理者 }", "  admin: { en: administrator }",
             "reset/playbook.yaml:6:10: 'admin' has no Japanese translation (key 'ja')");
    playbook("id: second", "id: first",
             "reset/playbook.yaml:3:5: first: the id of a phase is a lower-case word of its own");
    playbook("explain:\n", "explains:\n",
             "reset/playbook.yaml:9:1: unknown key 'explains' (did you mean 'explain'?)");
    only(
        "phases: x\npeople: { admin: { en: admin, ja: 管理者 } }\nplaces: { desk: { en: desk, ja: 机 } }\n",
        an_action("reset.one", ""),
        "reset/playbook.yaml:1:9: 'phases' is a list: - { id: …, title: … }");
    only(
        "- x\n", an_action("reset.one", ""),
        "reset/playbook.yaml:1:1: the playbook is one map with phases, people, places and explain");
    only("# nothing\n", an_action("reset.one", ""),
         "reset/playbook.yaml:1:1: the playbook is empty");
}

static const char *both(const char *a, const char *b)
{
    static char text[20000];
    (void)snprintf(text, sizeof(text), "%s%s", a, b);
    return text;
}

static void tells_wrong_orders(void)
{
    action(
        "after: [reset.on]",
        "reset/actions.yaml:3:9: reset.one: in 'after': there is no action 'reset.on' (did you mean 'reset.one'?)");
    action("after: [reset.one]",
           "reset/actions.yaml:3:9: reset.one: an action cannot come after itself");
    action(
        "after: [reset.on*]",
        "reset/actions.yaml:3:9: reset.one: in 'after': there is no action 'reset.on*' (did you mean 'reset.one'?)");
    only(
        reset_playbook,
        both(an_action("reset.a", "after: [reset.b]"), an_action("reset.b", "after: [reset.a]")),
        "reset/actions.yaml:20:8: reset.b: actions wait for each other: reset.b after reset.a after reset.b");
    char three[20000];
    (void)snprintf(three, sizeof(three), "%s%s%s%s", an_action("reset.x", "after: [reset.a]"),
                   an_action("reset.a", "after: [reset.b]"),
                   an_action("reset.b", "after: [reset.c]"),
                   an_action("reset.c", "after: [reset.a]"));
    struct loaded l = reset_folder(reset_playbook, three);
    reset_load_now(&l);
    T_EQ_I(l.rc, RC_USAGE);
    T_EQ_I(mistakes_with(&l, "actions wait for each other: reset."), 1);
    T_EQ_I(mistakes_with(&l, "reset.a after reset.b after reset.c after reset.a") +
               mistakes_with(&l, "reset.b after reset.c after reset.a after reset.b") +
               mistakes_with(&l, "reset.c after reset.a after reset.b after reset.c"),
           1);
    load_done(&l);
    l = reset_folder(reset_playbook, both(an_action("reset.a", ""), an_action("reset.a", "")));
    reset_load_now(&l);
    T_EQ_I(
        mistakes_with(&l, "reset/actions.yaml:18:5: reset.a: this id is taken by the action at "),
        1);
    T_EQ_I(mistakes_with(&l, "/reset/actions.yaml:2"), 1);
    load_done(&l);
}

static void tells_findings_of_no_check(void)
{
    action(
        "findings: [a.onee, \"a.*\"]",
        "reset/actions.yaml:3:12: reset.one: in 'findings': there is no check 'a.onee' (did you mean 'a.one'?)");
    action("findings: [a.one, \"b.*\"]",
           "reset/actions.yaml:3:19: reset.one: in 'findings': there is no check 'b.*'");
}

/* A file of another version is read as a check that has no id. */
static void findings_meet_a_check_without_an_id(void)
{
    struct loaded l =
        reset_folder(reset_playbook, an_action("reset.one", "findings: [a.onee, \"b.*\"]"));
    load_file(&l, "framework.yaml", "title: { en: T, ja: あ }\nitems: [ { id: 1 } ]\n");
    reset_load_now(&l);
    T_EQ_I(l.rc, RC_USAGE);
    T_EQ_I(mistakes_with(&l, "framework.yaml:1:1: the key 'id' is missing"), 1);
    T_EQ_I(mistakes_with(&l, "there is no check 'a.onee' (did you mean 'a.one'?)"), 1);
    T_EQ_I(mistakes_with(&l, "there is no check 'b.*'"), 1);
    load_done(&l);
}

/* Phases first, then the files; what an action depends on comes before it, also from a later phase. */
static void orders_by_phase_file_and_dependency(void)
{
    char text[20000];
    (void)snprintf(text, sizeof(text), "%s%s%s%s%s", an_action("reset.e", "phase: third"),
                   an_action("reset.b", "phase: second\nafter: [\"reset.c*\"]"),
                   an_action("reset.a", "phase: first\nafter: [reset.d]"),
                   an_action("reset.c1", "phase: second"), an_action("reset.d", "phase: third"));
    struct loaded l = reset_folder(reset_playbook, text);
    reset_load_now(&l);
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    char order[200] = "";
    for (size_t i = 0; l.rc == RC_OK && i < l.rules->playbook->count; i++) {
        (void)snprintf(order + strlen(order), sizeof(order) - strlen(order), "%s ",
                       l.rules->playbook->ordered[i]->check.id + 6);
        T_EQ_I(l.rules->playbook->ordered[i]->number, i + 1);
    }
    T_EQ_S(order, "c1 b e d a ");
    load_done(&l);
}

#define TESTS(X)                                 \
    X(loads_what_is_right)                       \
    X(a_folder_without_a_playbook_makes_no_plan) \
    X(tells_wrong_words)                         \
    X(tells_wrong_sql)                           \
    X(tells_missing_tests)                       \
    X(tells_wrong_sentences)                     \
    X(tells_a_wrong_head)                        \
    X(tells_wrong_orders)                        \
    X(tells_findings_of_no_check)                \
    X(findings_meet_a_check_without_an_id)       \
    X(orders_by_phase_file_and_dependency)
T_MAIN("rules_reset_load", TESTS)
