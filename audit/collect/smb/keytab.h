/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ticket from a key table, by the Kerberos library that Samba brings. */
#ifndef COLLECT_SMB_KEYTAB_H
#define COLLECT_SMB_KEYTAB_H

#include "audit/collect/smb/options.h"

/* The cache that the ticket goes to; in this process's memory. */
#define KEYTAB_CCACHE "MEMORY:kagimori"

/* Asks the KDC for a ticket of o->principal with its key in o->keytab, once. *ret_status is the NTSTATUS that a host would have
 * answered with, for the supervisor's gate. */
MUST_USE enum rc keytab_ticket(const struct smb_options *o, uint32_t *ret_status, struct err *err);

#endif
