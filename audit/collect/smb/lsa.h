/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local security authority: its policy handle, and names for SIDs ([MS-LSAD], [MS-LSAT]). */
#ifndef COLLECT_SMB_LSA_H
#define COLLECT_SMB_LSA_H

#include "audit/base/arena.h"
#include "audit/collect/smb/collect.h"

/* Makes sure that c->lsa is open, for looking only. */
MUST_USE enum rc lsa_open(struct collect *c, struct err *err);

/* "DOMAIN\name" for each SID in names[] (owned by the arena), NULL for one that the host cannot resolve. count: at most
 * LSA_NAMES_MAX. When the call fails all are NULL: names are a comfort, the SID is the evidence. */
#define LSA_NAMES_MAX 100
void lsa_names(struct collect *c, const struct lsa_SidPtr *sids, size_t count, struct arena *a,
               const char **names);

#endif
