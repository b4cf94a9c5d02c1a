/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/table.h"

#include <string.h>

#include "audit/decode/mfa/words.h"

struct cells {
    const struct mfa_columns *columns;
    const char *const *cells;
    size_t count;
};

/* The first cell of the role that is not empty; "" = none. */
static const char *cell_of(const struct cells *t, enum mfa_role role)
{
    for (size_t i = 0; i < t->count && i < t->columns->count; i++) {
        if (t->columns->roles[i] == role && t->cells[i][0]) {
            return t->cells[i];
        }
    }
    return "";
}

static bool read_account(const struct cells *t, struct mfa_record *r, struct arena *a)
{
    const char *id = cell_of(t, ROLE_ID), *domain = cell_of(t, ROLE_DOMAIN);
    for (size_t i = 0; i < t->count && i < t->columns->count; i++) {
        if (t->columns->roles[i] == ROLE_ACCOUNT && !mfa_record_account(r, t->cells[i], a)) {
            return false;
        }
    }
    r->texts[MFA_ID] = id[0] ? id : NULL;
    if (domain[0] && r->texts[MFA_NAME] && !r->texts[MFA_DOMAIN]) {
        r->texts[MFA_DOMAIN] = domain;
    }
    return true;
}

/* Cells hold several words: "Mobile phone, Email", also as a list of JSON. */
static enum mfa_state enrolled_state(const struct cells *t, filetime *ret_at)
{
    char word[MFA_WORD_MAX];
    const char *text = cell_of(t, ROLE_ENROLLED);
    *ret_at = 0;
    if (!t->columns->has[ROLE_ENROLLED]) {
        return MFA_ACTIVE; /* a list of what there is */
    }
    if (mfa_time(text, ret_at)) {
        return MFA_ACTIVE;
    }
    return mfa_truth(mfa_word(text, word)) == 1 ? MFA_ACTIVE : MFA_INACTIVE;
}

static bool read_methods(const struct cells *t, struct mfa_record *r, enum mfa_state state,
                         filetime at, bool *ret_none, struct arena *a)
{
    static const char *const separators[] = {
        ",", ";", "|", "/", "+", "\n", "、", "，", "；", "／"
    };
    for (size_t i = 0; i < t->count && i < t->columns->count; i++) {
        const char *p = t->columns->roles[i] == ROLE_METHOD ? t->cells[i] : "";
        while (*p) {
            size_t n = strlen(p), skip = 0;
            for (size_t k = 0; k < ARRAY_LEN(separators); k++) {
                const char *at_separator = strstr(p, separators[k]);
                if (at_separator && (size_t)(at_separator - p) < n) {
                    n = (size_t)(at_separator - p);
                    skip = strlen(separators[k]);
                }
            }
            const char *word = arena_strndup(a, p, n);
            if (!word) {
                return false;
            }
            mfa_record_word(r, word, state, at, ret_none);
            p += n + (p[n] ? skip : 0);
        }
    }
    return true;
}

static void read_fact(const struct cells *t, struct mfa_record *r, enum mfa_role role,
                      enum mfa_fact fact)
{
    char word[MFA_WORD_MAX];
    const char *text = cell_of(t, role);
    int truth = mfa_truth(mfa_word(text, word));
    if (text[0] && truth >= 0) {
        r->facts[fact] = (signed char)truth;
    }
}

static void read_facts(const struct cells *t, struct mfa_record *r)
{
    char word[MFA_WORD_MAX];
    read_fact(t, r, ROLE_REGISTERED, MFA_REGISTERED);
    read_fact(t, r, ROLE_CAPABLE, MFA_CAPABLE);
    read_fact(t, r, ROLE_ENFORCED, MFA_ENFORCED);
    read_fact(t, r, ROLE_BYPASSED, MFA_BYPASSED);
    read_fact(t, r, ROLE_ADMIN, MFA_ADMIN);
    read_fact(t, r, ROLE_ENABLED, MFA_ENABLED);
    (void)mfa_word(cell_of(t, ROLE_KIND), word);
    if (strcmp(word, "member") == 0 || strcmp(word, "メンバー") == 0) {
        r->texts[MFA_KIND] = "member";
    } else if (strcmp(word, "guest") == 0 || strcmp(word, "ゲスト") == 0) {
        r->texts[MFA_KIND] = "guest";
    }
    if (!mfa_time(cell_of(t, ROLE_UPDATED), &r->updated_at)) {
        r->updated_at = 0;
    }
    if (!mfa_time(cell_of(t, ROLE_USED), &r->used_at)) {
        r->used_at = 0;
    }
}

static bool has_active(const struct mfa_record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->factors[i].state == MFA_ACTIVE && strcmp(r->factors[i].method, "password") != 0) {
            return true;
        }
    }
    return false;
}

/* A cell of devices: how many, or which. */
static bool has_device(const struct cells *t, enum mfa_role role)
{
    const char *text = cell_of(t, role);
    return text[0] && strcmp(text, "0") != 0 && strcmp(text, "[]") != 0;
}

static void judge_duo(const struct cells *t, struct mfa_record *r)
{
    char word[MFA_WORD_MAX];
    if (has_device(t, ROLE_PHONE)) {
        mfa_record_method(r, "other", MFA_ACTIVE); /* what the telephone does is not told */
    }
    if (has_device(t, ROLE_TOKEN)) {
        mfa_record_method(r, "hardware_token", MFA_ACTIVE);
    }
    read_fact(t, r, ROLE_ENROLLED, MFA_REGISTERED);
    if (r->facts[MFA_REGISTERED] < 0 && r->count > 0) {
        r->facts[MFA_REGISTERED] = 1;
    }
    mfa_duo_status(r, mfa_word(cell_of(t, ROLE_STATUS), word));
}

/* What the words about one factor say about the account. */
static void judge_plain(const struct cells *t, struct mfa_record *r, bool is_none)
{
    char word[MFA_WORD_MAX];
    int truth = mfa_truth(mfa_word(cell_of(t, ROLE_ENROLLED), word));
    filetime ignored = 0;
    bool says_yes = truth == 1 || mfa_time(cell_of(t, ROLE_ENROLLED), &ignored);
    if (has_active(r) || (says_yes && !is_none && r->count == 0)) {
        r->facts[MFA_REGISTERED] = 1;
    } else if (is_none && r->count == 0 && !says_yes) {
        r->facts[MFA_REGISTERED] = 0;
    } else if (r->facts[MFA_REGISTERED] < 0) {
        r->denies = truth == 0 && !says_yes;
    }
}

bool mfa_table_record(const struct mfa_columns *c, const char *const *cells, size_t count,
                      struct mfa_record *r, struct arena *a)
{
    const struct cells t = { c, cells, count };
    char word[MFA_WORD_MAX];
    bool is_none = false;
    filetime at = 0;
    enum mfa_state state = enrolled_state(&t, &at);
    if (c->service == MFA_OKTA && c->has[ROLE_STATUS] &&
        !mfa_okta_state(mfa_word(cell_of(&t, ROLE_STATUS), word), &state)) {
        return read_account(&t, r, a);
    }
    if (!read_account(&t, r, a) || !read_methods(&t, r, state, at, &is_none, a)) {
        return false;
    }
    const char *source = cell_of(&t, ROLE_SOURCE);
    r->source = source[0] ? source : NULL;
    read_facts(&t, r);
    switch (c->service) {
    case MFA_ENTRA:
        mfa_entra_per_user(r, mfa_word(cell_of(&t, ROLE_PER_USER), word));
        mfa_entra_infer(r, c->has[ROLE_METHOD]);
        break;
    case MFA_DUO:
        judge_duo(&t, r);
        break;
    case MFA_OKTA:
        judge_plain(&t, r, is_none);
        r->facts[MFA_CAPABLE] = r->facts[MFA_REGISTERED];
        break;
    case MFA_PLAIN:
    case MFA_SERVICE_COUNT:
    default:
        judge_plain(&t, r, is_none);
        break;
    }
    return true;
}
