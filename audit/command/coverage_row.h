/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command itself knows of a source: why it was not asked, or that it was told elsewhere. */
#ifndef COMMAND_COVERAGE_ROW_H
#define COMMAND_COVERAGE_ROW_H

#include "audit/evidence/store.h"

/* A coverage row of now, for what the command itself knows of a source. Not committed. */
MUST_USE enum rc command_coverage(struct store *store, const char *source, const char *target,
                                  const char *state, const char *reason, const char *detail,
                                  struct err *err);

#endif
