/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/gplink.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"

/* The GUID of "cn={…},…" in lower case; empty when the DN starts otherwise. */
static void guid_in_name(const char *dn, size_t n, char *buf)
{
    const size_t size = GUID_TEXT_MAX - 1;
    buf[0] = '\0';
    if (n < size + 5 || strncasecmp(dn, "cn={", 4) != 0 || dn[4 + size] != '}') {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        char c = dn[4 + i];
        buf[i] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
    }
    buf[size] = '\0';
    if (!guid_text_valid(buf)) {
        buf[0] = '\0';
    }
}

enum rc gplink_next(struct gplink_cursor *c, struct gplink *ret, struct err *err)
{
    static const char scheme[] = "LDAP://";
    const size_t head = 1 + sizeof(scheme) - 1;
    while (c->left > 0 && c->p[0] == ' ') {
        c->p++;
        c->left--;
    }
    if (c->left == 0) {
        return RC_ABSENT;
    }
    const char *close = memchr(c->p, ']', c->left);
    if (c->p[0] != '[' || !close || (size_t)(close - c->p) < head ||
        strncasecmp(c->p + 1, scheme, sizeof(scheme) - 1) != 0) {
        return err_setf(err, RC_MALFORMED, "a link does not have the form [LDAP://name;options]");
    }
    const char *dn = c->p + head;
    const char *semicolon = memrchr(dn, ';', (size_t)(close - dn));
    uint32_t options = 0;
    if (!semicolon || semicolon == dn ||
        !num_u32(semicolon + 1, (size_t)(close - semicolon) - 1, &options)) {
        return err_setf(err, RC_MALFORMED, "a link has no options that are a number");
    }
    ret->dn = dn;
    ret->size = (size_t)(semicolon - dn);
    ret->options = options;
    guid_in_name(ret->dn, ret->size, ret->gpo_id);
    c->left -= (size_t)(close + 1 - c->p);
    c->p = close + 1;
    return RC_OK;
}
