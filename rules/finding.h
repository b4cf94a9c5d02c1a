/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The id of a finding: the same in each audit, so that a person can write it down, and a waiver can name it. Private to rules/. */
#ifndef RULES_FINDING_H
#define RULES_FINDING_H

#include <stdbool.h>

#include "audit/base/err.h"

enum {
    FINDING_ID_SIZE = 15 /* "F-", 12 hex digits, NUL */
};

/* SHA-256 of libcrypto, fetched once. */
struct finding_hash {
    void *md, *context;
};

MUST_USE enum rc finding_hash_begin(struct finding_hash *h, struct err *err);
void finding_hash_done(struct finding_hash *h); /* for AUTO(); harmless on one that is all zero */

/* "F-" and the first 12 hex digits of SHA-256 over check, 0x1f, subject, 0x1f, item; item may be NULL. "" when libcrypto fails. */
void finding_id(const struct finding_hash *h, const char *check, const char *subject,
                const char *item, char ret[FINDING_ID_SIZE]);

/* True for an id as above; hex digits may be capitals, as people type them. */
bool finding_is_id(const char *s);

#endif
