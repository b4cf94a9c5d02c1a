/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An estate for the tests of derive_policy.sql: OU=Wards under DC=example holds PC1, in it OU=Icu (which holds PC2); three
 * policies A, B, C that everybody may apply, read from SYSVOL. */
#ifndef TESTS_UNIT_EVIDENCE_POLICY_ESTATE_H
#define TESTS_UNIT_EVIDENCE_POLICY_ESTATE_H

#include "audit/evidence/store.h"

#define A   "aaaaaaaa-0000-0000-0000-000000000000"
#define B   "bbbbbbbb-0000-0000-0000-000000000000"
#define C   "cccccccc-0000-0000-0000-000000000000"
#define SID "S-1-5-21-1-2-3"

/* Opened by estate; whoever called that closes it. */
extern struct store *store;

void estate(void);
void run(const char *sql);
/* The first column of the first row, "" without one; good until the fourth call after it. */
const char *query(const char *sql);
void link_to(const char *container, int position, const char *id, int options);
void set_value(const char *id, const char *value, const char *source, const char *action,
               int number);
/* "A applies; B denied filtered": what reaches a computer, in order; then what does not. Derives anew, as result does. */
const char *reach(const char *guid);
/* "B 2": the policy that decides an item on a computer, and the value; "" where nothing does. */
const char *result(const char *guid, const char *item);

#endif
