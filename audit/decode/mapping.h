/* SPDX-License-Identifier: GPL-3.0-or-later */
/* altSecurityIdentities: how a certificate is mapped to an account ([MS-PKCA] 3.1.5.2.1.3, strength by KB5014754). */
#ifndef DECODE_MAPPING_H
#define DECODE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/* The word of certificate_mapping.kind for one value, and whether a certificate authority's customer cannot imitate it. */
const char *mapping_kind(const char *value, size_t n, bool *ret_strong);

#endif
