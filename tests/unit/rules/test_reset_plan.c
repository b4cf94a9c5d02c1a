/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waves, the schedule, what an operator says about a plan, and sentences. */
#include <stdlib.h>
#include <time.h>

#include "reset_support.h"

#define MINUTE (INT64_C(60) * FILETIME_SECOND)

static char sql[4000];

static void many(struct plan_lab *lab, int from, int count, const char *columns, const char *values)
{
    char name[20];
    for (int i = from; i < from + count; i++) {
        (void)snprintf(name, sizeof(name), "u%03d", i);
        reset_account(lab, i, name, columns, values);
    }
}

static const char *waves(struct plan_lab *lab)
{
    return reset_query(
        lab,
        "SELECT group_concat(wave || ':' || items || '/' || finished, ' ') FROM (SELECT * FROM reset_wave ORDER BY action_no, wave)");
}

static const char *batched(struct plan_lab *lab, const char *batches)
{
    const struct reset_options options = { .kind = "plan", .batches = batches };
    T_EQ_I(reset_make(lab, &options), RC_OK);
    T_EQ_S(lab->err.msg, "");
    return waves(lab);
}

static void divides_subjects_into_waves(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", "batch: user\nnot_needed: g = 1"));
    many(&lab, 1, 6, "uac", "0");
    T_EQ_S(batched(&lab, NULL), "1:6/0");
    T_EQ_S(batched(&lab, "user:1"), "1:1/0 2:1/0 3:1/0 4:1/0 5:1/0 6:1/0");
    T_EQ_S(batched(&lab, "user:3"), "1:3/0 2:3/0");
    T_EQ_S(batched(&lab, "user:4"), "1:4/0 2:2/0");
    T_EQ_S(batched(&lab, "user:100"), "1:6/0");
    /* What was said stays; what need not be done takes no place. */
    reset_sql(&lab, "UPDATE account SET delegate_count = 1 WHERE rid IN (1, 3, 5)");
    T_EQ_S(batched(&lab, "user:2"), "1:2/0 2:1/0");
    reset_sql(&lab, "UPDATE account SET uac = 1 WHERE rid = 2");
    T_EQ_S(batched(&lab, NULL), "1:2/1 2:1/0");
    T_EQ_S(reset_query(&lab, "SELECT value FROM audit_info WHERE name = 'reset_batches'"),
           "user:2");
    /* Of each wave begin and end; one that is finished has none. */
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(((start_at - 134398161300000000) / 600000000) || '-' || ((finish_at - 134398161300000000) / 600000000), ' ')"
            " FROM (SELECT * FROM reset_wave ORDER BY wave)"),
        "0-15 15-20");
    reset_sql(&lab, "UPDATE account SET uac = 1");
    T_EQ_S(batched(&lab, NULL), "1:2/2 2:1/1");
    T_EQ_S(reset_query(&lab, "SELECT count(start_at) || count(finish_at) FROM reset_wave"), "00");
    T_EQ_I(lab.totals.finish_at, 0);
    reset_lab_done(&lab);
}

static void keeps_together_what_has_one_number(void)
{
    struct plan_lab lab =
        reset_lab(an_action("reset.one", "batch: host\nwave: wave\norder: \"-many\""));
    many(&lab, 1, 3, "encryption_types, sid_history_count", "7, 1");
    many(&lab, 4, 2, "encryption_types, sid_history_count", "2, 1");
    many(&lab, 6, 2, "sid_history_count", "1");
    reset_account(&lab, 9, "zz", "encryption_types, sid_history_count", "7, 5");
    T_EQ_S(batched(&lab, NULL), "1:2/0 2:4/0 3:2/0");
    T_EQ_S(reset_query(
               &lab,
               "SELECT group_concat(name, ' ') FROM (SELECT * FROM reset_item ORDER BY position)"),
           "u004 u005 zz u001 u002 u003 u006 u007");
    T_EQ_S(batched(&lab, "host:3"), "1:2/0 2:3/0 3:1/0 4:2/0");
    reset_lab_done(&lab);
    lab = reset_lab(an_action("reset.one", "wave: \"1\"\norder: \"99\""));
    many(&lab, 1, 2, "uac", "0");
    T_EQ_S(batched(&lab, NULL), "1:2/0");
    reset_lab_done(&lab);
}

/* Begin and end of an action in minutes from now. */
static const char *times(struct plan_lab *lab, const char *id)
{
    (void)snprintf(sql, sizeof(sql),
                   "SELECT ((start_at - %" PRId64 ") / 600000000) || '-' || ((finish_at - %" PRId64
                   ") / 600000000) FROM reset_action WHERE id = '%s'",
                   RESET_NOW, RESET_NOW, id);
    return reset_query(lab, sql);
}

static void work(struct plan_lab *lab, int people, filetime start)
{
    const struct reset_options options = { .kind = "plan", .people = people, .start = start };
    T_EQ_I(reset_make(lab, &options), RC_OK);
}

static void schedules_people_and_waits(void)
{
    char text[16000];
    (void)snprintf(text, sizeof(text), "%s%s%s%s", an_action("reset.a", "minutes: { once: 30 }"),
                   an_action("reset.b", "minutes: { each: 20 }"),
                   an_action("reset.c", "minutes: { once: 5 }\ndelay: hours\nafter: [reset.a]"),
                   an_action("reset.d", "minutes: { once: 10 }\nafter: [reset.a]\nuntil: until"));
    struct plan_lab lab = reset_lab(text);
    reset_account(&lab, 1, "A", "uac, certificate_mapping_count, lockout_time",
                  "0, 10, 134398161300000000 + 90 * 600000000");
    work(&lab, 1, 0);
    T_EQ_S(times(&lab, "reset.a"), "0-30");
    T_EQ_S(times(&lab, "reset.b"), "30-50");
    T_EQ_S(times(&lab, "reset.d"), "90-100");
    T_EQ_S(times(&lab, "reset.c"), "630-635"); /* ten hours after a, while nobody is busy */
    T_EQ_I((lab.totals.finish_at - RESET_NOW) / MINUTE, 635);
    work(&lab, 3, 0);
    T_EQ_S(times(&lab, "reset.a"), "0-30");
    T_EQ_S(times(&lab, "reset.b"), "0-20");
    work(&lab, 0, RESET_NOW + 60 * MINUTE); /* three people stay */
    T_EQ_S(times(&lab, "reset.b"), "60-80");
    T_EQ_S(times(&lab, "reset.d"), "90-100");
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT group_concat(value, ' ') FROM (SELECT * FROM audit_info WHERE name GLOB 'reset_*' ORDER BY name)"),
        " 3 forest 134398197300000000");
    /* Times that no calendar has. */
    reset_sql(
        &lab,
        "UPDATE account SET certificate_mapping_count = 9223372036854775807, lockout_time = 9223372036854775807");
    work(&lab, 1, INT64_MAX);
    T_OK(lab.totals.finish_at == PLAN_LATEST);
    T_EQ_S(
        reset_query(
            &lab,
            "SELECT count(*) FROM reset_action WHERE start_at > finish_at OR finish_at > 2650467743990000000"),
        "0");
    reset_sql(&lab, "UPDATE account SET uac = 1");
    work(&lab, 1, 0);
    T_EQ_I(lab.totals.finish_at, 0);
    T_EQ_S(reset_query(&lab, "SELECT count(start_at) || count(finish_at) FROM reset_action"), "00");
    T_EQ_I(reset_make(&lab, &(struct reset_options){ .people = 101 }), RC_USAGE);
    T_EQ_S(lab.err.msg, "--people is a number from 1 to 100");
    reset_lab_done(&lab);
}

/* Random playbooks: no action begins before what it waits for has ended, and never are more people busy than there are. */
static void random_schedules_keep_the_order(void)
{
    char text[40000], lines[500];
    srand(7);
    for (int round = 0; round < 12; round++) {
        size_t n = 0, count = 3 + (size_t)rand() % 12;
        int people = 1 + rand() % 4;
        for (size_t i = 0; i < count; i++) {
            static const char *const phases[] = { "first", "second", "third" };
            size_t m = (size_t)snprintf(lines, sizeof(lines),
                                        "phase: %s\nminutes: { once: %d, each: %d }\n",
                                        phases[rand() % 3], rand() % 50, rand() % 10);
            m +=
                (size_t)snprintf(lines + m, sizeof(lines) - m,
                                 rand() % 3 == 0 ? "delay: hours\n" : "done: d = %d\n", rand() % 3);
            if (i > 0) {
                int k = rand() % (int)i;
                m += (size_t)snprintf(lines + m, sizeof(lines) - m, "after: [reset.x%d%s", k, "");
                int j = rand() % (int)i;
                (void)snprintf(lines + m, sizeof(lines) - m, j != k ? ", reset.x%d]" : "]", j);
            }
            char id[20];
            (void)snprintf(id, sizeof(id), "reset.x%zu", i);
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", an_action(id, lines));
        }
        struct plan_lab lab = reset_lab(text);
        many(&lab, 1, 5, "uac, certificate_mapping_count", "abs(random() % 3), abs(random() % 5)");
        work(&lab, people, 0);
        T_EQ_S(
            reset_query(
                &lab,
                "SELECT group_concat(a.id || ' ' || b.id) FROM reset_action a, json_each(a.blocked_by) j JOIN reset_action b ON b.id = j.value"
                " WHERE a.start_at < b.finish_at OR a.action_no <= b.action_no OR a.state = 'ready'"),
            "");
        T_EQ_S(
            reset_query(
                &lab,
                "SELECT group_concat(id) FROM reset_action WHERE (start_at IS NULL) <> (items = finished) OR finish_at < start_at"),
            "");
        (void)snprintf(
            sql, sizeof(sql),
            "SELECT count(*) FROM reset_action a WHERE a.finish_at > a.start_at AND (SELECT count(*) FROM reset_action b"
            " WHERE b.finish_at > b.start_at AND b.start_at <= a.start_at AND b.finish_at > a.start_at) > %d",
            people);
        T_EQ_S(reset_query(&lab, sql), "0");
        T_EQ_S(
            reset_query(
                &lab,
                "SELECT count(*) FROM reset_action a WHERE finish_at IS NOT (SELECT max(finish_at) FROM reset_wave w WHERE w.action_no = a.action_no) AND start_at IS NOT NULL"),
            "0");
        reset_lab_done(&lab);
    }
}

static enum rc scoped(struct plan_lab *lab, const char *scope)
{
    return reset_make(lab, &(struct reset_options){ .kind = "plan", .scope = scope });
}

static const char *needed(struct plan_lab *lab)
{
    return reset_query(
        lab,
        "SELECT coalesce(group_concat(name, ' '), '-') FROM (SELECT name FROM reset_item WHERE state <> 'not_needed' ORDER BY name)");
}

static void a_scope_is_a_list_of_keys(void)
{
    struct plan_lab lab = reset_lab(an_action("reset.one", "scope: [account, host]"));
    reset_account(&lab, 1, "tanaka", "upn", "'tanaka@example.jp'");
    reset_account(&lab, 2, "Sato", "", "");
    reset_account(&lab, 3, "PC_1$", "", "");
    reset_account(&lab, 4, "PC11$", "", "");
    reset_sql(
        &lab,
        "UPDATE account SET kind = 'computer' WHERE rid > 2;"
        "INSERT INTO host_target(host, origin, account_guid) SELECT 'pcx1.example', 'list', guid FROM account WHERE rid = 4");
    T_EQ_I(store_derive(lab.store, &lab.err), RC_OK);
    T_EQ_I(scoped(&lab, "account:TANAKA@example.jp"), RC_OK);
    T_EQ_S(needed(&lab), "tanaka");
    T_EQ_S(reset_query(&lab, "SELECT value FROM audit_info WHERE name = 'reset_scope'"),
           "account:S-1-5-21-1-2-3-1");
    T_HAS(reset_item(&lab, "Sato", "reason_en"), "(account:tanaka)");
    T_EQ_I(scoped(&lab, "host:pc_1,account:S-1-5-21-1-2-3-2,account:sato"), RC_OK);
    T_EQ_S(needed(&lab), "PC_1$ Sato");
    T_EQ_I(scoped(&lab, "host:pcx1"), RC_OK);
    T_EQ_S(needed(&lab), "PC11$");
    T_EQ_I(scoped(&lab, "host:pc_1"), RC_OK); /* a name is no pattern */
    T_EQ_S(needed(&lab), "PC_1$");
    T_EQ_I(scoped(&lab, "host:pc%"), RC_USAGE);
    T_EQ_S(lab.err.msg, "--scope: this evidence knows no host 'pc%'; give its name or SID");
    T_EQ_I(scoped(&lab, "account:nobody"), RC_USAGE);
    T_EQ_I(scoped(&lab, "account:"), RC_USAGE);
    T_EQ_I(scoped(&lab, ""), RC_USAGE);
    T_EQ_S(lab.err.msg, "--scope is empty");
    T_EQ_I(scoped(&lab, "forest,,"), RC_USAGE);
    /* Nothing that was refused is kept, and a rename or a deletion changes nothing. */
    T_EQ_I(scoped(&lab, "account:tanaka"), RC_OK);
    reset_sql(
        &lab,
        "UPDATE account SET sam_name = 'gone' WHERE rid = 1; UPDATE account SET sam_name = 'tanaka' WHERE rid = 2");
    T_EQ_I(store_exec(lab.db, "DELETE FROM audit_info WHERE name = 'derived'", &lab.err), RC_OK);
    T_EQ_I(store_derive(lab.store, &lab.err), RC_OK);
    T_EQ_I(scoped(&lab, NULL), RC_OK);
    T_EQ_S(needed(&lab), "gone");
    reset_sql(&lab,
              "DELETE FROM account WHERE rid = 1; DELETE FROM audit_info WHERE name = 'derived'");
    T_EQ_I(store_derive(lab.store, &lab.err), RC_OK);
    T_EQ_I(scoped(&lab, NULL), RC_OK);
    T_EQ_S(needed(&lab), "-");
    T_EQ_I(scoped(&lab, "forest"), RC_OK);
    T_EQ_S(needed(&lab), "-");
    reset_sql(
        &lab,
        "INSERT INTO account(guid, sid, kind, dn, sam_name) VALUES('00000000-0000-0000-0000-00000000000a', 'S-1-5-21-1-2-3-10', 'user', 'CN=x', 'tanaka');"
        "DELETE FROM audit_info WHERE name = 'derived'");
    T_EQ_I(store_derive(lab.store, &lab.err), RC_OK);
    T_EQ_I(scoped(&lab, "account:tanaka"), RC_USAGE);
    T_EQ_S(lab.err.msg, "--scope: 'tanaka' means more than one account; give its SID");
    reset_lab_done(&lab);
}

static void a_long_scope_is_told_in_short(void)
{
    char scope[8192];
    size_t n = 0;
    struct plan_lab lab = reset_lab(an_action("reset.one", "scope: [account]"));
    many(&lab, 1, 300, "", "");
    T_EQ_I(store_derive(lab.store, &lab.err), RC_OK);
    for (int i = 1; i < 300; i++) {
        n += (size_t)snprintf(scope + n, sizeof(scope) - n, "%saccount:u%03d", i > 1 ? "," : "", i);
    }
    T_EQ_I(scoped(&lab, scope), RC_OK);
    T_EQ_I(lab.totals.items, 299);
    T_EQ_I(scoped(&lab, NULL), RC_OK);
    T_EQ_I(lab.totals.items, 299);
    T_HAS(reset_item(&lab, "u300", "reason_en"),
          "Outside of the scope of the incident (299 hosts and accounts)");
    T_HAS(reset_item(&lab, "u300", "reason_ja"), "（ホストとアカウント 299 件）");
    reset_lab_done(&lab);
}

static void refuses_batches_that_mean_nothing(void)
{
    static const char *const wrong[] = { "user",    "user:",         "user:0",
                                         "user:-1", "user:1x",       "user:1000001",
                                         ":5",      "users:5",       "user:1,computer:2",
                                         ",",       "user:1,,user:2" };
    struct plan_lab lab = reset_lab(an_action("reset.one", "batch: user"));
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        T_EQ_I(reset_make(&lab, &(struct reset_options){ .kind = "plan", .batches = wrong[i] }),
               RC_USAGE);
    }
    T_EQ_I(reset_make(&lab, &(struct reset_options){ .kind = "plan", .batches = "usr:5" }),
           RC_USAGE);
    T_EQ_S(lab.err.msg,
           "--batch: no action of the playbook is divided by 'usr' (did you mean 'user'?)");
    T_EQ_S(reset_query(&lab, "SELECT count(*) FROM audit_info WHERE name = 'reset_batches'"), "0");
    T_EQ_S(batched(&lab, "user:7,user:9"), "");
    reset_sql(&lab, "UPDATE audit_info SET value = 'gone:5,user:2' WHERE name = 'reset_batches'");
    many(&lab, 1, 3, "", "");
    T_EQ_S(batched(&lab, NULL), "1:2/0 2:1/0"); /* a word of an older playbook */
    reset_lab_done(&lab);
}

/* The English sentence of one account whose note and date are these SQL values. */
static const char *sentence(const char *english, const char *note, const char *made)
{
    char lines[1000], values[600];
    static char buf[4096];
    (void)snprintf(lines, sizeof(lines), "explain:\n  open: { en: \"%s\", ja: \"%s　未\" }",
                   english, english);
    struct plan_lab lab = reset_lab(an_action("reset.one", lines));
    (void)snprintf(values, sizeof(values), "0, %s, %s", note, made);
    reset_account(&lab, 1, "A", "uac, display_name, created_at", values);
    reset_plan(&lab);
    (void)snprintf(buf, sizeof(buf), "%s", reset_item(&lab, "A", "substr(reason_en, 16)"));
    T_EQ_S(reset_query(&lab, "SELECT min(json_valid(evidence)) FROM reset_item"), "1");
    reset_lab_done(&lab);
    return buf;
}

static void sentences_stand_hostile_values(void)
{
    char hundreds[400] = "";
    (void)setenv("TZ", "UTC", 1);
    tzset();
    T_EQ_S(sentence("a {note} b", "'x'", "NULL"), "a x b");
    T_EQ_S(sentence("a {note} b", "NULL", "NULL"), "a ? b");
    T_EQ_S(sentence("a {note} b", "''", "NULL"), "a ? b");
    T_EQ_S(sentence("a[ and {note}] b", "NULL", "NULL"), "a b");
    T_EQ_S(sentence("a[ and {note} {made_at}] b[, c {note}]", "'x'", "NULL"), "a b, c x");
    T_EQ_S(sentence("[{note}]{name}[]", "'x'", "NULL"), "xA");
    T_EQ_S(sentence("a {note}[, {note}] b", "'{name} [x] {'", "NULL"),
           "a {name} [x] {, {name} [x] { b");
    T_EQ_S(sentence("{note}", "char(0x1b) || '[31m' || char(10) || char(0x202e) || 'x'", "NULL"),
           "\\u{1b}[31m\\u{a}\\u{202e}x");
    T_EQ_S(sentence("{note}", "CAST(x'41ff42' AS TEXT)", "NULL"), "A\xef\xbf\xbd"
                                                                  "B");
    memset(hundreds, 'x', 300);
    (void)snprintf(hundreds + 300, 20, "…");
    T_EQ_S(sentence("{note}", "replace(hex(zeroblob(32768)), '0', 'x')", "NULL"), hundreds);
    T_EQ_S(sentence("{made_at}", "'x'", "134398161300000000"), "2026-11-22 10:15 (+00:00)");
    (void)setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    T_EQ_S(sentence("{made_at}", "'x'", "134398161300000000"), "2026-11-22 19:15 (+09:00)");
    (void)setenv("TZ", "No/Where", 1);
    tzset();
    T_EQ_S(sentence("{made_at}", "'x'", "134398161300000000"), "2026-11-22 10:15 (+00:00)");
    (void)setenv("TZ", "XXX+3:30", 1);
    tzset();
    T_EQ_S(sentence("{made_at}", "'x'", "134398161300000000"), "2026-11-22 06:45 (-03:30)");
    char buf[64];
    T_EQ_S(sentence_time(INT64_MIN, buf, sizeof(buf)), "1600-12-31 20:30 (-03:30)");
    T_EQ_S(sentence_time(INT64_MAX, buf, sizeof(buf)), "9999-12-31 20:29 (-03:30)");
    (void)setenv("TZ", "UTC", 1);
    tzset();
}

/* Evidence of many large values, infinite ones and others than text. */
static void evidence_is_always_json(void)
{
    struct plan_lab lab = reset_lab(an_action(
        "reset.one",
        "explain:\n  open: { en: \"{note} {d} {many} {made_at} {wave}\", ja: \"未{note}\" }"));
    reset_account(&lab, 1, "A", "uac, display_name, sid_history_count",
                  "0, replace(hex(zeroblob(3000000)), '0', '\"x'), -7");
    reset_plan(&lab);
    T_EQ_S(reset_item(&lab, "A", "json_valid(evidence)"), "1");
    T_EQ_S(
        reset_item(
            &lab, "A",
            "length(json_extract(evidence, '$.note')) || ' ' || json_extract(evidence, '$.many')"),
        "4096 -7");
    T_EQ_S(reset_item(&lab, "A", "json_type(evidence, '$.wave') IS NULL"), "1");
    reset_lab_done(&lab);
}

#define TESTS(X)                          \
    X(divides_subjects_into_waves)        \
    X(keeps_together_what_has_one_number) \
    X(schedules_people_and_waits)         \
    X(random_schedules_keep_the_order)    \
    X(a_scope_is_a_list_of_keys)          \
    X(a_long_scope_is_told_in_short)      \
    X(refuses_batches_that_mean_nothing)  \
    X(sentences_stand_hostile_values)     \
    X(evidence_is_always_json)
T_MAIN("rules_reset_plan", TESTS)
