/* SPDX-License-Identifier: GPL-3.0-or-later */
/* userRegistrationDetails of Microsoft Graph: what is registered, and what of it policy allows. Whether anybody is asked for it is said by
 * Conditional Access and by the per-user state, which are elsewhere. */
#include <string.h>
#include <strings.h>

#include "audit/base/sid.h"
#include "audit/decode/mfa/service.h"
#include "audit/decode/mfa/words.h"

void mfa_entra_per_user(struct mfa_record *r, const char *word)
{
    if (strcmp(word, "enforced") == 0 || strcmp(word, "強制") == 0 || strcmp(word, "適用") == 0) {
        r->facts[MFA_ENFORCED] = 1;
    } else if (strcmp(word, "enabled") == 0 || strcmp(word, "有効") == 0) {
        /* Asked for at the next registration only: old protocols take the password alone until then. */
        r->facts[MFA_ENFORCED] = 0;
    }
    /* Disabled: Conditional Access may enforce it all the same. */
}

/* Methods that only reset a password. */
static bool is_second_factor(const struct mfa_factor *f)
{
    return strcmp(f->method, "mail") != 0 && strcmp(f->method, "question") != 0 &&
           strcmp(f->method, "password") != 0 && strcmp(f->method, "other") != 0;
}

void mfa_entra_infer(struct mfa_record *r, bool has_methods)
{
    bool any = false;
    for (size_t i = 0; i < r->count; i++) {
        any = any || is_second_factor(&r->factors[i]);
    }
    if (r->facts[MFA_REGISTERED] >= 0) {
        return;
    }
    if (r->facts[MFA_CAPABLE] == 1 || any) {
        r->facts[MFA_REGISTERED] = 1;
    } else if (has_methods && r->count == 0) {
        r->facts[MFA_REGISTERED] = 0;
    }
}

static bool read_methods(const json_t *o, struct mfa_record *r, bool *ret_has)
{
    const json_t *list = json_object_get(o, "methodsRegistered");
    *ret_has = json_is_array(list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word) {
            return false;
        }
        mfa_record_word(r, word, MFA_ACTIVE, 0, NULL);
    }
    return !list || json_is_null(list) || *ret_has;
}

bool mfa_entra_record(const json_t *o, struct mfa_record *r, struct arena *a)
{
    const char *upn = NULL, *kind = NULL, *sid = NULL, *state = NULL;
    char word[MFA_WORD_MAX];
    bool has_methods = false;
    if (!mfa_get_text(o, "id", &r->texts[MFA_ID]) || !mfa_get_text(o, "userPrincipalName", &upn) ||
        !mfa_get_text(o, "userType", &kind) ||
        !mfa_get_text(o, "onPremisesSecurityIdentifier", &sid) ||
        !mfa_get_text(o, "perUserMfaState", &state) ||
        !mfa_get_fact(o, "accountEnabled", &r->facts[MFA_ENABLED]) ||
        !mfa_get_fact(o, "isAdmin", &r->facts[MFA_ADMIN]) ||
        !mfa_get_fact(o, "isMfaRegistered", &r->facts[MFA_REGISTERED]) ||
        !mfa_get_fact(o, "isMfaCapable", &r->facts[MFA_CAPABLE]) ||
        !mfa_get_time(o, "lastUpdatedDateTime", &r->updated_at) ||
        !read_methods(o, r, &has_methods)) {
        return false;
    }
    if (kind && (strcasecmp(kind, "member") == 0 || strcasecmp(kind, "guest") == 0)) {
        r->texts[MFA_KIND] = strcasecmp(kind, "member") == 0 ? "member" : "guest";
    }
    r->texts[MFA_SID] = sid && sid_text_valid(sid) ? sid : NULL;
    if (state) {
        mfa_entra_per_user(r, mfa_word(state, word));
    }
    mfa_entra_infer(r, has_methods);
    return !upn || mfa_record_account(r, upn, a);
}
