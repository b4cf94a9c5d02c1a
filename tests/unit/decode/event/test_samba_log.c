/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's audit logs: messages in the shape that Samba 4.17 writes them, and what hostile or damaged files cost. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/sid.h"
#include "audit/decode/event/event_rows.h"
#include "tests/support/t.h"
#include "tests/unit/decode/rows.h"

#define DOMAIN "S-1-5-21-3141592653-589793238-462643383"
#define TX_A   "d1de454c-7f6c-48d0-805f-b0a4f2513bce"
#define TX_B   "89a47cf7-2aa2-412f-acdc-19ad9f905389"
#define AT     "2026-11-26T04:46:05.556630+0000"
#define AT_13H "2026-11-26T13:46:05.556630+0900" /* the same */

#define MESSAGE(at, type, body)                                   \
    "{\"timestamp\": \"" at "\", \"type\": \"" type "\", \"" type \
    "\": {\"version\": {\"major\": 1, \"minor\": 1}, " body "}}"
#define CHANGE(at, id, action, code, tx)                                                     \
    MESSAGE(at, "passwordChange",                                                            \
            "\"eventId\": " id ", \"statusCode\": " code ", \"status\": \"Success\", "       \
            "\"remoteAddress\": \"ipv4:10.99.0.1:59030\", \"userSid\": \"" DOMAIN "-500\", " \
            "\"dn\": \"CN=ward3,CN=Users,DC=h,DC=example\", \"action\": \"" action "\", "    \
            "\"transactionId\": \"" tx                                                       \
            "\", \"sessionId\": \"614f46ac-5117-4dc0-8244-68ed0a3da679\"")
#define TRANSACTION(action, tx, more)                                        \
    MESSAGE(AT, "dsdbTransaction",                                           \
            "\"action\": \"" action "\", \"transactionId\": \"" tx "\"" more \
            ", \"duration\": 111582")
#define LOGON(id, status, service, how, given, became, sid, password)                             \
    MESSAGE(AT, "Authentication",                                                                 \
            "\"eventId\": " id ", \"logonId\": \"19d86ab0bbf31ac2\", \"logonType\": 3, "          \
            "\"status\": \"" status "\", \"localAddress\": null, "                                \
            "\"remoteAddress\": \"ipv6:fd99:1::7:46932\", \"serviceDescription\": \"" service     \
            "\", \"authDescription\": \"" how                                                     \
            "\", \"clientDomain\": null, \"clientAccount\": " given                               \
            ", \"workstation\": \"WS7\", \"becameAccount\": " became ", \"becameDomain\": null, " \
            "\"becameSid\": " sid ", \"mappedAccount\": null, \"mappedDomain\": null, "           \
            "\"passwordType\": " password ", \"duration\": 48477")

struct memory {
    const uint8_t *p;
    size_t n;
    uint64_t hole_end; /* 0 = none; before it are zeros, then p */
    size_t reads;
};

static enum rc memory_read(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    struct memory *m = context;
    (void)err;
    m->reads++;
    if (offset < m->hole_end) {
        *ret_got = size < m->hole_end - offset ? size : (size_t)(m->hole_end - offset);
        memset(buf, 0, *ret_got);
        return RC_OK;
    }
    offset -= m->hole_end;
    size_t left = offset < m->n ? m->n - (size_t)offset : 0;
    *ret_got = size < left ? size : left;
    if (*ret_got > 0) {
        memcpy(buf, m->p + offset, *ret_got);
    }
    return RC_OK;
}

static uint64_t memory_next(void *context, uint64_t offset)
{
    const struct memory *m = context;
    return offset >= m->hole_end ? offset : m->n > 0 ? m->hole_end : UINT64_MAX;
}

struct fixture {
    struct rows rows;
    struct memory memory;
    struct event_import import;
    struct err err;
    enum rc rc;
};

static void read_bytes(struct fixture *f, const void *text, size_t n, uint64_t hole_end)
{
    f->memory = (struct memory){ .p = text, .n = n, .hole_end = hole_end };
    const struct evtx_source source = {
        .read = memory_read, .next_data = memory_next, .context = &f->memory, .size = hole_end + n
    };
    rows_init(&f->rows);
    f->import.sink = &f->rows.sink;
    f->import.log = 4;
    f->import.origin = "lab";
    f->import.path = "dc1/audit.json";
    f->rc = event_rows_samba(&f->import, &source, &f->err);
    T_EQ_I(f->rows.refused, 0);
    if (f->rows.refused > 0) {
        T_EQ_S(f->rows.refusal, "");
    }
}

static void read_text(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof(*f));
    read_bytes(f, text, strlen(text), 0);
    T_EQ_I(f->rc, RC_OK);
}

static const struct row *only(const struct fixture *f, enum row_table table)
{
    T_EQ_I(rows_count(&f->rows, table), 1);
    return rows_find(&f->rows, table, -1, NULL);
}

/* Cell of the log's own row. */
static const char *log_cell(const struct fixture *f, int column)
{
    return cell(only(f, ROW_TABLE_EVENTLOG), column);
}

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

static void passes_over_what_is_before(void)
{
    static const char *const before[] = {
        "",
        "JSON Password Change: ",
        "[2026/11/26 13:05:09.123456,  5] ../../lib/audit_logging/audit_logging.c:95(audit_log_json)\n  ",
        "Nov 26 13:05:09 dc1 samba[411]:   ",
        "\xef\xbb\xbf",
        "  Doing an LDAP { search\n{\nnot ours }x\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        struct fixture f;
        char text[2048];
        (void)snprintf(text, sizeof(text), "%s%s\r\n", before[i],
                       CHANGE(AT, "4724", "Reset", "0", TX_A));
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
        rows_done(&f.rows);
    }
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
#define SID_OF "\"" DOMAIN "-1105\""
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

/* Samba breaks long lines; the second piece is indented as the first, and other messages may lie between. */
static void joins_broken_lines(void)
{
    static const char whole[] = CHANGE(AT, "4724", "Reset", "0", TX_A);
    static const char other[] = CHANGE(AT, "4723", "Change", "0", TX_B);
    struct fixture f;
    for (size_t cut = 40; cut < sizeof(whole) - 1; cut += 7) {
        char text[4096];
        size_t more = cut + 20 < sizeof(whole) - 1 ? 20 : 0;
        (void)snprintf(text, sizeof(text), "  %.*s +>\n  %s\n  %.*s%s%s\n", (int)cut, whole, other,
                       (int)more, whole + cut, more ? " +>\n  " : "", whole + cut + more);
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
        const struct row *r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "password_reset");
        T_EQ_S(r ? cell(r, CHANGE_TARGET_DN) : "", "CN=ward3,CN=Users,DC=h,DC=example");
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
        T_EQ_S(cell(only(&f, ROW_TABLE_EVENTRUN), EVENTRUN_START), "begin");
        rows_done(&f.rows);
    }
    char text[4096]; /* a piece that is nothing but its indent, and the mark */
    (void)snprintf(text, sizeof(text), "    %.50s +>\n    +>\n    %s\n", whole, whole + 50);
    read_text(&f, text);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
    rows_done(&f.rows);
    read_text(&f, "  " CHANGE(AT, "4723", "Change", "0", TX_B) "\n  {\"timestamp\": \"2026 +>\n");
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
    rows_done(&f.rows);
}

static void breaks_the_run_at_bad_lines(void)
{
    static const char *const bad[] = {
        "{\"timestamp\": \"2026-11-26T04:4",                         /* cut behind */
        "e\", \"dn\": \"CN=w\", \"transactionId\": \"" TX_A "\"}}",  /* cut in front */
        MESSAGE("yesterday", "passwordChange", "\"eventId\": 4724"), /* no time */
        MESSAGE("2026-11-26T04:46:05.5+9900", "passwordChange", "\"eventId\": 4724"),
        "{\"timestamp\": \"" AT
        "\", \"type\": \"passwordChange\", \"passwordChange\": {\"version\": {\"major\": 2}}}",
        "{\"timestamp\": \"" AT "\", \"type\": \"passwordChange\"}",
        MESSAGE(AT, "passwordChange", "\"dn\": \"a\", \"dn\": \"b\""), /* which one? */
        MESSAGE(AT, "passwordChange", "\"dn\": \"\xff\xfe\""),         /* no UTF-8 */
        MESSAGE(AT, "passwordChange", "\"dn\": \"\\u0000\""),
        MESSAGE(AT, "passwordChange", "\"dn\": \"a\"") " " MESSAGE(AT, "passwordChange",
                                                                   "\"dn\": \"b\""),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fixture f;
        char text[4096];
        (void)snprintf(text, sizeof(text), "%s\n%s\n%s\n", CHANGE(AT, "4724", "Reset", "0", TX_A),
                       bad[i], CHANGE(AT, "4723", "Change", "0", TX_B));
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
        T_EQ_S(log_cell(&f, EVENTLOG_CHUNKS), "3");
        T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTRUN), 2);
        T_OK(rows_find(&f.rows, ROW_TABLE_EVENTRUN, EVENTRUN_START, "damaged") != NULL);
        rows_done(&f.rows);
    }
}

/* A line of n bytes that begins with `head` and goes on with `unit` again and again, between two good ones. */
static void survive_line(const char *head, const char *unit, size_t n)
{
    struct fixture f;
    static const char good[] = CHANGE(AT, "4724", "Reset", "0", TX_A) "\n";
    char *text = malloc(n + 2 * sizeof(good) + 8);
    size_t at = sizeof(good) - 1, end = at + n;
    memcpy(text, good, at);
    memcpy(text + at, head, strlen(head));
    for (at += strlen(head); at < end; at++) {
        text[at] = unit[at % strlen(unit)];
    }
    text[at++] = '\n';
    memcpy(text + at, good, sizeof(good) - 1);
    memset(&f, 0, sizeof(f));
    read_bytes(&f, text, at + sizeof(good) - 1, 0);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
    rows_done(&f.rows);
    free(text);
}

static void bounds_lines(void)
{
    survive_line("{\"timestamp\": \"", "x", 5U << 20);
    survive_line("{\"timestamp\": ", "[", 1U << 16);
    survive_line("{\"timestamp\": ", "{\"\":", 1000000);
    survive_line("{\"timestamp\": [", "{},", 1000000);
}

static void passes_over_holes(void)
{
    struct fixture f;
    static const char line[] = CHANGE(AT, "4724", "Reset", "0", TX_A) "\n";
    memset(&f, 0, sizeof(f));
    read_bytes(&f, line, sizeof(line) - 1, UINT64_C(20) << 30);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
    T_EQ_S(cell(only(&f, ROW_TABLE_EVENTRUN), EVENTRUN_START), "damaged");
    T_OK(f.memory.reads < 10);
    rows_done(&f.rows);
}

static void refuses_other_files(void)
{
    static const char *const others[] = {
        "",
        "\n\n",
        "dn: DC=h\nobjectClass: domain\n",
        "{\"a\": 1}\n",
        "{",
        "\xff\xfe{\0\"",
        "{\"timestamp\": \"" AT
        "\", \"type\": \"other\", \"other\": {\"version\": {\"major\": 1}}}\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct fixture f;
        memset(&f, 0, sizeof(f));
        read_bytes(&f, others[i], strlen(others[i]), 0);
        T_EQ_I(f.rc, RC_MALFORMED);
        T_EQ_I(f.rows.count, 0);
        rows_done(&f.rows);
    }
    struct fixture f;
    memset(&f, 0, sizeof(f));
    read_bytes(&f, "", 0, UINT64_C(20) << 30);
    T_EQ_I(f.rc, RC_MALFORMED);
    T_OK(f.memory.reads < 10);
    rows_done(&f.rows);
}

static void keeps_to_its_limits(void)
{
    struct fixture f;
    static const char text[] =
        CHANGE("2026-11-20T00:00:00.000000+0000", "4724", "Reset", "0", TX_A) "\n" CHANGE(
            AT, "4724", "Reset", "0", TX_B) "\n" CHANGE(AT, "4724", "Reset", "0", TX_B) "\n";
    memset(&f, 0, sizeof(f));
    T_OK(filetime_from_iso("2026-11-25", &f.import.since));
    f.import.most_rows = 1;
    read_bytes(&f, text, sizeof(text) - 1, 0);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_S(cell(only(&f, ROW_TABLE_CHANGE), CHANGE_RECORD), "2");
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
    T_EQ_S(log_cell(&f, EVENTLOG_RECORDS), "3");
    T_OK(strcmp(log_cell(&f, EVENTLOG_SINCE), "NULL") != 0);
    rows_done(&f.rows);
}

static bool reads(const uint8_t *p, size_t n, void *context)
{
    struct fixture f;
    (void)context;
    memset(&f, 0, sizeof(f));
    read_bytes(&f, p, n, 0);
    bool whole = f.rc == RC_OK && strcmp(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0") == 0;
    T_OK(f.rc == RC_OK || f.rc == RC_MALFORMED);
    rows_done(&f.rows);
    return whole;
}

static void survives_damage(void)
{
    static const char text[] = "  " CHANGE(AT, "4724", "Reset", "0", TX_A) "\n  " TRANSACTION(
        "commit", TX_A, "") "\n"
                            "  " LOGON("4624", "NT_STATUS_OK", "SMB2", "NTLMSSP", "\"ward3\"",
                                       "\"ward3\"", SID_OF, "\"NTLMv2\"") "\n";
    size_t accepted = 0, refused = 0;
    T_OK(reads((const uint8_t *)text, sizeof(text) - 1, NULL));
    t_mutate((const uint8_t *)text, sizeof(text) - 1, 3000, reads, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

#define TESTS(X)                        \
    X(reads_a_change)                   \
    X(passes_over_what_is_before)       \
    X(forgets_what_was_rolled_back)     \
    X(keeps_few_transactions)           \
    X(does_not_keep_a_huge_transaction) \
    X(names_attributes_and_no_values)   \
    X(reads_memberships)                \
    X(reads_logons)                     \
    X(joins_broken_lines)               \
    X(breaks_the_run_at_bad_lines)      \
    X(bounds_lines)                     \
    X(passes_over_holes)                \
    X(refuses_other_files)              \
    X(keeps_to_its_limits)              \
    X(survives_damage)
T_MAIN("samba_log", TESTS)
