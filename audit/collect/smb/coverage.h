/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage: how the reading of one source ended. */
#ifndef COLLECT_SMB_COVERAGE_H
#define COLLECT_SMB_COVERAGE_H

#include "audit/collect/smb/collect.h"

/* The state of a source that ended with rc after so many objects. */
const char *coverage_state(enum rc rc, uint64_t objects);

MUST_USE enum rc coverage_put(struct row_sink *sink, const char *source, const char *target,
                              const struct outcome *outcome, struct err *err);

#endif
