/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of one file of a policy as rows. */
#ifndef DECODE_POLICY_SETTINGS_H
#define DECODE_POLICY_SETTINGS_H

#include "audit/decode/policy/policy_file.h"

/* Each reads f->data; RC_MALFORMED says what is wrong with the file, rows that were put stay. */
MUST_USE enum rc policy_settings_registry(const struct policy_file *f, struct err *err);
MUST_USE enum rc policy_settings_template(const struct policy_file *f, struct err *err);
MUST_USE enum rc policy_settings_audit(const struct policy_file *f, struct err *err);
MUST_USE enum rc policy_settings_scripts(const struct policy_file *f, struct err *err);

#endif
