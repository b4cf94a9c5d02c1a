/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mapping.h"

#include <string.h>
#include <strings.h>

#include "audit/base/macros.h"

struct tag {
    const char *text;
    const char *kind;
    bool strong;
};

static bool starts(const char *s, size_t n, const char *with)
{
    size_t len = strlen(with);
    return n >= len && strncasecmp(s, with, len) == 0;
}

/* Behind <I>: the first of these decides. A later one may be part of a name that somebody chose. */
static const struct tag *after_issuer(const char *s, size_t n)
{
    static const struct tag tags[] = {
        { "<SR>", "issuer_serial", true },
        { "<SID>", "issuer_sid", true },
        { "<S>", "issuer_subject", false },
    };
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; s[i] == '<' && k < ARRAY_LEN(tags); k++) {
            if (starts(s + i, n - i, tags[k].text)) {
                return &tags[k];
            }
        }
    }
    return NULL;
}

const char *mapping_kind(const char *value, size_t n, bool *ret_strong)
{
    static const struct tag tags[] = {
        { "<SKI>", "ski", true },
        { "<SHA1-PUKEY>", "sha1_key", true },
        { "<RFC822>", "rfc822", false },
        { "<S>", "subject", false },
    };
    *ret_strong = false;
    if (starts(value, n, "Kerberos:")) {
        return "kerberos";
    }
    if (!starts(value, n, "X509:")) {
        return "other";
    }
    value += 5;
    n -= 5;
    while (n > 0 && value[0] == ' ') {
        value++;
        n--;
    }
    const struct tag *tag = starts(value, n, "<I>") ? after_issuer(value + 3, n - 3) : NULL;
    for (size_t k = 0; !tag && k < ARRAY_LEN(tags); k++) {
        tag = starts(value, n, tags[k].text) ? &tags[k] : NULL;
    }
    if (!tag) {
        return "other";
    }
    *ret_strong = tag->strong;
    return tag->kind;
}
