/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The OpenLDAP servers of the site file. */
#ifndef COMMAND_OPENLDAP_COLLECT_H
#define COMMAND_OPENLDAP_COLLECT_H

#include "audit/config/site.h"
#include "audit/supervise/supervise.h"

/* The sources that only OpenLDAP has: they are not asked of other directories. */
bool openldap_is_source(const char *source);

/* Reads accounts and access log of every server that has not told them in an earlier run of this audit. One server that fails costs
 * itself only. Without such servers it notes that there are none. *ret_any: one told something. Secret and site are borrowed. */
MUST_USE enum rc openldap_collect(const struct site *site, const struct secret *secret,
                                  filetime now, struct store *store, struct supervisor *supervisor,
                                  bool *ret_any, struct err *err);

#endif
