/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan takes from an earlier file, and which files it refuses. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/command/plan_carry.h"
#include "tests/support/t.h"

struct pair {
    char folder[64], old_path[128], new_path[128];
    struct store *old, *new;
    struct err err;
};

static void set(struct store *s, const char *sql)
{
    struct err err;
    T_EQ_I(store_exec(store_handle(s), sql, &err), RC_OK);
}

/* Two files of one domain, an hour apart; the older one was planned. */
static struct pair begin(void)
{
    struct pair p = { .folder = "/tmp/kagimori-carry-XXXXXX" };
    static const char domain[] =
        "INSERT INTO domain_head(guid, sid, dn, dns_name) VALUES('d', 'S-1-5-21-1-2-3', 'DC=example', 'example');";
    T_OK(mkdtemp(p.folder) != NULL);
    (void)snprintf(p.old_path, sizeof(p.old_path), "%s/old.db", p.folder);
    (void)snprintf(p.new_path, sizeof(p.new_path), "%s/new.db", p.folder);
    T_EQ_I(store_open(p.old_path, STORE_CREATE, &p.old, &p.err), RC_OK);
    T_EQ_I(store_open(p.new_path, STORE_CREATE, &p.new, &p.err), RC_OK);
    set(p.old, domain);
    set(p.new, domain);
    set(p.old,
        "INSERT INTO audit_info VALUES('now', '1000'), ('incident_at', '500'), ('reset_scope', 'forest'), ('reset_people', '3'), ('reset_start', '1700')");
    set(p.new, "INSERT INTO audit_info VALUES('now', '2000')");
    return p;
}

static enum rc carry(struct pair *p, struct carried *ret)
{
    enum rc rc = plan_carry(p->new, p->new_path, p->old_path, ret, &p->err);
    struct err err;
    T_EQ_I(store_commit(p->new, &err), RC_OK);
    return rc;
}

static void end(struct pair *p)
{
    char path[160];
    static const char *const tails[] = { "", "-wal", "-shm" };
    store_close(p->old);
    store_close(p->new);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof(path), "%s%s", p->old_path, tails[i]);
        (void)unlink(path);
        (void)snprintf(path, sizeof(path), "%s%s", p->new_path, tails[i]);
        (void)unlink(path);
    }
    (void)rmdir(p->folder);
}

static int64_t number(struct store *s, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int64_t n = -1;
    T_EQ_I(sqlite3_prepare_v2(store_handle(s), sql, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return n;
}

static void takes_the_newest_copy_of_a_file_without_a_plan(void)
{
    struct pair p = begin();
    struct carried c;
    set(p.old,
        "INSERT INTO account(guid, sid, kind, dn) VALUES('a', 'S-1-5-21-1-2-3-500', 'user', 'CN=A');"
        "INSERT INTO secret_change(guid, server, form, password_version, password_at) VALUES('a', 'dc1', 'xml', 7, 300), ('a', 'dc2', 'xml', 6, 200)");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(c.secrets, 1);
    T_EQ_I(
        number(
            p.new,
            "SELECT version * 10000 + seen_at FROM secret_seen WHERE subject = 'S-1-5-21-1-2-3-500' AND at = 300"),
        70300); /* dc2 does not have it: that nothing newer was made elsewhere is not known */
    T_EQ_I(number(p.new, "SELECT count(*) FROM secret_seen"), 1);
    T_EQ_I(number(p.new, "SELECT incident_at FROM clock"), 500);
    end(&p);
}

/* Only while every writable domain controller told the same was a version surely the current one when the file was made: a stale one that answers
 * alone would otherwise prove a reset that was made before the incident. */
static void a_version_was_current_only_where_all_told_it(void)
{
    struct pair p = begin();
    struct carried c;
    static const char seen[] = "SELECT seen_at FROM secret_seen WHERE version = 7";
    set(p.old,
        "INSERT INTO account(guid, sid, kind, dn) VALUES('a', 'S-1-5-21-1-2-3-500', 'user', 'CN=A');"
        "INSERT INTO directory_agent(guid, dn, dns_name, is_read_only) VALUES('n1', 'CN=1', 'dc1', 0), ('n2', 'CN=2', 'dc2', 0), ('n3', 'CN=3', 'dc3', 1);"
        "INSERT INTO directory_server(host, dns_name) VALUES('dc1', 'dc1'), ('dc2', 'dc2'), ('dc3', 'dc3');"
        "INSERT INTO coverage(source, target, state) VALUES('ldap.site', 'dc1', 'complete');"
        "INSERT INTO secret_change(guid, server, form, password_version, password_at) VALUES('a', 'dc1', 'xml', 7, 300), ('a', 'dc3', 'xml', 7, 300)");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, seen), 300); /* dc2 is silent; a read-only one does not stand for it */
    set(p.old,
        "INSERT INTO secret_change(guid, server, form, password_version, password_at) VALUES('a', 'dc2', 'xml', 7, 300)");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, seen), 1000);
    set(p.new, "DELETE FROM secret_seen");
    set(p.old, "DELETE FROM coverage"); /* which domain controllers there are is not known */
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, seen), 300);
    end(&p);
}

static void keeps_the_later_sight_of_a_version(void)
{
    struct pair p = begin();
    struct carried c;
    set(p.old,
        "INSERT INTO secret_seen VALUES('s', 'password', 7, 300, 900), ('s', 'password', 6, NULL, 250)");
    set(p.new,
        "INSERT INTO secret_seen VALUES('s', 'password', 7, 300, 1500), ('s', 'password', 6, 200, 210)");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, "SELECT seen_at FROM secret_seen WHERE version = 7"), 1500);
    T_EQ_I(number(p.new, "SELECT seen_at + at FROM secret_seen WHERE version = 6"), 450);
    end(&p);
}

static void its_own_word_is_of_more_weight(void)
{
    struct pair p = begin();
    struct carried c;
    set(p.new, "INSERT INTO audit_info VALUES('incident_at', '600'), ('reset_people', '1');"
               "INSERT INTO reset_decision VALUES('attested', 'a', '*', 'new', 1500, NULL)");
    set(p.old,
        "INSERT INTO reset_decision VALUES('attested', 'a', '*', 'old', 900, NULL), ('attested', 'b', '*', 'old', 900, NULL)");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, "SELECT incident_at FROM clock"), 600);
    T_EQ_I(number(p.new,
                  "SELECT count(*) FROM audit_info WHERE name = 'reset_people' AND value = '3'"),
           1);
    T_EQ_I(number(p.new, "SELECT value FROM audit_info WHERE name = 'reset_start'"), 1700);
    set(p.old, "UPDATE audit_info SET value = '0' WHERE name = 'reset_start'");
    T_EQ_I(carry(&p, &c), RC_OK);
    T_EQ_I(number(p.new, "SELECT value FROM audit_info WHERE name = 'reset_start'"), 1700);
    T_EQ_I(number(p.new, "SELECT count(*) FROM reset_decision WHERE action = 'a' AND who = 'new'"),
           1);
    T_EQ_I(number(p.new, "SELECT count(*) FROM reset_decision"), 2);
    end(&p);
}

static void refuses_what_does_not_fit(void)
{
    struct pair p = begin();
    struct carried c;
    T_EQ_I(plan_carry(p.new, p.new_path, p.new_path, &c, &p.err), RC_USAGE);
    T_HAS(p.err.msg, "itself");
    set(p.old, "UPDATE audit_info SET value = '3000' WHERE name = 'now'");
    T_EQ_I(carry(&p, &c), RC_USAGE);
    T_HAS(p.err.msg, "newer");
    set(p.old,
        "UPDATE audit_info SET value = '1000' WHERE name = 'now'; UPDATE domain_head SET sid = 'S-1-5-21-9-9-9', dns_name = 'evil' || char(27) || '[31m'");
    T_EQ_I(carry(&p, &c), RC_USAGE);
    T_HAS(p.err.msg, "S-1-5-21-9-9-9");
    T_OK(strchr(p.err.msg, 27) == NULL);
    set(p.new, "DELETE FROM domain_head"); /* no server answered: nothing speaks against it */
    T_EQ_I(carry(&p, &c), RC_OK);
    set(p.old, "DELETE FROM audit_info WHERE name = 'now'");
    T_EQ_I(carry(&p, &c), RC_MALFORMED);
    end(&p);
}

#define TESTS(X)                                      \
    X(takes_the_newest_copy_of_a_file_without_a_plan) \
    X(a_version_was_current_only_where_all_told_it)   \
    X(keeps_the_later_sight_of_a_version)             \
    X(its_own_word_is_of_more_weight)                 \
    X(refuses_what_does_not_fit)
T_MAIN("plan_carry", TESTS)
