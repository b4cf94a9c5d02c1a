/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events about services that were installed, about the log itself and about the clock, as rows. */
#include "audit/decode/event/event_fields.h"
#include "audit/decode/format/script.h"

/* Events that do not tell in a field who did it have it in System/Security. */
static void subject_of_system(struct event_reading *r, struct row *row)
{
    const char *sid = r->event->user_sid;
    if (row->v[CHANGE_SUBJECT_SID].kind == ROW_NULL && sid_text_valid(sid)) {
        row_text(row, CHANGE_SUBJECT_SID, sid);
    }
}

bool event_service(struct event_reading *r, struct row *row)
{
    bool is_4697 = r->event->event_id == 4697;
    const char *path = event_text(r, is_4697 ? FIELD_SERVICE_FILE_NAME : FIELD_IMAGE_PATH);
    bool is_hint = path && script_command(path, NULL);
    event_row_head(r, row, ROW_TABLE_SERVICEEVENT);
    subject_of_system(r, row);
    event_row_text(r, row, SERVICEEVENT_NAME, FIELD_SERVICE_NAME);
    row_text(row, SERVICEEVENT_PATH, is_hint ? NULL : path);
    row_bool(row, SERVICEEVENT_HINT, is_hint);
    event_row_number(r, row, SERVICEEVENT_TYPE, FIELD_SERVICE_TYPE, 0, UINT32_MAX);
    event_row_number(r, row, SERVICEEVENT_START,
                     is_4697 ? FIELD_SERVICE_START_TYPE : FIELD_START_TYPE, 0, UINT32_MAX);
    event_row_text(r, row, SERVICEEVENT_ACCOUNT,
                   is_4697 ? FIELD_SERVICE_ACCOUNT : FIELD_ACCOUNT_NAME);
    return true;
}

bool event_log(struct event_reading *r, struct row *row)
{
    event_row_head(r, row, ROW_TABLE_LOGEVENT);
    switch (r->event->event_id) {
    case 104:
        subject_of_system(r, row);
        event_row_text(r, row, LOGEVENT_CHANNEL, FIELD_CHANNEL);
        break;
    case 4616:
        event_row_time(r, row, LOGEVENT_BEFORE, FIELD_PREVIOUS_TIME);
        event_row_time(r, row, LOGEVENT_AFTER, FIELD_NEW_TIME);
        event_row_text(r, row, LOGEVENT_PROCESS, FIELD_PROCESS_NAME);
        break;
    default:
        break;
    }
    return true;
}
