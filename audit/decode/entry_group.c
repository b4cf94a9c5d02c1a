/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/entry_view.h"

/* False when a member could not be told. */
static bool put_members(struct entry_view *v, const char *guid)
{
    static const int columns[3] = { MEMBER_DN, MEMBER_GUID, MEMBER_SID };
    struct row row;
    struct dn_parts parts;
    bool is_whole = !v->attributes[A_MEMBER] || !v->attributes[A_MEMBER]->incomplete;
    for (size_t i = 0; i < view_count(v, A_MEMBER); i++) {
        row_begin(&row, ROW_TABLE_MEMBER);
        row_text(&row, MEMBER_GROUP, guid);
        if (put_link(v, &row, columns, A_MEMBER, &v->attributes[A_MEMBER]->values[i], &parts)) {
            view_put(v, &row);
        } else {
            is_whole = false;
        }
    }
    return is_whole;
}

void entry_group(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX];
    uint32_t rid = 0;
    row_begin(&row, ROW_TABLE_GROUP);
    if (!put_identity(v, &row, GROUP_GUID, GROUP_DN, guid)) {
        return;
    }
    if (view_sid(v, A_OBJECT_SID, sid)) {
        row_text(&row, GROUP_SID, sid);
        if (sid_rid(sid, &rid)) {
            row_int(&row, GROUP_RID, rid);
        }
    }
    put_text(v, &row, GROUP_SAM, A_SAM);
    put_int(v, &row, GROUP_TYPE, A_GROUP_TYPE);
    put_int(v, &row, GROUP_ADMIN_COUNT, A_ADMIN_COUNT);
    put_count(v, &row, GROUP_MEMBERS, A_MEMBER, view_has(v, A_GROUP_TYPE));
    bool is_whole = put_members(v, guid);
    if (view_has(v, A_MEMBER) || !v->c->unasked[A_MEMBER]) {
        row_bool(&row, GROUP_COMPLETE, is_whole);
    }
    put_date(v, &row, GROUP_CREATED, A_WHEN_CREATED);
    put_date(v, &row, GROUP_CHANGED, A_WHEN_CHANGED);
    row_text(&row, GROUP_SERVER, v->c->target);
    view_put(v, &row);
    entry_sid_history(v, guid);
}

void entry_foreign(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_FOREIGN);
    if (!put_identity(v, &row, FOREIGN_GUID, FOREIGN_DN, guid)) {
        return;
    }
    if (!view_sid(v, A_OBJECT_SID, sid)) {
        if (!view_has(v, A_OBJECT_SID)) {
            view_malformed_at(v, A_OBJECT_SID, "a foreign principal came without its objectSid");
        }
        v->c->lost++;
        return;
    }
    row_text(&row, FOREIGN_SID, sid);
    view_put(v, &row);
}
