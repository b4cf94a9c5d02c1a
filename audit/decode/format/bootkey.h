/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a SYSTEM hive opens others: the control set in use, and the boot key (syskey), spread over the class names of four keys.
 * The boot key is a secret: whoever reads it wipes it (crypt_wipe). */
#ifndef DECODE_FORMAT_BOOTKEY_H
#define DECODE_FORMAT_BOOTKEY_H

#include "audit/decode/format/regf.h"

#define BOOTKEY_SIZE 16U

/* The key of the control set that Select\Current names, "ControlSet001". RC_MALFORMED, RC_ABSENT as regf_find. */
MUST_USE enum rc bootkey_control_set(struct regf *system, struct regf_key *ret, struct err *err);

/* set: of bootkey_control_set. RC_ABSENT or RC_MALFORMED when a part is missing; ret is all zero then. */
MUST_USE enum rc bootkey_read(struct regf *system, const struct regf_key *set,
                              uint8_t ret[BOOTKEY_SIZE], struct err *err);

#endif
