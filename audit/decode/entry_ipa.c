/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FreeIPA: accounts, settings, password policies and tokens, as its schema names them (install/share/60kerberos.ldif, 70ipaotp.ldif,
 * 60basev3.ldif, 60ipaconfig.ldif of FreeIPA). Lengths of time are seconds. Keys and hashes are never asked for. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/entry_view.h"

#define WORDS_MOST 16

enum depth {
    DEPTH_NOTHING, /* what did not come may be hidden */
    DEPTH_ACCOUNT,
    DEPTH_LOGIN,
    DEPTH_FACTORS
};

static int by_text(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Several words as one text, sorted, with commas; empty when there is none and the server let us tell. */
static void put_words(struct entry_view *v, struct row *row, int column, enum attribute a,
                      bool readable)
{
    const char *words[WORDS_MOST];
    size_t n = view_count(v, a), most = n < WORDS_MOST ? n : WORDS_MOST;
    const char *text = "";
    for (size_t i = 0; i < most; i++) {
        const struct entry_value *value = &v->attributes[a]->values[i];
        if (!view_text_of(v, a, value, 128)) {
            return;
        }
        words[i] = arena_strndup(v->c->scratch, (const char *)value->p, value->n);
        if (!words[i]) {
            view_nomem(v);
            return;
        }
    }
    if (n > WORDS_MOST) {
        view_malformed_at(v, a, "more values than there are words");
        return;
    }
    if (n == 0 && !readable) {
        return;
    }
    qsort(words, most, sizeof(words[0]), by_text);
    for (size_t i = 0; i < most && text; i++) {
        text = arena_printf(v->c->scratch, "%s%s%s", text, i > 0 ? "," : "", words[i]);
    }
    if (!text) {
        view_nomem(v);
        return;
    }
    row_text(row, column, text);
}

static void put_settings(struct entry_view *v, bool readable)
{
    struct row row;
    row_begin(&row, ROW_TABLE_IPASETTINGS);
    row_text(&row, IPASETTINGS_SERVER, v->c->target);
    put_own_dn(v, &row, IPASETTINGS_DN);
    put_words(v, &row, IPASETTINGS_AUTH, A_IPA_AUTH, readable);
    put_words(v, &row, IPASETTINGS_OPTIONS, A_IPA_OPTIONS, readable);
    view_put(v, &row);
}

void entry_ipa_settings(struct entry_view *v)
{
    put_settings(v, false);
}

void entry_ipa_settings_readable(struct entry_view *v)
{
    put_settings(v, true);
}

/* 389 DS writes its own unique id as four groups of eight digits. */
static bool guid_of_389(struct entry_view *v, char *buf)
{
    const struct entry_value *value = view_value(v, A_NS_UNIQUE_ID);
    size_t n = 0;
    for (size_t i = 0; value && i < value->n; i++) {
        char c = (char)value->p[i];
        if (c == '-') {
            continue;
        }
        if (n == 8 || n == 13 || n == 18 || n == 23) {
            buf[n++] = '-';
        }
        if (n >= GUID_TEXT_MAX - 1) {
            return false;
        }
        buf[n++] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
    }
    buf[n] = '\0';
    return guid_text_valid(buf);
}

static bool put_guid(struct entry_view *v, struct row *row, char *buf)
{
    const struct entry_value *value = view_value(v, A_IPA_UNIQUE_ID);
    if (!(value && value->n == GUID_TEXT_MAX - 1 && guid_of_value(value, buf)) &&
        !(view_has(v, A_ENTRY_UUID) && view_guid(v, A_ENTRY_UUID, buf)) && !guid_of_389(v, buf)) {
        v->c->lost++;
        return false;
    }
    row_text(row, LDAPACCOUNT_GUID, buf);
    return true;
}

static void put_factors(struct entry_view *v, struct row *row, bool readable)
{
    bool has_mapping = view_has(v, A_IPA_CERTMAP) || view_has(v, A_USER_CERTIFICATE);
    if (readable || view_has(v, A_IPA_RADIUS)) {
        row_bool(row, LDAPACCOUNT_RADIUS, view_has(v, A_IPA_RADIUS));
    }
    put_count(v, row, LDAPACCOUNT_PASSKEYS, A_IPA_PASSKEY, readable);
    if (readable || has_mapping) {
        row_int(row, LDAPACCOUNT_MAPPINGS,
                (int64_t)(view_count(v, A_IPA_CERTMAP) + view_count(v, A_USER_CERTIFICATE)));
    }
}

static void put_user(struct entry_view *v, enum depth depth)
{
    struct row row;
    char guid[GUID_TEXT_MAX], sid[SID_TEXT_MAX];
    bool is_locked = false, told = depth >= DEPTH_ACCOUNT, logins = depth >= DEPTH_LOGIN;
    row_begin(&row, ROW_TABLE_LDAPACCOUNT);
    if (!put_guid(v, &row, guid)) {
        return;
    }
    row_text(&row, LDAPACCOUNT_SERVER, v->c->target);
    put_own_dn(v, &row, LDAPACCOUNT_DN);
    put_text(v, &row, LDAPACCOUNT_NAME, view_has(v, A_UID) ? A_UID : A_CN);
    put_text(v, &row, LDAPACCOUNT_PRINCIPAL,
             view_has(v, A_KRB_CANONICAL) ? A_KRB_CANONICAL : A_KRB_NAME);
    if (view_sid(v, A_IPA_SID, sid)) {
        row_text(&row, LDAPACCOUNT_SID, sid);
    }
    if (view_has(v, A_NS_LOCK) ? view_bool(v, A_NS_LOCK, &is_locked) : told) {
        row_bool(&row, LDAPACCOUNT_ENABLED, !is_locked);
    }
    put_words(v, &row, LDAPACCOUNT_AUTH, A_IPA_AUTH, told);
    put_date(v, &row, LDAPACCOUNT_CREATED, A_CREATE_TIMESTAMP);
    put_date_or_none(v, &row, LDAPACCOUNT_CHANGED, A_KRB_CHANGED, told);
    put_date_or_none(v, &row, LDAPACCOUNT_EXPIRES, A_KRB_EXPIRES, told);
    put_date_or_none(v, &row, LDAPACCOUNT_END, A_KRB_END, told);
    put_date_or_none(v, &row, LDAPACCOUNT_LOGON, A_KRB_LOGON, logins);
    put_int_or(v, &row, LDAPACCOUNT_FAILURES, A_KRB_FAILURES, logins, 0);
    put_date(v, &row, LDAPACCOUNT_FAILURE_AT, A_KRB_FAILURE_AT);
    put_dn(v, &row, LDAPACCOUNT_POLICY, A_KRB_POLICY);
    put_factors(v, &row, depth >= DEPTH_FACTORS);
    view_put(v, &row);
}

void entry_ipa_user(struct entry_view *v)
{
    put_user(v, DEPTH_NOTHING);
}

void entry_ipa_user_readable(struct entry_view *v)
{
    put_user(v, DEPTH_ACCOUNT);
}

void entry_ipa_user_login(struct entry_view *v)
{
    put_user(v, DEPTH_LOGIN);
}

void entry_ipa_user_factors(struct entry_view *v)
{
    put_user(v, DEPTH_FACTORS);
}

/* ---- policies ---- */

/* A group's policy has its precedence in a template for class of service beside the accounts, not in itself. */
void entry_ipa_order(struct entry_view *v)
{
    struct row row;
    int64_t precedence = 0;
    row_begin(&row, ROW_TABLE_LDAPPOLICY);
    put_dn(v, &row, LDAPPOLICY_DN, A_KRB_POLICY);
    const struct row_value *dn = &row.v[LDAPPOLICY_DN];
    if (dn->kind != ROW_STRING || !view_int(v, A_COS_PRIORITY, &precedence)) {
        return;
    }
    const char *text = arena_printf(v->c->scratch, "%lld", (long long)precedence);
    if (!text) {
        view_nomem(v);
        return;
    }
    (void)name_note(v, 'p', dn->text, dn->size, text);
}

static void put_lockout(struct entry_view *v, struct row *row, bool readable)
{
    int64_t most = 0;
    if (view_has(v, A_KRB_MAX_FAILURE) ? view_int(v, A_KRB_MAX_FAILURE, &most) : readable) {
        row_int(row, LDAPPOLICY_FAILURES, most);
        row_bool(row, LDAPPOLICY_LOCKOUT, most > 0);
    }
    put_int_or(v, row, LDAPPOLICY_INTERVAL, A_KRB_INTERVAL, readable, 0);
    put_int_or(v, row, LDAPPOLICY_DURATION, A_KRB_DURATION, readable, 0);
}

static void put_policy(struct entry_view *v, bool readable)
{
    static const char global[] = "cn=global_policy,"; /* so named by FreeIPA itself, always */
    struct row row;
    int64_t precedence = 0;
    row_begin(&row, ROW_TABLE_LDAPPOLICY);
    put_own_dn(v, &row, LDAPPOLICY_DN);
    const struct row_value *dn = &row.v[LDAPPOLICY_DN];
    const char *order = name_find(v->c, 'p', dn->text, dn->size);
    row_text(&row, LDAPPOLICY_SERVER, v->c->target);
    row_text(&row, LDAPPOLICY_FORM, "ipa");
    put_text(v, &row, LDAPPOLICY_NAME, A_CN);
    row_bool(&row, LDAPPOLICY_DEFAULT,
             dn->size > sizeof(global) - 1 &&
                 strncasecmp(dn->text, global, sizeof(global) - 1) == 0);
    if (order && num_i64(order, strlen(order), &precedence)) {
        row_int(&row, LDAPPOLICY_PRECEDENCE, precedence);
    }
    put_int_or(v, &row, LDAPPOLICY_LENGTH, A_KRB_LENGTH, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_CLASSES, A_KRB_CLASSES, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_HISTORY, A_KRB_HISTORY, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_MAX_AGE, A_KRB_MAX_AGE, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_MIN_AGE, A_KRB_MIN_AGE, readable, 0);
    put_lockout(v, &row, readable);
    put_int(v, &row, LDAPPOLICY_GRACE, A_IPA_GRACE);
    put_bool(v, &row, LDAPPOLICY_DICTIONARY, A_IPA_DICTIONARY);
    put_bool(v, &row, LDAPPOLICY_USER, A_IPA_USER_CHECK);
    view_put(v, &row);
}

void entry_ipa_policy(struct entry_view *v)
{
    put_policy(v, false);
}

void entry_ipa_policy_readable(struct entry_view *v)
{
    put_policy(v, true);
}

/* ---- tokens ---- */

static void put_token(struct entry_view *v, bool readable)
{
    struct row row;
    int64_t used = 0;
    bool is_totp = view_is_class(v, "ipatokenTOTP"), is_hotp = view_is_class(v, "ipatokenHOTP");
    enum attribute a = is_hotp ? A_TOKEN_COUNTER : A_TOKEN_WATERMARK;
    row_begin(&row, ROW_TABLE_OTPTOKEN);
    put_own_dn(v, &row, OTPTOKEN_DN);
    row_text(&row, OTPTOKEN_SERVER, v->c->target);
    put_dn(v, &row, OTPTOKEN_OWNER, A_TOKEN_OWNER);
    row_text(&row, OTPTOKEN_KIND, is_totp ? "totp" : is_hotp ? "hotp" : "other");
    row_text(&row, OTPTOKEN_FORM, "ipa");
    put_bool_or(v, &row, OTPTOKEN_DISABLED, A_TOKEN_DISABLED, readable, false);
    put_date(v, &row, OTPTOKEN_FROM, A_TOKEN_FROM);
    put_date(v, &row, OTPTOKEN_TO, A_TOKEN_TO);
    if ((is_totp || is_hotp) && (view_has(v, a) ? view_int(v, a, &used) : readable)) {
        row_bool(&row, OTPTOKEN_USED, used > 0);
    }
    view_put(v, &row);
}

void entry_ipa_token(struct entry_view *v)
{
    put_token(v, false);
}

void entry_ipa_token_readable(struct entry_view *v)
{
    put_token(v, true);
}
