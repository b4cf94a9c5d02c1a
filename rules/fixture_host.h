/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of checks about hosts need not write. Private to rules/. */
#ifndef RULES_FIXTURE_HOST_H
#define RULES_FIXTURE_HOST_H

#include "rules/fixture.h"

/* The default of a column in a row about a host: key and value of a registry row, name of a service, from what the check wants to
 * be read. NULL when there is none. */
const char *fixture_host_default(struct fixture *f, const char *table, const char *column,
                                 const struct yaml_node *row);

/* Puts into scope every host that some row names (a Windows Server 2022, no domain controller), and covers every source of
 * every host that the test does not. given: its coverage rows, may be NULL. */
MUST_USE enum rc fixture_host_complete(struct fixture *f, const struct yaml_node *given,
                                       struct err *err);

#endif
