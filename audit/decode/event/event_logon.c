/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events about logons, tickets and Remote Desktop as rows. A failed logon holds what somebody typed, and that is not always a name. */
#include <string.h>

#include "audit/decode/event/event_fields.h"
#include "audit/decode/event/event_typed.h"
#include "audit/decode/hint.h"

bool event_is_of_account(uint64_t status)
{
    switch (status) {
    case 0xc000006a: /* wrong password */
    case 0xc000006e: /* account restriction */
    case 0xc000006f: /* hours */
    case 0xc0000070: /* workstation */
    case 0xc0000071: /* password expired */
    case 0xc0000072: /* disabled */
    case 0xc000015b: /* logon type not granted */
    case 0xc0000193: /* account expired */
    case 0xc0000224: /* must change password */
    case 0xc0000234: /* locked */
        return true;
    default:
        return false;
    }
}

bool event_is_own(const char *sid)
{
    static const char *const whole[] = { "S-1-5-18", "S-1-5-19", "S-1-5-20" };
    static const char *const begins[] = { "S-1-5-90-", "S-1-5-96-" };
    for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
        if (strcmp(sid, whole[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        if (strncmp(sid, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* What was typed where no account is known to be meant: the domain is a part of it. */
static void account_as_typed(struct event_reading *r, struct row *row)
{
    const char *name = event_text(r, FIELD_TARGET_USER_NAME);
    char *typed = name ? arena_alloc(r->arena, EVENT_TYPED_MAX) : NULL;
    r->is_short = r->is_short || (name && !typed);
    row_text(row, LOGONEVENT_ACCOUNT_NAME,
             typed && event_typed(r->key, name, typed) ? typed : NULL);
    row_text(row, LOGONEVENT_ACCOUNT_DOMAIN, NULL);
}

static void account(struct event_reading *r, struct row *row, enum event_field sid)
{
    event_row_sid(r, row, LOGONEVENT_ACCOUNT_SID, sid);
    event_row_text(r, row, LOGONEVENT_ACCOUNT_NAME, FIELD_TARGET_USER_NAME);
    event_row_text(r, row, LOGONEVENT_ACCOUNT_DOMAIN, FIELD_TARGET_DOMAIN_NAME);
}

static void from(struct event_reading *r, struct row *row)
{
    event_row_address(r, row, LOGONEVENT_ADDRESS, FIELD_IP_ADDRESS);
    event_row_number(r, row, LOGONEVENT_PORT, FIELD_IP_PORT, 1, UINT16_MAX);
}

/* 4624 and 4625. */
static void logon(struct event_reading *r, struct row *row)
{
    account(r, row, FIELD_TARGET_USER_SID);
    event_row_logon(r, row, LOGONEVENT_LOGON, FIELD_TARGET_LOGON_ID);
    event_row_number(r, row, LOGONEVENT_TYPE, FIELD_LOGON_TYPE, 0, UINT32_MAX);
    event_row_text(r, row, LOGONEVENT_PACKAGE, FIELD_AUTHENTICATION_PACKAGE_NAME);
    event_row_text(r, row, LOGONEVENT_NTLM, FIELD_LM_PACKAGE_NAME);
    event_row_number(r, row, LOGONEVENT_KEY_LENGTH, FIELD_KEY_LENGTH, 0, UINT32_MAX);
    event_row_machine(r, row, LOGONEVENT_WORKSTATION, FIELD_WORKSTATION_NAME);
    event_row_text(r, row, LOGONEVENT_PROCESS, FIELD_PROCESS_NAME);
    from(r, row);
}

static void logon_failed(struct event_reading *r, struct row *row)
{
    uint64_t status = 0, sub_status = 0;
    logon(r, row);
    row_bool(row, LOGONEVENT_FAILURE, true);
    event_row_number(r, row, LOGONEVENT_STATUS, FIELD_STATUS, 0, UINT32_MAX);
    event_row_number(r, row, LOGONEVENT_SUB_STATUS, FIELD_SUB_STATUS, 0, UINT32_MAX);
    (void)event_number(r, FIELD_STATUS, &status);
    (void)event_number(r, FIELD_SUB_STATUS, &sub_status);
    if (row->v[LOGONEVENT_ACCOUNT_SID].kind == ROW_NULL && !event_is_of_account(status) &&
        !event_is_of_account(sub_status)) {
        account_as_typed(r, row);
    }
}

static void logoff(struct event_reading *r, struct row *row)
{
    account(r, row, FIELD_TARGET_USER_SID);
    event_row_logon(r, row, LOGONEVENT_LOGON, FIELD_TARGET_LOGON_ID);
    event_row_number(r, row, LOGONEVENT_TYPE, FIELD_LOGON_TYPE, 0, UINT32_MAX);
}

/* 4648: credentials that somebody gave; nobody has looked yet whether the account exists. */
static void explicit_logon(struct event_reading *r, struct row *row)
{
    const char *name = event_text(r, FIELD_TARGET_USER_NAME);
    account(r, row, FIELD_TARGET_USER_SID);
    if (name && hint_is_password(name, strlen(name))) {
        row_text(row, LOGONEVENT_ACCOUNT_NAME, NULL);
    }
    event_row_machine(r, row, LOGONEVENT_SERVICE, FIELD_TARGET_SERVER_NAME);
    event_row_text(r, row, LOGONEVENT_PROCESS, FIELD_PROCESS_NAME);
    from(r, row);
}

/* 4672: the subject is who logged on. */
static void privileges(struct event_reading *r, struct row *row)
{
    const char *list = event_text(r, FIELD_PRIVILEGE_LIST);
    AUTO(wr_done) struct wr words;
    wr_init(&words, ROW_TEXT_MAX);
    event_row_sid(r, row, LOGONEVENT_ACCOUNT_SID, FIELD_SUBJECT_USER_SID);
    event_row_text(r, row, LOGONEVENT_ACCOUNT_NAME, FIELD_SUBJECT_USER_NAME);
    event_row_text(r, row, LOGONEVENT_ACCOUNT_DOMAIN, FIELD_SUBJECT_DOMAIN_NAME);
    event_row_logon(r, row, LOGONEVENT_LOGON, FIELD_SUBJECT_LOGON_ID);
    for (const char *p = list; p && *p;) {
        size_t n = strcspn(p, " \t\r\n");
        wr_text(&words, words.size > 0 ? " " : "");
        wr_bytes(&words, p, n);
        p += n;
        p += strspn(p, " \t\r\n");
    }
    const char *text =
        words.size > 0 ? arena_strndup(r->arena, (const char *)words.data, words.size) : NULL;
    r->is_short = r->is_short || words.bad || (words.size > 0 && !text);
    row_text(row, LOGONEVENT_PRIVILEGES, text);
}

/* Status of a ticket or a validation: 0 is success. */
static bool failed(struct event_reading *r, struct row *row)
{
    uint64_t status;
    event_row_number(r, row, LOGONEVENT_STATUS, FIELD_STATUS, 0, UINT32_MAX);
    if (event_number(r, FIELD_STATUS, &status) && status != 0) {
        row_bool(row, LOGONEVENT_FAILURE, true);
    }
    return row->v[LOGONEVENT_FAILURE].number != 0;
}

/* 4768, 4769, 4771. A failed ticket has 0xffffffff as its encryption. */
static void ticket(struct event_reading *r, struct row *row)
{
    account(r, row, FIELD_TARGET_SID);
    event_row_text(r, row, LOGONEVENT_SERVICE, FIELD_SERVICE_NAME);
    event_row_number(r, row, LOGONEVENT_ENCRYPTION, FIELD_TICKET_ENCRYPTION_TYPE, 0,
                     UINT32_MAX - 1);
    event_row_number(r, row, LOGONEVENT_PREAUTH, FIELD_PRE_AUTH_TYPE, 0, UINT32_MAX);
    from(r, row);
    bool is_failure = failed(r, row) || row->v[LOGONEVENT_STATUS].kind == ROW_NULL;
    if (r->event->event_id == 4771) {
        row_bool(row, LOGONEVENT_FAILURE, true);
    }
    /* Only a first ticket is asked for by a name that somebody typed. */
    if (is_failure && r->event->event_id == 4768 &&
        row->v[LOGONEVENT_ACCOUNT_SID].kind == ROW_NULL) {
        account_as_typed(r, row);
    }
}

static void validation(struct event_reading *r, struct row *row)
{
    uint64_t status = 0;
    account(r, row, FIELD_TARGET_USER_SID);
    event_row_text(r, row, LOGONEVENT_PACKAGE, FIELD_PACKAGE_NAME);
    event_row_machine(r, row, LOGONEVENT_WORKSTATION, FIELD_WORKSTATION);
    bool is_told = event_number(r, FIELD_STATUS, &status);
    if ((failed(r, row) || !is_told) && !event_is_of_account(status)) {
        account_as_typed(r, row);
    }
}

/* 1149: Remote Desktop was asked for with this name; without NLA nobody has looked at the password yet. */
static void rdp_login(struct event_reading *r, struct row *row)
{
    const char *name = event_text(r, FIELD_PARAM1);
    if (name && !hint_is_password(name, strlen(name))) {
        row_text(row, LOGONEVENT_ACCOUNT_NAME, name);
    }
    event_row_text(r, row, LOGONEVENT_ACCOUNT_DOMAIN, FIELD_PARAM2);
    event_row_address(r, row, LOGONEVENT_ADDRESS, FIELD_PARAM3);
}

/* 21, 22, 24, 25: "DOMAIN\name". */
static void rdp_session(struct event_reading *r, struct row *row)
{
    const char *user = event_text(r, FIELD_USER);
    const char *slash = user ? strchr(user, '\\') : NULL;
    if (slash) {
        const char *domain = arena_strndup(r->arena, user, (size_t)(slash - user));
        r->is_short = r->is_short || !domain;
        row_text(row, LOGONEVENT_ACCOUNT_DOMAIN, domain && domain[0] != '\0' ? domain : NULL);
        user = slash[1] != '\0' ? slash + 1 : NULL;
    }
    row_text(row, LOGONEVENT_ACCOUNT_NAME, user);
    event_row_address(r, row, LOGONEVENT_ADDRESS, FIELD_ADDRESS);
}

static const struct {
    uint32_t id;
    void (*fill)(struct event_reading *r, struct row *row);
} fills[] = {
    { 21, rdp_session }, { 22, rdp_session },      { 24, rdp_session },    { 25, rdp_session },
    { 1149, rdp_login }, { 4624, logon },          { 4625, logon_failed }, { 4634, logoff },
    { 4647, logoff },    { 4648, explicit_logon }, { 4672, privileges },   { 4768, ticket },
    { 4769, ticket },    { 4771, ticket },         { 4776, validation },
};

bool event_logon(struct event_reading *r, struct row *row)
{
    event_row_head(r, row, ROW_TABLE_LOGONEVENT);
    for (size_t i = 0; i < ARRAY_LEN(fills); i++) {
        if (fills[i].id == r->event->event_id) {
            fills[i].fill(r, row);
            const struct row_value *sid = &row->v[LOGONEVENT_ACCOUNT_SID];
            return sid->kind == ROW_NULL || !event_is_own(sid->text);
        }
    }
    return false;
}
