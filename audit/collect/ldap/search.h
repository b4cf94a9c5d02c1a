/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches: paged, with the next page asked for before the last one is mapped, ranged values completed, deadlines and
 * ceilings kept. RFC 4511 4.5, RFC 2696, [MS-ADTS] 3.1.1.3.4.1. */
#ifndef COLLECT_LDAP_SEARCH_H
#define COLLECT_LDAP_SEARCH_H

#include "audit/collect/ldap/session.h"
#include "audit/decode/entry.h"

struct search {
    const char *what; /* for messages: "ldap.user" */
    const char *base;
    int scope;          /* LDAP_SCOPE_… */
    const char *filter; /* NULL: (objectClass=*) */
    const char *const
        *attributes;  /* by name, NULL at the end; refused when one is secret or a wildcard */
    bool descriptors; /* nTSecurityDescriptor with owner, group and DACL */
    bool unpaged;     /* slapd's own configuration does not come in pages */
    bool plain_names; /* no GUID and SID in names */
    enum rc (*take)(void *context, const struct entry *entry, struct err *err);
    void *context;
    uint64_t entries;    /* result: how many were taken, also after a failure */
    uint64_t incomplete; /* result: attributes whose ranged values could not be read to the end */
};

/* Runs a search to its end. Entries that came before a failure have been taken. A failure of take ends it with that error;
 * one entry with broken BER ends the connection's use (RC_MALFORMED). s->lost tells whether the session can go on. */
MUST_USE enum rc search_run(struct session *s, struct search *q, struct err *err);

/* True when every name may be sent: no wildcard, no option, none that entry_attribute_is_secret knows. */
bool search_attributes_allowed(const char *const *attributes);

#endif
