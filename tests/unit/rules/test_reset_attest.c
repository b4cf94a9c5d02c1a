/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attestations: a name is a key from the day on which the file is taken; what is wrong is told with its place, and none of the file is taken. */
#include <stdlib.h>
#include <string.h>

#include "reset_support.h"
#include "rules/reset/attest.h"

#define WHEN ", state: done, who: Sato, when: 2026-11-22T09:00:00Z"

static char said[16384];

static enum rc take(struct plan_lab *lab, const char *text)
{
    char *out = NULL;
    size_t size = 0;
    const struct rules_file file = { "a.yaml", text, strlen(text) };
    FILE *f = open_memstream(&out, &size);
    T_OK(f != NULL);
    if (!f) {
        return RC_NOMEM;
    }
    lab->err = (struct err){ 0 };
    enum rc rc = attest_take(lab->l.rules, &file, lab->store, 0, f, &lab->err);
    (void)fclose(f);
    (void)snprintf(said, sizeof(said), "%s", out);
    free(out);
    return rc;
}

static void person(struct plan_lab *lab, const char *kind, int rid, const char *name)
{
    char sql[600];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO account_state(kind, guid, subject, name, may_be_privileged) VALUES('%s', 'g%d', 'S-1-5-21-1-2-3-%d', '%s', 0)",
        kind, rid, rid, name);
    reset_sql(lab, sql);
}

static void a_name_becomes_a_key(void)
{
    static const char *const names[] = { "tanaka", "TANAKA", "S-1-5-21-1-2-3-2001" };
    char text[300];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct plan_lab lab = reset_lab(an_action("reset.one", ""));
        reset_account(&lab, 2001, "tanaka", "uac", "NULL");
        person(&lab, "user", 2001, "tanaka");
        (void)snprintf(text, sizeof(text), "- { action: reset.one, subject: %s" WHEN " }\n",
                       names[i]);
        T_EQ_I(take(&lab, text), RC_OK);
        T_EQ_S(said, "");
        T_EQ_S(reset_query(&lab, "SELECT group_concat(subject) FROM reset_decision"),
               "S-1-5-21-1-2-3-2001");
        reset_plan(&lab);
        T_EQ_S(reset_item(&lab, "tanaka", "state"), "attested");
        /* It is renamed, and another one gets its name. */
        reset_sql(&lab, "UPDATE account SET sam_name = 'tanaka.old'");
        reset_account(&lab, 2002, "tanaka", "uac", "NULL");
        reset_plan(&lab);
        T_EQ_S(reset_item(&lab, "tanaka.old", "state"), "attested");
        T_EQ_S(reset_item(&lab, "tanaka", "state"), "ready");
        reset_lab_done(&lab);
    }
}

static void a_decision_by_name_decides_nothing(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    reset_account(&lab, 2001, "tanaka", "uac", "NULL");
    reset_sql(
        &lab,
        "INSERT INTO reset_decision VALUES('attested', 'reset.one', 'tanaka', 'Sato', 134398161000000000, NULL)");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "tanaka", "state"), "ready");
    reset_lab_done(&lab);
}

static void unknown_and_ambiguous_names_are_mistakes(void)
{
    static const struct {
        const char *subject, *says;
    } rows[] = {
        { "tanakq", "a.yaml:1:33: this evidence knows no 'tanakq' that reset.one could be about "
                    "(did you mean 'tanaka'?)" },
        { "S-1-5-21-1-2-3-9", "a.yaml:1:33: this evidence knows no 'S-1-5-21-1-2-3-9'" },
        { "twin", "a.yaml:1:33: 'twin' means 2 subjects of reset.one: give the key" },
        { "\"ta\\e[31m\\u202ek\"", "a.yaml:1:33: a value contains a control character" },
        { "\"\\0\"", "a.yaml" },
    };
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    char text[300];
    person(&lab, "user", 2001, "tanaka");
    person(&lab, "user", 2004, "twin");
    person(&lab, "user", 2005, "Twin");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        (void)snprintf(text, sizeof(text), "- { action: reset.one, subject: %s" WHEN " }\n",
                       rows[i].subject);
        T_EQ_I(take(&lab, text), RC_USAGE);
        T_HAS(said, rows[i].says);
        T_OK(!strchr(said, '\033') && !strstr(said, "\u202e"));
        T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_decision"), "0");
    }
    reset_lab_done(&lab);
}

/* A whole name goes before the first part of one, and a key before a name. */
static void the_nearest_meaning_wins(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    person(&lab, "computer", 2003, "PC01$");
    person(&lab, "user", 2004, "pc01");
    person(&lab, "user", 2005, "S-1-5-21-1-2-3-2003");
    person(&lab, "computer", 2006, "PC02$");
    T_EQ_I(take(&lab, "- { action: reset.one, subject: pc01" WHEN " }\n"
                      "- { action: reset.one, subject: S-1-5-21-1-2-3-2003" WHEN " }\n"
                      "- { action: reset.one, subject: pc02" WHEN " }\n"
                      "- { action: reset.one, subject: source:statement" WHEN " }\n"),
           RC_OK);
    T_EQ_S(said, "");
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(substr(subject, -4), ' ') FROM (SELECT subject FROM reset_decision ORDER BY 1)"),
        "2003 2004 2006 ment");
    reset_lab_done(&lab);
}

/* Who was renamed is found by the name of then, unless somebody else has it now. */
static void a_name_of_the_plan_before(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    person(&lab, "user", 2001, "new.name");
    reset_sql(
        &lab,
        "INSERT INTO reset_before VALUES('reset.one', 'S-1-5-21-1-2-3-2001', 'old.name', 'ready', 1)");
    T_EQ_I(take(&lab, "- { action: \"reset.*\", subject: old.name" WHEN " }\n"), RC_OK);
    T_EQ_S(reset_query(&lab, "SELECT subject FROM reset_decision"), "S-1-5-21-1-2-3-2001");
    person(&lab, "user", 2002, "old.name");
    T_EQ_I(take(&lab, "- { action: \"reset.*\", subject: old.name" WHEN " }\n"), RC_USAGE);
    T_HAS(said, "means 2 subjects");
    reset_lab_done(&lab);
}

/* The file may hold none; a name of the directory that is suggested may. */
static void texts_with_control_characters(void)
{
    static const char *const files[] = {
        "- { action: reset.one, state: done, who: \"Sa\\e[31mto\", when: 2026-11-22T09:00:00Z }\n",
        "- { action: reset.one, state: done, who: \"Sa\\u202eto\", when: 2026-11-22T09:00:00Z }\n",
        "- { action: \"reset.\\eone\", state: done, who: x, when: 2026-11-22T09:00:00Z }\n",
        "- { action: reset.one, state: done, who: x, when: 2026-11-22T09:00:00Z, evidence: \"\\a\" }\n",
        "- { action: reset.one, state: done, who: \033[31m, when: 2026-11-22T09:00:00Z }\n",
    };
    struct plan_lab lab = reset_lab(an_action("reset.one", ""));
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        T_EQ_I(take(&lab, files[i]), RC_USAGE);
        T_HAS(said, "a.yaml:1:");
        T_OK(!strpbrk(said, "\033\a") && !strstr(said, "\u202e"));
    }
    person(&lab, "user", 2001, "tanak\033a");
    T_EQ_I(take(&lab, "- { action: reset.one, subject: tanaka" WHEN " }\n"), RC_USAGE);
    T_HAS(said, "did you mean 'tanak");
    T_OK(!strchr(said, '\033') && !strstr(said, "\u202e"));
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM reset_decision"), "0");
    reset_lab_done(&lab);
}

#define TESTS(X)                                \
    X(a_name_becomes_a_key)                     \
    X(a_decision_by_name_decides_nothing)       \
    X(unknown_and_ambiguous_names_are_mistakes) \
    X(the_nearest_meaning_wins)                 \
    X(a_name_of_the_plan_before)                \
    X(texts_with_control_characters)
T_MAIN("rules_reset_attest", TESTS)
