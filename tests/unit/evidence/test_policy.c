/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_policy.sql: which policies reach a computer, and what comes of them. The estate: OU=Wards under DC=example holds PC1, in
 * it OU=Icu (which holds PC2); three policies A, B, C that everybody may apply, read from SYSVOL. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/store.h"
#include "tests/support/t.h"

#define A   "aaaaaaaa-0000-0000-0000-000000000000"
#define B   "bbbbbbbb-0000-0000-0000-000000000000"
#define C   "cccccccc-0000-0000-0000-000000000000"
#define SID "S-1-5-21-1-2-3"

static struct store *store;

static void run(const char *sql)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(store), sql, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

static const char *query(const char *sql)
{
    static char text[4][4096];
    static unsigned turn;
    char *buf = text[turn++ % 4];
    sqlite3_stmt *s = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &s, NULL) != SQLITE_OK) {
        (void)snprintf(buf, sizeof(text[0]), "error: %s", sqlite3_errmsg(store_handle(store)));
    } else if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0)) {
        (void)snprintf(buf, sizeof(text[0]), "%s", (const char *)sqlite3_column_text(s, 0));
    }
    (void)sqlite3_finalize(s);
    return buf;
}

static void policy(const char *id, const char *name)
{
    char sql[2048];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO policy_object(guid, gpo_id, dn, display_name, flags) VALUES('%s', '%s', 'CN={%s},CN=Policies,CN=System,DC=example', '%s', 0);"
        "INSERT INTO security_descriptor(object_guid, dn, object_class, dacl) VALUES('%s', 'CN={%s},CN=Policies,CN=System,DC=example', 'gpo', 'present');"
        "INSERT INTO access_right SELECT '%s', 'S-1-5-11', column1, 0, '00000000-0000-0000-0000-000000000000', 0 FROM (VALUES('read_policy'), ('apply_policy'));"
        "INSERT INTO policy_folder(gpo_id, origin, kind, state) VALUES('%s', 'dc1', 'sysvol', 'read');",
        id, id, id, name, id, id, id, id);
    run(sql);
}

static void link_to(const char *container, int position, const char *id, int options)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO policy_link(container_guid, position, gpo_dn, gpo_id, options) VALUES('%s', %d, 'CN={%s},CN=Policies,CN=System,DC=example', '%s', %d)",
        container, position, id, id, options);
    run(sql);
}

static void set_value(const char *id, const char *value, const char *source, const char *action,
                      int number)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO policy_registry(gpo_id, half, key, value, source, action, is_conditional, type, number) VALUES('%s', 'machine', 'HKLM\\K', '%s', '%s', '%s', 0, 4, %d)",
        id, value, source, action, number);
    run(sql);
}

static void estate(void)
{
    struct err err = { 0 };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    run("INSERT INTO domain_head(guid, dn, sid) VALUES('dom', 'DC=example', '" SID "');"
        "INSERT INTO organizational_unit(guid, dn, name, kind) VALUES('dom', 'DC=example', 'example', 'domain'),"
        " ('wards', 'OU=Wards,DC=example', 'Wards', 'ou'), ('icu', 'OU=Icu,OU=Wards,DC=example', 'Icu', 'ou');"
        "INSERT INTO directory_group(guid, sid, rid, dn, group_type, members_complete) VALUES"
        " ('computers', '" SID
        "-515', 515, 'CN=Domain Computers,CN=Users,DC=example', -2147483646, 1),"
        " ('outer', '" SID "-1301', 1301, 'CN=outer,DC=example', -2147483646, 1), ('inner', '" SID
        "-1302', 1302, 'CN=inner,DC=example', -2147483646, 1);"
        "INSERT INTO account(guid, sid, kind, dn, sam_name, uac, primary_group_rid) VALUES"
        " ('pc1', '" SID "-1101', 'computer', 'CN=PC1,OU=Wards,DC=example', 'PC1$', 4096, 515),"
        " ('pc2', '" SID
        "-1102', 'computer', 'CN=PC\\,2,OU=Icu,ou=wards,DC=example', 'PC2$', 4096, 515),"
        " ('dc', '" SID "-1000', 'computer', 'CN=DC,CN=Computers,DC=example', 'DC$', 532480, 516);"
        "INSERT INTO host_target(host, origin, account_guid, is_controller) VALUES('one', 'directory', 'pc1', 0), ('two', 'directory', 'pc2', 0);");
    for (const char *const *s =
             (const char *const[]){ "ldap.ou", "ldap.gpo", "ldap.group", "ldap.site",
                                    "ldap.security", "ldap.computer", "policy.file", NULL };
         *s; s++) {
        char sql[200];
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO coverage(source, target, state) VALUES('%s', 'dc1', 'complete')", *s);
        run(sql);
    }
    run("INSERT INTO site(guid, dn, name) VALUES('s1', 'CN=Main', 'Main');");
    policy(A, "A");
    policy(B, "B");
    policy(C, "C");
}

/* "A applies; B denied filtered": what reaches a computer, in order; then what does not. */
static const char *reach(const char *guid)
{
    struct err err = { 0 };
    char sql[600];
    run("DELETE FROM audit_info WHERE name = 'derived'");
    T_EQ_I(store_derive(store, &err), RC_OK);
    T_EQ_S(err.msg, "");
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT group_concat(line, '; ') FROM (SELECT coalesce(o.display_name, r.gpo_id) || ' ' || r.state || coalesce(' ' || r.reason, '') AS line"
        " FROM policy_target t JOIN policy_reach r ON r.class_no = t.class_no LEFT JOIN policy_object o ON o.gpo_id = r.gpo_id"
        " WHERE t.guid = '%s' ORDER BY r.place IS NULL, r.place, 1)",
        guid);
    return query(sql);
}

static const char *result(const char *guid, const char *item)
{
    char sql[600];
    (void)reach(guid);
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT o.display_name || ' ' || CASE WHEN r.is_missing THEN 'missing' ELSE coalesce(r.number, r.text, '') END"
        " FROM policy_target t JOIN policy_result r ON r.class_no = t.class_no LEFT JOIN policy_object o ON o.gpo_id = r.gpo_id"
        " WHERE t.guid = '%s' AND r.item = '%s'",
        guid, item);
    return query(sql);
}

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

static void the_highest_policy_wins(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    set_value(A, "V", "registry_pol", "set", 1);
    set_value(B, "V", "registry_pol", "set", 2);
    set_value(A, "Only", "registry_pol", "set", 3);
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "B 2");
    T_EQ_S(result("pc1", "HKLM\\K\\Only"), "A 3");
    T_EQ_S(result("dc", "HKLM\\K\\V"), "A 1");
    T_EQ_S(result("dc", "HKLM\\K\\Nothing"), "");
    /* Deleted is known to be missing; so is a key that a higher policy clears. */
    run("UPDATE policy_registry SET action = 'delete_value' WHERE gpo_id = '" B "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "B missing");
    run("UPDATE policy_registry SET action = 'delete_values', value = '' WHERE gpo_id = '" B "'");
    T_EQ_S(result("pc1", "HKLM\\K\\Only"), "B missing");
    T_EQ_S(result("dc", "HKLM\\K\\Only"), "A 3");
    set_value(B, "Only", "registry_pol", "set", 4);
    T_EQ_S(result("pc1", "HKLM\\K\\Only"), "B 4");
    store_close(store);
}

static void what_is_not_certain_decides_nothing(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    set_value(A, "V", "registry_pol", "set", 1);
    run("UPDATE policy_object SET wmi_filter = 'x' WHERE gpo_id = '" B "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "A 1"); /* B is read and does not set it */
    set_value(B, "V", "registry_pol", "set", 2);
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "");
    run("UPDATE policy_registry SET number = 1");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "A 1"); /* both ways the same */
    run("DELETE FROM policy_registry WHERE gpo_id = '" B
        "'; UPDATE policy_folder SET state = 'partial' WHERE gpo_id = '" B "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), ""); /* may set it */
    run("UPDATE policy_object SET machine_extensions = '[{42B5FAAE-6536-11D2-AE5A-0000F87571E3}{40B6664F-4972-11D1-A7CA-0000F87571E3}]' WHERE gpo_id = '" B
        "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "A 1"); /* scripts only */
    run("DELETE FROM policy_folder WHERE gpo_id = '" A
        "'; INSERT INTO policy_folder(gpo_id, origin, kind, state) VALUES('" A
        "', 'usb', 'backup', 'read')");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), ""); /* a backup is not what is in force */
    store_close(store);
}

static void extensions_that_disagree_decide_nothing(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    set_value(A, "V", "template", "set", 1);
    set_value(B, "V", "registry_pol", "set", 1);
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "B 1");
    run("UPDATE policy_registry SET number = 2 WHERE gpo_id = '" A "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "");
    T_EQ_S(result("dc", "HKLM\\K\\V"), "A 2");
    /* A preference that may do nothing. */
    run("UPDATE policy_registry SET source = 'preference', is_conditional = 1 WHERE gpo_id = '" A
        "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "");
    T_EQ_S(result("dc", "HKLM\\K\\V"), "");
    run("UPDATE policy_registry SET is_conditional = 0, action = 'create', number = 1 WHERE gpo_id = '" A
        "'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "B 1");
    T_EQ_S(result("dc", "HKLM\\K\\V"), "");
    /* Windows hands a policy only to the extensions that it lists. */
    run("UPDATE policy_registry SET action = 'set', number = 3 WHERE gpo_id = '" A
        "'; UPDATE policy_object SET machine_extensions = '[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}]'");
    T_EQ_S(result("pc1", "HKLM\\K\\V"), "B 1");
    T_EQ_S(result("dc", "HKLM\\K\\V"), "");
    store_close(store);
}

static void settings_of_every_kind(void)
{
    estate();
    link_to("dom", 0, A, 0);
    link_to("wards", 0, B, 0);
    run("INSERT INTO policy_template(gpo_id, section, name, number) VALUES('" A
        "', 'system_access', 'LockoutBadCount', 0), ('" B
        "', 'system_access', 'LockoutBadCount', 5),"
        " ('" A "', 'system_access', 'LockoutDuration', -1), ('" A
        "', 'system_access', 'MaximumPasswordAge', 42);"
        "INSERT INTO policy_right(gpo_id, \"right\", holder) VALUES('" A
        "', 'SeDebugPrivilege', 'S-1-5-32-544'), ('" A "', 'SeDebugPrivilege', 'S-1-1-0'), ('" B
        "', 'SeDebugPrivilege', '');"
        "INSERT INTO policy_audit(gpo_id, subcategory, setting) VALUES('" A
        "', '0cce9215-69ae-11d9-bed3-505054503030', 4), ('" B
        "', '0cce9215-69ae-11d9-bed3-505054503030', 0);"
        "INSERT INTO policy_service(gpo_id, name, source, start, is_conditional) VALUES('" A
        "', 'Spooler', 'template', 4, 0)");
    T_EQ_S(result("pc1", "system_access.LockoutBadCount"), "B 5");
    T_EQ_S(result("pc1", "right.SeDebugPrivilege"), "B ");
    T_EQ_S(result("dc", "right.SeDebugPrivilege"), "A S-1-1-0, S-1-5-32-544");
    T_EQ_S(result("pc1", "audit.0cce9215-69ae-11d9-bed3-505054503030"), "A 0");
    T_EQ_S(result("pc1", "service.Spooler"), "A 4");
    T_EQ_S(
        query(
            "SELECT lockout_threshold || ' ' || lockout_duration || ' ' || max_password_age || ' ' || origin FROM local_policy_fact WHERE host = 'one'"),
        "5 0 -36288000000000 policy");
    T_EQ_S(query("SELECT group_concat(start || origin) FROM service_fact"), "4policy,4policy");
    T_EQ_S(
        query(
            "SELECT group_concat(\"right\" || '=' || sid) FROM local_right_fact WHERE host = 'one'"),
        "SeDebugPrivilege=");
    store_close(store);
}

static void a_host_that_told_goes_before_policy(void)
{
    estate();
    link_to("dom", 0, A, 0);
    set_value(A, "V", "registry_pol", "set", 1);
    (void)reach("pc1");
    T_EQ_S(query("SELECT origin || data FROM registry_fact WHERE host = 'one'"), "policy1");
    T_EQ_S(query("SELECT data || policy FROM registry_value WHERE host = '" SID
                 "-1101' AND key = 'HKLM\\K' AND value = 'V'"),
           "1A");
    run("INSERT INTO host_registry(host, key, value, origin, is_missing, type, number) VALUES('one', 'HKLM\\K', 'V', 'kit', 0, 4, 7)");
    T_EQ_S(query("SELECT group_concat(origin || data) FROM registry_fact WHERE host = 'one'"),
           "kit7");
    /* One that told its whole registry has no other values, by files or over the network. */
    run("DELETE FROM host_registry; INSERT INTO coverage(source, target, state) VALUES('kit.registry', 'one', 'complete'), ('kit.registry', 'two', 'partial')");
    T_EQ_S(query("SELECT group_concat(host) FROM registry_fact"), "two");
    T_EQ_S(query("SELECT group_concat(host) FROM host_unseen WHERE source = 'smb.registry'"),
           "two");
    T_EQ_S(query("SELECT group_concat(host) FROM host_unseen WHERE source = 'smb.service'"),
           "one,two");
    run("INSERT INTO coverage(source, target, state) VALUES('cache.registry', 'two', 'complete')");
    T_EQ_S(query("SELECT group_concat(host) FROM host_unseen WHERE source = 'smb.registry'"),
           "two");
    store_close(store);
}

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

#define TESTS(X)                                \
    X(orders_by_container_and_link)             \
    X(blocks_inheritance)                       \
    X(knows_sites_where_it_can)                 \
    X(says_what_is_off)                         \
    X(links_that_were_not_read_stand_above_all) \
    X(filters_by_every_sid)                     \
    X(takes_denials_in_their_order)             \
    X(an_unread_filter_is_unknown)              \
    X(the_highest_policy_wins)                  \
    X(what_is_not_certain_decides_nothing)      \
    X(extensions_that_disagree_decide_nothing)  \
    X(settings_of_every_kind)                   \
    X(a_host_that_told_goes_before_policy)      \
    X(what_is_lost_never_makes_a_result)
T_MAIN("policy", TESTS)
