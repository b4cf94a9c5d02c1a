/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SYSVOL of a domain controller ([MS-GPOD] 1.1.5, [MS-GPOL] 2.2.4): Policies with a folder a policy, scripts (the NETLOGON share). */
#include "audit/collect/smb/fetch.h"

static enum rc fetch(struct walk *w, struct err *err)
{
    enum rc policies = walk_folder(w, "Policies", err);
    if (policies == RC_ABSENT) {
        return err_setf(
            err, RC_ABSENT,
            "SYSVOL has no Policies folder for this domain: look at the domain's name, and at "
            "whether SYSVOL is replicated to this server");
    }
    if (policies == RC_DENIED) {
        return err_setf(err, RC_DENIED,
                        "the Policies folder of SYSVOL may not be listed: every domain user may "
                        "normally do that, so look for an entry that denies it");
    }
    TRY(policies);
    struct err scripts = { .rc = RC_OK };
    enum rc rc = walk_folder(w, "scripts", &scripts);
    if (rc == RC_ABSENT) {
        return walk_absent(w, "scripts", err);
    }
    if (rc != RC_OK) {
        *err = scripts;
        return rc;
    }
    return RC_OK;
}

struct fetch_plan sysvol_plan(const struct smb_options *o)
{
    return (struct fetch_plan){ .share = "SYSVOL", .base = o->domain_dns, .fetch = fetch };
}
