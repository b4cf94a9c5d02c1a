/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/audit_csv.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/decode/format/fields.h"
#include "audit/decode/format/text.h"

#define LINE_MEMORY  (32U * 1024 * 1024)
#define ENTRIES_MAX  256U /* Windows has 60 subcategories */
#define SETTING_MOST 4

enum column {
    COLUMN_TARGET,
    COLUMN_GUID,
    COLUMN_SETTING,
    COLUMN_COUNT
};

struct csv {
    size_t column[COLUMN_COUNT];
    char *target; /* of the system's own entries: "System", or what this language says */
    char seen[ENTRIES_MAX][GUID_TEXT_MAX];
    size_t seen_count;
    size_t rows;
    audit_csv_fn fn;
    void *context;
    struct arena *a;    /* emptied after each line */
    struct arena *keep; /* for the whole file */
};

/* "{0CCE923F-…}" or without braces to the one form. */
static bool read_guid(const char *s, char *buf)
{
    size_t n = strlen(s);
    if (n == GUID_TEXT_MAX + 1 && s[0] == '{' && s[n - 1] == '}') {
        s++;
        n -= 2;
    }
    if (n != GUID_TEXT_MAX - 1) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        buf[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    buf[n] = '\0';
    return guid_text_valid(buf);
}

static bool has_guid(const struct field *fields, size_t count)
{
    char guid[GUID_TEXT_MAX];
    for (size_t i = 0; i < count; i++) {
        if (read_guid(fields[i].text, guid)) {
            return true;
        }
    }
    return false;
}

/* Takes the order of the columns from a header in English. */
static void read_header(struct csv *c, const struct field *fields, size_t count)
{
    static const char *const names[COLUMN_COUNT] = { "Policy Target", "Subcategory GUID",
                                                     "Setting Value" };
    for (size_t k = 0; k < COLUMN_COUNT; k++) {
        for (size_t i = 0; i < count; i++) {
            if (strcasecmp(fields[i].text, names[k]) == 0) {
                c->column[k] = i;
            }
        }
    }
}

/* An entry of the system's policy, not of a user's. A user is a SID ([MS-GPAC] 2.2.1.1); auditpol may write a name, and then the
 * system's entries, which come first, tell what is none. */
static bool is_system(struct csv *c, const char *target)
{
    if (sid_text_valid(target) || target[0] == '{') {
        return false;
    }
    if (strcasecmp(target, "System") == 0) {
        return true;
    }
    if (!c->target) {
        c->target = arena_strdup(c->keep, target);
    }
    return c->target && strcmp(c->target, target) == 0 && !strpbrk(target, "\\@");
}

static bool was_seen(struct csv *c, const char *guid)
{
    for (size_t i = 0; i < c->seen_count; i++) {
        if (strcmp(c->seen[i], guid) == 0) {
            return true;
        }
    }
    return false;
}

static enum rc on_row(struct csv *c, const struct field *fields, size_t count, struct err *err)
{
    char guid[GUID_TEXT_MAX];
    size_t guid_at = c->column[COLUMN_GUID], target_at = c->column[COLUMN_TARGET],
           setting_at = c->column[COLUMN_SETTING];
    if (c->rows++ == 0 && !has_guid(fields, count)) {
        read_header(c, fields, count);
        return count > 3 ? RC_OK : err_setf(err, RC_MALFORMED, "this is no audit policy");
    }
    if (guid_at >= count || fields[guid_at].text[0] == '\0') {
        /* Options (CrashOnAuditFail, …) and global object access have no GUID, but as many columns. */
        return count > 3 ? RC_OK : err_setf(err, RC_MALFORMED, "the row is cut off");
    }
    if (!read_guid(fields[guid_at].text, guid)) {
        return err_setf(err, RC_MALFORMED, "where the subcategory's GUID belongs is none");
    }
    uint32_t setting = 0;
    const char *number = setting_at < count ? fields[setting_at].text : "";
    bool is_ours = target_at < count && is_system(c, fields[target_at].text);
    if (is_ours && (!num_u32(number, strlen(number), &setting) || setting > SETTING_MOST)) {
        return err_setf(err, RC_MALFORMED, "the setting of subcategory %s is none", guid);
    }
    if (!is_ours || was_seen(c, guid)) {
        return RC_OK;
    }
    if (c->seen_count == ENTRIES_MAX) {
        return err_setf(err, RC_MALFORMED, "more than %u subcategories", ENTRIES_MAX);
    }
    memcpy(c->seen[c->seen_count++], guid, sizeof(guid));
    const struct audit_csv_entry e = { guid, (int)setting };
    return c->fn(c->context, &e, err);
}

static enum rc on_line(struct csv *c, struct text *t, struct err *err)
{
    const char *s = NULL;
    size_t n = 0, count = 0;
    TRY(text_next(t, &s, &n, err));
    s = text_trim(s, &n);
    if (n == 0) {
        return RC_OK;
    }
    struct field *fields = fields_split(c->a, s, n, &count);
    return fields ? on_row(c, fields, count, err)
                  : err_setf(err, RC_LIMIT, "the row has more than %u fields", FIELDS_MAX);
}

static enum rc read_rows(struct csv *c, struct text *t, struct err *err)
{
    struct err bad = { .rc = RC_OK };
    for (;;) {
        enum rc rc = on_line(c, t, err);
        if (rc == RC_ABSENT) {
            break;
        }
        if (rc == RC_MALFORMED || rc == RC_LIMIT) {
            if (bad.rc == RC_OK) {
                (void)err_prefix(err, "line %u", t->number);
                bad = *err;
                bad.rc = RC_MALFORMED;
            }
        } else if (rc != RC_OK) {
            return rc;
        }
        arena_reset(c->a);
    }
    if (bad.rc != RC_OK) {
        *err = bad;
    }
    return bad.rc;
}

enum rc audit_csv_read(const uint8_t *data, size_t n, unsigned code_page, audit_csv_fn fn,
                       void *context, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(LINE_MEMORY);
    struct arena *keep AUTO(arena_freep) = arena_new(LINE_MEMORY);
    struct csv *c = keep ? arena_alloc(keep, sizeof(*c)) : NULL;
    if (!a || !c) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *c = (struct csv){ .column = { 1, 3, 6 }, .fn = fn, .context = context, .a = a, .keep = keep };
    struct text t AUTO(text_close);
    text_open(&t, data, n, code_page);
    return read_rows(c, &t, err);
}
