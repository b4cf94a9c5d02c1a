/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which checks hang on which source: for doctor. */
#ifndef RULES_SOURCES_H
#define RULES_SOURCES_H

#include "rules/rules.h"

/* How many loaded checks read this source (directly, or by a column of their view); the first max ids go to ret_ids (may be
 * NULL), borrowed until rules_free. */
size_t rules_checks_of_source(struct rules *r, const char *source, const char **ret_ids,
                              size_t max);

#endif
