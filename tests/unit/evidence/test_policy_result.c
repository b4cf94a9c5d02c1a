/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_policy.sql: what comes of the policies that reach a computer, and where a host itself goes before them. */
#include "tests/support/t.h"

#include "policy_estate.h"

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

#define TESTS(X)                               \
    X(the_highest_policy_wins)                 \
    X(what_is_not_certain_decides_nothing)     \
    X(extensions_that_disagree_decide_nothing) \
    X(settings_of_every_kind)                  \
    X(a_host_that_told_goes_before_policy)
T_MAIN("policy_result", TESTS)
