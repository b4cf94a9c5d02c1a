/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What inline tests need not write of second factors, answers and directories that are not Active Directory. Private to rules/. */
#ifndef RULES_FIXTURE_MFA_H
#define RULES_FIXTURE_MFA_H

#include "rules/fixture.h"

/* The value that a column gets where the test gives none; NULL = none. number: of the row in its table, from 1. */
const char *fixture_mfa_default(struct fixture *f, const char *table, const char *column,
                                size_t number);

/* Makes the export that accounts of an export need, where the test gives none. */
MUST_USE enum rc fixture_mfa_complete(struct fixture *f, struct err *err);

#endif
