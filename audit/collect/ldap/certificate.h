/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Describes a server certificate that was refused, for the message only; trust is never decided here. */
#ifndef COLLECT_LDAP_CERTIFICATE_H
#define COLLECT_LDAP_CERTIFICATE_H

#include "audit/base/filetime.h"
#include "audit/collect/ldap/fault.h"

/* Fills ret from a DER certificate (RFC 5280) that should be for host; ret->seen stays false when it cannot be read. */
void certificate_describe(const void *der, size_t size, const char *host, filetime now,
                          struct fault_certificate *ret);

/* Whether a file holds at least one certificate in PEM; RC_USAGE says what is wrong with it. */
MUST_USE enum rc certificate_check_authorities(const char *path, struct err *err);

#endif
