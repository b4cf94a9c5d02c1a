/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's messages about its directory as change_event: passwordChange, dsdbChange, groupChange. Names of attributes only: values stay
 * where they are, whether Samba blackened them or not. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/sid.h"
#include "audit/decode/event/samba_log.h"

#define ATTRIBUTES_MAX 256 /* rows of one message */

/* What the servers note for themselves at every logon and replication: most of every log, and nobody's change. */
static const char *const bookkeeping[] = {
    "badPasswordTime", "badPwdCount",        "lastLogon", "lastLogonTimestamp",
    "logonCount",      "replUpToDateVector", "repsFrom",  "repsTo",
};

static bool is_bookkeeping(const char *attribute)
{
    for (size_t i = 0; i < ARRAY_LEN(bookkeeping); i++) {
        if (strcasecmp(bookkeeping[i], attribute) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_word(const char *text, const char *word)
{
    return text && strcasecmp(text, word) == 0;
}

/* The number decides; messages before version 1.1 had none. */
static void name_password(struct samba_message *m, int64_t id)
{
    const char *action = samba_text(m, "action");
    bool is_old = id == 0;
    if (id == 4723 || (is_old && is_word(action, "Change"))) {
        m->event_id = 4723;
        m->kind = "password_change";
    } else if (id == 4724 || (is_old && is_word(action, "Reset"))) {
        m->event_id = 4724;
        m->kind = "password_reset";
    } else if (id == 5136) {
        m->event_id = 5136;
        m->kind = "authentication_data";
    }
}

static void name_change(struct samba_message *m)
{
    const char *operation = samba_text(m, "operation");
    if (is_word(operation, "Modify")) {
        m->event_id = 5136;
        m->kind = "object_modified";
    } else if (is_word(operation, "Add")) {
        m->event_id = 5137;
        m->kind = "object_created";
    } else if (is_word(operation, "Delete")) {
        m->event_id = 5141;
        m->kind = "object_deleted";
    }
}

/* A primary group is a membership as well. Of a new account Samba 4.17 writes "PrimaryGroup" with the group, and "Added" with the account
 * where the group should be. */
static void name_group(struct samba_message *m, int64_t id)
{
    const char *action = samba_text(m, "action"), *group = samba_text(m, "group");
    const char *user = samba_text(m, "user");
    m->event_id = id > 0 && id <= UINT16_MAX ? (uint32_t)id : 0;
    if (is_word(action, "Removed")) {
        m->kind = "member_removed";
    } else if (is_word(action, "PrimaryGroup")) {
        m->kind = "member_added";
    } else if (is_word(action, "Added") && !(group && is_word(user, group))) {
        m->kind = "member_added";
    }
}

void samba_change_name(struct samba_message *m)
{
    int64_t id;
    (void)samba_number(m, "eventId", &id);
    if (m->type == SAMBA_PASSWORD) {
        name_password(m, id);
    } else if (m->type == SAMBA_CHANGE) {
        name_change(m);
    } else if (m->type == SAMBA_GROUP) {
        name_group(m, id);
    }
}

/* A distinguished name, or "<GUID=…>;<SID=…>;name" as controls of LDAP write it. */
static void target(struct row *row, const char *dn)
{
    while (dn && dn[0] == '<') {
        const char *end = strstr(dn, ">;");
        const char *rest = end ? end + 2 : dn + strlen(dn);
        size_t size = end ? (size_t)(end - dn) : strlen(dn) - (dn[strlen(dn) - 1] == '>' ? 1 : 0);
        char text[SID_TEXT_MAX] = "";
        const char *value = memchr(dn, '=', size);
        size_t n = value ? size - (size_t)(value + 1 - dn) : 0;
        if (value && n < sizeof(text)) {
            memcpy(text, value + 1, n);
        }
        if (strncmp(dn, "<GUID=", 6) == 0 && guid_text_valid(text)) {
            row_textn(row, CHANGE_TARGET_GUID, value + 1, n);
        } else if (strncmp(dn, "<SID=", 5) == 0 && sid_text_valid(text)) {
            row_textn(row, CHANGE_TARGET_SID, value + 1, n);
        }
        dn = rest;
    }
    samba_cell(row, CHANGE_TARGET_DN, dn);
}

static void begin(struct row *row, const struct samba_message *m, const struct event_import *import)
{
    int64_t status;
    row_begin(row, ROW_TABLE_CHANGE);
    row_int(row, CHANGE_LOG, import->log);
    row_int(row, CHANGE_RECORD, (int64_t)m->line);
    row_int(row, CHANGE_PART, m->part);
    row_int(row, CHANGE_COMPUTER, m->computer);
    row_int(row, CHANGE_AT, m->at);
    row_int(row, CHANGE_ID, m->event_id);
    row_text(row, CHANGE_KIND, m->kind);
    bool has_status = samba_number(m, "statusCode", &status);
    row_bool(row, CHANGE_FAILURE, has_status && status != 0);
    row_bool(row, CHANGE_CARVED, false);
    row_text(row, CHANGE_SUBJECT_SID, samba_sid(m, "userSid"));
    samba_address(row, CHANGE_ADDRESS, -1, samba_text(m, "remoteAddress"));
    if (has_status) {
        row_int(row, CHANGE_STATUS, status);
    }
    samba_cell(row, CHANGE_TRANSACTION, samba_text(m, "transactionId"));
}

/* What did not succeed happened as it stands there, whatever became of its transaction. */
static enum rc put(const struct samba_message *m, const struct row *row,
                   struct samba_pending *pending, struct err *err)
{
    bool is_failure = row->v[CHANGE_FAILURE].number != 0;
    return samba_pending_put(pending, row, is_failure ? NULL : samba_text(m, "transactionId"), err);
}

/* "replace", "delete, add": how an attribute was changed; "" = not told. */
static const char *actions_of(const json_t *attribute, char *buf, size_t size)
{
    static const char *const words[] = { "add", "delete", "replace" };
    const json_t *actions = json_object_get(attribute, "actions");
    size_t at = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < json_array_size(actions) && i < 4; i++) {
        const char *action =
            json_string_value(json_object_get(json_array_get(actions, i), "action"));
        for (size_t w = 0; action && w < ARRAY_LEN(words); w++) {
            if (strcmp(words[w], action) == 0 && at + 12 < size) {
                at += (size_t)snprintf(buf + at, size - at, "%s%s", at > 0 ? ", " : "", words[w]);
            }
        }
    }
    return buf;
}

/* A row for each attribute, as Windows has an event for each. */
static enum rc modified(const struct samba_message *m, struct row *row,
                        struct samba_pending *pending, struct err *err)
{
    json_t *all = json_object_get(m->body, "attributes");
    int64_t part = m->part;
    for (void *at = json_object_iter(all); at && part < m->part + ATTRIBUTES_MAX;
         at = json_object_iter_next(all, at)) {
        char how[64];
        const char *name = json_object_iter_key(at);
        if (is_bookkeeping(name) || name[0] == '\0') {
            continue;
        }
        row_int(row, CHANGE_PART, part++);
        samba_cell(row, CHANGE_ATTRIBUTE, name);
        row_text(row, CHANGE_DETAIL, actions_of(json_object_iter_value(at), how, sizeof(how)));
        TRY(put(m, row, pending, err));
    }
    return RC_OK;
}

enum rc samba_change_rows(const struct samba_message *m, const struct event_import *import,
                          struct samba_pending *pending, struct err *err)
{
    struct row row;
    begin(&row, m, import);
    if (m->type == SAMBA_GROUP) {
        target(&row, samba_text(m, "group"));
        samba_cell(&row, CHANGE_MEMBER_NAME, samba_text(m, "user"));
        row_text(&row, CHANGE_ATTRIBUTE,
                 is_word(samba_text(m, "action"), "PrimaryGroup") ? "primaryGroupID" : NULL);
        return put(m, &row, pending, err);
    }
    target(&row, samba_text(m, "dn"));
    if (m->event_id == 5136 && m->type == SAMBA_CHANGE) {
        return modified(m, &row, pending, err);
    }
    return put(m, &row, pending, err);
}
