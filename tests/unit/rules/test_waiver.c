/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waivers: what each form means, which one counts, and what `waivers check` says of them. */
#include <time.h>

#include "rules/commands.h"
#include "rules/outcome.h"
#include "rules/waiver_check.h"
#include "support.h"

#define CHECK                                                                                          \
    "for: thing\npass: uac = 1\n"                                                                      \
    "tests:\n  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"
#define END ", reason: sealed, approver: CIO, expires: 2026-12-31 }\n"
/* printf "a.one\037S-1-5-21-1-2-3-2\037" | sha256sum */
#define BEN "F-ea968cfbf755"

static struct loaded two_checks(const char *waivers)
{
    char text[20000];
    (void)snprintf(text, sizeof(text), "%s%s", a_check("a.one", CHECK), a_check("b.two", CHECK));
    struct loaded l = load_begin(text);
    load_file(&l, "w.list", waivers);
    return l;
}

/* Anna passes, Ben and Bea fail, Carl is unknown; Ben is a break-glass account, Bea an entry that could mean two, Bea and Dora honey. */
static struct store *estate(const struct loaded *l, const char *path)
{
    struct store *store = NULL;
    struct err err = { 0 };
    char file[200];
    (void)snprintf(file, sizeof(file), "%s/%s", l->directory, path);
    T_EQ_I(store_open(file, STORE_CREATE, &store, &err), RC_OK);
    T_EQ_I(store_exec(store_handle(store), test_views, &err), RC_OK);
    T_EQ_I(store_info_set(store, "now", "2026-11-22T10:00:00Z", &err), RC_OK);
    T_EQ_I(
        store_exec(
            store_handle(store),
            "INSERT INTO account(guid, sid, kind, dn, sam_name, uac) VALUES"
            "('g1', 'S-1-5-21-1-2-3-1', 'user', 'CN=a', 'Anna', 1),('g2', 'S-1-5-21-1-2-3-2', 'user', 'CN=b', 'Ben', 2),"
            "('g3', 'S-1-5-21-1-2-3-3', 'user', 'CN=c', 'Bea', 2),('g4', 'S-1-5-21-1-2-3-4', 'user', 'CN=d', 'Carl', NULL),"
            "('g5', 'S-1-5-21-1-2-3-5', 'user', 'CN=e', 'Dora', 1);"
            "INSERT INTO named_principal(purpose, entry, kind, guid, directory, how, matches) VALUES('break_glass', 'Ben', 'account', 'g2', 'ad', 'name', 1),"
            "('break_glass', 'Bea', 'account', 'g3', 'ad', 'name', 2), ('honey', 'Dora', 'account', 'g5', 'ad', 'name', 1);"
            "INSERT INTO named_member VALUES('break_glass', 'g2', NULL), ('break_glass', 'g3', NULL), ('honey', 'g5', NULL);"
            "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete'), ('ldap.pso', 'dc1', 'complete')",
            &err),
        RC_OK);
    T_EQ_S(err.msg, "");
    return store;
}

static void evaluate(struct loaded *l, struct store *s)
{
    struct err err = { 0 };
    struct rules_totals totals;
    print_mistakes(l);
    T_EQ_I(l->rc, RC_OK);
    T_EQ_I(store_commit(s, &err), RC_OK);
    T_EQ_I(rules_evaluate_on(l->rules, store_handle(s), s, &totals, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

/* "check name; …" of what is waived, in order. */
static const char *waived_by(const char *waivers)
{
    struct loaded l = two_checks(waivers);
    struct store *s = estate(&l, "evidence.db");
    load_now(&l, NULL, "w.list");
    evaluate(&l, s);
    const char *text = query(
        store_handle(s),
        "SELECT group_concat(t, '; ') FROM (SELECT c.id || ' ' || r.name || ' ' || r.waiver_no AS t FROM result r JOIN check_info c USING (check_no)"
        " WHERE r.verdict = 'waived' ORDER BY c.id, r.name)");
    store_close(s);
    load_done(&l);
    return text;
}

static void each_form_means_what_it_says(void)
{
    T_EQ_S(waived_by("- { check: a.one, subject: S-1-5-21-1-2-3-2" END), "a.one Ben 1");
    T_EQ_S(waived_by("- { check: a.one, subject: BEN" END), "a.one Ben 1");
    T_EQ_S(waived_by("- { check: a.one, subject: s-1-5-21-1-2-3-2" END), "");
    T_EQ_S(waived_by("- { check: \"a.*\", subject: \"bE*\"" END), "a.one Bea 1; a.one Ben 1");
    T_EQ_S(waived_by("- { check: \"*\", subject: \"S-*-2\"" END), "a.one Ben 1; b.two Ben 1");
    T_EQ_S(waived_by("- { check: b.two, subject: \"*\"" END), "b.two Bea 1; b.two Ben 1");
    T_EQ_S(waived_by("- { check: b.two, subject: \"*\", item: x" END), "");
    T_EQ_S(waived_by("- { check: b.two, subject: Ben, item: \"*\"" END), "b.two Ben 1");
    /* An entry of the site file that could mean two accounts waives neither. */
    T_EQ_S(waived_by("- { check: \"*\", subject: \"@break-glass\"" END),
           "a.one Ben 1; b.two Ben 1");
    T_EQ_S(waived_by("- { check: \"*\", subject: \"@honey\"" END), ""); /* Dora passes */
    T_EQ_S(waived_by("- { finding: " BEN END), "a.one Ben 1");
    T_EQ_S(waived_by("- { finding: f-EA968CFBF755" END), "a.one Ben 1");
    T_EQ_S(waived_by("- { finding: F-000000000000" END), "");
    /* What is unknown stays so. */
    T_EQ_S(waived_by("- { check: a.one, subject: Carl" END), "");
}

static void the_closest_waiver_counts(void)
{
    static const char *const forms[] = { /* each closer than those before it */
                                         "check: \"*.one\", subject: \"*\"",
                                         "check: a.one, subject: \"*\"",
                                         "check: \"*\", subject: \"B*\"",
                                         "check: \"*\", subject: \"Be*\"",
                                         "check: \"*\", subject: \"@break-glass\"",
                                         "check: \"*.one\", subject: ben",
                                         "check: a.one, subject: ben",
                                         "check: \"*\", subject: S-1-5-21-1-2-3-2",
                                         "check: a.one, subject: S-1-5-21-1-2-3-2",
                                         ("finding: " BEN)
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        for (size_t k = i + 1; k < ARRAY_LEN(forms) && k < i + 2; k++) {
            char text[1000];
            (void)snprintf(text, sizeof(text), "- { %s" END "- { %s" END, forms[k], forms[i]);
            T_HAS(waived_by(text), "a.one Ben 1");
            (void)snprintf(text, sizeof(text), "- { %s" END "- { %s" END, forms[i], forms[k]);
            T_HAS(waived_by(text), "a.one Ben 2");
        }
    }
    /* One that has ended does not stand before one in force. */
    T_EQ_S(
        waived_by(
            "- { finding: " BEN
            ", reason: r, approver: a, expires: 2026-11-21 }\n- { check: a.one, subject: Ben" END),
        "a.one Ben 2");
}

static void results_keep_ids_and_waivers_their_forms(void)
{
    struct loaded l = two_checks(
        "- { check: \"*.one\", subject: \"Be*\", item: \"*\"" END
        "# a remark\n- { finding: " BEN END
        "- { check: a.one, subject: Bea, reason: r, approver: a, expires: 2026-01-01 }\n"
        "- { check: \"*\", subject: Ben" END "- { check: \"a.*\", subject: ben, item: \"*\"" END);
    struct store *s = estate(&l, "evidence.db");
    sqlite3 *db = store_handle(s);
    load_now(&l, NULL, "w.list");
    evaluate(&l, s);
    T_EQ_S(query(db, "SELECT finding FROM result WHERE name = 'Ben' AND check_no = 1"), BEN);
    T_EQ_S(
        query(db, "SELECT count(*) FROM result WHERE verdict <> 'pass' AND length(finding) = 14"),
        "6");
    T_EQ_S(query(db, "SELECT count(*) FROM result WHERE verdict = 'pass' AND finding IS NOT NULL"),
           "0");
    T_EQ_S(query(db, "SELECT count(DISTINCT finding) FROM result"), "6");
    T_EQ_S(
        query(
            db,
            "SELECT group_concat(state || ' ' || used || ' ' || fits || ' ' || line, '; ') FROM (SELECT * FROM waiver ORDER BY waiver_no)"),
        "active 1 2 1; active 1 1 3; expired 0 1 4; active 1 2 5; covered 0 1 6");
    T_EQ_S(query(db, "SELECT check_id IS NULL AND subject IS NULL AND finding = '" BEN
                     "' FROM waiver WHERE waiver_no = 2"),
           "1");
    T_EQ_S(query(db, "SELECT item FROM waiver WHERE waiver_no = 1"), "*");
    store_close(s);
    load_done(&l);
}

static void mistakes_are_told_with_their_places(void)
{
    struct loaded l = two_checks(
        "- { check: \"*\", subject: \"**\"" END "- { check: \"c.*\", subject: x" END
        "- { finding: F-123" END "- { finding: F-0123456789ab, check: a.one" END
        "- { check: a.one" END "- { subject: x" END "- { check: a.one, subject: \"@break-glas\"" END
        "- { finding: F-ABCDEFABCDEF" END "- { finding: F-abcdefabcdef" END
        "- { check: b.tow, subject: x" END "- { check: \"*.*\", subject: \"*\", item: \"*\"" END
        "- { check: [a], subject: x" END "- { check: a.one, subject: x, item: \"@honye\"" END);
    load_now(&l, NULL, "w.list");
    T_EQ_I(mistakes_with(&l, "w.list:1:3: *: this would waive every finding"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:2:12: c.*: no check matches this"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:3:14: 'finding' must be an id as the report shows it"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:4:5: a.one: 'finding' names one finding by itself"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:5:3: a.one: the key 'subject' is missing"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:6:3: the key 'check' is missing (or 'finding')"), 1);
    T_EQ_I(
        mistakes_with(
            &l, "w.list:7:28: a.one: unknown group '@break-glas' (did you mean '@break-glass'?)"),
        1);
    T_EQ_I(mistakes_with(&l, "w.list:9:3: the finding is that of the waiver in line 8"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:10:12: b.tow: there is no such check (did you mean 'b.two'?)"),
           1);
    T_EQ_I(mistakes_with(&l, "w.list:11:3: *.*: this would waive every finding"), 1);
    T_EQ_I(mistakes_with(&l, "w.list:12:12: 'check' must be a text"), 1);
    T_EQ_I(
        mistakes_with(&l, "w.list:13:37: a.one: unknown group '@honye' (did you mean '@honey'?)"),
        1);
    load_done(&l);
}

static const char *checked(struct loaded *l, const char *evidence, enum rules_format format,
                           const char *lang, size_t *ret_open)
{
    static char text[16384];
    struct err err = { 0 };
    char path[200], waivers[200];
    struct waivers_options o = { .days = 30, .lang = lang, .format = format };
    (void)snprintf(path, sizeof(path), "%s/%s", l->directory, evidence ? evidence : "");
    (void)snprintf(waivers, sizeof(waivers), "%s/w.list", l->directory);
    o.evidence = evidence ? path : NULL;
    /* The views of these tests are none of Kagimori's, so that a reader would not ask them. */
    T_OK(!evidence || store_open_beside(path, &o.db, &err) == RC_OK);
    T_OK(filetime_from_iso("2026-11-22T10:00:00Z", &o.now));
    struct rules_options options = { .directory = l->directory,
                                     .waivers = waivers,
                                     .orphans = true };
    l->rc = rules_load_with(&options, test_views, &l->rules, &l->mistakes, &l->err);
    print_mistakes(l);
    FILE *f = fmemopen(text, sizeof(text), "w");
    enum rc rc = waivers_check(l->rules, &o, f, ret_open, &err);
    T_EQ_I(fclose(f), 0);
    T_EQ_I(sqlite3_close(o.db), SQLITE_OK);
    rules_free(l->rules);
    l->rules = NULL;
    T_EQ_I(rc, RC_OK);
    return text;
}

static void each_state_is_told(void)
{
    static const char *const want[] = {
        "{\"line\": 1, \"states\": [\"in_force\"], \"check\": \"a.one\", \"subject\": \"Ben\"",
        "{\"line\": 2, \"states\": [\"expired\"], \"check\": \"a.one\", \"subject\": \"Bea\"",
        "{\"line\": 3, \"states\": [\"unused\"], \"check\": \"a.one\", \"subject\": \"Anna\"",
        "{\"line\": 4, \"states\": [\"orphaned\"], \"check\": \"a.one\", \"subject\": \"Nobody\"",
        "{\"line\": 5, \"states\": [\"orphaned\"], \"check\": \"c.none\"",
        "{\"line\": 6, \"states\": [\"in_force\"], \"check\": \"a.one\", \"subject\": \"Carl\"",
        "{\"line\": 7, \"states\": [\"expiring\"], \"check\": \"b.two\", \"subject\": \"Ben\"",
        "{\"line\": 8, \"states\": [\"too_long\", \"nobody\"], \"check\": \"b.two\", \"subject\": \"B*\"",
        "{\"line\": 9, \"states\": [\"orphaned\"], \"check\": null, \"subject\": null, \"item\": null, \"finding\": \"F-000000000000\"",
        "{\"line\": 10, \"states\": [\"unused\"], \"check\": null, \"subject\": null, \"item\": null, \"finding\": \"F-eadef89b6b0a\"",
        "{\"line\": 11, \"states\": [\"unused\"], \"check\": \"*\", \"subject\": \"@honey\"",
        "{\"line\": 12, \"states\": [\"unused\"], \"check\": \"b.two\", \"subject\": \"S-1-5-21-1-2-3-5\"",
    };
    size_t open = 0;
    struct loaded l = two_checks(
        "- { check: a.one, subject: Ben, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: a.one, subject: Bea, reason: r, approver: a, expires: 2026-11-01 }\n"
        "- { check: a.one, subject: Anna, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: a.one, subject: Nobody, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: c.none, subject: Ben, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: a.one, subject: Carl, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: b.two, subject: Ben, reason: r, approver: a, expires: 2026-12-05 }\n"
        "- { check: b.two, subject: \"B*\", reason: r, approver: 未定, expires: 2029-06-30 }\n"
        "- { finding: F-000000000000, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { finding: F-eadef89b6b0a, reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: \"*\", subject: \"@honey\", reason: r, approver: a, expires: 2027-06-30 }\n"
        "- { check: b.two, subject: S-1-5-21-1-2-3-5, reason: r, approver: a, expires: 2027-06-30 }\n");
    struct store *s = estate(&l, "evidence.db");
    load_now(&l, NULL, NULL);
    evaluate(&l, s);
    store_close(s);
    rules_free(l.rules);
    const char *json = checked(&l, "evidence.db", RULES_JSON, "en", &open);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        T_HAS(json, want[i]);
    }
    T_HAS(json, "\"cause\": \"unknown_now\"");
    T_EQ_I(open, 10);
    const char *ja = checked(&l, "evidence.db", RULES_TABLE, "ja", &open);
    T_HAS(ja, "   2 行目  期限切れ    a.one  Bea\n");
    T_HAS(ja, "1 件が再び指摘されています。");
    T_HAS(ja, "例外承認 12 件、対応が必要 10 件\n");
    const char *bare = checked(&l, NULL, RULES_TABLE, "en", &open);
    T_HAS(bare, "Without --evidence nobody can tell");
    T_HAS(bare, "line 5    orphaned    c.none  Ben\n");
    T_EQ_I(open, 4);
    load_done(&l);
}

/* What was not seen may be there: neither orphaned nor unused. */
static void what_was_not_seen_is_not_orphaned(void)
{
    size_t open = 9;
    struct loaded l =
        two_checks("- { check: a.one, subject: Nobody" END "- { check: a.one, subject: \"X*\"" END
                   "- { check: a.one, subject: Anna" END);
    struct store *s = estate(&l, "evidence.db");
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(s),
                      "UPDATE coverage SET state = 'partial' WHERE source = 'ldap.user'", &err),
           RC_OK);
    load_now(&l, NULL, NULL);
    evaluate(&l, s);
    store_close(s);
    rules_free(l.rules);
    const char *json = checked(&l, "evidence.db", RULES_JSON, "en", &open);
    T_HAS(
        json,
        "\"subject\": \"Nobody\", \"item\": null, \"finding\": null, \"expires\": \"2026-12-31\", \"approver\": \"CIO\", \"reason\": \"sealed\", \"cause\": \"not_seen\"");
    T_HAS(
        json,
        "\"subject\": \"X*\", \"item\": null, \"finding\": null, \"expires\": \"2026-12-31\", \"approver\": \"CIO\", \"reason\": \"sealed\", \"cause\": \"not_seen\"");
    T_HAS(json, "[\"unused\"], \"check\": \"a.one\", \"subject\": \"Anna\"");
    T_EQ_I(open, 1);
    load_done(&l);
}

/* 50,000 findings and 500 waivers of each kind: a fraction of what the evaluation takes by itself. */
static void many_waivers_cost_little(void)
{
    static char waivers[200000];
    size_t n = 0;
    for (int i = 0; i < 500; i++) {
        n += (size_t)snprintf(waivers + n, sizeof(waivers) - n,
                              i % 5 == 0   ? "- { check: \"a.*\", subject: \"*user%d9x\"" END
                              : i % 5 == 1 ? "- { finding: F-%012d" END
                                           : "- { check: a.one, subject: user%d" END,
                              i);
    }
    struct loaded l = two_checks(waivers);
    struct store *s = estate(&l, "evidence.db");
    struct err err = { 0 };
    T_EQ_I(
        store_exec(
            store_handle(s),
            "INSERT INTO account(guid, sid, kind, dn, sam_name, uac) WITH RECURSIVE n(i) AS (VALUES(100) UNION ALL SELECT i + 1 FROM n WHERE i < 50099)"
            " SELECT 'n' || i, 'S-1-9-' || i, 'user', 'CN=' || i, 'user' || i, 2 FROM n",
            &err),
        RC_OK);
    load_now(&l, NULL, "w.list");
    clock_t begin = clock();
    evaluate(&l, s);
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    (void)fprintf(stderr, "100,000 findings under 500 waivers: %.2f s\n", seconds);
    T_OK(seconds < 20); /* under sanitizers too; a product of both would take minutes there */
    T_EQ_S(query(store_handle(s),
                 "SELECT count(*) FROM result WHERE verdict = 'waived' AND check_no = 1"),
           "240");
    store_close(s);
    load_done(&l);
}

#define TESTS(X)                                \
    X(each_form_means_what_it_says)             \
    X(the_closest_waiver_counts)                \
    X(results_keep_ids_and_waivers_their_forms) \
    X(mistakes_are_told_with_their_places)      \
    X(each_state_is_told)                       \
    X(what_was_not_seen_is_not_orphaned)        \
    X(many_waivers_cost_little)
T_MAIN("rules_waiver", TESTS)
