/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenLDAP: the operational attributes of the password policy overlay (draft-behera-ldap-password-policy-10, slapo-ppolicy(5)), and entries
 * of the access log (slapo-accesslog(5)). What was written stands in reqMod and reqOld, which are never asked for. */
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/entry_view.h"
#include "audit/decode/hint.h"

#define TIME_MOST INT64_C(189025920000000000) /* 2200-01-01 */
#define NAME_MOST 64 /* a name of an account; what is longer may be anything */

/* 0000-01-01: locked until an administrator unlocks it. */
static const char for_good[] = "000001010000";

enum password {
    PASSWORD_UNKNOWN,
    PASSWORD_WITH,
    PASSWORD_WITHOUT
};

static void put_locked(struct entry_view *v, struct row *row, bool readable)
{
    const struct entry_value *value = view_value(v, A_PPOLICY_LOCKED);
    filetime t = 0;
    if (!value) {
        if (readable) {
            row_int(row, PPOLICY_LOCKED, 0);
        }
    } else if (value->n > sizeof(for_good) - 1 &&
               memcmp(value->p, for_good, sizeof(for_good) - 1) == 0) {
        row_int(row, PPOLICY_LOCKED, INT64_MAX);
    } else if (view_date(v, A_PPOLICY_LOCKED, &t)) {
        row_int(row, PPOLICY_LOCKED, t);
    }
}

static void put_failures(struct entry_view *v, struct row *row, bool readable)
{
    const struct entry_attribute *a = v->attributes[A_PPOLICY_FAILURE];
    filetime newest = 0, t = 0;
    bool is_known = !a || !a->incomplete;
    for (size_t i = 0; a && i < a->count; i++) {
        bool is_time =
            filetime_from_generalized((const char *)a->values[i].p, a->values[i].n, &t) && t > 0;
        newest = is_time && t > newest ? t : newest;
        is_known = is_known && is_time;
    }
    if (!is_known) {
        view_malformed_at(v, A_PPOLICY_FAILURE, "not all of its times could be read");
        return;
    }
    put_count(v, row, PPOLICY_FAILURES, A_PPOLICY_FAILURE, readable);
    if (newest > 0) {
        row_int(row, PPOLICY_LAST_FAILURE, newest);
    }
}

static void put_ppolicy(struct entry_view *v, bool readable, enum password password)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    row_begin(&row, ROW_TABLE_PPOLICY);
    if (!view_guid(v, A_ENTRY_UUID, guid)) {
        v->c->lost++;
        return;
    }
    row_text(&row, PPOLICY_GUID, guid);
    put_own_dn(v, &row, PPOLICY_DN);
    row_text(&row, PPOLICY_SERVER, v->c->target);
    put_text(v, &row, PPOLICY_NAME, view_has(v, A_UID) ? A_UID : A_CN);
    if (password != PASSWORD_UNKNOWN) {
        row_bool(&row, PPOLICY_HAS_PASSWORD, password == PASSWORD_WITH);
    }
    put_date(v, &row, PPOLICY_CREATED, A_CREATE_TIMESTAMP);
    put_date(v, &row, PPOLICY_MODIFIED, A_MODIFY_TIMESTAMP);
    if (readable && !view_has(v, A_PPOLICY_CHANGED)) {
        row_int(&row, PPOLICY_CHANGED, 0);
    }
    put_date(v, &row, PPOLICY_CHANGED, A_PPOLICY_CHANGED);
    if (readable && !view_has(v, A_PPOLICY_RESET)) {
        row_bool(&row, PPOLICY_MUST_CHANGE, false);
    }
    put_bool(v, &row, PPOLICY_MUST_CHANGE, A_PPOLICY_RESET);
    put_locked(v, &row, readable);
    put_failures(v, &row, readable);
    put_count(v, &row, PPOLICY_GRACE, A_PPOLICY_GRACE, readable);
    put_dn(v, &row, PPOLICY_POLICY, A_PPOLICY_SUBENTRY);
    view_put(v, &row);
}

void entry_ppolicy(struct entry_view *v)
{
    put_ppolicy(v, false, PASSWORD_UNKNOWN);
}

void entry_ppolicy_readable(struct entry_view *v)
{
    put_ppolicy(v, true, PASSWORD_UNKNOWN);
}

void entry_ppolicy_with(struct entry_view *v)
{
    put_ppolicy(v, true, PASSWORD_WITH);
}

void entry_ppolicy_without(struct entry_view *v)
{
    put_ppolicy(v, true, PASSWORD_WITHOUT);
}

/* ---- the access log ---- */

/* The time of an entry, counted. False when it has none that can be: then it is no record. */
static bool take_time(struct entry_view *v, filetime *ret)
{
    struct entry_log_span *s = &v->c->span;
    /* Before 1970 and after 2200 nothing was logged: such an entry was made by hand. */
    if (!view_date(v, A_REQ_START, ret) || *ret < FILETIME_UNIX_ZERO || *ret > TIME_MOST) {
        s->unreadable++;
        return false;
    }
    s->records++;
    s->first_at = s->first_at == 0 || *ret < s->first_at ? *ret : s->first_at;
    s->last_at = *ret > s->last_at ? *ret : s->last_at;
    return true;
}

/* What every row of an event begins with: the same columns at the same places in all tables of events. */
static void put_head(struct entry_view *v, struct row *row, filetime at, const char *kind,
                     bool is_failure)
{
    row_int(row, CHANGE_LOG, v->c->log);
    /* The name of an entry of the log is its time to the microsecond, which slapd keeps unique: its number too. */
    row_int(row, CHANGE_RECORD, at / (FILETIME_SECOND / 1000000));
    row_int(row, CHANGE_PART, 0);
    row_int(row, CHANGE_COMPUTER, 0);
    row_int(row, CHANGE_AT, at);
    row_int(row, CHANGE_ID, 0);
    row_text(row, CHANGE_KIND, kind);
    row_bool(row, CHANGE_FAILURE, is_failure);
    row_bool(row, CHANGE_CARVED, false);
}

/* The same distinguished name, as far as it can be told without a schema: in the canonical form, without case. */
static bool same_name(const struct row *row)
{
    const struct row_value *a = &row->v[CHANGE_SUBJECT_NAME], *b = &row->v[CHANGE_TARGET_DN];
    return a->kind == ROW_STRING && b->kind == ROW_STRING && a->size == b->size &&
           strncasecmp(a->text, b->text, a->size) == 0;
}

static bool is_type(const struct entry_view *v, const char *word)
{
    const struct entry_value *value = view_value(v, A_REQ_TYPE);
    return value && value->n == strlen(word) && memcmp(value->p, word, value->n) == 0;
}

void entry_access_write(struct entry_view *v)
{
    struct row row;
    char guid[GUID_TEXT_MAX];
    filetime at = 0;
    int64_t result = 0;
    row_begin(&row, ROW_TABLE_CHANGE);
    if (!take_time(v, &at)) {
        return;
    }
    put_dn(v, &row, CHANGE_TARGET_DN, A_REQ_DN);
    put_dn(v, &row, CHANGE_SUBJECT_NAME, A_REQ_AUTHZ);
    if (view_guid(v, A_REQ_UUID, guid)) {
        row_text(&row, CHANGE_TARGET_GUID, guid);
    }
    /* What cannot be read did not succeed for certain, and a record must prove something. */
    bool is_told = view_int(v, A_REQ_RESULT, &result);
    put_head(v, &row, at,
             is_type(v, "add") ? "created"
             : same_name(&row) ? "password_change"
                               : "password_reset",
             !is_told || result != 0);
    if (is_told && result >= 0) {
        row_int(&row, CHANGE_STATUS, result);
    }
    row_text(&row, CHANGE_ATTRIBUTE, "userPassword");
    put_text(v, &row, CHANGE_DETAIL, A_REQ_TYPE);
    v->c->span.rows++;
    view_put(v, &row);
}

/* A name that somebody typed may be a password: only what looks like the name of an account is kept. */
static bool is_like_name(const struct entry_value *value)
{
    const char *s = (const char *)value->p;
    const char *sign = value->n > 0 ? memchr(s, '=', value->n) : NULL;
    size_t rest = sign ? value->n - (size_t)(sign + 1 - s) : 0;
    const char *end = rest > 0 ? memchr(sign + 1, ',', rest) : NULL;
    size_t n = end ? (size_t)(end - sign - 1) : rest;
    if (n == 0 || n > NAME_MOST || hint_is_password(sign + 1, n)) {
        return false;
    }
    for (size_t i = 1; i <= n; i++) {
        char c = sign[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
                        (c & 0x80) != 0;
        if (!is_plain) {
            return false;
        }
    }
    return true;
}

void entry_access_bind(struct entry_view *v)
{
    struct row row;
    filetime at = 0;
    const struct entry_value *dn = view_value(v, A_REQ_DN);
    row_begin(&row, ROW_TABLE_LOGONEVENT);
    if (!take_time(v, &at)) {
        return;
    }
    put_head(v, &row, at, "logon_failed", true);
    if (dn && is_like_name(dn)) {
        put_dn(v, &row, LOGONEVENT_ACCOUNT_NAME, A_REQ_DN);
    }
    v->c->span.rows++;
    view_put(v, &row);
}

void entry_access_time(struct entry_view *v)
{
    filetime at = 0;
    (void)take_time(v, &at);
}
