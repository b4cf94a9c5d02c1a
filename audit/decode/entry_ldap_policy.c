/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenLDAP: password policies (draft-behera-ldap-password-policy-10, slapo-ppolicy(5)), tokens for one-time passwords (slapo-otp(5)), and
 * the groups of RFC 4519 and RFC 2307, which FreeIPA has too. Of a token it is told that it exists and was used; its key is never asked for. */
#include <string.h>

#include "audit/decode/entry_view.h"

static bool seconds(struct entry_view *v, enum attribute a, bool readable, int64_t *ret)
{
    *ret = 0;
    return view_has(v, a) ? view_int(v, a, ret) : readable;
}

/* No account is locked unless both say so (slapo-ppolicy(5), pwdLockout). */
static void put_lockout(struct entry_view *v, struct row *row, bool readable)
{
    int64_t most = 0;
    bool locks = false;
    bool is_told = view_has(v, A_PP_LOCKOUT) ? view_bool(v, A_PP_LOCKOUT, &locks) : readable;
    bool is_counted = seconds(v, A_PP_MAX_FAILURE, readable, &most);
    if (is_counted) {
        row_int(row, LDAPPOLICY_FAILURES, most);
    }
    if ((is_told && !locks) || (is_counted && most <= 0)) {
        row_bool(row, LDAPPOLICY_LOCKOUT, false);
    } else if (is_told && is_counted) {
        row_bool(row, LDAPPOLICY_LOCKOUT, true);
    }
}

static void put_policy(struct entry_view *v, bool readable)
{
    struct row row;
    row_begin(&row, ROW_TABLE_LDAPPOLICY);
    put_own_dn(v, &row, LDAPPOLICY_DN);
    row_text(&row, LDAPPOLICY_SERVER, v->c->target);
    row_text(&row, LDAPPOLICY_FORM, "ppolicy");
    put_text(v, &row, LDAPPOLICY_NAME, A_CN);
    const struct row_value *dn = &row.v[LDAPPOLICY_DN];
    if (v->c->has_default_policy) {
        row_bool(&row, LDAPPOLICY_DEFAULT, name_find(v->c, 'd', dn->text, dn->size) != NULL);
    }
    put_int_or(v, &row, LDAPPOLICY_LENGTH, A_PP_LENGTH, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_QUALITY, A_PP_QUALITY, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_HISTORY, A_PP_HISTORY, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_MAX_AGE, A_PP_MAX_AGE, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_MIN_AGE, A_PP_MIN_AGE, readable, 0);
    put_lockout(v, &row, readable);
    put_int_or(v, &row, LDAPPOLICY_INTERVAL, A_PP_INTERVAL, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_DURATION, A_PP_DURATION, readable, 0);
    put_int_or(v, &row, LDAPPOLICY_GRACE, A_PP_GRACE, readable, 0);
    put_bool_or(v, &row, LDAPPOLICY_MUST_CHANGE, A_PP_MUST_CHANGE, readable, false);
    put_bool_or(v, &row, LDAPPOLICY_SAFE, A_PP_SAFE, readable, false);
    view_put(v, &row);
}

void entry_ldap_policy(struct entry_view *v)
{
    put_policy(v, false);
}

void entry_ldap_policy_readable(struct entry_view *v)
{
    put_policy(v, true);
}

/* ---- tokens ---- */

static void put_token(struct entry_view *v, const char *dn, size_t size, const char *owner,
                      const char *kind, const bool *is_used)
{
    struct row row;
    row_begin(&row, ROW_TABLE_OTPTOKEN);
    row_textn(&row, OTPTOKEN_DN, dn, size);
    row_text(&row, OTPTOKEN_SERVER, v->c->target);
    row_text(&row, OTPTOKEN_OWNER, owner);
    row_text(&row, OTPTOKEN_KIND, kind);
    row_text(&row, OTPTOKEN_FORM, "openldap");
    row_bool(&row, OTPTOKEN_DISABLED, false);
    if (is_used) {
        row_bool(&row, OTPTOKEN_USED, *is_used);
    }
    view_put(v, &row);
}

/* The entry's own name as a row holds it; false when it cannot. */
static bool own_name(struct entry_view *v, struct row *row)
{
    row_begin(row, ROW_TABLE_OTPTOKEN);
    put_own_dn(v, row, OTPTOKEN_DN);
    return v->rc == RC_OK && row->v[OTPTOKEN_DN].kind == ROW_STRING;
}

static void owner_of(struct entry_view *v, enum attribute a, const char *class, const char *kind)
{
    struct row self, link;
    row_begin(&link, ROW_TABLE_OTPTOKEN);
    if (!view_is_class(v, class) || !own_name(v, &self)) {
        return;
    }
    const struct row_value *own = &self.v[OTPTOKEN_DN];
    const char *owner = arena_strndup(v->c->scratch, own->text, own->size);
    if (!owner) {
        view_nomem(v);
        return;
    }
    put_dn(v, &link, OTPTOKEN_DN, a);
    const struct row_value *token = &link.v[OTPTOKEN_DN];
    bool is_named = token->kind == ROW_STRING;
    /* Of TOTP the token is a must: one that did not come is hidden. */
    if (!is_named && a == A_OATH_HOTP_TOKEN) {
        return;
    }
    const struct row_value *dn = is_named ? token : own;
    if (name_note(v, 'o', dn->text, dn->size, owner)) {
        put_token(v, dn->text, dn->size, owner, kind, NULL);
    }
}

void entry_otp_owner(struct entry_view *v)
{
    owner_of(v, A_OATH_TOTP_TOKEN, "oathTOTPUser", "totp");
    owner_of(v, A_OATH_HOTP_TOKEN, "oathHOTPUser", "hotp");
}

static void take_token(struct entry_view *v, bool readable)
{
    struct row self;
    bool is_totp = view_is_class(v, "oathTOTPToken");
    enum attribute a = is_totp ? A_OATH_LAST_STEP : A_OATH_COUNTER;
    int64_t used = 0;
    bool is_told = view_has(v, a) ? view_int(v, a, &used) : readable;
    bool is_used = used > 0;
    if (!own_name(v, &self)) {
        return;
    }
    const struct row_value *own = &self.v[OTPTOKEN_DN];
    put_token(v, own->text, own->size, name_find(v->c, 'o', own->text, own->size),
              is_totp ? "totp" : "hotp", is_told ? &is_used : NULL);
}

void entry_otp_token(struct entry_view *v)
{
    take_token(v, false);
}

void entry_otp_token_readable(struct entry_view *v)
{
    take_token(v, true);
}

/* ---- groups ---- */

static void put_member(struct entry_view *v, const struct row *group, enum attribute a,
                       const struct entry_value *value)
{
    struct row row;
    struct dn_parts parts;
    row_begin(&row, ROW_TABLE_LDAPMEMBER);
    row.v[LDAPMEMBER_GROUP] = group->v[LDAPGROUP_DN];
    row_text(&row, LDAPMEMBER_SERVER, v->c->target);
    if (a == A_MEMBER_UID) {
        if (!view_text_of(v, a, value, 256)) {
            return;
        }
        const char *name =
            arena_printf(v->c->scratch, "uid=%.*s", (int)value->n, (const char *)value->p);
        if (!name) {
            view_nomem(v);
            return;
        }
        row_text(&row, LDAPMEMBER_DN, name);
    } else if (!put_link(v, &row, (const int[3]){ LDAPMEMBER_DN, -1, -1 }, a, value, &parts)) {
        return;
    }
    view_put(v, &row);
}

static void put_group(struct entry_view *v, bool readable)
{
    static const enum attribute lists[] = { A_MEMBER, A_UNIQUE_MEMBER, A_MEMBER_UID };
    struct row row;
    char sid[SID_TEXT_MAX];
    bool is_whole = readable;
    row_begin(&row, ROW_TABLE_LDAPGROUP);
    put_own_dn(v, &row, LDAPGROUP_DN);
    row_text(&row, LDAPGROUP_SERVER, v->c->target);
    put_text(v, &row, LDAPGROUP_NAME, A_CN);
    if (view_sid(v, A_IPA_SID, sid)) {
        row_text(&row, LDAPGROUP_SID, sid);
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        is_whole = is_whole && !(view_has(v, lists[i]) && v->attributes[lists[i]]->incomplete);
    }
    row_bool(&row, LDAPGROUP_WHOLE, is_whole);
    view_put(v, &row);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t k = 0; k < view_count(v, lists[i]) && v->rc == RC_OK; k++) {
            put_member(v, &row, lists[i], &v->attributes[lists[i]]->values[k]);
        }
    }
}

void entry_ldap_group(struct entry_view *v)
{
    put_group(v, false);
}

void entry_ldap_group_readable(struct entry_view *v)
{
    put_group(v, true);
}
