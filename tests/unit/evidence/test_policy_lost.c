/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_policy.sql over estates made by chance, from which something is taken away: no result may come of that. */
#include "tests/support/t.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy_estate.h"

static uint64_t seed;

static unsigned pick(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % n;
}

static void add(const char *format, unsigned a, unsigned b, unsigned c, unsigned d)
{
    char sql[700];
    /* The formats are the literals below; each takes up to four numbers. */
    (void)snprintf(sql, sizeof(sql), "WITH n(a, b, c, d) AS (VALUES(%u, %u, %u, %u)) %s", a, b, c,
                   d, format);
    run(sql);
}

#define POLICY "'0000000' || a || '-0000-0000-0000-000000000000'"

/* Eight computers in a chain of four containers, six policies, two groups; everything else by chance. */
static void random_estate(void)
{
    static const char *const places[] = { "dom", "o1", "o2", "o3" };
    struct err err = { 0 };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    run("INSERT INTO domain_head(guid, dn, sid) VALUES('dom', 'DC=example', '" SID "');"
        "INSERT INTO organizational_unit(guid, dn, kind) VALUES('dom', 'DC=example', 'domain'), ('o1', 'OU=1,DC=example', 'ou'),"
        " ('o2', 'OU=2,OU=1,DC=example', 'ou'), ('o3', 'OU=3,OU=2,OU=1,DC=example', 'ou'), ('s1', 'CN=s1', 'site'), ('s2', 'CN=s2', 'site');"
        "UPDATE organizational_unit SET name = guid; INSERT INTO site(guid, dn, name) VALUES('s1', 'CN=s1', 's1');"
        "INSERT INTO directory_group(guid, sid, dn, group_type, members_complete) VALUES('g0', '" SID
        "-1300', 'CN=g0', -2147483646, 1), ('g1', '" SID "-1301', 'CN=g1', -2147483646, 1);"
        "INSERT INTO coverage(source, target, state) SELECT column1, 'dc1', 'complete' FROM (VALUES('ldap.ou'), ('ldap.gpo'), ('ldap.group'), ('ldap.site'), ('ldap.security'));");
    if (pick(2)) {
        run("INSERT INTO site(guid, dn, name) VALUES('s2', 'CN=s2', 's2')");
    }
    for (unsigned i = 0; i < 8; i++) {
        static const char *const parents[] = { "OU=1,DC=example", "OU=2,OU=1,DC=example",
                                               "OU=3,OU=2,OU=1,DC=example",
                                               "CN=Computers,DC=example" };
        char sql[400];
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO account(guid, sid, kind, dn, uac, primary_group_rid) VALUES('pc%u', '" SID
            "-110%u', 'computer', 'CN=pc%u,%s', %u, 515)",
            i, i, i, parents[pick(4)], i == 0 ? 532480U : 4096U);
        run(sql);
        if (pick(2)) {
            add("INSERT INTO membership(group_guid, member_dn, member_guid) SELECT 'g' || b, 'CN=pc' || a, 'pc' || a FROM n",
                i, pick(2), 0, 0);
        }
    }
    for (unsigned i = 0; i < 6; i++) {
        add("INSERT INTO policy_object(guid, gpo_id, dn, flags, wmi_filter) SELECT " POLICY
            ", " POLICY ", 'CN=p' || a || ',DC=example', b, CASE c WHEN 0 THEN 'w' END FROM n",
            i, pick(6) ? 0 : 2, pick(6), 0);
        add("INSERT INTO security_descriptor(object_guid, dn, object_class, dacl) SELECT " POLICY
            ", 'CN=p' || a || ',DC=example', 'gpo', 'present' FROM n",
            i, 0, 0, 0);
        add("INSERT INTO policy_folder(gpo_id, origin, kind, state) SELECT " POLICY
            ", 'dc1', 'sysvol', 'read' FROM n",
            i, 0, 0, 0);
        for (unsigned k = 0; k < 3; k++) {
            add("INSERT OR IGNORE INTO access_right SELECT " POLICY
                ", CASE b WHEN 0 THEN 'S-1-5-11' WHEN 1 THEN '" SID "-1300' WHEN 2 THEN '" SID
                "-1301' ELSE '" SID "-1103' END,"
                " CASE c WHEN 0 THEN 'deny_apply_policy' ELSE 'apply_policy' END, d, '00000000-0000-0000-0000-000000000000', 0 FROM n",
                i, pick(4), pick(4), pick(2));
        }
        add("INSERT OR IGNORE INTO access_right SELECT " POLICY
            ", 'S-1-5-11', CASE b WHEN 0 THEN 'deny_read_policy' ELSE 'read_policy' END, 0, '00000000-0000-0000-0000-000000000000', 0 FROM n",
            i, pick(8), 0, 0);
        for (unsigned k = 0; k < 5; k++) {
            add("INSERT OR IGNORE INTO policy_registry(gpo_id, half, key, value, source, action, is_conditional, type, number)"
                " SELECT " POLICY
                ", 'machine', 'HKLM\\K', 'v' || (b % 4), CASE WHEN c < 8 THEN 'registry_pol' WHEN c = 8 THEN 'template' ELSE 'preference' END,"
                " CASE WHEN d < 7 THEN 'set' WHEN d = 7 THEN 'delete_value' WHEN d = 8 THEN 'create' ELSE 'delete_values' END, c = 10, 4, b % 3 FROM n",
                i, pick(60), pick(11), pick(10));
        }
    }
    for (unsigned i = 0; i < 9; i++) {
        char sql[300];
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO policy_link(container_guid, position, gpo_dn, gpo_id, options) SELECT '%s', %u, 'CN=p' || a || ',DC=example', " POLICY
            ", %u FROM (SELECT %u AS a)",
            pick(8)   ? places[pick(4)]
            : pick(2) ? "s1"
                      : "s2",
            i, pick(4), pick(6));
        run(sql);
    }
    if (pick(3) == 0) {
        add("UPDATE organizational_unit SET gp_options = 1 WHERE guid = 'o' || (SELECT a FROM n)",
            1 + pick(3), 0, 0, 0);
    }
}

/* Takes something away in the way that an audit would say it. */
static void lose_something(void)
{
    unsigned i = pick(6);
    switch (pick(11)) {
    case 0:
        add("UPDATE policy_folder SET state = 'partial' WHERE gpo_id = (SELECT " POLICY " FROM n)",
            i, 0, 0, 0);
        add("DELETE FROM policy_registry WHERE gpo_id = (SELECT " POLICY
            " FROM n) AND rowid % 2 = (SELECT b FROM n)",
            i, pick(2), 0, 0);
        break;
    case 1:
        add("DELETE FROM policy_folder WHERE gpo_id = (SELECT " POLICY " FROM n)", i, 0, 0, 0);
        add("DELETE FROM policy_registry WHERE gpo_id = (SELECT " POLICY " FROM n)", i, 0, 0, 0);
        break;
    case 2:
        add("UPDATE security_descriptor SET dacl = 'unreadable' WHERE object_guid = (SELECT " POLICY
            " FROM n)",
            i, 0, 0, 0);
        add("DELETE FROM access_right WHERE object_guid = (SELECT " POLICY " FROM n)", i, 0, 0, 0);
        break;
    case 3:
        run("DELETE FROM membership WHERE rowid % 2 = 1; UPDATE directory_group SET members_complete = 0");
        break;
    case 4:
        run("DELETE FROM membership WHERE group_guid = 'g0'; DELETE FROM directory_group WHERE guid = 'g0'; UPDATE coverage SET state = 'partial' WHERE source = 'ldap.group'");
        break;
    case 5:
        add("DELETE FROM policy_object WHERE gpo_id = (SELECT " POLICY " FROM n)", i, 0, 0, 0);
        run("UPDATE coverage SET state = 'partial' WHERE source = 'ldap.gpo'");
        break;
    case 6:
        add("UPDATE policy_object SET flags = NULL WHERE gpo_id = (SELECT " POLICY " FROM n)", i, 0,
            0, 0);
        break;
    case 7:
        run("UPDATE account SET primary_group_rid = NULL WHERE guid IN ('pc1', 'pc2', 'pc3')");
        break;
    case 8:
        run("DELETE FROM site WHERE name = 's2'; UPDATE coverage SET state = 'partial' WHERE source = 'ldap.site'");
        break;
    case 9:
        run("DELETE FROM organizational_unit WHERE guid = 'o2'; DELETE FROM policy_link WHERE container_guid = 'o2'");
        break;
    default:
        run("DELETE FROM security_descriptor; DELETE FROM access_right; DELETE FROM coverage WHERE source = 'ldap.security'");
    }
}

/* Whatever is lost, no result comes that was not there, and none changes. */
static void what_is_lost_never_makes_a_result(void)
{
    static const char results[] =
        "SELECT t.guid, r.item, r.is_missing, coalesce(r.number, '') AS data FROM policy_target t JOIN policy_result r ON r.class_no = t.class_no";
    int64_t seen = 0, left = 0;
    for (unsigned round = 0; round < 50; round++) {
        char sql[700];
        seed = 88172645463325252ULL + round * 7919U;
        random_estate();
        (void)reach("pc1");
        (void)snprintf(sql, sizeof(sql), "CREATE TABLE before AS %s", results);
        run(sql);
        for (unsigned n = 1 + pick(2); n > 0; n--) {
            lose_something();
        }
        (void)reach("pc1");
        (void)snprintf(
            sql, sizeof(sql),
            "SELECT group_concat(guid || ' ' || item || ' ' || data, '; ') FROM (SELECT * FROM (%s) EXCEPT SELECT * FROM before)",
            results);
        T_EQ_S(query(sql), "");
        seen += (int64_t)strtoll(query("SELECT count(*) FROM before"), NULL, 10);
        left += (int64_t)strtoll(
            query(
                "SELECT count(*) FROM policy_target t JOIN policy_result r ON r.class_no = t.class_no"),
            NULL, 10);
        store_close(store);
    }
    T_OK(seen > 200);
    T_OK(left > 50 && left < seen);
}

#define TESTS(X) X(what_is_lost_never_makes_a_result)
T_MAIN("policy_lost", TESTS)
