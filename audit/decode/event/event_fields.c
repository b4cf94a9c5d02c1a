/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/event/event_fields.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/base/ip.h"
#include "audit/base/utf.h"

#define NULL_SID      "S-1-0-0"
#define AUDIT_FAILURE (UINT64_C(1) << 52) /* winmeta.xml: WINEVENT_KEYWORD_AUDIT_FAILURE */

const char *const event_field_names[EVENT_FIELD_COUNT] = {
#define FIELD_NAME(name, text) text,
    EVENT_FIELDS(FIELD_NAME)
#undef FIELD_NAME
};

/* The head of an event has the same columns at the same places of the four tables. */
#define SAME(P, column) ((int)CHANGE_##column == (int)P##_##column)
#define SAME_HEAD(P)                                                                        \
    _Static_assert(SAME(P, LOG) && SAME(P, RECORD) && SAME(P, PART) && SAME(P, COMPUTER) && \
                       SAME(P, AT) && SAME(P, ID) && SAME(P, KIND) && SAME(P, FAILURE) &&   \
                       SAME(P, CARVED) && SAME(P, SUBJECT_SID) && SAME(P, SUBJECT_LOGON),   \
                   "the heads of the tables of events differ")
SAME_HEAD(LOGONEVENT);
SAME_HEAD(SERVICEEVENT);
SAME_HEAD(LOGEVENT);

void event_fields_set(struct event_reading *r, const struct evtx_field *fields, size_t count)
{
    memset(r->fields, 0, sizeof(r->fields));
    for (size_t i = 0; i < count; i++) {
        int known = fields[i].known;
        if (known >= 0 && known < EVENT_FIELD_COUNT && !r->fields[known]) {
            r->fields[known] = &fields[i];
        }
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The text as it is, without a limit; "" where there is no field. */
static const char *whole_text(struct event_reading *r, enum event_field field)
{
    const struct evtx_field *f = r->fields[field];
    const char *text = f ? evtx_text(f, r->arena) : "";
    if (!text) {
        r->is_short = true;
        return "";
    }
    return text;
}

const char *event_text(struct event_reading *r, enum event_field field)
{
    const char *text = whole_text(r, field);
    while (is_blank(*text)) {
        text++;
    }
    size_t size = utf8_fit(text, strlen(text), ROW_TEXT_MAX);
    while (size > 0 && is_blank(text[size - 1])) {
        size--;
    }
    if (size == 0 || (size == 1 && text[0] == '-') ||
        (size == 6 && (memcmp(text, "%%1793", 6) == 0 || memcmp(text, "%%1794", 6) == 0))) {
        return NULL;
    }
    if (text[size] == '\0') {
        return text;
    }
    char *copy = arena_strndup(r->arena, text, size);
    r->is_short = r->is_short || !copy;
    return copy;
}

bool event_says(struct event_reading *r, enum event_field field)
{
    const char *text = whole_text(r, field);
    text += strspn(text, " \t\r\n");
    return text[0] != '\0' && !(text[0] == '-' && text[1 + strspn(text + 1, " \t\r\n")] == '\0');
}

bool event_sid(const struct event_reading *r, enum event_field field, char *buf)
{
    const struct evtx_field *f = r->fields[field];
    return f && evtx_sid(f, buf, SID_TEXT_MAX) && sid_text_valid(buf) && strcmp(buf, NULL_SID) != 0;
}

bool event_number(const struct event_reading *r, enum event_field field, uint64_t *ret)
{
    const struct evtx_field *f = r->fields[field];
    return f && evtx_number(f, ret);
}

void event_row_text(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    row_text(row, column, event_text(r, field));
}

static void keep_text(struct event_reading *r, struct row *row, int column, const char *text)
{
    const char *copy = arena_strdup(r->arena, text);
    r->is_short = r->is_short || !copy;
    row_text(row, column, copy);
}

void event_row_sid(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    char sid[SID_TEXT_MAX];
    if (event_sid(r, field, sid)) {
        keep_text(r, row, column, sid);
    }
}

/* "{31B2F340-…}" as columns have it. */
void event_row_guid(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    char guid[GUID_TEXT_MAX];
    const char *text = event_text(r, field);
    size_t n = text ? strlen(text) : 0;
    if (n == sizeof(guid) + 1 && text[0] == '{' && text[n - 1] == '}') {
        text++;
        n -= 2;
    }
    if (n != sizeof(guid) - 1) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        guid[i] = (char)tolower((unsigned char)text[i]);
    }
    guid[n] = '\0';
    if (guid_text_valid(guid)) {
        keep_text(r, row, column, guid);
    }
}

void event_row_time(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    const struct evtx_field *f = r->fields[field];
    filetime t;
    if (f && evtx_time(f, &t) && t > 0) {
        row_int(row, column, t);
    }
}

void event_row_number(struct event_reading *r, struct row *row, int column, enum event_field field,
                      uint64_t low, uint64_t high)
{
    uint64_t n;
    if (event_number(r, field, &n) && n >= low && n <= high) {
        row_int(row, column, (int64_t)n);
    }
}

void event_row_logon(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    uint64_t n;
    int64_t i;
    if (event_number(r, field, &n) && n != 0) {
        memcpy(&i, &n, sizeof(i));
        row_int(row, column, i);
    }
}

void event_row_address(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    const char *text = event_text(r, field);
    if (text && strncasecmp(text, "::ffff:", 7) == 0) {
        text += 7;
    }
    /* The console's is a word, in the host's language. */
    struct ip_address address;
    char plain[IP_TEXT_MAX];
    size_t n = text ? strcspn(text, "%") : 0; /* what follows is the number of an interface */
    bool is_address = n > 0 && n < sizeof(plain);
    if (is_address) {
        memcpy(plain, text, n);
        plain[n] = '\0';
        is_address = ip_parse(plain, &address);
    }
    if (is_address && strcmp(text, "127.0.0.1") != 0 && strcmp(text, "::1") != 0) {
        row_text(row, column, text);
    }
}

void event_row_machine(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    const char *text = event_text(r, field);
    if (text && text[0] == '\\' && text[1] == '\\') {
        text += 2;
    }
    row_text(row, column, text && text[0] != '\0' ? text : NULL);
}

void event_row_codes(struct event_reading *r, struct row *row, int column, enum event_field field)
{
    const char *text = whole_text(r, field);
    AUTO(wr_done) struct wr codes;
    wr_init(&codes, ROW_TEXT_MAX);
    for (const char *p = strstr(text, "%%"); p; p = strstr(p, "%%")) {
        size_t digits = strspn(p + 2, "0123456789");
        if (digits > 0 && digits <= 5 && codes.size + digits + 4 < ROW_TEXT_MAX) {
            wr_text(&codes, codes.size > 0 ? ", " : "");
            wr_bytes(&codes, p, digits + 2);
        }
        p += 2 + digits;
    }
    r->is_short = r->is_short || codes.bad;
    if (codes.size > 0 && !codes.bad) {
        wr_u8(&codes, 0);
        keep_text(r, row, column, (const char *)codes.data);
    }
}

void event_row_head(struct event_reading *r, struct row *row, enum row_table table)
{
    const struct evtx_event *e = r->event;
    row_begin(row, table);
    row_int(row, CHANGE_LOG, r->log);
    row_int(row, CHANGE_RECORD, (int64_t)e->record);
    row_int(row, CHANGE_PART, r->part);
    row_int(row, CHANGE_COMPUTER, r->computer);
    row_int(row, CHANGE_AT, e->at > 0 ? e->at : 0);
    row_int(row, CHANGE_ID, e->event_id);
    row_text(row, CHANGE_KIND, r->kind);
    row_bool(row, CHANGE_FAILURE, (e->keywords & AUDIT_FAILURE) != 0);
    row_bool(row, CHANGE_CARVED, e->is_carved);
    event_row_sid(r, row, CHANGE_SUBJECT_SID, FIELD_SUBJECT_USER_SID);
    event_row_text(r, row, CHANGE_SUBJECT_NAME, FIELD_SUBJECT_USER_NAME);
    event_row_text(r, row, CHANGE_SUBJECT_DOMAIN, FIELD_SUBJECT_DOMAIN_NAME);
    event_row_logon(r, row, CHANGE_SUBJECT_LOGON, FIELD_SUBJECT_LOGON_ID);
}
