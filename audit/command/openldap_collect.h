/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers of the site file that are not Active Directory: OpenLDAP and FreeIPA. */
#ifndef COMMAND_OPENLDAP_COLLECT_H
#define COMMAND_OPENLDAP_COLLECT_H

#include "audit/config/site.h"
#include "audit/supervise/supervise.h"

/* A kind of server, and what is asked of it. */
struct other_directory {
    const char *key;  /* of the site file; stands for the servers where it names none */
    const char *name; /* for a person */
    const char *none;
    const char *const *sources; /* the first is ldap.rootdse */
    size_t count;
};

/* The kind of those servers (site->openldap or site->freeipa). */
const struct other_directory *other_directory_of(const struct site *site,
                                                 const struct site *servers);

/* The sources that only they have: they are not asked of other directories. */
bool openldap_is_source(const char *source);

/* Borrowed; NULL for a kind without servers. */
struct other_secrets {
    const struct secret *openldap, *freeipa;
};

/* Reads every server that has not told its sources in an earlier run of this audit. One server that fails costs itself only; a refused
 * login is tried on no other server of its kind. Of a kind without servers it notes that there are none. *ret_any: one told something.
 * Site is borrowed. */
MUST_USE enum rc openldap_collect(const struct site *site, const struct other_secrets *secrets,
                                  filetime now, struct store *store, struct supervisor *supervisor,
                                  bool *ret_any, struct err *err);

#endif
