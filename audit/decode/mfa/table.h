/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record of a table: of the portal, of a product's report, or one that an administrator made. */
#ifndef DECODE_MFA_TABLE_H
#define DECODE_MFA_TABLE_H

#include "audit/decode/mfa/columns.h"

/* Reads cells[0..count) as the columns say. r was made by mfa_record_init; texts are in the arena. False when memory is short, or the
 * record has fewer cells than its account's column. */
bool mfa_table_record(const struct mfa_columns *c, const char *const *cells, size_t count,
                      struct mfa_record *r, struct arena *a);

#endif
