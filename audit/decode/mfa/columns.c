/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of tables, as mfa_word makes them. README.md says which of them were seen in documents, and which are guessed. */
#include "audit/decode/mfa/columns.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/mfa/words.h"

#define SHOWN_MOST 12U /* headers in a message */
#define SHOWN_SIZE 32U /* characters of each */

static const struct alias {
    const char *header;
    enum mfa_role role;
    enum mfa_service service; /* it tells whose table it is; MFA_SERVICE_COUNT = it does not */
} aliases[] = {

#define ANY MFA_SERVICE_COUNT
    { "account", ROLE_ACCOUNT, ANY },
    { "accountname", ROLE_ACCOUNT, ANY },
    { "user", ROLE_ACCOUNT, ANY },
    { "username", ROLE_ACCOUNT, ANY },
    { "userprincipalname", ROLE_ACCOUNT, ANY },
    { "upn", ROLE_ACCOUNT, ANY },
    { "samaccountname", ROLE_ACCOUNT, ANY },
    { "login", ROLE_ACCOUNT, ANY },
    { "loginname", ROLE_ACCOUNT, ANY },
    { "userlogin", ROLE_ACCOUNT, ANY },
    { "logonname", ROLE_ACCOUNT, ANY },
    { "sid", ROLE_ACCOUNT, ANY },
    { "onpremisessecurityidentifier", ROLE_ACCOUNT, ANY },
    { "アカウント", ROLE_ACCOUNT, ANY },
    { "アカウント名", ROLE_ACCOUNT, ANY },
    { "ユーザー", ROLE_ACCOUNT, ANY },
    { "ユーザ", ROLE_ACCOUNT, ANY },
    { "ユーザー名", ROLE_ACCOUNT, ANY },
    { "ユーザ名", ROLE_ACCOUNT, ANY },
    { "ユーザーid", ROLE_ACCOUNT, ANY },
    { "ユーザid", ROLE_ACCOUNT, ANY },
    { "利用者id", ROLE_ACCOUNT, ANY },
    { "職員id", ROLE_ACCOUNT, ANY },
    { "ログイン名", ROLE_ACCOUNT, ANY },
    { "ログインid", ROLE_ACCOUNT, ANY },
    { "ログオン名", ROLE_ACCOUNT, ANY },
    { "ユーザープリンシパル名", ROLE_ACCOUNT, ANY },
    { "userid", ROLE_ACCOUNT_MAYBE, ANY },
    { "name", ROLE_ACCOUNT_MAYBE, ANY },
    { "名前", ROLE_ACCOUNT_MAYBE, ANY },
    { "id", ROLE_ID, ANY },
    { "objectid", ROLE_ID, ANY },
    { "オブジェクトid", ROLE_ID, ANY },
    { "domain", ROLE_DOMAIN, ANY },
    { "ドメイン", ROLE_DOMAIN, ANY },
    { "method", ROLE_METHOD, ANY },
    { "methods", ROLE_METHOD, ANY },
    { "mfamethod", ROLE_METHOD, ANY },
    { "factor", ROLE_METHOD, ANY },
    { "factors", ROLE_METHOD, ANY },
    { "secondfactor", ROLE_METHOD, ANY },
    { "authenticationmethod", ROLE_METHOD, ANY },
    { "方式", ROLE_METHOD, ANY },
    { "認証方式", ROLE_METHOD, ANY },
    { "認証方法", ROLE_METHOD, ANY },
    { "認証要素", ROLE_METHOD, ANY },
    { "二要素", ROLE_METHOD, ANY },
    { "二要素認証", ROLE_METHOD, ANY },
    { "多要素認証", ROLE_METHOD, ANY },
    { "多要素認証の方式", ROLE_METHOD, ANY },
    { "enrolled", ROLE_ENROLLED, ANY },
    { "enrolledat", ROLE_ENROLLED, ANY },
    { "enrolleddate", ROLE_ENROLLED, ANY },
    { "registered", ROLE_ENROLLED, ANY },
    { "登録", ROLE_ENROLLED, ANY },
    { "登録日", ROLE_ENROLLED, ANY },
    { "登録日時", ROLE_ENROLLED, ANY },
    { "登録状況", ROLE_ENROLLED, ANY },
    { "登録済み", ROLE_ENROLLED, ANY },
    { "登録有無", ROLE_ENROLLED, ANY },
    { "source", ROLE_SOURCE, ANY },
    { "product", ROLE_SOURCE, ANY },
    { "出所", ROLE_SOURCE, ANY },
    { "情報源", ROLE_SOURCE, ANY },
    { "製品", ROLE_SOURCE, ANY },
    { "製品名", ROLE_SOURCE, ANY },
    { "enforced", ROLE_ENFORCED, ANY },
    { "強制", ROLE_ENFORCED, ANY },
    { "必須", ROLE_ENFORCED, ANY },
    { "bypassed", ROLE_BYPASSED, ANY },
    { "bypass", ROLE_BYPASSED, ANY },
    { "バイパス", ROLE_BYPASSED, ANY },
    { "除外", ROLE_BYPASSED, ANY },
    /* Entra ID: properties of Microsoft Graph, which scripts write as headers; and the portal's report. */
    { "mfacapable", ROLE_CAPABLE, MFA_ENTRA },
    { "ismfacapable", ROLE_CAPABLE, MFA_ENTRA },
    { "multifactorauthenticationcapable", ROLE_CAPABLE, MFA_ENTRA },
    { "mfa対応", ROLE_CAPABLE, MFA_ENTRA },
    { "多要素認証対応", ROLE_CAPABLE, MFA_ENTRA },
    { "多要素認証が可能", ROLE_CAPABLE, MFA_ENTRA },
    { "多要素認証可能", ROLE_CAPABLE, MFA_ENTRA },
    { "mfaregistered", ROLE_REGISTERED, MFA_ENTRA },
    { "ismfaregistered", ROLE_REGISTERED, MFA_ENTRA },
    { "multifactorauthenticationregistered", ROLE_REGISTERED, MFA_ENTRA },
    { "mfa登録済み", ROLE_REGISTERED, MFA_ENTRA },
    { "多要素認証登録済み", ROLE_REGISTERED, MFA_ENTRA },
    { "多要素認証に登録済み", ROLE_REGISTERED, MFA_ENTRA },
    { "methodsregistered", ROLE_METHOD, MFA_ENTRA },
    { "authenticationmethods", ROLE_METHOD, MFA_ENTRA },
    { "登録された方法", ROLE_METHOD, MFA_ENTRA },
    { "登録済みの方法", ROLE_METHOD, MFA_ENTRA },
    { "登録されている方法", ROLE_METHOD, MFA_ENTRA },
    { "登録済みの認証方法", ROLE_METHOD, MFA_ENTRA },
    { "passwordlesscapable", ROLE_NONE, MFA_ENTRA },
    { "ispasswordlesscapable", ROLE_NONE, MFA_ENTRA },
    { "ssprregistered", ROLE_NONE, MFA_ENTRA },
    { "isssprregistered", ROLE_NONE, MFA_ENTRA },
    { "defaultmfamethod", ROLE_NONE, MFA_ENTRA },
    { "パスワードレス対応", ROLE_NONE, MFA_ENTRA },
    { "sspr登録済み", ROLE_NONE, MFA_ENTRA },
    { "perusermfastate", ROLE_PER_USER, MFA_ENTRA },
    { "perusermfastatus", ROLE_PER_USER, MFA_ENTRA },
    { "multifactorauthstatus", ROLE_PER_USER, MFA_ENTRA },
    { "multifactorauthenticationstatus", ROLE_PER_USER, MFA_ENTRA },
    { "ユーザーごとのmfa", ROLE_PER_USER, MFA_ENTRA },
    { "多要素認証の状態", ROLE_PER_USER, MFA_ENTRA },
    { "多要素認証の状況", ROLE_PER_USER, MFA_ENTRA },
    { "usertype", ROLE_KIND, ANY },
    { "ユーザーの種類", ROLE_KIND, ANY },
    { "ユーザータイプ", ROLE_KIND, ANY },
    { "isadmin", ROLE_ADMIN, ANY },
    { "accountenabled", ROLE_ENABLED, ANY },
    { "アカウントの有効化", ROLE_ENABLED, ANY },
    { "lastupdatedtime", ROLE_UPDATED, ANY },
    { "lastupdateddatetime", ROLE_UPDATED, ANY },
    { "最終更新日時", ROLE_UPDATED, ANY },
    { "最終更新時刻", ROLE_UPDATED, ANY },
    /* Duo: the columns of its import (and API), which its export is taken to share. */
    { "realname", ROLE_NONE, MFA_DUO },
    { "alias1", ROLE_NONE, MFA_DUO },
    { "aliases", ROLE_NONE, MFA_DUO },
    { "phones", ROLE_PHONE, MFA_DUO },
    { "phone1", ROLE_PHONE, MFA_DUO },
    { "phone2", ROLE_PHONE, MFA_DUO },
    { "tokens", ROLE_TOKEN, MFA_DUO },
    { "token1", ROLE_TOKEN, MFA_DUO },
    { "hardwaretokens", ROLE_TOKEN, MFA_DUO },
    { "isenrolled", ROLE_REGISTERED, MFA_DUO },
    { "lastlogin", ROLE_USED, ANY },
    { "最終ログイン", ROLE_USED, ANY },
    { "status", ROLE_STATUS, ANY },
    /* Okta: the properties of its API. */
    { "factortype", ROLE_METHOD, MFA_OKTA },
    { "factorstatus", ROLE_STATUS, MFA_OKTA },
    { "factorprovider", ROLE_NONE, MFA_OKTA },
#undef ANY
};

enum mfa_role mfa_column_word(const char *word, size_t n)
{
    static const struct {
        const char *word;
        enum mfa_role role;
    } words[] = { { "account", ROLE_ACCOUNT },   { "method", ROLE_METHOD },
                  { "enrolled", ROLE_ENROLLED }, { "source", ROLE_SOURCE },
                  { "enforced", ROLE_ENFORCED }, { "bypassed", ROLE_BYPASSED } };

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strlen(words[i].word) == n && memcmp(words[i].word, word, n) == 0) {
            return words[i].role;
        }
    }
    return ROLE_NONE;
}

static const struct alias *find_alias(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        if (strcmp(aliases[i].header, word) == 0) {
            return &aliases[i];
        }
    }
    return NULL;
}

static enum rc complain(const char *what, const char *const *cells, size_t count, struct err *err)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    for (size_t i = 0; i < count && i < SHOWN_MOST; i++) {
        wr_text(&w, i > 0 ? ", \"" : "\"");
        utf8_display(&w, cells[i], SHOWN_SIZE);
        wr_text(&w, "\"");
    }
    if (count > SHOWN_MOST) {
        wr_text(&w, ", …");
    }
    /* The advice first: many headers do not fit. */
    return err_setf(err, RC_MALFORMED,
                    "%s: say which is which with --mfa-columns account=HEADER,method=HEADER; "
                    "its columns are %.*s",
                    what, (int)w.size, w.data ? (const char *)w.data : "");
}

static enum rc apply_named(struct mfa_columns *c, const char *const *cells, size_t count,
                           const char *named, struct err *err)
{
    const char *equals = strchr(named, '=');
    enum mfa_role role = equals ? mfa_column_word(named, (size_t)(equals - named)) : ROLE_NONE;
    char wanted[MFA_WORD_MAX], have[MFA_WORD_MAX];
    size_t found = count;
    if (role == ROLE_NONE) {
        return err_setf(err, RC_USAGE, "--mfa-columns: unknown column \"%s\"", named);
    }
    (void)mfa_word(equals + 1, wanted);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(mfa_word(cells[i], have), wanted) == 0 && found == count) {
            found = i;
        }
        c->roles[i] = c->roles[i] == role ? ROLE_NONE : c->roles[i];
    }
    if (found == count) {
        return complain("a column that --mfa-columns names is not there", cells, count, err);
    }
    c->roles[found] = (uint8_t)role;
    return RC_OK;
}

/* A name is the account only where nothing else is. */
static void settle_maybe(struct mfa_columns *c)
{
    bool has = false;
    for (size_t i = 0; i < c->count; i++) {
        has = has || c->roles[i] == ROLE_ACCOUNT;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (c->roles[i] == ROLE_ACCOUNT_MAYBE) {
            c->roles[i] = has ? ROLE_NONE : ROLE_ACCOUNT;
            has = true;
        }
        c->has[c->roles[i]] = true;
    }
}

enum rc mfa_columns_read(struct mfa_columns *c, const char *const *cells, size_t count,
                         const char *const *named, size_t named_count, struct err *err)
{
    char word[MFA_WORD_MAX];
    *c = (struct mfa_columns){ .count = count, .service = MFA_SERVICE_COUNT };
    for (size_t i = 0; i < count; i++) {
        const struct alias *alias = find_alias(mfa_word(cells[i], word));
        c->roles[i] = alias ? (uint8_t)alias->role : ROLE_NONE;
        if (alias && c->service == MFA_SERVICE_COUNT) {
            c->service = alias->service;
        }
    }
    for (size_t i = 0; i < named_count; i++) {
        TRY(apply_named(c, cells, count, named[i], err));
    }
    settle_maybe(c);
    c->service = named_count > 0 || c->service == MFA_SERVICE_COUNT ? MFA_PLAIN : c->service;
    if (!c->has[ROLE_ACCOUNT] && !c->has[ROLE_ID]) {
        return complain("no column of the table tells the account", cells, count, err);
    }
    bool has_factor = c->has[ROLE_METHOD] || c->has[ROLE_REGISTERED] || c->has[ROLE_CAPABLE] ||
                      c->has[ROLE_PER_USER] || (named_count > 0 && c->has[ROLE_ENROLLED]) ||
                      (c->service == MFA_DUO && c->has[ROLE_STATUS]);
    return has_factor ? RC_OK
                      : complain("no column of the table tells a second factor", cells, count, err);
}
