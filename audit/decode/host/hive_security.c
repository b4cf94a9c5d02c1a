/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SECURITY hive as local_right and host_audit. */
#include "audit/decode/format/security_hive.h"
#include "audit/decode/host/hive_internal.h"

static enum rc take_right(void *context, const char *right, const char *sid, struct err *err)
{
    struct hive_output *o = context;
    struct row row;
    row_begin(&row, ROW_TABLE_LOCALRIGHT);
    row_text(&row, LOCALRIGHT_HOST, o->import->host);
    row_text(&row, LOCALRIGHT_RIGHT, right);
    row_text(&row, LOCALRIGHT_SID, sid);
    return hive_put(o, &row, err);
}

static enum rc take_audit(void *context, const char *subcategory, unsigned setting, struct err *err)
{
    struct hive_output *o = context;
    struct row row;
    row_begin(&row, ROW_TABLE_HOSTAUDIT);
    row_text(&row, HOSTAUDIT_HOST, o->import->host);
    row_text(&row, HOSTAUDIT_SUBCATEGORY, subcategory);
    row_text(&row, HOSTAUDIT_ORIGIN, o->origin_word);
    row_int(&row, HOSTAUDIT_SETTING, setting);
    return hive_put(o, &row, err);
}

enum rc hive_security(struct hive_output *o, struct err *err)
{
    struct hive *security = &o->hives->security;
    struct err why = { .msg = "" };
    uint64_t damaged = 0;
    if (!security->is_open) {
        hive_told(o, PART_RIGHT, TOLD_NOTHING, security->why);
        hive_told(o, PART_AUDIT, TOLD_NOTHING, security->why);
        return RC_OK;
    }
    if (o->import->wants[PART_RIGHT]) {
        enum rc rc = security_rights(&security->h, take_right, o, &damaged, &why);
        if (hive_is_fatal(rc)) {
            *err = why;
            return rc;
        }
        hive_told_of(o, PART_RIGHT, security, rc, damaged, "user rights", &why);
    }
    if (o->import->wants[PART_AUDIT]) {
        enum rc rc = security_audit(&security->h, take_audit, o, &why);
        if (hive_is_fatal(rc)) {
            *err = why;
            return rc;
        }
        hive_told_of(o, PART_AUDIT, security, rc, 0, "audit policy", &why);
    }
    return RC_OK;
}
