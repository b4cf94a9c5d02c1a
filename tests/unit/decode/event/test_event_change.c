/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events about accounts, groups, policies, objects, services, the log and the clock: fields in, columns out. */
#include <stdio.h>

#include "tests/support/t.h"
#include "tests/unit/decode/event/made.h"
#include "tests/unit/decode/rows.h"

#define SUBJECT                                                                            \
    "SubjectUserSid=S-1-5-21-1-2-3-500\nSubjectUserName=Administrator\nSubjectDomainName=" \
    "HOSP\nSubjectLogonId=0x3e99d6\n"
#define TARGET "TargetUserName=taro\nTargetDomainName=HOSP\nTargetSid=S-1-5-21-1-2-3-1110\n"
#define GROUP  "TargetUserName=Domain Admins\nTargetDomainName=HOSP\nTargetSid=S-1-5-21-1-2-3-512\n"
#define DOMAIN "DomainName=partner.example\nDomainSid=S-1-5-21-4-5-6\n"

#define CELL(m, column, text) T_EQ_S(cell(&(m)->row, column), text)

static struct made m;

static void has_subject(void)
{
    CELL(&m, CHANGE_SUBJECT_SID, "S-1-5-21-1-2-3-500");
    CELL(&m, CHANGE_SUBJECT_NAME, "Administrator");
    CELL(&m, CHANGE_SUBJECT_DOMAIN, "HOSP");
    CELL(&m, CHANGE_SUBJECT_LOGON, "4102614");
}

static void has_target(void)
{
    CELL(&m, CHANGE_TARGET_SID, "S-1-5-21-1-2-3-1110");
    CELL(&m, CHANGE_TARGET_NAME, "taro");
    CELL(&m, CHANGE_TARGET_DOMAIN, "HOSP");
}

static void field_names_are_sorted(void)
{
    for (int i = 1; i < EVENT_FIELD_COUNT; i++) {
        T_OK(strcmp(event_field_names[i - 1], event_field_names[i]) < 0);
    }
}

static void kinds_are_of_a_provider(void)
{
    for (uint32_t id = 0; id < 8000; id++) {
        const struct event_kind *k = event_kind_find(AUDITING, id);
        T_OK(!k || (k->id == id && !event_kind_find(EVENTLOG, id) && !event_kind_find("", id)));
    }
    T_OK(!event_kind_find("Microsoft-Windows-Kernel-Boot", 25));
    T_OK(!event_kind_find(AUDITING, 1102));
    T_OK(!event_kind_find(AUDITING, 7045));
}

static void plain_changes(void)
{
    static const struct {
        uint32_t id;
        const char *kind;
    } plain[] = { { 4722, "enabled" },   { 4723, "password_change" }, { 4724, "password_reset" },
                  { 4725, "disabled" },  { 4726, "deleted" },         { 4740, "locked" },
                  { 4743, "deleted" },   { 4764, "group_type" },      { 4767, "unlocked" },
                  { 4780, "admin_acl" }, { 4782, "hash_accessed" } };

    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        made(&m, AUDITING, plain[i].id, TARGET SUBJECT "PrivilegeList=-\nGroupTypeChange=Text\n");
        T_OK(m.is_row);
        T_EQ_I(m.row.table, ROW_TABLE_CHANGE);
        CELL(&m, CHANGE_LOG, "1");
        CELL(&m, CHANGE_RECORD, "7");
        CELL(&m, CHANGE_COMPUTER, "2");
        CELL(&m, CHANGE_PART, "3");
        CELL(&m, CHANGE_AT, "134000000000000000");
        T_EQ_I(m.row.v[CHANGE_ID].number, plain[i].id);
        CELL(&m, CHANGE_KIND, plain[i].kind);
        CELL(&m, CHANGE_FAILURE, "0");
        CELL(&m, CHANGE_CARVED, "0");
        has_subject();
        has_target();
        CELL(&m, CHANGE_ATTRIBUTE, "NULL");
        CELL(&m, CHANGE_DETAIL, "NULL");
        made_done(&m);
    }
}

static void a_failed_change(void)
{
    made_failure(&m, AUDITING, 4723, TARGET SUBJECT);
    CELL(&m, CHANGE_FAILURE, "1");
    made_done(&m);
}

/* The caller computer of a lockout stands where the domain does elsewhere. */
static void a_lockout_names_its_cause(void)
{
    made(&m, AUDITING, 4740,
         "TargetUserName=taro\nTargetDomainName=WARD3-PC\nTargetSid=S-1-5-21-1-2-3-1110\n"
         "SubjectUserSid=S-1-5-18\nSubjectUserName=DC1$\nSubjectDomainName=HOSP\n"
         "SubjectLogonId=0x3e7\n");
    CELL(&m, CHANGE_TARGET_DOMAIN, "WARD3-PC");
    CELL(&m, CHANGE_SUBJECT_SID, "S-1-5-18");
    CELL(&m, CHANGE_SUBJECT_LOGON, "999");
    made_done(&m);
}

static void created_accounts(void)
{
    static const uint32_t ids[] = { 4720, 4741 };
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        made(&m, AUDITING, ids[i],
             TARGET SUBJECT "SamAccountName=taro\nDisplayName=%%1793\nPasswordLastSet=%%1794\n"
                            "OldUacValue=0x0\nNewUacValue=0x15\n"
                            "UserAccountControl=\t%%2080\t%%2082 \t%%2084\n");
        CELL(&m, CHANGE_KIND, "created");
        has_target();
        CELL(&m, CHANGE_UAC_OLD, "0");
        CELL(&m, CHANGE_UAC_NEW, "21");
        CELL(&m, CHANGE_DETAIL, "%%2080, %%2082, %%2084");
        CELL(&m, CHANGE_SETS_DATE, "NULL");
        made_done(&m);
    }
}

static void changed_accounts(void)
{
    made(&m, AUDITING, 4738,
         "Dummy=-\n" TARGET SUBJECT "PrivilegeList=-\nSamAccountName=-\nDisplayName=-\n"
         "UserPrincipalName=-\nUserWorkstations=-\nPasswordLastSet=2/5/2022 2:17:40 PM\n"
         "AccountExpires=-\nOldUacValue=0x15\nNewUacValue=0x11\nUserAccountControl=%%2050\n"
         "UserParameters=-\nSidHistory=-\nLogonHours=-\n");
    CELL(&m, CHANGE_KIND, "changed");
    CELL(&m, CHANGE_ATTRIBUTE, "PasswordLastSet,UserAccountControl");
    CELL(&m, CHANGE_SETS_DATE, "1");
    CELL(&m, CHANGE_UAC_OLD, "21");
    CELL(&m, CHANGE_UAC_NEW, "17");
    CELL(&m, CHANGE_DETAIL, "%%2050");
    made_done(&m);

    made(&m, AUDITING, 4742,
         "ComputerAccountChange=-\n" TARGET SUBJECT
         "PasswordLastSet= - \nOldUacValue=-\nDnsHostName=ward3.hosp.example\n"
         "ServicePrincipalNames=HOST/ward3\n");
    CELL(&m, CHANGE_ATTRIBUTE, "DnsHostName,ServicePrincipalNames");
    CELL(&m, CHANGE_SETS_DATE, "0");
    CELL(&m, CHANGE_UAC_OLD, "NULL");
    CELL(&m, CHANGE_DETAIL, "NULL");
    made_done(&m);

    made(&m, AUDITING, 4738, TARGET "PasswordLastSet=\n");
    CELL(&m, CHANGE_SETS_DATE, "0");
    made_done(&m);
    made(&m, AUDITING, 4738, TARGET "PasswordLastSet=%%1794\n"); /* "never": it was set to 0 */
    CELL(&m, CHANGE_SETS_DATE, "1");
    made_done(&m);
    made(&m, AUDITING, 4738, TARGET);
    CELL(&m, CHANGE_SETS_DATE, "NULL");
    made_done(&m);
}

static void members(void)
{
    static const struct {
        uint32_t id;
        const char *kind;
    } ids[] = {
        { 4728, "member_added" },   { 4732, "member_added" },   { 4756, "member_added" },
        { 4729, "member_removed" }, { 4733, "member_removed" }, { 4757, "member_removed" }
    };

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        made(&m, AUDITING, ids[i].id,
             "MemberName=CN=taro,DC=hosp\nMemberSid=S-1-5-21-1-2-3-1110\n" GROUP SUBJECT);
        CELL(&m, CHANGE_KIND, ids[i].kind);
        CELL(&m, CHANGE_MEMBER_SID, "S-1-5-21-1-2-3-1110");
        CELL(&m, CHANGE_MEMBER_NAME, "CN=taro,DC=hosp");
        CELL(&m, CHANGE_TARGET_SID, "S-1-5-21-1-2-3-512");
        CELL(&m, CHANGE_TARGET_NAME, "Domain Admins");
        made_done(&m);
    }
    made(&m, AUDITING, 4732, "MemberName=-\nMemberSid=S-1-5-11\n" GROUP);
    CELL(&m, CHANGE_MEMBER_NAME, "NULL");
    CELL(&m, CHANGE_SUBJECT_SID, "NULL");
    made_done(&m);
}

static void renamed_accounts(void)
{
    made(&m, AUDITING, 4781,
         "OldTargetUserName=Administrator\nNewTargetUserName=kanri\nTargetDomainName=HOSP\n"
         "TargetSid=S-1-5-21-1-2-3-500\n" SUBJECT);
    CELL(&m, CHANGE_KIND, "renamed");
    CELL(&m, CHANGE_TARGET_NAME, "Administrator");
    CELL(&m, CHANGE_MEMBER_NAME, "kanri");
    CELL(&m, CHANGE_TARGET_SID, "S-1-5-21-1-2-3-500");
    made_done(&m);
}

static void sid_history(void)
{
    made(&m, AUDITING, 4765,
         "SourceUserName=OLD\\admin\nSourceSid=S-1-5-21-9-9-9-500\n" TARGET SUBJECT
         "SidList=S-1-5-21-9-9-9-500\n");
    CELL(&m, CHANGE_KIND, "sid_history");
    CELL(&m, CHANGE_MEMBER_SID, "S-1-5-21-9-9-9-500");
    CELL(&m, CHANGE_MEMBER_NAME, "OLD\\admin");
    CELL(&m, CHANGE_FAILURE, "0");
    has_target();
    made_done(&m);
    made(&m, AUDITING, 4766, "SourceUserName=admin\n" TARGET "SubjectUserName=x\n");
    CELL(&m, CHANGE_KIND, "sid_history_failed");
    CELL(&m, CHANGE_FAILURE, "1");
    has_target();
    made_done(&m);
}

static void questions_with_a_status(void)
{
    made(&m, AUDITING, 4793,
         SUBJECT "Workstation=WARD3-PC\nTargetUserName=taro\nStatus=0x00000000\n");
    CELL(&m, CHANGE_KIND, "policy_api");
    CELL(&m, CHANGE_ADDRESS, "WARD3-PC");
    CELL(&m, CHANGE_TARGET_NAME, "taro");
    CELL(&m, CHANGE_STATUS, "0");
    CELL(&m, CHANGE_FAILURE, "0");
    made_done(&m);
    made(&m, AUDITING, 4794, SUBJECT "Workstation=\\\\DC1\nStatus=0xc000006d\n");
    CELL(&m, CHANGE_KIND, "dsrm");
    CELL(&m, CHANGE_ADDRESS, "DC1");
    CELL(&m, CHANGE_STATUS, "3221225581");
    CELL(&m, CHANGE_FAILURE, "1");
    has_subject();
    made_done(&m);
}

static void policies(void)
{
    made(&m, AUDITING, 4719,
         SUBJECT "CategoryId=%%8276\nSubcategoryId=%%13824\nSubcategoryGuid="
                 "{0CCE9235-69AE-11D9-BED3-505054503030}\nAuditPolicyChanges=%%8448, %%8450\n");
    CELL(&m, CHANGE_KIND, "audit_policy");
    CELL(&m, CHANGE_ATTRIBUTE, "0cce9235-69ae-11d9-bed3-505054503030");
    CELL(&m, CHANGE_DETAIL, "%%8448, %%8450");
    has_subject();
    made_done(&m);

    made(&m, AUDITING, 4739,
         "DomainPolicyChanged=Password Policy\n" DOMAIN SUBJECT
         "MinPasswordAge=-\nMaxPasswordAge=42:00:00:00\nLockoutThreshold=0\nMinPasswordLength=\n"
         "OemInformation=PW: Ward3-2024\n");
    CELL(&m, CHANGE_KIND, "domain_policy");
    CELL(&m, CHANGE_TARGET_SID, "S-1-5-21-4-5-6");
    CELL(&m, CHANGE_TARGET_NAME, "partner.example");
    CELL(&m, CHANGE_ATTRIBUTE, "MaxPasswordAge,LockoutThreshold,OemInformation");
    CELL(&m, CHANGE_DETAIL, "MaxPasswordAge=42:00:00:00, LockoutThreshold=0");
    made_done(&m);

    made(&m, AUDITING, 4713,
         SUBJECT "KerberosPolicyChange=KerMaxT: 0x10c388d000 (0x861c46800); KerMaxR: 0x19254d38000 "
                 "(0xc92a69c000); \n");
    CELL(&m, CHANGE_KIND, "kerberos_policy");
    CELL(&m, CHANGE_ATTRIBUTE, "KerMaxT,KerMaxR");
    T_HAS(cell(&m.row, CHANGE_DETAIL), "KerMaxT: 0x10c388d000 (0x861c46800)");
    made_done(&m);
}

static void trusts(void)
{
    static const struct {
        uint32_t id;
        const char *kind;
    } ids[] = { { 4706, "trust_added" }, { 4707, "trust_removed" }, { 4716, "trust_changed" } };

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        made(&m, AUDITING, ids[i].id,
             DOMAIN SUBJECT
             "TdoType=2\nTdoDirection=3\nTdoAttributes=-\nSidFilteringEnabled=%%1796\n");
        CELL(&m, CHANGE_KIND, ids[i].kind);
        CELL(&m, CHANGE_TARGET_SID, "S-1-5-21-4-5-6");
        CELL(&m, CHANGE_TARGET_NAME, "partner.example");
        CELL(&m, CHANGE_ATTRIBUTE, "TdoType,TdoDirection,SidFilteringEnabled");
        CELL(&m, CHANGE_DETAIL, "TdoType=2, TdoDirection=3, SidFilteringEnabled=%%1796");
        has_subject();
        made_done(&m);
    }
}

static void objects_without_their_values(void)
{
    made(&m, AUDITING, 5136,
         SUBJECT "DSName=hosp.example\nObjectDN=CN=taro,DC=hosp\nObjectGUID="
                 "{02647639-8626-43CE-AFE6-7AA1AD657739}\nObjectClass=user\n"
                 "AttributeLDAPDisplayName=description\nAttributeValue=PW Ward3-2024\n"
                 "OperationType=%%14674\n");
    CELL(&m, CHANGE_KIND, "object_modified");
    CELL(&m, CHANGE_TARGET_GUID, "02647639-8626-43ce-afe6-7aa1ad657739");
    CELL(&m, CHANGE_TARGET_DN, "CN=taro,DC=hosp");
    CELL(&m, CHANGE_ATTRIBUTE, "description");
    CELL(&m, CHANGE_DETAIL, "%%14674");
    for (size_t i = 0; i < ROW_COLUMNS_CHANGE; i++) {
        T_OK(strstr(cell(&m.row, (int)i), "Ward3") == NULL);
    }
    made_done(&m);
    made(&m, AUDITING, 5137, SUBJECT "ObjectDN=CN=x,DC=hosp\nObjectClass=user\n");
    CELL(&m, CHANGE_KIND, "object_created");
    CELL(&m, CHANGE_TARGET_DN, "CN=x,DC=hosp");
    CELL(&m, CHANGE_ATTRIBUTE, "NULL");
    has_subject();
    made_done(&m);
    made(&m, AUDITING, 5141, "ObjectDN=CN=x,DC=hosp\nTreeDelete=%%14679\n");
    CELL(&m, CHANGE_KIND, "object_deleted");
    CELL(&m, CHANGE_TARGET_DN, "CN=x,DC=hosp");
    made_done(&m);
    made(&m, AUDITING, 5136, "ObjectGUID={02647639-8626\nOperationType=Wert geloescht\n");
    CELL(&m, CHANGE_TARGET_GUID, "NULL");
    CELL(&m, CHANGE_DETAIL, "NULL");
    made_done(&m);
}

static void services(void)
{
    made(&m, SERVICES, 7045,
         "ServiceName=Updater\nImagePath=C:\\u\\upd.exe -run\nServiceType=user mode service\n"
         "StartType=auto start\nAccountName=LocalSystem\n");
    T_EQ_I(m.row.table, ROW_TABLE_SERVICEEVENT);
    CELL(&m, SERVICEEVENT_KIND, "installed");
    CELL(&m, SERVICEEVENT_SUBJECT_SID, "S-1-5-21-1-2-3-1105");
    CELL(&m, SERVICEEVENT_NAME, "Updater");
    CELL(&m, SERVICEEVENT_PATH, "C:\\u\\upd.exe -run");
    CELL(&m, SERVICEEVENT_HINT, "0");
    CELL(&m, SERVICEEVENT_TYPE, "NULL");
    CELL(&m, SERVICEEVENT_START, "NULL");
    CELL(&m, SERVICEEVENT_ACCOUNT, "LocalSystem");
    made_done(&m);

    made(&m, AUDITING, 4697,
         SUBJECT
         "ServiceName=Run\nServiceFileName=cmd /c net use x: \\\\fs\\s /user:adm Ward3-2024\n"
         "ServiceType=0x10\nServiceStartType=2\nServiceAccount=HOSP\\svc\n");
    has_subject();
    CELL(&m, SERVICEEVENT_PATH, "NULL");
    CELL(&m, SERVICEEVENT_HINT, "1");
    CELL(&m, SERVICEEVENT_TYPE, "16");
    CELL(&m, SERVICEEVENT_START, "2");
    CELL(&m, SERVICEEVENT_ACCOUNT, "HOSP\\svc");
    made_done(&m);
}

static void the_log_itself(void)
{
    made(&m, EVENTLOG, 1102, SUBJECT);
    T_EQ_I(m.row.table, ROW_TABLE_LOGEVENT);
    CELL(&m, LOGEVENT_KIND, "cleared");
    has_subject();
    made_done(&m);

    made(&m, EVENTLOG, 104,
         "SubjectUserName=kanri\nSubjectDomainName=HOSP\nChannel=System\nBackupPath=\n");
    CELL(&m, LOGEVENT_KIND, "log_cleared");
    CELL(&m, LOGEVENT_CHANNEL, "System");
    CELL(&m, LOGEVENT_SUBJECT_SID, "S-1-5-21-1-2-3-1105");
    CELL(&m, LOGEVENT_SUBJECT_NAME, "kanri");
    made_done(&m);

    static const struct {
        const char *provider;
        uint32_t id;
        const char *kind;
    } bare[] = { { EVENTLOG, 1100, "stopped" },
                 { EVENTLOG, 1101, "dropped" },
                 { EVENTLOG, 1104, "full" },
                 { AUDITING, 4608, "started" } };

    for (size_t i = 0; i < ARRAY_LEN(bare); i++) {
        made(&m, bare[i].provider, bare[i].id, "");
        T_OK(m.is_row);
        CELL(&m, LOGEVENT_KIND, bare[i].kind);
        CELL(&m, LOGEVENT_SUBJECT_SID, "NULL");
        made_done(&m);
    }
}

static void the_clock(void)
{
    made(&m, AUDITING, 4616,
         SUBJECT
         "PreviousTime=2023-10-18T05:44:40.597264400Z\nNewTime=2023-10-18T02:44:40.597000000Z"
         "\nProcessName=C:\\Windows\\System32\\rundll32.exe\n");
    CELL(&m, LOGEVENT_KIND, "clock");
    CELL(&m, LOGEVENT_BEFORE, "133420814805972644");
    CELL(&m, LOGEVENT_AFTER, "133420706805970000");
    CELL(&m, LOGEVENT_PROCESS, "C:\\Windows\\System32\\rundll32.exe");
    made_done(&m);
    made(&m, AUDITING, 4616, "PreviousDate=8/23/2015\nPreviousTime=11:52:54 PM\nNewTime=-\n");
    CELL(&m, LOGEVENT_BEFORE, "NULL");
    CELL(&m, LOGEVENT_AFTER, "NULL");
    made_done(&m);
}

/* Every event that is wanted, with fields that lie about what they are: rows stay sound. */
static void hostile_fields(void)
{
    static char fields[32768];
    static const char *const values[] = {
        "S-1-0-0",           "S-1-5-18-", "-1", "18446744073709551615",
        "%%%%%%9%%123456%%", "\\\\",      "\\", "::ffff:"
    };
    for (size_t v = 0; v < ARRAY_LEN(values); v++) {
        static const char *const providers[] = { AUDITING, EVENTLOG, SERVICES, RDP, SESSIONS };
        size_t n = 0;
        for (int i = 0; i < EVENT_FIELD_COUNT && i < MADE_FIELDS; i++) {
            n += (size_t)snprintf(fields + n, sizeof(fields) - n, "%s=%s\n",
                                  event_field_names[(i + (int)v * 30) % EVENT_FIELD_COUNT],
                                  values[v]);
        }
        for (uint32_t id = 0; id < 8000; id++) {
            for (size_t p = 0; p < ARRAY_LEN(providers); p++) {
                if (event_kind_find(providers[p], id)) {
                    made(&m, providers[p], id, fields);
                    T_OK(m.is_row);
                    made_done(&m);
                }
            }
        }
    }
}

#define TESTS(X)                    \
    X(field_names_are_sorted)       \
    X(kinds_are_of_a_provider)      \
    X(plain_changes)                \
    X(a_failed_change)              \
    X(a_lockout_names_its_cause)    \
    X(created_accounts)             \
    X(changed_accounts)             \
    X(members)                      \
    X(renamed_accounts)             \
    X(sid_history)                  \
    X(questions_with_a_status)      \
    X(policies)                     \
    X(trusts)                       \
    X(objects_without_their_values) \
    X(services)                     \
    X(the_log_itself)               \
    X(the_clock)                    \
    X(hostile_fields)
T_MAIN("event_change", TESTS)
