/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SECURITY hive: whose machine it is, its user rights ([MS-LSAD] 3.1.1.2) and its audit policy. LSA secrets and cached logons lie in
 * the same hive, and nothing here goes near them. */
#ifndef DECODE_FORMAT_SECURITY_HIVE_H
#define DECODE_FORMAT_SECURITY_HIVE_H

#include "audit/base/sid.h"
#include "audit/decode/format/regf.h"

struct security_identity {
    char account_domain
        [SID_TEXT_MAX]; /* of the machine's own accounts, on a controller of its domain; "" = not told */
    char domain[SID_TEXT_MAX]; /* of the domain that it belongs to; "" = none or not told */
    char account
        [SID_TEXT_MAX]; /* of its computer account; "" = not told (before Windows 10 it is not kept) */
    const char *domain_name, *dns_domain; /* in the arena; NULL = not told */
    bool is_domain_told;                  /* domain "" means a workgroup */
};

/* RC_ABSENT, RC_MALFORMED when there is no Policy key. */
MUST_USE enum rc security_identity(struct regf *security, struct arena *a,
                                   struct security_identity *ret, struct err *err);

typedef enum rc (*security_audit_fn)(void *context, const char *subcategory, unsigned setting,
                                     struct err *err);

/* Policy\PolAdtEv of Windows Vista and later: each subcategory (GUID) with 0 none, 1 success, 2 failure, 3 both. The value tells how many
 * subcategories each of its nine categories has, and they stand in the order of their numbers in the event log (task
 * category 12288 and on), to which later Windows appends; other counts than those of a known Windows are RC_UNSUPPORTED. */
MUST_USE enum rc security_audit(struct regf *security, security_audit_fn fn, void *context,
                                struct err *err);

typedef enum rc (*security_right_fn)(void *context, const char *right, const char *sid,
                                     struct err *err);

/* Every right that an account of Policy\Accounts holds, by name. *ret_damaged = accounts and rights that could not be read. */
MUST_USE enum rc security_rights(struct regf *security, security_right_fn fn, void *context,
                                 uint64_t *ret_damaged, struct err *err);

#endif
