/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Windows host keeps of the policies that it was given ([MS-GPOL] 3.2.1, and the folders that its own tools use). Paths are those
 * of a disk image, so that the decoder knows one form. */
#include "audit/collect/smb/fetch.h"
#include "audit/collect/smb/share.h"

static enum rc fetch(struct walk *w, struct err *err)
{
    static const char *const folders[] = { "Windows/System32/GroupPolicy",
                                           "ProgramData/Microsoft/Group Policy/History",
                                           "Windows/security/templates/policies" };
    struct err e = { .rc = RC_OK };
    /* Without it the rest says nothing: Windows lies on another drive, or this is no Windows. */
    TRY(share_stat("Windows/System32", err));
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        enum rc rc = walk_folder(w, folders[i], &e);
        if (rc == RC_ABSENT) {
            rc = walk_absent(w, folders[i], &e);
        }
        if (rc != RC_OK && err->rc == RC_OK) {
            *err = e; /* the others may be open all the same */
        }
    }
    enum rc rc = walk_file(w, "ProgramData/ntuser.pol", &e);
    if (rc != RC_OK && rc != RC_ABSENT && err->rc == RC_OK) {
        *err = e;
    }
    return err->rc;
}

struct fetch_plan hostcache_plan(void)
{
    return (struct fetch_plan){ .share = "C$", .base = "", .fetch = fetch };
}
