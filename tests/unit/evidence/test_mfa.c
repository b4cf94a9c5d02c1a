/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a record of an export is, what an entry of the site file means, and what proves a second factor (derive_mfa.sql). */
#include <stdio.h>

#include "audit/evidence/store_internal.h"
#include "tests/support/t.h"

static struct store *s;
static struct err err;

static void sql(const char *text)
{
    T_EQ_I(store_exec(store_handle(s), text, &err), RC_OK);
}

static int64_t number(const char *query)
{
    int64_t n = -1;
    T_OK(store_number(store_handle(s), query, &n));
    return n;
}

/* The first column of the first row; "" for NULL. Good until the next call. */
static const char *text(const char *query)
{
    static char kept[256];
    sqlite3_stmt *q = NULL;
    kept[0] = '\0';
    T_OK(sqlite3_prepare_v2(store_handle(s), query, -1, &q, NULL) == SQLITE_OK &&
         sqlite3_step(q) == SQLITE_ROW);
    if (sqlite3_column_text(q, 0)) {
        (void)snprintf(kept, sizeof(kept), "%s", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    return kept;
}

/* A domain of four people: its groups and accounts were read. Times are small numbers; now is 1000. */
static void begin(void)
{
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    sql("INSERT INTO audit_info(name, value) VALUES ('now', '1000');"
        "INSERT INTO domain_head(guid, sid, dn, dns_name, netbios_name) VALUES ('d', 'S-1-5-21-1-2-3', 'DC=h,DC=example', 'h.example', 'H');"
        "INSERT INTO account(guid, sid, kind, dn, sam_name, upn, uac, primary_group_rid) VALUES"
        " ('a', 'S-1-5-21-1-2-3-1101', 'user', 'CN=A,DC=h,DC=example', 'anzai', 'anzai@hospital.example', 512, 513),"
        " ('b', 'S-1-5-21-1-2-3-1102', 'user', 'CN=B,DC=h,DC=example', 'baba', 'other@hospital.example', 512, 513),"
        " ('c', 'S-1-5-21-1-2-3-1103', 'user', 'CN=C,DC=h,DC=example', 'chiba', NULL, 512, 513),"
        " ('k', 'S-1-5-21-1-2-3-502', 'user', 'CN=K,DC=h,DC=example', 'krbtgt', NULL, 514, 513);"
        "INSERT INTO coverage(source, target, state) SELECT DISTINCT source, 'x', 'complete' FROM view_source;"
        "INSERT INTO mfa_export(origin, path, service, form, accounts, methods, unreadable, is_whole, exported_at) VALUES"
        " ('o', 'e', 'entra', 'json', 1, 1, 0, 1, 900), ('o', 'p', 'plain', 'csv', 1, 1, 0, 1, 800);");
}

static void end(void)
{
    store_close(s);
    s = NULL;
}

static void derive(void)
{
    T_EQ_I(store_derive(s, &err), RC_OK);
}

#define RECORD \
    "INSERT INTO mfa_account(origin, path, row, sid, upn, domain, name, is_registered) VALUES "
#define WHOSE(row) \
    text(          \
        "SELECT coalesce(guid, '') || '/' || coalesce(how, '') || '/' || coalesce(reason, '') FROM mfa_join WHERE path = 'e' AND row = " row)

/* The best key that a record has decides, and nothing below it. */
static void joins_by_the_best_key(void)
{
    begin();
    sql(RECORD "('o', 'e', 1, 'S-1-5-21-1-2-3-1101', 'other@hospital.example', NULL, 'chiba', 1),"
               "('o', 'e', 2, 'S-1-5-21-9-9-9-1', 'other@hospital.example', NULL, 'chiba', 1),"
               "('o', 'e', 3, NULL, 'OTHER@Hospital.Example', NULL, 'chiba', 1),"
               "('o', 'e', 4, NULL, 'Chiba@H.example', NULL, NULL, 1),"
               "('o', 'e', 5, NULL, 'nobody@hospital.example', 'h', 'ANZAI', 1),"
               "('o', 'e', 6, NULL, NULL, 'H.EXAMPLE', 'baba', 1),"
               "('o', 'e', 7, NULL, NULL, 'ELSEWHERE', 'baba', 1),"
               "('o', 'e', 8, NULL, NULL, NULL, NULL, 1),"
               "('o', 'e', 9, NULL, NULL, NULL, 'krbtgt', 1)");
    derive();
    T_EQ_S(WHOSE("1"), "a/sid/");
    T_EQ_S(WHOSE("2"), "//no_account");
    T_EQ_S(WHOSE("3"), "b/upn/");
    T_EQ_S(WHOSE("4"), "c/upn/");
    T_EQ_S(WHOSE("5"), "a/name/");
    T_EQ_S(WHOSE("6"), "b/name/");
    T_EQ_S(WHOSE("7"), "//no_account");
    T_EQ_S(WHOSE("8"), "//no_key");
    T_EQ_S(WHOSE("9"), "//no_account");
    end();
}

/* The userPrincipalName of one account may be the implicit name of another: the written one is meant. */
static void prefers_the_written_name(void)
{
    begin();
    sql("UPDATE account SET upn = 'chiba@h.example' WHERE guid = 'a'");
    sql(RECORD "('o', 'e', 1, NULL, 'chiba@h.example', NULL, NULL, 1)");
    derive();
    T_EQ_S(WHOSE("1"), "a/upn/");
    end();
}

static void takes_none_of_several(void)
{
    begin();
    sql("INSERT INTO ppolicy_account(guid, server, dn, name, has_password) VALUES ('l', 'l1', 'uid=anzai,dc=h', 'anzai', 1), ('l', 'l2', 'uid=anzai,dc=h', 'anzai', 1)");
    sql("INSERT INTO ldap_account(guid, server, dn, name, principal) VALUES ('i', 'i1', 'uid=endo,dc=i', 'endo', 'endo@I.EXAMPLE'), ('i', 'i2', 'uid=endo,dc=i', 'endo', 'endo@I.EXAMPLE')");
    sql(RECORD
        "('o', 'e', 1, NULL, NULL, NULL, 'anzai', 1), ('o', 'e', 2, NULL, NULL, 'h', 'anzai', 1), ('o', 'e', 3, NULL, NULL, NULL, 'endo', 1), ('o', 'e', 4, NULL, NULL, 'i.example', 'endo', 0)");
    derive();
    T_EQ_S(WHOSE("1"), "//ambiguous");
    T_EQ_S(WHOSE("2"), "a/name/");
    /* one account of two servers is one account; 3 and 4 contradict each other */
    T_EQ_S(WHOSE("3"), "//twice");
    T_EQ_S(WHOSE("4"), "//twice");
    T_EQ_I(number("SELECT count(*) FROM mfa_state"), 5);
    end();
}

/* A plain table has a line a factor: "none" of one and "registered" of another is no contradiction, a bypass here and none there is. */
static void knows_records_of_factors(void)
{
    begin();
    sql(RECORD
        "('o', 'p', 1, NULL, NULL, NULL, 'anzai', 0), ('o', 'p', 2, NULL, NULL, NULL, 'anzai', 1)");
    sql("INSERT INTO mfa_account(origin, path, row, name, is_bypassed) VALUES ('o', 'p', 3, 'baba', 1), ('o', 'p', 4, 'baba', 0)");
    sql("INSERT INTO mfa_method(origin, path, row, position, method, state) VALUES ('o', 'p', 2, 0, 'totp', 'active')");
    derive();
    T_EQ_I(number("SELECT is_registered FROM mfa_state WHERE guid = 'a'"), 1);
    T_EQ_S(text("SELECT proofs FROM mfa_state WHERE guid = 'a'"), "plain (totp)");
    T_EQ_I(number("SELECT is_bypassed IS NULL AND is_told = 0 FROM mfa_state WHERE guid = 'b'"), 1);
    end();
}

/* Factors that a product lists for the reset of passwords are none; nor are those of somebody of whom it says that he has none. */
static void weighs_factors(void)
{
    begin();
    sql(RECORD
        "('o', 'e', 1, NULL, NULL, NULL, 'anzai', 1), ('o', 'e', 2, NULL, NULL, NULL, 'baba', 0), ('o', 'e', 3, NULL, NULL, NULL, 'chiba', 1)");
    sql("INSERT INTO mfa_method(origin, path, row, position, method, state) VALUES ('o', 'e', 1, 0, 'mail', 'active'), ('o', 'e', 1, 1, 'fido2', 'active'), ('o', 'e', 1, 2, 'sms', 'pending'),"
        " ('o', 'e', 2, 0, 'sms', 'active'), ('o', 'e', 3, 0, 'other', 'active'), ('o', 'e', 3, 1, 'sms', 'active')");
    derive();
    T_EQ_S(text("SELECT strongest || '/' || weakest FROM mfa_state WHERE guid = 'a'"),
           "strong/strong");
    T_EQ_I(
        number(
            "SELECT is_registered = 0 AND is_enforced = 0 AND strongest IS NULL FROM mfa_state WHERE guid = 'b'"),
        1);
    /* one that nobody can weigh may be strong, and cannot be weaker than weak */
    T_EQ_S(
        text("SELECT coalesce(strongest, '?') || '/' || weakest FROM mfa_state WHERE guid = 'c'"),
        "?/weak");
    T_EQ_I(number("SELECT proven_at FROM mfa_state WHERE guid = 'a'"), 900);
    end();
}

static void gathers_what_the_directory_proves(void)
{
    begin();
    sql("UPDATE account SET uac = uac | 0x40000 WHERE guid = 'a'");
    sql("INSERT INTO key_credential(guid, key_id, usage, device_id, flags) VALUES ('b', 'k1', 'ngc', '00000000-0000-0000-0000-000000000000', 0), ('c', 'k2', 'ngc', 'dddddddd-0000-0000-0000-000000000001', 2)");
    sql("INSERT INTO event_log(log, origin, path, form, host, channel) VALUES (1, 'o', 'S', 'evtx', 'dc', 'Security');"
        "INSERT INTO host_target(host, origin) VALUES ('dc', 'site');"
        "INSERT INTO event_computer(log, computer, name, records) VALUES (1, 0, 'dc', 9);"
        "INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_sid, preauth) VALUES"
        " (1, 1, 0, 0, 700, 4768, 'ticket', 0, 0, 'S-1-5-21-1-2-3-1102', 16), (1, 2, 0, 0, 750, 4768, 'ticket', 1, 0, 'S-1-5-21-1-2-3-1103', 16),"
        " (1, 3, 0, 0, 760, 4768, 'ticket', 0, 0, 'S-1-5-21-1-2-3-1103', 2), (1, 4, 0, 0, 720, 4768, 'ticket', 0, 0, 'S-1-5-21-1-2-3-1102', 17)");
    derive();
    T_EQ_I(number("SELECT is_enforced AND is_registered FROM mfa_state WHERE guid = 'a'"), 1);
    T_EQ_S(text("SELECT proofs FROM mfa_state WHERE guid = 'b'"), "pkinit (certificate)");
    T_EQ_I(number("SELECT seen_at FROM mfa_factor WHERE guid = 'b' AND basis = 'pkinit'"), 720);
    T_EQ_S(text("SELECT proofs || '/' || weakest FROM mfa_state WHERE guid = 'c'"),
           "key_credential (windows_hello)/weak");
    T_EQ_I(number("SELECT is_enforced IS NULL FROM mfa_state WHERE guid = 'c'"), 1);
    T_EQ_I(number("SELECT count(*) FROM mfa_state WHERE guid = 'k'"), 0);
    end();
}

/* Without an export nobody has none, unless somebody vouches that there is no more to know. */
static void lets_a_person_vouch(void)
{
    begin();
    sql(RECORD
        "('o', 'e', 1, NULL, NULL, NULL, 'anzai', NULL), ('o', 'e', 2, NULL, NULL, 'h', 'baba', 1), ('o', 'e', 3, NULL, NULL, NULL, 'baba', 0)");
    derive();
    T_EQ_I(number("SELECT count(*) FROM mfa_state WHERE is_registered = 0"), 0);
    sql("INSERT INTO attestation(question, answer, who, at, until) VALUES ('attest.mfa.sources-complete', 'yes', 'x', 500, 1500); DELETE FROM audit_info WHERE name = 'derived'");
    derive();
    /* c is in no export; a is in one that does not tell, b in two records that contradict each other */
    T_EQ_S(text("SELECT group_concat(guid) FROM mfa_state WHERE is_registered = 0"), "c");
    sql("UPDATE mfa_export SET unreadable = 1 WHERE path = 'p'; DELETE FROM audit_info WHERE name = 'derived'");
    derive();
    T_EQ_I(number("SELECT count(*) FROM mfa_state WHERE is_registered = 0"), 0);
    end();
}

/* Groups inside of groups that are inside of themselves; a distribution group is no way in. */
static void walks_groups_at_any_depth(void)
{
    begin();
    sql("INSERT INTO directory_group(guid, sid, dn, sam_name, group_type, members_complete) VALUES"
        " ('g1', 'S-1-5-21-1-2-3-2001', 'CN=G1,DC=h,DC=example', 'vpn', -2147483646, 1), ('g2', 'S-1-5-21-1-2-3-2002', 'CN=G2,DC=h,DC=example', 'inner', -2147483646, 1),"
        " ('g3', 'S-1-5-21-1-2-3-2003', 'CN=G3,DC=h,DC=example', 'mail', 2, 1);"
        "INSERT INTO membership(group_guid, member_dn) VALUES ('g1', 'cn=g2,dc=h,dc=example'), ('g2', 'CN=G1,DC=h,DC=example'), ('g2', 'CN=A,DC=h,DC=example'),"
        " ('g1', 'CN=G3,DC=h,DC=example'), ('g3', 'CN=B,DC=h,DC=example');"
        "INSERT INTO named_account(purpose, entry, kind) VALUES ('remote_access', 'H\\VPN', 'group'), ('vendor', 'H\\chiba', 'account')");
    derive();
    T_EQ_S(
        text(
            "SELECT group_concat(guid || '<' || via) FROM named_member WHERE purpose = 'remote_access'"),
        "a<inner");
    T_EQ_S(text("SELECT guid FROM named_member WHERE purpose = 'vendor' AND via IS NULL"), "c");
    T_EQ_I(number("SELECT is_remote FROM mfa_state WHERE guid = 'b'"), 0);
    T_EQ_I(
        number(
            "SELECT members = 1 AND is_whole = 1 FROM named_principal WHERE purpose = 'remote_access'"),
        1);
    /* its members were not all read, or an entry is nobody's: who else belongs is not known */
    sql("UPDATE directory_group SET members_complete = 0 WHERE guid = 'g2'; INSERT INTO named_account(purpose, entry, kind) VALUES ('vendor', 'gone', 'account'); DELETE FROM audit_info WHERE name = 'derived'");
    derive();
    T_EQ_I(
        number(
            "SELECT is_remote IS NULL AND is_vendor IS NULL AND is_honey = 0 FROM mfa_state WHERE guid = 'b'"),
        1);
    T_EQ_I(number("SELECT is_remote FROM mfa_state WHERE guid = 'a'"), 1);
    end();
}

/* RID 512 is the administrators' group of FreeIPA too; of OpenLDAP only the site file tells. */
static void knows_other_administrators(void)
{
    begin();
    sql("INSERT INTO ldap_account(guid, server, dn, name, auth_types, is_enabled) VALUES ('i', 'i1', 'uid=admin,dc=i', 'admin', '', 1), ('j', 'i1', 'uid=user,dc=i', 'user', '', 1);"
        "INSERT INTO ipa_settings(server, dn, auth_types) VALUES ('i1', 'cn=ipaConfig', '');"
        "INSERT INTO ppolicy_account(guid, server, dn, name, has_password) VALUES ('l', 'l1', 'uid=root,dc=l', 'root', 1);"
        "INSERT INTO ldap_group(dn, server, name, sid, is_whole) VALUES ('cn=admins,dc=i', 'i1', 'admins', 'S-1-5-21-7-7-7-512', 1), ('cn=inner,dc=i', 'i1', 'inner', NULL, 1);"
        "INSERT INTO ldap_member(group_dn, server, member_dn) VALUES ('cn=admins,dc=i', 'i1', 'CN=inner,dc=i'), ('cn=inner,dc=i', 'i1', 'UID=admin,dc=i')");
    derive();
    T_EQ_I(number("SELECT is_privileged FROM mfa_state WHERE guid = 'i'"), 1);
    T_EQ_I(number("SELECT is_privileged FROM mfa_state WHERE guid = 'j'"), 0);
    T_EQ_I(number("SELECT is_privileged IS NULL FROM mfa_state WHERE guid = 'l'"), 1);
    T_EQ_I(number("SELECT is_registered FROM mfa_state WHERE guid = 'i'"), 0);
    end();
}

#define TESTS(X)                                                                      \
    X(joins_by_the_best_key)                                                          \
    X(prefers_the_written_name) X(takes_none_of_several) X(knows_records_of_factors)  \
        X(weighs_factors) X(gathers_what_the_directory_proves) X(lets_a_person_vouch) \
            X(walks_groups_at_any_depth) X(knows_other_administrators)
T_MAIN("second factors", TESTS)
