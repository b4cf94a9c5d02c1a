/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing of shares, also for who only wants to know whether it is allowed. */
#ifndef COLLECT_SMB_SHARES_H
#define COLLECT_SMB_SHARES_H

#include "audit/collect/smb/collect.h"

/* RC_OK when the session may list the shares; nothing is kept. */
MUST_USE enum rc shares_ask(struct session *s, struct err *err);

#endif
