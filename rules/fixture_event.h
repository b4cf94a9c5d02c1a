/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of checks about event logs need not write. Private to rules/. */
#ifndef RULES_FIXTURE_EVENT_H
#define RULES_FIXTURE_EVENT_H

#include "rules/fixture.h"

#define FIXTURE_INCIDENT "incident" /* stands among the tables of a test */

/* The default of a column in a row of an event log or an event. number: place of the row in its list, from 1. NULL when there is none. */
const char *fixture_event_default(struct fixture *f, const char *table, const char *column,
                                  const struct yaml_node *row, size_t number);

/* Logs are of hosts in scope; a log whose computers or runs the test does not give is of its host, and one run from its first to its last event. */
MUST_USE enum rc fixture_event_complete(struct fixture *f, struct err *err);

/* `incident: { days_ago: 3 }` of a test: the time of the incident. node may be NULL. */
MUST_USE enum rc fixture_incident(struct fixture *f, const struct yaml_node *node, struct err *err);

#endif
