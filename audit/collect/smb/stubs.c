/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources that are still to come. */
#include "audit/collect/smb/collect.h"
#define S(n)                                                 \
    enum rc n(struct collect *c, uint64_t *o, struct err *e) \
    {                                                        \
        (void)c;                                             \
        (void)o;                                             \
        return err_setf(e, RC_UNSUPPORTED, "not yet");       \
    }

S(collect_rights)

S(collect_shares)
S(collect_anonymous) S(collect_trials) enum rc
    collect_registry(struct collect *c, uint64_t *o, bool *n, struct err *e)
{
    (void)c;
    (void)o;
    (void)n;
    return err_setf(e, RC_UNSUPPORTED, "not yet");
}
