/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_policy.sql: which policies reach a computer, in which order, and why others do not. */
#include <stdio.h>

#include "policy_estate.h"
#include "tests/support/t.h"

static void orders_by_container_and_link(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    link_to("wards", 1, C, 0);
    /* The nearer container first; in one container the later link. */
    T_EQ_S(reach("pc1"), "C applies; B applies; A applies");
    T_EQ_S(reach("pc2"), "C applies; B applies; A applies");
    T_EQ_S(reach("dc"), "A applies");
    T_EQ_S(reach("dom"), "A applies");
    run("UPDATE policy_link SET options = 2 WHERE gpo_id = '" A "'");
    T_EQ_S(reach("pc1"), "A applies; C applies; B applies");
    /* Of two that are enforced the higher container wins. */
    run("UPDATE policy_link SET options = 2 WHERE gpo_id = '" B "'");
    T_EQ_S(reach("pc1"), "A applies; B applies; C applies");
    run("UPDATE policy_link SET options = 3 WHERE gpo_id = '" B "'");
    T_EQ_S(reach("pc1"), "A applies; C applies; B disabled link_disabled");
    /* The same policy twice counts where it is strongest. */
    run("UPDATE policy_link SET options = 0");
    link_to("icu", 0, A, 0);
    T_EQ_S(reach("pc2"), "A applies; C applies; B applies");
    T_EQ_S(reach("pc1"), "C applies; B applies; A applies");
    store_close(store);
}

static void blocks_inheritance(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    link_to("icu", 0, C, 0);
    run("UPDATE organizational_unit SET gp_options = 1 WHERE guid = 'icu'");
    T_EQ_S(reach("pc2"), "C applies; A disabled blocked; B disabled blocked");
    T_EQ_S(reach("pc1"), "B applies; A applies");
    run("UPDATE policy_link SET options = 2 WHERE gpo_id = '" A "'");
    T_EQ_S(reach("pc2"), "A applies; C applies; B disabled blocked");
    store_close(store);
}

static void knows_sites_where_it_can(void)
{
    estate();
    run("INSERT INTO organizational_unit(guid, dn, name, kind) VALUES('s1', 'CN=Main', 'Main', 'site'), ('s2', 'CN=Other', 'Other', 'site');"
        "INSERT INTO directory_agent(guid, dn, computer_dn, site) VALUES('ntds', 'CN=NTDS', 'CN=DC,CN=Computers,DC=example', 'Main')");
    link_to("s1", 0, A, 0);
    link_to("s2", 0, B, 2);
    link_to("dom", 0, C, 0);
    T_EQ_S(reach("pc1"), "C applies; A applies");
    run("INSERT INTO site(guid, dn, name) VALUES('s2', 'CN=Other', 'Other')");
    T_EQ_S(reach("pc1"), "B unknown site; C applies; A unknown site");
    T_EQ_S(reach("dc"), "C applies; A applies");
    T_EQ_S(reach("dom"), "C applies");
    run("DELETE FROM site WHERE name = 'Other'; UPDATE coverage SET state = 'partial' WHERE source = 'ldap.site'");
    T_EQ_S(reach("pc1"), "B unknown site; C applies; A unknown site");
    store_close(store);
}

static void says_what_is_off(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("dom", 1, B, 0);
    link_to("dom", 2, C, 0);
    run("UPDATE policy_object SET flags = 2 WHERE gpo_id = '" A "';"
        "UPDATE policy_object SET flags = 1 WHERE gpo_id = '" B
        "'; DELETE FROM policy_object WHERE gpo_id = '" C "'");
    T_EQ_S(reach("pc1"), "B applies; A disabled half_disabled; " C " disabled missing");
    run("UPDATE coverage SET state = 'partial' WHERE source = 'ldap.gpo'");
    T_EQ_S(reach("pc1"), C " unknown gpo_unread; B applies; A disabled half_disabled");
    run("UPDATE policy_object SET flags = NULL WHERE gpo_id = '" B
        "'; UPDATE policy_object SET flags = 0, wmi_filter = '[example;{1};0]' WHERE gpo_id = '" A
        "'");
    T_EQ_S(reach("pc1"), C " unknown gpo_unread; B unknown flags_unread; A unknown wmi_filter");
    store_close(store);
}

static void links_that_were_not_read_stand_above_all(void)
{
    estate();
    link_to("wards", 0, A, 0);
    run("DELETE FROM organizational_unit WHERE guid = 'icu'");
    T_EQ_S(reach("pc1"), "A applies");
    T_EQ_S(reach("pc2"), " unknown link_unread; A applies");
    run("INSERT INTO malformed_value(source, target, object, attribute, reason) VALUES('ldap.ou', 'dc1', 'ou=wards,DC=EXAMPLE', 'gPLink', 'x')");
    T_EQ_S(reach("pc1"), " unknown link_unread; A applies");
    run("DELETE FROM malformed_value; UPDATE coverage SET state = 'denied' WHERE source = 'ldap.ou'");
    T_EQ_S(reach("pc1"), " unknown link_unread; A applies");
    store_close(store);
}

static void grant(const char *trustee, const char *right, int inherited)
{
    char sql[300];
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO access_right VALUES('" A
                   "', '%s', '%s', %d, '00000000-0000-0000-0000-000000000000', 0)",
                   trustee, right, inherited);
    run(sql);
}

static void filters_by_every_sid(void)
{
    estate();
    link_to("dom", 0, A, 0);
    run("DELETE FROM access_right WHERE object_guid = '" A "' AND \"right\" = 'apply_policy'");
    T_EQ_S(reach("pc1"), "A denied filtered");
    /* A group in a group; the primary group; itself; everybody; domain controllers. */
    grant(SID "-1301", "apply_policy", 0);
    run("INSERT INTO membership(group_guid, member_dn, member_guid) VALUES('outer', 'CN=inner', 'inner'), ('inner', 'CN=PC1', 'pc1')");
    T_EQ_S(reach("pc1"), "A applies");
    T_EQ_S(reach("pc2"), "A denied filtered");
    run("UPDATE directory_group SET group_type = 2 WHERE guid = 'inner'"); /* for distribution only */
    T_EQ_S(reach("pc1"), "A denied filtered");
    run("UPDATE access_right SET trustee_sid = '" SID
        "-515' WHERE \"right\" = 'apply_policy' AND object_guid = '" A "'");
    T_EQ_S(reach("pc1"), "A applies");
    T_EQ_S(reach("dc"), "A denied filtered");
    run("UPDATE access_right SET trustee_sid = 'S-1-5-9' WHERE \"right\" = 'apply_policy' AND object_guid = '" A
        "'");
    T_EQ_S(reach("pc1"), "A denied filtered");
    T_EQ_S(reach("dc"), "A applies");
    T_EQ_S(reach("dom"), "A applies");
    run("UPDATE access_right SET trustee_sid = '" SID
        "-1102' WHERE \"right\" = 'apply_policy' AND object_guid = '" A "'");
    T_EQ_S(reach("pc1"), "A denied filtered");
    T_EQ_S(reach("pc2"), "A applies");
    store_close(store);
}

static void takes_denials_in_their_order(void)
{
    estate();
    link_to("dom", 0, A, 0);
    grant(SID "-1301", "deny_apply_policy", 0);
    run("INSERT INTO membership(group_guid, member_dn, member_guid) VALUES('outer', 'CN=PC1', 'pc1')");
    T_EQ_S(reach("pc1"), "A denied denied");
    T_EQ_S(reach("pc2"), "A applies");
    /* A grant of its own comes before an inherited denial. */
    run("UPDATE access_right SET inherited = 1 WHERE \"right\" = 'deny_apply_policy'");
    T_EQ_S(reach("pc1"), "A applies");
    run("UPDATE access_right SET inherited = 0 WHERE \"right\" = 'deny_apply_policy'");
    /* Whether PC2 is inside is not known. */
    run("UPDATE directory_group SET members_complete = 0 WHERE guid = 'outer'");
    T_EQ_S(reach("pc1"), "A denied denied");
    T_EQ_S(reach("pc2"), "A unknown group_unread");
    /* A policy that the computer applies and cannot read (MS16-072). */
    run("DELETE FROM access_right WHERE \"right\" IN ('deny_apply_policy', 'read_policy') AND object_guid = '" A
        "'");
    T_EQ_S(reach("pc1"), "A denied unreadable");
    grant("S-1-5-32-544", "read_policy", 0); /* Administrators of which machine? */
    T_EQ_S(reach("pc1"), "A unknown group_unread");
    /* A grant of its own that may be the computer's, before an inherited denial that is. */
    run("DELETE FROM access_right WHERE object_guid = '" A "'");
    grant("S-1-5-11", "read_policy", 0);
    grant("S-1-5-32-545", "apply_policy", 0);
    grant("S-1-5-11", "deny_apply_policy", 1);
    T_EQ_S(reach("pc1"), "A unknown group_unread");
    store_close(store);
}

static void an_unread_filter_is_unknown(void)
{
    estate();
    link_to("dom", 0, A, 0);
    run("UPDATE security_descriptor SET dacl = 'unreadable' WHERE object_guid = '" A "'");
    T_EQ_S(reach("pc1"), "A unknown descriptor_unread");
    run("DELETE FROM security_descriptor WHERE object_guid = '" A
        "'; DELETE FROM access_right WHERE object_guid = '" A "'");
    T_EQ_S(reach("pc1"), "A unknown descriptor_unread");
    run("INSERT INTO security_descriptor(object_guid, dn, object_class, dacl) VALUES('" A
        "', 'CN=A', 'gpo', 'absent')");
    grant("S-1-1-0", "generic_all", 0);
    T_EQ_S(reach("pc1"), "A applies");
    run("UPDATE access_right SET trustee_sid = 'S-1-5-21-9-9-9-513' WHERE object_guid = '" A "'");
    T_EQ_S(reach("pc1"), "A unknown group_unread");
    store_close(store);
}

#define TESTS(X)                                \
    X(orders_by_container_and_link)             \
    X(blocks_inheritance)                       \
    X(knows_sites_where_it_can)                 \
    X(says_what_is_off)                         \
    X(links_that_were_not_read_stand_above_all) \
    X(filters_by_every_sid)                     \
    X(takes_denials_in_their_order)             \
    X(an_unread_filter_is_unknown)
T_MAIN("policy_reach", TESTS)
