/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry.pol, the registry settings of a policy ([MS-GPREG] 2.2.1). */
#ifndef DECODE_FORMAT_REGISTRY_POL_H
#define DECODE_FORMAT_REGISTRY_POL_H

#include "audit/decode/format/registry_value.h"

/* Calls fn for each record, with keys below root ("HKLM" or "HKCU"); what the reserved value names ask for (**del.NAME,
 * **delvals., **DeleteValues, **DeleteKeys, **soft.NAME) comes as an action; records that only create or secure a key are
 * passed over. RC_MALFORMED with the offset where the form breaks: records before it were handed on. */
MUST_USE enum rc registry_pol_read(const uint8_t *data, size_t n, const char *root,
                                   registry_value_fn fn, void *context, struct err *err);

#endif
