/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's messages as rows: changes and their transactions, memberships, logons. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/sid.h"
#include "tests/support/t.h"
#include "tests/unit/decode/event/samba_made.h"

static void reads_a_change(void)
{
    struct fixture f;
    read_text(&f, "  " CHANGE(AT, "4724", "Reset", "0", TX_A) "\n");
    const struct row *r = only(&f, ROW_TABLE_CHANGE);
    T_EQ_S(cell(r, CHANGE_LOG), "4");
    T_EQ_S(cell(r, CHANGE_RECORD), "1");
    T_EQ_S(cell(r, CHANGE_KIND), "password_reset");
    T_EQ_S(cell(r, CHANGE_ID), "4724");
    T_EQ_S(cell(r, CHANGE_FAILURE), "0");
    T_EQ_S(cell(r, CHANGE_STATUS), "0");
    T_EQ_S(cell(r, CHANGE_SUBJECT_SID), DOMAIN "-500");
    T_EQ_S(cell(r, CHANGE_TARGET_DN), "CN=ward3,CN=Users,DC=h,DC=example");
    T_EQ_S(cell(r, CHANGE_TARGET_SID), "NULL");
    T_EQ_S(cell(r, CHANGE_ADDRESS), "10.99.0.1");
    T_EQ_S(cell(r, CHANGE_TRANSACTION), TX_A);
    filetime at = 0;
    T_OK(filetime_from_iso("2026-11-26T04:46:05.556630Z", &at));
    T_EQ_I(r->v[CHANGE_AT].number, at);
    T_EQ_S(log_cell(&f, EVENTLOG_FORM), "samba_json");
    T_EQ_S(log_cell(&f, EVENTLOG_CHANNEL), "Security");
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "1");
    T_EQ_S(cell(only(&f, ROW_TABLE_EVENTCOMPUTER), EVENTCOMPUTER_NAME), "");
    T_EQ_S(cell(only(&f, ROW_TABLE_EVENTCOUNT), EVENTCOUNT_PROVIDER), "Samba passwordChange");
    T_EQ_S(cell(only(&f, ROW_TABLE_EVENTCOUNT), EVENTCOUNT_ID), "4724");
    rows_done(&f.rows);

    read_text(&f, CHANGE(AT_13H, "4723", "Change", "19",
                         TX_A)); /* another zone; a failure; no end of the line */
    r = only(&f, ROW_TABLE_CHANGE);
    T_EQ_S(cell(r, CHANGE_KIND), "password_change");
    T_EQ_S(cell(r, CHANGE_FAILURE), "1");
    T_EQ_S(cell(r, CHANGE_STATUS), "19");
    T_EQ_I(r->v[CHANGE_AT].number, at);
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "1");
    rows_done(&f.rows);

    read_text(&f, CHANGE(AT, "5136", "Auth info change", "0", TX_A) "\n");
    T_EQ_S(cell(only(&f, ROW_TABLE_CHANGE), CHANGE_KIND), "authentication_data");
    rows_done(&f.rows);
}

static void forgets_what_was_rolled_back(void)
{
    struct fixture f;
    read_text(&f, CHANGE(AT, "4724", "Reset", "0", TX_A) "\n" /* undone */
              CHANGE(AT, "4723", "Change", "19", TX_A) "\n"   /* failed: it was tried */
              CHANGE(AT, "4724", "Reset", "0", TX_B) "\n" TRANSACTION(
                  "rollback", TX_A,
                  "") "\n" TRANSACTION("commit", TX_B,
                                       "") "\n" CHANGE(AT, "4724", "Reset", "0",
                                                       TX_A) "\n" /* not known to be undone */);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 3);
    T_EQ_S(cell(rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "2"), CHANGE_FAILURE), "1");
    T_OK(rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "1") == NULL);
    T_EQ_S(log_cell(&f, EVENTLOG_KEPT), "3");
    T_EQ_S(log_cell(&f, EVENTLOG_RECORDS), "6");
    rows_done(&f.rows);

    read_text(&f, CHANGE(AT, "4724", "Reset", "0", TX_A) "\n" TRANSACTION(
                      "prepare", TX_A,
                      ", \"statusCode\": 80, \"status\": \"Other\", \"reason\": \"full\"") "\n");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 0);
    rows_done(&f.rows);

    /* The null GUID is no transaction. */
    read_text(
        &f,
        CHANGE(AT, "4724", "Reset", "0", "00000000-0000-0000-0000-000000000000") "\n" TRANSACTION(
            "rollback", "00000000-0000-0000-0000-000000000000", "") "\n");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
    rows_done(&f.rows);
}

static void keeps_few_transactions(void)
{
    static char text[300 * 700];
    struct fixture f;
    size_t n = 0;
    for (unsigned i = 0; i < 300; i++) {
        char line[700];
        (void)snprintf(line, sizeof(line), "%s\n", CHANGE(AT, "4724", "Reset", "0", TX_A));
        char *id = strstr(line, TX_A);
        char number[9];
        (void)snprintf(number, sizeof(number), "%08x", i + 1);
        memcpy(id, number, 8);
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", line);
    }
    read_text(&f, text);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 300);
    rows_done(&f.rows);
}

/* One that changes a whole directory does not wait in memory: what was put is not taken back. */
static void does_not_keep_a_huge_transaction(void)
{
    enum {
        LINES = 20000
    };

    static const char line[] = CHANGE(AT, "4724", "Reset", "0", TX_A) "\n";
    static const char undone[] = TRANSACTION("rollback", TX_A, "") "\n";
    struct fixture f;
    char *text = malloc(LINES * sizeof(line) + sizeof(undone));
    size_t n = 0;
    for (unsigned i = 0; i < LINES; i++, n += sizeof(line) - 1) {
        memcpy(text + n, line, sizeof(line) - 1);
    }
    memcpy(text + n, undone, sizeof(undone));
    memset(&f, 0, sizeof(f));
    read_bytes(&f, text, n + sizeof(undone) - 1, 0);
    T_EQ_I(f.rc, RC_OK);
    size_t kept = rows_count(&f.rows, ROW_TABLE_CHANGE);
    T_OK(kept > 0 && kept < LINES);
    rows_done(&f.rows);
    free(text);
}

static void names_attributes_and_no_values(void)
{
    struct fixture f;
    read_text(
        &f,
        MESSAGE(AT, "dsdbChange",
                "\"statusCode\": 0, \"operation\": \"Modify\", \"remoteAddress\": null, "
                "\"userSid\": \"S-1-5-18\", \"dn\": \"<GUID=" TX_B ">;<SID=" DOMAIN
                "-1105>;CN=w,DC=h\", "
                "\"transactionId\": \"" TX_A "\", \"attributes\": {"
                "\"unicodePwd\": {\"actions\": [{\"action\": \"delete\", \"redacted\": true}, {\"action\": \"add\", \"redacted\": true}]}, "
                "\"description\": {\"actions\": [{\"action\": \"replace\", \"values\": [{\"value\": \"pw Sakura9!\"}]}]}, "
                "\"lastLogon\": {\"actions\": [{\"action\": \"replace\", \"values\": [{\"value\": \"1\"}]}]}, "
                "\"pwdLastSet\": {\"actions\": [{\"action\": \"replace\", \"values\": [{\"value\": \"0\"}]}]}}") "\n" MESSAGE(AT,
                                                                                                                              "dsdbChange",
                                                                                                                              "\"statusCode\": 0, \"operation\": \"Modify\", \"dn\": \"CN=w,DC=h\", "
                                                                                                                              "\"attributes\": {\"repsTo\": {\"actions\": [{\"action\": \"replace\", \"values\": []}]}}") "\n" MESSAGE(AT, "dsdbChange", "\"statusCode\": 0, \"operation\": \"Delete\", \"dn\": \"CN=w,DC=h\"") "\n" MESSAGE(AT,
                                                                                                                                                                                                                                                                                                                                             "dsdbChange",
                                                                                                                                                                                                                                                                                                                                             "\"statusCode\": 0, \"operation\": \"Add\", \"dn\": \"CN=v,DC=h\", "
                                                                                                                                                                                                                                                                                                                                             "\"attributes\": {\"description\": {\"actions\": [{\"action\": \"add\", \"values\": [{\"value\": \"Sakura9!\"}]}]}}") "\n");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 5);
    const struct row *r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_ATTRIBUTE, "unicodePwd");
    T_EQ_S(cell(r, CHANGE_KIND), "object_modified");
    T_EQ_S(cell(r, CHANGE_ID), "5136");
    T_EQ_S(cell(r, CHANGE_DETAIL), "delete, add");
    T_EQ_S(cell(r, CHANGE_TARGET_SID), DOMAIN "-1105");
    T_EQ_S(cell(r, CHANGE_TARGET_GUID), TX_B);
    T_EQ_S(cell(r, CHANGE_TARGET_DN), "CN=w,DC=h");
    r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_ATTRIBUTE, "pwdLastSet");
    T_EQ_S(cell(r, CHANGE_PART), "2");
    T_EQ_S(cell(r, CHANGE_DETAIL), "replace");
    T_OK(rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "object_deleted") != NULL);
    T_OK(rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "object_created") != NULL);
    for (size_t i = 0; i < f.rows.count; i++) {
        for (int c = 0; c < (int)row_catalogue(f.rows.rows[i].table)->count; c++) {
            T_OK(strstr(cell(&f.rows.rows[i], c), "Sakura") == NULL);
        }
    }
    rows_done(&f.rows);
}

static void reads_memberships(void)
{
    struct fixture f;
#define GROUP(id, action, group, user)                                                        \
    MESSAGE(AT, "groupChange",                                                                \
            id "\"statusCode\": 0, \"status\": \"Success\", \"action\": \"" action "\", "     \
               "\"userSid\": \"" DOMAIN "-500\", \"group\": \"" group "\", \"user\": \"" user \
               "\"")                                                                          \
    "\n"
    read_text(&f, GROUP("\"eventId\": 4728, ", "Added", "CN=Domain Admins,DC=h", "CN=w,DC=h")
                      GROUP("\"eventId\": 4733, ", "Removed", "CN=DnsAdmins,DC=h", "CN=w,DC=h")
                          GROUP("", "PrimaryGroup", "CN=Domain Users,DC=h", "CN=w,DC=h")
                              GROUP("\"eventId\": 4728, ", "Added", "CN=n,DC=h", "CN=n,DC=h"));
    const struct row *r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "1");
    T_EQ_S(cell(r, CHANGE_KIND), "member_added");
    T_EQ_S(cell(r, CHANGE_ID), "4728");
    T_EQ_S(cell(r, CHANGE_TARGET_DN), "CN=Domain Admins,DC=h");
    T_EQ_S(cell(r, CHANGE_MEMBER_NAME), "CN=w,DC=h");
    r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "2");
    T_EQ_S(cell(r, CHANGE_KIND), "member_removed");
    r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "3");
    T_EQ_S(cell(r, CHANGE_KIND), "member_added");
    T_EQ_S(cell(r, CHANGE_ID), "0");
    T_EQ_S(cell(r, CHANGE_TARGET_DN), "CN=Domain Users,DC=h");
    T_EQ_S(cell(r, CHANGE_ATTRIBUTE), "primaryGroupID");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 3); /* an account is no group */
    rows_done(&f.rows);
}

struct logon_case {
    const char *line;
    const char *kind, *id, *failure, *name, *status, *sub_status, *ntlm, *package;
};

static void reads_logons(void)
{
    static const struct logon_case cases[] = {
        { LOGON("4624", "NT_STATUS_OK", "Kerberos KDC", "ENC-TS Pre-authentication",
                "\"ward3@H.EXAMPLE\"", "\"ward3\"", SID_OF, "\"aes256-cts-hmac-sha1-96\""),
          "ticket", "4768", "0", "ward3", "0", "NULL", "NULL", "Kerberos" },
        { LOGON("4625", "NT_STATUS_WRONG_PASSWORD", "Kerberos KDC", "ENC-TS Pre-authentication",
                "\"ward3@H.EXAMPLE\"", "\"ward3\"", SID_OF, "null"),
          "preauth_failed", "4771", "1", "ward3", "24", "3221225578", "NULL", "Kerberos" },
        { LOGON("4625", "NT_STATUS_NO_SUCH_USER", "Kerberos KDC", "AS-REQ", "\"nobody@H.EXAMPLE\"",
                "null", "null", "null"),
          "ticket", "4768", "1", "NULL", "6", "3221225572", "NULL", "Kerberos" },
        { LOGON("4624", "NT_STATUS_OK", "SMB2", "NTLMSSP", "\"ward3\"", "\"ward3\"", SID_OF,
                "\"NTLMv2\""),
          "logon", "4624", "0", "ward3", "0", "NULL", "NTLM V2", "NTLM" },
        { LOGON("4625", "NT_STATUS_ACCOUNT_LOCKED_OUT", "SMB2", "NTLMSSP", "\"ward3\"", "null",
                "null", "\"NTLMv1\""),
          "logon_failed", "4625", "1", "ward3", "3221226036", "NULL", "NTLM V1", "NTLM" },
        { LOGON("4624", "NT_STATUS_OK", "SamLogon", "network", "\"ward3\"", "\"ward3\"", SID_OF,
                "\"LANMan\""),
          "validation", "4776", "0", "ward3", "0", "NULL", "LM", "NTLM" },
        { LOGON("4625", "NT_STATUS_PASSWORD_RESTRICTION", "LDAP Password Change", "LDAP Modify",
                "\"ward3\"", "\"ward3\"", SID_OF, "\"plaintext\""),
          "validation", "4776", "1", "ward3", "3221225580", "NULL", "NULL", "NULL" },
        { LOGON("4625", "NT code 0xC0000DAC", "LDAP", "simple bind/TLS", "\"ward3\"", "null",
                "null", "\"Plaintext\""),
          "logon_failed", "4625", "1", "NULL", "3221228972", "NULL", "NULL", "NULL" },
        { LOGON("4625", "NT_STATUS_NEVER_HEARD_OF", "SMB2", "NTLMSSP", "\"ward3\"", "null", "null",
                "null"),
          "logon_failed", "4625", "1", "NULL", "NULL", "NULL", "NULL", "NULL" },
        /* A password in the field of the name. */
        { LOGON("4625", "NT_STATUS_NO_SUCH_USER", "SMB2", "NTLMSSP", "\"ward3 Sakura-2026!\"",
                "null", "null", "\"NTLMv2\""),
          "logon_failed", "4625", "1", "NULL", "3221225572", "NULL", "NTLM V2", "NTLM" },
        { LOGON("4625", "NT_STATUS_LOGON_FAILURE", "SMB2", "NTLMSSP", "\"Sakura-2026!\"", "null",
                "null", "\"NTLMv2\""),
          "logon_failed", "4625", "1", "NULL", "3221225581", "NULL", "NTLM V2", "NTLM" },
        { LOGON("4625", "NT_STATUS_NOT_FOUND", "Kerberos KDC", "AS-REQ", "\"Sakura-2026!\"", "null",
                "null", "null"),
          "ticket", "4768", "1", "NULL", "6", "3221226021", "NULL", "Kerberos" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct logon_case *c = &cases[i];
        struct fixture f;
        read_text(&f, c->line);
        const struct row *r = only(&f, ROW_TABLE_LOGONEVENT);
        T_EQ_S(cell(r, LOGONEVENT_KIND), c->kind);
        T_EQ_S(cell(r, LOGONEVENT_ID), c->id);
        T_EQ_S(cell(r, LOGONEVENT_FAILURE), c->failure);
        T_EQ_S(cell(r, LOGONEVENT_ACCOUNT_NAME), c->name);
        T_EQ_S(cell(r, LOGONEVENT_STATUS), c->status);
        T_EQ_S(cell(r, LOGONEVENT_SUB_STATUS), c->sub_status);
        T_EQ_S(cell(r, LOGONEVENT_NTLM), c->ntlm);
        T_EQ_S(cell(r, LOGONEVENT_PACKAGE), c->package);
        T_EQ_S(cell(r, LOGONEVENT_ADDRESS), "fd99:1::7");
        T_EQ_S(cell(r, LOGONEVENT_PORT), "46932");
        T_EQ_S(cell(r, LOGONEVENT_WORKSTATION), "WS7");
        T_EQ_S(log_cell(&f, EVENTLOG_CHANNEL),
               "Samba Authentication"); /* it says nothing of changes */
        T_EQ_S(cell(only(&f, ROW_TABLE_EVENTCOUNT), EVENTCOUNT_ID),
               strcmp(c->failure, "1") == 0 ? "4625" : "4624");
        rows_done(&f.rows);
    }
    struct fixture f;
    read_text(&f, LOGON("4624", "NT_STATUS_OK", "Kerberos KDC", "ENC-CHAL Pre-authentication",
                        "null", "\"w\"", SID_OF, "null"));
    T_EQ_S(cell(only(&f, ROW_TABLE_LOGONEVENT), LOGONEVENT_PREAUTH), "138");
    rows_done(&f.rows);
    read_text(
        &f,
        LOGON("4624", "NT_STATUS_OK", "SMB2", "krb5", "null", "\"SYSTEM\"", "\"S-1-5-18\"", "null") "\n" LOGON(
            "4624", "NT_STATUS_OK", "NETLOGON", "ServerAuthenticate", "\"DC2$\"", "\"DC2$\"",
            SID_OF,
            "\"HMAC-SHA256\"") "\n" MESSAGE(AT, "Authorization",
                                            "\"account\": \"ward3\", \"sid\": " SID_OF) "\n");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_LOGONEVENT), 0);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTCOUNT), 2);
    T_EQ_S(log_cell(&f, EVENTLOG_RECORDS), "3");
    rows_done(&f.rows);
}

#define TESTS(X)                        \
    X(reads_a_change)                   \
    X(forgets_what_was_rolled_back)     \
    X(keeps_few_transactions)           \
    X(does_not_keep_a_huge_transaction) \
    X(names_attributes_and_no_values)   \
    X(reads_memberships)                \
    X(reads_logons)

T_MAIN("decode_samba_rows", TESTS)
