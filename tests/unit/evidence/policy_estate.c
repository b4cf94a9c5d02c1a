/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy_estate.h"

#include <stdio.h>

#include "tests/support/t.h"

struct store *store;

void run(const char *sql)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(store), sql, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

const char *query(const char *sql)
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

void link_to(const char *container, int position, const char *id, int options)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO policy_link(container_guid, position, gpo_dn, gpo_id, options) VALUES('%s', %d, 'CN={%s},CN=Policies,CN=System,DC=example', '%s', %d)",
        container, position, id, id, options);
    run(sql);
}

void set_value(const char *id, const char *value, const char *source, const char *action,
               int number)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO policy_registry(gpo_id, half, key, value, source, action, is_conditional, type, number) VALUES('%s', 'machine', 'HKLM\\K', '%s', '%s', '%s', 0, 4, %d)",
        id, value, source, action, number);
    run(sql);
}

void estate(void)
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

const char *reach(const char *guid)
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

const char *result(const char *guid, const char *item)
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
