/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the columns of a table are, by its head. */
#ifndef DECODE_MFA_COLUMNS_H
#define DECODE_MFA_COLUMNS_H

#include "audit/base/err.h"
#include "audit/decode/mfa/csv_stream.h"
#include "audit/decode/mfa/service.h"

enum mfa_role {
    ROLE_NONE,
    ROLE_ACCOUNT,
    ROLE_ACCOUNT_MAYBE, /* only where no other column is one */
    ROLE_ID,
    ROLE_DOMAIN,
    ROLE_METHOD,
    ROLE_ENROLLED, /* yes, no, or a date */
    ROLE_SOURCE,
    ROLE_REGISTERED,
    ROLE_CAPABLE,
    ROLE_ENFORCED,
    ROLE_BYPASSED,
    ROLE_STATUS, /* of Duo's user or Okta's factor */
    ROLE_PER_USER,
    ROLE_KIND,
    ROLE_ADMIN,
    ROLE_ENABLED,
    ROLE_UPDATED,
    ROLE_USED,
    ROLE_PHONE,
    ROLE_TOKEN,
    ROLE_COUNT
};

struct mfa_columns {
    uint8_t roles[CSV_CELLS_MOST]; /* enum mfa_role of each cell */
    bool has[ROLE_COUNT];
    size_t count;
    enum mfa_service service;
};

/* named[0..count): "account=HEADER" and so on, which win over what the headers say. RC_MALFORMED names the headers that are there when no
 * column tells the account, none tells a factor, or one that was named is not there. */
MUST_USE enum rc mfa_columns_read(struct mfa_columns *c, const char *const *cells, size_t count,
                                  const char *const *named, size_t named_count, struct err *err);

/* The role of a word of "account=HEADER"; ROLE_NONE = no such word. */
enum mfa_role mfa_column_word(const char *word, size_t n);

#endif
