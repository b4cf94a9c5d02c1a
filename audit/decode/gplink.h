/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gPLink: "[LDAP://cn={GUID},cn=policies,cn=system,DC=…;options][…]" ([MS-GPOL] 2.2.2). */
#ifndef DECODE_GPLINK_H
#define DECODE_GPLINK_H

#include "audit/base/err.h"
#include "audit/base/sid.h"

struct gplink {
    const char *dn; /* borrowed from the value; not NUL-terminated */
    size_t size;
    char gpo_id[GUID_TEXT_MAX]; /* the GUID in its name; empty when the name is none */
    uint32_t options;
};

struct gplink_cursor {
    const char *p;
    size_t left;
};

/* The next link in the order of the attribute. RC_ABSENT at the end, RC_MALFORMED when the rest cannot be read. A value of
 * spaces is an empty list: that is what tools leave behind. */
MUST_USE enum rc gplink_next(struct gplink_cursor *c, struct gplink *ret, struct err *err);

#endif
