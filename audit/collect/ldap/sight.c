/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/sight.h"

#include <string.h>

#include "audit/decode/secdesc.h"

static bool is_for_class(const struct ace *ace, const char *class_guid)
{
    char text[GUID_TEXT_MAX];
    struct rd r = rd_from(ace->inherited_type, sizeof(ace->inherited_type));
    return !ace->has_inherited || (rd_guid(&r, text) && strcmp(text, class_guid) == 0);
}

bool sight_is_certain(const void *descriptor, size_t size, const char *class_guid,
                      sight_holds *holds, const void *context)
{
    struct descriptor d;
    struct ace ace;
    struct err err = { 0 };
    bool lists = false, reads = false;
    enum rc rc = descriptor_read(descriptor, size, &d, &err);
    if (rc != RC_OK || !d.has_dacl) {
        return false;
    }
    struct ace_cursor cursor = ace_first(&d.dacl);
    while ((rc = ace_next(&cursor, &ace, &err)) == RC_OK) {
        char sid[SID_TEXT_MAX];
        const uint32_t mask = ace_mask_map(ace.mask);
        if (ace.kind == ACE_SKIPPED) {
            return false;
        }
        ace_trustee(&ace, sid);
        if (!holds(context, sid)) {
            continue;
        }
        if (ace.kind == ACE_DENY) {
            if (mask & (ACCESS_LIST | ACCESS_READ_PROPERTY)) {
                return false;
            }
            continue;
        }
        if (ace.has_type) {
            continue; /* one property is not all */
        }
        lists = lists || (!(ace.flags & ACE_INHERIT_ONLY) && (mask & ACCESS_LIST));
        reads = reads || ((ace.flags & ACE_CONTAINER_INHERIT) && (mask & ACCESS_READ_PROPERTY) &&
                          is_for_class(&ace, class_guid));
    }
    return rc == RC_ABSENT && lists && reads;
}
