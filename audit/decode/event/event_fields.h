/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of one event of Windows as values of columns. What "-", "S-1-0-0" and the codes for "not set" say becomes NULL here, once for
 * all events. Names of fields are those of the manifests of Microsoft-Windows-Security-Auditing and of the others that evtx_log.c wants. */
#ifndef DECODE_EVENT_FIELDS_H
#define DECODE_EVENT_FIELDS_H

#include "audit/base/sid.h"
#include "audit/decode/event/event_rows.h"

/* Every field that is read, sorted by strcmp. No value of a field that is not here gets any further. */
/* clang-format off */
#define EVENT_FIELDS(X) \
    X(ACCOUNT_EXPIRES, "AccountExpires") \
    X(ACCOUNT_NAME, "AccountName") \
    X(ADDRESS, "Address") \
    X(ALLOWED_TO_DELEGATE_TO, "AllowedToDelegateTo") \
    X(ATTRIBUTE_LDAP_DISPLAY_NAME, "AttributeLDAPDisplayName") \
    X(AUDIT_POLICY_CHANGES, "AuditPolicyChanges") \
    X(AUTHENTICATION_PACKAGE_NAME, "AuthenticationPackageName") \
    X(CHANNEL, "Channel") \
    X(DISPLAY_NAME, "DisplayName") \
    X(DNS_HOST_NAME, "DnsHostName") \
    X(DOMAIN_BEHAVIOR_VERSION, "DomainBehaviorVersion") \
    X(DOMAIN_NAME, "DomainName") \
    X(DOMAIN_SID, "DomainSid") \
    X(FORCE_LOGOFF, "ForceLogoff") \
    X(HOME_DIRECTORY, "HomeDirectory") \
    X(HOME_PATH, "HomePath") \
    X(IMAGE_PATH, "ImagePath") \
    X(IP_ADDRESS, "IpAddress") \
    X(IP_PORT, "IpPort") \
    X(KERBEROS_POLICY_CHANGE, "KerberosPolicyChange") \
    X(KEY_LENGTH, "KeyLength") \
    X(LM_PACKAGE_NAME, "LmPackageName") \
    X(LOCKOUT_DURATION, "LockoutDuration") \
    X(LOCKOUT_OBSERVATION_WINDOW, "LockoutObservationWindow") \
    X(LOCKOUT_THRESHOLD, "LockoutThreshold") \
    X(LOGON_HOURS, "LogonHours") \
    X(LOGON_TYPE, "LogonType") \
    X(MACHINE_ACCOUNT_QUOTA, "MachineAccountQuota") \
    X(MAX_PASSWORD_AGE, "MaxPasswordAge") \
    X(MEMBER_NAME, "MemberName") \
    X(MEMBER_SID, "MemberSid") \
    X(MIN_PASSWORD_AGE, "MinPasswordAge") \
    X(MIN_PASSWORD_LENGTH, "MinPasswordLength") \
    X(MIXED_DOMAIN_MODE, "MixedDomainMode") \
    X(NEW_TARGET_USER_NAME, "NewTargetUserName") \
    X(NEW_TIME, "NewTime") \
    X(NEW_UAC_VALUE, "NewUacValue") \
    X(OBJECT_DN, "ObjectDN") \
    X(OBJECT_GUID, "ObjectGUID") \
    X(OEM_INFORMATION, "OemInformation") \
    X(OLD_TARGET_USER_NAME, "OldTargetUserName") \
    X(OLD_UAC_VALUE, "OldUacValue") \
    X(OPERATION_TYPE, "OperationType") \
    X(PACKAGE_NAME, "PackageName") \
    X(PARAM1, "Param1") \
    X(PARAM2, "Param2") \
    X(PARAM3, "Param3") \
    X(PASSWORD_HISTORY_LENGTH, "PasswordHistoryLength") \
    X(PASSWORD_LAST_SET, "PasswordLastSet") \
    X(PASSWORD_PROPERTIES, "PasswordProperties") \
    X(PRE_AUTH_TYPE, "PreAuthType") \
    X(PREVIOUS_TIME, "PreviousTime") \
    X(PRIMARY_GROUP_ID, "PrimaryGroupId") \
    X(PRIVILEGE_LIST, "PrivilegeList") \
    X(PROCESS_NAME, "ProcessName") \
    X(PROFILE_PATH, "ProfilePath") \
    X(SAM_ACCOUNT_NAME, "SamAccountName") \
    X(SCRIPT_PATH, "ScriptPath") \
    X(SERVICE_ACCOUNT, "ServiceAccount") \
    X(SERVICE_FILE_NAME, "ServiceFileName") \
    X(SERVICE_NAME, "ServiceName") \
    X(SERVICE_PRINCIPAL_NAMES, "ServicePrincipalNames") \
    X(SERVICE_START_TYPE, "ServiceStartType") \
    X(SERVICE_TYPE, "ServiceType") \
    X(SID_FILTERING_ENABLED, "SidFilteringEnabled") \
    X(SID_HISTORY, "SidHistory") \
    X(SOURCE_SID, "SourceSid") \
    X(SOURCE_USER_NAME, "SourceUserName") \
    X(START_TYPE, "StartType") \
    X(STATUS, "Status") \
    X(SUB_STATUS, "SubStatus") \
    X(SUBCATEGORY_GUID, "SubcategoryGuid") \
    X(SUBJECT_DOMAIN_NAME, "SubjectDomainName") \
    X(SUBJECT_LOGON_ID, "SubjectLogonId") \
    X(SUBJECT_USER_NAME, "SubjectUserName") \
    X(SUBJECT_USER_SID, "SubjectUserSid") \
    X(TARGET_DOMAIN_NAME, "TargetDomainName") \
    X(TARGET_LOGON_ID, "TargetLogonId") \
    X(TARGET_SERVER_NAME, "TargetServerName") \
    X(TARGET_SID, "TargetSid") \
    X(TARGET_USER_NAME, "TargetUserName") \
    X(TARGET_USER_SID, "TargetUserSid") \
    X(TDO_ATTRIBUTES, "TdoAttributes") \
    X(TDO_DIRECTION, "TdoDirection") \
    X(TDO_TYPE, "TdoType") \
    X(TICKET_ENCRYPTION_TYPE, "TicketEncryptionType") \
    X(USER, "User") \
    X(USER_ACCOUNT_CONTROL, "UserAccountControl") \
    X(USER_PARAMETERS, "UserParameters") \
    X(USER_PRINCIPAL_NAME, "UserPrincipalName") \
    X(USER_WORKSTATIONS, "UserWorkstations") \
    X(WORKSTATION, "Workstation") \
    X(WORKSTATION_NAME, "WorkstationName")

/* clang-format on */

enum event_field {
#define EVENT_FIELD_ENUM(name, text) FIELD_##name,
    EVENT_FIELDS(EVENT_FIELD_ENUM)
#undef EVENT_FIELD_ENUM
    EVENT_FIELD_COUNT
};

extern const char *const event_field_names[EVENT_FIELD_COUNT];

/* One event while it becomes a row. All is borrowed; texts live in the arena until the row is put. */
struct event_reading {
    int64_t log, computer, part;
    const struct evtx_event *event;
    const char *kind;
    struct arena *arena;
    const struct secret *key;                           /* event_import.key */
    const struct evtx_field *fields[EVENT_FIELD_COUNT]; /* NULL = the event has none */
    bool is_short;                                      /* memory was too short for a value */
};

/* Sorts the fields of an event into r->fields; of two with one name the first counts. */
void event_fields_set(struct event_reading *r, const struct evtx_field *fields, size_t count);

/* The text of a field, at most ROW_TEXT_MAX bytes, without blanks around it; NULL where it says that there is none ("", "-",
 * "%%1793", "%%1794"). */
const char *event_text(struct event_reading *r, enum event_field field);

/* True when the field says anything but "" and "-": events of changes have "-" where nothing was changed. */
bool event_says(struct event_reading *r, enum event_field field);

/* SID of a field into buf (SID_TEXT_MAX); false = none, malformed, or the null SID. */
bool event_sid(const struct event_reading *r, enum event_field field, char *buf);

/* Whole numbers. */
bool event_number(const struct event_reading *r, enum event_field field, uint64_t *ret);

/* Fields into columns; NULL stays where the field has no such value. */
void event_row_text(struct event_reading *r, struct row *row, int column, enum event_field field);
void event_row_sid(struct event_reading *r, struct row *row, int column, enum event_field field);
void event_row_guid(struct event_reading *r, struct row *row, int column, enum event_field field);
void event_row_time(struct event_reading *r, struct row *row, int column, enum event_field field);
/* From low to high, both included. */
void event_row_number(struct event_reading *r, struct row *row, int column, enum event_field field,
                      uint64_t low, uint64_t high);
/* 64 bits that name a logon; 0 = none. */
void event_row_logon(struct event_reading *r, struct row *row, int column, enum event_field field);
/* An address of IPv4 or IPv6, without "::ffff:"; none for the machine itself (127.0.0.1, ::1, or "LOCAL" in any language). */
void event_row_address(struct event_reading *r, struct row *row, int column,
                       enum event_field field);
/* A name of a machine, without the backslashes that some clients put before it. */
void event_row_machine(struct event_reading *r, struct row *row, int column,
                       enum event_field field);
/* Codes of Windows' message table ("%%8448") in the text of a field with ", " between; nothing else of the text. */
void event_row_codes(struct event_reading *r, struct row *row, int column, enum event_field field);

/* What the four tables of events begin with: number, time, kind, who did it. is_failure by the keyword "audit failure". */
void event_row_head(struct event_reading *r, struct row *row, enum row_table table);

/* An event that is wanted (event_kind.c): the word for it, and what makes a row of it. */
struct event_kind {
    uint32_t id;
    const char *provider, *kind;
    bool (*fill)(struct event_reading *r, struct row *row);
};

/* NULL = not wanted. */
const struct event_kind *event_kind_find(const char *provider, uint32_t id);

/* Fills a row of its table; false = the event gives none. event_change.c, event_logon.c, event_other.c */
bool event_change(struct event_reading *r, struct row *row);
bool event_logon(struct event_reading *r, struct row *row);
bool event_service(struct event_reading *r, struct row *row);
bool event_log(struct event_reading *r, struct row *row);

/* [MS-ERREF] 2.3.1: an answer that only an account which exists gets. What else was typed as a name may be anything. */
bool event_is_of_account(uint64_t status);

/* The SID of an account that only Windows itself uses: system, its services, window manager, font driver. */
bool event_is_own(const char *sid);

#endif
