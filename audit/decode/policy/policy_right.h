/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may change a file or folder of SYSVOL, by its security descriptor. */
#ifndef DECODE_POLICY_RIGHT_H
#define DECODE_POLICY_RIGHT_H

#include "audit/decode/policy/policy_file.h"

/* policy_file_right rows of a descriptor (self-relative, [MS-DTYP] 2.4.6) for f->sysvol_path. An allowing entry counts after what an
 * earlier one denies the same trustee; entries that are only inherited further, and those of kinds that are not understood, do
 * not count. RC_MALFORMED when the descriptor breaks its form, or has more entries than any real one. */
MUST_USE enum rc policy_right_rows(const struct policy_file *f, const uint8_t *note, size_t n,
                                   struct err *err);

#endif
