/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of event_logs.h. Private to it. */
#ifndef COMMAND_EVENT_LOGS_PARTS_H
#define COMMAND_EVENT_LOGS_PARTS_H

#include "audit/command/event_logs.h"

#define EVENT_ROWS_MOST 20000000 /* as event_import.most_rows: with so many rows the log was cut */

/* event_logs_whose.c: fills in of ret what the log says of itself, whose it is, why nobody's. Writes host, reason and channel. */
MUST_USE enum rc event_logs_whose(struct store *store, const struct event_log_item *item,
                                  struct event_log_outcome *ret, struct arena *a, struct err *err);

/* event_logs_twice.c: event_log.reason "twice", over all logs. */
MUST_USE enum rc event_logs_twice(struct store *store, struct err *err);

/* event_logs_cover.c: the artifact row of a log; ret->detail when it was not read whole. */
MUST_USE enum rc event_logs_artifact(struct store *store, const struct event_log_item *item,
                                     struct event_log_outcome *ret, struct arena *a,
                                     struct err *err);
/* Coverage of all hosts with logs. */
MUST_USE enum rc event_logs_cover(struct store *store, struct err *err);

#endif
