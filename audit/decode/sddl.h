/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors as text ([MS-DTYP] 2.5.1), which local tools of Samba (ldbsearch) write instead of the bytes. They are
 * turned into the bytes, so that one reader (secdesc.h) serves both. */
#ifndef DECODE_SDDL_H
#define DECODE_SDDL_H

#include "audit/base/err.h"
#include "audit/base/wr.h"

/* True when the value starts as such a text does ("O:", "G:", "D:" or "S:"). */
bool sddl_looks_like(const void *data, size_t n);

/* Appends the self-relative descriptor to out, which must be empty. domain_sid resolves names of the domain such as "DA"; NULL:
 * they are refused. RC_MALFORMED on anything that is not understood: a right that is not known is never left out. */
MUST_USE enum rc sddl_read(const char *text, size_t n, const char *domain_sid, struct wr *out,
                           struct err *err);

#endif
