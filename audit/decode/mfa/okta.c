/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Okta: users (GET /api/v1/users) with their factors put in by whoever exported them, or lists of factors (GET /api/v1/users/ID/factors),
 * which tell whose they are by a link. Profiles of factors hold telephone numbers and are not looked at. */
#include <string.h>

#include "audit/decode/mfa/service.h"
#include "audit/decode/mfa/words.h"

bool mfa_okta_state(const char *word, enum mfa_state *ret)
{
    *ret = strcmp(word, "active") == 0                                         ? MFA_ACTIVE
           : strncmp(word, "pending", 7) == 0 || strcmp(word, "enrolled") == 0 ? MFA_PENDING
                                                                               : MFA_INACTIVE;
    return strcmp(word, "notsetup") != 0;
}

/* The id in "https://example.okta.com/api/v1/users/00u15s1KDETTQMQYABRL/factors/…". */
static const char *id_in_link(const char *link, struct arena *a)
{
    const char *at = link ? strstr(link, "/users/") : NULL;
    size_t n = at ? strcspn(at + 7, "/?#") : 0;
    return n > 0 && n <= 64 ? arena_strndup(a, at + 7, n) : NULL;
}

static const char *owner_of(const json_t *factor, struct arena *a)
{
    static const char *const links[] = { "user", "self", "verify" };
    const json_t *known = json_object_get(factor, "_links");
    const char *id = json_string_value(json_object_get(factor, "userId"));
    for (size_t i = 0; !id && i < ARRAY_LEN(links); i++) {
        id = id_in_link(
            json_string_value(json_object_get(json_object_get(known, links[i]), "href")), a);
    }
    return id;
}

static bool read_factor(const json_t *factor, struct mfa_record *r)
{
    const char *type = NULL, *status = NULL;
    char word[MFA_WORD_MAX];
    enum mfa_state state = MFA_INACTIVE;
    filetime created = 0;
    if (!json_is_object(factor) || !mfa_get_text(factor, "factorType", &type) || !type ||
        !mfa_get_text(factor, "status", &status) || !mfa_get_time(factor, "created", &created)) {
        return false;
    }
    if (!status || !mfa_okta_state(mfa_word(status, word), &state)) {
        return true;
    }
    mfa_record_word(r, type, state, created, NULL);
    return true;
}

static void judge(struct mfa_record *r, bool is_all)
{
    bool any = false;
    for (size_t i = 0; i < r->count; i++) {
        any = any ||
              (r->factors[i].state == MFA_ACTIVE && strcmp(r->factors[i].method, "password") != 0);
    }
    if (any || is_all) {
        r->facts[MFA_REGISTERED] = any;
        r->facts[MFA_CAPABLE] = any;
    }
}

static bool read_factors(const json_t *o, struct mfa_record *r, bool *ret_has)
{
    const json_t *list = json_object_get(o, "factors");
    if (!list) {
        list = json_object_get(json_object_get(o, "_embedded"), "factors");
    }
    *ret_has = json_is_array(list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_factor(json_array_get(list, i), r)) {
            return false;
        }
    }
    return !list || json_is_null(list) || *ret_has;
}

static bool read_user(const json_t *o, struct mfa_record *r, struct arena *a)
{
    const char *login = NULL, *status = NULL;
    char word[MFA_WORD_MAX];
    if (!mfa_get_text(o, "id", &r->texts[MFA_ID]) || !mfa_get_text(o, "status", &status) ||
        !mfa_get_text(json_object_get(o, "profile"), "login", &login) ||
        !mfa_get_time(o, "lastLogin", &r->used_at)) {
        return false;
    }
    if (status) {
        (void)mfa_word(status, word);
        bool is_off = strcmp(word, "suspended") == 0 || strcmp(word, "deprovisioned") == 0;
        bool is_on = strcmp(word, "active") == 0 || strcmp(word, "recovery") == 0 ||
                     strcmp(word, "passwordexpired") == 0 || strcmp(word, "lockedout") == 0;
        r->facts[MFA_ENABLED] = is_off ? 0 : is_on ? 1 : -1;
    }
    return !login || mfa_record_account(r, login, a);
}

bool mfa_okta_record(const json_t *o, struct mfa_record *r, struct arena *a)
{
    bool has_factors = false;
    if (!json_object_get(o, "factorType")) {
        if (!read_user(o, r, a) || !read_factors(o, r, &has_factors)) {
            return false;
        }
        judge(r, has_factors);
        return true;
    }
    const json_t *user = json_object_get(json_object_get(o, "_embedded"), "user");
    if (!read_factor(o, r) || (json_is_object(user) && !read_user(user, r, a))) {
        return false;
    }
    r->facts[MFA_ENABLED] = -1;
    r->used_at = 0;
    r->texts[MFA_ID] = r->texts[MFA_ID] ? r->texts[MFA_ID] : owner_of(o, a);
    judge(r, false);
    return true;
}
