/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events about logons, tickets and Remote Desktop: fields in, columns out; and what somebody typed where a name belongs. */
#include <stdio.h>

#include "tests/support/t.h"
#include "tests/unit/decode/event/made.h"
#include "tests/unit/decode/rows.h"

#define NOBODY \
    "SubjectUserSid=S-1-0-0\nSubjectUserName=-\nSubjectDomainName=-\nSubjectLogonId=0x0\n"
#define CELL(m, column, text) T_EQ_S(cell(&(m)->row, column), text)

static struct made m;

static void a_logon(void)
{
    made(&m, AUDITING, 4624,
         NOBODY "TargetUserSid=S-1-5-21-1-2-3-500\nTargetUserName=Administrator\nTargetDomainName="
                "HOSP\nTargetLogonId=0xfffffffffffffffe\nLogonType=3\nLogonProcessName=NtLmSsp \n"
                "AuthenticationPackageName=NTLM\nWorkstationName=WARD3-PC\n"
                "LmPackageName=NTLM V1\nKeyLength=128\nProcessName=-\n"
                "IpAddress=::ffff:10.0.0.1\nIpPort=49152\n");
    T_EQ_I(m.row.table, ROW_TABLE_LOGONEVENT);
    CELL(&m, LOGONEVENT_KIND, "logon");
    CELL(&m, LOGONEVENT_SUBJECT_SID, "NULL");
    CELL(&m, LOGONEVENT_SUBJECT_NAME, "NULL");
    CELL(&m, LOGONEVENT_SUBJECT_LOGON, "NULL");
    CELL(&m, LOGONEVENT_ACCOUNT_SID, "S-1-5-21-1-2-3-500");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Administrator");
    CELL(&m, LOGONEVENT_ACCOUNT_DOMAIN, "HOSP");
    CELL(&m, LOGONEVENT_LOGON, "-2");
    CELL(&m, LOGONEVENT_TYPE, "3");
    CELL(&m, LOGONEVENT_PACKAGE, "NTLM");
    CELL(&m, LOGONEVENT_NTLM, "NTLM V1");
    CELL(&m, LOGONEVENT_KEY_LENGTH, "128");
    CELL(&m, LOGONEVENT_WORKSTATION, "WARD3-PC");
    CELL(&m, LOGONEVENT_ADDRESS, "10.0.0.1");
    CELL(&m, LOGONEVENT_PORT, "49152");
    CELL(&m, LOGONEVENT_PROCESS, "NULL");
    CELL(&m, LOGONEVENT_STATUS, "NULL");
    CELL(&m, LOGONEVENT_FAILURE, "0");
    made_done(&m);
}

static void addresses(void)
{
    static const struct {
        const char *field, *address;
    } list[] = { { "10.0.0.1", "10.0.0.1" },
                 { "::FFFF:10.0.0.1", "10.0.0.1" },
                 { "fe80::1%12", "fe80::1%12" },
                 { "::1", "NULL" },
                 { "127.0.0.1", "NULL" },
                 { "::ffff:127.0.0.1", "NULL" },
                 { "-", "NULL" },
                 { "", "NULL" },
                 { "LOCAL", "NULL" },
                 { "::ffff:", "NULL" } };

    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char fields[128];
        (void)snprintf(fields, sizeof(fields), "IpAddress=%s\nIpPort=%u\n", list[i].field,
                       i % 2 ? 0U : 65536U);
        made(&m, AUDITING, 4624, fields);
        CELL(&m, LOGONEVENT_ADDRESS, list[i].address);
        CELL(&m, LOGONEVENT_PORT, "NULL");
        made_done(&m);
    }
}

static void own_accounts_of_windows(void)
{
    static const char *const own[] = { "S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-90-0-1",
                                       "S-1-5-96-0-0" };
    static const char *const others[] = { "S-1-5-7", "S-1-5-180",          "S-1-5-80-1-2-3-4-5",
                                          "S-1-5-9", "S-1-5-21-1-2-3-500", "S-1-0-0" };
    static const uint32_t ids[] = { 4624, 4625, 4634, 4647 };
    char fields[128];
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
            (void)snprintf(fields, sizeof(fields), "TargetUserSid=%s\n", own[i]);
            made(&m, AUDITING, ids[k], fields);
            T_OK(!m.is_row);
            made_done(&m);
        }
        (void)snprintf(fields, sizeof(fields), "SubjectUserSid=%s\n", own[i]);
        made(&m, AUDITING, 4672, fields);
        T_OK(!m.is_row);
        made_done(&m);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        (void)snprintf(fields, sizeof(fields), "TargetUserSid=%s\n", others[i]);
        made(&m, AUDITING, 4624, fields);
        T_OK(m.is_row);
        made_done(&m);
    }
    /* Windows' own account that asks for another one's logon is no reason to leave it out. */
    made(&m, AUDITING, 4648, "SubjectUserSid=S-1-5-18\nTargetUserName=taro\n");
    T_OK(m.is_row);
    made_done(&m);
}

static void a_failed_logon(void)
{
    made_failure(&m, AUDITING, 4625,
                 NOBODY "TargetUserSid=S-1-0-0\nTargetUserName=Yamada Taro\nTargetDomainName=HOSP\n"
                        "Status=0xc000006d\nFailureReason=%%2313\nSubStatus=0xc000006a\n"
                        "LogonType=10\nIpAddress=203.0.113.9\nIpPort=60167\n");
    CELL(&m, LOGONEVENT_KIND, "logon_failed");
    CELL(&m, LOGONEVENT_FAILURE, "1");
    CELL(&m, LOGONEVENT_ACCOUNT_SID, "NULL");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Yamada Taro"); /* a wrong password: the account exists */
    CELL(&m, LOGONEVENT_STATUS, "3221225581");
    CELL(&m, LOGONEVENT_SUB_STATUS, "3221225578");
    CELL(&m, LOGONEVENT_TYPE, "10");
    CELL(&m, LOGONEVENT_ADDRESS, "203.0.113.9");
    made_done(&m);
}

/* What was typed for a name where no account has it: a password, more often than one would like. */
static void what_was_typed_as_a_name(void)
{
    static const char *const list[] = { "Admin",
                                        "Hosp1234",
                                        "Zx9!Kagi-typed#77",
                                        "taro.yamada@hosp.example",
                                        "my secret pass phrase",
                                        "password:Hosp1234",
                                        "tab\there",
                                        "bell\a" };

    static const struct {
        uint32_t id;
        const char *rest;
    } events[] = {
        { 4625, "TargetUserSid=S-1-0-0\nStatus=0xc000006d\nSubStatus=0xc0000064\n" },
        { 4625, "TargetUserSid=S-1-0-0\nStatus=0xc0000064\nSubStatus=0x0\n" },
        { 4625, "TargetUserSid=S-1-0-0\nStatus=0xc000006d\nSubStatus=0x0\n" },
        { 4625, "" },
        { 4768, "TargetSid=S-1-0-0\nStatus=0x6\n" },
        { 4776, "Status=0xc0000064\n" },
        { 4776, "Status=0xc000006d\n" },
    };

    for (size_t e = 0; e < ARRAY_LEN(events); e++) {
        for (size_t i = 0; i < ARRAY_LEN(list); i++) {
            char fields[512];
            (void)snprintf(fields, sizeof(fields), "TargetUserName=%s\nTargetDomainName=%s\n%s",
                           list[i], list[i], events[e].rest);
            made_failure(&m, AUDITING, events[e].id, fields);
            T_OK(m.is_row);
            CELL(&m, LOGONEVENT_FAILURE, "1");
            const struct row_value *name = &m.row.v[LOGONEVENT_ACCOUNT_NAME];
            if (i == 0) {
                CELL(&m, LOGONEVENT_ACCOUNT_NAME, "admin");
            } else {
                T_EQ_I(name->size, 9);
                T_OK(name->text && name->text[0] == '?');
            }
            CELL(&m, LOGONEVENT_ACCOUNT_DOMAIN, "NULL");
            made_done(&m);
        }
    }

    /* Damaged: nothing says that it failed, and nothing that it did not. */
    for (size_t i = 0; i < 2; i++) {
        made(&m, AUDITING, i == 0 ? 4776 : 4768, "TargetUserName=Hosp1234\n");
        T_EQ_I(m.row.v[LOGONEVENT_ACCOUNT_NAME].size, 9);
        made_done(&m);
    }

    static const struct {
        const char *provider;
        uint32_t id;
        const char *fields;
    } others[] = { { AUDITING, 4648, "TargetUserName=password: Hosp1234\n" },
                   { RDP, 1149, "Param1=password: Hosp1234\n" } };

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        made(&m, others[i].provider, others[i].id, others[i].fields);
        T_OK(m.is_row);
        CELL(&m, LOGONEVENT_ACCOUNT_NAME, "NULL");
        made_done(&m);
    }
}

static void logoffs(void)
{
    static const uint32_t ids[] = { 4634, 4647 };
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        made(&m, AUDITING, ids[i],
             "TargetUserSid=S-1-5-21-1-2-3-1110\nTargetUserName=taro\nTargetDomainName=HOSP\n"
             "TargetLogonId=0x408ba\nLogonType=2\n");
        CELL(&m, LOGONEVENT_KIND, "logoff");
        CELL(&m, LOGONEVENT_ACCOUNT_SID, "S-1-5-21-1-2-3-1110");
        CELL(&m, LOGONEVENT_LOGON, "264378");
        CELL(&m, LOGONEVENT_TYPE, "2");
        made_done(&m);
    }
}

static void explicit_credentials(void)
{
    made(&m, AUDITING, 4648,
         "SubjectUserSid=S-1-5-21-1-2-3-1110\nSubjectUserName=taro\nSubjectDomainName=HOSP\n"
         "SubjectLogonId=0x408ba\nTargetUserName=kanri\nTargetDomainName=HOSP\n"
         "TargetServerName=fs1.hosp.example\nTargetInfo=fs1\nProcessName=C:\\x.exe\n"
         "IpAddress=10.0.0.5\nIpPort=445\n");
    CELL(&m, LOGONEVENT_KIND, "explicit");
    CELL(&m, LOGONEVENT_SUBJECT_SID, "S-1-5-21-1-2-3-1110");
    CELL(&m, LOGONEVENT_SUBJECT_LOGON, "264378");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "kanri");
    CELL(&m, LOGONEVENT_SERVICE, "fs1.hosp.example");
    CELL(&m, LOGONEVENT_PROCESS, "C:\\x.exe");
    CELL(&m, LOGONEVENT_ADDRESS, "10.0.0.5");
    CELL(&m, LOGONEVENT_PORT, "445");
    CELL(&m, LOGONEVENT_LOGON, "NULL");
    made_done(&m);
}

static void special_privileges(void)
{
    made(
        &m, AUDITING, 4672,
        "SubjectUserSid=S-1-5-21-1-2-3-500\nSubjectUserName=Administrator\nSubjectDomainName=HOSP\n"
        "SubjectLogonId=0x10\nPrivilegeList=SeSecurityPrivilege\r\t\t\tSeDebugPrivilege\t\n");
    CELL(&m, LOGONEVENT_KIND, "privileges");
    CELL(&m, LOGONEVENT_ACCOUNT_SID, "S-1-5-21-1-2-3-500");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Administrator");
    CELL(&m, LOGONEVENT_LOGON, "16");
    CELL(&m, LOGONEVENT_SUBJECT_LOGON, "16");
    CELL(&m, LOGONEVENT_PRIVILEGES, "SeSecurityPrivilege SeDebugPrivilege");
    made_done(&m);
    made(&m, AUDITING, 4672, "SubjectUserSid=S-1-5-21-1-2-3-500\nPrivilegeList=-\n");
    CELL(&m, LOGONEVENT_PRIVILEGES, "NULL");
    made_done(&m);
}

static void tickets(void)
{
    made(&m, AUDITING, 4768,
         "TargetUserName=taro\nTargetDomainName=HOSP\nTargetSid=S-1-5-21-1-2-3-1110\n"
         "ServiceName=krbtgt\nStatus=0x0\nTicketEncryptionType=0x12\nPreAuthType=15\n"
         "IpAddress=::ffff:10.0.0.9\nIpPort=50000\n");
    CELL(&m, LOGONEVENT_KIND, "ticket");
    CELL(&m, LOGONEVENT_ACCOUNT_SID, "S-1-5-21-1-2-3-1110");
    CELL(&m, LOGONEVENT_SERVICE, "krbtgt");
    CELL(&m, LOGONEVENT_ENCRYPTION, "18");
    CELL(&m, LOGONEVENT_PREAUTH, "15");
    CELL(&m, LOGONEVENT_STATUS, "0");
    CELL(&m, LOGONEVENT_FAILURE, "0");
    CELL(&m, LOGONEVENT_ADDRESS, "10.0.0.9");
    made_done(&m);

    made_failure(&m, AUDITING, 4768,
                 "TargetUserName=taro\nTargetSid=S-1-5-21-1-2-3-1110\nStatus=0x12\n"
                 "TicketEncryptionType=0xffffffff\nPreAuthType=-\n");
    CELL(&m, LOGONEVENT_STATUS, "18");
    CELL(&m, LOGONEVENT_FAILURE, "1");
    CELL(&m, LOGONEVENT_ENCRYPTION, "NULL");
    CELL(&m, LOGONEVENT_PREAUTH, "NULL");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "taro");
    made_done(&m);

    made(&m, AUDITING, 4769,
         "TargetUserName=taro@HOSP.EXAMPLE\nTargetDomainName=HOSP.EXAMPLE\nServiceName=FS1$\n"
         "TicketEncryptionType=0x17\nIpAddress=10.0.0.9\nIpPort=1\nStatus=0x1b\n");
    CELL(&m, LOGONEVENT_KIND, "service_ticket");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "taro@HOSP.EXAMPLE");
    CELL(&m, LOGONEVENT_SERVICE, "FS1$");
    CELL(&m, LOGONEVENT_ENCRYPTION, "23");
    CELL(&m, LOGONEVENT_STATUS, "27");
    CELL(&m, LOGONEVENT_FAILURE, "1");
    made_done(&m);

    made_failure(
        &m, AUDITING, 4771,
        "TargetUserName=Yamada Taro\nTargetSid=S-1-5-21-1-2-3-1110\nServiceName=krbtgt/HOSP\n"
        "Status=0x18\nPreAuthType=2\nIpAddress=10.0.0.9\nIpPort=1\n");
    CELL(&m, LOGONEVENT_KIND, "preauth_failed");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Yamada Taro");
    CELL(&m, LOGONEVENT_FAILURE, "1");
    CELL(&m, LOGONEVENT_STATUS, "24");
    CELL(&m, LOGONEVENT_PREAUTH, "2");
    made_done(&m);
}

static void validations(void)
{
    made(&m, AUDITING, 4776,
         "PackageName=MICROSOFT_AUTHENTICATION_PACKAGE_V1_0\nTargetUserName=Yamada Taro\n"
         "Workstation=\\\\WARD3-PC\nStatus=0x0\n");
    CELL(&m, LOGONEVENT_KIND, "validation");
    CELL(&m, LOGONEVENT_PACKAGE, "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Yamada Taro");
    CELL(&m, LOGONEVENT_WORKSTATION, "WARD3-PC");
    CELL(&m, LOGONEVENT_STATUS, "0");
    CELL(&m, LOGONEVENT_FAILURE, "0");
    made_done(&m);
    made(&m, AUDITING, 4776, "TargetUserName=Yamada Taro\nWorkstation=\nStatus=0xc000006a\n");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "Yamada Taro");
    CELL(&m, LOGONEVENT_WORKSTATION, "NULL");
    CELL(&m, LOGONEVENT_STATUS, "3221225578");
    CELL(&m, LOGONEVENT_FAILURE, "1");
    made_done(&m);
}

static void remote_desktop(void)
{
    static const struct {
        uint32_t id;
        const char *kind;
    } ids[] = { { 21, "rdp_session" },
                { 22, "rdp_session" },
                { 24, "rdp_disconnect" },
                { 25, "rdp_reconnect" } };

    made(&m, RDP, 1149, "Param1=taro\nParam2=HOSP\nParam3=203.0.113.9\n");
    CELL(&m, LOGONEVENT_KIND, "rdp_login");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "taro");
    CELL(&m, LOGONEVENT_ACCOUNT_DOMAIN, "HOSP");
    CELL(&m, LOGONEVENT_ADDRESS, "203.0.113.9");
    CELL(&m, LOGONEVENT_SUBJECT_SID, "NULL"); /* System/Security names the service */
    made_done(&m);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        made(&m, SESSIONS, ids[i].id, "User=HOSP\\taro\nSessionID=2\nAddress=10.0.0.9\n");
        CELL(&m, LOGONEVENT_KIND, ids[i].kind);
        CELL(&m, LOGONEVENT_ACCOUNT_NAME, "taro");
        CELL(&m, LOGONEVENT_ACCOUNT_DOMAIN, "HOSP");
        CELL(&m, LOGONEVENT_ADDRESS, "10.0.0.9");
        made_done(&m);
    }
    made(&m, SESSIONS, 21, "User=taro\nAddress=LOKAL\n");
    CELL(&m, LOGONEVENT_ACCOUNT_NAME, "taro");
    CELL(&m, LOGONEVENT_ACCOUNT_DOMAIN, "NULL");
    CELL(&m, LOGONEVENT_ADDRESS, "NULL");
    made_done(&m);
}

#define TESTS(X)                \
    X(a_logon)                  \
    X(addresses)                \
    X(own_accounts_of_windows)  \
    X(a_failed_logon)           \
    X(what_was_typed_as_a_name) \
    X(logoffs)                  \
    X(explicit_credentials)     \
    X(special_privileges)       \
    X(tickets)                  \
    X(validations)              \
    X(remote_desktop)
T_MAIN("event_logon", TESTS)
