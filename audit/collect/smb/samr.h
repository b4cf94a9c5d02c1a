/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account database: handles of its two domains, and what several sources ask of it ([MS-SAMR]). */
#ifndef COLLECT_SMB_SAMR_H
#define COLLECT_SMB_SAMR_H

#include "audit/collect/smb/collect.h"

/* Make sure that c->account_domain, c->builtin are open. */
MUST_USE enum rc samr_account_domain(struct collect *c, struct err *err);
MUST_USE enum rc samr_builtin(struct collect *c, struct err *err);

/* One class of domain information of the account domain; *ret belongs to mem. */
MUST_USE enum rc samr_domain_info(struct collect *c, TALLOC_CTX *mem,
                                  enum samr_DomainInfoClass level, union samr_DomainInfo **ret,
                                  struct err *err);

/* All about one user; *ret belongs to mem. RC_ABSENT when there is no such user. */
MUST_USE enum rc samr_user(struct collect *c, TALLOC_CTX *mem, uint32_t rid,
                           struct samr_UserInfo21 **ret, struct err *err);

#endif
