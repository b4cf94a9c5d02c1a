/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/entry_view.h"

void entry_account_rights(struct entry_view *v, const char *guid)
{
    (void)v;
    (void)guid;
}

void entry_security(struct entry_view *v)
{
    v->rc = err_setf(v->err, RC_UNSUPPORTED, "security descriptors are not decoded yet");
}
