/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs for the decoder that stands in. A log is lines of words:
 *   channel NAME | bad CHUNKS | cut | silent RECORDS (of no computer) | computer NAME RECORDS FROM TO | run FIRST LAST FROM TO | count ID PROVIDER |
 *   change RECORD EVENT_ID AT | logon RECORD EVENT_ID AT
 * with times in hours; or it begins with none (it is no log), crash, lie, dumb (nothing is told), late (it dies when it has told). */
#ifndef TESTS_UNIT_COMMAND_FAKE_EVENTS_H
#define TESTS_UNIT_COMMAND_FAKE_EVENTS_H

#include "audit/supervise/worker.h"

enum rc fake_events(struct worker *w, const struct task *task, struct err *err);

#endif
