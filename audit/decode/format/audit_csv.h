/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The advanced audit policy: audit.csv of a policy ([MS-GPAC] 2.2.1) and what auditpol /backup writes. Only GUIDs and numbers are
 * looked at: the words beside them are of the system's language. */
#ifndef DECODE_FORMAT_AUDIT_CSV_H
#define DECODE_FORMAT_AUDIT_CSV_H

#include "audit/base/err.h"

struct audit_csv_entry {
    const char *subcategory; /* GUID as in sid.h */
    int setting; /* of audit.csv: 0 unchanged, 1 success, 2 failure, 3 both, 4 none; of auditpol /backup: 0 none, 1, 2, 3 */
};

typedef enum rc (*audit_csv_fn)(void *context, const struct audit_csv_entry *e, struct err *err);

/* Calls fn for each subcategory of the system's policy, the first where one comes twice; entries for single users, options and
 * global object access are passed over. The columns are where an English header says, else in their documented order.
 * code_page as text_open. RC_MALFORMED with the first row that breaks the form, after all others were handed on. */
MUST_USE enum rc audit_csv_read(const uint8_t *data, size_t n, unsigned code_page, audit_csv_fn fn,
                                void *context, struct err *err);

#endif
