/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users of Duo's Admin API (GET /admin/v1/users, and its export). Telephone numbers, serial numbers and names of devices are in it; only
 * what kinds of factors there are is read. */
#include <string.h>
#include <strings.h>

#include "audit/decode/mfa/service.h"
#include "audit/decode/mfa/words.h"

void mfa_duo_status(struct mfa_record *r, const char *word)
{
    signed char *facts = r->facts;
    if (strcmp(word, "bypass") == 0 || strcmp(word, "バイパス") == 0) {
        facts[MFA_BYPASSED] = 1;
        facts[MFA_ENFORCED] = 0;
    } else if (strcmp(word, "active") == 0) {
        /* Who is not enrolled yet may be let in without, by the policy for new users. */
        facts[MFA_BYPASSED] = facts[MFA_BYPASSED] == 1;
        facts[MFA_ENFORCED] = facts[MFA_BYPASSED] == 1 ? 0 : facts[MFA_REGISTERED] == 1 ? 1 : -1;
        facts[MFA_CAPABLE] = facts[MFA_REGISTERED];
        facts[MFA_ENABLED] = 1;
    } else if (strcmp(word, "disabled") == 0 || strcmp(word, "pendingdeletion") == 0) {
        facts[MFA_BYPASSED] = 0;
        facts[MFA_ENABLED] = 0;
    } else if (strcmp(word, "lockedout") == 0) {
        facts[MFA_BYPASSED] = 0;
        facts[MFA_ENFORCED] = 1; /* nobody gets in at all */
    }
}

static bool read_phone(const json_t *phone, struct mfa_record *r)
{
    static const struct {
        const char *word, *method;
    } kinds[] = {
        { "push", "push" }, { "mobile_otp", "totp" }, { "sms", "sms" }, { "phone", "call" }
    };

    const json_t *list = json_object_get(phone, "capabilities");
    bool any = false;
    if (!json_is_object(phone)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        for (size_t k = 0; word && k < ARRAY_LEN(kinds); k++) {
            if (strcmp(word, kinds[k].word) == 0) {
                mfa_record_method(r, kinds[k].method, MFA_ACTIVE);
                any = true;
            }
        }
    }
    if (!any) {
        mfa_record_method(r, "other", MFA_ACTIVE); /* a telephone; what it does is not told */
    }
    return true;
}

static bool read_devices(const json_t *o, struct mfa_record *r)
{
    static const struct {
        const char *key, *method; /* NULL = telephones */
    } lists[] = { { "phones", NULL },
                  { "tokens", "hardware_token" },
                  { "u2ftokens", "fido2" },
                  { "webauthncredentials", "fido2" },
                  { "desktop_authenticators", "other" },
                  { "desktopauthenticators", "other" } };

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const json_t *list = json_object_get(o, lists[i].key);
        if (list && !json_is_null(list) && !json_is_array(list)) {
            return false;
        }
        for (size_t k = 0; k < json_array_size(list); k++) {
            if (lists[i].method) {
                mfa_record_method(r, lists[i].method, MFA_ACTIVE);
            } else if (!read_phone(json_array_get(list, k), r)) {
                return false;
            }
        }
    }
    return true;
}

/* A group in bypass lets its members in, whatever their own status is. */
static void read_groups(const json_t *o, struct mfa_record *r)
{
    const json_t *groups = json_object_get(o, "groups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const char *status =
            json_string_value(json_object_get(json_array_get(groups, i), "status"));
        if (status && strcasecmp(status, "bypass") == 0) {
            r->facts[MFA_BYPASSED] = 1;
        }
    }
}

/* Other names of the account, by which it may be found in the directory. */
static bool read_aliases(const json_t *o, struct mfa_record *r, struct arena *a)
{
    static const char *const keys[] = { "username", "alias1", "alias2", "alias3", "alias4" };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *text = NULL;
        if (!mfa_get_text(o, keys[i], &text) || (text && !mfa_record_account(r, text, a))) {
            return false;
        }
    }
    return true;
}

bool mfa_duo_record(const json_t *o, struct mfa_record *r, struct arena *a)
{
    const char *status = NULL;
    char word[MFA_WORD_MAX];
    if (!mfa_get_text(o, "user_id", &r->texts[MFA_ID]) || !mfa_get_text(o, "status", &status) ||
        !mfa_get_fact(o, "is_enrolled", &r->facts[MFA_REGISTERED]) ||
        !mfa_get_time(o, "last_login", &r->used_at) || !read_aliases(o, r, a) ||
        !read_devices(o, r)) {
        return false;
    }
    if (r->facts[MFA_REGISTERED] < 0 && r->count > 0) {
        r->facts[MFA_REGISTERED] = 1;
    }
    read_groups(o, r);
    if (status) {
        mfa_duo_status(r, mfa_word(status, word));
    }
    return r->texts[MFA_UPN] || r->texts[MFA_NAME] || r->texts[MFA_SID];
}
