/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks for kagimori-ldap out of the site file; used by collect and doctor. */
#ifndef COMMAND_DIRECTORY_TASK_H
#define COMMAND_DIRECTORY_TASK_H

#include "audit/base/filetime.h"
#include "audit/config/site.h"
#include "audit/supervise/task.h"

/* Fills in a task that asks one server for the given sources. Texts are owned by the arena or borrowed from site; secret is
 * borrowed. */
MUST_USE enum rc directory_task(const struct site *site, const struct site_server *server,
                                const struct secret *secret, filetime now, struct arena *a,
                                struct task *ret, struct err *err);

/* Adds the directory's login to a task of kagimori-smb, for a server of the domain (site_can_log_on). The password is the task's secret. */
MUST_USE enum rc directory_task_logon(struct task *t, const struct site *site, struct arena *a,
                                      struct err *err);

/* Adds a source to a task. */
MUST_USE enum rc directory_task_source(struct task *t, const char *source, struct err *err);

#endif
