/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shards of one audit in one file: precedence, numbers, what is missing; and files that nobody should trust. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/evidence/group.h"
#include "audit/evidence/store_internal.h"
#include "tests/support/t.h"

#define GUID_1 "31b2f340-016d-11d2-945f-00c04fb984f9"

static char folder[64], paths[5][96], out[96];
static struct merge_input inputs[5];
static struct merge_summary sum;
static struct err err;
static struct store *ours; /* made once, for all tests */

static void begin(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/kagimori-merge-XXXXXX");
    if (!mkdtemp(folder)) {
        abort();
    }
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        (void)snprintf(paths[i], sizeof(paths[i]), "%s/%zu.db", folder, i);
    }
    (void)snprintf(out, sizeof(out), "%s/out.db", folder);
    if (!ours && store_open_memory(&ours, &err) != RC_OK) {
        abort();
    }
    memset(inputs, 0, sizeof(inputs));
    memset(&err, 0, sizeof(err));
}

static void end(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        merge_input_done(&inputs[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        (void)unlink(paths[i]);
    }
    (void)unlink(out);
    T_EQ_I(rmdir(folder), 0);
}

/* A file of the shard with these rows; NULL shard: a whole audit. */
static void make(size_t i, const char *shard, const char *now, const char *sql)
{
    struct store *s = NULL;
    T_EQ_I(store_open(paths[i], STORE_CREATE, &s, &err), RC_OK);
    T_EQ_I(store_info_set(s, "now", now, &err), RC_OK);
    if (shard) {
        T_EQ_I(store_info_set(s, "shard", shard, &err), RC_OK);
        T_EQ_I(store_info_set(s, "shard_set", "set", &err), RC_OK);
        T_EQ_I(store_info_set(s, "shard_scope", "complete", &err), RC_OK);
    }
    T_EQ_I(store_exec(store_handle(s), sql, &err), RC_OK);
    store_close(s);
}

static void open_all(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        T_EQ_I(merge_input_open(paths[i], &inputs[i], &err), RC_OK);
    }
}

/* First column of the first row as a text, "" for none; a static buffer. */
static const char *told(const char *sql)
{
    static char text[256];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    struct err ignored;
    text[0] = '\0';
    if (store_open_reader(out, &db, &ignored) == RC_OK &&
        sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW &&
        sqlite3_column_text(q, 0)) {
        (void)snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return text;
}

#define HOST(NAME, ADDRESS, ORIGIN) \
    "INSERT INTO host_target VALUES('" NAME "', '" ORIGIN "', NULL, " ADDRESS ", 0);"
#define COVERED(SOURCE, TARGET, STATE, REASON, DETAIL)                                          \
    "INSERT INTO coverage(source, target, state, reason, detail) VALUES('" SOURCE "', '" TARGET \
    "', '" STATE "', " REASON ", " DETAIL ");"
#define LEFT(SOURCE, TARGET, OWNER) \
    COVERED(SOURCE, TARGET, "not_collected", "'left'", "'left to shard " OWNER "'")
#define LOG(NUMBER, HOSTNAME)                                                                                      \
    "INSERT INTO event_log(log, origin, path, form, host) VALUES(" NUMBER ", '" HOSTNAME                           \
    "', 'Security.evtx', 'evtx', '" HOSTNAME "');"                                                                 \
    "INSERT INTO event_computer VALUES(" NUMBER ", 0, '" HOSTNAME "', 1, NULL, NULL);"                             \
    "INSERT INTO log_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved) VALUES(" NUMBER \
    ", 7, 0, 0, 1, 1102, 'clear', 0, 0);"
#define TASK(NUMBER, TARGET)                                             \
    "INSERT INTO worker_run(task, role, target, outcome) VALUES(" NUMBER \
    ", 'kagimori-smb', '" TARGET "', 'done');"

static void unites_three(void)
{
    begin();
    make(0, "1/3", "1000",
         HOST("a", "'192.0.2.1'", "directory") HOST("b", "NULL", "directory")
             HOST("c", "NULL", "directory") COVERED("net.port", "a", "complete", "NULL", "NULL")
                 LEFT("net.port", "b", "2 of 3") LEFT("net.port", "c", "3 of 3")
                     COVERED("ldap.user", "dc1", "partial", "'partial'", "NULL") LOG("1", "a")
                         LOG("2", "dc1") TASK("1", "dc1") TASK("2", "a"));
    make(1, "2/3", "3000",
         HOST("a", "NULL", "directory") HOST("b", "'192.0.2.2'", "directory")
             HOST("c", "NULL", "directory") COVERED("net.port", "b", "unreachable", "'timeout'",
                                                    "NULL") LEFT("net.port", "a", "1 of 3")
                 LEFT("net.port", "c", "3 of 3") LEFT("ldap.user", "dc1", "1 of 3")
                     LEFT("ldap.group", "dc1", "1 of 3") LOG("1", "b") TASK("1", "b"));
    make(2, "3/3", "2000",
         HOST("c", "'192.0.2.3'", "directory") COVERED("net.port", "c", "complete", "NULL", "NULL")
             COVERED("ldap.user", "dc1", "denied", "'denied'", "NULL") LOG("1", "c")
                 LOG("2", "c2"));
    open_all(3);
    struct merge_input first = inputs[0];
    inputs[0] = inputs[2]; /* the order of the command line means nothing */
    inputs[2] = first;
    T_EQ_I(merge_shards(inputs, 3, out, &sum, &err), RC_OK);
    T_EQ_I(sum.missing_count, 0);
    T_EQ_S(
        told(
            "SELECT group_concat(host || ' ' || address) FROM (SELECT * FROM host_target ORDER BY host)"),
        "a 192.0.2.1,b 192.0.2.2,c 192.0.2.3");
    T_EQ_S(told("SELECT count(*) FROM coverage WHERE reason IN ('left', 'missing')"), "0");
    T_EQ_S(told("SELECT state FROM coverage WHERE source = 'net.port' AND target = 'b'"),
           "unreachable");
    T_EQ_S(told("SELECT state FROM coverage WHERE source = 'ldap.user'"), "partial");
    T_EQ_S(told("SELECT state FROM coverage WHERE source = 'host.scope'"), "complete");
    T_EQ_S(told("SELECT value FROM audit_info WHERE name = 'now'"), "3000");
    T_EQ_S(told("SELECT count(DISTINCT log) FROM event_log"), "5");
    T_EQ_S(
        told(
            "SELECT group_concat(name) FROM (SELECT c.name FROM log_event e JOIN event_computer c USING (log, computer)"
            " JOIN event_log l ON l.log = e.log AND l.host = c.name ORDER BY 1)"),
        "a,b,c,c2,dc1");
    T_EQ_S(told("SELECT count(*) FROM worker_run"), "3");
    T_EQ_S(told("SELECT value FROM audit_info WHERE name = 'shard'"), "");
    end(3);
}

static void says_what_is_missing(void)
{
    begin();
    make(0, "1/3", "1000",
         HOST("a", "NULL", "site") HOST("b", "NULL", "site")
             COVERED("net.port", "a", "complete", "NULL", "NULL") LEFT("net.port", "b", "2 of 3"));
    make(1, "3/3", "1000", LEFT("ldap.user", "dc1", "1 of 3") LEFT("net.port", "b", "2 of 3"));
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_OK);
    T_EQ_I(sum.missing_count, 1);
    T_EQ_S(sum.missing, "2");
    T_EQ_S(told("SELECT state || ' ' || reason || ' ' || detail FROM coverage WHERE target = 'b'"),
           "not_collected missing shard 2 of 3 is missing");
    T_EQ_S(told("SELECT state || ' ' || reason FROM coverage WHERE source = 'host.scope'"),
           "partial missing");
    T_EQ_S(told("SELECT host FROM host_target WHERE host = 'b'"), "b");
    T_EQ_S(told("SELECT value FROM audit_info WHERE name = 'shards_missing'"), "2");
    T_EQ_S(told("SELECT count(*) FROM coverage WHERE source = 'ldap.user'"), "0");
    end(2);
}

/* A list that one shard did not know whole is not whole, whatever the others say. */
static void a_partial_scope_stays_partial(void)
{
    begin();
    make(0, "1/2", "1000", "");
    make(
        1, "2/2", "1000",
        "UPDATE audit_info SET value = 'the computers of the directory were not all read' WHERE name = 'shard_scope'");
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_OK);
    T_EQ_S(told("SELECT state FROM coverage WHERE source = 'host.scope'"), "partial");
    end(2);
}

/* The address of a range at which another shard found a host that has a name. */
static void a_host_counts_once(void)
{
    begin();
    make(
        0, "1/2", "1000",
        HOST("pc.example", "'192.0.2.9'", "site") "INSERT INTO host_port(host, port, state, address) VALUES('pc.example', 445, 'open', '192.0.2.9');" LOG(
            "1", "pc.example"));
    make(
        1, "2/2", "1000",
        HOST("192.0.2.9", "'192.0.2.9'", "range")
            HOST("192.0.2.10", "'192.0.2.10'", "range") "INSERT INTO host_port(host, port, state, address) VALUES('192.0.2.9', 445, 'open', '192.0.2.9'), ('192.0.2.10', 445, 'open', '192.0.2.10');" COVERED(
                "net.port", "192.0.2.9", "complete", "NULL", "NULL") LOG("1", "192.0.2.9"));
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_OK);
    T_EQ_I(sum.doubles, 1);
    T_EQ_S(told("SELECT group_concat(host) FROM (SELECT host FROM host_target ORDER BY host)"),
           "192.0.2.10,pc.example");
    T_EQ_S(told("SELECT count(*) FROM coverage WHERE target = '192.0.2.9'"), "0");
    T_EQ_S(told("SELECT group_concat(host) FROM event_log"), "pc.example");
    T_EQ_S(told("SELECT count(*) FROM log_event"), "1");
    end(2);
}

static void refuses_what_does_not_belong(void)
{
    begin();
    make(0, "1/3", "1000", "");
    make(1, "1/3", "2000", "");
    make(2, "2/4", "1000", "");
    make(3, "2/3", "1000", "UPDATE audit_info SET value = 'other' WHERE name = 'shard_set'");
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_USAGE);
    T_HAS(err.msg, "shard 1 is there twice");
    T_OK(access(out, F_OK) != 0);
    T_EQ_I(merge_input_open(paths[2], &inputs[2], &err), RC_OK);
    merge_input_done(&inputs[1]);
    inputs[1] = inputs[2];
    inputs[2] = (struct merge_input){ 0 };
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_USAGE);
    merge_input_done(&inputs[1]);
    T_EQ_I(merge_input_open(paths[3], &inputs[1], &err), RC_OK);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_USAGE);
    T_HAS(err.msg, "not a shard of the same audit");
    end(2);
}

static void the_same_file_twice_is_one(void)
{
    begin();
    make(0, "1/2", "1000", HOST("a", "NULL", "site"));
    T_EQ_I(merge_input_open(paths[0], &inputs[0], &err), RC_OK);
    T_EQ_I(merge_input_open(paths[0], &inputs[1], &err), RC_OK);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_OK);
    T_EQ_S(sum.missing, "2");
    T_EQ_S(told("SELECT count(*) FROM host_target"), "1");
    end(2);
}

/* One change of a good file, and what comes of it. */
static enum rc opened(const char *sql)
{
    sqlite3 *db = NULL;
    make(0, "1/2", "1000", "");
    T_EQ_I(sqlite3_open(paths[0], &db), SQLITE_OK);
    T_EQ_I(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    enum rc rc = merge_input_open(paths[0], &inputs[0], &err);
    merge_input_done(&inputs[0]);
    (void)unlink(paths[0]);
    return rc;
}

static void trusts_no_file(void)
{
    begin();
    T_EQ_I(opened("SELECT 1"), RC_OK);
    T_EQ_I(opened("CREATE TRIGGER t AFTER INSERT ON account BEGIN DELETE FROM coverage; END"),
           RC_USAGE);
    T_HAS(err.msg, "trigger");
    T_EQ_I(opened("ALTER TABLE account ADD COLUMN more TEXT"), RC_USAGE);
    T_EQ_I(opened("DROP TABLE coverage; CREATE VIEW coverage AS SELECT 1 AS source"), RC_USAGE);
    T_EQ_I(opened("CREATE INDEX i ON account(abs(length(sam_name)))"), RC_USAGE);
    T_EQ_I(opened("UPDATE audit_info SET value = '9/4' WHERE name = 'shard'"), RC_MALFORMED);
    T_EQ_I(opened("UPDATE audit_info SET value = '1/99999' WHERE name = 'shard'"), RC_MALFORMED);
    T_EQ_I(opened("UPDATE audit_info SET value = 'x' WHERE name = 'now'"), RC_MALFORMED);
    T_EQ_I(opened("PRAGMA application_id = 1"), RC_USAGE);
    T_EQ_I(opened("PRAGMA user_version = 99"), RC_UNSUPPORTED);
    end(0);
}

/* SQLite takes it, the catalogue does not. */
static void checks_each_row(void)
{
    begin();
    make(0, "1/2", "1000", HOST("a", "NULL", "site"));
    make(1, "2/2", "1000", "INSERT INTO sid_history VALUES('" GUID_1 "', 'S-1-x')");
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_MALFORMED);
    T_HAS(err.msg, "sid_history.sid");
    T_OK(access(out, F_OK) != 0);
    end(2);
}

static void numbers_do_not_overflow(void)
{
    begin();
    make(0, "1/2", "1000", LOG("5", "a"));
    make(1, "2/2", "1000", LOG("9223372036854775807", "b"));
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_MALFORMED);
    end(2);
}

static void an_import_belongs_to_one_file(void)
{
    begin();
    make(0, "1/2", "1000", "INSERT INTO audit_info VALUES('import:kit', 'x')");
    make(1, "2/2", "1000", "INSERT INTO audit_info VALUES('import:kit', 'x')");
    open_all(2);
    T_EQ_I(merge_shards(inputs, 2, out, &sum, &err), RC_USAGE);
    T_HAS(err.msg, "imported into two shards");
    end(2);
}

#define SITE(SID, NAME)                                                                                                                             \
    "INSERT INTO domain_head(guid, sid, dn, dns_name) VALUES('" GUID_1 "', '" SID                                                                   \
    "', 'DC=example', 'example');"                                                                                                                  \
    "INSERT INTO audit_info VALUES('organisation_en', '" NAME "');"                                                                                 \
    "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement," \
    " parameters) VALUES(1, 'ad.x', 'v', 'high', 'password', 't', 't', '', '', '', '', '[]', '{}', '[]', '', '{}');"                                \
    "INSERT INTO check_count VALUES(1, 'fail', 1), (1, 'pass', 5);"                                                                                 \
    "INSERT INTO result(check_no, verdict, subject, name) VALUES(1, 'fail', 'S-1-1-0', '" NAME                                                      \
    "'), (1, 'pass', 'S-1-5-7', NULL);"

/* Equal names, SIDs and numbers in each site: nothing of one appears at another. */
static void keeps_sites_apart(void)
{
    static struct group_site sites[4];
    sqlite3 *db = NULL;
    int64_t n = 0;
    begin();
    make(0, NULL, "1000", SITE("S-1-5-21-1-2-3", "North"));
    make(1, NULL, "2000", SITE("S-1-5-21-1-2-3", "North"));
    make(2, NULL, "1000", SITE("S-1-5-21-1-2-3", "South"));
    make(3, NULL, "1000", "");
    open_all(4);
    T_EQ_I(group_sites(inputs, 4, false, sites, &err), RC_USAGE);
    T_HAS(err.msg, "kagimori evaluate");
    T_EQ_I(group_sites(inputs, 3, false, sites, &err), RC_OK);
    T_OK(sites[0].is_older && !sites[1].is_older && !sites[2].is_older);
    T_EQ_S(sites[1].name_en, "North");
    T_EQ_I(group_make(sites, 3, NULL, out, &err), RC_OK);
    T_OK(group_is(out) && !group_is(paths[0]));
    T_EQ_I(group_open_reader(out, &db, &err), RC_OK);
    T_OK(store_number(db, "SELECT count(*) FROM site", &n) && n == 2);
    T_EQ_I(group_select(db, 1, &err), RC_OK);
    T_OK(store_number(db, "SELECT count(*) FROM result WHERE name = 'North' AND verdict = 'fail'",
                      &n) &&
         n == 1);
    T_OK(store_number(db, "SELECT count(*) FROM result", &n) &&
         n == 1); /* what passed is counted only */
    T_EQ_I(group_select(db, 2, &err), RC_OK);
    T_OK(store_number(
             db,
             "SELECT count(*) FROM result r JOIN check_info USING (check_no) WHERE name = 'South'",
             &n) &&
         n == 1);
    T_OK(store_number(db, "SELECT count(*) FROM result", &n) && n == 1);
    T_OK(sqlite3_exec(db, "DELETE FROM main.site", NULL, NULL, NULL) != SQLITE_OK);
    (void)sqlite3_close(db);
    T_EQ_I(store_open_reader(out, &db, &err), RC_USAGE); /* no evidence file */
    (void)unlink(out);
    T_EQ_I(group_sites(inputs, 3, true, sites, &err), RC_OK);
    T_OK(!sites[0].is_older);
    T_EQ_S(sites[0].name_en, "North (0)");
    T_EQ_S(sites[1].name_en, "North (1)");
    T_EQ_S(sites[2].name_en, "South");
    end(4);
}

#define TESTS(X)                                                                       \
    X(unites_three)                                                                    \
    X(says_what_is_missing)                                                            \
    X(a_partial_scope_stays_partial)                                                   \
    X(a_host_counts_once)                                                              \
    X(refuses_what_does_not_belong) X(the_same_file_twice_is_one) X(trusts_no_file)    \
        X(checks_each_row) X(numbers_do_not_overflow) X(an_import_belongs_to_one_file) \
            X(keeps_sites_apart)
T_MAIN("merge", TESTS)
