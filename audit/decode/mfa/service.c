/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/service.h"

#include <string.h>

#include "audit/decode/mfa/words.h"

const char *mfa_service_word(enum mfa_service service)
{
    static const char *const words[] = { "entra", "duo", "okta", "plain", "plain" };
    return words[service];
}

enum mfa_service mfa_service_of(const json_t *o)
{
    static const struct {
        const char *key;
        enum mfa_service service;
    } marks[] = {
        { "userPrincipalName", MFA_ENTRA },
        { "methodsRegistered", MFA_ENTRA },
        { "isMfaRegistered", MFA_ENTRA },
        { "isMfaCapable", MFA_ENTRA },
        { "factorType", MFA_OKTA },
        { "profile", MFA_OKTA },
        { "factors", MFA_OKTA },
        { "is_enrolled", MFA_DUO },
        { "user_id", MFA_DUO },
        { "username", MFA_DUO },
    };

    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (json_object_get(o, marks[i].key)) {
            return marks[i].service;
        }
    }
    return MFA_SERVICE_COUNT;
}

bool mfa_get_text(const json_t *o, const char *key, const char **ret)
{
    const json_t *v = json_object_get(o, key);
    *ret = json_string_value(v);
    if (*ret && !(*ret)[0]) {
        *ret = NULL;
    }
    return !v || json_is_null(v) || json_is_string(v);
}

bool mfa_get_fact(const json_t *o, const char *key, signed char *ret)
{
    char word[MFA_WORD_MAX];
    const json_t *v = json_object_get(o, key);
    if (!v || json_is_null(v)) {
        return true;
    }
    if (json_is_boolean(v)) {
        *ret = json_is_true(v);
        return true;
    }
    if (json_is_string(v)) {
        *ret = (signed char)mfa_truth(mfa_word(json_string_value(v), word));
        return *ret >= 0;
    }
    return false;
}

bool mfa_get_time(const json_t *o, const char *key, filetime *ret)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_integer(v)) {
        json_int_t seconds = json_integer_value(v);
        *ret = seconds > 0 ? filetime_from_unix(seconds) : 0;
        return seconds >= 0;
    }
    if (json_is_string(v)) {
        /* A form that is not known is no reason to lose the record. */
        *ret = mfa_time(json_string_value(v), ret) ? *ret : 0;
        return true;
    }
    return !v || json_is_null(v);
}
