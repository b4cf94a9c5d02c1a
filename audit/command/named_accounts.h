/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups and accounts that the site file names, as evidence. */
#ifndef COMMAND_NAMED_ACCOUNTS_H
#define COMMAND_NAMED_ACCOUNTS_H

#include "audit/config/site.h"
#include "audit/evidence/store.h"

/* Writes named_account anew, so that what a resumed audit no longer names is gone, and that the site file was read (coverage
 * site.account), also when it names nobody. */
MUST_USE enum rc named_accounts_put(const struct site *site, struct store *store, struct err *err);

#endif
