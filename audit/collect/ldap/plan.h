/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which searches make a source. */
#ifndef COLLECT_LDAP_PLAN_H
#define COLLECT_LDAP_PLAN_H

#include "audit/collect/ldap/collect.h"

enum plan_base {
    BASE_DOMAIN,
    BASE_CONFIGURATION,
    BASE_SCHEMA
};

/* One search of a source; a source may have several, in this order. */
struct plan_step {
    enum ldap_source source;
    enum entry_class class;
    enum plan_base base;
    const char *below; /* relative name put before the base; empty for the base itself */
    int scope;
    const char *filter;
};

/* All steps, ended by one whose source is SOURCE_COUNT. */
const struct plan_step *plan_steps(void);

/* True when every Active Directory has objects of this source, so that seeing none means being kept from them. */
bool plan_never_empty(enum ldap_source source);

/* Reads a source of the plan. */
MUST_USE enum rc plan_read(struct collect *c, enum ldap_source source, uint64_t *ret_objects,
                           struct err *err);

#endif
