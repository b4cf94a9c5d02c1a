/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msDS-ManagedPasswordId: the key identifier of a group managed service account ([MS-GKDI] 2.2.4). Not a secret: it names the
 * root key from which the password is derived. */
#ifndef DECODE_GMSA_H
#define DECODE_GMSA_H

#include "audit/base/err.h"
#include "audit/base/sid.h"

/* Writes the root key's GUID (bytes 24 to 39) to buf (GUID_TEXT_MAX). RC_MALFORMED on another version or magic. */
MUST_USE enum rc gmsa_root_key(const void *data, size_t n, char *buf, struct err *err);

#endif
