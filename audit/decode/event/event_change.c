/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events about accounts, groups, policies and objects that were changed, as rows. What was changed and how comes out as names of
 * fields, as codes and as numbers; no value that somebody could have put a secret into. */
#include <string.h>

#include "audit/decode/event/event_fields.h"

/* What a 4738 or 4742 can change. OldUacValue and NewUacValue have columns of their own. */
static const enum event_field account_fields[] = {
    FIELD_SAM_ACCOUNT_NAME,     FIELD_DISPLAY_NAME,      FIELD_USER_PRINCIPAL_NAME,
    FIELD_HOME_DIRECTORY,       FIELD_HOME_PATH,         FIELD_SCRIPT_PATH,
    FIELD_PROFILE_PATH,         FIELD_USER_WORKSTATIONS, FIELD_PASSWORD_LAST_SET,
    FIELD_ACCOUNT_EXPIRES,      FIELD_PRIMARY_GROUP_ID,  FIELD_ALLOWED_TO_DELEGATE_TO,
    FIELD_USER_ACCOUNT_CONTROL, FIELD_USER_PARAMETERS,   FIELD_SID_HISTORY,
    FIELD_LOGON_HOURS,          FIELD_DNS_HOST_NAME,     FIELD_SERVICE_PRINCIPAL_NAMES,
};

static const enum event_field policy_fields[] = {
    FIELD_MIN_PASSWORD_AGE,      FIELD_MAX_PASSWORD_AGE,           FIELD_FORCE_LOGOFF,
    FIELD_LOCKOUT_THRESHOLD,     FIELD_LOCKOUT_OBSERVATION_WINDOW, FIELD_LOCKOUT_DURATION,
    FIELD_PASSWORD_PROPERTIES,   FIELD_MIN_PASSWORD_LENGTH,        FIELD_PASSWORD_HISTORY_LENGTH,
    FIELD_MACHINE_ACCOUNT_QUOTA, FIELD_MIXED_DOMAIN_MODE,          FIELD_DOMAIN_BEHAVIOR_VERSION,
    FIELD_OEM_INFORMATION,
};

static const enum event_field trust_fields[] = {
    FIELD_TDO_TYPE,
    FIELD_TDO_DIRECTION,
    FIELD_TDO_ATTRIBUTES,
    FIELD_SID_FILTERING_ENABLED,
};

/* Keeps what was written; more than a column holds cannot come of these lists. */
static void row_wr(struct event_reading *r, struct row *row, int column, struct wr *w)
{
    const char *text = w->size > 0 ? arena_strndup(r->arena, (const char *)w->data, w->size) : NULL;
    r->is_short = r->is_short || w->bad || (w->size > 0 && !text);
    row_text(row, column, text);
}

/* Names of the fields that say something, with commas between. */
static void row_names(struct event_reading *r, struct row *row, const enum event_field *fields,
                      size_t count)
{
    AUTO(wr_done) struct wr names;
    wr_init(&names, ROW_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (event_says(r, fields[i])) {
            wr_text(&names, names.size > 0 ? "," : "");
            wr_text(&names, event_field_names[fields[i]]);
        }
    }
    row_wr(r, row, CHANGE_ATTRIBUTE, &names);
}

/* A number, a span of time ("42:00:00:00") or a code ("%%1796"): nothing that holds a secret. */
static bool is_plain(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && n <= 32 && strspn(text, "%0123456789:") == n;
}

/* "name=value" of the fields whose values are numbers, with ", " between. */
static void row_values(struct event_reading *r, struct row *row, const enum event_field *fields,
                       size_t count)
{
    AUTO(wr_done) struct wr values;
    wr_init(&values, ROW_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *text = fields[i] != FIELD_OEM_INFORMATION ? event_text(r, fields[i]) : NULL;
        if (text && is_plain(text)) {
            wr_printf(&values, "%s%s=%s", values.size > 0 ? ", " : "", event_field_names[fields[i]],
                      text);
        }
    }
    row_wr(r, row, CHANGE_DETAIL, &values);
}

/* TargetUserName, TargetDomainName, TargetSid: of most events. */
static void target(struct event_reading *r, struct row *row)
{
    event_row_sid(r, row, CHANGE_TARGET_SID, FIELD_TARGET_SID);
    event_row_text(r, row, CHANGE_TARGET_NAME, FIELD_TARGET_USER_NAME);
    event_row_text(r, row, CHANGE_TARGET_DOMAIN, FIELD_TARGET_DOMAIN_NAME);
}

static void account(struct event_reading *r, struct row *row)
{
    target(r, row);
    event_row_number(r, row, CHANGE_UAC_OLD, FIELD_OLD_UAC_VALUE, 0, UINT32_MAX);
    event_row_number(r, row, CHANGE_UAC_NEW, FIELD_NEW_UAC_VALUE, 0, UINT32_MAX);
    event_row_codes(r, row, CHANGE_DETAIL, FIELD_USER_ACCOUNT_CONTROL);
}

/* 4738, 4742. PasswordLastSet is written in the host's language: that it is there is the fact. */
static void account_changed(struct event_reading *r, struct row *row)
{
    account(r, row);
    row_names(r, row, account_fields, ARRAY_LEN(account_fields));
    if (r->fields[FIELD_PASSWORD_LAST_SET]) {
        row_bool(row, CHANGE_SETS_DATE, event_says(r, FIELD_PASSWORD_LAST_SET));
    }
}

static void member(struct event_reading *r, struct row *row)
{
    target(r, row);
    event_row_sid(r, row, CHANGE_MEMBER_SID, FIELD_MEMBER_SID);
    event_row_text(r, row, CHANGE_MEMBER_NAME, FIELD_MEMBER_NAME);
}

static void renamed(struct event_reading *r, struct row *row)
{
    target(r, row);
    event_row_text(r, row, CHANGE_TARGET_NAME, FIELD_OLD_TARGET_USER_NAME);
    event_row_text(r, row, CHANGE_MEMBER_NAME, FIELD_NEW_TARGET_USER_NAME);
}

static void sid_history(struct event_reading *r, struct row *row)
{
    target(r, row);
    event_row_sid(r, row, CHANGE_MEMBER_SID, FIELD_SOURCE_SID);
    event_row_text(r, row, CHANGE_MEMBER_NAME, FIELD_SOURCE_USER_NAME);
}

static void sid_history_failed(struct event_reading *r, struct row *row)
{
    sid_history(r, row);
    row_bool(row, CHANGE_FAILURE, true);
}

/* 4793, 4794: from where, and how it ended. */
static void asked(struct event_reading *r, struct row *row)
{
    uint64_t status;
    target(r, row);
    event_row_machine(r, row, CHANGE_ADDRESS, FIELD_WORKSTATION);
    event_row_number(r, row, CHANGE_STATUS, FIELD_STATUS, 0, UINT32_MAX);
    if (event_number(r, FIELD_STATUS, &status) && status != 0) {
        row_bool(row, CHANGE_FAILURE, true);
    }
}

static void audit_policy(struct event_reading *r, struct row *row)
{
    event_row_guid(r, row, CHANGE_ATTRIBUTE, FIELD_SUBCATEGORY_GUID);
    event_row_codes(r, row, CHANGE_DETAIL, FIELD_AUDIT_POLICY_CHANGES);
}

static void domain(struct event_reading *r, struct row *row)
{
    event_row_sid(r, row, CHANGE_TARGET_SID, FIELD_DOMAIN_SID);
    event_row_text(r, row, CHANGE_TARGET_NAME, FIELD_DOMAIN_NAME);
}

static void domain_policy(struct event_reading *r, struct row *row)
{
    domain(r, row);
    row_names(r, row, policy_fields, ARRAY_LEN(policy_fields));
    row_values(r, row, policy_fields, ARRAY_LEN(policy_fields));
}

static void trust(struct event_reading *r, struct row *row)
{
    domain(r, row);
    row_names(r, row, trust_fields, ARRAY_LEN(trust_fields));
    row_values(r, row, trust_fields, ARRAY_LEN(trust_fields));
}

/* 4713: "KerMaxT: 0x10c388d000 (0x861c46800); KerMaxR: …": new and old value of each setting. */
static void kerberos_policy(struct event_reading *r, struct row *row)
{
    const char *text = event_text(r, FIELD_KERBEROS_POLICY_CHANGE);
    AUTO(wr_done) struct wr names;
    wr_init(&names, ROW_TEXT_MAX);
    for (const char *p = text; p && *p; p += strcspn(p, ";")) {
        p += strspn(p, "; ");
        size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        if (n > 0 && n <= 32 && p[n] == ':') {
            wr_text(&names, names.size > 0 ? "," : "");
            wr_bytes(&names, p, n);
        }
    }
    row_wr(r, row, CHANGE_ATTRIBUTE, &names);
    if (names.size > 0) {
        row_text(row, CHANGE_DETAIL, text);
    }
}

/* 5136, 5137, 5141: the object and the attribute, never AttributeValue. */
static void object(struct event_reading *r, struct row *row)
{
    event_row_guid(r, row, CHANGE_TARGET_GUID, FIELD_OBJECT_GUID);
    event_row_text(r, row, CHANGE_TARGET_DN, FIELD_OBJECT_DN);
    event_row_text(r, row, CHANGE_ATTRIBUTE, FIELD_ATTRIBUTE_LDAP_DISPLAY_NAME);
    event_row_codes(r, row, CHANGE_DETAIL, FIELD_OPERATION_TYPE);
}

/* How an event that is no plain "target" fills its row. */
static const struct {
    uint32_t id;
    void (*fill)(struct event_reading *r, struct row *row);
} fills[] = {
    { 4706, trust },   { 4707, trust },           { 4713, kerberos_policy },
    { 4716, trust },   { 4719, audit_policy },    { 4720, account },
    { 4728, member },  { 4729, member },          { 4732, member },
    { 4733, member },  { 4738, account_changed }, { 4739, domain_policy },
    { 4741, account }, { 4742, account_changed }, { 4756, member },
    { 4757, member },  { 4765, sid_history },     { 4766, sid_history_failed },
    { 4781, renamed }, { 4793, asked },           { 4794, asked },
    { 5136, object },  { 5137, object },          { 5141, object },
};

/* The others (4722 to 4726, 4740, 4743, 4764, 4767, 4780, 4782) only have a target; what a 4764 changed stands in words of the
 * host's language. */
bool event_change(struct event_reading *r, struct row *row)
{
    event_row_head(r, row, ROW_TABLE_CHANGE);
    for (size_t i = 0; i < ARRAY_LEN(fills); i++) {
        if (fills[i].id == r->event->event_id) {
            fills[i].fill(r, row);
            return true;
        }
    }
    target(r, row);
    return true;
}
